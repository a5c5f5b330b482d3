//! What every request passes: bodies, paths, methods, headers.

mod body;

use crate::support::{Cast, PASSWORD, Reply, run};
use guildhall_shared::path;
use guildhall_worker::{
    http::{
        router::ROUTES,
        serve::{BODY_MAX, FAILED, failed},
    },
    store::memory::Faults,
};
use http::Method;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A body of exactly so many bytes that is good otherwise.
fn padded(bytes: usize) -> String {
    let body = json!({ "name": "LARGE", "value": "x" }).to_string();
    format!("{body}{}", " ".repeat(bytes - body.len()))
}

#[test]
fn a_body_has_at_most_100_000_bytes() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_secrets(&cast.team);
        assert_eq!(BODY_MAX, 100_000);
        for (actor, place) in [(&cast.owner, place.as_str()), (&cast.nobody, path::SIGN_IN)] {
            let reply = actor.send(Method::POST, place, padded(BODY_MAX + 1)).await;
            assert!(reply.refuses(413, "PAYLOAD_TOO_LARGE").message().contains("100000"));
        }
        cast.owner.get(path::team_secret(&cast.team, "LARGE")).await.refuses(404, "NOT_FOUND");
        cast.owner.send(Method::POST, &place, padded(BODY_MAX)).await.is(201);
    });
}

#[test]
fn what_is_no_json_object_is_a_parse_error() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        let deep = format!("{{\"name\":{}", "[".repeat(50_000));
        let mut bodies: Vec<&[u8]> =
            vec![b"", b"{", b"null", b"[]", b"\"x\"", b"{}{}", b"\xff", b"{\"name\":\"\xff\"}"];
        // A list of what the fields would hold, and half a character in a field that nobody knows.
        bodies.extend([&br#"["NAME","value"]"#[..], br#"{"name":"NAME","value":"x","more":"\ud83e"}"#]);
        for body in bodies {
            let reply = cast.owner.send(Method::POST, &path::team_secrets(&cast.team), body).await;
            assert!(!reply.refuses(400, "PARSE_ERROR").text.contains("nested"));
        }
        for body in [deep, "[".repeat(200), format!("{{\"name\":{}1{}}}", "[".repeat(100), "]".repeat(100))] {
            let reply = cast.owner.send(Method::POST, &path::team_secrets(&cast.team), body).await;
            let message = "The body is nested too deeply. Use at most 100 levels.";
            assert_eq!(reply.refuses(400, "PARSE_ERROR").message(), message);
        }
        cast.nobody.send(Method::POST, path::SIGN_IN, "{").await.refuses(400, "PARSE_ERROR");
        cast.nobody.send(Method::POST, path::SIGN_UP, "[]").await.refuses(400, "PARSE_ERROR");
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
    });
}

#[test]
fn no_route_with_a_body_takes_a_wrong_one() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        for route in ROUTES.iter().filter(|route| route.document.body.is_some()) {
            let place = route.pattern.replace("{team}", &cast.team).replace("{user}", &cast.member.id);
            let send = async |body: String| cast.owner.send(route.method.clone(), &place, body).await;
            send("{".into()).await.refuses(400, "PARSE_ERROR");
            send("x".repeat(BODY_MAX + 1)).await.refuses(413, "PAYLOAD_TOO_LARGE");
            // Where every field may be left out, one of another type is wrong.
            let patch = ["AccountPatch", "TeamPatch"].contains(&route.document.body.unwrap());
            let wrong = if patch { json!({ "firstName": 1, "name": 1 }) } else { json!({}) };
            send(wrong.to_string()).await.refuses(400, "BAD_REQUEST");
        }
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
        assert!(cast.world.letters.borrow().is_empty());
    });
}

#[test]
fn a_field_of_another_type_is_named_and_its_value_not_repeated() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        let member = path::team_member(&cast.team, &cast.member.id);
        for body in [json!({ "isAdmin": "hunter2" }), json!({ "isAdmin": 1 }), json!({ "isAdmin": null }), json!({})] {
            let reply = cast.owner.put(&member, body).await.refuses(400, "BAD_REQUEST");
            assert_eq!(reply.json()["issues"].as_array().unwrap().len(), 1);
            assert!(!reply.text.contains("hunter2"), "{}", reply.text);
        }
        let twice = r#"{"isAdmin":true,"isAdmin":false}"#;
        cast.owner.send(Method::PUT, &member, twice).await.refuses(400, "BAD_REQUEST");
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
    });
}

