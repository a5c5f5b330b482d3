//! Deactivating an account: every team that it owns alone is closed first, so that nobody can come in
//! while it goes; then one commit ends its sessions, and a mailed link brings it back for two weeks.

use super::{
    Context,
    account::{self, AccountRecord},
    api_key, audit,
    confirmation::{self, UNCONFIRMED},
    email_change, erasure, invitation_answer, password, security_log, session,
    team::{SetProfile, TeamRecord},
};
use crate::{
    error::Refusal,
    mail::{self, Kind, Notice},
    object::{
        self, Command, Handler, Origin, Rule, TimerHandler, TimerRule, rule, saga, timer, timer_rule, timer_saga,
    },
    store::{Draft, key, primary_only},
};
use guildhall_shared::{
    AccountId, Issue, Role, TeamId, Timestamp,
    deactivation::{COME_BACK, Deactivated, Deactivation},
    id::{AttemptId, LinkId},
    security_log::Happened,
    timestamp::MINUTE,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[
    saga::<Review>(),
    saga::<Deactivate>(),
    rule::<ComeBack>(),
    rule::<AskHolding>(),
    rule::<Close>(),
    rule::<Open>(),
];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<GiveUp>(), timer_saga::<Reopen>()];

timer!(
    /// An attempt to leave that was cut short is undone.
    GiveUp on object::Account as "leaving"
);

impl TimerRule for GiveUp {
    fn fire(&self, draft: &mut Draft<'_>, _context: &Context<'_>, id: AccountId) {
        give_up(draft, id, None);
    }
}

timer!(
    /// A team that was closed asks whether its owner has gone.
    Reopen on object::Team as "closed"
);

/// When an attempt that came to nothing is undone.
const PATIENCE: i64 = 2 * MINUTE;
/// When a team that was closed asks whether its owner went.
const CLOSED: i64 = 10 * MINUTE;

/// An attempt that is under way: meanwhile the account comes into no team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavingRecord {
    pub attempt: AttemptId,
    pub since: Timestamp,
}

/// The link that brings the account back. It ends when erasing begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComeBackRecord {
    pub link: LinkId,
    pub until: Timestamp,
}

primary_only!(LeavingRecord, ComeBackRecord);

/// What deactivating would meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review;

impl Command for Review {
    type On = object::Account;
    type Reply = Deactivation;
    const NAME: &'static str = "account.deactivation";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deactivate {
    pub username: String,
}

impl Command for Deactivate {
    type On = object::Account;
    type Reply = Deactivated;
    const NAME: &'static str = "account.deactivate";
}

/// From an account that does not leave after all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    pub attempt: AttemptId,
}

impl Command for Open {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.open";
}

impl Rule for Open {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Refusal> {
        context.only_system()?;
        open(draft, team, Some(self.attempt));
        Ok(())
    }
}

/// When a deactivated account is erased. One that was never confirmed goes when it would have anyway.
pub fn erased_at(account: &AccountRecord) -> Option<Timestamp> {
    let at = account.deactivated?.plus(COME_BACK);
    Some(if account.confirmed.is_none() { at.min(account.created.plus(UNCONFIRMED)) } else { at })
}

/// Refuses a sign-in that was right, with the way back.
pub fn refuse(account: &AccountRecord) -> Result<(), Refusal> {
    erased_at(account).map_or(Ok(()), |at| {
        Err(Refusal::forbidden(format!(
            "This account is deactivated, and erased on {}. To come back, open the link that we mailed to it; \
             “Forgot password” mails it again.",
            mail::utc(at)
        )))
    })
}

/// Refuses to come into a team while one leaves.
pub fn refuse_leaving(draft: &Draft<'_>) -> Result<(), Refusal> {
    match draft.get(&key::leaving()) {
        Some(_) => Err(Refusal::conflict("Your account is being deactivated. Try again in a few minutes.")),
        None => Ok(()),
    }
}

