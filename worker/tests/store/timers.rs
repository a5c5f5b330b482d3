//! Timers: the next one is one row however many there are, and those of an object of old go off in time.

use crate::{
    ALWAYS,
    support::{Actor, Cast, run},
};
use guildhall_kernel::key::timers;
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR, MINUTE, SECOND},
};
use guildhall_worker::{
    object::ObjectName,
    store::{
        Writes, key,
        memory::{Faults, World},
    },
};
use serde_json::json;
use std::rc::Rc;

/// The rows that a commit reads, and an alarm with one timer that has gone off, where so many others are set.
async fn rows_read(others: i64) -> (usize, usize) {
    let world = World::new(7);
    let object = world.object(&ObjectName::Namespace("core".to_owned()));
    let mut tx = object.begin();
    for n in 0..others {
        tx.schedule(&format!("far/{n}"), world.now().plus(DAY + n));
    }
    object.commit(&tx.finish().unwrap()).unwrap();
    let before = world.rows_read();
    let mut tx = object.begin();
    tx.schedule("soon", world.now().plus(MINUTE));
    object.commit(&tx.finish().unwrap()).unwrap();
    let commit = world.rows_read() - before;
    assert_eq!(world.next_alarm(&object.name), Some(world.now().plus(MINUTE)));
    world.skip(MINUTE);
    let before = world.rows_read();
    object.alarm().await;
    let alarm = world.rows_read() - before;
    let records = world.records(&object.name);
    assert_eq!(records.keys().filter(|key| key.starts_with("~due/")).count(), usize::try_from(others).unwrap());
    assert!(!records.contains_key("~due/soon"));
    (commit, alarm)
}

#[test]
fn what_is_read_does_not_grow_with_the_timers() {
    run(async {
        for others in [10, 10_000] {
            let (commit, alarm) = rows_read(others).await;
            assert!(commit <= 4 && alarm <= 40, "{others} timers: {commit} rows a commit, {alarm} an alarm");
        }
    });
}

/// What the objects held before timers were stored by time, with nothing of them in memory.
fn age(world: &Rc<World>) {
    for name in world.object_names() {
        let records = world.records(&name);
        let mut writes = Writes::default();
        for key in records.keys().filter(|key| key.starts_with("~at/")) {
            writes.insert(key.clone(), None);
        }
        if let Some(counters) = records.get("~counters") {
            let mut counters = counters.clone();
            counters.value = counters.value.replacen("2 ", "1 ", 1);
            writes.insert("~counters".to_owned(), Some(counters));
        }
        world.object(&name).host.commit(&writes).unwrap();
    }
    world.evict_all();
}

/// Whether the object stores each of its timers by time, and nothing else there.
fn is_ordered(world: &Rc<World>, object: &ObjectName) -> bool {
    world.read(object, |tx| {
        let mut by_name = tx.scan(&key::dues());
        by_name.sort_by_key(|(what, due)| (due.at, what.clone()));
        let by_time = tx.scan(&timers()).into_iter();
        by_name == by_time.map(|(row, due)| (row.split_once('/').unwrap().1.to_owned(), due)).collect::<Vec<_>>()
    })
}

#[test]
fn timers_of_old_go_off_in_time() {
    run(async {
        let world = World::new(5);
        let dan = Actor::unconfirmed(&world, "dan").await;
        world.drain().await;
        age(&world);
        let account = ObjectName::Account(dan.id.parse().unwrap());
        assert!(!is_ordered(&world, &account));
        for _ in 0..8 * 24 {
            world.pass(HOUR).await;
            for object in world.object_names() {
                let late = world.read(&object, |tx| tx.scan(&key::dues()));
                assert!(late.iter().all(|(_, due)| due.at > world.now()), "{object:?} {late:?}");
            }
        }
        for object in world.object_names() {
            assert!(is_ordered(&world, &object), "{object:?}");
        }
        dan.get(path::ACCOUNT).await.is(401);
        Actor::unconfirmed(&world, "dan").await;
    });
}

#[test]
fn a_change_of_an_object_of_old_orders_its_timers_in_the_same_commit() {
    run(async {
        let cast = Cast::new().await;
        let emails = json!({ "emails": ["new@example.com"], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), emails).await.is(201);
        cast.world.drain().await;
        age(&cast.world);
        let team = cast.team_object();
        assert!(!is_ordered(&cast.world, &team));
        // A read of the owner changes nothing.
        cast.owner.with("cache-control", "no-cache").get(path::team_invitations(&cast.team)).await.is(200);
        assert!(!is_ordered(&cast.world, &team));
        let object = cast.world.object(&team);
        let mut tx = object.begin();
        tx.schedule("refused/nobody", cast.world.now().plus(MINUTE));
        let writes = tx.finish().unwrap();
        assert_eq!(writes.keys().filter(|key| key.starts_with("~due/")).count(), 1);
        object.commit(&writes).unwrap();
        assert!(is_ordered(&cast.world, &team));
        assert!(cast.world.records(&team)["~counters"].value.starts_with("2 "));
        // That was once.
        let mut tx = object.begin();
        tx.cancel("refused/nobody");
        let writes = tx.finish().unwrap();
        assert_eq!(writes.keys().filter(|key| key.starts_with("~at/")).count(), 1);
        object.commit(&writes).unwrap();
        assert!(is_ordered(&cast.world, &team));
    });
}

#[test]
fn a_flush_of_an_object_of_old_forgets_none_of_its_timers() {
    run(async {
        let cast = Cast::new().await;
        let emails = json!({ "emails": ["new@example.com"], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), emails).await.is(201);
        cast.world.drain().await;
        cast.faults(Faults { put_before: ALWAYS, ..Faults::default() });
        cast.create_secret("TOKEN").await.is(201);
        age(&cast.world);
        cast.faults(Faults::default());
        cast.world.skip(40 * SECOND);
        // Whoever reads has the rows flushed that have waited for long.
        cast.owner.with("cache-control", "no-cache").get(path::team_secret(&cast.team, "TOKEN")).await.is(200);
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        assert!(is_ordered(&cast.world, &cast.team_object()));
        assert_eq!(cast.version("TOKEN"), Some(1));
        let dues = cast.world.read(&cast.team_object(), |tx| tx.scan(&key::dues()));
        let alarm = cast.world.next_alarm(&cast.team_object()).unwrap();
        assert!(alarm <= dues.iter().map(|(_, due)| due.at).min().unwrap());
    });
}
