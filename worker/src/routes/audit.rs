//! The audit log, which stands in the primary only.

use crate::{
    auth::access::{self, Want},
    domain::audit::{Command as AuditCommand, Events},
    error::Error,
    layer::{Answer, Call},
    object::Command,
};
use guildhall_shared::{Action, page::Order};

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let read = access::read_team(call, Action::ReadAudit, |_| Want::default()).await?;
    let page = call.page("dtCreated")?;
    let command = AuditCommand::List {
        limit: page.limit,
        after: page.after.map(|cursor| cursor.to_string()),
        ascending: page.order == Order::Ascending,
    };
    let Events { events, next } = read.ask(call, Command::Audit(command)).await?;
    let next = next.map(|next| next.parse()).transpose()?;
    Ok(Answer::list(call, &events, next.as_ref())?)
}
