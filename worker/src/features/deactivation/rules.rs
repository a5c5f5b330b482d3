//! The rules of leaving: what an account and its teams decide, step by step, and coming back.

use crate::{
    error::Rejection,
    features::{
        accounts::{
            account,
            event::{AccountEvent, AccountEvents},
            record::AccountRecord,
        },
        api_keys::api_key,
        deactivation::{
            self, AskHolding, Close, ComeBack, Deactivate, GiveUp, Holding, Open, Reopen, Review,
            record::{ComeBackRecord, LeavingRecord},
        },
        erasure, security_log,
        sessions::session,
        teams::{
            event::{TeamEvent, TeamEvents},
            record::TeamRecord,
            team::SetProfile,
        },
    },
    mail::{Kind, Notice},
    object::{Handler, Rule, TimerHandler, TimerRule, context::Context, rule, saga, timer_rule, timer_saga},
    product::Guildhall,
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Issue, Role, TeamId,
    deactivation::{Deactivated, Deactivation},
    id::AttemptId,
    security_log::SecurityEventKind,
    timestamp::MINUTE,
};

pub const COMMANDS: &[Handler] = &[
    saga::<Review>(),
    saga::<Deactivate>(),
    rule::<ComeBack>(),
    rule::<AskHolding>(),
    rule::<Close>(),
    rule::<Open>(),
];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<GiveUp>(), timer_saga::<Reopen>()];

impl TimerRule for GiveUp {
    fn fire(&self, tx: &mut Transaction<'_>, _context: &Context<'_>, id: AccountId) {
        give_up(tx, id, None);
    }
}

/// When an attempt that came to nothing is undone.
const PATIENCE: i64 = 2 * MINUTE;

/// When a team that was closed asks whether its owner went.
const CLOSED: i64 = 10 * MINUTE;

impl Rule for Open {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        context.only_system()?;
        deactivation::open(tx, team, Some(self.attempt));
        Ok(())
    }
}

/// The account's teams, the private workspace first, and what it has beside them.
pub fn preview(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
) -> Result<(Vec<TeamId>, Deactivation), Rejection> {
    session::check(tx, context)?;
    let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    let now = tx.now();
    let sessions = tx.scan(&key::sessions(id)).into_iter().filter(|(_, session)| session.expires > now).count();
    let ssh_keys = tx.get(&key::ssh_keys(id)).unwrap_or_default().keys.len();
    Ok((teams(tx, &account), Deactivation { sessions, ssh_keys, ..Deactivation::default() }))
}

fn teams(tx: &Transaction<'_>, account: &AccountRecord) -> Vec<TeamId> {
    let links = tx.scan(&key::links());
    let mut teams: Vec<TeamId> = links.into_iter().filter_map(|(team, _)| team.parse().ok()).collect();
    teams.sort_unstable_by_key(|team| (*team != account.workspace, *team));
    teams
}

/// Begins an attempt, which takes the place of one that was cut short.
pub fn begin(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    username: &str,
) -> Result<(AttemptId, Vec<TeamId>), Rejection> {
    session::check_recent(tx, context)?;
    let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    if guildhall_shared::typed::trimmed(username) != account.username {
        return Err(Issue::new(format!("username: This is not your username. Type {}.", account.username)).into());
    }
    if tx.scan(&key::links()).iter().any(|(_, link)| !link.made) {
        return Err(Rejection::conflict("You are coming into a team at this moment. Try again in a few minutes."));
    }
    let now = tx.now();
    let attempt = context.id();
    tx.put(&key::leaving(), &LeavingRecord { attempt, since: now });
    tx.set_timer(&GiveUp, now.plus(PATIENCE));
    Ok((attempt, teams(tx, &account)))
}

/// Whether every team has heard the latest of the account.
pub fn is_told(tx: &Transaction<'_>) -> bool {
    !tx.scan(&key::pendings()).iter().any(|(_, row)| row.effect.is::<SetProfile>())
}

/// Undoes an attempt, or whichever stands: teams that it closed are opened again.
pub fn give_up(tx: &mut Transaction<'_>, id: AccountId, attempt: Option<AttemptId>) {
    let Some(leaving) = tx.get(&key::leaving()).filter(|leaving| attempt.is_none_or(|one| one == leaving.attempt))
    else {
        return;
    };
    tx.delete(&key::leaving());
    tx.stop_timer(&GiveUp);
    let Some(account) = tx.get(&key::account(id)) else { return };
    for team in teams(tx, &account) {
        tx.call(&team, &Open { attempt: leaving.attempt });
    }
}

