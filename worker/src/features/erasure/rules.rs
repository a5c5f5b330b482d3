//! The rules of erasing, in the account, its teams and its names.

use crate::{
    error::Rejection,
    features::{
        accounts::record::TombstoneRecord,
        audit::{self, record::AuditSideRecord},
        deactivation::erased_at,
        emails::{confirmation_rules, email_change},
        erasure::{Erase, EraseAccount, EraseEmail, GoOn, Plan, Purge, record::ErasingRecord},
        invitations::{invitation, invitation_answer, record::blind},
        teams::{
            event::{TeamEvent, TeamEvents},
            namespace,
            record::Holder,
        },
    },
    mail::{Kind, Mail},
    object::{Handler, Rule, TimerHandler, TimerRule, context::Context, rule, timer_rule, timer_saga},
    product::Guildhall,
    store::{Effect, Transaction, key},
};
use guildhall_shared::{AccountId, TeamId, text::lower};

pub const COMMANDS: &[Handler] = &[rule::<Purge>(), rule::<Erase>(), rule::<EraseEmail>()];

pub const TIMERS: &[TimerHandler] = &[timer_saga::<EraseAccount>(), timer_rule::<GoOn>()];

/// Records or lines of a log in one commit.
const BATCH: usize = 500;

impl Rule for Purge {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        context.only_system()?;
        delete_team(tx, team);
        Ok(())
    }
}

impl Rule for Erase {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        context.only_system()?;
        erase(tx, context, team, self.account, &self.emails)?;
        Ok(())
    }
}

impl Rule for EraseEmail {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        context.only_system()?;
        erase_email(tx, context, team, &self.email)?;
        Ok(())
    }
}

/// The job that takes down a whole team.
const WHOLE: &str = "team";

/// Begins to erase, once: from here on there is no way back. Letters that wait go with the account.
pub fn begin(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Option<Plan> {
    let account = tx.get(&key::account(id));
    let is_due = account.as_ref().and_then(erased_at).is_some_and(|at| at <= tx.now());
    let Some(account) = account.filter(|_| is_due) else {
        tx.stop_timer(&EraseAccount);
        return None;
    };
    if account.confirmed.is_none() {
        // Its email may be anybody's, and nobody else's records are touched for it.
        confirmation_rules::purge(tx, context, &account);
        return None;
    }
    tx.delete(&key::come_back());
    drop_mail(tx, |_| true);
    let blind = |email: &String| context.installation.blind("email", email);
    let emails: Vec<String> = email_change::held(tx, &account).iter().map(blind).collect();
    let former = tx.scan(&key::past_emails()).into_iter().map(|(hash, _)| hash);
    let teams = tx.scan(&key::links()).into_iter().map(|(team, _)| team);
    let teams = teams.chain(tx.scan(&key::lefts()).into_iter().map(|(team, _)| team));
    let names = tx.scan(&key::past_names()).into_iter().map(|(name, _)| name);
    Some(Plan {
        teams: sorted_unique(teams.filter_map(|team| team.parse().ok()).collect()),
        former: sorted_unique(former.filter(|hash| !emails.contains(hash)).collect()),
        emails: sorted_unique(emails),
        names: sorted_unique(names.chain([account.username]).collect()),
    })
}

fn sorted_unique<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items.dedup();
    items
}

/// Ends the account's object, when everybody has been told. The fence keeps it from coming into being
/// again.
pub fn finish(tx: &mut Transaction<'_>) {
    tx.wipe(usize::MAX, "");
    tx.put(&key::tombstone(), &TombstoneRecord { at: tx.now() });
}

/// Drops letters that wait.
fn drop_mail(tx: &mut Transaction<'_>, goes: impl Fn(&Mail) -> bool) {
    for (number, row) in tx.scan(&key::pendings()) {
        if let Effect::Delivery(mail) = &row.effect
            && goes(mail)
            && let Ok(number) = number.parse()
        {
            tx.delete(&key::pending(number));
        }
    }
}

/// Takes an account out of a team, and has the log forget it. A team that it owns alone goes whole.
pub fn erase(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    account: AccountId,
    emails: &[String],
) -> Result<(), Rejection> {
    context.only_system()?;
    let Some(record) = tx.get(&key::team(team)) else { return Ok(()) };
    if record.owner == account && tx.scan_raw(key::members(team).as_str()).len() < 2 {
        if !record.private {
            let holder = Holder::Team(team);
            tx.call(&record.namespace, &namespace::Erase { holder });
        }
        delete_team(tx, team);
        return Ok(());
    }
    let mut said = vec![account.to_string()];
    if let Some(member) = tx.get(&key::member(team, account)) {
        said.push(lower(&member.profile.email));
        tx.delete(&key::member(team, account));
        tx.delete(&key::belongs(account, team));
        audit::by_platform(tx, context, &audit::Event::of("member.erase", account.as_str(), audit::ERASED));
    }
    Guildhall::raise(tx, context, team, &TeamEvent::MemberErased { member: account });
    let job = ErasingRecord { account: Some(account), emails: emails.to_vec(), ..ErasingRecord::default() };
    forget(tx, context, team, account.as_str(), &job, said);
    Ok(())
}

