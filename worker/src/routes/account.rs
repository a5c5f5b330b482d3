//! One's own account.

use crate::{
    auth::access::{self, Want},
    domain::{profile, team::Revised},
    error::Error,
    layer::{Answer, Call},
    object::Json,
};
use guildhall_shared::account::{Account, AccountPatch};

pub async fn get(call: &Call) -> Result<Answer, Error> {
    let read = access::read_account(call, Want::default()).await?;
    Ok(Answer::json(200, &Account::from(read.account))?.tagged(read.revision))
}

pub async fn update(call: &Call) -> Result<Answer, Error> {
    access::vouch_or_refuse_key(call).await?;
    let patch: AccountPatch = call.json()?;
    let command = profile::EditProfile(patch);
    let Revised { revision, value }: Revised<Json> = access::change_account(call, &command).await?.read_as()?;
    Ok(Answer::raw(200, value).tagged(revision))
}
