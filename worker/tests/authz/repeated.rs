//! Repeated calls, over every route that changes something: whoever still may gets the answer that was kept, and nobody
//! else does.

use super::{Reply, Stage, rows};
use crate::support::{Actor, run};
use guildhall_shared::{Action, Role, path};
use guildhall_worker::{
    access::policy::role_allows,
    http::route::{Route, Who},
};
use http::Method;
use serde_json::{Value, json};

const COLUMNS: [&str; 5] = ["admin", "owner", "member", "stranger", "owner's key"];

/// What turns the session's cookie over, and is done again.
const TURNS_COOKIE: [&str; 2] = ["reauthenticate", "changePassword"];

/// What ends the caller's own session, or their place in the team.
const LEAVES: [&str; 2] = ["signOut", "deactivateAccount"];

/// Fields of an answer that are shown once.
const ONCE: [&str; 4] = ["key", "secret", "uri", "recoveryCodes"];

async fn call(stage: &Stage, actor: &Actor, row: &str, method: &Method) -> Reply {
    let (path, mut body) = stage.call(row);
    if row == "deactivateAccount" {
        body["username"] = json!(actor.name);
    }
    let body = if body.is_null() { String::new() } else { body.to_string() };
    actor.with("idempotency-key", "once").send(method.clone(), &path, body).await
}

fn action(route: &Route) -> Option<Action> {
    match route.who {
        Who::Team(action) | Who::RecentTeam(action) => Some(action),
        _ => None,
    }
}

fn shown_again(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        for name in ONCE {
            fields.remove(name);
        }
    }
    body
}

/// Every row with somebody who may: the stage after the first call, the caller, and what they got.
async fn each(mut then: impl AsyncFnMut(&str, &Route, &str, Stage, Actor, Reply)) {
    let stage = Stage::new(false).await;
    let first = stage.cast.world.snapshot();
    let mut seen = 0;
    for (row, route) in rows() {
        if route.method == Method::GET || matches!(route.who, Who::Anybody | Who::Bearer) {
            continue;
        }
        for column in COLUMNS {
            let stage = stage.again(first.clone().world());
            let actor = stage.actor(column);
            let reply = call(&stage, &actor, &row, &route.method).await;
            if reply.status < 300 {
                seen += 1;
                assert_eq!(reply.header("idempotency-replayed"), None, "{column} {row}");
                then(&row, route, column, stage, actor, reply).await;
            }
        }
    }
    assert!(seen > 80, "{seen}");
}

#[test]
fn whoever_still_may_gets_the_first_answer_and_hears_that_it_is_one() {
    run(each(async |row, route, column, stage, actor, first| {
        let id = route.document.id;
        let leaves = LEAVES.contains(&id) || (id == "removeTeamMember" && column == "admin" && !row.contains("member"));
        let leaves = leaves || (row == "removeTeamMember, the member" && column == "member");
        let again = call(&stage, &actor, row, &route.method).await;
        if leaves {
            assert!([401, 404].contains(&again.status), "{column} {row}: {}", again.text);
            return;
        }
        if TURNS_COOKIE.contains(&id) {
            again.refuses(401, "UNAUTHORIZED");
            let next = actor.following(&first);
            let (path, body) = stage.call(row);
            // A code and a passkey's answer are good once, whatever the key.
            if body.get("method").is_none() {
                let next = next.with("idempotency-key", "once");
                let again = next.send(route.method.clone(), &path, body.to_string()).await;
                if id == "changePassword" {
                    let again = again.refuses(400, "BAD_REQUEST");
                    assert!(again.message().contains("the password that you have"), "{}", again.text);
                    return;
                }
                let again = again.is(204);
                assert_eq!(again.header("idempotency-replayed"), None);
                assert!(again.header("set-cookie").is_some());
            }
            return;
        }
        assert_eq!(again.status, first.status, "{column} {row}: {}", again.text);
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{column} {row}");
        assert_eq!(again.header("etag"), first.header("etag"), "{column} {row}");
        assert_eq!(again.json(), shown_again(first.json()), "{column} {row}");
    }));
}

#[test]
fn whoever_has_left_or_was_removed_gets_no_answer_that_was_kept() {
    run(each(async |row, route, column, stage, actor, _| {
        if action(route).is_none() || !["admin", "member"].contains(&column) || row.starts_with("removeTeamMember") {
            return;
        }
        stage.cast.owner.delete(path::team_member(&stage.cast.team, &actor.id)).await.is(204);
        call(&stage, &actor, row, &route.method).await.refuses(404, "NOT_FOUND");
    }));
}

#[test]
fn whoever_was_demoted_gets_no_answer_that_was_kept() {
    run(each(async |row, route, column, stage, actor, _| {
        let Some(action) = action(route) else { return };
        if column != "admin" || row == "removeTeamMember" || role_allows(Role::Member, action).is_ok() {
            return;
        }
        let place = path::team_member(&stage.cast.team, &actor.id);
        stage.cast.owner.put(place, json!({ "isAdmin": false })).await.is(200);
        call(&stage, &actor, row, &route.method).await.refuses(403, "FORBIDDEN");
    }));
}

#[test]
fn a_session_or_a_key_that_has_ended_gets_no_answer_that_was_kept() {
    run(each(async |row, route, column, stage, actor, first| {
        if column == "owner's key" {
            let id = &stage.keys["owner's key"].1;
            stage.cast.owner.delete(path::team_api_key(&stage.cast.team, id)).await.is(204);
        } else if !LEAVES.contains(&route.document.id) {
            let next = if TURNS_COOKIE.contains(&route.document.id) { actor.following(&first) } else { actor.clone() };
            next.post_nothing(path::SIGN_OUT).await.is(204);
        }
        stage.cast.world.drain().await;
        call(&stage, &actor, row, &route.method).await.refuses(401, "UNAUTHORIZED");
    }));
}

#[test]
fn an_answer_that_an_older_version_has_kept_is_given_to_nobody() {
    run(async {
        let stage = Stage::new(false).await;
        let owner = stage.cast.owner.clone();
        call(&stage, &owner, "createTeamSecret", &Method::POST).await.is(201);
        let mut snapshot = stage.cast.world.snapshot();
        for records in snapshot.primaries.values_mut() {
            for (key, stored) in records.iter_mut().filter(|(key, _)| key.starts_with("idempotency/")) {
                let (before, _) = stored.value.split_once(",\"asked\":").unwrap_or_else(|| panic!("{key}"));
                stored.value = format!("{before}}}");
            }
        }
        let stage = stage.again(snapshot.world());
        let owner = stage.cast.owner.clone();
        call(&stage, &owner, "createTeamSecret", &Method::POST).await.refuses(409, "CONFLICT");
    });
}