/// The account's teams, the private workspace first, and what it has beside them.
pub fn look(draft: &Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(Vec<TeamId>, Deactivation), Refusal> {
    session::check(draft, context)?;
    let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
    let now = draft.now();
    let sessions = draft.scan(&key::sessions(id)).into_iter().filter(|(_, session)| session.expires > now).count();
    let ssh_keys = draft.get(&key::ssh_keys(id)).unwrap_or_default().keys.len();
    Ok((teams(draft, &account), Deactivation { sessions, ssh_keys, ..Deactivation::default() }))
}

fn teams(draft: &Draft<'_>, account: &AccountRecord) -> Vec<TeamId> {
    let links = draft.scan(&key::links());
    let mut teams: Vec<TeamId> = links.into_iter().filter_map(|(team, _)| team.parse().ok()).collect();
    teams.sort_unstable_by_key(|team| (*team != account.workspace, *team));
    teams
}

/// Begins an attempt, which takes the place of one that was cut short.
pub fn begin(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    username: &str,
) -> Result<(AttemptId, Vec<TeamId>), Refusal> {
    session::check_recent(draft, context)?;
    let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
    if guildhall_shared::typed::trimmed(username) != account.username {
        return Err(Issue::new(format!("username: This is not your username. Type {}.", account.username)).into());
    }
    if draft.scan(&key::links()).iter().any(|(_, link)| !link.made) {
        return Err(Refusal::conflict("You are coming into a team at this moment. Try again in a few minutes."));
    }
    let now = draft.now();
    let attempt = context.id();
    draft.put(&key::leaving(), &LeavingRecord { attempt, since: now });
    draft.set_timer(&GiveUp, now.plus(PATIENCE));
    Ok((attempt, teams(draft, &account)))
}

/// Whether every team has heard the latest of the account.
pub fn is_told(draft: &Draft<'_>) -> bool {
    !draft.scan(&key::pendings()).iter().any(|(_, row)| row.effect.is::<SetProfile>())
}

/// Undoes an attempt, or whichever stands: teams that it closed are opened again.
pub fn give_up(draft: &mut Draft<'_>, id: AccountId, attempt: Option<AttemptId>) {
    let Some(leaving) = draft.get(&key::leaving()).filter(|leaving| attempt.is_none_or(|one| one == leaving.attempt))
    else {
        return;
    };
    draft.delete(&key::leaving());
    draft.stop_timer(&GiveUp);
    let Some(account) = draft.get(&key::account(id)) else { return };
    for team in teams(draft, &account) {
        draft.call(&team, &Open { attempt: leaving.attempt });
    }
}

/// Whether the account leaves by this attempt, or has left.
pub fn is_leaving(draft: &Draft<'_>, account: &AccountRecord, attempt: AttemptId) -> bool {
    account.deactivated.is_some() || draft.get(&key::leaving()).is_some_and(|leaving| leaving.attempt == attempt)
}

/// 1. The attempt still stands: teams are closed, and none has come in.
/// 2. Everything that signs in, and every link but the one that undoes a change of email, which whoever
///    was robbed of the account still holds.
/// 3. The link that brings it back, the date of the end, and the news to the teams, which end its keys.
pub fn finish(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    attempt: AttemptId,
) -> Result<Deactivated, Refusal> {
    // 1
    session::check_recent(draft, context)?;
    if draft.get(&key::leaving()).is_none_or(|leaving| leaving.attempt != attempt) {
        return Err(Refusal::conflict("Deactivating took too long and was undone. Try again."));
    }
    draft.delete(&key::leaving());
    draft.stop_timer(&GiveUp);
    // 2
    email_change::LapsePending.fire(draft, context, id);
    password::void_all(draft, id);
    confirmation::void_links(draft);
    // 3
    let mut account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
    account.deactivated = Some(draft.now());
    let until = erased_at(&account).unwrap_or_else(|| draft.now());
    draft.put(&key::come_back(), &ComeBackRecord { link: context.id(), until });
    draft.set_timer(&erasure::EraseAccount, until);
    security_log::note(draft, context.origin, Happened::Deactivate, "");
    mail_link(draft, &account, context.origin);
    account::save_profile(draft, account);
    Ok(Deactivated { dt_erased: until })
}

/// Mails the link, the same one each time, so that nobody can void it by asking for another.
pub fn mail_link(draft: &mut Draft<'_>, account: &AccountRecord, origin: &Origin) {
    let Some(ComeBackRecord { link, until }) = draft.get(&key::come_back()) else { return };
    let kind = Kind::Security(Notice::Deactivated { account: account.id, link, until });
    crate::mail::send(draft, &account.email, &origin.site, kind);
}

/// By whoever holds the mailed token.
/// By whoever holds the mailed token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComeBack {
    pub link: LinkId,
}

impl Command for ComeBack {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.comeBack";
}

