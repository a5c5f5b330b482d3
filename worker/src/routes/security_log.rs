//! The security log of one's account.

use crate::{
    auth::access,
    domain::account::Command as AccountCommand,
    error::Error,
    layer::{Answer, Call},
    object::{Command, Json, Listed},
};

pub async fn list(call: &Call) -> Result<Answer, Error> {
    access::vouch_or_refuse_key(call).await?;
    let page = call.page("dtCreated")?;
    let command = Command::Account(Box::new(AccountCommand::SecurityLog(page)));
    let Listed { items, next }: Listed<Json> = access::change_account(call, command).await?;
    Ok(Answer::raw(200, items).then(call, next.as_deref()))
}
