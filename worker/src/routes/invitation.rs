//! Invitations: the team's side and the invitee's.

use crate::{
    auth::{
        access::{self, Proof, Want},
        memberships,
        token::Link,
    },
    domain::{
        account::Command as AccountCommand,
        invitation::{self, Command as InvitationCommand, Offer},
    },
    error::{Error, Refusal},
    layer::{Answer, Call},
    object::{Command, Json, read::cut},
    store::{Row, key},
};
use guildhall_shared::{
    Action, InvitationId, Issue, TeamId,
    invitation::{AccountInvitation, Invitation, InvitationAccept, InvitationCreate, InvitationTeam},
    sort::sorted,
};

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let want = |id| Want::default().list(&key::invitations(id));
    let read = access::read_team(call, Action::ReadInvitations, &want).await?;
    let now = call.edge.now();
    let mut rows = read.got.rows;
    rows.retain(|row| invitation::from_row(row, now).is_some());
    let (rows, next) = cut(&call.page("dtCreated")?, rows);
    let invitations: Vec<Invitation> = rows.iter().filter_map(|row| invitation::from_row(row, now)).collect();
    Ok(Answer::list(call, &invitations, next.as_ref())?)
}

pub async fn create(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::Invite, Proof::Any).await?;
    let InvitationCreate { emails, is_admin } = call.json()?;
    let command = Command::Invitation(InvitationCommand::Create { emails, is_admin });
    let made: Json = change.ask(call, command).await?;
    Ok(Answer::raw(Answer::created(call), made))
}

fn id(call: &Call) -> Result<InvitationId, Error> {
    call.param("id").parse().map_err(|_| Refusal::not_found().into())
}

pub async fn resend(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::Invite, Proof::Any).await?;
    let command = Command::Invitation(InvitationCommand::Resend { id: id(call)? });
    let invitation: Json = change.ask(call, command).await?;
    Ok(Answer::raw(200, invitation))
}

pub async fn cancel(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::Invite, Proof::Any).await?;
    change.ask::<Json>(call, Command::Invitation(InvitationCommand::Cancel { id: id(call)? })).await?;
    Ok(Answer::nothing(call))
}

/// Pending ones to one's confirmed email; an unconfirmed one has none.
pub async fn list_mine(call: &Call) -> Result<Answer, Error> {
    let read = access::read_account(call, Want::default()).await?;
    if read.account.confirmed.is_none() {
        return Ok(Answer::text(200, "[]"));
    }
    let hash = call.edge.installation().blind("email", &read.account.email_key());
    let now = call.edge.now();
    let offers: Vec<(Row, Offer)> = access::read_list(call, &key::invitees(&hash))
        .await?
        .into_iter()
        .filter_map(|row| Offer::from_row(&row).map(|offer| (row, offer)))
        .collect();
    let offers = sorted(offers, |(a, _), (b, _)| b.at.cmp(&a.at));
    let ids: Vec<TeamId> = offers.iter().map(|(_, offer)| offer.team).collect();
    let teams = memberships::teams(call, &ids).await?;
    let invitations: Vec<AccountInvitation> = offers
        .into_iter()
        .filter_map(|(row, offer)| {
            let Offer { team, is_admin, invited_by, expires } = offer;
            let team = teams.iter().find(|known| known.id == team)?;
            (expires > now).then_some(())?;
            Some(AccountInvitation {
                id: row.id.parse().ok()?,
                is_admin,
                dt_created: row.at,
                dt_expires: expires,
                team: InvitationTeam { id: team.id, name: team.name.clone(), namespace: team.namespace.clone() },
                invited_by,
            })
        })
        .collect();
    Ok(Answer::json(200, &invitations)?)
}

/// By the token of a mail, or by the id of one's own list. The account's object begins, the team's
/// decides.
pub async fn accept(call: &Call) -> Result<Answer, Error> {
    let vouched = access::vouch_or_refuse_key(call).await?;
    let (team, invitation, link) = match call.json()? {
        InvitationAccept { token: Some(token), id: None } => match Link::read(&call.edge.installation(), &token) {
            Some(Link::Invitation { team, invitation, link }) => (team, invitation, Some(link)),
            _ => return Err(Issue::new("token: This link is not whole. Open it from the mail again.").into()),
        },
        InvitationAccept { token: None, id: Some(id) } => {
            let hash = call.edge.installation().blind("email", &vouched.account.email_key());
            let rows = access::read_list(call, &key::invitees(&hash)).await?;
            let row = rows.iter().find(|row| row.id == id.as_str()).ok_or_else(Refusal::not_found)?;
            let offer = Offer::from_row(row).ok_or_else(Refusal::not_found)?;
            (offer.team, id, None)
        }
        _ => return Err(Issue::new("Send either the token of the mail or the id of your list.").into()),
    };
    let command = Command::Account(Box::new(AccountCommand::Join { team, invitation, link }));
    let member: Json = access::change_account(call, command).await?;
    Ok(Answer::raw(200, member))
}
