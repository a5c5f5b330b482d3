//! The rules of the product, told a second time over plain maps: what a call answers, and what
//! stands afterwards.

use crate::{
    account::{by_link, of_account, sign_in, sign_up},
    factor, invitee, leaving,
    op::{Act, Op, Who},
    passkey,
    state::{Found, Invitation, Key, State, Team},
};
use guildhall_shared::{AccountId, InvitationId, Role, TeamId, Timestamp, id::LinkId, role::Scope, timestamp::MINUTE};
use guildhall_worker::features::{invitations::record::State as Stage, teams::record::Holder};
use std::collections::BTreeSet;

/// Stands for something new that is not there.
pub const NOTHING: [u8; 16] = [0; 16];

/// What stands afterwards and the status that says so, or the status of a rejection that changes nothing.
pub type Ruled = Result<(State, u16), u16>;

/// What the model cannot know by itself.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Facts {
    /// Attempts at a password that count against the email.
    pub attempts: usize,
    /// Confirmations that its mailbox got in a day, and those who are invited and have had enough.
    pub confirmations: usize,
    pub limited: Vec<String>,
    /// Whom the email's object has the email for.
    pub holder: Option<AccountId>,
    /// Whether only a browser that is known signs in.
    pub is_locked: bool,
    /// Whether the session of another account that the browser had has ended.
    pub signs_out: bool,
    /// Whether the account has a link to the team.
    pub is_linked: bool,
    /// Whether the team goes by the emails that it has heard of, or by those that the accounts have.
    pub is_late: bool,
    /// The username that the account had before, where it may have another by now.
    pub called: Option<String>,
}

/// Judges a call. New ids are taken from `seen`, the state that was found afterwards.
pub fn judge(before: &State, seen: &State, now: Timestamp, op: &Op, facts: &Facts) -> Ruled {
    let mut after = before.clone();
    let mut status = op.act.success();
    match &op.act {
        Act::SignUp { name, offer } => sign_up(&mut after, seen, now, (name, offer.as_ref()), facts)?,
        Act::SignIn { email, password } => {
            status = sign_in(&mut after, seen, now, op, (email, password), facts)?;
        }
        Act::Factor(factor::Act::AnswerChallenge { by, proof }) => {
            status = factor::answer(&mut after, seen, now, op, (by, proof), facts)?;
        }
        Act::Passkey(passkey::Act::SignInByPasskey { account, signing }) => {
            status = passkey::sign_in(&mut after, seen, now, op, (*account, signing), facts)?;
        }
        Act::Leaving(leaving::Act::ComeBack { by }) => after.come_back(now, by)?,
        Act::Invitee(act) => invitee::judge(&mut after, now, op, act)?,
        // What comes of it comes after the answer.
        Act::RequestReset { .. } => {}
        Act::Deny(by)
        | Act::Unlock(by)
        | Act::Reset { by, .. }
        | Act::UndoEmail { by, .. }
        | Act::TakeBack { by, .. } => {
            by_link(&mut after, now, op, by)?;
        }
        act => match (person(before, now, op), act.team()) {
            (Ok(me), None) => status = of_account(&mut after, seen, now, op, me, facts)?,
            (Ok(me), Some(team)) => of_team(&mut after, seen, now, op, (me, team), facts)?,
            (Err(status), _) => return Err(status),
        },
    }
    Ok((after, status))
}

/// The account behind the credential, or 401.
pub fn person(state: &State, now: Timestamp, op: &Op) -> Result<AccountId, u16> {
    match &op.who {
        None => Err(401),
        Some(Who::Seat(seat)) => {
            let account = state.accounts.get(&seat.account).ok_or(401_u16)?;
            let session = account.sessions.get(&seat.session).ok_or(401_u16)?;
            let wants_factor = op.act.wants_factor() && account.factor.is_on();
            let is_recent = now.since(session.proved.0) <= 15 * MINUTE && (!wants_factor || session.has_factor(now));
            let wants_recent = op.act.wants_recent();
            if session.expires.0 > now && (is_recent || !wants_recent) { Ok(seat.account) } else { Err(401) }
        }
        Some(Who::Program(program)) => {
            let team = state.teams.get(&program.team).ok_or(401_u16)?;
            let key = team.keys.get(&program.key).ok_or(401_u16)?;
            if key.expires.0.is_some_and(|expires| expires <= now) {
                return Err(401);
            }
            let is_own = op.act.team() == Some(program.team);
            if is_own && !key.scopes.contains(&Scope::Write) {
                return Err(403);
            }
            if is_own { Ok(program.maker) } else { Err(404) }
        }
    }
}

/// The invitation, if it is open to this email and, where there is one, by this link.
pub fn offered(
    state: &State,
    now: Timestamp,
    team: TeamId,
    id: InvitationId,
    link: Option<LinkId>,
    email: &str,
) -> Result<(), u16> {
    let invitation = state.teams.get(&team).and_then(|team| team.invitations.get(&id)).ok_or(404_u16)?;
    if !invitation.is_open(now) || state.is_closed(team) || link.is_some_and(|link| link != invitation.link) {
        return Err(409);
    }
    if invitation.email == email { Ok(()) } else { Err(403) }
}

