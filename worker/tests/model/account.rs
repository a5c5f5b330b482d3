//! The rules of accounts: signing up and in, sessions, passwords, emails, names.

use crate::{
    factor, leaving,
    mailbox::RECIPIENT,
    op::{Act, Mailed, Offer, Op, Who, devices_of, email_of},
    passkey,
    rule::{Facts, NOTHING, offered},
    ssh_key,
    state::{Account, Former, Found, Pending, Session, State, Team},
    support::PASSWORD,
};
use guildhall_shared::{
    AccountId, SessionId, TeamId, Timestamp,
    id::{DeviceId, LinkId},
    timestamp::DAY,
};
use guildhall_worker::features::teams::record::Holder;

/// Browsers that an account knows at once.
const DEVICES: usize = 20;

pub fn sign_up(
    after: &mut State,
    seen: &State,
    now: Timestamp,
    (name, offer): (&str, Option<&Offer>),
    facts: &Facts,
) -> Result<(), u16> {
    let email = email_of(name);
    if let Some(offer) = offer {
        offered(after, now, offer.team, offer.id, Some(offer.link), &email)?;
    }
    if after.is_email_taken(&email, None) {
        return Err(409);
    }
    if offer.is_none() && facts.confirmations >= RECIPIENT {
        return Err(429);
    }
    if after.is_name_taken(name, None, now) {
        return Err(409);
    }
    let new = seen.accounts.iter().find(|(id, new)| new.username == name && !after.accounts.contains_key(id));
    let (id, new) = new.map_or((AccountId::from_random(NOTHING), None), |(id, new)| (*id, Some(new)));
    let workspace = new.and_then(|new| new.workspace).unwrap_or(TeamId::from_random(NOTHING));
    let account = Account {
        username: name.to_owned(),
        email,
        is_held: true,
        is_confirmed: offer.is_some(),
        theme: "system".to_owned(),
        password: PASSWORD,
        workspace: Some(workspace),
        sessions: new.into_iter().flat_map(|new| new.sessions.clone()).take(1).collect(),
        link: new.and_then(|new| new.link).filter(|_| offer.is_none()),
        devices: new.into_iter().flat_map(|new| new.devices.clone()).take(1).collect(),
        ..Account::default()
    };
    after.accounts.insert(id, account);
    after.soon.insert(workspace, Team::fresh(name, id, true));
    Ok(())
}

pub fn sign_in(
    after: &mut State,
    seen: &State,
    now: Timestamp,
    op: &Op,
    (email, password): (&str, &str),
    facts: &Facts,
) -> Result<u16, u16> {
    if facts.attempts >= crate::mailbox::ATTEMPTS {
        return Err(429);
    }
    let is_it = |(id, account): &(&AccountId, &mut Account)| {
        account.email == email && (account.is_held || facts.holder == Some(**id))
    };
    let (id, account) =
        after.accounts.iter_mut().find(is_it).filter(|(_, of)| of.password == password).ok_or(401_u16)?;
    let id = *id;
    let known = known_device(account, now, id, op);
    if facts.is_locked && known.is_none() {
        return Err(401);
    }
    if account.factor.is_on() {
        account.factor.wait(seen.accounts.get(&id).map(|seen| &seen.factor), now, email);
        return Ok(202);
    }
    finish(after, seen, now, op, id, facts)
}

/// Where every sign-in ends. One who has left gets no session, and nothing happens.
pub fn finish(
    after: &mut State,
    seen: &State,
    now: Timestamp,
    op: &Op,
    id: AccountId,
    facts: &Facts,
) -> Result<u16, u16> {
    let account = after.accounts.get_mut(&id).ok_or(401_u16)?;
    if account.deactivated.is_some() {
        return Err(403);
    }
    let known = known_device(account, now, id, op);
    let standing = match &op.who {
        Some(Who::Seat(seat)) => Some((seat.account, seat.session)),
        _ => None,
    };
    if let Some((_, session)) = standing.filter(|(of, _)| *of == id) {
        account.sessions.remove(&session);
    }
    account.sessions.retain(|_, session| session.expires.0 > now);
    open(account, seen.accounts.get(&id));
    if known.is_none() {
        meet(account, seen.accounts.get(&id));
    }
    if let Some((other, session)) = standing.filter(|(of, _)| *of != id && facts.signs_out)
        && let Some(other) = after.accounts.get_mut(&other)
        && other.sessions.get(&session).is_some_and(|session| session.expires.0 > now)
    {
        other.sessions.remove(&session);
    }
    Ok(200)
}

