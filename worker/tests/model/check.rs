//! What holds whenever nothing is under way: invariants over all primaries and the replica.

use crate::{
    game::Game,
    mailbox,
    op::Seat,
    state::{Found, State},
    tell::differ,
};
use guildhall_kernel::key as kernel;
use guildhall_shared::{AccountId, Role, TeamId, path, security_log::SecurityEventKind};
use guildhall_worker::{
    credentials::{cipher, secret::Installation},
    features::{
        audit,
        invitations::record::State as Stage,
        secrets::secret,
        teams::record::{Holder, State as NameState},
    },
    object::ObjectName,
    store::{Stored, decode, key, memory::Faults},
};
use std::collections::{BTreeMap, BTreeSet};

impl Game {
    /// Ends every fault, lets everything come to rest, and looks at all of it.
    pub async fn settle(&mut self) {
        self.world.faults.set(Faults::default());
        self.world.drain().await;
        // Claims lapse after five minutes, and what asked and was not answered asks again.
        self.pass(7 * 60_000).await;
        self.world.drain().await;
        let busy = self.world.busy();
        self.demand(busy.is_empty(), || format!("{busy:?} do not come to rest"));
        self.demand(self.state.soon.is_empty(), || format!("{:?} never came", self.state.soon));
        let found = State::of(&self.world);
        self.demand(found.is_as(&self.state), || differ("the primaries hold something else", &self.state, &found));
        self.check_teams();
        self.check_accounts();
        self.learn_names();
        self.check_names();
        self.check_mails();
        self.check_records();
        self.check_alarms();
        self.check_past().await;
    }

    fn check_teams(&self) {
        for (id, team) in &self.state.teams {
            let object = ObjectName::Team(*id);
            let owners: Vec<&AccountId> =
                team.members.iter().filter(|(_, role)| **role == Role::Owner).map(|(id, _)| id).collect();
            self.demand(owners == [&team.owner], || format!("{id} has the owners {owners:?}"));
            let stranger = team.keys.values().find(|key| !team.members.contains_key(&key.maker));
            self.demand(stranger.is_none(), || format!("{id} has a key of a stranger: {stranger:?}"));
            let verified = self.world.read(&object, audit::verify);
            self.demand(verified.is_ok(), || format!("the log of {id}: {verified:?}"));
            for (account, role) in &team.members {
                let (member, belongs) = self
                    .world
                    .read(&object, |tx| (tx.get(&key::member(*id, *account)), tx.get(&key::belongs(*account, *id))));
                let belongs = belongs.map(|belongs| (belongs.role, belongs.private));
                self.demand(belongs == Some((*role, team.is_private)), || format!("{account} in {id}: {belongs:?}"));
                let record = self.world.read(&ObjectName::Account(*account), |tx| tx.get(&key::account(*account)));
                let [copy, own] = [member.map(|member| member.profile), record.map(|record| record.profile())];
                self.demand(copy == own, || format!("{id} shows {copy:?}, but it is {own:?}"));
            }
            let called = self.world.read(&object, |tx| tx.get(&key::team(*id))).map(|team| (team.name, team.namespace));
            let name = self.state.name_of(team);
            let is_right = called
                .as_ref()
                .is_some_and(|(shown, namespace)| *namespace == name && (!team.is_private || *shown == name));
            self.demand(is_right, || format!("{id} is called {called:?}, not {name}"));
            self.check_secrets(*id);
            let is_closed =
                self.world.read(&object, |tx| tx.get(&key::team(*id))).is_some_and(|team| team.closed.is_some());
            let goes = self.state.is_closed(*id);
            self.demand(is_closed == (goes && !team.is_private), || format!("{id} is closed: {is_closed}"));
            self.demand(!goes || team.members.len() == 1, || format!("{id} goes, and has {:?}", team.members));
        }
    }

