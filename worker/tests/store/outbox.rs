//! Replication and effects, after the save.

use crate::{
    ALWAYS,
    support::{Actor, Cast, last_mail, run},
};
use futures_util::future::{join, join_all};
use guildhall_shared::{path, timestamp::SECOND};
use guildhall_worker::{
    object::ObjectName,
    store::{key, memory::Faults},
};
use serde_json::json;
use std::rc::Rc;

#[test]
fn what_is_put_and_what_is_deleted_reach_the_replica() {
    run(async {
        let cast = Cast::new().await;
        cast.create_secret("TOKEN").await.is(201);
        assert_eq!(cast.version("TOKEN"), Some(1));
        cast.update_secret("TOKEN").await.is(200);
        assert_eq!(cast.version("TOKEN"), Some(2));
        cast.is_replicated();
        cast.owner.delete(path::team_secret(&cast.team, "TOKEN")).await.is(204);
        assert_eq!(cast.version("TOKEN"), None);
        assert!(cast.dirty().is_empty());
        cast.is_replicated();
    });
}

#[test]
fn a_key_is_put_once_a_second_so_that_kv_never_refuses_one() {
    run(async {
        let cast = Cast::new().await;
        cast.create_secret("TOKEN").await.is(201);
        for put_delay in [0, 300, 1500] {
            cast.faults(Faults { one_put_per_second: true, put_delay, ..Faults::default() });
            for _ in 0..10 {
                cast.update_secret("TOKEN").await.is(200);
                let refused: Vec<_> = cast.dirty().into_iter().filter(|(_, row)| row.tries > 0).collect();
                assert!(refused.is_empty(), "{put_delay} ms: {refused:?}");
            }
            // Several at once share one flight.
            let all = join_all((0..8).map(|_| cast.update_secret("TOKEN"))).await;
            assert!(all.iter().all(|reply| reply.status == 200));
            assert!(cast.dirty().iter().all(|(_, row)| row.tries == 0), "{put_delay} ms: {:?}", cast.dirty());
            cast.faults(Faults::default());
            cast.world.drain().await;
            cast.is_replicated();
        }
        assert_eq!(cast.version("TOKEN"), Some(1 + 3 * 18));
    });
}

#[test]
fn an_older_value_never_lands_on_a_newer_one() {
    run(async {
        let cast = Cast::new().await;
        cast.create_secret("TOKEN").await.is(201);
        let faults = Faults { put_delay: 4000, put_before: 200, put_after: 200, ..Faults::default() };
        cast.faults(faults);
        let mut newest = 1;
        for step in 0..60 {
            let looked = async {
                for _ in 0..5 {
                    tokio::time::sleep(core::time::Duration::from_millis(150)).await;
                }
            };
            let (reply, ()) = join(cast.update_secret("TOKEN"), looked).await;
            reply.is(200);
            if step % 10 == 9 {
                cast.world.evict_all();
            }
            let version = cast.version("TOKEN").unwrap();
            assert!(version >= newest, "step {step}: {version} after {newest}");
            newest = version;
        }
        cast.faults(Faults::default());
        cast.world.drain().await;
        assert_eq!(cast.version("TOKEN"), Some(61));
        cast.is_replicated();
    });
}

#[test]
fn a_row_goes_only_when_its_key_has_not_changed_meanwhile() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_member(&cast.team, &cast.member.id);
        for _ in 0..40 {
            // A role stands under two keys: one flight puts both, one of them is there before the
            // other, and the role changes in between.
            cast.faults(Faults { put_delay: 1900, ..Faults::default() });
            let later = async {
                tokio::time::sleep(core::time::Duration::from_millis(900)).await;
                cast.owner.put(&place, json!({ "isAdmin": false })).await
            };
            let (one, other) = join(cast.owner.put(&place, json!({ "isAdmin": true })), later).await;
            assert_eq!((one.status, other.status), (200, 200));
            cast.faults(Faults::default());
            cast.world.drain().await;
            cast.is_replicated();
        }
    });
}

#[test]
fn a_key_that_is_refused_holds_up_no_other() {
    run(async {
        let cast = Cast::new().await;
        cast.faults(Faults { put_before: ALWAYS, ..Faults::default() });
        for name in ["A", "B", "C", "D", "E", "F", "G", "H"] {
            cast.create_secret(name).await.is(201);
        }
        // They wait to be tried again; a new one does not wait for them.
        cast.world.pass(30 * SECOND).await;
        cast.faults(Faults::default());
        assert!(cast.dirty().iter().all(|(_, row)| row.due > cast.world.now()), "{:?}", cast.dirty());
        cast.create_secret("Z").await.is(201);
        assert_eq!((cast.version("Z"), cast.version("A")), (Some(1), None));
        cast.world.drain().await;
        cast.is_replicated();
    });
}

