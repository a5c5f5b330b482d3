//! After the save: replication, mail and revocations, while KV and the mail fail.

use crate::support::{Actor, Cast, ask, idle, run, team_object};
use guildhall_shared::{
    path,
    timestamp::{MINUTE, SECOND},
};
use guildhall_worker::{
    features::teams::team,
    object::Caller,
    store::{
        Stored, key,
        memory::{Faults, World},
    },
};
use http::Method;
use serde_json::json;
use std::{collections::BTreeMap, rc::Rc};

#[track_caller]
fn assert_alike(world: &Rc<World>) {
    let primary: BTreeMap<String, Stored> =
        world.object_names().iter().flat_map(|name| world.for_readers(name)).collect();
    let replica = world.replica();
    for (key, stored) in &primary {
        assert_eq!(replica.get(key), Some(stored), "{key}");
    }
    assert_eq!(replica.len(), primary.len());
}

#[test]
fn the_replica_is_the_primary_once_the_outbox_is_empty() {
    run(async {
        let cast = Cast::new().await;
        assert_alike(&cast.world);
        let faults =
            Faults { put_before: 300, put_after: 300, one_put_per_second: true, put_delay: 3000, ..Faults::default() };
        cast.world.faults.set(faults);
        let key = cast.member.make_key(&cast.team).await;
        for n in 0..10 {
            cast.owner.patch(path::team(&cast.team), json!({ "bio": format!("{n}") })).await.is(200);
            let body = json!({ "name": format!("NAME_{n}"), "value": "value" });
            cast.admin.post(path::team_secrets(&cast.team), body).await.is(201);
        }
        key.get(path::SESSION).await.is(200);
        cast.owner.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        cast.world.evict_all();
        cast.world.drain().await;
        assert!(cast.world.busy().is_empty());
        assert_alike(&cast.world);
        assert_eq!(cast.owner.get(path::team(&cast.team)).await.is(200).json()["bio"], "9");
    });
}

#[test]
fn a_change_is_acknowledged_although_the_replica_stands_still() {
    run(async {
        let cast = Cast::new().await;
        cast.world.faults.set(Faults { put_before: 1000, ..Faults::default() });
        let before = cast.world.now();
        cast.owner.patch(path::team(&cast.team), json!({ "bio": "new" })).await.is(200);
        assert!(cast.world.now().since(before) <= 2 * SECOND, "patience has an end");
        cast.world.pass(10 * MINUTE).await;
        assert_eq!(cast.member.get(path::team(&cast.team)).await.is(200).json()["bio"], "");
        cast.world.faults.set(Faults::default());
        cast.world.pass(2 * MINUTE).await;
        assert_eq!(cast.member.get(path::team(&cast.team)).await.is(200).json()["bio"], "new");
        assert_alike(&cast.world);
    });
}

#[test]
fn changes_in_a_hurry_put_a_key_once_a_second() {
    run(async {
        let cast = Cast::new().await;
        cast.world.faults.set(Faults { one_put_per_second: true, ..Faults::default() });
        for n in 0..5 {
            cast.owner.patch(path::team(&cast.team), json!({ "bio": format!("{n}") })).await.is(200);
            // Others read the new value as soon as KV has taken it.
            assert_eq!(cast.member.get(path::team(&cast.team)).await.is(200).json()["bio"], format!("{n}"));
        }
    });
}

#[test]
fn a_change_waits_for_no_put() {
    run(async {
        let cast = Cast::new().await;
        cast.world.faults.set(Faults { one_put_per_second: true, put_delay: 60_000, ..Faults::default() });
        let begun = tokio::time::Instant::now();
        for n in 0..10 {
            let body = json!({ "bio": format!("{n}") }).to_string();
            cast.owner.send_at_once(Method::PATCH, &path::team(&cast.team), body).await.is(200);
            let shown = cast.owner.get(path::team(&cast.team)).await.is(200).json();
            assert_eq!(shown["bio"], format!("{n}"));
        }
        assert_eq!(begun.elapsed().as_millis(), 0);
        cast.world.drain().await;
        assert_alike(&cast.world);
    });
}

#[test]
fn an_old_value_never_lands_on_a_newer_one() {
    run(async {
        let cast = Cast::new().await;
        for n in 0..40 {
            let world = cast.world.snapshot().world();
            for _ in 0..n {
                world.random_below(2);
            }
            // The first put is often still under way when the next change comes.
            world.faults.set(Faults { put_delay: 6000, ..Faults::default() });
            let owner = Actor { world: world.clone(), ..cast.owner.clone() };
            for bio in ["one", "two", "three"] {
                owner.patch(path::team(&cast.team), json!({ "bio": bio })).await.is(200);
            }
            world.drain().await;
            assert_alike(&world);
        }
    });
}

