//! The authenticator app of one's own account.

use super::second_factor::ask;
use crate::{
    auth::access,
    domain::second_factor::{Command, Proof},
    error::Error,
    layer::{Answer, Call},
};
use guildhall_shared::{auth::field, second_factor::totp_code, totp::TotpCode};

pub async fn begin(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(201, ask(call, Command::BeginTotp).await?))
}

pub async fn confirm(call: &Call) -> Result<Answer, Error> {
    access::vouch_recent_or_refuse_key(call).await?;
    let TotpCode { code } = call.json()?;
    let code = field("code", totp_code(&code))?;
    Ok(Answer::raw(200, ask(call, Command::ConfirmTotp { code }).await?))
}

pub async fn end(call: &Call) -> Result<Answer, Error> {
    access::vouch_recent_or_refuse_key(call).await?;
    let TotpCode { code } = call.json()?;
    let proof = Proof::either(&code)?;
    ask(call, Command::EndTotp { proof }).await?;
    Ok(Answer::nothing(call))
}