fn accept(after: &mut State, now: Timestamp, op: &Op, (me, team): (AccountId, TeamId)) -> Result<(), u16> {
    let account = &after.accounts[&me];
    let email = account.email.clone();
    let (id, link) = match &op.act {
        Act::AcceptMail(offer) => (offer.id, Some(offer.link)),
        Act::AcceptId { id, .. } => {
            // What is not in one's own list is not there.
            let invitation = after.teams.get(&team).and_then(|team| team.invitations.get(id));
            invitation.filter(|of| of.is_open(now) && of.email == account.email).ok_or(404_u16)?;
            (*id, None)
        }
        _ => unreachable!("{op} accepts nothing"),
    };
    if !account.is_confirmed {
        return Err(403);
    }
    offered(after, now, team, id, link, &account.email)?;
    let team = after.teams.get_mut(&team).ok_or(404_u16)?;
    if team.members.contains_key(&me) {
        return Err(409);
    }
    let invitation = team.invitations.get_mut(&id).ok_or(404_u16)?;
    invitation.stage = Stage::Accepted;
    let role = if invitation.is_admin { Role::Admin } else { Role::Member };
    team.members.insert(me, role);
    team.emails.0.insert(me, email);
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "one arm for each act")]
fn of_team(
    after: &mut State,
    seen: &State,
    now: Timestamp,
    op: &Op,
    (me, id): (AccountId, TeamId),
    facts: &Facts,
) -> Result<(), u16> {
    if let Act::AcceptMail(_) | Act::AcceptId { .. } = op.act {
        return accept(after, now, op, (me, id));
    }
    let my_role = *after.teams.get(&id).and_then(|team| team.members.get(&me)).ok_or(404_u16)?;
    let is_open_to_members = match &op.act {
        Act::Switch { .. } | Act::MakeKey { .. } | Act::RevokeKey { .. } => true,
        Act::Remove { account, .. } => *account == me,
        _ => false,
    };
    if my_role == Role::Member && !is_open_to_members {
        return Err(403);
    }
    let all = after.clone();
    let seen_team = seen.teams.get(&id);
    let team = after.teams.get_mut(&id).ok_or(404_u16)?;
    let is_stale = op.if_match.is_some_and(|(_, is_current)| !is_current);
    let (heard, heard_left) = (team.emails.0.clone(), team.left.0.clone());
    let email_of = |account: &AccountId| match heard.get(account).filter(|_| facts.is_late) {
        Some(heard) => Some(heard.clone()),
        None => all.accounts.get(account).map(|account| account.email.clone()),
    };
    let member_emails: Vec<String> = team.members.keys().filter_map(email_of).collect();
    match &op.act {
        Act::Switch { .. } => {}
        Act::EditTeam { .. } | Act::Rename { .. } if is_stale => return Err(412),
        Act::EditTeam { bio, .. } => team.bio.clone_from(bio),
        Act::Rename { namespace, .. } => {
            if !team.is_private && team.namespace != *namespace {
                team.may_be_renamed(now)?;
            }
            if team.is_private || all.is_name_taken(namespace, Some(Holder::Team(id)), now) {
                return Err(409);
            }
            if team.namespace != *namespace {
                team.is_renamed(now)?;
            }
            let old = std::mem::replace(&mut team.namespace, namespace.clone());
            after.retired.remove(namespace);
            if old != *namespace {
                let until = now.plus(90 * 24 * 60 * MINUTE);
                after.retired.insert(old, (Holder::Team(id), crate::state::Found(until)));
            }
        }
        Act::SetAdmin { account, is_admin, .. } => {
            let role = team.members.get_mut(account).ok_or(404_u16)?;
            let has_left = if facts.is_late {
                heard_left.contains(account)
            } else {
                all.accounts.get(account).is_some_and(|account| account.deactivated.is_some())
            };
            match (*role, is_admin) {
                (Role::Owner, true) => {}
                (Role::Owner, false) => return Err(409),
                (_, true) if has_left => return Err(409),
                (_, true) => *role = Role::Admin,
                (_, false) => {
                    *role = Role::Member;
                    end_invitations(team, *account);
                }
            }
        }
        Act::Remove { account, .. } => {
            if *team.members.get(account).ok_or(404_u16)? == Role::Owner {
                return Err(409);
            }
            team.members.remove(account);
            team.keys.retain(|_, key| key.maker != *account);
            end_invitations(team, *account);
        }
        Act::MakeKey { name, scopes, .. } => {
            if !all.accounts.get(&me).is_some_and(|account| account.is_confirmed) {
                return Err(403);
            }
            let new = seen_team.and_then(|team| team.keys.iter().find(|(_, key)| key.name == *name));
            let id = new.map_or(guildhall_shared::ApiKeyId::from_random(NOTHING), |(id, _)| *id);
            let (created, expires) = new.map_or((Found(now), Found(None)), |(_, key)| (key.created, key.expires));
            team.keys.insert(id, Key { name: name.clone(), maker: me, scopes: scopes.clone(), created, expires });
        }
        Act::RevokeKey { id, .. } => {
            let maker = team.keys.get(id).map(|key| key.maker).ok_or(404_u16)?;
            if maker != me && my_role == Role::Member {
                return Err(404);
            }
            team.keys.remove(id);
        }
        Act::Invite { .. } | Act::ResendInvitation { .. } | Act::CancelInvitation { .. } => {
            let sent = of_invitations(team, seen_team, now, op, (me, &member_emails, &facts.limited))?;
            let many = match &op.act {
                Act::Invite { emails, .. } => emails.iter().collect::<BTreeSet<_>>().len(),
                Act::ResendInvitation { .. } => 1,
                _ => 0,
            };
            if many > 0 {
                after.accounts.get_mut(&me).ok_or(404_u16)?.invites(now, many)?;
                if sent == 0 {
                    return Err(429);
                }
            }
        }
        Act::CreateSecret { .. } | Act::UpdateSecret { .. } | Act::DeleteSecret { .. } => of_secrets(team, op)?,
        _ => unreachable!("{op} is not about a team"),
    }
    Ok(())
}

