//! The second factor of the caller's account, and its recovery codes.

use crate::{
    access,
    error::Error,
    features::second_factor::{Get, recovery_code::Renew},
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
};
use guildhall_shared::{
    path,
    second_factor::{RecoveryCodes, SecondFactor},
};

pub fn routes() -> Vec<Route> {
    use Reply::Json;
    vec![
        route!("getSecondFactor", GET path::ACCOUNT_SECOND_FACTOR, Who::Account, None => Json(200, of::<SecondFactor>()),
            "Get your second factors. Answers which are on and how many recovery codes are left.", get),
        route!("makeRecoveryCodes", POST path::ACCOUNT_RECOVERY_CODES, Who::RecentAccount, None => Json(201, of::<RecoveryCodes>()),
            "Generate new recovery codes. Earlier codes stop working. Needs a second factor used in the last 15 \
                minutes.", make_recovery_codes),
    ]
}

pub async fn get(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(200, access::change_account(call, &Get).await?))
}

pub async fn make_recovery_codes(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(201, access::change_account(call, &Renew).await?))
}
