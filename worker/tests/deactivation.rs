//! Deactivating an account and coming back: what blocks, what ends, what stands; cut anywhere, raced.

mod again;

use crate::{
    support::{Actor, Cast, PASSWORD, account_object, ask, idle, last_mail, run, team_object, token_of},
    totp,
};
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR, MINUTE},
};
use guildhall_worker::store::{
    key,
    memory::{Faults, World},
};
use serde_json::{Value, json};
use std::rc::Rc;

/// Leaves, and gives the mailed token.
pub async fn leave(actor: &Actor) -> String {
    let body = json!({ "username": actor.name });
    let reply = actor.post(path::ACCOUNT_DEACTIVATION, body).await.is(202);
    assert!(reply.header("set-cookie").unwrap().starts_with("__Host-session=; "));
    actor.world.drain().await;
    token_of(&last_mail(&actor.world, &format!("{}@example.com", actor.name)))
}

async fn sign_in(world: &Rc<World>, name: &str, password: &str) -> crate::support::Reply {
    let body = json!({ "email": format!("{name}@example.com"), "password": password });
    Actor::nobody(world).post(path::SIGN_IN, body).await
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|team| team["namespace"].as_str().unwrap()).collect()
}

#[test]
fn the_page_says_what_blocks_and_what_goes() {
    run(async {
        let cast = Cast::new().await;
        let solo = cast.owner.make_team("solo").await;
        cast.owner.make_key(&solo).await;
        cast.owner.post(path::team_secrets(&solo), json!({ "name": "NAME", "value": "value" })).await.is(201);
        cast.owner.post(path::team_secrets(&cast.team), json!({ "name": "NAME", "value": "value" })).await.is(201);
        let shown = cast.owner.get(path::ACCOUNT_DEACTIVATION).await.is(200).json();
        assert_eq!(names(&shown["blockers"]), ["core"]);
        assert_eq!(shown["blockers"][0]["members"], 3);
        assert_eq!(names(&shown["teams"]), ["olive", "solo"]);
        assert_eq!(shown["teams"][0]["isPrivate"], true);
        assert_eq!(
            (&shown["apiKeys"], &shown["secrets"], &shown["sessions"]),
            (&json!(1), &json!(1), &json!(1)),
            "{shown}"
        );
        let shown = cast.member.get(path::ACCOUNT_DEACTIVATION).await.is(200).json();
        assert_eq!((names(&shown["blockers"]), names(&shown["memberships"])), (vec![], vec!["core"]));
    });
}

#[test]
fn other_people_in_a_team_that_one_owns_block_until_they_are_removed() {
    run(async {
        let cast = Cast::new().await;
        let body = json!({ "username": "olive" });
        let refused = cast.owner.post(path::ACCOUNT_DEACTIVATION, body.clone()).await.refuses(409, "CONFLICT");
        assert!(refused.message().contains("teams that you own: core. Remove them"), "{}", refused.text);
        cast.world.drain().await;
        assert!(cast.world.letters.borrow().is_empty());
        cast.owner.get(path::SESSION).await.is(200);
        // The team goes on: people come in.
        cast.owner.bring_in(&cast.team, &cast.stranger, false).await;
        for other in [&cast.admin, &cast.member, &cast.stranger] {
            cast.owner.delete(path::team_member(&cast.team, &other.id)).await.is(204);
        }
        cast.owner.post(path::ACCOUNT_DEACTIVATION, body).await.is(202);
    });
}

