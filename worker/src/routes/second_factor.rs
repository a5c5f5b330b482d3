//! The second factor of one's own account, and its recovery codes.

use crate::{
    auth::access,
    domain::{recovery_code::Renew, second_factor::Get},
    error::Error,
    layer::{Answer, Call},
};

pub async fn get(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(200, access::change_account(call, &Get).await?))
}

pub async fn make_recovery_codes(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(201, access::change_account(call, &Renew).await?))
}
