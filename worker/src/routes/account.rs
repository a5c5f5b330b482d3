//! One's own account.

use crate::{
    auth::access::{self, Want},
    domain::account::Command as AccountCommand,
    error::Error,
    layer::{Answer, Call},
    object::Command,
};
use guildhall_shared::account::{Account, AccountPatch};

pub async fn get(call: &Call) -> Result<Answer, Error> {
    let read = access::read_account(call, Want::default()).await?;
    Ok(Answer::json(200, &Account::from(read.account))?.tagged(read.revision))
}

pub async fn update(call: &Call) -> Result<Answer, Error> {
    access::vouch_or_refuse_key(call).await?;
    let patch: AccountPatch = call.json()?;
    let account: Account = access::change_account(call, Command::Account(Box::new(AccountCommand::Edit(patch)))).await?;
    Ok(Answer::json(200, &account)?)
}
