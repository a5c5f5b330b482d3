//! How an invitation is answered, and how it ends: accepted, declined, and with its maker's right to make it.

use super::{
    Context,
    access::{Permit, role_allows},
    audit,
    invitation::{Command, InvitationRecord, Invitee, State, blind},
    member::{self, MemberRecord},
    team::{TeamRecord, Yes},
};
use crate::{
    error::Refusal,
    object::{Command as ObjectCommand, ObjectName},
    store::{Draft, Effect, key},
};
use guildhall_shared::{
    AccountId, Action, InvitationId, Role, TeamId,
    id::LinkId,
    invitation::{InvitationPreview, InvitationTeam},
    member::TeamMember,
    text::lower,
};

pub fn open(draft: &Draft<'_>, team: TeamId, id: InvitationId) -> Result<InvitationRecord, Refusal> {
    let record = draft.get(&key::invitation(team, id)).ok_or_else(Refusal::not_found)?;
    match record.state {
        State::Pending => Ok(record),
        State::Accepted => Err(Refusal::conflict("This invitation has been accepted already.")),
        State::Cancelled => {
            Err(Refusal::conflict("This invitation was cancelled. Ask an admin of the team for a new one."))
        }
        State::Declined => {
            Err(Refusal::conflict("This invitation was declined. Ask an admin of the team for a new one."))
        }
        State::Ended => Err(Refusal::conflict(ENDED)),
    }
}

const ENDED: &str =
    "This invitation ended: the admin who sent it can no longer invite people. Ask an admin of the team for a new one.";

/// Ends what somebody has offered who may invite nobody any more: removed, gone, a member only, deactivated. The
/// one who did that to them has the lines of the log; without one, the platform has.
pub fn end_of_maker(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    team: TeamId,
    maker: AccountId,
    permit: Option<&Permit>,
) {
    for (_, record) in draft.scan(&key::invitations(team)) {
        if record.invited_by != maker || record.state != State::Pending {
            continue;
        }
        let event = audit::Event::of("invitation.end", record.id.as_str(), &record.email);
        match permit {
            Some(permit) => audit::record(draft, context, permit, &event),
            None => audit::by_platform(draft, context, &event),
        }
        end(draft, context, team, record.clone(), State::Ended);
    }
}

pub fn end(draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId, mut record: InvitationRecord, state: State) {
    record.state = state;
    draft.put(&key::invitation(team, record.id), &record);
    draft.delete(&key::invitee(&blind(context, &record.email), record.id));
}

/// Whether this invitation is good, by this token if there is one. Its maker is asked for too: one that was made
/// before invitations ended with their makers' right stands in no list of theirs.
fn good(draft: &Draft<'_>, team: TeamId, id: InvitationId, link: Option<LinkId>) -> Result<InvitationRecord, Refusal> {
    let record = open(draft, team, id)?;
    let maker = draft.get(&key::member(team, record.invited_by)).filter(|maker| !maker.profile.deactivated);
    if maker.is_none_or(|maker| role_allows(maker.role, Action::Invite).is_err()) {
        return Err(Refusal::conflict(ENDED));
    }
    if draft.get(&key::team(team)).is_none_or(|team| team.closed.is_some()) {
        return Err(Refusal::conflict("The owner of this team is leaving it for good. Nobody can join it."));
    }
    if link.is_some_and(|link| link != record.link) {
        return Err(Refusal::conflict("A newer mail replaced this link. Open the invitation from that one."));
    }
    if record.expires <= draft.now() {
        return Err(Refusal::conflict("This invitation has expired. Ask an admin of the team to send it again."));
    }
    Ok(record)
}

/// The same, for the account of this email.
fn opens(
    draft: &Draft<'_>,
    team: TeamId,
    id: InvitationId,
    link: Option<LinkId>,
    email: &str,
) -> Result<InvitationRecord, Refusal> {
    let record = good(draft, team, id, link)?;
    if lower(&record.email) != lower(email) {
        return Err(Refusal::forbidden(
            "This invitation was sent to a different email. Switch to that account to accept it.",
        ));
    }
    Ok(record)
}

/// What whoever holds the token may see of it before they answer.
pub fn preview(
    draft: &Draft<'_>,
    context: &Context<'_>,
    team: TeamId,
    id: InvitationId,
    link: LinkId,
) -> Result<InvitationPreview, Refusal> {
    context.only_system()?;
    let record = good(draft, team, id, Some(link))?;
    let TeamRecord { name, namespace, .. } = draft.get(&key::team(team)).ok_or_else(Refusal::not_found)?;
    let InvitationRecord { email, is_admin, expires, invited_by_name: invited_by, .. } = record;
    Ok(InvitationPreview {
        email,
        is_admin,
        dt_expires: expires,
        team: InvitationTeam { id: team, name, namespace },
        invited_by,
    })
}

pub fn decline(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    team: TeamId,
    id: InvitationId,
    link: Option<LinkId>,
    by: Option<&Invitee>,
) -> Result<(), Refusal> {
    context.only_system()?;
    let record = match by {
        Some(by) => opens(draft, team, id, link, &by.email)?,
        None if link.is_some() => good(draft, team, id, link)?,
        None => return Err(Refusal::not_found()),
    };
    end(draft, context, team, record.clone(), State::Declined);
    let event = audit::Event::of("invitation.decline", id.as_str(), &record.email);
    let (actor, name) = by.map_or(("system", &record.email), |by| (by.account.as_str(), &by.name));
    audit::record_as(draft, context, actor, name, &event);
    Ok(())
}

pub fn check(
    draft: &Draft<'_>,
    context: &Context<'_>,
    team: TeamId,
    id: InvitationId,
    link: LinkId,
    email: &str,
) -> Result<Yes, Refusal> {
    context.only_system()?;
    opens(draft, team, id, Some(link), email).map(|_| Yes(true))
}

pub fn accept(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    team: TeamId,
    command: &Command,
) -> Result<TeamMember, Refusal> {
    let Command::Accept { id, link, account, profile } = command else { return Err(Refusal::not_found()) };
    context.only_system()?;
    let record = opens(draft, team, *id, *link, &profile.email)?;
    if draft.get(&key::member(team, *account)).is_some() {
        return Err(Refusal::conflict("You are a member of this team already."));
    }
    let now = draft.now();
    let role = if record.is_admin { Role::Admin } else { Role::Member };
    let member = MemberRecord { account: *account, role, joined: now, profile: (**profile).clone() };
    member::put(draft, team, &member);
    end(draft, context, team, record, State::Accepted);
    let event = audit::Event::of("member.join", account.as_str(), &profile.email).change("", role.as_str());
    audit::record_as(draft, context, account.as_str(), &profile.shown_name(), &event);
    let link = super::account::Command::Link { team, revision: profile.revision };
    draft.effect(Effect::Call(ObjectName::Account(*account), Box::new(ObjectCommand::Account(Box::new(link)))));
    Ok(member::shown(team, &member))
}
