//! The session: of a browser, of a program, of nobody; switching, sliding, ending.

use crate::support::{Actor, Cast, PASSWORD, Reply, idle, run};
use guildhall_shared::{
    Timestamp, path,
    timestamp::{DAY, HOUR, MINUTE},
};
use guildhall_worker::{features::sessions::record::SESSIONS_MAX, store::memory::Faults};
use serde_json::{Value, json};

/// Another sign-in of somebody whose password is everybody's.
pub async fn sign_in(actor: &Actor) -> Actor {
    let body = json!({ "email": format!("{}@example.com", actor.name), "password": PASSWORD });
    let reply = Actor::nobody(&actor.world).post(path::SIGN_IN, body).await.is(200);
    Actor::signed_in(&actor.world, &actor.name, &reply)
}

#[test]
fn nobody_has_the_session_null() {
    run(async {
        let cast = Cast::new().await;
        let wrong = Actor::program(&cast.world, "ghk_wrong");
        let key = cast.owner.make_key(&cast.team).await;
        let made = cast.owner.get(path::team_api_keys(&cast.team)).await.is(200).json();
        cast.owner.delete(path::team_api_key(&cast.team, made[0]["id"].as_str().unwrap())).await.is(204);
        for actor in [&cast.nobody, &wrong, &key] {
            assert_eq!(actor.get(path::SESSION).await.is(200).text, "null");
        }
    });
}

#[test]
fn a_browser_sees_its_account_and_every_workspace() {
    run(async {
        let cast = Cast::new().await;
        let session = cast.member.get(path::SESSION).await.is(200).json();
        let user = &session["user"];
        assert_eq!((&user["id"], &user["email"]), (&json!(cast.member.id), &json!("mia@example.com")));
        assert_eq!(
            (&user["username"], &user["firstName"], &user["lastName"]),
            (&json!("mia"), &json!("mia"), &json!(""))
        );
        assert_eq!((&user["isPasswordAuthEnabled"], &user["theme"]), (&json!(true), &json!("system")));
        assert!(user["dtConfirmed"].is_string());
        let memberships = user["teamMemberships"].as_array().unwrap();
        assert_eq!(memberships.len(), 2);
        assert_eq!((&memberships[0]["isOwner"], &memberships[0]["team"]["isUserTeam"]), (&json!(true), &json!(true)));
        assert_eq!((&memberships[1]["isAdmin"], &memberships[1]["team"]["namespace"]), (&json!(false), &json!("core")));
        assert_eq!((&session["team"]["namespace"], &session["team"]["isPrivate"]), (&json!("mia"), &json!(true)));
    });
}

#[test]
fn a_program_sees_its_maker_and_its_own_team_only() {
    run(async {
        let cast = Cast::new().await;
        let session = cast.member.make_key(&cast.team).await.get(path::SESSION).await.is(200).json();
        assert_eq!(session["user"]["id"], json!(cast.member.id));
        assert_eq!((&session["team"]["id"], &session["team"]["namespace"]), (&json!(cast.team), &json!("core")));
        assert_eq!(session["user"]["teamMemberships"].as_array().unwrap().len(), 1);
        let own = cast.member.make_key(&cast.member.workspace).await.get(path::SESSION).await.is(200).json();
        assert_eq!((&own["team"]["namespace"], &own["team"]["isPrivate"]), (&json!("mia"), &json!(true)));
    });
}

#[test]
fn switching_chooses_the_workspace_of_this_session_alone() {
    run(async {
        let cast = Cast::new().await;
        let other = sign_in(&cast.member).await;
        for reference in [cast.team.as_str(), "core"] {
            let session = cast.member.put(path::SESSION_TEAM, json!({ "team": reference })).await.is(200).json();
            assert_eq!(session["team"]["id"], json!(cast.team));
            assert_eq!(cast.member.get(path::SESSION).await.is(200).json(), session);
            assert_eq!(other.get(path::SESSION).await.is(200).json()["team"]["namespace"], "mia");
            let back = cast.member.put(path::SESSION_TEAM, json!({ "team": "mia" })).await.is(200).json();
            assert_eq!(back["team"]["id"], json!(cast.member.workspace));
        }
    });
}