/// Who may invite nobody any more has offered nothing.
pub fn end_invitations(team: &mut Team, maker: AccountId) {
    for invitation in team.invitations.values_mut() {
        if invitation.maker == maker && invitation.stage == Stage::Pending {
            invitation.stage = Stage::Ended;
        }
    }
}

fn of_invitations(
    team: &mut Team,
    seen: Option<&Team>,
    now: Timestamp,
    op: &Op,
    (me, member_emails, limited): (AccountId, &[String], &[String]),
) -> Result<usize, u16> {
    let mut sent = 0;
    match &op.act {
        Act::Invite { .. } if team.is_private => return Err(409),
        Act::Invite { emails, is_admin, .. } => {
            let may = |email: &&String| !member_emails.contains(email) && pending(team, email, now).is_none();
            let emails: Vec<&String> = emails.iter().filter(may).collect();
            if emails.is_empty() {
                return Err(400);
            }
            for email in emails.into_iter().filter(|email| !limited.contains(email)) {
                sent += 1;
                let new = seen.into_iter().flat_map(|team| &team.invitations);
                let mut new = new.filter(|(id, new)| !team.invitations.contains_key(id) && new.email == *email);
                let (id, link) = new
                    .next()
                    .map_or((InvitationId::from_random(NOTHING), LinkId::from_random(NOTHING)), |(id, new)| {
                        (*id, new.link)
                    });
                let expires = crate::state::Found(now.plus(7 * 24 * 60 * MINUTE));
                let (email, is_admin, stage) = (email.clone(), *is_admin, Stage::Pending);
                team.invitations.insert(id, Invitation { email, maker: me, is_admin, stage, link, expires });
            }
        }
        Act::ResendInvitation { id, .. } => {
            let invitation = team.invitations.get(id).ok_or(404_u16)?;
            if invitation.stage != Stage::Pending {
                return Err(409);
            }
            let email = &invitation.email;
            let is_late = !invitation.is_open(now);
            if is_late && (member_emails.contains(email) || pending(team, email, now).is_some()) {
                return Err(400);
            }
            sent = usize::from(!limited.contains(email));
            let new = seen.and_then(|team| team.invitations.get(id)).map(|new| new.link);
            let invitation = team.invitations.get_mut(id).ok_or(404_u16)?;
            let new = new.filter(|new| *new != invitation.link);
            invitation.link = new.unwrap_or(LinkId::from_random(NOTHING));
            invitation.maker = me;
            invitation.expires.0 = now.plus(7 * 24 * 60 * MINUTE);
        }
        Act::CancelInvitation { id, .. } => {
            let invitation = team.invitations.get_mut(id).ok_or(404_u16)?;
            if invitation.stage != Stage::Pending {
                return Err(409);
            }
            invitation.stage = Stage::Cancelled;
        }
        _ => unreachable!("{op} is not about invitations"),
    }
    Ok(sent)
}

fn of_secrets(team: &mut Team, op: &Op) -> Result<(), u16> {
    let is_stale = op.if_match.is_some_and(|(_, is_current)| !is_current);
    match &op.act {
        Act::CreateSecret { name, .. } => {
            if team.secrets.insert(name.clone(), 1).is_some() {
                return Err(409);
            }
        }
        Act::UpdateSecret { name, .. } => {
            let version = team.secrets.get_mut(name).ok_or(404_u16)?;
            if is_stale {
                return Err(412);
            }
            *version += 1;
        }
        Act::DeleteSecret { name, .. } => {
            if !team.secrets.contains_key(name) {
                return Err(404);
            }
            if is_stale {
                return Err(412);
            }
            team.secrets.remove(name);
        }
        _ => unreachable!("{op} is not about secrets"),
    }
    Ok(())
}

/// An open invitation of this email.
fn pending<'t>(team: &'t Team, email: &str, now: Timestamp) -> Option<&'t Invitation> {
    team.invitations.values().find(|invitation| invitation.email == email && invitation.is_open(now))
}