    /// Every version of every value opens, and is what was written.
    fn check_secrets(&self, id: TeamId) {
        let installation = Installation::fixed();
        self.world.read(&ObjectName::Team(id), |tx| {
            let wrapped = tx.get(&key::team_key()).unwrap().wrapped;
            let data_key = cipher::unwrap(&installation, &wrapped, id.as_str()).unwrap();
            for (name, newest) in &self.state.teams[&id].secrets {
                let values = tx.scan(&key::secret_values(name));
                self.demand(values.len() as u64 == *newest, || format!("{name} of {id} has {} values", values.len()));
                for (version, value) in values {
                    let version: u64 = version.parse().unwrap();
                    let text = cipher::open(&data_key, &value.sealed, &secret::place(id, name, version)).unwrap();
                    let written: &[u8] = if version == 1 { b"first" } else { b"next" };
                    self.demand(text.as_slice() == written, || {
                        format!("{name} of {id}, version {version}, is another")
                    });
                }
            }
        });
    }

    fn check_accounts(&self) {
        for (id, account) in &self.state.accounts {
            let in_teams: BTreeMap<TeamId, bool> = self
                .state
                .teams
                .iter()
                .filter(|(_, team)| team.members.contains_key(id))
                .map(|(team, _)| (*team, true))
                .collect();
            let links = self.world.read(&ObjectName::Account(*id), |tx| tx.scan(&key::links()));
            let links: BTreeMap<TeamId, bool> =
                links.into_iter().map(|(team, link)| (team.parse().unwrap(), link.made)).collect();
            self.demand(links == in_teams, || format!("{id} has the links {links:?} and is in {in_teams:?}"));
            for (session, shown) in &account.sessions {
                let team = shown.team.0.unwrap();
                self.demand(in_teams.contains_key(&team), || format!("{session} of {id} leads to {team}"));
            }
            let chosen = account.default_team.0;
            self.demand(chosen.is_none_or(|team| in_teams.contains_key(&team)), || {
                format!("{id} starts in {chosen:?}")
            });
            if account.deactivated.is_some() {
                let signs_in =
                    !account.sessions.is_empty() || !account.devices.is_empty() || account.come_back.is_none();
                self.demand(!signs_in, || format!("{id} has left, and has {account:?}"));
            }
            let leaves = self.world.read(&ObjectName::Account(*id), |tx| tx.get(&key::leaving()));
            self.demand(leaves.is_none(), || format!("{id} is still leaving: {leaves:?}"));
            self.demand(!account.password.is_empty(), || format!("{id} has a password that nobody set"));
        }
        self.check_emails();
    }

    /// Every email that an account names is its own, and none is anybody's who does not name it.
    fn check_emails(&self) {
        let mut holders: BTreeMap<ObjectName, AccountId> = BTreeMap::new();
        for (id, account) in &self.state.accounts {
            for email in account.emails() {
                let other = holders.insert(mailbox::object(email), *id);
                self.demand(other.is_none(), || format!("{email} is {id}'s and {other:?}'s"));
            }
        }
        for object in self.world.object_names() {
            if let ObjectName::Email(_) = object {
                let record = self.world.read(&object, |tx| tx.get(&key::email()));
                let until = record.as_ref().and_then(|record| record.until);
                self.demand(until.is_none(), || format!("a claim on {object:?} stands: {record:?}"));
                let holder = holders.remove(&object);
                self.demand(record.as_ref().map(|record| record.account) == holder, || {
                    format!("{object:?} is {holder:?}'s, but holds {record:?}")
                });
                let (counts, dues) = self.world.read(&object, |tx| {
                    let counts = tx.get(&key::attempts()).is_some()
                        || tx.get(&key::resets()).is_some()
                        || !tx.scan(&key::counts()).is_empty();
                    (counts, tx.scan(&key::dues()).len())
                });
                self.demand(!counts || dues > 0, || format!("{object:?} never forgets what it counts"));
            }
        }
        self.demand(holders.is_empty(), || format!("nobody knows of the emails of {holders:?}"));
    }