/// The browser of a call, where the account knows it.
pub fn known_device(account: &Account, now: Timestamp, id: AccountId, op: &Op) -> Option<DeviceId> {
    let is_known = |device: &DeviceId| account.devices.get(device).is_some_and(|seen| now.since(seen.0) < 400 * DAY);
    let mut theirs = devices_of(op.who.as_ref()).into_iter().filter(|(of, _)| *of == id).map(|(_, device)| device);
    theirs.find(is_known)
}

/// A session more than there was.
pub fn open(account: &mut Account, seen: Option<&Account>) {
    let seen = seen.map(|account| account.sessions.clone()).unwrap_or_default();
    let new = seen.into_iter().find(|(id, _)| !account.sessions.contains_key(id));
    account.sessions.extend(new.or(Some((SessionId::from_random(NOTHING), Session::default()))));
}

/// A browser more than there was; of many, those seen longest ago go.
fn meet(account: &mut Account, seen: Option<&Account>) {
    let seen = seen.map(|account| account.devices.clone()).unwrap_or_default();
    if account.devices.len() >= DEVICES {
        account.devices = if seen.len() == DEVICES { seen } else { account.devices.clone() };
        return;
    }
    let new = seen.into_iter().find(|(id, _)| !account.devices.contains_key(id));
    account.devices.extend(new.or(Some((DeviceId::from_random(NOTHING), Found::default()))));
}

/// Whether a confirmation's link is still good.
fn opens(state: &State, now: Timestamp, of: &Mailed) -> Result<(), u16> {
    let account = state.accounts.get(&of.account).ok_or(400_u16)?;
    let is_good =
        account.link == Some(of.link) && account.link_expires.0 > now && account.is_held && !account.is_confirmed;
    if is_good { Ok(()) } else { Err(400) }
}

fn is_pending(account: &Account, now: Timestamp, link: LinkId) -> bool {
    account.pending.as_ref().is_some_and(|pending| pending.link == link && pending.expires.0 > now)
}

/// What whoever holds a mailed link can do.
pub fn by_link(after: &mut State, now: Timestamp, op: &Op, of: &Mailed) -> Result<(), u16> {
    if let Act::Deny(_) = op.act {
        if let Some(account) = after.accounts.get_mut(&of.account).filter(|account| is_pending(account, now, of.link)) {
            account.pending = None;
            return Ok(());
        }
        opens(after, now, of)?;
        after.accounts.remove(&of.account);
        after.forget_workspaces();
        return Ok(());
    }
    if matches!(op.act, Act::Reset { .. } | Act::UndoEmail { .. } | Act::TakeBack { .. }) {
        return after.take_back(now, of.account, op);
    }
    let account = after.accounts.get_mut(&of.account).ok_or(400_u16)?;
    let is_good =
        |links: &std::collections::BTreeMap<LinkId, Timestamp>| links.get(&of.link).is_some_and(|at| *at > now);
    match &op.act {
        Act::Unlock(_) if is_good(&account.unlocks.0) => account.unlocks.0.clear(),
        _ => return Err(400),
    }
    Ok(())
}

/// The email that waits counts from now on.
fn change_email(account: &mut Account, seen: Option<&Account>, now: Timestamp) {
    let Some(pending) = account.pending.take() else { return };
    let old = std::mem::replace(&mut account.email, pending.email);
    account.is_held = true;
    if account.is_confirmed {
        let new = seen.into_iter().flat_map(|seen| &seen.former);
        let new = new.into_iter().find(|(link, new)| !account.former.contains_key(link) && new.email == old);
        let (link, former) = new.map_or_else(
            || {
                let (since, until) = (Found(now), Found(now.plus(7 * DAY)));
                (LinkId::from_random(NOTHING), Former { email: old.clone(), since, until })
            },
            |(link, former)| (*link, former.clone()),
        );
        account.former.insert(link, former);
    }
    account.is_confirmed = true;
    account.link = None;
    account.resets.0.clear();
    account.unlocks.0.clear();
}

