//! The rules of leaving: what an account and its teams decide, step by step, and coming back.

use crate::{
    error::Rejection,
    features::{
        accounts::{account, record::AccountRecord},
        api_keys::api_key,
        audit,
        deactivation::{
            self, AskHolding, Close, ComeBack, Deactivate, GiveUp, Holding, Open, Reopen, Review,
            record::{ComeBackRecord, LeavingRecord},
        },
        emails::{
            confirmation::{self},
            email_change,
        },
        erasure,
        invitations::invitation_answer,
        passwords::password,
        security_log,
        sessions::session,
        teams::{record::TeamRecord, team::SetProfile},
    },
    mail::{Kind, Notice},
    object::{Handler, Rule, TimerHandler, TimerRule, context::Context, rule, saga, timer_rule, timer_saga},
    store::{Draft, key},
};
use guildhall_shared::{
    AccountId, Issue, Role, TeamId,
    deactivation::{Deactivated, Deactivation},
    id::AttemptId,
    security_log::Happened,
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
    fn fire(&self, draft: &mut Draft<'_>, _context: &Context<'_>, id: AccountId) {
        give_up(draft, id, None);
    }
}

/// When an attempt that came to nothing is undone.
const PATIENCE: i64 = 2 * MINUTE;

/// When a team that was closed asks whether its owner went.
const CLOSED: i64 = 10 * MINUTE;

impl Rule for Open {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        context.only_system()?;
        deactivation::open(draft, team, Some(self.attempt));
        Ok(())
    }
}

/// The account's teams, the private workspace first, and what it has beside them.
pub fn look(draft: &Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(Vec<TeamId>, Deactivation), Rejection> {
    session::check(draft, context)?;
    let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
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
) -> Result<(AttemptId, Vec<TeamId>), Rejection> {
    session::check_recent(draft, context)?;
    let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    if guildhall_shared::typed::trimmed(username) != account.username {
        return Err(Issue::new(format!("username: This is not your username. Type {}.", account.username)).into());
    }
    if draft.scan(&key::links()).iter().any(|(_, link)| !link.made) {
        return Err(Rejection::conflict("You are coming into a team at this moment. Try again in a few minutes."));
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

/// 1. The attempt still stands: teams are closed, and none has come in.
/// 2. Everything that signs in, and every link but the one that undoes a change of email, which whoever
///    was robbed of the account still holds.
/// 3. The link that brings it back, the date of the end, and the news to the teams, which end its keys.
pub fn finish(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    attempt: AttemptId,
) -> Result<Deactivated, Rejection> {
    // 1
    session::check_recent(draft, context)?;
    if draft.get(&key::leaving()).is_none_or(|leaving| leaving.attempt != attempt) {
        return Err(Rejection::conflict("Deactivating took too long and was undone. Try again."));
    }
    draft.delete(&key::leaving());
    draft.stop_timer(&GiveUp);
    // 2
    email_change::LapsePending.fire(draft, context, id);
    password::void_all(draft, id);
    confirmation::void_links(draft);
    // 3
    let mut account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    account.deactivated = Some(draft.now());
    let until = deactivation::erased_at(&account).unwrap_or_else(|| draft.now());
    draft.put(&key::come_back(), &ComeBackRecord { link: context.id(), until });
    draft.set_timer(&erasure::EraseAccount, until);
    security_log::note(draft, context.origin, Happened::Deactivate, "");
    deactivation::mail_link(draft, &account, context.origin);
    account::save_profile(draft, account);
    Ok(Deactivated { dt_erased: until })
}

impl Rule for ComeBack {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { link } = *self;
        let now = draft.now();
        let standing = draft.get(&key::come_back()).filter(|standing| standing.link == link && standing.until > now);
        let (Some(mut account), Some(_)) = (draft.get(&key::account(id)), standing) else {
            return Err(Rejection::bad("This link was used, or is out of date. If the account is back, sign in."));
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

impl Rule for AskHolding {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<Option<Holding>, Rejection> {
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

impl Rule for Close {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<Option<Holding>, Rejection> {
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
        deactivation::open(draft, team, None);
    }
}
