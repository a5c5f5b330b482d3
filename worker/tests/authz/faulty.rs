//! Calls that are wrong in what they send, over every route: who is asking is settled first.

use crate::support::{Actor, Cast, Reply, run};
use guildhall_shared::{Role, path, timestamp::MINUTE};
use guildhall_worker::{
    access::policy::role_allows,
    http::{
        route::{Route, Who},
        router::ROUTES,
        serve::BODY_MAX,
    },
};
use http::Method;

/// A way to be wrong: headers, what the path ends in, and the body.
type Fault = (&'static str, &'static [(&'static str, &'static str)], &'static str, fn() -> String);

const CHANGES: [Fault; 11] = [
    ("no JSON", &[], "", || "{".into()),
    ("a list", &[], "", || "[]".into()),
    ("too deep", &[], "", || "[".repeat(200)),
    ("wrong types", &[], "", || {
        r#"{"name":7,"value":7,"isAdmin":7,"emails":7,"bio":7,"namespace":7,"team":7,"theme":7}"#.into()
    }),
    ("wrong values", &[], "", || r#"{"name":"","value":"","emails":[],"isAdmin":true,"namespace":"A B"}"#.into()),
    ("too large", &[], "", || "x".repeat(BODY_MAX + 1)),
    ("another media type", &[("content-type", "text/plain")], "", || r#"{"name":"NAME","value":"value"}"#.into()),
    ("no tag", &[("if-match", "1")], "", || "{}".into()),
    ("an empty key", &[("idempotency-key", "")], "", || "{}".into()),
    ("a key with a space", &[("idempotency-key", "a b")], "", || "{}".into()),
    ("a query that is no UTF-8", &[], "?x=%ff", || "{}".into()),
];

const READS: [Fault; 3] = [
    ("a query that is no UTF-8", &[], "?x=%ff", String::new),
    ("no page", &[], "?limit=0&order=up&after=x&orderBy=y", String::new),
    ("no choice", &[], "?all=x&role=king", String::new),
];

fn faults(route: &Route) -> &'static [Fault] {
    if route.method == Method::GET { &READS } else { &CHANGES }
}

async fn send(actor: &Actor, route: &Route, team: &str, fault: &Fault) -> Reply {
    let (_, headers, query, body) = fault;
    let actor = headers.iter().fold(actor.clone(), |actor, (name, value)| actor.with(name, value));
    let place = route.pattern.replace("{team}", team).replace(['{', '}'], "");
    actor.send(route.method.clone(), &format!("{place}{query}"), body()).await
}

fn is_open(route: &Route) -> bool {
    matches!(route.who, Who::Anybody | Who::Bearer)
}

/// A key of the owner's that has been revoked, and one that has expired.
async fn ended_keys(cast: &Cast) -> [Actor; 2] {
    let key = cast.owner.make_key(&cast.team).await;
    let keys = cast.owner.get(path::team_api_keys(&cast.team)).await.is(200).json();
    cast.owner.delete(path::team_api_key(&cast.team, keys[0]["id"].as_str().unwrap())).await.is(204);
    let soon = cast.world.now().plus(MINUTE);
    let body = serde_json::json!({ "name": "Short", "dtExpires": soon });
    let made = cast.owner.post(path::team_api_keys(&cast.team), body).await.is(201).json();
    cast.world.pass(2 * MINUTE).await;
    [key, Actor::program(&cast.world, made["key"].as_str().unwrap())]
}

#[test]
fn nobody_and_a_credential_that_has_ended_hear_401_whatever_they_send() {
    run(async {
        let cast = Cast::new().await;
        let signed_out = cast.member.clone();
        signed_out.post_nothing(path::SIGN_OUT).await.is(204);
        let [revoked, expired] = ended_keys(&cast).await;
        cast.world.drain().await;
        let forged = Actor::program(&cast.world, "ghk_forged");
        for route in ROUTES.iter().filter(|route| !is_open(route)) {
            for fault in faults(route) {
                for (who, actor) in [
                    ("nobody", &cast.nobody),
                    ("ended session", &signed_out),
                    ("revoked key", &revoked),
                    ("expired key", &expired),
                    ("forged key", &forged),
                ] {
                    for team in [cast.team.as_str(), "core", "no-such-team"] {
                        let reply = send(actor, route, team, fault).await;
                        let at = format!("{who}, {}: {} {team}: {}", fault.0, route.document.id, reply.text);
                        assert_eq!(reply.status, 401, "{at}");
                        assert!(reply.text.starts_with(r#"{"code":"UNAUTHORIZED","message":"You must be"#), "{at}");
                    }
                }
            }
        }
    });
}

#[test]
fn a_stranger_cannot_tell_a_team_from_a_missing_one_by_what_they_send() {
    run(async {
        let cast = Cast::new().await;
        let foreign = cast.stranger.make_key(&cast.stranger.workspace).await;
        for route in ROUTES.iter().filter(|route| matches!(route.who, Who::Team(_) | Who::RecentTeam(_))) {
            for fault in faults(route) {
                for actor in [&cast.stranger, &foreign] {
                    for team in [cast.team.as_str(), "core", "t0zzzzzzzzzz", "no-such-team"] {
                        let reply = send(actor, route, team, fault).await;
                        assert_eq!(
                            (reply.status, reply.text.as_str()),
                            (404, r#"{"code":"NOT_FOUND","message":"Not found"}"#),
                            "{}: {} {team}",
                            fault.0,
                            route.document.id
                        );
                    }
                }
            }
        }
    });
}

#[test]
fn a_member_who_may_not_hears_so_whatever_they_send_and_one_who_may_hears_what_is_wrong() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.member.make_key(&cast.team).await;
        for route in ROUTES.iter() {
            let (Who::Team(action) | Who::RecentTeam(action)) = route.who else { continue };
            for fault in faults(route) {
                for (actor, is_key) in [(&cast.member, false), (&key, true)] {
                    let reply = send(actor, route, &cast.team, fault).await;
                    let may = role_allows(Role::Member, action).is_ok() && !(is_key && action.scope().is_none());
                    let at = format!("{}: {} by key {is_key}: {}", fault.0, route.document.id, reply.text);
                    assert_eq!(reply.status == 403, !may || fault.0 == "another media type" && !is_key, "{at}");
                    // Sent right, some of these would be right: a path without a query, a body that nobody reads.
                    let small = [200, 204, 400, 403, 404, 412, 413];
                    assert!(small.contains(&reply.status), "{at}");
                }
            }
        }
    });
}

#[test]
fn a_key_hears_that_keys_may_not_whatever_it_sends() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        for route in ROUTES.iter().filter(|route| matches!(route.who, Who::Account | Who::RecentAccount)) {
            for fault in faults(route) {
                let reply = send(&key, route, &cast.team, fault).await;
                assert_eq!(reply.status, 403, "{}: {}: {}", fault.0, route.document.id, reply.text);
                assert!(reply.text.contains("An API key cannot do this"), "{}", reply.text);
            }
        }
    });
}

#[test]
fn a_sign_in_that_is_not_recent_is_told_before_what_was_sent() {
    run(async {
        let cast = Cast::new().await;
        cast.world.pass(20 * MINUTE).await;
        for route in ROUTES.iter().filter(|route| matches!(route.who, Who::RecentAccount | Who::RecentTeam(_))) {
            for fault in faults(route) {
                let reply = send(&cast.owner, route, &cast.team, fault).await;
                assert_eq!(reply.status, 401, "{}: {}: {}", fault.0, route.document.id, reply.text);
                assert!(reply.header("www-authenticate").unwrap().contains("max_age=900"));
            }
        }
    });
}

#[test]
fn a_call_that_is_wrong_changes_nothing() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        for route in ROUTES.iter().filter(|route| route.document.body.is_some() && !is_open(route)) {
            for fault in CHANGES.iter().filter(|fault| fault.0 != "wrong values") {
                for actor in [&cast.nobody, &cast.stranger, &cast.owner] {
                    send(actor, route, &cast.team, fault).await;
                }
            }
        }
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
        assert!(cast.world.letters.borrow().is_empty());
    });
}
