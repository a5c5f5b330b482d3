//! Time passes, and nothing is called: what lapses, lapses, and nothing else happens.

use crate::{
    game::Game,
    leaving::{COME_BACK, Gone},
    state::{Account, State},
    tell::differ,
};
use guildhall_shared::{
    AccountId, Timestamp,
    id::LinkId,
    timestamp::{DAY, MINUTE},
};
use guildhall_worker::{object::ObjectName, store::memory::Faults};

impl Game {
    /// Time passes: what lapses, lapses.
    pub async fn pass(&mut self, millis: i64) {
        self.note(&format!("{} s pass", millis / 1000));
        let erases = self.erases_within(millis);
        self.world.pass(millis).await;
        if erases && self.is_faulty() {
            // What was begun under faults comes to an end without them.
            self.note("the faults end, for somebody is erased");
            self.world.faults.set(Faults::default());
            self.world.pass(7 * MINUTE).await;
        }
        if erases {
            self.world.drain().await;
        }
        let now = self.world.now();
        let wrong = self.state.arrive(&self.world);
        self.demand(wrong.is_empty(), || format!("{wrong:?} are not what was promised"));
        let mut objects: Vec<ObjectName> = self.state.accounts.keys().map(|id| ObjectName::Account(*id)).collect();
        objects.extend(self.state.teams.keys().map(|id| ObjectName::Team(*id)));
        let found = self.state.seen_again(&self.world, &objects);
        let is_faulty = self.is_faulty();
        let mut expected = self.state.clone();
        for (id, account) in &self.state.accounts {
            let seen = found.accounts.get(id);
            let goes = !account.is_confirmed && now.since(account.created.0) >= 7 * DAY;
            if goes && (!is_faulty || seen.is_none()) {
                expected.accounts.remove(id);
            } else {
                lapse(expected.accounts.get_mut(id).unwrap(), now, seen.filter(|_| is_faulty));
            }
        }
        for (id, team) in &mut expected.teams {
            let found = found.teams.get(id);
            team.invitations.retain(|id, invitation| {
                let stays = found.is_some_and(|team| team.invitations.contains_key(id));
                let is_late = now.since(invitation.expires.0) >= 30 * DAY;
                !is_late || (is_faulty && stays)
            });
        }
        expected.forget_workspaces();
        let late = |account: &Account| account.deactivated.is_some_and(|at| now.since(at.0) >= COME_BACK);
        let late: Vec<AccountId> = expected.accounts.iter().filter(|(_, of)| late(of)).map(|(id, _)| *id).collect();
        let gone: Vec<Gone> = late.into_iter().map(|id| expected.erase(id)).collect();
        self.demand(expected.is_as(&found), || differ("time did something else", &expected, &found));
        for gone in &gone {
            self.note(&format!("{} is erased", gone.account));
            self.check_gone(gone);
            *self.tally.entry(("erased".to_owned(), 0)).or_default() += 1;
        }
        self.state = State { retired: expected.retired, reserved: expected.reserved, ..found };
        self.state.retired.retain(|_, (_, until)| until.0 > now);
    }
}

/// What lapses of an account. Under faults it may lapse later: then what `seen` still has stays.
fn lapse(account: &mut Account, now: Timestamp, seen: Option<&Account>) {
    let lapses = account.lapses.0.is_some_and(|at| at <= now) && !account.is_confirmed && account.is_held;
    if lapses && seen.is_none_or(|seen| !seen.is_held) {
        (account.is_held, account.link) = (false, None);
    }
    account.factor.lapse(now, seen.map(|seen| &seen.factor));
    let is_late = account.pending.as_ref().is_some_and(|pending| pending.expires.0 <= now);
    if is_late && seen.is_none_or(|seen| seen.pending.is_none()) {
        account.pending = None;
    }
    let stays = |link: &LinkId| seen.is_some_and(|seen| seen.former.contains_key(link));
    account.former.retain(|link, former| former.until.0 > now || stays(link));
}
