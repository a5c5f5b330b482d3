//! The page dialect, `/paperspace/v1`: the nine operations of the contract in another shape.

use crate::support::{Actor, Cast, run};
use guildhall_shared::path;
use guildhall_worker::http::router::ROUTES;
use http::Method;
use serde_json::{Value, json};

fn in_pages(actor: &Actor) -> Actor {
    Actor { base: "/paperspace", ..actor.clone() }
}

fn fields(value: &Value) -> Vec<&str> {
    let mut fields: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    fields
}

#[test]
fn the_session_is_the_same() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        let session = in_pages(&key).get(path::SESSION).await.is(200);
        assert_eq!(session.text, key.get(path::SESSION).await.text);
        assert_eq!(in_pages(&cast.nobody).get(path::SESSION).await.is(200).text, "null");
    });
}

#[test]
fn lists_are_pages() {
    run(async {
        let cast = Cast::new().await;
        let key = in_pages(&cast.owner.make_key(&cast.team).await);
        for name in ["A", "B", "C"] {
            key.post(path::team_secrets("core"), json!({ "name": name, "value": "value" })).await.is(200);
        }
        for place in [path::team_members("core"), path::team_secrets("core")] {
            let reply = key.get(format!("{place}?limit=2")).await.is(200);
            assert_eq!(reply.header("link"), None);
            let first = reply.json();
            assert_eq!(fields(&first), ["hasMore", "items", "nextPage"]);
            assert_eq!((first["items"].as_array().unwrap().len(), &first["hasMore"]), (2, &json!(true)));
            let next = first["nextPage"].as_str().unwrap();
            let last = key.get(format!("{place}?limit=2&after={next}")).await.is(200).json();
            assert_eq!(last["items"].as_array().unwrap().len(), 1);
            assert_eq!((&last["hasMore"], &last["nextPage"]), (&json!(false), &Value::Null));
        }
        let members = key.get(path::team_members("core")).await.is(200).json();
        assert!(members["items"].as_array().unwrap().iter().all(|member| member["user"]["email"].is_string()));
    });
}

#[test]
fn a_member_is_changed_and_removed_with_200() {
    run(async {
        let cast = Cast::new().await;
        let owner = in_pages(&cast.owner);
        let place = path::team_member(&cast.team, &cast.member.id);
        let changed = owner.put(&place, json!({ "isAdmin": true })).await.is(200).json();
        assert_eq!(fields(&changed), ["dtConfirmed", "dtDeleted", "isAdmin", "isOwner"]);
        assert_eq!((&changed["isAdmin"], &changed["isOwner"]), (&json!(true), &json!(false)));
        assert_eq!((changed["dtConfirmed"].is_string(), &changed["dtDeleted"]), (true, &Value::Null));
        let removed = owner.delete(&place).await.is(200).json();
        assert_eq!(fields(&removed), ["dtConfirmed", "dtDeleted", "isAdmin", "isOwner"]);
        assert!(removed["dtDeleted"].is_string());
        cast.member.get(path::team(&cast.team)).await.refuses(404, "NOT_FOUND");
    });
}

#[test]
fn a_secret_is_made_read_changed_and_deleted_with_200() {
    run(async {
        let cast = Cast::new().await;
        let owner = in_pages(&cast.owner);
        let (all, one) = (path::team_secrets(&cast.team), path::team_secret(&cast.team, "NAME"));
        let shape = ["dtCreated", "dtModified", "hasDeploymentAttached", "name"];
        let made = owner.post(&all, json!({ "name": "NAME", "value": "value" })).await.is(200).json();
        assert_eq!((fields(&made), &made["hasDeploymentAttached"]), (shape.to_vec(), &json!(false)));
        assert_eq!(owner.get(&one).await.is(200).json(), made);
        cast.world.skip(1000);
        let changed = owner.patch(&one, json!({ "value": "other" })).await.is(200).json();
        assert_eq!(fields(&changed), shape);
        assert_ne!(changed["dtModified"], made["dtModified"]);
        assert_eq!(owner.get(&all).await.is(200).json()["items"], json!([changed]));
        assert_eq!(owner.delete(&one).await.is(200).json(), json!({ "name": "NAME" }));
        owner.get(&one).await.refuses(404, "NOT_FOUND");
    });
}

#[test]
fn the_same_rules_hold() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_secrets(&cast.team);
        let body = || json!({ "name": "NAME", "value": "value" });
        in_pages(&cast.nobody).post(&place, body()).await.refuses(401, "UNAUTHORIZED");
        in_pages(&cast.stranger).post(&place, body()).await.refuses(404, "NOT_FOUND");
        in_pages(&cast.member).post(&place, body()).await.refuses(403, "FORBIDDEN");
        in_pages(&cast.owner).with("origin", "null").post(&place, body()).await.refuses(403, "FORBIDDEN");
        in_pages(&cast.owner).send(Method::POST, &place, "{").await.refuses(400, "PARSE_ERROR");
        in_pages(&cast.owner).post(&place, json!({ "name": "1", "value": "" })).await.refuses(400, "BAD_REQUEST");
        assert_eq!(cast.owner.get(&place).await.is(200).text, "[]");
    });
}

#[test]
fn nothing_else_is_served_there() {
    run(async {
        let cast = Cast::new().await;
        for route in ROUTES.iter().filter(|route| !route.pages) {
            let place = route.pattern.replace("{team}", &cast.team).replace("{id}", "i0aaaaaaaaaa");
            in_pages(&cast.owner).send(route.method.clone(), &place, "").await.refuses(404, "NOT_FOUND");
        }
        // The nine of the contract, and the document of this dialect.
        assert_eq!(ROUTES.iter().filter(|route| route.pages).count(), 10);
        let team = cast.owner.get(path::team(&cast.team)).await.is(200).json();
        assert_eq!(team["name"], "core");
    });
}