/// Forgets invitations to an email whose account is erased, in a team that it never came into.
pub fn erase_email(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, hash: &str) -> Result<(), Rejection> {
    context.only_system()?;
    if tx.get(&key::team(team)).is_some() {
        let job = ErasingRecord { emails: vec![hash.to_owned()], ..ErasingRecord::default() };
        forget(tx, context, team, hash, &job, vec![]);
    }
    Ok(())
}

/// Forgets at once what is said of someone outside the log, and begins with the log.
fn forget(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    name: &str,
    job: &ErasingRecord,
    mut said: Vec<String>,
) {
    let is_theirs = |email: &str| job.emails.contains(&blind(context, email));
    let (mut gone, mut anonymous) = (vec![], vec![]);
    for (id, record) in tx.scan(&key::invitations(team)) {
        if is_theirs(&record.email) {
            said.push(lower(&record.email));
            invitation_answer::Forget(record.id).fire(tx, context, team);
            gone.push(id);
        } else if Some(record.invited_by) == job.account {
            invitation::forget_inviter(tx, context, team, &record);
            anonymous.push(id);
        }
    }
    drop_mail(tx, |mail| match &mail.kind {
        Kind::Invitation { invitation, .. } => {
            gone.iter().chain(&anonymous).any(|id| id == invitation.as_str()) || is_theirs(&mail.to)
        }
        _ => is_theirs(&mail.to),
    });
    for (hash, record) in tx.scan(&key::idempotencies()) {
        let reply = record.reply.map(|reply| lower(reply.as_str())).unwrap_or_default();
        if said.iter().any(|said| reply.contains(said)) {
            tx.delete(&key::idempotency(&hash));
        }
    }
    tx.put(&key::erasing(name), job);
    let now = tx.now();
    tx.set_timer(&GoOn(name.to_owned()), now);
}

/// Takes a whole team away, its log too.
pub fn delete_team(tx: &mut Transaction<'_>, team: TeamId) {
    // What lets someone in goes first; the rest may take several commits.
    for (account, _) in tx.scan(&key::members(team)) {
        if let Ok(account) = account.parse() {
            tx.delete(&key::member(team, account));
            tx.delete(&key::belongs(account, team));
        }
    }
    tx.delete_all(&key::api_keys(team));
    tx.remove(&key::team(team));
    drop_mail(tx, |_| true);
    continue_deletion(tx);
}

fn continue_deletion(tx: &mut Transaction<'_>) {
    let now = tx.now();
    if tx.wipe(BATCH, key::erasing(WHOLE).as_str()) {
        tx.delete(&key::erasing(WHOLE));
    } else {
        tx.put(&key::erasing(WHOLE), &ErasingRecord::default());
        tx.set_timer(&GoOn(WHOLE.to_owned()), now);
    }
}

/// What the alarm continues with: so many lines of the log, or records of a team that goes.
impl TimerRule for GoOn {
    fn fire(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _team: TeamId) {
        let Self(name) = self;
        tx.stop_timer(self);
        let Some(mut job) = tx.get(&key::erasing(name)) else { return };
        if name == WHOLE {
            continue_deletion(tx);
            return;
        }
        let last = tx.get(&key::audit_head()).map_or(0, |head| head.number);
        let first = job.next.max(1);
        let until = last.min(first.saturating_add(BATCH as u64 - 1));
        for number in first..=until {
            read_line(tx, context, &mut job, number);
        }
        job.next = until + 1;
        if until < last {
            tx.put(&key::erasing(name), &job);
            let now = tx.now();
            tx.set_timer(self, now);
        } else {
            tx.delete(&key::erasing(name));
        }
    }
}

/// Empties the side of a line that is about the account, a key it made or an invitation to it.
fn read_line(tx: &mut Transaction<'_>, context: &Context<'_>, job: &mut ErasingRecord, number: u64) {
    let (Some(line), Some(side)) = (tx.get(&key::audit_line(number)), tx.get(&key::audit_side(number))) else {
        return;
    };
    let account = job.account.as_ref().map(ToString::to_string).unwrap_or_default();
    if line.actor == account && line.action == "api-key.create" {
        job.keys.push(line.target.clone());
    }
    let is_about = line.actor == account
        || line.target == account
        || job.keys.contains(&line.target)
        || side.target_name.contains('@') && job.emails.contains(&blind(context, &side.target_name));
    if is_about && !side.erased {
        tx.put(&key::audit_side(number), &AuditSideRecord { erased: true, ..Default::default() });
    }
}