#[test]
fn leaving_wants_the_username_a_recent_sign_in_and_no_key() {
    run(async {
        let cast = Cast::new().await;
        for wrong in ["", "Sam", "sam2", "olive", "s"] {
            let reply = cast.stranger.post(path::ACCOUNT_DEACTIVATION, json!({ "username": wrong })).await;
            assert!(reply.refuses(400, "BAD_REQUEST").message().starts_with("username: "), "{wrong}");
        }
        for body in ["{", "[]", "{}", r#"{"username":7}"#, r#"{"username":null}"#] {
            assert_eq!(cast.stranger.send(http::Method::POST, path::ACCOUNT_DEACTIVATION, body).await.status, 400);
        }
        let large = json!({ "username": "s".repeat(200_000) });
        cast.stranger.post(path::ACCOUNT_DEACTIVATION, large).await.refuses(413, "PAYLOAD_TOO_LARGE");
        let key = cast.stranger.make_key(&cast.stranger.workspace).await;
        let body = json!({ "username": "sam" });
        key.post(path::ACCOUNT_DEACTIVATION, body.clone()).await.refuses(403, "FORBIDDEN");
        key.get(path::ACCOUNT_DEACTIVATION).await.refuses(403, "FORBIDDEN");
        cast.nobody.post(path::ACCOUNT_DEACTIVATION, body.clone()).await.refuses(401, "UNAUTHORIZED");
        cast.world.skip(16 * MINUTE);
        let late = cast.stranger.post(path::ACCOUNT_DEACTIVATION, body).await.refuses(401, "UNAUTHORIZED");
        assert!(late.header("www-authenticate").unwrap().contains("max_age=900"));
        cast.stranger.get(path::ACCOUNT).await.is(200);
    });
}

#[test]
fn sessions_keys_and_links_end_at_once() {
    run(async {
        let cast = Cast::new().await;
        let other = crate::session::sign_in(&cast.member).await;
        let keys = [cast.member.make_key(&cast.team).await, cast.member.make_key(&cast.member.workspace).await];
        cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "mia@example.com" })).await.is(202);
        cast.world.drain().await;
        let reset = token_of(&last_mail(&cast.world, "mia@example.com"));
        cast.member.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "mia" })).await.is(202);
        // With the answer, not some time after it.
        for actor in [&cast.member, &other, &keys[0], &keys[1]] {
            actor.with("cache-control", "no-cache").get(path::TEAMS).await.refuses(401, "UNAUTHORIZED");
            actor.get(path::TEAMS).await.refuses(401, "UNAUTHORIZED");
        }
        let body = json!({ "token": reset, "password": "brass-kettle-otter-9" });
        cast.nobody.put(path::PASSWORD_RESET, body).await.refuses(400, "BAD_REQUEST");
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        assert_eq!((&log[0]["action"], &log[0]["actor"]["id"]), (&json!("api-key.end"), &json!("system")));
        let members = cast.owner.get(path::team_members(&cast.team)).await.is(200).json();
        let gone: Vec<&Value> = members.as_array().unwrap().iter().filter(|m| m["isDeactivated"] == true).collect();
        assert_eq!((gone.len(), &gone[0]["userId"]), (1, &json!(cast.member.id)));
        let role = json!({ "isAdmin": true });
        cast.owner.put(path::team_member(&cast.team, &cast.member.id), role).await.refuses(409, "CONFLICT");
        cast.owner.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
    });
}

#[test]
fn only_the_right_password_hears_of_it() {
    run(async {
        let cast = Cast::new().await;
        leave(&cast.stranger).await;
        let unknown = sign_in(&cast.world, "nobody", PASSWORD).await.refuses(401, "UNAUTHORIZED");
        let wrong = sign_in(&cast.world, "sam", "brass-kettle-otter-9").await.refuses(401, "UNAUTHORIZED");
        assert_eq!(wrong.text, unknown.text);
        let right = sign_in(&cast.world, "sam", PASSWORD).await.refuses(403, "FORBIDDEN");
        assert!(right.message().contains("erased on 5 December 2026, 18:0"), "{}", right.text);
        assert_eq!(right.header("set-cookie"), None);
    });
}

