//! Bodies that do not fit: all that is wrong with one is said at once.

use crate::support::{Cast, Reply, run};
use guildhall_shared::path;
use guildhall_worker::http::router::ROUTES;
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The messages of the issues of a rejection.
fn issues(reply: &Reply) -> Vec<String> {
    let body = reply.json();
    body["issues"].as_array().unwrap().iter().map(|issue| issue["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn everything_that_is_wrong_with_a_body_is_said_at_once_field_first_and_without_values() {
    run(async {
        let cast = Cast::new().await;
        let send = async |place: &str, body: Value| {
            let reply = cast.owner.post(place, body).await.refuses(400, "BAD_REQUEST");
            assert!(!reply.text.contains("hunter2"), "{}", reply.text);
            issues(&reply)
        };
        let body = json!({ "email": "no", "password": "hunter2", "usrname": "hunter2", "firstName": 7 });
        assert_eq!(
            send(path::SIGN_UP, body).await,
            [
                "email: Enter an email address such as ana@example.com.",
                "firstName: Send text.",
                "password: Use at least 12 characters.",
                "username: This field is required.",
                "usrname: There is no such field.",
            ]
        );
        let body = json!({ "name": "", "dtExpires": "hunter2", "scopes": ["read", "hunter2", 1] });
        assert_eq!(
            send(&path::team_api_keys(&cast.team), body).await,
            [
                "dtExpires: Send a time, such as 2026-11-21T18:00:00Z.",
                "name: This field is empty.",
                "scopes[1]: Use one of: read, write.",
                "scopes[2]: Use one of: read, write.",
            ]
        );
        let body = json!({ "challengeId": 1, "method": "hunter2", "credential": { "id": null, "response": [] } });
        assert_eq!(
            send(path::SIGN_IN_CHALLENGE, body).await,
            [
                "challengeId: Send text.",
                "credential.id: This field is required.",
                "credential.response: Send an object.",
                "credential.type: This field is required.",
                "method: Use one of: totp, recovery, passkey.",
            ]
        );
        // A list says all that is wrong with what it was asked for, too.
        let place = path::team_members(&cast.team) + "?limit=0&order=up&after=x&orderBy=y";
        let reply = cast.owner.get(place).await.refuses(400, "BAD_REQUEST");
        let fields: Vec<String> = issues(&reply).iter().map(|why| why.split(':').next().unwrap().to_owned()).collect();
        assert_eq!(fields, ["limit", "order", "after", "orderBy"]);
    });
}

#[test]
fn a_body_that_only_its_type_refuses_names_the_field_and_no_value() {
    run(async {
        let cast = Cast::new().await;
        // The id of an account, where the document asks for an id.
        let body = json!({ "id": "u0bbbbbbbbbb" });
        let reply = cast.owner.post(path::INVITATIONS_ACCEPT, body).await.refuses(400, "BAD_REQUEST");
        let said = issues(&reply);
        assert!(said.len() == 1 && said[0].starts_with("The body does not fit: id: "), "{said:?}");
        assert!(!reply.text.contains("u0bbbbbbbbbb"), "{}", reply.text);
    });
}

#[test]
fn a_list_is_no_object_and_a_name_stands_once() {
    run(async {
        let cast = Cast::new().await;
        let body = json!({ "credential": ["AA", ["AA", "AA", "AA", null], "public-key"] });
        let reply = cast.nobody.post(path::PASSKEY_SIGN_IN, body).await.refuses(400, "BAD_REQUEST");
        assert_eq!(issues(&reply), ["credential: Send an object."]);
        let body = json!({ "credential": { "id": "AA", "response": ["AA", "AA", "AA", null], "type": "public-key" } });
        let reply = cast.nobody.post(path::PASSKEY_SIGN_IN, body).await.refuses(400, "BAD_REQUEST");
        assert_eq!(issues(&reply), ["credential.response: Send an object."]);
        let member = path::team_member(&cast.team, &cast.member.id);
        let body = r#"{"isAdmin":true,"is\u0041dmin":false}"#;
        let reply = cast.owner.send(Method::PUT, &member, body).await.refuses(400, "BAD_REQUEST");
        assert_eq!(issues(&reply), ["isAdmin: Send this field once."]);
    });
}

#[test]
fn every_body_names_each_field_that_is_missing_or_of_another_type() {
    run(async {
        let cast = Cast::new().await;
        let requests = crate::document::schemas::requests();
        for route in ROUTES.iter() {
            let Some(schema) = route.document.body.map(|name| &requests[name]) else { continue };
            let Some(fields) = schema["properties"].as_object() else { continue };
            let place = route.pattern.replace("{team}", &cast.team).replace("{user}", &cast.member.id);
            let send = async |body: Value| cast.owner.send(route.method.clone(), &place, body.to_string()).await;
            let wrong: Value = fields.keys().map(|name| (name.clone(), json!(12.5))).collect();
            let said = issues(&send(wrong).await.refuses(400, "BAD_REQUEST"));
            let named: Vec<&str> = said.iter().map(|why| why.split(':').next().unwrap()).collect();
            let all: BTreeSet<&str> = fields.keys().map(String::as_str).collect();
            assert_eq!(named.iter().copied().collect::<BTreeSet<_>>(), all, "{}", route.document.id);
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            if !required.is_empty() {
                let said = issues(&send(json!({})).await.refuses(400, "BAD_REQUEST"));
                let missing = said.iter().map(|why| json!(why.strip_suffix(": This field is required.").unwrap()));
                assert_eq!(missing.collect::<Vec<_>>().len(), required.len(), "{}: {said:?}", route.document.id);
            }
        }
    });
}
