//! API keys: shown once, stored as a hash, never more than their maker may.

use crate::support::{Actor, Cast, last_mail, run};
use guildhall_shared::{path, timestamp::DAY};
use serde_json::{Value, json};

/// A key made with this body: its program, and the answer.
async fn make(actor: &Actor, team: &str, body: Value) -> (Actor, Value) {
    let made = actor.post(path::team_api_keys(team), body).await.is(201).json();
    (Actor::program(&actor.world, made["key"].as_str().unwrap()), made)
}

fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

#[test]
fn a_key_is_shown_once_and_stored_as_a_hash() {
    run(async {
        let cast = Cast::new().await;
        let (program, made) = make(&cast.member, &cast.team, json!({ "name": " Build " })).await;
        let key = made["key"].as_str().unwrap();
        assert!(key.starts_with("ghk_") && key.len() == 69);
        assert_eq!((&made["name"], &made["scopes"]), (&json!("Build"), &json!(["read", "write"])));
        assert_eq!(made["madeBy"], json!(cast.member.id));
        program.get(path::team(&cast.team)).await.is(200);
        cast.world.drain().await;
        let listed = cast.member.get(path::team_api_keys(&cast.team)).await.is(200);
        assert_eq!(listed.json()[0].get("key"), None);
        // Whoever has the key sees which one it is.
        let prefix = listed.json()[0]["prefix"].as_str().unwrap().to_owned();
        assert!(key.starts_with(&prefix) && prefix.len() == 14, "{prefix}");
        let tail = &key[key.len() - 30..];
        let seen = [
            listed.text,
            cast.owner.get(path::team_audit(&cast.team)).await.text,
            format!("{:?}", cast.world.snapshot()),
        ];
        assert!(!seen.iter().any(|text| text.contains(tail)), "the key can be read somewhere");
        // Its maker is told, without it.
        let mail = last_mail(&cast.world, "mia@example.com");
        assert!(mail.subject == "An API key was made" && mail.text.contains("Build (core)"), "{}", mail.text);
    });
}

