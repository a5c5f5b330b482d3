//! Changes over two objects, cut short at every step: a retry or an alarm completes or undoes them.

use crate::support::{Actor, Cast, PASSWORD, Reply, account_object, run};
use guildhall_shared::{
    path,
    timestamp::{HOUR, MINUTE},
};
use guildhall_worker::store::memory::Faults;
use serde_json::json;
use std::collections::BTreeSet;

/// How calls and commits fail: often enough to be cut anywhere, seldom enough to come through.
const FAULTS: Faults = Faults {
    read: 0,
    put_before: 100,
    put_after: 100,
    one_put_per_second: true,
    put_delay: 0,
    call_before: 120,
    call_after: 120,
    commit: 120,
    mail: 0,
    random: 0,
};

/// Worlds that differ in what fails.
const WORLDS: u32 = 60;

/// The `n`th world with its faults switched on.
async fn shaken(n: u32) -> Cast {
    let cast = Cast::new().await;
    for _ in 0..n {
        cast.world.random_below(2);
    }
    cast.world.faults.set(FAULTS);
    cast
}

/// The process dies and comes back, nothing fails any more, and an hour goes by.
async fn heal(cast: &Cast) {
    cast.world.evict_all();
    cast.world.faults.set(Faults::default());
    cast.world.pass(HOUR).await;
    cast.world.drain().await;
}

/// What came of the worlds: each outcome has to have been seen, or the test shows nothing.
#[derive(Default)]
struct Seen(BTreeSet<(bool, bool)>);

impl Seen {
    /// An acknowledged change stands.
    #[track_caller]
    fn note(&mut self, n: u32, reply: &Reply, stands: bool) {
        assert!([200, 201, 204, 500].contains(&reply.status), "world {n}: {}", reply.text);
        assert!(stands || reply.status == 500, "world {n}: acknowledged and lost");
        self.0.insert((reply.status < 300, stands));
    }

    #[track_caller]
    fn both(&self) {
        assert!(self.0.contains(&(true, true)) && self.0.contains(&(false, false)), "{:?}", self.0);
    }
}

async fn team_ids(actor: &Actor) -> BTreeSet<String> {
    let teams = actor.get(path::TEAMS).await.is(200).json();
    teams.as_array().unwrap().iter().map(|team| team["id"].as_str().unwrap().to_owned()).collect()
}

/// The links that an account has to its teams.
fn links(actor: &Actor) -> BTreeSet<String> {
    let records = actor.world.records(&account_object(actor));
    records.keys().filter_map(|key| key.strip_prefix("link/").map(ToOwned::to_owned)).collect()
}

#[test]
fn making_a_team_is_done_or_undone() {
    run(async {
        let mut seen = Seen::default();
        for n in 0..WORLDS {
            let cast = shaken(n).await;
            let body = json!({ "name": "New", "namespace": "new-team" });
            let reply = cast.stranger.post(path::TEAMS, body.clone()).await;
            heal(&cast).await;
            let resolved = cast.stranger.get(path::team("new-team")).await;
            let stands = resolved.status == 200;
            seen.note(n, &reply, stands);
            let ids = team_ids(&cast.stranger).await;
            assert_eq!(links(&cast.stranger), ids, "world {n}");
            assert_eq!(ids.len(), if stands { 2 } else { 1 }, "world {n}");
            let other = cast.owner.post(path::TEAMS, body).await;
            assert_eq!(other.status, if stands { 409 } else { 201 }, "world {n}: {}", other.text);
        }
        seen.both();
    });
}

#[test]
fn joining_a_team_is_done_or_undone() {
    run(async {
        let mut seen = Seen::default();
        for n in 0..WORLDS {
            let cast = Cast::new().await;
            let invite = json!({ "emails": ["sam@example.com"], "isAdmin": false });
            let made = cast.owner.post(path::team_invitations(&cast.team), invite).await.is(201).json();
            let body = json!({ "id": made[0]["id"] });
            cast.world.drain().await;
            for _ in 0..n {
                cast.world.random_below(2);
            }
            cast.world.faults.set(FAULTS);
            let reply = cast.stranger.post(path::INVITATIONS_ACCEPT, body.clone()).await;
            heal(&cast).await;
            let members = cast.owner.get(path::team_members(&cast.team)).await.is(200).json();
            let stands = members.as_array().unwrap().iter().any(|member| member["userId"] == json!(cast.stranger.id));
            seen.note(n, &reply, stands);
            let ids = team_ids(&cast.stranger).await;
            assert_eq!((ids.contains(&cast.team), &links(&cast.stranger)), (stands, &ids), "world {n}");
            let again = cast.stranger.post(path::INVITATIONS_ACCEPT, body).await;
            assert_eq!(again.status, if stands { 404 } else { 200 }, "world {n}: {}", again.text);
        }
        seen.both();
    });
}

