//! Invitations: the team's side and the invitee's.

use crate::{
    access::{self, Proof, ReadSet, ask_as_system, memberships},
    credentials::token::Link,
    error::{Error, Rejection},
    features::{
        accounts::record::AccountRecord,
        invitations::{
            invitation::{self, Invited, Offer, Refused},
            invitation_answer::{self, Decline},
            record::Invitee,
        },
        teams::link,
    },
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
    object::cut,
    store::{Row, key},
};
use guildhall_shared::{
    Action, InvitationId, Issue, TeamId,
    auth::Token,
    id::LinkId,
    invitation::{
        AccountInvitation, Invitation, InvitationAccept, InvitationCreate, InvitationPreview, InvitationTeam,
    },
    member::TeamMember,
    path,
};
use http::HeaderName;
use std::cmp::Reverse;

pub fn routes() -> Vec<Route> {
    use Reply::{Array, Json, List, Nothing};
    let (team, id) = ("{team}", "{id}");
    vec![
        route!("listAccountInvitations", GET path::ACCOUNT_INVITATIONS, Who::Account, None => Array(200, of::<AccountInvitation>()),
            "List invitations to you. Answers the pending invitations to your confirmed email.", list_mine),
        route!("acceptInvitation", POST path::INVITATIONS_ACCEPT, Who::Account,
            Some(of::<InvitationAccept>()) => Json(200, of::<TeamMember>()),
            "Accept an invitation. Takes the token of the mailed link, or the id of one of your pending invitations.",
            accept),
        route!("previewInvitation", POST path::INVITATIONS_PREVIEW, Who::Bearer,
            Some(of::<Token>()) => Json(200, of::<InvitationPreview>()),
            "Preview an invitation. Answers the team, the role and who invited, by the token of the mailed link.",
            preview),
        route!("declineInvitation", POST path::INVITATIONS_DECLINE, Who::Bearer,
            Some(of::<InvitationAccept>()) => Nothing(204),
            "Decline an invitation. Takes the token of the mailed link, or, signed in, the id of one of your pending \
                invitations.", decline),
        route!("listInvitations", GET path::team_invitations(team), Who::Team(Action::ReadInvitations), None => List(of::<Invitation>()),
            "List pending invitations of a team. Newest first.", list),
        route!("createInvitations", POST path::team_invitations(team), Who::Team(Action::Invite),
            Some(of::<InvitationCreate>()) => Array(201, of::<Invitation>()),
            "Invite people to a team. Mails each a link that expires in 7 days and works once. An address that cannot \
                be invited holds up no other: the header `Refused-Emails` lists its place in `emails`.", create),
        route!("resendInvitation", POST path::team_invitation_resend(team, id), Who::Team(Action::Invite), None => Json(200, of::<Invitation>()),
            "Send an invitation again. Earlier links stop working; the new one expires in 7 days.", resend),
        route!("cancelInvitation", DELETE path::team_invitation(team, id), Who::Team(Action::Invite), None => Nothing(204),
            "Cancel an invitation. Its link stops working.", cancel),
    ]
}

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let want = |id| ReadSet::default().list(&key::invitations(id));
    let read = access::read_team(call, Action::ReadInvitations, &want).await?;
    let now = call.edge.now();
    let mut rows = read.snapshot.rows;
    rows.retain(|row| invitation::from_row(row, now).is_some());
    let (rows, next) = cut(&call.page(&["dtCreated"])?, rows);
    let invitations: Vec<Invitation> = rows.iter().filter_map(|row| invitation::from_row(row, now)).collect();
    Ok(Answer::list(call, &invitations, next.as_ref())?)
}

pub async fn create(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::Invite, Proof::Any).await?;
    let InvitationCreate { emails, is_admin } = call.json()?;
    let command = invitation::Create { emails, is_admin };
    let answer = change.ask(call, &command).await?;
    // An answer that was kept from before addresses were refused one by one is the bare list.
    let Ok(Invited { made, refused }) = answer.read() else {
        return Ok(Answer::raw(Answer::created(call), answer));
    };
    let answer = Answer::json(Answer::created(call), &made)?;
    if refused.is_empty() {
        return Ok(answer);
    }
    let refused = refused.iter().map(|Refused { at, why }| format!("{at};reason={}", why.as_str()));
    Ok(answer.with(REFUSED_EMAILS, &refused.collect::<Vec<_>>().join(", ")))
}

/// Which of the addresses got no invitation, by their place in `emails`: a list of RFC 9651.
const REFUSED_EMAILS: HeaderName = HeaderName::from_static("refused-emails");

fn id(call: &Call) -> Result<InvitationId, Error> {
    call.param("id").parse().map_err(|_| Rejection::not_found().into())
}