#[test]
fn with_a_second_factor_only_who_proves_both_hears_of_it() {
    run(async {
        let cast = Cast::new().await;
        let (app, _) = totp::turn_on(&cast.stranger).await;
        let body = json!({ "username": "sam" });
        cast.stranger.post(path::ACCOUNT_DEACTIVATION, body).await.is(202);
        cast.world.drain().await;
        let challenge = sign_in(&cast.world, "sam", PASSWORD).await.is(202).json()["challengeId"].clone();
        let answer = async |code: String| {
            let body = json!({ "challengeId": challenge, "method": "totp", "code": code });
            cast.nobody.post(path::SIGN_IN_CHALLENGE, body).await
        };
        answer(app.wrong(&cast.world)).await.refuses(401, "UNAUTHORIZED");
        let right = answer(app.code(&cast.world, 0)).await.refuses(403, "FORBIDDEN");
        assert!(right.message().starts_with("This account is deactivated"), "{}", right.text);
    });
}

#[test]
fn asking_for_a_new_password_mails_the_way_back_again() {
    run(async {
        let cast = Cast::new().await;
        let token = leave(&cast.stranger).await;
        cast.world.letters.borrow_mut().clear();
        for _ in 0..6 {
            cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "sam@example.com" })).await.is(202);
            cast.world.drain().await;
        }
        // Five within the hour lock, and every letter has the same link: nobody voids it by asking.
        let mails = cast.world.letters.borrow().clone();
        assert_eq!(mails.len(), 5);
        assert!(mails.iter().all(|mail| token_of(mail) == token && mail.links[0].contains("/come-back#")));
    });
}

#[test]
fn coming_back_brings_everything_but_keys_and_sessions() {
    run(async {
        let cast = Cast::new().await;
        let solo = cast.stranger.make_team("solo").await;
        cast.owner.bring_in(&cast.team, &cast.stranger, false).await;
        let keys = [cast.stranger.make_key(&solo).await, cast.stranger.make_key(&cast.team).await];
        cast.stranger.post(path::team_secrets(&solo), json!({ "name": "NAME", "value": "value" })).await.is(201);
        let token = leave(&cast.stranger).await;
        cast.world.pass(14 * DAY - HOUR).await;
        let body = json!({ "token": token });
        cast.nobody.post(path::COME_BACK, body.clone()).await.is(204);
        cast.world.drain().await;
        assert_eq!(last_mail(&cast.world, "sam@example.com").subject, "Your account is back");
        for actor in [&cast.stranger, &keys[0], &keys[1]] {
            actor.get(path::TEAMS).await.refuses(401, "UNAUTHORIZED");
        }
        let again = cast.nobody.post(path::COME_BACK, body).await.refuses(400, "BAD_REQUEST");
        assert!(again.message().starts_with("This link was used"), "{}", again.text);
        let sam = Actor::signed_in(&cast.world, "sam", &sign_in(&cast.world, "sam", PASSWORD).await.is(200));
        let teams = sam.get(path::TEAMS).await.is(200).json();
        assert_eq!(names(&teams).len(), 3, "{teams}");
        sam.get(path::team_secret(&solo, "NAME")).await.is(200);
        let log = sam.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
        let actions: Vec<&str> =
            log.as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert!(actions.contains(&"deactivate") && actions.contains(&"come-back"), "{actions:?}");
        // The team that was closed is open.
        sam.bring_in(&solo, &cast.member, false).await;
        let members = sam.get(path::team_members(&solo)).await.is(200).json();
        assert!(members.as_array().unwrap().iter().all(|member| member.get("isDeactivated").is_none()));
        // Nothing is left that would erase it.
        cast.world.pass(30 * DAY).await;
        assert_eq!(sign_in(&cast.world, "sam", PASSWORD).await.status, 200);
    });
}

#[test]
fn a_link_for_something_else_brings_nobody_back() {
    run(async {
        let cast = Cast::new().await;
        let token = leave(&cast.stranger).await;
        for wrong in ["", "b", &token[1..], &token.replacen('b', "p", 1)] {
            let reply = cast.nobody.post(path::COME_BACK, json!({ "token": wrong })).await;
            assert_eq!(reply.refuses(400, "BAD_REQUEST").message().split(':').next(), Some("token"), "{wrong}");
        }
        let body = json!({ "token": token, "password": PASSWORD });
        cast.nobody.put(path::PASSWORD_RESET, body).await.refuses(400, "BAD_REQUEST");
        sign_in(&cast.world, "sam", PASSWORD).await.refuses(403, "FORBIDDEN");
    });
}