#[test]
fn the_placeholders_of_the_published_collection_are_refused() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        let member = path::team_member(&cast.team, &cast.member.id);
        key.put(&member, json!({ "isAdmin": "<boolean>" })).await.refuses(400, "BAD_REQUEST");
        let body = json!({ "name": "<string>", "value": "<string>" });
        key.post(path::team_secrets(&cast.team), body).await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn a_field_too_many_does_no_harm() {
    run(async {
        let cast = Cast::new().await;
        let body = json!({ "name": "NAME", "value": "value", "more": [1, { "x": null }] });
        cast.owner.post(path::team_secrets(&cast.team), body).await.is(201);
    });
}

#[test]
fn an_unknown_path_and_a_wrong_method_are_not_found() {
    run(async {
        let cast = Cast::new().await;
        let mut calls: Vec<(Method, String)> = vec![];
        for place in
            ["/", "/v1", "/v1/", "/v1/nothing", "/v1/teams/", "/v2/teams", "/v1//teams", "/V1/teams", "/v1/teams/core/"]
        {
            calls.push((Method::GET, place.to_owned()));
            calls.push((Method::POST, place.to_owned()));
        }
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
        for route in ROUTES.iter() {
            let place = route.pattern.replace("{team}", &cast.team).replace(['{', '}'], "");
            for method in &methods {
                if !ROUTES.iter().any(|other| other.pattern == route.pattern && other.method == *method) {
                    calls.push((method.clone(), place.clone()));
                }
            }
        }
        for (method, place) in calls {
            for actor in [&cast.nobody, &cast.owner] {
                let reply = actor.send(method.clone(), &place, "").await.refuses(404, "NOT_FOUND");
                assert_eq!(reply.text, r#"{"code":"NOT_FOUND","message":"Not found"}"#, "{method} {place}");
            }
        }
    });
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    run(async {
        let cast = Cast::new().await;
        let fixed = |reply: &Reply| -> BTreeMap<String, String> {
            let headers = reply.headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "content-length");
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
        };
        let places = ROUTES.iter().map(|route| route.pattern.replace("{team}", &cast.team).replace(['{', '}'], ""));
        for place in places.chain(["/v1/nothing".into(), format!("{}?limit=0", path::team_secrets(&cast.team))]) {
            for actor in [&cast.owner, &cast.nobody] {
                let get = actor.get(&place).await;
                let head = actor.send(Method::HEAD, &place, "").await;
                assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{place}");
                assert_eq!(fixed(&head), fixed(&get), "{place}");
                assert_eq!(head.header("content-length"), Some(get.text.len().to_string().as_str()), "{place}");
            }
        }
    });
}

#[test]
fn no_other_site_is_let_in() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        let places = ROUTES.iter().map(|route| (route.pattern.replace("{team}", &cast.team), route.method.clone()));
        for (place, method) in places {
            for actor in [&cast.nobody, &cast.owner, &key] {
                let asking = actor
                    .with("origin", "https://elsewhere.test")
                    .with("access-control-request-method", method.as_str())
                    .with("access-control-request-headers", "authorization, content-type");
                let preflight = asking.send(Method::OPTIONS, &place, "").await.refuses(404, "NOT_FOUND");
                let read = asking.get(&place).await;
                for reply in [preflight, read] {
                    let names = reply.headers.keys().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
                    assert!(!names.iter().any(|name| name.starts_with("access-control-")), "{place}: {names:?}");
                }
            }
        }
    });
}