#[test]
fn leaving_a_team_is_done_or_undone() {
    run(async {
        let mut seen = Seen::default();
        for n in 0..WORLDS {
            let cast = shaken(n).await;
            let place = path::team_member(&cast.team, &cast.member.id);
            let reply = cast.member.delete(&place).await;
            heal(&cast).await;
            let stands = cast.member.get(path::team(&cast.team)).await.status == 404;
            seen.note(n, &reply, stands);
            let ids = team_ids(&cast.member).await;
            assert_eq!((ids.contains(&cast.team), &links(&cast.member)), (!stands, &ids), "world {n}");
        }
        seen.both();
    });
}

#[test]
fn renaming_a_team_leaves_it_one_name() {
    run(async {
        let mut seen = Seen::default();
        for n in 0..WORLDS {
            let cast = shaken(n).await;
            let reply = cast.owner.patch(path::team(&cast.team), json!({ "namespace": "center" })).await;
            heal(&cast).await;
            let name = cast.owner.get(path::team(&cast.team)).await.is(200).json()["namespace"].clone();
            let stands = name == "center";
            seen.note(n, &reply, stands);
            for (namespace, resolves) in [("center", stands), ("core", !stands)] {
                let status = cast.owner.get(path::team(namespace)).await.status;
                assert_eq!(status, if resolves { 200 } else { 404 }, "world {n}: {namespace}");
            }
            let taken = cast.stranger.post(path::TEAMS, json!({ "name": "New", "namespace": "center" })).await;
            assert_eq!(taken.status, if stands { 409 } else { 201 }, "world {n}: {}", taken.text);
        }
        seen.both();
    });
}

#[test]
fn signing_up_is_done_or_undone() {
    run(async {
        let mut seen = Seen::default();
        for n in 0..30 {
            let cast = shaken(n).await;
            let body = json!({ "email": "nina@example.com", "password": PASSWORD, "username": "nina" });
            let reply = cast.nobody.post(path::SIGN_UP, body.clone()).await;
            heal(&cast).await;
            let sign_in = json!({ "email": "nina@example.com", "password": PASSWORD });
            let signed_in = cast.nobody.post(path::SIGN_IN, sign_in).await;
            let stands = signed_in.status == 200;
            seen.note(n, &reply, stands);
            if stands {
                let nina = Actor::signed_in(&cast.world, "nina", &signed_in);
                assert_eq!(nina.get(path::team("nina")).await.is(200).json()["id"], json!(nina.workspace), "world {n}");
                // At least once: a commit that fails after the mail has left sends the same one again.
                let mails = cast.world.letters.borrow();
                let confirmations: Vec<_> = mails.iter().filter(|mail| mail.links[0].contains("#token=")).collect();
                assert!(!confirmations.is_empty(), "world {n}");
                assert!(confirmations.iter().all(|mail| mail.links == confirmations[0].links), "world {n}");
            } else {
                // Neither name is held for somebody who never came to be.
                assert!(cast.world.letters.borrow().is_empty(), "world {n}");
                cast.nobody.post(path::SIGN_UP, body).await.is(201);
            }
        }
        seen.both();
    });
}

#[test]
fn the_end_of_an_unconfirmed_account_comes_through() {
    run(async {
        let cast = Cast::new().await;
        let nina = Actor::unconfirmed(&cast.world, "nina").await;
        cast.world.drain().await;
        let snapshot = cast.world.snapshot();
        for n in 0..20 {
            let world = snapshot.clone().world();
            for _ in 0..n {
                world.random_below(2);
            }
            world.faults.set(FAULTS);
            world.pass(8 * 24 * HOUR).await;
            world.evict_all();
            world.faults.set(Faults::default());
            world.pass(HOUR).await;
            world.drain().await;
            let left = world.replica();
            let of_nina =
                |key: &&String| key.contains(&nina.id) || key.contains("nina") || key.contains(&nina.workspace);
            assert_eq!(left.keys().find(of_nina), None, "world {n}");
        }
    });
}

#[test]
fn a_claim_that_nobody_keeps_lapses_within_minutes() {
    run(async {
        let cast = Cast::new().await;
        let body = json!({ "name": "New", "namespace": "new-team" });
        // The claim arrives, its answer does not; what was begun is not known to have failed.
        let mut lost = false;
        for n in 0..200 {
            let world = cast.world.snapshot().world();
            for _ in 0..n {
                world.random_below(2);
            }
            world.faults.set(Faults { call_after: 400, ..Faults::default() });
            let sam = Actor { world: world.clone(), ..cast.stranger.clone() };
            let olive = Actor { world: world.clone(), ..cast.owner.clone() };
            let first = sam.post(path::TEAMS, body.clone()).await;
            world.faults.set(Faults::default());
            if first.status == 500 && olive.post(path::TEAMS, body.clone()).await.status == 409 {
                world.pass(10 * MINUTE).await;
                let made = sam.get(path::team("new-team")).await.status == 200;
                let free = olive.post(path::TEAMS, body.clone()).await.status == 201;
                assert!(made != free, "world {n}");
                lost = lost || free;
            }
            if lost {
                return;
            }
        }
        panic!("no claim was lost: the test shows nothing");
    });
}
