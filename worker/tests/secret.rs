//! Secrets: names are read, values only come in.

use crate::support::{Cast, run, team_object};
use guildhall_shared::{name, path};
use guildhall_worker::{
    credentials::{cipher, secret::Installation},
    features::secrets::secret::place,
    store::key,
};
use serde_json::json;
use std::collections::BTreeSet;

const VALUE: &str = "hunter2-\"quoted\"-ключ";

#[test]
fn a_secret_shows_its_name_and_times_and_never_its_value() {
    run(async {
        let cast = Cast::new().await;
        let (all, one) = (path::team_secrets(&cast.team), path::team_secret(&cast.team, "NAME"));
        let made = cast.owner.post(&all, json!({ "name": "NAME", "value": VALUE })).await.is(201);
        cast.world.skip(1000);
        let changed = cast.owner.patch(&one, json!({ "value": format!("{VALUE}2") })).await.is(200);
        let read = cast.member.get(&one).await.is(200);
        let listed = cast.member.get(&all).await.is(200);
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200);
        for reply in [&made, &changed, &read, &listed, &log] {
            assert!(!reply.text.contains("hunter2"), "{}", reply.text);
        }
        assert_eq!(listed.json(), json!([read.json()]));
        let fields: BTreeSet<String> = read.json().as_object().unwrap().keys().cloned().collect();
        assert!(fields.iter().eq(["dtCreated", "dtModified", "name"]));
        assert!(read.json()["dtModified"].as_str() > read.json()["dtCreated"].as_str());
    });
}

#[test]
fn a_value_lies_encrypted_and_opens_in_its_own_place_only() {
    run(async {
        let cast = Cast::new().await;
        let team = cast.team.parse().unwrap();
        cast.owner.post(path::team_secrets(&cast.team), json!({ "name": "NAME", "value": VALUE })).await.is(201);
        cast.world.drain().await;
        let stored = format!("{:?}", cast.world.snapshot());
        assert!(!stored.contains("hunter2") && !stored.contains("aHVudGVyMi"), "neither plain nor in base64");
        let (sealed, wrapped) = cast.world.read(&team_object(&cast), |tx| {
            (tx.get(&key::secret_value("NAME", 1)).unwrap().sealed, tx.get(&key::team_key()).unwrap().wrapped)
        });
        let data_key = cipher::unwrap(&Installation::fixed(), &wrapped, &cast.team).unwrap();
        let plain = cipher::open(&data_key, &sealed, &place(team, "NAME", 1)).unwrap();
        assert_eq!(plain.as_slice(), VALUE.as_bytes());
        for elsewhere in [place(team, "OTHER", 1), place(team, "NAME", 2)] {
            assert!(cipher::open(&data_key, &sealed, &elsewhere).is_err());
        }
    });
}

#[test]
fn the_same_value_twice_is_not_the_same_text() {
    run(async {
        let cast = Cast::new().await;
        for name in ["A", "B"] {
            cast.owner.post(path::team_secrets(&cast.team), json!({ "name": name, "value": VALUE })).await.is(201);
        }
        let [a, b] = ["A", "B"]
            .map(|name| cast.world.read(&team_object(&cast), |tx| tx.get(&key::secret_value(name, 1)).unwrap().sealed));
        assert!(a.text != b.text && a.nonce != b.nonce);
    });
}

#[test]
fn names_and_values_hold_to_their_rules_at_the_border() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_secrets(&cast.team);
        let create =
            async |name: &str, value: &str| cast.owner.post(&place, json!({ "name": name, "value": value })).await;
        let before = cast.world.snapshot();
        for bad in ["", "1A", "_A", "A-B", "A B", "Ä", "A/B", &"a".repeat(name::SECRET_NAME_MAX + 1)] {
            create(bad, "value").await.refuses(400, "BAD_REQUEST");
        }
        for bad in ["", &"a".repeat(name::SECRET_VALUE_MAX + 1)] {
            create("NAME", bad).await.refuses(400, "BAD_REQUEST");
        }
        let both = create("1", "").await.refuses(400, "BAD_REQUEST");
        assert_eq!(both.json()["issues"].as_array().unwrap().len(), 2);
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
        let longest = "a".repeat(name::SECRET_NAME_MAX);
        create(&longest, &"🔑".repeat(name::SECRET_VALUE_MAX)).await.is(201);
        cast.member.get(path::team_secret(&cast.team, &longest)).await.is(200);
        create("a", "\u{0}\n\r\t ").await.is(201);
    });
}

#[test]
fn a_name_is_taken_once_and_counts_its_case() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_secrets(&cast.team);
        cast.owner.post(&place, json!({ "name": "NAME", "value": "one" })).await.is(201);
        cast.admin.post(&place, json!({ "name": "NAME", "value": "two" })).await.refuses(409, "CONFLICT");
        cast.admin.post(&place, json!({ "name": "name", "value": "two" })).await.is(201);
        assert_eq!(cast.member.get(&place).await.is(200).json().as_array().unwrap().len(), 2);
        let other = cast.owner.make_team("other").await;
        cast.owner.post(path::team_secrets(&other), json!({ "name": "NAME", "value": "one" })).await.is(201);
    });
}

#[test]
fn of_eight_who_make_one_secret_at_once_one_wins() {
    run(async {
        let cast = Cast::new().await;
        let calls = (0..8).map(|n| {
            let actor = if n % 2 == 0 { &cast.owner } else { &cast.admin };
            actor.post(path::team_secrets(&cast.team), json!({ "name": "NAME", "value": format!("{n}") }))
        });
        let replies = futures_util::future::join_all(calls).await;
        let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    });
}

#[test]
fn a_deleted_secret_is_gone_with_its_values() {
    run(async {
        let cast = Cast::new().await;
        let (all, one) = (path::team_secrets(&cast.team), path::team_secret(&cast.team, "NAME"));
        cast.owner.post(&all, json!({ "name": "NAME", "value": "one" })).await.is(201);
        cast.owner.patch(&one, json!({ "value": "two" })).await.is(200);
        cast.admin.delete(&one).await.is(204);
        cast.admin.delete(&one).await.refuses(404, "NOT_FOUND");
        cast.admin.patch(&one, json!({ "value": "three" })).await.refuses(404, "NOT_FOUND");
        cast.member.get(&one).await.refuses(404, "NOT_FOUND");
        let left = cast.world.records(&team_object(&cast));
        assert!(!left.keys().any(|key| key.contains("NAME") && !key.starts_with('~')), "{:?}", left.keys());
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        let actions: Vec<&str> = (0..3).map(|at| log[at]["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["secret.delete", "secret.update", "secret.create"]);
        cast.owner.post(&all, json!({ "name": "NAME", "value": "four" })).await.is(201);
    });
}

#[test]
fn a_secret_that_is_not_there_is_not_found() {
    run(async {
        let cast = Cast::new().await;
        for name in ["NAME", "1", "A%2FB", "%20", "a%00"] {
            let place = path::team_secret(&cast.team, name);
            cast.owner.get(&place).await.refuses(404, "NOT_FOUND");
            cast.owner.patch(&place, json!({ "value": "x" })).await.refuses(404, "NOT_FOUND");
            cast.owner.delete(&place).await.refuses(404, "NOT_FOUND");
        }
    });
}