#[test]
fn whoever_was_robbed_of_the_email_gets_the_account_back() {
    run(async {
        let cast = Cast::new().await;
        cast.stranger.post(path::ACCOUNT_EMAIL, json!({ "email": "thief@example.com" })).await.is(202);
        cast.world.drain().await;
        let confirm = json!({ "token": token_of(&last_mail(&cast.world, "thief@example.com")) });
        cast.stranger.post(path::CONFIRM_EMAIL, confirm).await.is(204);
        cast.world.drain().await;
        let undo = token_of(&last_mail(&cast.world, "sam@example.com"));
        cast.stranger.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "sam" })).await.is(202);
        cast.world.drain().await;
        let body = json!({ "token": undo, "password": "brass-kettle-otter-9" });
        cast.nobody.post(path::EMAIL_UNDO, body).await.is(200);
        cast.world.drain().await;
        let back = json!({ "token": token_of(&last_mail(&cast.world, "sam@example.com")) });
        cast.nobody.post(path::COME_BACK, back).await.is(204);
        assert_eq!(sign_in(&cast.world, "sam", "brass-kettle-otter-9").await.status, 200);
    });
}

#[test]
fn an_unconfirmed_account_goes_when_it_would_have_gone_anyway() {
    run(async {
        let cast = Cast::new().await;
        let una = Actor::unconfirmed(&cast.world, "una").await;
        let reply = una.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "una" })).await.is(202);
        let erased = reply.json()["dtErased"].as_str().unwrap().to_owned();
        assert!(erased.starts_with("2026-11-28T18:00:"), "{erased}");
        cast.world.pass(7 * DAY + HOUR).await;
        assert!(cast.world.replica().keys().all(|key| !key.contains(&una.id) && !key.contains("una")));
        let left: Vec<String> = cast.world.records(&account_object(&una)).into_keys().collect();
        assert_eq!(left, ["fence", "~counters"]);
        sign_in(&cast.world, "una", PASSWORD).await.refuses(401, "UNAUTHORIZED");
    });
}

const FAULTS: Faults = Faults {
    read: 0,
    put_before: 100,
    put_after: 100,
    one_put_per_second: true,
    put_delay: 0,
    call_before: 120,
    call_after: 120,
    commit: 120,
    mail: 0,
    random: 0,
};

#[test]
fn leaving_is_done_or_undone() {
    run(async {
        let cast = Cast::new().await;
        let solo = cast.stranger.make_team("solo").await;
        let invite = json!({ "emails": ["mia@example.com"], "isAdmin": false });
        let made = cast.stranger.post(path::team_invitations(&solo), invite).await.is(201).json();
        cast.world.drain().await;
        let snapshot = cast.world.snapshot();
        let (mut done, mut undone, mut lost) = (0, 0, 0);
        for n in 0..60 {
            let world = snapshot.clone().world();
            let sam = Actor { world: world.clone(), ..cast.stranger.clone() };
            let mia = Actor { world: world.clone(), ..cast.member.clone() };
            for _ in 0..n {
                world.random_below(2);
            }
            world.faults.set(FAULTS);
            let reply = sam.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "sam" })).await;
            assert!([202, 500].contains(&reply.status), "world {n}: {}", reply.text);
            world.evict_all();
            world.faults.set(Faults::default());
            world.pass(HOUR).await;
            world.drain().await;
            let stands = sign_in(&world, "sam", PASSWORD).await.status == 403;
            assert!(stands || reply.status == 500, "world {n}: acknowledged and lost");
            let session = sam.get(path::ACCOUNT).await.status;
            assert_eq!(session, if stands { 401 } else { 200 }, "world {n}");
            // A team is closed exactly where its owner has gone.
            let join = mia.post(path::INVITATIONS_ACCEPT, json!({ "id": made[0]["id"] })).await;
            let expected: &[u16] = if stands { &[404, 409] } else { &[200] };
            assert!(expected.contains(&join.status), "world {n}: {}", join.text);
            let leaving = world.records(&account_object(&sam)).contains_key("leaving");
            assert!(!leaving, "world {n}");
            match (reply.status, stands) {
                (202, _) => done += 1,
                (_, false) => undone += 1,
                (_, true) => lost += 1,
            }
        }
        assert!(done > 0 && undone > 0, "{done} {undone} {lost}");
    });
}

