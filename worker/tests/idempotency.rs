//! Repeated calls and calls based on an older state: `Idempotency-Key`, `ETag` and `If-Match`.

use crate::support::{Actor, Cast, run};
use guildhall_shared::{path, timestamp::HOUR};
use http::Method;
use serde_json::{Value, json};

fn repeating(actor: &Actor, key: &str) -> Actor {
    actor.with("idempotency-key", key)
}

async fn audit_lines(cast: &Cast) -> usize {
    cast.owner.get(path::team_audit(&cast.team)).await.is(200).json().as_array().unwrap().len()
}

#[test]
fn the_same_call_gets_the_first_answer_and_happens_once() {
    run(async {
        let cast = Cast::new().await;
        let lines = audit_lines(&cast).await;
        let owner = repeating(&cast.owner, "one");
        let body = || json!({ "name": "NAME", "value": "value" });
        let first = owner.post(path::team_secrets(&cast.team), body()).await.is(201);
        let again = owner.post(path::team_secrets(&cast.team), body()).await.is(201);
        assert_eq!((first.text, first.headers["etag"].clone()), (again.text, again.headers["etag"].clone()));
        assert_eq!(audit_lines(&cast).await, lines + 1);
    });
}

#[test]
fn the_same_key_with_another_body_is_a_conflict() {
    run(async {
        let cast = Cast::new().await;
        let owner = repeating(&cast.owner, "one");
        owner.post(path::team_secrets(&cast.team), json!({ "name": "NAME", "value": "value" })).await.is(201);
        let other = json!({ "name": "OTHER", "value": "value" });
        owner.post(path::team_secrets(&cast.team), other.clone()).await.refuses(409, "CONFLICT");
        cast.owner.get(path::team_secret(&cast.team, "OTHER")).await.refuses(404, "NOT_FOUND");
        repeating(&cast.owner, "two").post(path::team_secrets(&cast.team), other).await.is(201);
    });
}

#[test]
fn keys_of_two_callers_and_of_two_routes_do_not_meet() {
    run(async {
        let cast = Cast::new().await;
        let body = |name: &str| json!({ "name": name, "value": "value" });
        repeating(&cast.owner, "one").post(path::team_secrets(&cast.team), body("A")).await.is(201);
        repeating(&cast.admin, "one").post(path::team_secrets(&cast.team), body("B")).await.is(201);
        let change = json!({ "value": "other" });
        repeating(&cast.owner, "one").patch(path::team_secret(&cast.team, "A"), change).await.is(200);
        let program = cast.owner.make_key(&cast.team).await;
        repeating(&program, "one").post(path::team_secrets(&cast.team), body("C")).await.is(201);
    });
}

#[test]
fn what_is_shown_once_is_left_out_of_the_second_answer() {
    run(async {
        let cast = Cast::new().await;
        let owner = repeating(&cast.owner, "one");
        let first = owner.post(path::team_api_keys(&cast.team), json!({ "name": "Build" })).await.is(201).json();
        let again = owner.post(path::team_api_keys(&cast.team), json!({ "name": "Build" })).await.is(201).json();
        let mut expected = first.clone();
        let key = expected.as_object_mut().unwrap().remove("key").unwrap();
        assert_eq!(again, expected);
        let keys = cast.owner.get(path::team_api_keys(&cast.team)).await.is(200).json();
        assert_eq!(keys.as_array().unwrap().len(), 1);
        let stored = format!("{:?}", cast.world.snapshot());
        assert!(!stored.contains(key.as_str().unwrap()), "the key lies in the store");
    });
}