    /// A cookie that was turned over, or whose session has ended, is of no use anywhere.
    async fn check_past(&mut self) {
        let from = self.past.len().saturating_sub(40);
        self.past.drain(..from);
        let gone: Vec<Seat> =
            self.past.iter().chain(&self.seats).filter(|seat| !self.is_signed_in(seat)).cloned().collect();
        for seat in gone {
            for actor in [seat.actor.clone(), seat.actor.with("cache-control", "no-cache")] {
                let reply = actor.get(path::ACCOUNT).await;
                self.demand(reply.status == 401, || format!("{} goes on: {}", seat.session, reply.text));
            }
            let reply = seat.actor.patch(path::ACCOUNT, serde_json::json!({ "theme": "dark" })).await;
            self.demand(reply.status == 401, || format!("{} goes on: {}", seat.session, reply.text));
        }
    }

    /// Whether a name that nobody was sure of has been given up, its object says.
    fn learn_names(&mut self) {
        for name in std::mem::take(&mut self.unsure) {
            let claim = self.world.read(&ObjectName::Namespace(name.clone()), |tx| tx.get(&key::namespace_claim()));
            match claim.map(|claim| (claim.holder, claim.state)) {
                Some((holder, NameState::Retired { until })) if until > self.world.now() => {
                    self.state.retired.insert(name, (holder, Found(until)));
                }
                _ => drop(self.state.retired.remove(&name)),
            }
        }
    }

    fn check_names(&self) {
        let mut names: BTreeMap<String, (Holder, TeamId)> = BTreeMap::new();
        for (id, account) in &self.state.accounts {
            let other = names.insert(account.username.clone(), (Holder::Account(*id), account.workspace.unwrap()));
            self.demand(other.is_none(), || format!("{} is {id}'s and {other:?}'s", account.username));
        }
        for (id, team) in self.state.teams.iter().filter(|(_, team)| !team.is_private) {
            let other = names.insert(team.namespace.clone(), (Holder::Team(*id), *id));
            self.demand(other.is_none(), || format!("{} has two holders: {id} and {other:?}", team.namespace));
        }
        let now = self.world.now();
        for object in self.world.object_names() {
            let ObjectName::Namespace(name) = &object else { continue };
            let (claim, leads_to) = self.world.read(&object, |tx| {
                (tx.get(&key::namespace_claim()), tx.get(&key::namespace(name)).map(|record| record.team))
            });
            let kept = claim.as_ref().filter(|claim| claim.state == NameState::Kept).map(|c| (c.holder, c.team));
            let holder = names.remove(name);
            self.demand(kept == holder, || format!("{name} is {holder:?}'s, but says {claim:?}"));
            self.demand(leads_to == holder.map(|(_, team)| team), || format!("{name} leads to {leads_to:?}"));
            let reserved = match claim.map(|claim| (claim.holder, claim.state)) {
                Some((holder, NameState::Retired { until })) if until > now => Some(holder),
                Some((_, NameState::Claimed { .. })) => self.fail(&format!("a claim on {name} stands")),
                _ => None,
            };
            let given_up = self.state.retired.get(name).map(|(holder, _)| *holder);
            self.demand(reserved == given_up, || format!("{name} is reserved for {reserved:?}, not {given_up:?}"));
            let is_nobodys = self.world.read(&object, |tx| tx.get(&key::reserved())).is_some();
            self.demand(is_nobodys == self.state.reserved.contains(name), || {
                format!("{name} is nobody's for ever: {is_nobodys}")
            });
        }
        self.demand(names.is_empty(), || format!("nobody knows of the names {names:?}"));
    }