#[test]
fn the_end_of_a_credential_is_sent_three_times() {
    run(async {
        let cast = Cast::new().await;
        let account = ObjectName::Account(cast.owner.id.parse().unwrap());
        let replica = cast.world.replica();
        let start = format!("account/{}/session/", cast.owner.id);
        let (key, stored) = replica.iter().find(|(key, _)| key.starts_with(&start)).unwrap();
        cast.owner.post_nothing(path::SIGN_OUT).await.is(204);
        cast.world.drain().await;
        let object = cast.world.object(&account);
        // An old value that arrives late would open the door again.
        let mut came_back = vec![];
        for until in [60, 80, 500, 700, 4000] {
            object.host.replicate(key, Some(stored)).await.unwrap();
            let now = cast.world.now();
            let ahead = until * SECOND - came_back.iter().map(|(for_millis, _)| for_millis).sum::<i64>();
            cast.world.pass(ahead).await;
            came_back.push((cast.world.now().since(now), cast.world.replica().contains_key(key)));
        }
        let stays: Vec<bool> = came_back.iter().map(|(_, stays)| *stays).collect();
        // Sent again after 70 seconds and after 10 minutes, and not in between.
        assert_eq!(stays, [true, false, true, false, true]);
        object.host.replicate(key, None).await.unwrap();
    });
}

#[test]
fn a_mail_is_sent_at_least_once_and_only_after_the_save() {
    run(async {
        let cast = Cast::new().await;
        let count = || cast.world.letters.borrow().iter().filter(|mail| mail.to == "new@example.com").count();
        let emails = json!({ "emails": ["new@example.com"], "isAdmin": false });
        cast.faults(Faults { mail: ALWAYS, ..Faults::default() });
        cast.owner.post(path::team_invitations(&cast.team), emails).await.is(201);
        cast.world.pass(60 * SECOND).await;
        assert_eq!(count(), 0);
        cast.world.evict_all();
        cast.faults(Faults::default());
        cast.world.drain().await;
        assert_eq!(count(), 1);
        assert!(last_mail(&cast.world, "new@example.com").links[0].contains("/invitations/accept#token="));
    });
}

#[test]
fn calls_to_one_object_arrive_in_the_order_they_were_made() {
    run(async {
        let cast = Cast::new().await;
        // The team is on its way when its owner changes their name: both have to reach it, in order.
        cast.faults(Faults { call_before: 600, ..Faults::default() });
        let mut made = vec![];
        for n in 0..30 {
            let body = json!({ "name": "New", "namespace": format!("new-{n}") });
            let reply = cast.owner.post(path::TEAMS, body).await;
            cast.owner.patch(path::ACCOUNT, json!({ "firstName": format!("Olive {n}") })).await;
            if reply.status == 201 {
                made.push(reply.json()["id"].as_str().unwrap().to_owned());
            }
        }
        cast.faults(Faults::default());
        cast.world.drain().await;
        assert!(!made.is_empty());
        let name = cast.owner.get(path::ACCOUNT).await.is(200).json()["firstName"].clone();
        for team in made {
            let members = cast.owner.get(path::team_members(team)).await.is(200).json();
            assert_eq!(members[0]["user"]["firstName"], name);
        }
    });
}

#[test]
fn whoever_reads_flushes_rows_that_have_waited_for_half_a_minute() {
    run(async {
        let cast = Cast::new().await;
        cast.faults(Faults { put_before: ALWAYS, ..Faults::default() });
        cast.create_secret("TOKEN").await.is(201);
        cast.faults(Faults::default());
        // The alarm does not come; a reader does.
        cast.world.skip(20 * SECOND);
        let reader = cast.member.with("cache-control", "no-cache");
        let look = async |reader: &Actor| {
            reader.get(path::team_secret(&cast.team, "TOKEN")).await.is(200);
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
        };
        look(&reader).await;
        assert_eq!(cast.version("TOKEN"), None);
        cast.world.skip(20 * SECOND);
        look(&reader).await;
        assert_eq!(cast.version("TOKEN"), Some(1));
    });
}

#[test]
fn one_flight_at_a_time_serves_all_who_wait() {
    run(async {
        let cast = Cast::new().await;
        cast.faults(Faults { put_delay: 900, one_put_per_second: true, ..Faults::default() });
        let object = cast.world.object(&cast.team_object());
        let changes = join_all(["A", "B", "C"].map(|name| cast.create_secret(name)));
        let flights = join_all((0..5).map(|_| {
            let object = Rc::clone(&object);
            async move { object.flush_outbox().await }
        }));
        let (replies, _) = join(changes, flights).await;
        assert!(replies.iter().all(|reply| reply.status == 201));
        assert!(cast.dirty().iter().all(|(_, row)| row.tries == 0), "{:?}", cast.dirty());
        cast.faults(Faults::default());
        cast.world.drain().await;
        let rows = cast.world.read(&cast.team_object(), |tx| tx.scan(&key::secrets(cast.team_id())));
        assert_eq!(rows.len(), 3);
        cast.is_replicated();
    });
}