#[test]
fn a_key_is_kept_for_24_hours() {
    run(async {
        let cast = Cast::new().await;
        let owner = repeating(&cast.owner, "one");
        let place = path::team_invitations(&cast.team);
        let body = |email: &str| json!({ "emails": [email], "isAdmin": false });
        let first = owner.post(&place, body("nina@example.com")).await.is(201).json();
        cast.world.pass(23 * HOUR).await;
        assert_eq!(owner.post(&place, body("nina@example.com")).await.is(201).json(), first);
        cast.world.pass(2 * HOUR).await;
        owner.post(&place, body("noel@example.com")).await.is(201);
        let kept = format!("{:?}", cast.world.records(&crate::support::team_object(&cast)));
        assert_eq!(kept.matches("\"idempotency/").count(), 1, "what has expired is gone");
    });
}

#[test]
fn making_a_team_twice_makes_one() {
    run(async {
        let cast = Cast::new().await;
        let stranger = repeating(&cast.stranger, "one");
        let body = || json!({ "name": "New", "namespace": "new-team" });
        let first = stranger.post(path::TEAMS, body()).await.is(201).json();
        assert_eq!(stranger.post(path::TEAMS, body()).await.is(201).json(), first);
        assert_eq!(cast.stranger.get(path::TEAMS).await.is(200).json().as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_session_that_has_ended_gets_no_answer_that_was_kept() {
    run(async {
        let cast = Cast::new().await;
        let owner = repeating(&cast.owner, "one");
        let body = || json!({ "name": "Two", "namespace": "two" });
        owner.post(path::TEAMS, body()).await.is(201);
        cast.owner.post_nothing(path::SIGN_OUT).await.is(204);
        owner.post(path::TEAMS, body()).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_refused_call_uses_no_key_up() {
    run(async {
        let cast = Cast::new().await;
        let owner = repeating(&cast.owner, "one");
        owner.post(path::TEAMS, json!({ "name": "Sam", "namespace": "sam" })).await.refuses(409, "CONFLICT");
        owner.post(path::TEAMS, json!({ "name": "", "namespace": "new-team" })).await.refuses(400, "BAD_REQUEST");
        owner.post(path::TEAMS, json!({ "name": "New", "namespace": "new-team" })).await.is(201);
        let rename = path::team(&cast.team);
        owner.patch(&rename, json!({ "namespace": "sam" })).await.refuses(409, "CONFLICT");
        owner.patch(&rename, json!({ "namespace": "core-2" })).await.is(200);
    });
}

#[test]
fn a_key_has_1_to_255_letters_digits_and_signs() {
    run(async {
        let cast = Cast::new().await;
        for key in [String::new(), "k".repeat(256), "a b".into(), "a\tb".into(), "é".into(), "a, b".into()] {
            let reply = repeating(&cast.owner, &key).post(path::TEAMS, json!({ "name": "A", "namespace": "a" })).await;
            assert!(reply.refuses(400, "BAD_REQUEST").message().starts_with("Idempotency-Key: "));
        }
        let signs: String = ('!'..='~').collect();
        let all = repeating(&cast.owner, &signs).post(path::TEAMS, json!({ "name": "B", "namespace": "b" })).await;
        all.is(201);
        let longest = repeating(&cast.owner, &"k".repeat(255));
        longest.post(path::TEAMS, json!({ "name": "A", "namespace": "a" })).await.is(201);
    });
}

#[test]
fn reading_takes_no_notice_of_a_key() {
    run(async {
        let cast = Cast::new().await;
        let owner = repeating(&cast.owner, "one");
        for place in [path::team_audit(&cast.team), path::team_api_keys(&cast.team)] {
            let before = owner.get(&place).await.is(200).text;
            cast.owner.make_key(&cast.team).await;
            assert_ne!(owner.get(&place).await.is(200).text, before, "{place}");
        }
    });
}

/// Changes with an older, the current and any revision.
async fn guarded(actor: &Actor, place: &str, body: impl Fn(&str) -> Value) {
    let tag = actor.get(place).await.is(200).headers["etag"].to_str().unwrap().to_owned();
    let based = |tag: &str| actor.with("if-match", tag);
    let changed = based(&tag).patch(place, body("one")).await.is(200);
    let newer = changed.headers["etag"].to_str().unwrap().to_owned();
    assert_ne!(newer, tag);
    assert_eq!(actor.get(place).await.is(200).headers["etag"], newer);
    let weak = format!("W/{newer}");
    let both = format!("{tag}, W/{newer}");
    for stale in [tag.as_str(), "\"x\"", "\"99999\"", "\"\"", weak.as_str(), both.as_str()] {
        based(stale).patch(place, body("two")).await.refuses(412, "PRECONDITION_FAILED");
    }
    for no_tag in ["", newer.trim_matches('"'), "1 2", "\"1", "*, \"1\""] {
        let reply = based(no_tag).patch(place, body("two")).await.refuses(400, "BAD_REQUEST");
        assert!(reply.message().starts_with("If-Match: "), "{}", reply.text);
    }
    assert_eq!(actor.get(place).await.is(200).headers["etag"], newer);
    based(&format!("{tag} ,{newer}")).patch(place, body("two")).await.is(200);
    based("*").patch(place, body("three")).await.is(200);
}

#[test]
fn a_change_that_is_based_on_an_older_state_is_refused() {
    run(async {
        let cast = Cast::new().await;
        guarded(&cast.owner, &path::team(&cast.team), |text| json!({ "bio": text })).await;
        guarded(&cast.owner, path::ACCOUNT, |text| json!({ "firstName": text })).await;
        let secrets = path::team_secrets(&cast.team);
        let made = cast.owner.post(&secrets, json!({ "name": "NAME", "value": "value" })).await.is(201);
        let secret = path::team_secret(&cast.team, "NAME");
        assert_eq!(cast.owner.get(&secret).await.headers["etag"], made.headers["etag"]);
        guarded(&cast.owner, &secret, |text| json!({ "value": text })).await;
        let old = cast.owner.with("if-match", made.header("etag").unwrap());
        old.delete(&secret).await.refuses(412, "PRECONDITION_FAILED");
        cast.owner.get(&secret).await.is(200);
    });
}

#[test]
fn whoever_has_the_revision_gets_304_and_no_body() {
    run(async {
        let cast = Cast::new().await;
        let secrets = path::team_secrets(&cast.team);
        cast.owner.post(&secrets, json!({ "name": "NAME", "value": "value" })).await.is(201);
        let key = cast.owner.make_key(&cast.team).await;
        let secret = path::team_secret(&cast.team, "NAME");
        for (actor, place) in [
            (&cast.owner, path::ACCOUNT.to_owned()),
            (&cast.owner, path::team(&cast.team)),
            (&cast.member, path::team(&cast.team)),
            (&cast.owner, secret.clone()),
            (&key, secret.clone()),
        ] {
            let first = actor.get(&place).await.is(200);
            let tag = first.header("etag").unwrap();
            for known in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
                for method in [Method::GET, Method::HEAD] {
                    let reply = actor.with("if-none-match", &known).send(method, &place, "").await.is(304);
                    assert_eq!((reply.text.as_str(), reply.header("etag")), ("", Some(tag)), "{known}");
                    assert_eq!(reply.header("content-type"), None);
                    assert_eq!(reply.header("content-length"), None);
                    assert_eq!(reply.header("cache-control"), first.header("cache-control"));
                }
            }
            for other in ["\"other\"", "W/\"other\", \"x\"", "", tag.trim_matches('"')] {
                assert_eq!(actor.with("if-none-match", other).get(&place).await.is(200).text, first.text, "{other}");
            }
        }
        let known = cast.owner.get(&secret).await.header("etag").unwrap().to_owned();
        cast.owner.patch(&secret, json!({ "value": "other" })).await.is(200);
        cast.owner.with("if-none-match", &known).get(&secret).await.is(200);
        // What somebody has does not help whoever may not see it.
        cast.stranger.with("if-none-match", "*").get(&secret).await.refuses(404, "NOT_FOUND");
        cast.nobody.with("if-none-match", "*").get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
    });
}