    /// Every pending invitation has both its sides, and its link was mailed.
    fn check_mails(&self) {
        let now = self.world.now();
        let mut sides: BTreeSet<String> = BTreeSet::new();
        let mailed: BTreeSet<_> = self.all_links();
        for (id, team) in &self.state.teams {
            for (invitation, of) in team.invitations.iter().filter(|(_, of)| of.stage == Stage::Pending) {
                let may_invite = team.members.get(&of.maker).is_some_and(|role| role.is_admin());
                self.demand(may_invite, || format!("{invitation} of {id} is open, and {} may invite nobody", of.maker));
                let hash = Installation::fixed().blind("email", &of.email);
                sides.insert(key::invitee(&hash, *invitation).as_str().to_owned());
                let is_mailed = mailed.contains(&of.link);
                self.demand(is_mailed || !of.is_open(now), || format!("{invitation} of {id} was never mailed"));
            }
            let found: BTreeSet<String> = self.world.records(&ObjectName::Team(*id)).into_keys().collect();
            let found: Vec<&String> = found.iter().filter(|key| key.starts_with("invitee/")).collect();
            let wrong = found.iter().find(|side| !sides.contains(**side));
            self.demand(wrong.is_none(), || format!("{id} has an invitee too many: {wrong:?}"));
            for side in found {
                sides.remove(side);
            }
            self.demand(sides.is_empty(), || format!("{id} has lost the invitees {sides:?}"));
        }
        for (id, account) in &self.state.accounts {
            let links = account.link.iter().chain(account.pending.as_ref().map(|pending| &pending.link));
            let links = links.chain(account.come_back.as_ref().map(|(link, _)| link));
            let links = links
                .chain(account.former.keys())
                .chain(account.added.0.keys())
                .chain(account.resets.0.keys())
                .chain(account.unlocks.0.keys());
            let mut lost = links.filter(|link| !mailed.contains(*link));
            self.demand(lost.next().is_none(), || format!("{id} never got one of its links: {account:?}"));
        }
    }

    /// No record is torn, and the replica holds what the primaries hold: no more, no less.
    fn check_records(&self) {
        let now = self.world.now();
        let mut expected: BTreeMap<String, Stored> = BTreeMap::new();
        for object in self.world.object_names() {
            for (key, stored) in self.world.records(&object) {
                let whole = read(&key, &stored.value);
                self.demand(whole.is_ok(), || format!("{object:?} {key}: {whole:?}"));
            }
            for (key, stored) in self.world.for_readers(&object) {
                if stored.expires.is_none_or(|at| at > now) {
                    let twice = expected.insert(key.clone(), stored);
                    self.demand(twice.is_none(), || format!("{key} has two owners"));
                }
            }
        }
        let replica = self.world.replica();
        for key in expected.keys().chain(replica.keys()) {
            let [primary, replica] = [&expected, &replica].map(|all| all.get(key));
            self.demand(primary == replica, || format!("{key}\n primary {primary:?}\n replica {replica:?}"));
        }
    }

    /// Whatever is due has an alarm, and an object without anything to do sleeps.
    fn check_alarms(&self) {
        for object in self.world.object_names() {
            let dues = self.world.read(&object, |tx| tx.scan(&key::dues()));
            let first = dues.iter().map(|(_, due)| due.at).min();
            let alarm = self.world.next_alarm(&object);
            if let Some(first) = first {
                self.demand(alarm.is_some_and(|at| at <= first.max(self.world.now().plus(1))), || {
                    format!("{object:?} has the alarm {alarm:?} for {dues:?}")
                });
            }
            let mut timers: Vec<String> =
                dues.iter().map(|(what, due)| kernel::timer(due.at, what).as_str().to_owned()).collect();
            timers.sort();
            let records = self.world.records(&object);
            let by_time = records.into_keys().filter(|key| key.starts_with("~at/")).collect::<Vec<_>>();
            self.demand(by_time == timers, || format!("{object:?} has {by_time:?} by time for {dues:?}"));
        }
    }
}

