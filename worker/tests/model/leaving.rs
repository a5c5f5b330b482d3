//! Leaving: an account that is deactivated, comes back, or is erased after two weeks, and what is left
//! of it then.

use crate::{
    game::{Game, NewPassword},
    op::{Act as Any, Mailed, Seat, Who},
    rule::{Facts, NOTHING},
    state::{Found, State},
    support::{Actor, Reply},
};
use guildhall_shared::{AccountId, Role, TeamId, Timestamp, id::LinkId, path, timestamp::DAY};
use guildhall_worker::{
    credentials::token::Link,
    features::teams::record::Holder,
    object::ObjectName,
    store::{Stored, key},
};
use serde_json::json;
use std::collections::BTreeSet;

pub const COME_BACK: i64 = 14 * DAY;

#[derive(Debug, Clone)]
pub enum Act {
    Deactivate { username: String },
    ComeBack { by: Mailed },
}

impl Act {
    pub fn success(&self) -> u16 {
        match self {
            Self::Deactivate { .. } => 202,
            Self::ComeBack { .. } => 204,
        }
    }

    pub async fn send(&self, by: &Actor) -> Reply {
        match self {
            Self::Deactivate { username } => by.post(path::ACCOUNT_DEACTIVATION, json!({ "username": username })).await,
            Self::ComeBack { by: of } => by.post(path::COME_BACK, json!({ "token": of.token })).await,
        }
    }
}

/// What is left of an account that was erased: words that may stand nowhere.
pub struct Gone {
    pub account: AccountId,
    pub teams: Vec<TeamId>,
    words: Vec<String>,
}

impl State {
    /// Whether nobody can come into a team, for its owner has left.
    pub fn is_closed(&self, team: TeamId) -> bool {
        let owner = self.teams.get(&team).and_then(|team| self.accounts.get(&team.owner));
        owner.is_some_and(|owner| owner.deactivated.is_some())
    }

    /// Keys go with the one who made them, sooner or later.
    pub fn forget_keys(&mut self) {
        let Self { accounts, teams, .. } = self;
        let stays = |maker: &AccountId| accounts.get(maker).is_none_or(|maker| maker.deactivated.is_none());
        for team in teams.values_mut() {
            team.keys.retain(|_, key| stays(&key.maker));
        }
    }

    /// So do the invitations that they sent.
    pub fn forget_invitations(&mut self, of: impl Fn(&TeamId) -> bool) {
        let Self { accounts, teams, .. } = self;
        let has_left = |maker: &AccountId| accounts.get(maker).is_none_or(|maker| maker.deactivated.is_some());
        for (_, team) in teams.iter_mut().filter(|(id, _)| of(id)) {
            let makers: BTreeSet<AccountId> = team.invitations.values().map(|invitation| invitation.maker).collect();
            makers.into_iter().filter(has_left).for_each(|maker| crate::rule::end_invitations(team, maker));
        }
    }

    /// Everything that signs in ends, and every link but that which comes back.
    pub fn deactivate(
        &mut self,
        seen: &Self,
        now: Timestamp,
        (me, username): (AccountId, &str),
        facts: &Facts,
    ) -> Result<(), u16> {
        let account = self.accounts.get_mut(&me).ok_or(401_u16)?;
        if account.username != username && facts.called.as_deref() != Some(username) {
            return Err(400);
        }
        if self.teams.values().any(|team| team.owner == me && team.members.len() > 1) {
            return Err(409);
        }
        account.sessions.clear();
        account.devices.clear();
        account.resets.0.clear();
        account.unlocks.0.clear();
        account.factor.waiting.clear();
        (account.pending, account.link) = (None, None);
        account.deactivated = Some(Found(now));
        let new = seen.accounts.get(&me).and_then(|seen| seen.come_back);
        account.come_back = new.or(Some((LinkId::from_random(NOTHING), Found::default())));
        self.forget_keys();
        self.forget_invitations(|_| true);
        Ok(())
    }

    pub fn come_back(&mut self, now: Timestamp, by: &Mailed) -> Result<(), u16> {
        let account = self.accounts.get_mut(&by.account).ok_or(400_u16)?;
        if !account.come_back.is_some_and(|(link, until)| link == by.link && until.0 > now) {
            return Err(400);
        }
        (account.come_back, account.deactivated) = (None, None);
        Ok(())
    }

    /// Takes an account out of everything.
    pub fn erase(&mut self, id: AccountId) -> Gone {
        let account = self.accounts.remove(&id).unwrap();
        let at = account.deactivated.unwrap().0.plus(COME_BACK);
        let hash = |email: &str| crate::factor::email_hash(email);
        let others: BTreeSet<String> = self.accounts.values().flat_map(|other| other.emails()).map(hash).collect();
        let held = account.emails().into_iter().map(hash);
        let past = account.past_emails.0.iter().filter(|email| !others.contains(*email)).cloned();
        let theirs: BTreeSet<String> = held.chain(past).collect();
        // An email that somebody else once had is theirs too, where their joining is told.
        let is_theirs = |email: &&str| self.accounts.values().any(|of| of.past_emails.0.contains(&hash(email)));
        let mut words: Vec<String> =
            account.emails().into_iter().filter(|email| !is_theirs(email)).map(str::to_owned).collect();
        words.extend(Some(account.first_name).filter(|name| !name.is_empty()));
        let own: Vec<TeamId> = self.teams.iter().filter(|(_, team)| team.owner == id).map(|(id, _)| *id).collect();
        for team in &own {
            let team = self.teams.remove(team).unwrap();
            self.reserved.extend(Some(team.namespace).filter(|_| !team.is_private));
        }
        for team in self.teams.values_mut() {
            team.members.remove(&id);
            team.keys.retain(|_, key| key.maker != id);
            team.invitations.retain(|_, invitation| !theirs.contains(&hash(&invitation.email)));
            crate::rule::end_invitations(team, id);
        }
        let (gone, kept) = std::mem::take(&mut self.retired)
            .into_iter()
            .partition(|(_, (holder, until))| *holder == Holder::Account(id) && until.0 > at);
        self.retired = kept;
        self.reserved.extend(gone.into_keys().chain([account.username]));
        Gone { account: id, teams: own, words }
    }
}

