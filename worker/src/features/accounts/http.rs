//! One's own account.

use crate::{
    access::{self, ReadSet},
    error::Error,
    features::accounts::profile,
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
    object::{Json, reply::Revised},
};
use guildhall_shared::{
    account::{Account, AccountPatch},
    path,
};

pub fn routes() -> Vec<Route> {
    use Reply::Json;
    vec![
        route!("getAccount", GET path::ACCOUNT, Who::Account, None => Json(200, of::<Account>()),
            "Get your account. Answers your profile and preferences.", get),
        route!("updateAccount", PATCH path::ACCOUNT, Who::Account, Some(of::<AccountPatch>()) => Json(200, of::<Account>()),
            "Update your account. Fields that you leave out keep their values.", update),
    ]
}

pub async fn get(call: &Call) -> Result<Answer, Error> {
    let read = access::read_account(call, ReadSet::default()).await?;
    Ok(Answer::json(200, &Account::from(read.account))?.tagged(read.revision))
}

pub async fn update(call: &Call) -> Result<Answer, Error> {
    access::authenticate_or_refuse_key(call).await?;
    let patch: AccountPatch = call.json()?;
    let command = profile::EditProfile(patch);
    let Revised { revision, value }: Revised<Json> = access::change_account(call, &command).await?.read_as()?;
    Ok(Answer::raw(200, value).tagged(revision))
}
