//! Records and commits.

use crate::{
    ALWAYS,
    support::{Cast, run},
};
use guildhall_kernel::key as kernel;
use guildhall_shared::path;
use guildhall_worker::store::{Due, Stored, Writes, decode, key, memory::Faults};
use serde_json::json;

fn stored(value: &str) -> Stored {
    Stored { value: value.to_owned(), meta: None, expires: None }
}

fn writes(rows: &[(&str, Option<&str>)]) -> Writes {
    rows.iter().map(|(key, value)| ((*key).to_owned(), value.map(stored))).collect()
}

#[test]
fn a_scan_gives_what_starts_with_the_prefix_in_order_after_a_key_and_no_more() {
    run(async {
        let cast = Cast::new().await;
        let object = cast.world.object(&cast.team_object());
        let rows = ["x/1", "x/10", "x/2", "x/~", "x0", "w/9"].map(|key| (key, Some("v")));
        object.host.commit(&writes(&rows)).unwrap();
        let scan = |prefix: &str, after: &str, limit: usize| {
            let rows = object.host.records().scan(prefix, after, limit).unwrap();
            rows.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(scan("x/", "", usize::MAX), ["x/1", "x/10", "x/2", "x/~"]);
        assert_eq!(scan("x/", "", 2), ["x/1", "x/10"]);
        assert_eq!(scan("x/", "x/10", 2), ["x/2", "x/~"]);
        assert_eq!(scan("x/", "x/~", 2), [""; 0]);
        assert_eq!(scan("x/", "a", 1), ["x/1"]);
        assert_eq!(scan("y/", "", 9), [""; 0]);
        assert_eq!(object.host.records().get("x/10").unwrap(), Some(stored("v")));
        assert_eq!(object.host.records().get("x/3").unwrap(), None);
    });
}

#[test]
fn a_commit_writes_all_or_nothing() {
    run(async {
        let cast = Cast::new().await;
        let object = cast.world.object(&cast.team_object());
        object.host.commit(&writes(&[("x/1", Some("old")), ("x/2", Some("old"))])).unwrap();
        let before = cast.world.records(&cast.team_object());
        let change = writes(&[("x/1", Some("new")), ("x/2", None), ("x/3", Some("new"))]);
        cast.faults(Faults { commit: ALWAYS, ..Faults::default() });
        object.host.commit(&change).unwrap_err();
        assert_eq!(cast.world.records(&cast.team_object()), before);
        cast.faults(Faults::default());
        object.host.commit(&change).unwrap();
        let get = |key: &str| object.host.records().get(key).unwrap();
        assert_eq!((get("x/1"), get("x/2"), get("x/3")), (Some(stored("new")), None, Some(stored("new"))));
    });
}

#[test]
fn a_change_whose_commit_fails_leaves_no_trace() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.records(&cast.team_object());
        let (replica, mails) = (cast.world.replica(), cast.world.letters.borrow().len());
        cast.faults(Faults { commit: ALWAYS, ..Faults::default() });
        cast.create_secret("TOKEN").await.refuses(500, "INTERNAL_SERVER_ERROR");
        let emails = json!({ "emails": ["new@example.com"], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), emails).await.is(500);
        cast.faults(Faults::default());
        cast.world.drain().await;
        assert_eq!(cast.world.records(&cast.team_object()), before);
        assert_eq!((cast.world.replica(), cast.world.letters.borrow().len()), (replica, mails));
    });
}

#[test]
fn a_change_that_is_refused_leaves_no_trace() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.records(&cast.team_object());
        let mails = cast.world.letters.borrow().len();
        // Nobody is left to invite.
        let emails = json!({ "emails": ["no address", "mia@example.com"], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), emails).await.is(400);
        cast.world.drain().await;
        assert_eq!(cast.world.records(&cast.team_object()), before);
        assert_eq!(cast.world.letters.borrow().len(), mails);
        // What a member may not do is counted, and nothing else.
        cast.member.post(path::team_secrets(&cast.team), json!({ "name": "A", "value": "x" })).await.is(403);
        let after = cast.world.records(&cast.team_object());
        let moved = after.keys().filter(|key| after.get(*key) != before.get(*key)).map(String::as_str);
        let due = format!("~due/refused/{}", cast.member.id);
        let (_, Due { at }) = decode(&after[&due].value).unwrap();
        let timer = kernel::timer(at, due.strip_prefix("~due/").unwrap());
        let counted = format!("refused/{}", cast.member.id);
        assert_eq!(moved.collect::<Vec<_>>(), [counted.as_str(), timer.as_str(), "~counters", due.as_str()]);
    });
}

#[test]
fn a_list_beyond_a_thousand_rows_comes_from_its_owner_page_by_page() {
    run(async {
        let cast = Cast::new().await;
        let mut rows = Writes::default();
        let now = cast.world.now();
        for n in 0..1005_i64 {
            let (created, modified) = (now.plus(n), now.plus(n));
            let name = format!("SECRET_{n:04}");
            let record =
                guildhall_worker::features::secrets::record::SecretRecord { name, version: 1, created, modified };
            let value = guildhall_worker::store::encode(&record, 1).unwrap();
            let meta = guildhall_worker::store::Record::meta(&record);
            let place = key::secret(cast.team_id(), &record.name);
            rows.insert(place.as_str().to_owned(), Some(Stored { value, meta, expires: None }));
        }
        let object = cast.world.object(&cast.team_object());
        object.host.commit(&rows).unwrap();
        for (key, stored) in &rows {
            object.host.replicate(key, stored.as_ref()).await.unwrap();
        }
        let mut seen = vec![];
        let mut place = format!("{}?limit=120", path::team_secrets(&cast.team));
        loop {
            cast.world.reset_counts();
            let page = cast.owner.get(&place).await.is(200);
            assert_eq!((cast.world.counts().round_trips, cast.world.counts().calls), (1, 1));
            let names = page.json().as_array().unwrap().clone();
            seen.extend(names.iter().map(|row| row["name"].as_str().unwrap().to_owned()));
            let Some(link) = page.header("link") else { break };
            place = link.split(['<', '>']).nth(1).unwrap().to_owned();
        }
        let all: Vec<String> = (0..1005).rev().map(|n| format!("SECRET_{n:04}")).collect();
        assert_eq!(seen, all);
        // Exactly a thousand are the replica's.
        for n in 0..5 {
            let place = key::secret(cast.team_id(), &format!("SECRET_{n:04}"));
            object.host.replicate(place.as_str(), None).await.unwrap();
        }
        cast.world.reset_counts();
        cast.owner.get(path::team_secrets(&cast.team)).await.is(200);
        assert_eq!((cast.world.counts().round_trips, cast.world.counts().calls), (1, 0));
    });
}