#[test]
fn a_path_is_read_with_percent_encoding() {
    run(async {
        let cast = Cast::new().await;
        cast.owner.get("/v1/teams/%63ore").await.is(200);
        cast.owner.get("/v1/teams/core?x=%20+y&&z").await.is(200);
        for wrong in
            ["/v1/teams/%zz", "/v1/teams/%f", "/v1/teams/%ff", "/v1/teams/core?limit=%ff", "/v1/teams/core?%=1"]
        {
            cast.owner.get(wrong).await.refuses(400, "BAD_REQUEST");
        }
        for strange in [
            "/v1/teams/core%2Fusers",
            "/v1/teams/..%2Fcore",
            "/v1/teams/core%00",
            "/v1/teams/%F0%9F%94%91",
            "/v1/teams/CORE",
        ] {
            cast.owner.get(strange).await.refuses(404, "NOT_FOUND");
            cast.owner.patch(strange, json!({ "bio": "x" })).await.refuses(404, "NOT_FOUND");
        }
    });
}

#[test]
fn a_name_that_cannot_be_wakes_no_object() {
    run(async {
        let cast = Cast::new().await;
        let long = "a".repeat(1000);
        for name in [long.as_str(), "core%2Fx", "CORE", "account", "a--b"] {
            cast.world.reset_counts();
            cast.owner.get(path::team_members(name)).await.refuses(404, "NOT_FOUND");
            cast.owner.with("cache-control", "no-cache").get(path::team(name)).await.refuses(404, "NOT_FOUND");
            assert!(cast.world.counts().calls <= 1, "{name}: {:?}", cast.world.counts());
            cast.owner.put(path::SESSION_TEAM, json!({ "team": name })).await.refuses(404, "NOT_FOUND");
            cast.nobody.get(path::team_members(name)).await.refuses(401, "UNAUTHORIZED");
        }
        let names = cast.world.object_names().into_iter().map(|name| format!("{name:?}"));
        assert!(!names.into_iter().any(|name| name.contains("aaa") || name.contains("CORE")));
    });
}

#[test]
fn an_address_that_is_too_long_is_414() {
    run(async {
        let cast = Cast::new().await;
        for actor in [&cast.owner, &cast.nobody] {
            for place in [path::team("a".repeat(5000)), format!("{}?x={}", path::TEAMS, "a".repeat(5000))] {
                let reply = actor.get(place).await.refuses(414, "BAD_REQUEST");
                assert!(reply.message().contains("4096"), "{}", reply.text);
            }
            let most = 4096 - path::TEAMS.len() - "x=".len();
            assert_ne!(actor.get(format!("{}?x={}", path::TEAMS, "a".repeat(most))).await.status, 414);
            actor.get(format!("{}?x={}", path::TEAMS, "a".repeat(most + 1))).await.refuses(414, "BAD_REQUEST");
        }
        cast.owner.get(format!("{}?x={}", path::TEAMS, "a".repeat(3000))).await.is(200);
        cast.owner.get(path::team_secret(&cast.team, "a".repeat(3000))).await.refuses(404, "NOT_FOUND");
        let body = json!({ "value": "x" });
        cast.owner.patch(path::team_secret(&cast.team, "a".repeat(3000)), body).await.refuses(404, "NOT_FOUND");
    });
}

