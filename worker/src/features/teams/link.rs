//! The account's side of coming into a team: the link is written before the team commits, and goes
//! only when the team says that it should.

use crate::{
    error::Rejection,
    features::{
        accounts::{
            account,
            record::{AccountRecord, LinkRecord},
        },
        deactivation, erasure,
        sessions::session,
        teams::team,
    },
    object::{self, Command, Handler, Rule, TimerHandler, context::Context, rule, saga, timer, timer_saga},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, InvitationId, Issue, TeamId,
    auth::field,
    id::LinkId,
    member::TeamMember,
    name::{DisplayName, Namespace},
    team::{Team, TeamCreate},
    timestamp::MINUTE,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[saga::<CreateTeam>(), saga::<Join>(), rule::<Link>(), rule::<Unlink>()];

pub const TIMERS: &[TimerHandler] = &[timer_saga::<Heal>()];

timer!(
    /// Joining a team, or making one, was begun and not ended.
    Heal(TeamId) on object::Account as "link"
);

/// When a link that was not made good is looked at.
const PATIENCE: i64 = 2 * MINUTE;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateTeam {
    pub name: String,
    pub namespace: String,
}

impl Command for CreateTeam {
    type On = object::Account;
    type Reply = Team;
    const NAME: &'static str = "account.createTeam";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Join {
    pub team: TeamId,
    pub invitation: InvitationId,
    pub link: Option<LinkId>,
}

impl Command for Join {
    type On = object::Account;
    type Reply = TeamMember;
    const NAME: &'static str = "account.join";
}

/// From a team that the account is in, with the revision of the profile that it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub team: TeamId,
    pub revision: u64,
}

impl Command for Link {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.link";
}

impl Rule for Link {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        context.only_system()?;
        joined(tx, id, self.team, self.revision);
        Ok(())
    }
}

/// From a team that the account is no longer in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unlink {
    pub team: TeamId,
}

impl Command for Unlink {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.unlink";
}

impl Rule for Unlink {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        context.only_system()?;
        unlink(tx, id, self.team);
        Ok(())
    }
}

/// The account behind the session, with its email confirmed.
pub fn confirmed(tx: &Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<AccountRecord, Rejection> {
    session::check(tx, context)?;
    let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    if account.confirmed.is_none() {
        return Err(Rejection::forbidden("Confirm your email address first. We can send the mail again."));
    }
    deactivation::refuse_leaving(tx)?;
    Ok(account)
}

pub fn parse_team(body: &TeamCreate) -> Result<(DisplayName, Namespace), Rejection> {
    let mut issues: Vec<Issue> = vec![];
    let name = field("name", DisplayName::parse(&body.name)).map_err(|issue| issues.push(issue));
    let namespace = field("namespace", Namespace::parse(&body.namespace)).map_err(|issue| issues.push(issue));
    match (name, namespace) {
        (Ok(name), Ok(namespace)) => Ok((name, namespace)),
        _ => Err(Rejection::invalid(issues)),
    }
}

/// Notes that the account is about to come into a team. Again is as good as once.
pub fn begin(tx: &mut Transaction<'_>, team: TeamId) {
    if tx.get(&key::link(team)).is_none() {
        let since = tx.now();
        tx.put(&key::link(team), &LinkRecord { made: false, since });
        tx.set_timer(&Heal(team), since.plus(PATIENCE));
    }
}

/// The team is there, or the account is in it.
pub fn make(tx: &mut Transaction<'_>, team: TeamId) {
    let since = tx.now();
    if tx.get(&key::link(team)).is_none_or(|link| !link.made) {
        tx.put(&key::link(team), &LinkRecord { made: true, since });
    }
    tx.stop_timer(&Heal(team));
}

/// The team has let the account in. A profile that was edited on the way has missed it.
pub fn joined(tx: &mut Transaction<'_>, id: AccountId, team: TeamId, revision: u64) {
    make(tx, team);
    if let Some(account) = tx.get(&key::account(id)).filter(|account| account.revision > revision) {
        account::tell(tx, &account, team);
    }
}

/// Nothing came of it.
pub fn undo(tx: &mut Transaction<'_>, team: TeamId) {
    if tx.get(&key::link(team)).is_some_and(|link| !link.made) {
        tx.delete(&key::link(team));
    }
    tx.stop_timer(&Heal(team));
}

/// The account is no longer in the team.
pub fn unlink(tx: &mut Transaction<'_>, account: AccountId, team: TeamId) {
    if tx.get(&key::link(team)).is_some() {
        tx.delete(&key::link(team));
        erasure::mark(tx, &key::left(team));
    }
    let record = tx.get(&key::account(account));
    let workspace = record.as_ref().map(|account| account.workspace);
    if let Some(record) = record.filter(|record| record.default_team == Some(team)) {
        tx.put(&key::account(account), &AccountRecord { default_team: None, ..record });
    }
    for (id, mut session) in tx.scan(&key::sessions(account)) {
        if session.team == team
            && let (Ok(id), Some(workspace)) = (id.parse(), workspace)
        {
            session.team = workspace;
            tx.put(&key::session(account, id), &session);
        }
    }
}

/// Makes the team whose namespace has been claimed for it, unless the claim has meanwhile lapsed. The
/// team keeps the name, so that keeping and giving up come from one outbox, in order.
pub fn create_team(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    team: TeamId,
    name: &DisplayName,
    namespace: &Namespace,
) -> Result<Team, Rejection> {
    if tx.get(&key::link(team)).is_none() {
        return Err(Rejection::conflict("Making the team took too long and was undone. Try again."));
    }
    let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    make(tx, team);
    let create = team::Create {
        name: name.as_str().to_owned(),
        namespace: namespace.as_str().to_owned(),
        private: false,
        owner: id,
        profile: Box::new(account.profile()),
        origin: Some(Box::new(context.origin.clone())),
    };
    tx.call(&team, &create);
    let now = tx.now();
    Ok(Team {
        id: team,
        name: name.as_str().to_owned(),
        namespace: namespace.as_str().to_owned(),
        bio: String::new(),
        location: String::new(),
        website: String::new(),
        is_private: false,
        dt_created: now,
        dt_modified: now,
    })
}
