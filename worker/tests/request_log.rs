//! The line that the log has of each request: always there, the same fields, and nothing of anybody.

use crate::support::{Actor, Cast, PASSWORD, run};
use guildhall_shared::path;
use http::Method;
use serde_json::{Value, json};

const FIELDS: [&str; 8] = ["level", "method", "ms", "objects", "requestId", "route", "status", "time"];

fn lines(cast: &Cast) -> Vec<Value> {
    let lines = cast.world.requests.take();
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_request_has_one_line_with_its_route_and_what_came_of_it() {
    run(async {
        let cast = Cast::new().await;
        cast.world.requests.take();
        let secrets = path::team_secrets(&cast.team);
        cast.owner.post(&secrets, json!({ "name": "NAME", "value": "value" })).await.is(201);
        cast.nobody.get(path::team("core")).await.is(401);
        cast.stranger.get(path::team("core")).await.is(404);
        let id = cast.nobody.get("/v1/no-such-thing").await.is(404).header("x-request-id").unwrap().to_owned();
        cast.nobody.send(Method::from_bytes(b"MADE-UP").unwrap(), path::HEALTH, "").await.is(404);
        cast.nobody.send(Method::GET, &format!("/v1/{}", "x".repeat(5_000)), "").await.is(414);
        let lines = lines(&cast);
        let row = |line: &Value| (line["method"].clone(), line["route"].clone(), line["status"].clone());
        let rows: Vec<_> = lines.iter().map(row).collect();
        let expected = [
            ("POST", "/v1/teams/{team}/secrets", 201),
            ("GET", "/v1/teams/{team}", 401),
            ("GET", "/v1/teams/{team}", 404),
            ("none", "none", 404),
            ("none", "none", 404),
            ("none", "none", 414),
        ];
        assert_eq!(rows, expected.map(|(method, route, status)| (json!(method), json!(route), json!(status))));
        assert_eq!(lines[3]["requestId"], id);
        // The account vouches, the team decides.
        assert_eq!((&lines[0]["objects"], &lines[1]["objects"]), (&json!(2), &json!(0)));
        for line in &lines {
            let fields: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
            let mut fields = fields.clone();
            fields.sort_unstable();
            assert_eq!(fields, FIELDS);
            assert!(line["ms"].as_i64().is_some_and(|ms| ms >= 0), "{line}");
        }
    });
}

#[test]
fn a_line_holds_nothing_of_whoever_asked_and_of_what_was_sent() {
    run(async {
        let cast = Cast::new().await;
        cast.world.requests.take();
        let nina = Actor::unconfirmed(&cast.world, "nina").await;
        let key = cast.owner.make_key(&cast.team).await;
        let sent = json!({ "name": "MARKED_NAME", "value": "marked-value" });
        key.post(path::team_secrets("core"), sent.clone()).await.is(201);
        key.post(path::team_secrets("core"), sent).await.is(409);
        cast.owner.get(path::team_secret("core", "MARKED_NAME") + "?marked=query").await.is(200);
        cast.nobody.post(path::SIGN_IN, json!({ "email": "nina@example.com", "password": PASSWORD })).await.is(200);
        let text = cast.world.requests.take().join("\n");
        assert!(text.lines().count() >= 6, "{text}");
        let credential = |actor: &Actor| actor.credential.clone().unwrap().1;
        let secret = |text: String| text.split([' ', '=']).next_back().unwrap().to_owned();
        for word in [
            "nina",
            "example.com",
            PASSWORD,
            "core",
            cast.team.as_str(),
            "MARKED_NAME",
            "marked",
            "192.0.2",
            "2001:db8",
            &secret(credential(&nina)),
            &secret(credential(&key)),
            &secret(credential(&cast.owner)),
            &nina.id,
        ] {
            assert!(!text.contains(word), "{word} is in the log:\n{text}");
        }
    });
}