impl Rule for ComeBack {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Refusal> {
        let Self { link } = *self;
        let now = draft.now();
        let standing = draft.get(&key::come_back()).filter(|standing| standing.link == link && standing.until > now);
        let (Some(mut account), Some(_)) = (draft.get(&key::account(id)), standing) else {
            return Err(Refusal::bad("This link was used, or is out of date. If the account is back, sign in."));
        };
        draft.delete(&key::come_back());
        draft.stop_timer(&erasure::EraseAccount);
        account.deactivated = None;
        security_log::note(draft, context.origin, Happened::ComeBack, "");
        let kind = Kind::Security(Notice::CameBack { at: now, origin: context.origin.clone() });
        crate::mail::send(draft, &account.email, &context.origin.site, kind);
        account::save_profile(draft, account);
        Ok(())
    }
}

/// What an account holds in a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    pub name: String,
    pub namespace: String,
    pub private: bool,
    pub owner: bool,
    pub members: usize,
    pub api_keys: usize,
    pub secrets: usize,
}

impl Holding {
    /// Whether the team goes with the account.
    pub fn is_alone(&self) -> bool {
        self.owner && self.members == 1
    }
}

/// From an account: what it holds here.
/// What a member holds here; `None` for whoever is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskHolding {
    pub account: AccountId,
}

impl Command for AskHolding {
    type On = object::Team;
    type Reply = Option<Holding>;
    const NAME: &'static str = "team.holding";
}

impl Rule for AskHolding {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<Option<Holding>, Refusal> {
        let Self { account } = *self;
        context.only_system()?;
        let (Some(record), Some(member)) = (draft.get(&key::team(team)), draft.get(&key::member(team, account))) else {
            return Ok(None);
        };
        let count = |prefix: &str| draft.scan_raw(prefix).len();
        let own = draft.scan(&key::api_keys(team)).into_iter().filter(|(_, api_key)| api_key.maker == account);
        Ok(Some(Holding {
            name: record.name,
            namespace: record.namespace,
            private: record.private,
            owner: member.role == Role::Owner,
            members: count(key::members(team).as_str()),
            api_keys: own.count(),
            secrets: count(key::secrets(team).as_str()),
        }))
    }
}

/// From an account that leaves: nobody may come in where it is alone.
/// Closes a team that the account owns alone. Where others are in it, it stays open, and says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Close {
    pub account: AccountId,
    pub attempt: AttemptId,
}

impl Command for Close {
    type On = object::Team;
    type Reply = Option<Holding>;
    const NAME: &'static str = "team.close";
}

impl Rule for Close {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<Option<Holding>, Refusal> {
        let Self { account, attempt } = *self;
        let holding = AskHolding { account }.decide(draft, context, team)?;
        if holding.as_ref().is_some_and(|holding| holding.is_alone() && !holding.private)
            && let Some(record) = draft.get(&key::team(team))
        {
            draft.put(&key::team(team), &TeamRecord { closed: Some(attempt), ..record });
            draft.set_timer(&Reopen, draft.now().plus(CLOSED));
        }
        Ok(holding)
    }
}

/// Opens a team again, unless another attempt has closed it since.
pub fn open(draft: &mut Draft<'_>, team: TeamId, attempt: Option<AttemptId>) {
    let record = draft.get(&key::team(team)).filter(|record| record.closed.is_some());
    if let Some(record) = record.filter(|record| attempt.is_none() || record.closed == attempt) {
        draft.put(&key::team(team), &TeamRecord { closed: None, ..record });
        draft.stop_timer(&Reopen);
    }
}

/// The attempt that has closed a team whose owner is not yet known to have gone.
pub fn closed(draft: &Draft<'_>, team: TeamId) -> Option<(AccountId, AttemptId)> {
    let record = draft.get(&key::team(team))?;
    let owner = draft.get(&key::member(team, record.owner))?;
    Some((record.owner, record.closed.filter(|_| !owner.profile.deactivated)?))
}

/// A team hears that a member has gone, whose keys and invitations end, or is back.
pub fn heard(draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId, account: AccountId, is_deactivated: bool) {
    if is_deactivated {
        draft.stop_timer(&Reopen);
        invitation_answer::end_of_maker(draft, context, team, account, None);
        for (id, record) in draft.scan(&key::api_keys(team)) {
            if record.maker == account
                && let Ok(key) = id.parse()
            {
                api_key::end(draft, team, key);
                audit::by_platform(draft, context, &audit::Event::of("api-key.end", &id, &record.name));
            }
        }
    } else if draft.get(&key::team(team)).is_some_and(|record| record.owner == account) {
        open(draft, team, None);
    }
}
