//! Members of a team.

use crate::{
    access::{self, Proof, ReadSet},
    error::{Error, Rejection},
    features::members::rules,
    http::{
        Answer, Call, Dialect,
        route::{Reply, Route, Who, of, route},
    },
    store::{key, list},
};
use guildhall_shared::{
    AccountId, Action, Issue, Timestamp,
    member::{MemberUpdate, ORDERS, TeamMember},
    page::Page,
    path,
};
use serde::Serialize;

pub fn routes() -> Vec<Route> {
    use Reply::{Json, List, Nothing};
    let (team, user) = ("{team}", "{user}");
    vec![
        route!("listTeamMembers", GET path::team_members(team), Who::Team(Action::ReadMembers), None => List(of::<TeamMember>()),
            "List team members. Only admins see who has a second factor.", list)
            .on_pages()
            .ordered(&ORDERS, "Only members with each of these words in their name, email or username."),
        route!("getTeamMember", GET path::team_member(team, user), Who::Team(Action::ReadMembers), None => Json(200, of::<TeamMember>()),
            "Get a team member. Only admins see whether they have a second factor.", get),
        route!("updateTeamMember", PUT path::team_member(team, user), Who::Team(Action::ChangeRole),
            Some(of::<MemberUpdate>()) => Json(200, of::<TeamMember>()),
            "Update a member's admin status. The owner is always an admin.", update).on_pages(),
        route!("removeTeamMember", DELETE path::team_member(team, user), Who::Team(Action::RemoveMember), None => Nothing(204),
            "Remove a member from a team. They lose access at once and their API keys for this team stop working. \
                Remove yourself to leave the team; the owner cannot be removed.", remove).on_pages(),
    ]
}

/// `role=member|admin|owner` filters.
pub async fn list(call: &Call) -> Result<Answer, Error> {
    let asked = asked(call);
    let query = access::query(asked.as_ref().ok());
    let read =
        access::read_team(call, Action::ReadMembers, &|id| ReadSet::default().members(id, query.clone())).await?;
    let (page, _) = asked?;
    let (rows, next) = list::end(&page, &key::members(read.id), read.snapshot.rows);
    let members: Vec<_> = rows.iter().filter_map(|row| rules::from_row(read.id, row, read.role)).collect();
    Ok(Answer::list(call, &members, next.as_ref())?)
}

pub async fn get(call: &Call) -> Result<Answer, Error> {
    // An id that cannot be is as missing as any other.
    let user = account(call).ok();
    let want = |id| user.map_or_else(ReadSet::default, |user| ReadSet::default().key(&key::member(id, user)));
    let read = access::read_team(call, Action::ReadMembers, &want).await?;
    let user = user.ok_or_else(Rejection::not_found)?;
    let record = read.snapshot.get(&key::member(read.id, user))?.ok_or_else(Rejection::not_found)?;
    Ok(Answer::json(200, &rules::shown_to(read.id, &record, read.role))?)
}

/// The page, and the role that is asked for.
fn asked(call: &Call) -> Result<(Page, Option<String>), Error> {
    let page = call.page(&ORDERS)?;
    let role = match call.query("role") {
        None => None,
        Some(role @ ("member" | "admin" | "owner")) => Some(role.to_owned()),
        Some(_) => return Err(Issue::new("role: Use member, admin or owner.").into()),
    };
    Ok((page, role))
}

/// 400 where the path's user is no account's id: there can be no such member.
fn account(call: &Call) -> Result<AccountId, Error> {
    call.param("user").parse().map_err(|_| Rejection::not_found().into())
}

pub async fn update(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::ChangeRole, Proof::Any).await?;
    let MemberUpdate { is_admin } = call.json()?;
    let command = rules::SetAdmin { account: account(call)?, is_admin };
    let member: TeamMember = change.ask(call, &command).await?.read()?;
    answer(call, &member, false)
}

pub async fn remove(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::RemoveMember, Proof::Any).await?;
    let command = rules::Remove { account: account(call)? };
    let member: TeamMember = change.ask(call, &command).await?.read()?;
    match call.dialect {
        Dialect::Contract => Ok(Answer::nothing(call)),
        Dialect::Page => answer(call, &member, true),
    }
}

fn answer(call: &Call, member: &TeamMember, removed: bool) -> Result<Answer, Error> {
    if call.dialect == Dialect::Contract {
        return Ok(Answer::json(200, member)?);
    }
    let deleted = removed.then(|| call.edge.now());
    let TeamMember { dt_confirmed, is_admin, is_owner, .. } = *member;
    Ok(Answer::json(200, &Standing { dt_confirmed, dt_deleted: deleted, is_admin, is_owner })?)
}

/// A member in the page dialect, after a change.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Standing {
    dt_confirmed: Timestamp,
    dt_deleted: Option<Timestamp>,
    is_admin: bool,
    is_owner: bool,
}
