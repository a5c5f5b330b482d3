//! Members: roles, removal, leaving.

use crate::support::{Cast, run};
use guildhall_shared::path;
use serde_json::json;

#[test]
fn an_admin_makes_a_member_an_admin_and_back() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_member(&cast.team, &cast.member.id);
        let made = cast.admin.put(&place, json!({ "isAdmin": true })).await.is(200).json();
        assert_eq!((&made["isAdmin"], &made["isOwner"]), (&json!(true), &json!(false)));
        cast.admin.put(&place, json!({ "isAdmin": false })).await.is(200);
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        assert_eq!(log[0]["action"], "member.role");
        assert_eq!((log[0]["before"].as_str(), log[0]["after"].as_str()), (Some("admin"), Some("member")));
    });
}

#[test]
fn a_member_looks_alike_in_the_list_and_alone() {
    run(async {
        let cast = Cast::new().await;
        let names = json!({ "firstName": "Ünal \"Bo\" \\ 🦀", "lastName": "O'Neill" });
        cast.member.patch(path::ACCOUNT, names).await.is(200);
        cast.world.drain().await;
        let place = path::team_member(&cast.team, &cast.member.id);
        let alone = cast.admin.put(&place, json!({ "isAdmin": false })).await.is(200).json();
        for reader in [&cast.admin, &cast.admin.with("cache-control", "no-cache")] {
            let members = reader.get(path::team_members(&cast.team)).await.is(200).json();
            let listed = members.as_array().unwrap().iter().find(|member| member["userId"] == json!(cast.member.id));
            assert_eq!(listed, Some(&alone));
            assert_eq!(reader.get(&place).await.is(200).json(), alone);
        }
        // Who may not see second factors sees none here either.
        let seen = cast.member.get(&place).await.is(200).json();
        assert_eq!((seen.get("hasSecondFactor"), &seen["userId"]), (None, &alone["userId"]));
        assert!(alone["hasSecondFactor"].is_boolean());
    });
}

#[test]
fn the_roster_shows_everybody() {
    run(async {
        let cast = Cast::new().await;
        let members = cast.member.get(path::team_members(&cast.team)).await.is(200).json();
        let members = members.as_array().unwrap();
        assert_eq!(members.len(), 3);
        let olive = members.iter().find(|member| member["userId"] == json!(cast.owner.id)).unwrap();
        assert_eq!(
            (&olive["isOwner"], &olive["isAdmin"], &olive["teamId"]),
            (&json!(true), &json!(true), &json!(cast.team))
        );
        assert_eq!(
            (&olive["email"], &olive["user"]["email"]),
            (&json!("olive@example.com"), &json!("olive@example.com"))
        );
        assert_eq!((&olive["user"]["id"], &olive["user"]["username"]), (&json!(cast.owner.id), &json!("olive")));
        assert!(olive["dtConfirmed"].is_string() && olive["user"]["lastActive"].is_string());
    });
}

#[test]
fn a_change_to_the_same_role_is_no_change() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        cast.owner.put(path::team_member(&cast.team, &cast.admin.id), json!({ "isAdmin": true })).await.is(200);
        cast.owner.put(path::team_member(&cast.team, &cast.owner.id), json!({ "isAdmin": true })).await.is(200);
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
    });
}

#[test]
fn a_team_is_never_without_its_owner() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_member(&cast.team, &cast.owner.id);
        cast.admin.put(&place, json!({ "isAdmin": false })).await.refuses(409, "CONFLICT");
        cast.admin.delete(&place).await.refuses(409, "CONFLICT");
        cast.owner.delete(&place).await.refuses(409, "CONFLICT");
        let members = cast.owner.get(path::team_members(&cast.team)).await.is(200).json();
        assert_eq!(members.as_array().unwrap().len(), 3);
    });
}

#[test]
fn a_private_workspace_keeps_its_only_member() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_member(&cast.owner.workspace, &cast.owner.id);
        cast.owner.delete(&place).await.refuses(409, "CONFLICT");
        cast.owner.put(&place, json!({ "isAdmin": false })).await.refuses(409, "CONFLICT");
    });
}