#[test]
fn a_profile_that_comes_late_changes_nothing() {
    run(async {
        let cast = Cast::new().await;
        cast.member.patch(path::ACCOUNT, json!({ "firstName": "Mia" })).await.is(200);
        cast.world.drain().await;
        let (team, account) = (team_object(&cast), cast.member.id.parse().unwrap());
        let place = key::member(cast.team.parse().unwrap(), account);
        let standing = cast.world.read(&team, |tx| tx.get(&place)).unwrap();
        let mut profile = standing.profile.clone();
        profile.first_name = "Maria".into();
        for (revision, name) in [(-1, "Mia"), (0, "Mia"), (1, "Maria")] {
            profile.revision = standing.profile.revision.saturating_add_signed(revision);
            let told = team::SetProfile { account, profile: Box::new(profile.clone()) };
            ask(&cast.world, Caller::System, &cast.team.parse().unwrap(), &told).await.unwrap();
            let shown = cast.world.read(&team, |tx| tx.get(&place)).unwrap().profile.first_name;
            assert_eq!(shown, name, "{revision}");
        }
    });
}

#[test]
fn a_mail_that_is_not_taken_is_sent_later() {
    run(async {
        let cast = Cast::new().await;
        cast.world.faults.set(Faults { mail: 1000, ..Faults::default() });
        let invite = json!({ "emails": ["nina@example.com"], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), invite).await.is(201);
        cast.world.pass(5 * MINUTE).await;
        assert!(cast.world.letters.borrow().is_empty());
        cast.world.evict_all();
        cast.world.faults.set(Faults::default());
        cast.world.pass(2 * MINUTE).await;
        assert_eq!(cast.world.letters.borrow().len(), 1);
        cast.world.pass(60 * MINUTE).await;
        assert_eq!(cast.world.letters.borrow().len(), 1);
    });
}

#[test]
fn a_refused_row_holds_up_no_other() {
    run(async {
        let cast = Cast::new().await;
        // A mail that is never taken, and a change behind it.
        cast.world.faults.set(Faults { mail: 1000, ..Faults::default() });
        let invite = json!({ "emails": ["nina@example.com"], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), invite).await.is(201);
        cast.owner.patch(path::team(&cast.team), json!({ "bio": "new" })).await.is(200);
        assert_eq!(cast.member.get(path::team(&cast.team)).await.is(200).json()["bio"], "new");
        assert_eq!(cast.owner.get(path::team_invitations(&cast.team)).await.json().as_array().unwrap().len(), 1);
    });
}

/// The world with a revoked key lying in the replica again, as a late write would leave it.
async fn with_a_late_write(after: i64) -> (Rc<World>, Actor, String) {
    let cast = Cast::new().await;
    let program = cast.member.make_key(&cast.team).await;
    cast.world.drain().await;
    let place = cast.world.replica().keys().find(|key| key.contains("/pass/")).unwrap().clone();
    let old = cast.world.replica()[&place].clone();
    cast.owner.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
    assert!(!cast.world.replica().contains_key(&place));
    cast.world.pass(after).await;
    let mut snapshot = cast.world.snapshot();
    snapshot.replica.insert(place.clone(), old);
    let world = snapshot.world();
    (world.clone(), Actor { world, ..program }, place)
}

#[test]
fn the_end_of_a_credential_is_sent_again_after_70_seconds_and_10_minutes() {
    run(async {
        for (after, until) in [(0, 71 * SECOND), (75 * SECOND, 10 * MINUTE)] {
            let (world, _, place) = with_a_late_write(after).await;
            world.pass(until - after - 3 * SECOND).await;
            assert!(world.replica().contains_key(&place), "{after}");
            world.pass(10 * SECOND).await;
            world.drain().await;
            assert!(!world.replica().contains_key(&place), "{after}");
        }
    });
}

#[test]
fn a_key_that_lies_in_the_replica_again_changes_nothing() {
    run(async {
        let (world, program, _) = with_a_late_write(0).await;
        let secret = json!({ "name": "NAME", "value": "value" });
        program.post(path::team_secrets("core"), secret).await.refuses(401, "UNAUTHORIZED");
        let fresh = program.with("cache-control", "no-cache");
        assert_eq!(fresh.get(path::SESSION).await.is(200).text, "null");
        world.pass(71 * SECOND).await;
        assert_eq!(program.get(path::SESSION).await.is(200).text, "null");
    });
}

#[test]
fn a_sign_out_reaches_the_replica_before_anything_else() {
    run(async {
        let cast = Cast::new().await;
        cast.owner.post_nothing(path::SIGN_OUT).await.is(204);
        let left = cast.world.replica();
        assert!(!left.keys().any(|key| key.starts_with(&format!("account/{}/session/", cast.owner.id))));
        assert_eq!(cast.owner.get(path::SESSION).await.is(200).text, "null");
    });
}

#[test]
fn a_world_at_rest_stays_at_rest() {
    run(async {
        let cast = Cast::new().await;
        idle(&cast.world).await;
        let before = cast.world.snapshot();
        cast.world.evict_all();
        cast.world.pass(60 * MINUTE).await;
        let after = cast.world.snapshot();
        assert_eq!((&after.replica, &after.letters), (&before.replica, &before.letters));
        let without = |primaries: &BTreeMap<_, BTreeMap<String, Stored>>| -> usize {
            primaries.values().flat_map(|records| records.keys()).filter(|key| !key.starts_with('~')).count()
        };
        // Counts of attempts are forgotten, and nothing else.
        assert!(without(&after.primaries) <= without(&before.primaries));
    });
}
