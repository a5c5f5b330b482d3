//! The audit log, which stands in the primary only.

use crate::{
    auth::access::{self, Want},
    domain::audit::{self},
    error::Error,
    layer::{Answer, Call},
    object::{Json, Listed},
};
use guildhall_shared::Action;

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let read = access::read_team(call, Action::ReadAudit, &|_| Want::default()).await?;
    let page = call.page("dtCreated")?;
    let Listed { items, next }: Listed<Json> = read.ask(call, &audit::List(page)).await?.read_as()?;
    Ok(Answer::raw(200, items).then(call, next.as_deref()))
}
