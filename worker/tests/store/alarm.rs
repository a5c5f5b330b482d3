//! The alarm: never lost, never in vain.

use crate::{
    ALWAYS,
    support::{Actor, Cast, run},
};
use guildhall_shared::{
    path,
    timestamp::{DAY, MINUTE, SECOND},
};
use guildhall_worker::{
    object::ObjectName,
    store::{
        key,
        memory::{Faults, World},
    },
};
use serde_json::json;

fn every_fault() -> [Faults; 5] {
    let none = Faults::default();
    [
        Faults { put_before: ALWAYS, ..none },
        Faults { put_after: ALWAYS, ..none },
        Faults { call_before: ALWAYS, ..none },
        Faults { call_after: ALWAYS, ..none },
        Faults { mail: ALWAYS, ..none },
    ]
}

/// Every object whose outbox holds something has an alarm.
#[track_caller]
fn nobody_is_forgotten(world: &World) {
    for object in world.busy() {
        let alarm = world.next_alarm(&object);
        assert!(alarm.is_some_and(|at| at <= world.now().plus(MINUTE)), "{object:?} {alarm:?}");
    }
}

#[test]
fn an_alarm_is_set_while_the_outbox_holds_something_whatever_fails() {
    run(async {
        for faults in every_fault() {
            let cast = Cast::new().await;
            let emails = json!({ "emails": ["new@example.com"], "isAdmin": false });
            // The change itself gets through; what follows does not.
            cast.owner.post(path::team_invitations(&cast.team), emails).await.is(201);
            cast.faults(Faults { call_before: 0, call_after: 0, put_before: ALWAYS, mail: ALWAYS, ..faults });
            cast.create_secret("TOKEN").await.is(201);
            cast.member.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
            cast.faults(faults);
            for round in 0..20 {
                nobody_is_forgotten(&cast.world);
                cast.world.pass(20 * SECOND).await;
                if round % 5 == 4 {
                    cast.world.evict_all();
                }
            }
            cast.faults(Faults::default());
            cast.world.drain().await;
            assert!(cast.world.busy().is_empty(), "{faults:?}");
            cast.is_replicated();
        }
    });
}

#[test]
fn an_alarm_that_cannot_commit_sets_the_next_one() {
    run(async {
        let cast = Cast::new().await;
        cast.faults(Faults { put_before: ALWAYS, ..Faults::default() });
        cast.create_secret("TOKEN").await.is(201);
        cast.faults(Faults { commit: ALWAYS, ..Faults::default() });
        for _ in 0..20 {
            cast.world.pass(30 * SECOND).await;
            nobody_is_forgotten(&cast.world);
        }
        cast.faults(Faults::default());
        cast.world.drain().await;
        assert_eq!(cast.version("TOKEN"), Some(1));
    });
}

#[test]
fn an_alarm_survives_its_object() {
    run(async {
        let cast = Cast::new().await;
        cast.faults(Faults { put_before: ALWAYS, ..Faults::default() });
        cast.create_secret("TOKEN").await.is(201);
        cast.faults(Faults::default());
        cast.world.evict_all();
        assert!(cast.world.next_alarm(&cast.team_object()).is_some());
        // Nobody calls: the alarm alone does it.
        cast.world.pass(MINUTE).await;
        assert_eq!(cast.version("TOKEN"), Some(1));
    });
}

#[test]
fn an_object_with_nothing_to_do_sleeps() {
    run(async {
        let cast = Cast::new().await;
        cast.create_secret("TOKEN").await.is(201);
        cast.world.drain().await;
        // An alarm that was set for what has been done meanwhile still comes, once.
        cast.world.pass(15 * MINUTE).await;
        for object in cast.world.object_names() {
            let dues = cast.world.read(&object, |tx| tx.scan(&key::dues()));
            let alarm = cast.world.next_alarm(&object);
            assert_eq!(alarm, dues.iter().map(|(_, due)| due.at).min(), "{object:?}");
        }
        assert_eq!(cast.world.next_alarm(&ObjectName::Namespace("core".to_owned())), None);
    });
}

#[test]
fn what_is_due_is_done_even_where_it_fails_at_first() {
    run(async {
        let world = World::new(5);
        let dan = Actor::unconfirmed(&world, "dan").await;
        world.drain().await;
        world.faults.set(Faults { commit: 700, call_before: 500, ..Faults::default() });
        world.pass(8 * DAY).await;
        world.faults.set(Faults::default());
        world.drain().await;
        world.pass(10 * MINUTE).await;
        let account = world.read(&ObjectName::Account(dan.id.parse().unwrap()), |tx| {
            tx.get(&key::account(dan.id.parse().unwrap())).is_some()
        });
        assert!(!account);
        // The names are free again, and nothing is left of the workspace.
        Actor::unconfirmed(&world, "dan").await;
        let workspace = ObjectName::Team(dan.workspace.parse().unwrap());
        let left: Vec<String> = world.records(&workspace).into_keys().filter(|key| !key.starts_with('~')).collect();
        assert_eq!(left, [""; 0]);
        dan.get(path::ACCOUNT).await.is(401);
    });
}