/// 1. The attempt still stands: teams are closed, and none has come in.
/// 2. Everything that signs in, and every link but the one that undoes a change of email, which whoever
///    was robbed of the account still holds.
/// 3. The link that brings it back, the date of the end, and the news to the teams, which end its keys.
pub fn finish(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    attempt: AttemptId,
) -> Result<Deactivated, Rejection> {
    // 1
    session::check_recent(tx, context)?;
    if tx.get(&key::leaving()).is_none_or(|leaving| leaving.attempt != attempt) {
        return Err(Rejection::conflict("Deactivating took too long and was undone. Try again."));
    }
    tx.delete(&key::leaving());
    tx.stop_timer(&GiveUp);
    // 2
    <Guildhall as AccountEvents>::raise(tx, context, id, AccountEvent::Deactivated);
    // 3
    let mut account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    account.deactivated = Some(tx.now());
    let until = deactivation::erased_at(&account).unwrap_or_else(|| tx.now());
    tx.put(&key::come_back(), &ComeBackRecord { link: context.id(), until });
    tx.set_timer(&erasure::EraseAccount, until);
    security_log::note(tx, context.origin, SecurityEventKind::Deactivate, "");
    deactivation::mail_link(tx, &account, context.origin);
    account::save_profile(tx, account);
    Ok(Deactivated { dt_erased: until })
}

impl Rule for ComeBack {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { link } = *self;
        let now = tx.now();
        let standing = tx.get(&key::come_back()).filter(|standing| standing.link == link && standing.until > now);
        let (Some(mut account), Some(_)) = (tx.get(&key::account(id)), standing) else {
            return Err(Rejection::bad("This link was used, or is out of date. If the account is back, sign in."));
        };
        tx.delete(&key::come_back());
        tx.stop_timer(&erasure::EraseAccount);
        account.deactivated = None;
        security_log::note(tx, context.origin, SecurityEventKind::ComeBack, "");
        let kind = Kind::Security(Notice::CameBack { at: now, origin: context.origin.clone() });
        crate::mail::send(tx, &account.email, &context.origin.site, kind);
        account::save_profile(tx, account);
        Ok(())
    }
}

impl Rule for AskHolding {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        team: TeamId,
    ) -> Result<Option<Holding>, Rejection> {
        let Self { account } = *self;
        context.only_system()?;
        let (Some(record), Some(member)) = (tx.get(&key::team(team)), tx.get(&key::member(team, account))) else {
            return Ok(None);
        };
        let count = |prefix: &str| tx.scan_raw(prefix).len();
        let own = api_key::of_maker(tx, team, account);
        Ok(Some(Holding {
            name: record.name,
            namespace: record.namespace,
            private: record.private,
            owner: member.role == Role::Owner,
            members: count(key::members(team).as_str()),
            api_keys: own.len(),
            secrets: count(key::secrets(team).as_str()),
        }))
    }
}

impl Rule for Close {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        team: TeamId,
    ) -> Result<Option<Holding>, Rejection> {
        let Self { account, attempt } = *self;
        let holding = AskHolding { account }.decide(tx, context, team)?;
        if holding.as_ref().is_some_and(|holding| holding.is_alone() && !holding.private)
            && let Some(record) = tx.get(&key::team(team))
        {
            tx.put(&key::team(team), &TeamRecord { closed: Some(attempt), ..record });
            tx.set_timer(&Reopen, tx.now().plus(CLOSED));
        }
        Ok(holding)
    }
}

/// A team hears that a member has gone, whose keys and invitations end, or is back.
pub fn heard(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, account: AccountId, is_deactivated: bool) {
    if is_deactivated {
        tx.stop_timer(&Reopen);
        <Guildhall as TeamEvents>::raise(tx, context, team, &TeamEvent::MemberDeactivated { member: account });
    } else if tx.get(&key::team(team)).is_some_and(|record| record.owner == account) {
        deactivation::open(tx, team, None);
    }
}