#[test]
fn nobody_comes_into_a_team_whose_owner_goes() {
    run(async {
        let cast = Cast::new().await;
        let solo = cast.stranger.make_team("solo").await;
        let invite = json!({ "emails": ["mia@example.com"], "isAdmin": false });
        let made = cast.stranger.post(path::team_invitations(&solo), invite).await.is(201).json();
        cast.world.drain().await;
        let snapshot = cast.world.snapshot();
        let (mut went, mut came) = (0, 0);
        for n in 0..60 {
            let world = snapshot.clone().world();
            let sam = Actor { world: world.clone(), ..cast.stranger.clone() };
            let mia = Actor { world: world.clone(), ..cast.member.clone() };
            let wait = async |turns: i32| {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
            };
            // Each is a few turns of the runtime: from far behind to far ahead of the other.
            let join = async {
                wait(30 - n).await;
                mia.post(path::INVITATIONS_ACCEPT, json!({ "id": made[0]["id"] })).await.status
            };
            let leave = async {
                wait(n - 30).await;
                sam.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "sam" })).await
            };
            let (reply, joined) = tokio::join!(leave, join);
            world.drain().await;
            let gone = sign_in(&world, "sam", PASSWORD).await.status == 403;
            assert_eq!(gone, reply.status == 202, "world {n}: {}", reply.text);
            let object = guildhall_worker::object::call::ObjectName::Team(solo.parse().unwrap());
            let (members, closed) = world.read(&object, |tx| {
                let id = solo.parse().unwrap();
                (tx.scan(&key::members(id)).len(), tx.get(&key::team(id)).unwrap().closed.is_some())
            });
            // What the owner had offered ends with them, or the team is closed first.
            let expected: &[u16] = if gone { &[404, 409] } else { &[200] };
            assert!(members == if gone { 1 } else { 2 } && expected.contains(&joined), "world {n}: {members} {joined}");
            assert_eq!(closed, gone, "world {n}");
            if gone { went += 1 } else { came += 1 }
        }
        assert!(went > 0 && came > 0, "{went} {came}");
    });
}

#[test]
fn of_two_attempts_at_once_one_leaves() {
    run(async {
        let cast = Cast::new().await;
        cast.stranger.make_team("solo").await;
        let body = || json!({ "username": "sam" });
        let (one, other) = tokio::join!(
            cast.stranger.post(path::ACCOUNT_DEACTIVATION, body()),
            cast.stranger.post(path::ACCOUNT_DEACTIVATION, body())
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert!(statuses[0] == 202 && [401, 409].contains(&statuses[1]), "{statuses:?}");
        cast.world.drain().await;
        let mails = cast.world.letters.borrow().iter().filter(|mail| mail.links[0].contains("/come-back#")).count();
        assert_eq!(mails, 1);
    });
}

#[test]
fn a_key_asked_for_before_leaving_is_not_made_after_it() {
    run(async {
        let cast = Cast::new().await;
        leave(&cast.member).await;
        // The account's object vouched, and the call took its time.
        let caller =
            guildhall_worker::object::call::Caller::Account { account: cast.member.id.parse().unwrap(), take_backs: 0 };
        let body = serde_json::from_value(json!({ "name": "late" })).unwrap();
        let make = guildhall_worker::features::api_keys::api_key::Create(body);
        let answer = ask(&cast.world, caller, &cast.team.parse().unwrap(), &make).await;
        assert_eq!(answer.unwrap_err().code, guildhall_shared::Code::Unauthorized);
        idle(&cast.world).await;
        let keys = cast.world.read(&team_object(&cast), |tx| tx.scan(&key::api_keys(cast.team.parse().unwrap())).len());
        assert_eq!(keys, 0);
    });
}