#[test]
fn members_see_their_own_keys_and_admins_all() {
    run(async {
        let cast = Cast::new().await;
        make(&cast.owner, &cast.team, json!({ "name": "o" })).await;
        make(&cast.member, &cast.team, json!({ "name": "m" })).await;
        let names = async |actor: &Actor, query: &str| {
            let keys = actor.get(path::team_api_keys(&cast.team) + query).await.is(200).json();
            let mut names: Vec<String> =
                keys.as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&cast.member, "").await, ["m"]);
        assert_eq!(names(&cast.owner, "?all=false").await, ["o"]);
        assert_eq!(names(&cast.admin, "").await, [""; 0]);
        assert_eq!(names(&cast.admin, "?all=true").await, ["m", "o"]);
        let place = path::team_api_keys(&cast.team);
        let all = cast.admin.get(format!("{place}?all=true&order=asc")).await.is(200).json();
        let makers: Vec<_> = all.as_array().unwrap().iter().map(|key| key["madeByName"].as_str().unwrap()).collect();
        assert_eq!(makers, ["olive", "mia"]);
        let own = cast.owner.get(&place).await.is(200).json();
        assert_eq!(own[0].get("madeByName"), None, "of one's own keys one knows it");
        cast.member.get(format!("{place}?all=true")).await.refuses(403, "FORBIDDEN");
        cast.admin.get(path::team_api_keys(&cast.team) + "?all=1").await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn a_revoked_key_ends_at_once() {
    run(async {
        let cast = Cast::new().await;
        let (program, made) = make(&cast.member, &cast.team, json!({ "name": "m" })).await;
        let place = path::team_api_key(&cast.team, id(&made));
        cast.stranger.delete(&place).await.refuses(404, "NOT_FOUND");
        program.get(path::team(&cast.team)).await.is(200);
        cast.admin.delete(&place).await.is(204);
        program.get(path::team(&cast.team)).await.refuses(401, "UNAUTHORIZED");
        program.delete(path::team_member(&cast.team, &cast.member.id)).await.refuses(401, "UNAUTHORIZED");
        cast.admin.delete(&place).await.refuses(404, "NOT_FOUND");
        for nothing in ["k0zzzzzzzzzz", "x", cast.team.as_str()] {
            cast.owner.delete(path::team_api_key(&cast.team, nothing)).await.refuses(404, "NOT_FOUND");
        }
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        assert_eq!((&log[0]["action"], &log[0]["target"]), (&json!("api-key.revoke"), &json!(id(&made))));
    });
}

#[test]
fn a_key_may_end_itself() {
    run(async {
        let cast = Cast::new().await;
        let (program, made) = make(&cast.member, &cast.team, json!({ "name": "m" })).await;
        program.delete(path::team_api_key(&cast.team, id(&made))).await.is(204);
        program.get(path::team(&cast.team)).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_key_ends_when_it_expires() {
    run(async {
        let cast = Cast::new().await;
        let expires = cast.world.now().plus(DAY).to_string();
        let (program, made) = make(&cast.owner, &cast.team, json!({ "name": "o", "dtExpires": expires })).await;
        assert_eq!(made["dtExpires"], json!(expires));
        cast.world.pass(DAY - 1).await;
        program.get(path::team(&cast.team)).await.is(200);
        cast.world.pass(1).await;
        program.get(path::team(&cast.team)).await.refuses(401, "UNAUTHORIZED");
        program.patch(path::team(&cast.team), json!({ "bio": "x" })).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(program.get(path::SESSION).await.is(200).text, "null");
    });
}

#[test]
fn a_key_reaches_as_far_as_its_scopes() {
    run(async {
        let cast = Cast::new().await;
        let (reads, made) = make(&cast.owner, &cast.team, json!({ "name": "r", "scopes": ["read", "read"] })).await;
        assert_eq!(made["scopes"], json!(["read"]));
        let (writes, _) = make(&cast.owner, &cast.team, json!({ "name": "w", "scopes": ["write"] })).await;
        let (place, change) = (path::team("core"), json!({ "bio": "x" }));
        reads.get(&place).await.is(200);
        reads.patch(&place, change.clone()).await.refuses(403, "FORBIDDEN");
        writes.get(&place).await.refuses(403, "FORBIDDEN");
        writes.patch(&place, change).await.is(200);
        // Who it is, a key of any scope may ask.
        assert_eq!(writes.get(path::SESSION).await.is(200).json()["team"]["id"], json!(cast.team));
    });
}

#[test]
fn a_body_that_does_not_hold_makes_no_key() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        let past = cast.world.now().to_string();
        for wrong in [
            json!({}),
            json!({ "name": "" }),
            json!({ "name": "x".repeat(65) }),
            json!({ "name": "x", "scopes": [] }),
            json!({ "name": "x", "scopes": ["admin"] }),
            json!({ "name": "x", "scopes": "read" }),
            json!({ "name": "x", "dtExpires": past }),
            json!({ "name": "x", "dtExpires": "tomorrow" }),
            json!({ "name": "x", "dtExpires": 1 }),
        ] {
            cast.owner.post(path::team_api_keys(&cast.team), wrong).await.refuses(400, "BAD_REQUEST");
        }
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
    });
}

#[test]
fn a_member_has_100_keys_in_a_team() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..100 {
            cast.member.make_key(&cast.team).await;
        }
        let more = json!({ "name": "key" });
        cast.member.post(path::team_api_keys(&cast.team), more.clone()).await.refuses(409, "CONFLICT");
        cast.owner.post(path::team_api_keys(&cast.team), more.clone()).await.is(201);
        let keys = cast.member.get(path::team_api_keys(&cast.team)).await.is(200).json();
        let first = keys[0]["id"].as_str().unwrap();
        cast.member.delete(path::team_api_key(&cast.team, first)).await.is(204);
        cast.member.post(path::team_api_keys(&cast.team), more).await.is(201);
    });
}

#[test]
fn a_key_of_a_private_workspace_works_there() {
    run(async {
        let cast = Cast::new().await;
        let (program, _) = make(&cast.member, "mia", json!({ "name": "m" })).await;
        let secret = json!({ "name": "NAME", "value": "value" });
        program.post(path::team_secrets("mia"), secret).await.is(201);
        program.get(path::team_secret(&cast.member.workspace, "NAME")).await.is(200);
        program.get(path::team(&cast.team)).await.refuses(404, "NOT_FOUND");
        program.get(path::team("core")).await.refuses(404, "NOT_FOUND");
    });
}
