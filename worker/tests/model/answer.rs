//! What is read over HTTP: the primary answers what the model says, and so does the replica when
//! nothing is under way.

use crate::{factor::App, game::Game, op::Seat};
use guildhall_shared::{AccountId, Role, TeamId, path, timestamp::DAY};
use guildhall_worker::{features::invitations::record::State as Stage, object::ObjectName, store::key};
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Game {
    /// Reads everything that a browser can read, from both sides.
    pub async fn read_all(&mut self, seat: &Seat) {
        self.read_account(seat).await;
        for team in self.state.teams.keys().copied().collect::<Vec<_>>() {
            self.read_team(seat, team).await;
        }
    }

    /// Reads one thing of what a browser can read.
    pub async fn read_one(&mut self, seat: &Seat) {
        let teams: Vec<TeamId> = self.state.teams.keys().copied().collect();
        match self.chance.pick(&teams) {
            Some(team) if self.chance.percent(70) => self.read_team(seat, team).await,
            _ => self.read_account(seat).await,
        }
    }

    /// Whether something may not have been heard everywhere: there are faults, or an eviction took what
    /// was on its way, which an alarm sends again.
    fn is_late(&self) -> bool {
        self.is_faulty() || !self.world.busy().is_empty()
    }

    /// The answer of the primary; where there are no faults, the replica gives the same.
    async fn read(&mut self, seat: &Seat, path: &str, status: u16) -> Option<Value> {
        let from_primary = seat.actor.with("cache-control", "no-cache");
        let mut primary = from_primary.get(path).await;
        if self.is_late() {
            let may = primary.status == status || primary.status == 500;
            self.demand(may, || format!("{path} answers {} {}, not {status}", primary.status, primary.text));
        } else {
            let mut replica = seat.actor.get(path).await;
            if primary.text != replica.text {
                // A day's first request is noted after its answer, which may be just now.
                tokio::time::sleep(core::time::Duration::from_secs(2)).await;
                (primary, replica) = (from_primary.get(path).await, seat.actor.get(path).await);
            }
            self.demand((primary.status, &primary.text) == (replica.status, &replica.text), || {
                format!(
                    "{path}\n primary {} {}\n replica {} {}",
                    primary.status, primary.text, replica.status, replica.text
                )
            });
            self.demand(primary.status == status, || {
                format!("{path} answers {} {}, not {status}", primary.status, primary.text)
            });
        }
        (primary.status == 200).then(|| primary.json())
    }

    fn agree<T: Ord + core::fmt::Debug>(
        &self,
        path: &str,
        body: &Value,
        shown: impl Fn(&Value) -> T,
        know: &BTreeSet<T>,
    ) {
        let found: BTreeSet<T> = body.as_array().unwrap().iter().map(shown).collect();
        self.demand(found == *know, || format!("{path} shows {found:?}, not {know:?}"));
    }

    async fn read_account(&mut self, seat: &Seat) {
        let status = if self.is_signed_in(seat) { 200 } else { 401 };
        if let Some(body) = self.read(seat, path::ACCOUNT, status).await {
            let account = &self.state.accounts[&seat.account];
            let is_right = body["email"] == account.email.as_str()
                && body["username"] == account.username.as_str()
                && body["firstName"] == account.first_name.as_str()
                && body["theme"] == account.theme.as_str()
                && body["pendingEmail"].as_str() == account.pending.as_ref().map(|pending| pending.email.as_str())
                && body["dtConfirmed"].is_string() == account.is_confirmed;
            self.demand(is_right, || format!("{body} is not {account:?}"));
        }
        let know: BTreeSet<(String, String, bool, bool)> = self
            .state
            .teams
            .iter()
            .filter_map(|(id, team)| Some((id, team, *team.members.get(&seat.account)?)))
            .map(|(id, team, role)| (id.to_string(), self.state.name_of(team), role.is_admin(), role == Role::Owner))
            .collect();
        // A workspace that is still on its way is shown all the same.
        let is_whole = !self.state.soon.values().any(|team| team.owner == seat.account);
        if let Some(body) = self.read(seat, path::TEAMS, status).await.filter(|_| is_whole) {
            // A private workspace hears of a new username in its own time.
            let workspace = self.state.accounts[&seat.account].workspace.unwrap().to_string();
            let username = self.state.accounts[&seat.account].username.clone();
            let is_late = self.is_late();
            let shown = |row: &Value| {
                let (id, name, is_admin, is_owner) = summary(row);
                let name = if is_late && id == workspace { username.clone() } else { name };
                (id, name, is_admin, is_owner)
            };
            self.agree(path::TEAMS, &body, shown, &know);
        }
        if let Some(body) = self.read(seat, path::SESSION, 200).await {
            self.demand(body.is_null() == (status == 401), || format!("the session is {body}"));
            if let Some(factor) = self.state.accounts.get(&seat.account).map(|of| &of.factor).filter(|_| status == 200)
            {
                let is_right = body["user"]["isQrCodeBasedMfaConfirmed"] == (factor.app == App::On)
                    && body["user"]["isQrCodeBasedMfaEnabled"] == (factor.app != App::Off)
                    && body["user"]["hasPasskeys"] == !factor.passkeys.is_empty();
                self.demand(is_right, || format!("{body} is not {factor:?}"));
            }
            if is_whole && !body.is_null() {
                let shown = |membership: &Value| {
                    let team = &membership["team"];
                    (
                        text(&team["id"]),
                        text(&team["namespace"]),
                        membership["isAdmin"] == true,
                        membership["isOwner"] == true,
                    )
                };
                self.agree(path::SESSION, &body["user"]["teamMemberships"], shown, &know);
            }
        }
        if let Some(body) = self.read(seat, path::ACCOUNT_SESSIONS, status).await {
            let now = self.world.now();
            let sessions = self.state.accounts[&seat.account].sessions.iter();
            let mine = sessions.filter(|(_, session)| session.expires.0 > now);
            let know = mine.map(|(id, _)| (id.to_string(), *id == seat.session)).collect();
            self.agree(path::ACCOUNT_SESSIONS, &body, |row| (text(&row["id"]), row["isCurrent"] == true), &know);
        }
        self.read_factors(seat, status).await;
        if let Some(body) = self.read(seat, path::ACCOUNT_SECURITY_LOG, status).await {
            let numbers: Vec<u64> =
                body.as_array().unwrap().iter().filter_map(|line| line["number"].as_u64()).collect();
            let is_ordered = numbers.windows(2).all(|pair| pair[0] > pair[1]) && !numbers.is_empty();
            self.demand(is_ordered, || format!("the log has the lines {numbers:?}"));
            // Nothing that happened is lost before its time: what has no line of its own is counted in one.
            let (head, counted) = self.world.read(&ObjectName::Account(seat.account), |tx| {
                let lines = tx.scan(&key::security_events());
                let counted: u64 = lines.iter().map(|(_, line)| line.count).sum();
                (tx.get(&key::security_head()).unwrap_or_default().number, counted)
            });
            let is_young = self.world.now().since(self.state.accounts[&seat.account].created.0) < 180 * DAY;
            self.demand(!is_young || head == counted, || format!("{head} things happened, {counted} are counted"));
        }
        if !self.is_late() {
            self.read_offers(seat, status).await;
        }
    }

    /// What one proves oneself with, and SSH keys.
    async fn read_factors(&mut self, seat: &Seat, status: u16) {
        if let Some(body) = self.read(seat, path::ACCOUNT_SECOND_FACTOR, status).await {
            let factor = &self.state.accounts[&seat.account].factor;
            let is_right = body["isTotpEnabled"] == (factor.app == App::On)
                && body["recoveryCodesLeft"] == factor.codes_left()
                && body["methods"] == json!(factor.methods());
            self.demand(is_right, || format!("{body} is not {factor:?}"));
        }
        if let Some(body) = self.read(seat, path::ACCOUNT_PASSKEYS, status).await {
            let passkeys = self.state.accounts[&seat.account].factor.passkeys.clone();
            let know = passkeys.into_iter().map(|(id, of)| (id.to_string(), of.name, of.is_suspect)).collect();
            let shown = |row: &Value| (text(&row["id"]), text(&row["name"]), row["isSuspect"] == true);
            self.agree(path::ACCOUNT_PASSKEYS, &body, shown, &know);
        }
        if let Some(body) = self.read(seat, path::ACCOUNT_SSH_KEYS, status).await {
            let keys = &self.state.accounts[&seat.account].ssh_keys;
            let know: Vec<(String, String)> = keys.iter().map(|(id, key, _)| (id.to_string(), key.clone())).collect();
            let shown = |row: &Value| (text(&row["id"]), text(&row["publicKey"]));
            let found: Vec<(String, String)> = body.as_array().unwrap().iter().map(shown).collect();
            self.demand(found == know, || format!("the SSH keys are {found:?}, not {know:?}"));
        }
    }

    /// Only the replica has the invitations of an email.
    async fn read_offers(&mut self, seat: &Seat, status: u16) {
        if let Some(body) = self.read(seat, path::ACCOUNT_INVITATIONS, status).await {
            let account = &self.state.accounts[&seat.account];
            let now = self.world.now();
            let invitations = self.state.teams.values().flat_map(|team| &team.invitations);
            let mine = invitations.filter(|(_, of)| of.email == account.email && of.is_open(now));
            let know = mine.map(|(id, _)| id.to_string()).filter(|_| account.is_confirmed).collect();
            self.agree(path::ACCOUNT_INVITATIONS, &body, |row| text(&row["id"]), &know);
        }
    }

    async fn read_team(&mut self, seat: &Seat, id: TeamId) {
        let team = self.state.teams[&id].clone();
        let role = team.members.get(&seat.account).copied();
        let status = match role {
            _ if !self.is_signed_in(seat) => 401,
            None => 404,
            Some(_) => 200,
        };
        let for_admins = if role == Some(Role::Member) && status == 200 { 403 } else { status };
        let mut places = vec![path::team(id)];
        if !self.is_late() {
            places.push(path::team(self.state.name_of(&team)));
        }
        for place in places {
            if let Some(body) = self.read(seat, &place, status).await {
                // A private workspace hears of a new username in its own time.
                let name = self.state.name_of(&team);
                let is_called =
                    body["namespace"] == name.as_str() && (team.is_private || body["name"] == team.name.as_str());
                let is_right = body["id"] == id.as_str()
                    && (is_called || (team.is_private && self.is_late()))
                    && body["bio"] == team.bio.as_str()
                    && body["isPrivate"] == team.is_private;
                self.demand(is_right, || format!("{body} is not {team:?}"));
            }
        }
        let place = path::team_members(id);
        if let Some(body) = self.read(seat, &place, status).await {
            let know = team.members.iter().map(|(id, role)| (id.to_string(), role.is_admin(), *role == Role::Owner));
            let shown = |row: &Value| (text(&row["userId"]), row["isAdmin"] == true, row["isOwner"] == true);
            self.agree(&place, &body, shown, &know.collect());
            // Who has a second factor, admins see. A team hears of it in its own time.
            if !self.is_late() {
                let sees = role.is_some_and(Role::is_admin);
                let of = |id: &AccountId| {
                    let account = &self.state.accounts[id];
                    (id.to_string(), sees.then(|| account.factor.is_on()), account.deactivated.is_some())
                };
                let shown = |row: &Value| {
                    (text(&row["userId"]), row["hasSecondFactor"].as_bool(), row["isDeactivated"] == true)
                };
                self.agree(&place, &body, shown, &team.members.keys().map(of).collect());
            }
        }
        let place = path::team_secrets(id);
        if let Some(body) = self.read(seat, &place, status).await {
            self.agree(&place, &body, |row| text(&row["name"]), &team.secrets.keys().cloned().collect());
        }
        let place = path::team_secret(id, "TOKEN");
        let there = if status == 200 && !team.secrets.contains_key("TOKEN") { 404 } else { status };
        self.read(seat, &place, there).await;
        let place = path::team_invitations(id);
        if let Some(body) = self.read(seat, &place, for_admins).await {
            let now = self.world.now();
            let open = team.invitations.iter().filter(|(_, of)| of.stage == Stage::Pending && of.is_open(now));
            self.agree(&place, &body, |row| text(&row["id"]), &open.map(|(id, _)| id.to_string()).collect());
        }
        let place = format!("{}?all=true", path::team_api_keys(id));
        if let Some(body) = self.read(seat, &place, for_admins).await {
            self.agree(&place, &body, |row| text(&row["name"]), &team.keys.values().map(|k| k.name.clone()).collect());
        }
        self.read(seat, &format!("{}?limit=3", path::team_audit(id)), for_admins).await;
    }
}

fn summary(row: &Value) -> (String, String, bool, bool) {
    (text(&row["id"]), text(&row["namespace"]), row["isAdmin"] == true, row["isOwner"] == true)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
