//! The audit log, which is in the primary only.

use crate::{
    access::{self, ReadSet},
    error::Error,
    features::audit::rules,
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
    object::{Json, PageOf},
};
use guildhall_shared::{Action, audit::AuditEvent, path};

pub fn routes() -> Vec<Route> {
    use Reply::List;
    let team = "{team}";
    vec![
        route!("listAudit", GET path::team_audit(team), Who::Team(Action::ReadAudit), None => List(of::<AuditEvent>()),
            "List audit events of a team. Changes and denied requests, newest first.", list),
    ]
}

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let read = access::read_team(call, Action::ReadAudit, &|_| ReadSet::default()).await?;
    let page = call.page(&["dtCreated"])?;
    let PageOf { items, next }: PageOf<Json> = read.ask(call, &rules::List(page)).await?.read_as()?;
    Ok(Answer::raw(200, items).then(call, next.as_deref()))
}