#[test]
fn every_answer_has_the_headers_of_security_and_an_id_of_its_own() {
    run(async {
        let cast = Cast::new().await;
        let member = path::team_member(&cast.team, &cast.member.id);
        let replies = [
            cast.owner.get(path::SESSION).await.is(200),
            cast.nobody.get(path::ACCOUNT).await.is(401),
            cast.nobody.get("/v1/nothing").await.is(404),
            cast.owner.with("x-request-id", "mine").get(path::TEAMS).await.is(200),
            cast.owner.delete(member).await.is(204),
            cast.owner.send(Method::POST, path::TEAMS, "x".repeat(BODY_MAX + 1)).await.is(413),
        ];
        for reply in &replies {
            for (name, value) in [
                ("cache-control", "private, no-store"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
                ("strict-transport-security", "max-age=31536000; includeSubDomains"),
                ("cross-origin-resource-policy", "same-origin"),
                ("x-frame-options", "DENY"),
            ] {
                assert_eq!(reply.header(name), Some(value));
            }
            assert_eq!(reply.header("access-control-allow-origin"), None);
            let media = if reply.text.is_empty() { None } else { Some("application/json") };
            assert_eq!(reply.header("content-type"), media);
        }
        let ids: BTreeSet<&str> = replies.iter().map(|reply| reply.header("x-request-id").unwrap()).collect();
        assert_eq!(ids.len(), replies.len());
        assert!(ids.iter().all(|id| id.len() == 25), "{ids:?}");
    });
}

#[test]
fn what_breaks_inside_is_said_without_its_inside() {
    run(async {
        let cast = Cast::new().await;
        let faults = guildhall_worker::store::memory::Faults { commit: 1000, ..Default::default() };
        cast.world.faults.set(faults);
        let body = json!({ "name": "NAME", "value": "hunter2" });
        let reply = cast.owner.post(path::team_secrets(&cast.team), body.clone()).await;
        let reply = reply.refuses(500, "INTERNAL_SERVER_ERROR");
        assert!(!reply.text.contains("commit") && !reply.text.contains("hunter2"));
        cast.world.faults.set(guildhall_worker::store::memory::Faults::default());
        cast.owner.post(path::team_secrets(&cast.team), body).await.is(201);
    });
}

#[test]
fn a_percent_sign_stands_before_two_digits_and_nothing_else() {
    run(async {
        let cast = Cast::new().await;
        let members = path::team_members(&cast.team);
        for wrong in ["%+6", "%-6", "% 6", "%6", "%", "%zz", "%6g", "%\u{661}6", "%ff", "%c3%28"] {
            let secret = format!("{}/{wrong}", path::team_secrets(&cast.team));
            for place in [format!("{members}?role={wrong}"), format!("{members}?{wrong}=owner"), secret] {
                let reply = cast.owner.get(place).await.refuses(400, "BAD_REQUEST");
                assert!(reply.message().contains("percent-encoding"), "{wrong}: {}", reply.text);
            }
        }
        let owners = cast.owner.get(format!("{members}?r%6Fle=%6fwner")).await.is(200).json();
        assert_eq!(owners.as_array().unwrap().len(), 1);
    });
}

#[test]
fn without_random_bytes_nothing_is_made() {
    run(async {
        let cast = Cast::new().await;
        cast.world.drain().await;
        let before = cast.world.snapshot();
        cast.world.faults.set(Faults { random: 1000, ..Faults::default() });
        let sign_up = json!({ "email": "new@example.com", "username": "newcomer", "password": PASSWORD });
        let sign_in = json!({ "email": "olive@example.com", "password": PASSWORD });
        for (actor, place, body) in [
            (&cast.nobody, path::SIGN_UP.to_owned(), sign_up),
            (&cast.nobody, path::SIGN_IN.to_owned(), sign_in),
            (&cast.nobody, path::PASSKEY_SIGN_IN_OPTIONS.to_owned(), json!({})),
            (&cast.owner, path::team_api_keys(&cast.team), json!({ "name": "Key" })),
            (&cast.owner, path::team_secrets(&cast.team), json!({ "name": "NEW", "value": "x" })),
            (&cast.owner, path::ACCOUNT_TOTP.to_owned(), json!({})),
        ] {
            let reply = actor.post(&place, body).await.refuses(500, "INTERNAL_SERVER_ERROR");
            assert!(reply.header("set-cookie").is_none(), "{place}");
        }
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
        // An object that gets none, though the edge did, writes nothing either.
        for _ in 0..40 {
            cast.world.faults.set(Faults { random: 100, ..Faults::default() });
            let reply = cast.owner.post(path::team_api_keys(&cast.team), json!({ "name": "Key" })).await;
            cast.world.faults.set(Faults::default());
            let keys = cast.owner.get(path::team_api_keys(&cast.team)).await.is(200).json();
            let made: Vec<_> = keys.as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap()).collect();
            assert_eq!(made.len(), usize::from(reply.status == 201), "{}", reply.text);
            for id in made {
                cast.owner.delete(path::team_api_key(&cast.team, id)).await.is(204);
            }
        }
    });
}

#[test]
fn an_answer_that_no_request_was_looked_at_for_has_every_header_too() {
    run(async {
        let cast = Cast::new().await;
        let usual = cast.nobody.get(path::HEALTH).await.is(200);
        let failed = failed(FAILED, cast.world.now());
        assert_eq!(failed.status(), 500);
        assert!(failed.body().contains("\"code\":\"INTERNAL_SERVER_ERROR\""), "{}", failed.body());
        for name in usual.headers.keys() {
            assert!(failed.headers().contains_key(name), "{name}");
        }
    });
}