#[expect(clippy::too_many_lines, reason = "one arm for each act")]
pub fn of_account(
    after: &mut State,
    seen: &State,
    now: Timestamp,
    op: &Op,
    me: AccountId,
    facts: &Facts,
) -> Result<u16, u16> {
    let session = op.who.as_ref().and_then(|who| if let Who::Seat(seat) = who { Some(seat.session) } else { None });
    let session = session.ok_or(401_u16)?;
    let all = after.clone();
    let taken = |email: &str| all.is_email_taken(email, Some(me));
    let seen_me = seen.accounts.get(&me);
    let account = after.accounts.get_mut(&me).ok_or(401_u16)?;
    match &op.act {
        Act::SshKey(act) => ssh_key::judge(account, seen_me, now, act)?,
        Act::Factor(act) => return factor::judge((account, seen_me), now, (me, session), act),
        Act::Passkey(act) => passkey::judge((account, seen_me), now, session, act)?,
        Act::Leaving(leaving::Act::Deactivate { username }) => after.deactivate(seen, now, (me, username), facts)?,
        Act::SignOut => drop(account.sessions.remove(&session)),
        Act::Reauthenticate { .. } if facts.attempts >= crate::mailbox::ATTEMPTS => return Err(429),
        Act::Reauthenticate { password } if *password != account.password => return Err(400),
        Act::Reauthenticate { .. } => {
            account.sessions.remove(&session);
            open(account, seen_me);
        }
        Act::ChangePassword { password } => {
            if *password == account.password {
                return Err(400);
            }
            account.password = password;
            account.sessions.clear();
            open(account, seen_me);
            account.resets.0.clear();
            account.factor.waiting.clear();
        }
        Act::EndSession { session } => drop(account.sessions.remove(session).ok_or(404_u16)?),
        Act::EndOthers => {
            account.sessions.retain(|id, _| *id == session);
            account.factor.waiting.clear();
        }
        Act::ChangeEmail { email } => {
            if account.email == *email {
                return Err(400);
            }
            account.asks_for_an_email(now)?;
            if taken(email) {
                return Err(409);
            }
            if facts.confirmations >= RECIPIENT {
                return Err(429);
            }
            let new = seen_me.and_then(|account| account.pending.clone()).filter(|new| new.email == *email);
            let (link, expires) = (LinkId::from_random(NOTHING), Found::default());
            account.pending = new.or(Some(Pending { email: email.clone(), link, expires }));
        }
        Act::CancelEmail => drop(account.pending.take().ok_or(404_u16)?),
        Act::Confirm(of) if of.account != me => return Err(403),
        Act::Confirm(of) if is_pending(account, now, of.link) => {
            let has_factor = account.sessions.get(&session).is_some_and(|session| session.has_factor(now));
            if account.factor.is_on() && !has_factor {
                return Err(401);
            }
            change_email(account, seen_me, now);
        }
        Act::Confirm(of) => {
            opens(&all, now, of)?;
            account.is_confirmed = true;
            account.link = None;
        }
        Act::Resend => {
            if account.is_confirmed {
                return Err(409);
            }
            account.may_resend(now)?;
            if !account.is_held && taken(&account.email) {
                return Err(409);
            }
            account.resends(now)?;
            if facts.confirmations >= RECIPIENT {
                return Err(429);
            }
            account.is_held = true;
            let new = seen_me.and_then(|account| account.link).filter(|new| Some(*new) != account.link);
            account.link = new.or(Some(LinkId::from_random(NOTHING)));
        }
        Act::EditAccount { first_name } => account.first_name.clone_from(first_name),
        Act::Prefer { team, theme } => {
            if !facts.is_linked {
                return Err(400);
            }
            (*theme).clone_into(&mut account.theme);
            account.default_team = Found(Some(*team).filter(|team| Some(*team) != account.workspace));
        }
        Act::ChangeName { name } => {
            if *name != account.username {
                let mine = Holder::Account(me);
                account.may_be_renamed(now)?;
                if all.is_name_taken(name, Some(mine), now) {
                    return Err(409);
                }
                account.is_renamed(now)?;
                let old = std::mem::replace(&mut account.username, name.clone());
                let is_reserved = account.is_confirmed;
                after.retired.remove(name);
                if is_reserved {
                    after.retired.insert(old, (mine, Found(now.plus(90 * DAY))));
                }
            }
        }
        Act::CreateTeam { .. } if !account.is_confirmed => return Err(403),
        Act::CreateTeam { namespace } => {
            account.makes_a_team(now)?;
            create_team(after, (&all, seen), now, me, namespace)?;
        }
        _ => unreachable!("{op} is about a team"),
    }
    Ok(op.act.success())
}

/// A team more that is on its way.
fn create_team(
    after: &mut State,
    (all, seen): (&State, &State),
    now: Timestamp,
    me: AccountId,
    namespace: &str,
) -> Result<(), u16> {
    if all.is_name_taken(namespace, None, now) {
        return Err(409);
    }
    let known = |id: &TeamId| all.teams.contains_key(id) || all.soon.contains_key(id);
    let made = |team: &Team| team.namespace == namespace && team.owner == me;
    let new = seen.soon.iter().find(|(id, team)| !known(id) && made(team)).map(|(id, _)| *id);
    let id = new.unwrap_or(TeamId::from_random(NOTHING));
    after.soon.insert(id, Team::fresh(namespace, me, false));
    Ok(())
}
