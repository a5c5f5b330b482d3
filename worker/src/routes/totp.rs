//! The authenticator app of one's own account.

use crate::{
    auth::access,
    domain::{
        second_factor::Proof,
        totp::{Begin, Confirm, End},
    },
    error::Error,
    layer::{Answer, Call},
};
use guildhall_shared::{auth::field, second_factor::totp_code, totp::TotpCode};

pub async fn begin(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(201, access::change_account(call, &Begin).await?))
}

pub async fn confirm(call: &Call) -> Result<Answer, Error> {
    access::vouch_recent_or_refuse_key(call).await?;
    let TotpCode { code } = call.json()?;
    let code = field("code", totp_code(&code))?;
    Ok(Answer::raw(200, access::change_account(call, &Confirm { code }).await?))
}

pub async fn end(call: &Call) -> Result<Answer, Error> {
    access::vouch_recent_or_refuse_key(call).await?;
    let TotpCode { code } = call.json()?;
    let proof = Proof::either(&code)?;
    access::change_account(call, &End { proof }).await?;
    Ok(Answer::nothing(call))
}