/// Reads a record as what its key says it is.
fn read(name: &str, value: &str) -> Result<(), String> {
    let parts: Vec<&str> = name.split('/').collect();
    let id = |at: usize| parts.get(at).copied().unwrap_or_default();
    match (parts[0], parts.get(2).copied()) {
        ("team", None) => typed(value, &key::team(parse(id(1))?)),
        ("team", Some("user")) => typed(value, &key::member(parse(id(1))?, parse(id(3))?)),
        ("team", Some("key")) => typed(value, &key::api_key(parse(id(1))?, parse(id(3))?)),
        ("team", Some("secret")) => typed(value, &key::secret(parse(id(1))?, id(3))),
        ("team", Some("invitation")) => typed(value, &key::invitation(parse(id(1))?, parse(id(3))?)),
        ("user", _) => typed(value, &key::belongs(parse(id(1))?, parse(id(3))?)),
        ("account", None) => typed(value, &key::account(parse(id(1))?)),
        ("account", Some("ssh-keys")) => typed(value, &key::ssh_keys(parse(id(1))?)),
        ("account", Some(_)) => typed(value, &key::session(parse(id(1))?, parse(id(3))?)),
        ("invitee", _) => typed(value, &key::invitee(id(1), parse(id(2))?)),
        ("namespace", _) => typed(value, &key::namespace(id(1))),
        ("secret-value", _) => typed(value, &key::secret_value(id(1), parse(id(2))?)),
        ("key-use", _) => typed(value, &key::api_key_use(parse(id(1))?)),
        ("audit", _) => typed(value, &key::audit_line(parse(id(1))?)),
        ("audit-side", _) => typed(value, &key::audit_side(parse(id(1))?)),
        ("link", _) => typed(value, &key::link(parse(id(1))?)),
        ("mailed", _) => typed(value, &key::mailed(parse(id(1))?)),
        ("count", _) => typed(value, &key::count(id(1))),
        ("idempotency", _) => typed(value, &key::idempotency(id(1))),
        ("~due" | "~at", _) => typed(value, &key::due(id(1))),
        ("team-key", _) => typed(value, &key::team_key()),
        ("audit-head", _) => typed(value, &key::audit_head()),
        ("session-use", _) => typed(value, &key::session_use(parse(id(1))?)),
        ("device", _) => typed(value, &key::device(parse(id(1))?)),
        ("reset", _) => typed(value, &key::reset_link(parse(id(1))?)),
        ("unlock", _) => typed(value, &key::unlock_link(parse(id(1))?)),
        ("pending-email", _) => typed(value, &key::pending_email()),
        ("former-email", _) => typed(value, &key::former_email(parse(id(1))?)),
        ("former-factor", _) => typed(value, &key::former_factor(parse(id(1))?)),
        ("take-back", _) => typed(value, &key::take_back_link(parse(id(1))?)),
        ("security", _) => typed(value, &key::security_event(parse(id(1))?)),
        ("security-head", _) => typed(value, &key::security_head()),
        ("refused", _) => typed(value, &key::refused(parse(id(1))?)),
        ("taken-back", _) => typed(value, &key::taken_back(parse(id(1))?)),
        ("resets", _) => typed(value, &key::resets()),
        ("password", _) => typed(value, &key::password()),
        ("totp", _) => typed(value, &key::totp()),
        ("recovery", _) => typed(value, &key::recovery()),
        ("factor", _) => typed(value, &key::factor()),
        ("challenge", _) => typed(value, &key::challenge(parse(id(1))?)),
        ("passkey", _) => typed(value, &key::passkey(parse(id(1))?)),
        ("spent", _) => typed(value, &key::spent(id(1))),
        ("leaving", _) => typed(value, &key::leaving()),
        ("come-back", _) => typed(value, &key::come_back()),
        ("reserved", _) => typed(value, &key::reserved()),
        ("erasing", _) => typed(value, &key::erasing(id(1))),
        ("fence", _) => typed(value, &key::tombstone()),
        ("email", _) => typed(value, &key::email()),
        ("session-wrong", _) => typed(value, &key::session_wrong(parse(id(1))?)),
        ("security-kind", _) => typed(value, &key::security_kind(SecurityEventKind::SignIn)),
        ("attempts", _) => typed(value, &key::attempts()),
        ("claim", _) => typed(value, &key::namespace_claim()),
        ("left", _) => typed(value, &key::left(parse(id(1))?)),
        ("invited", _) => typed(value, &key::invited(parse(id(1))?)),
        ("past-email", _) => typed(value, &key::past_email(id(1))),
        ("past-name", _) => typed(value, &key::past_name(id(1))),
        ("installation", _) => typed(value, &key::installation()),
        ("walk", _) => typed(value, &key::walk()),
        ("~counters", _) => Ok(()),
        _ => Err("nobody knows this key".to_owned()),
    }
}

fn parse<T: core::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is out of place"))
}

fn typed<R: guildhall_worker::store::Record>(value: &str, _: &guildhall_worker::store::Key<R>) -> Result<(), String> {
    decode::<R>(value).map(drop)
}
