//! The authenticator app of the caller's account.

use crate::{
    access,
    error::Error,
    features::{
        second_factor::Proof,
        totp::{Begin, Confirm, End},
    },
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
};
use guildhall_shared::{
    auth::field,
    path,
    second_factor::{RecoveryCodes, totp_code},
    totp::{TotpCode, TotpSetup},
};

pub fn routes() -> Vec<Route> {
    use Reply::{Json, Nothing};
    vec![
        route!("beginTotp", POST path::ACCOUNT_TOTP, Who::RecentAccount, None => Json(201, of::<TotpSetup>()),
            "Start setting up an authenticator app. Answers a new seed, valid for an hour. The app is on once you \
                confirm a code.", begin),
        route!("confirmTotp", PUT path::ACCOUNT_TOTP, Who::RecentAccount, Some(of::<TotpCode>()) => Json(200, of::<RecoveryCodes>()),
            "Turn on the authenticator app. Takes a code of the app. With the account's first second factor, the \
                answer holds ten recovery codes.", confirm),
        route!("endTotp", DELETE path::ACCOUNT_TOTP, Who::RecentAccount, Some(of::<TotpCode>()) => Nothing(204),
            "Turn off the authenticator app. Takes a code of the app or a recovery code.", end),
    ]
}

pub async fn begin(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(201, access::change_account(call, &Begin).await?))
}

pub async fn confirm(call: &Call) -> Result<Answer, Error> {
    access::authenticate_recent_or_refuse_key(call).await?;
    let TotpCode { code } = call.json()?;
    let code = field("code", totp_code(&code))?;
    Ok(Answer::raw(200, access::change_account(call, &Confirm { code }).await?))
}

pub async fn end(call: &Call) -> Result<Answer, Error> {
    access::authenticate_recent_or_refuse_key(call).await?;
    let TotpCode { code } = call.json()?;
    let proof = Proof::either(&code)?;
    access::change_account(call, &End { proof }).await?;
    Ok(Answer::nothing(call))
}