#[test]
fn a_member_who_leaves_is_a_stranger_at_once() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.member.make_key(&cast.team).await;
        key.get(path::team_members(&cast.team)).await.is(200);
        cast.member.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        cast.member.get(path::team(&cast.team)).await.refuses(404, "NOT_FOUND");
        key.get(path::team_members(&cast.team)).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(key.get(path::SESSION).await.is(200).text, "null");
        let teams = cast.member.get(path::TEAMS).await.is(200).json();
        assert_eq!(teams.as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_removed_member_loses_the_keys_of_this_team_alone() {
    run(async {
        let cast = Cast::new().await;
        let here = cast.member.make_key(&cast.team).await;
        let elsewhere = cast.member.make_key(&cast.member.workspace).await;
        let of_the_admin = cast.admin.make_key(&cast.team).await;
        cast.admin.delete(path::team_member("core", &cast.member.id)).await.is(204);
        here.get(path::team(&cast.team)).await.refuses(401, "UNAUTHORIZED");
        here.delete(path::team_member(&cast.team, &cast.member.id)).await.refuses(401, "UNAUTHORIZED");
        elsewhere.get(path::team(&cast.member.workspace)).await.is(200);
        of_the_admin.get(path::team(&cast.team)).await.is(200);
        let keys = cast.owner.get(path::team_api_keys(&cast.team) + "?all=true").await.is(200).json();
        assert_eq!(keys.as_array().unwrap().len(), 1);
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        assert_eq!((&log[0]["action"], &log[0]["target"]), (&json!("member.remove"), &json!(cast.member.id)));
    });
}

#[test]
fn who_is_no_member_is_not_found() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        for nobody in [cast.stranger.id.as_str(), "u0zzzzzzzzzz", "t0aaaaaaaaaa", "mia", "%20", "x"] {
            let place = path::team_member(&cast.team, nobody);
            cast.owner.get(&place).await.refuses(404, "NOT_FOUND");
            cast.owner.put(&place, json!({ "isAdmin": true })).await.refuses(404, "NOT_FOUND");
            cast.owner.delete(&place).await.refuses(404, "NOT_FOUND");
        }
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
        let place = path::team_member(&cast.team, &cast.member.id);
        cast.owner.delete(&place).await.is(204);
        cast.owner.delete(&place).await.refuses(404, "NOT_FOUND");
        cast.owner.get(&place).await.refuses(404, "NOT_FOUND");
        cast.member.delete(&place).await.refuses(404, "NOT_FOUND");
    });
}

#[test]
fn a_demoted_admin_and_their_key_lose_the_right_at_once() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.admin.make_key(&cast.team).await;
        let secret = |name: &str| json!({ "name": name, "value": "value" });
        key.post(path::team_secrets(&cast.team), secret("A")).await.is(201);
        cast.owner.put(path::team_member(&cast.team, &cast.admin.id), json!({ "isAdmin": false })).await.is(200);
        key.post(path::team_secrets(&cast.team), secret("B")).await.refuses(403, "FORBIDDEN");
        cast.admin.post(path::team_secrets(&cast.team), secret("B")).await.refuses(403, "FORBIDDEN");
        key.get(path::team_secret(&cast.team, "A")).await.is(200);
    });
}

#[test]
fn of_two_admins_who_demote_each_other_one_wins() {
    run(async {
        let cast = Cast::new().await;
        cast.owner.put(path::team_member(&cast.team, &cast.member.id), json!({ "isAdmin": true })).await.is(200);
        let demote = || json!({ "isAdmin": false });
        let (one, two) = futures_util::future::join(
            cast.admin.put(path::team_member(&cast.team, &cast.member.id), demote()),
            cast.member.put(path::team_member(&cast.team, &cast.admin.id), demote()),
        )
        .await;
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403]);
        let admins = cast.owner.get(path::team_members(&cast.team) + "?role=admin").await.is(200).json();
        assert_eq!(admins.as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_removed_member_may_come_back() {
    run(async {
        let cast = Cast::new().await;
        cast.owner.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        cast.owner.bring_in(&cast.team, &cast.member, true).await;
        let teams = cast.member.get(path::TEAMS).await.is(200).json();
        assert_eq!(teams[1]["isAdmin"], json!(true));
    });
}