pub async fn resend(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::Invite, Proof::Any).await?;
    let command = invitation::Resend { id: id(call)? };
    let invitation = change.ask(call, &command).await?;
    Ok(Answer::raw(200, invitation))
}

pub async fn cancel(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::Invite, Proof::Any).await?;
    change.ask(call, &invitation::Cancel { id: id(call)? }).await?;
    Ok(Answer::nothing(call))
}

/// Pending ones to the caller's confirmed email; an unconfirmed one has none.
pub async fn list_mine(call: &Call) -> Result<Answer, Error> {
    let read = access::read_account(call, ReadSet::default()).await?;
    if read.account.confirmed.is_none() {
        return Ok(Answer::text(200, "[]"));
    }
    let hash = call.edge.installation().blind("email", &read.account.email_key());
    let now = call.edge.now();
    let mut offers: Vec<(Row, Offer)> = access::read_list(call, &key::invitees(&hash))
        .await?
        .into_iter()
        .filter_map(|row| Offer::from_row(&row).map(|offer| (row, offer)))
        .collect();
    if call.wants_primary() {
        // The list is of many teams and has no owner; what stands in it has.
        let ids: Vec<_> = offers.iter().filter_map(|(row, offer)| Some((offer.team, row.id.parse().ok()?))).collect();
        let waiting = memberships::waiting(call, &hash, &ids).await?;
        offers.retain(|(row, _)| waiting.iter().any(|id| id.as_str() == row.id));
    }
    offers.sort_by_key(|(row, _)| Reverse(row.at));
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

/// By the token of a mail, or by the id of the caller's own list. The account's object begins, the team's
/// decides.
pub async fn accept(call: &Call) -> Result<Answer, Error> {
    let authenticated = access::authenticate_or_refuse_key(call).await?;
    let (team, invitation, link) = match call.json()? {
        InvitationAccept { token: Some(token), id: None } => {
            let (team, invitation, link) = read(call, &token)?;
            (team, invitation, Some(link))
        }
        InvitationAccept { token: None, id: Some(id) } => (of_mine(call, &authenticated.account, id).await?, id, None),
        _ => return Err(neither()),
    };
    let command = link::Join { team, invitation, link };
    let member = access::change_account(call, &command).await?;
    Ok(Answer::raw(200, member))
}

/// What a token offers, for its holder, signed in or not.
pub async fn preview(call: &Call) -> Result<Answer, Error> {
    let Token { token } = call.json()?;
    let (team, id, link) = read(call, &token)?;
    let command = invitation_answer::Preview { id, link };
    Ok(Answer::raw(200, ask_as_system(call, &team, &command).await?))
}

/// By the token of a mail, which anybody may hold, or by the id of the caller's own list.
pub async fn decline(call: &Call) -> Result<Answer, Error> {
    let (team, command) = match call.json()? {
        InvitationAccept { token: Some(token), id: None } => {
            let (team, id, link) = read(call, &token)?;
            (team, Decline { id, link: Some(link), by: None })
        }
        InvitationAccept { token: None, id: Some(id) } => {
            let account = access::authenticate_or_refuse_key(call).await?.account;
            if account.confirmed.is_none() {
                return Err(Rejection::forbidden("Confirm your email first. Check your inbox for the link.").into());
            }
            let team = of_mine(call, &account, id).await?;
            let by = Invitee { account: account.id, name: account.profile().shown_name(), email: account.email };
            (team, Decline { id, link: None, by: Some(by) })
        }
        _ => return Err(neither()),
    };
    ask_as_system(call, &team, &command).await?;
    Ok(Answer::nothing(call))
}

fn read(call: &Call, token: &str) -> Result<(TeamId, InvitationId, LinkId), Error> {
    match Link::read(&call.edge.installation(), token) {
        Some(Link::Invitation { team, invitation, link }) => Ok((team, invitation, link)),
        _ => Err(Issue::new("token: This link is incomplete. Open it from the mail again.").into()),
    }
}

/// The team of an invitation in the caller's own list: only a confirmed email has one.
async fn of_mine(call: &Call, account: &AccountRecord, id: InvitationId) -> Result<TeamId, Error> {
    let hash = call.edge.installation().blind("email", &account.email_key());
    let rows = access::read_list(call, &key::invitees(&hash)).await?;
    let row = rows.iter().find(|row| row.id == id.as_str()).ok_or_else(Rejection::not_found)?;
    Ok(Offer::from_row(row).ok_or_else(Rejection::not_found)?.team)
}

fn neither() -> Error {
    Issue::new("Send either the token of the mail or the id of your list.").into()
}