#[test]
fn one_switches_only_to_a_team_one_is_in() {
    run(async {
        let cast = Cast::new().await;
        let missing = "t0zzzzzzzzzz";
        for reference in [cast.team.as_str(), "core", missing, "nothing", "", cast.member.workspace.as_str()] {
            let reply = cast.stranger.put(path::SESSION_TEAM, json!({ "team": reference })).await;
            reply.refuses(404, "NOT_FOUND");
        }
        cast.stranger.put(path::SESSION_TEAM, json!({ "team": 1 })).await.refuses(400, "BAD_REQUEST");
        cast.stranger.put(path::SESSION_TEAM, json!({})).await.refuses(400, "BAD_REQUEST");
        assert_eq!(cast.stranger.get(path::SESSION).await.is(200).json()["team"]["namespace"], "sam");
    });
}

#[test]
fn who_leaves_the_team_lands_in_the_private_workspace() {
    run(async {
        let cast = Cast::new().await;
        cast.member.put(path::SESSION_TEAM, json!({ "team": "core" })).await.is(200);
        cast.admin.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        cast.world.drain().await;
        let session = cast.member.get(path::SESSION).await.is(200).json();
        assert_eq!(session["team"]["namespace"], "mia");
        assert_eq!(session["user"]["teamMemberships"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_session_ends_30_days_after_it_was_last_seen() {
    run(async {
        let cast = Cast::new().await;
        cast.world.pass(30 * DAY - HOUR).await;
        assert_ne!(cast.owner.get(path::SESSION).await.is(200).text, "null");
        idle(&cast.world).await;
        cast.world.pass(2 * HOUR).await;
        for (actor, seen) in [(&cast.owner, true), (&cast.admin, false)] {
            assert_eq!(actor.get(path::SESSION).await.is(200).text != "null", seen, "{}", actor.name);
            assert_eq!(actor.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.status == 200, seen);
        }
    });
}

#[test]
fn using_a_session_slides_its_end_and_notes_the_day() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..4 {
            cast.world.pass(20 * DAY).await;
            cast.owner.get(path::ACCOUNT).await.is(200);
            idle(&cast.world).await;
        }
        let members = cast.owner.get(path::team_members(&cast.team) + "?role=owner").await.is(200).json();
        let today = cast.world.now().day().to_string();
        assert_eq!(members[0]["user"]["lastActive"], json!(today));
        cast.member.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_session_is_written_at_most_daily() {
    run(async {
        let cast = Cast::new().await;
        let records = || {
            let records = cast.world.records(&crate::support::account_object(&cast.owner));
            let kept = records.into_iter().filter(|(key, _)| key.starts_with("account/"));
            kept.collect::<Vec<_>>()
        };
        let (before, replica) = (records(), cast.world.replica());
        for _ in 0..5 {
            cast.world.skip(4 * HOUR);
            cast.owner.get(path::SESSION).await.is(200);
            idle(&cast.world).await;
        }
        assert_eq!((records(), cast.world.replica()), (before, replica));
    });
}

async fn sessions(actor: &Actor) -> Vec<Value> {
    actor.get(path::ACCOUNT_SESSIONS).await.is(200).json().as_array().unwrap().clone()
}

#[test]
fn sessions_are_listed_with_device_place_and_the_hour_they_were_seen() {
    run(async {
        let cast = Cast::new().await;
        let phone = cast
            .nobody
            .with("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Safari/604.1")
            .with("cf-ipcountry", "FR")
            .with("cf-connecting-ip", "203.0.113.9");
        let body = json!({ "email": "olive@example.com", "password": PASSWORD });
        let reply = phone.post(path::SIGN_IN, body).await.is(200);
        let phone = phone.following(&reply);
        cast.world.pass(3 * HOUR).await;
        phone.with("cf-connecting-ip", "203.0.113.10").get(path::SESSION).await.is(200);
        idle(&cast.world).await;
        let listed = sessions(&cast.owner).await;
        assert_eq!(listed.len(), 2);
        assert_eq!((&listed[0]["isCurrent"], &listed[1]["isCurrent"]), (&json!(true), &json!(false)));
        assert_eq!((&listed[1]["device"], &listed[1]["place"]), (&json!("Safari on iPhone"), &json!("FR")));
        // The header that was given first counts: the address of the last use.
        assert_eq!(listed[1]["dtLastSeen"], json!(cast.world.now().to_string()));
        assert_ne!(listed[1]["dtLastSeen"], listed[1]["dtCreated"]);
        assert!(!cast.owner.get(path::ACCOUNT_SESSIONS).await.text.contains("digest"));
    });
}

#[test]
fn one_session_is_ended_or_all_others() {
    run(async {
        let cast = Cast::new().await;
        let (one, two, three) = (sign_in(&cast.owner).await, sign_in(&cast.owner).await, sign_in(&cast.owner).await);
        let id = sessions(&one).await[0]["id"].as_str().unwrap().to_owned();
        // Nobody else's, and none twice.
        cast.stranger.delete(path::account_session(&id)).await.refuses(404, "NOT_FOUND");
        cast.owner.delete(path::account_session("nothing")).await.refuses(404, "NOT_FOUND");
        cast.owner.delete(path::account_session(&id)).await.is(204);
        cast.owner.delete(path::account_session(&id)).await.refuses(404, "NOT_FOUND");
        one.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        cast.owner.delete(path::ACCOUNT_SESSIONS).await.is(204);
        cast.owner.delete(path::ACCOUNT_SESSIONS).await.is(204);
        for ended in [&two, &three] {
            ended.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
            ended.delete(path::ACCOUNT_SESSIONS).await.refuses(401, "UNAUTHORIZED");
        }
        // One's own is ended like any other.
        let own = sessions(&cast.owner).await[0]["id"].as_str().unwrap().to_owned();
        cast.owner.delete(path::account_session(&own)).await.is(204);
        cast.owner.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        let replica = cast.world.replica();
        let left = format!("account/{}/session/", cast.owner.id);
        assert!(!replica.keys().any(|key| key.starts_with(&left)));
    });
}

#[test]
fn ending_sessions_asks_for_a_recent_sign_in() {
    run(async {
        let cast = Cast::new().await;
        let other = sign_in(&cast.owner).await;
        let id = sessions(&other).await[0]["id"].as_str().unwrap().to_owned();
        cast.world.pass(16 * MINUTE).await;
        for refused in
            [cast.owner.delete(path::account_session(&id)).await, cast.owner.delete(path::ACCOUNT_SESSIONS).await]
        {
            let challenge = refused.refuses(401, "UNAUTHORIZED").header("www-authenticate").unwrap().to_owned();
            assert!(challenge.contains("insufficient_user_authentication"), "{challenge}");
        }
        other.get(path::ACCOUNT).await.is(200);
        let proved = cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        let owner = cast.owner.following(&proved);
        owner.delete(path::account_session(&id)).await.is(204);
        other.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        owner.delete(path::ACCOUNT_SESSIONS).await.is(204);
        // Signing out never asks.
        cast.world.pass(16 * MINUTE).await;
        owner.post_nothing(path::SIGN_OUT).await.is(204);
    });
}

#[test]
fn signing_in_again_takes_the_place_of_the_session_that_the_browser_had() {
    run(async {
        let cast = Cast::new().await;
        let body = |name: &str| json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
        let again = cast.owner.following(&cast.owner.post(path::SIGN_IN, body("olive")).await.is(200));
        cast.owner.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(sessions(&again).await.len(), 1);
        // Another account in the same browser ends it too.
        let other = again.following(&again.post(path::SIGN_IN, body("adam")).await.is(200));
        idle(&cast.world).await;
        again.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(other.get(path::ACCOUNT).await.is(200).json()["username"], "adam");
        // A wrong password ends nothing.
        let wrong = json!({ "email": "adam@example.com", "password": "wrong" });
        other.post(path::SIGN_IN, wrong).await.refuses(401, "UNAUTHORIZED");
        other.get(path::ACCOUNT).await.is(200);
    });
}

#[test]
fn a_copied_cookie_is_of_no_use_once_it_was_turned_over() {
    run(async {
        let cast = Cast::new().await;
        let before = sessions(&cast.owner).await;
        let proved = cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        let copied = &cast.owner;
        copied.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        copied.with("cache-control", "no-cache").get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        copied.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.refuses(401, "UNAUTHORIZED");
        copied.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.refuses(401, "UNAUTHORIZED");
        // It is the same session all the same.
        let after = sessions(&cast.owner.following(&proved)).await;
        assert_eq!(after.len(), before.len());
        assert_eq!(
            (&after[0]["dtCreated"], &after[0]["dtExpires"]),
            (&before[0]["dtCreated"], &before[0]["dtExpires"])
        );
    });
}

/// What an answer says that the browser does with its session's cookie: the value, and for how many seconds.
fn set_cookie(reply: &Reply) -> Option<(String, i64)> {
    let all = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let ours = all.into_iter().find_map(|value| value.strip_prefix("__Host-session="))?;
    let age = ours.split("Max-Age=").nth(1).unwrap().parse().unwrap();
    Some((ours.split(';').next().unwrap().to_owned(), age))
}

#[test]
fn a_browser_that_comes_daily_keeps_its_cookie_for_90_days() {
    run(async {
        let cast = Cast::new().await;
        let (_, cookie) = cast.owner.credential.clone().unwrap();
        let mut left = 30 * DAY;
        for day in 1..90 {
            cast.world.pass(DAY).await;
            left -= DAY;
            assert!(left > 0, "the browser has lost its cookie on day {day}");
            let reply = cast.owner.get(path::ACCOUNT).await.is(200);
            idle(&cast.world).await;
            let (value, seconds) = set_cookie(&reply).expect("the cookie is not set again");
            assert_eq!(format!("__Host-session={value}"), cookie);
            left = seconds * 1000;
            assert!(left <= (30 * DAY).min((90 - day) * DAY), "day {day}: {left}");
            // Once a day is enough.
            assert_eq!(set_cookie(&cast.owner.get(path::ACCOUNT).await.is(200)), None);
        }
        let listed = sessions(&cast.owner).await;
        let until =
            |from: &Value, days: i64| from.as_str().unwrap().parse::<Timestamp>().unwrap().plus(days * DAY).to_string();
        assert_eq!(listed[0]["dtExpires"], json!(until(&listed[0]["dtCreated"], 90)));
        cast.world.pass(DAY).await;
        for fresh in [&cast.owner, &cast.owner.with("cache-control", "no-cache")] {
            fresh.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        }
        cast.owner.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn turning_the_cookie_over_makes_no_session_live_longer_than_90_days() {
    run(async {
        let cast = Cast::new().await;
        let mut owner = cast.owner.clone();
        for _ in 0..4 {
            cast.world.pass(22 * DAY).await;
            owner.get(path::ACCOUNT).await.is(200);
            idle(&cast.world).await;
            let proved = owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
            assert!(set_cookie(&proved).is_some());
            owner = owner.following(&proved);
        }
        owner.get(path::ACCOUNT).await.is(200);
        cast.world.pass(3 * DAY).await;
        owner.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn signing_out_sets_no_cookie_again() {
    run(async {
        let cast = Cast::new().await;
        cast.world.pass(2 * DAY).await;
        let reply = cast.owner.post_nothing(path::SIGN_OUT).await.is(204);
        assert_eq!(set_cookie(&reply), Some((String::new(), 0)));
        // Neither does a program's call, or a rejection.
        let key = cast.admin.get(path::ACCOUNT).await.is(200);
        assert!(set_cookie(&key).is_some());
        assert_eq!(set_cookie(&cast.nobody.get(path::ACCOUNT).await), None);
    });
}

#[test]
fn a_use_slides_a_session_that_the_replica_still_has_as_it_was() {
    run(async {
        let cast = Cast::new().await;
        cast.world.pass(30 * DAY - HOUR).await;
        cast.owner.get(path::ACCOUNT).await.is(200);
        cast.world.faults.set(Faults { put_before: 1000, ..Faults::default() });
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        cast.world.skip(2 * HOUR);
        cast.owner.get(path::ACCOUNT).await.is(200);
        cast.owner.get(path::team_members(&cast.team)).await.is(200);
        // One that nobody used has ended, whoever is asked.
        cast.admin.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn the_51st_session_ends_the_one_that_was_seen_longest_ago() {
    run(async {
        let cast = Cast::new().await;
        let mut others = vec![];
        for _ in 1..SESSIONS_MAX {
            others.push(sign_in(&cast.owner).await);
            cast.world.pass(21 * MINUTE).await;
        }
        // The first is used again, so the second is the oldest.
        cast.owner.get(path::ACCOUNT).await.is(200);
        idle(&cast.world).await;
        assert_eq!(sessions(&cast.owner).await.len(), SESSIONS_MAX);
        let newest = sign_in(&cast.owner).await;
        assert_eq!(sessions(&newest).await.len(), SESSIONS_MAX);
        others[0].get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        for alive in others[1..].iter().chain([&cast.owner, &newest]) {
            alive.get(path::ACCOUNT).await.is(200);
        }
    });
}
