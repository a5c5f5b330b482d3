//! The audit log, which stands in the primary only.

use crate::{
    auth::access::{self, Want},
    domain::audit::Command as AuditCommand,
    error::Error,
    layer::{Answer, Call},
    object::{Command, Json, Listed},
};
use guildhall_shared::Action;

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let read = access::read_team(call, Action::ReadAudit, &|_| Want::default()).await?;
    let page = call.page("dtCreated")?;
    let Listed { items, next }: Listed<Json> = read.ask(call, Command::Audit(AuditCommand::List(page))).await?;
    Ok(Answer::raw(200, items).then(call, next.as_deref()))
}