impl Game {
    /// Whether everybody has heard what became of an account.
    pub fn is_told(&self, account: AccountId) -> bool {
        self.world.read(&ObjectName::Account(account), |tx| tx.scan(&key::pendings()).is_empty())
    }

    pub fn choose_leaving(&mut self) -> NewPassword {
        let seats: Vec<Seat> = self
            .seats
            .iter()
            .filter(|seat| self.is_signed_in(seat) && self.is_recent(seat))
            .filter(|seat| self.about.is_none_or(|about| about == seat.account))
            .cloned()
            .collect();
        let seat = self.chance.pick(&seats)?;
        let name = self.state.accounts.get(&seat.account)?.username.clone();
        let owns = |of: AccountId| {
            self.state.teams.values().any(|team| team.members.get(&of) == Some(&Role::Owner) && team.members.len() > 1)
        };
        // Whoever may not go asks now and then; whoever may, mostly thinks better of it.
        if !owns(seat.account) && self.chance.percent(60) {
            return None;
        }
        let username = if self.chance.percent(90) { name } else { "somebody".to_owned() };
        Some((Some(Who::Seat(seat)), Any::Leaving(Act::Deactivate { username })))
    }

    pub fn choose_come_back(&mut self) -> NewPassword {
        let mails =
            self.world.letters.borrow().iter().rev().take(150).flat_map(|mail| mail.links.clone()).collect::<Vec<_>>();
        let tokens = mails.iter().filter_map(|link| Some(link.split_once("#token=")?.1.to_owned()));
        let installation = guildhall_worker::credentials::secret::Installation::fixed();
        let read = tokens.filter_map(|token| match Link::read(&installation, &token)? {
            Link::ComeBack { account, link } => Some(Mailed { token, account, link }),
            _ => None,
        });
        let all: Vec<Mailed> = read.filter(|by| self.is_told(by.account)).collect();
        let stands = |by: &&Mailed| {
            let account = self.state.accounts.get(&by.account);
            account.and_then(|of| of.come_back).is_some_and(|(link, _)| link == by.link)
        };
        let good: Vec<Mailed> = all.iter().filter(stands).cloned().collect();
        let of = if good.is_empty() || self.chance.percent(5) { all } else { good };
        let by = self.chance.pick(&of)?;
        let who = self.a_browser(None);
        Some((who, Any::Leaving(Act::ComeBack { by })))
    }

    /// The first account that will be gone in so many milliseconds, if one will.
    pub fn erases_within(&self, millis: i64) -> bool {
        let until = self.world.now().plus(millis);
        let mut all = self.state.accounts.values().filter(|account| account.is_confirmed);
        all.any(|account| account.deactivated.is_some_and(|at| at.0.plus(COME_BACK) <= until))
    }

    /// No record and no row of an outbox has a word of an account that was erased. Its id stays in the
    /// lines of other teams' logs, in the invitations that it made and with the secrets that it set there.
    pub fn check_gone(&self, gone: &Gone) {
        let left = |name: &ObjectName| {
            let records = self.world.records(name).into_keys();
            records.filter(|key| key != "fence" && !key.starts_with('~')).collect::<Vec<String>>()
        };
        let of_account = left(&ObjectName::Account(gone.account));
        self.demand(of_account.is_empty(), || format!("{} has left {of_account:?}", gone.account));
        for team in &gone.teams {
            let of_team = left(&ObjectName::Team(*team));
            self.demand(of_team.is_empty(), || format!("{team} of {} has left {of_team:?}", gone.account));
        }
        let keeps_ids = |key: &str| {
            let is_of = |part: &str| key.starts_with("team/") && key.contains(part);
            key.starts_with("audit/") || key.starts_with("secret-value/") || is_of("/invitation/") || is_of("/secret/")
        };
        let id = gone.account.to_string();
        let says = |key: &str, stored: &Stored| {
            let text = format!("{key} {} {}", stored.value, stored.meta.as_deref().unwrap_or_default());
            let has = |word: &&String| text.contains(&format!("\"{word}\"")) || text.contains(&format!("/{word}"));
            let said = gone.words.iter().find(has).cloned();
            said.or_else(|| Some(&id).filter(has).filter(|_| !keeps_ids(key)).cloned())
        };
        for name in self.world.object_names() {
            // Somebody else's own log may name an email that they once asked for.
            let is_person = matches!(name, ObjectName::Account(_));
            for (key, stored) in self.world.records(&name) {
                if key == key::NAME || (is_person && key.starts_with("security/")) {
                    continue;
                }
                let said = says(&key, &stored);
                self.demand(said.is_none(), || format!("{name:?} {key} says {said:?} of {}", gone.account));
            }
        }
        for (key, stored) in self.world.replica() {
            let said = says(&key, &stored);
            self.demand(said.is_none(), || format!("{key} of the replica says {said:?} of {}", gone.account));
        }
    }
}
