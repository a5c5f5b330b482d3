//! The security log of one's account.

use crate::{
    auth::access,
    domain::security_log,
    error::Error,
    layer::{Answer, Call},
    object::{Json, Listed},
};

pub async fn list(call: &Call) -> Result<Answer, Error> {
    access::vouch_or_refuse_key(call).await?;
    let page = call.page("dtCreated")?;
    let command = security_log::List(page);
    let Listed { items, next }: Listed<Json> = access::change_account(call, &command).await?.read_as()?;
    Ok(Answer::raw(200, items).then(call, next.as_deref()))
}
