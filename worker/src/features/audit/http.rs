//! The audit log, which stands in the primary only.

use crate::{
    access::{self, Want},
    error::Error,
    features::audit::rules,
    http::{
        Answer, Call,
        route::{Reply, Route, Who, route},
    },
    object::{Json, Listed},
};
use guildhall_shared::{Action, path};

pub fn routes() -> Vec<Route> {
    use Reply::List;
    let team = "{team}";
    vec![route!("listAudit", GET path::team_audit(team), Who::Team(Action::ReadAudit), None => List("AuditEvent"),
            "List audit events of a team. Changes and denied requests, newest first.", list)]
}

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let read = access::read_team(call, Action::ReadAudit, &|_| Want::default()).await?;
    let page = call.page(&["dtCreated"])?;
    let Listed { items, next }: Listed<Json> = read.ask(call, &rules::List(page)).await?.read_as()?;
    Ok(Answer::raw(200, items).then(call, next.as_deref()))
}
