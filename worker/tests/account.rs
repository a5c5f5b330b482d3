//! One's own account.

use crate::support::{Cast, account_object, run};
use guildhall_shared::path;
use guildhall_worker::{features::teams::link, object::Change};
use serde_json::json;

#[test]
fn an_account_shows_itself() {
    run(async {
        let cast = Cast::new().await;
        let account = cast.owner.get(path::ACCOUNT).await.is(200).json();
        assert_eq!((&account["id"], &account["username"]), (&json!(cast.owner.id), &json!("olive")));
        assert_eq!((&account["defaultProduct"], &account["preferences"]["hotkeys"]), (&json!("core"), &json!(true)));
    });
}

#[test]
fn what_is_left_out_stays_and_an_empty_name_clears() {
    run(async {
        let cast = Cast::new().await;
        let edit = async |body| cast.owner.patch(path::ACCOUNT, body).await.is(200).json();
        let account = edit(json!({ "firstName": " Ame\u{301}lie ", "lastName": "Moreau" })).await;
        assert_eq!((&account["firstName"], &account["lastName"]), (&json!("Am\u{e9}lie"), &json!("Moreau")));
        let account = edit(json!({ "theme": "dark" })).await;
        assert_eq!((&account["firstName"], &account["theme"]), (&json!("Am\u{e9}lie"), &json!("dark")));
        assert_eq!(edit(json!({ "firstName": "" })).await["firstName"], "");
        assert_eq!(edit(json!({ "firstName": null })).await["lastName"], "Moreau");
        assert_eq!(edit(json!({})).await, cast.owner.get(path::ACCOUNT).await.is(200).json());
    });
}

#[test]
fn a_profile_that_does_not_hold_changes_nothing() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.owner.get(path::ACCOUNT).await.is(200).text;
        for (wrong, issues) in [
            (json!({ "firstName": "x".repeat(65) }), 1),
            (json!({ "firstName": "a\nb", "lastName": "\u{202e}", "theme": "neon" }), 3),
            (json!({ "firstName": "Olive", "theme": "neon" }), 1),
            (json!({ "theme": "" }), 1),
        ] {
            let reply = cast.owner.patch(path::ACCOUNT, wrong).await.refuses(400, "BAD_REQUEST").json();
            assert_eq!(reply["issues"].as_array().unwrap().len(), issues);
        }
        assert_eq!(cast.owner.get(path::ACCOUNT).await.is(200).text, before);
    });
}

#[test]
fn every_team_sees_a_new_name() {
    run(async {
        let cast = Cast::new().await;
        cast.member.patch(path::ACCOUNT, json!({ "firstName": "Mia", "lastName": "Berg" })).await.is(200);
        cast.world.drain().await;
        let members = cast.owner.get(path::team_members(&cast.team) + "?role=member").await.is(200).json();
        assert_eq!(
            (&members[0]["user"]["firstName"], &members[0]["user"]["lastName"]),
            (&json!("Mia"), &json!("Berg"))
        );
        let own = cast.member.get(path::team_members("mia")).await.is(200).json();
        assert_eq!(own[0]["user"]["lastName"], "Berg");
        let key = cast.member.make_key(&cast.team).await;
        assert_eq!(key.get(path::SESSION).await.is(200).json()["user"]["lastName"], "Berg");
        cast.member.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        assert_eq!(log[0]["actor"]["name"], "Mia Berg");
    });
}

#[test]
fn a_change_to_the_same_is_no_change() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        cast.owner.patch(path::ACCOUNT, json!({ "firstName": "olive", "theme": "system" })).await.is(200);
        cast.world.drain().await;
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
    });
}

#[test]
fn preferences_are_kept_and_a_session_starts_in_the_default_team() {
    run(async {
        let cast = Cast::new().await;
        let edit = async |body| cast.member.patch(path::ACCOUNT, body).await;
        let preferences = json!({ "hotkeys": false });
        let body = json!({ "defaultProduct": "gradient", "defaultTeam": cast.team, "preferences": preferences });
        let account = edit(body).await.is(200).json();
        assert_eq!((&account["defaultProduct"], &account["preferences"]), (&json!("gradient"), &preferences));
        assert_eq!(account["defaultTeam"], json!(cast.team));
        let other = crate::session::sign_in(&cast.member).await;
        assert_eq!(other.get(path::SESSION).await.json()["team"]["id"], json!(cast.team));
        // The private workspace is what one starts in anyway.
        let account = edit(json!({ "defaultTeam": cast.member.workspace })).await.is(200).json();
        assert_eq!(account.get("defaultTeam"), None);
        for (wrong, issue) in [
            (json!({ "defaultTeam": cast.stranger.workspace }), "defaultTeam: "),
            (json!({ "defaultTeam": "t0zzzzzzzzzz" }), "defaultTeam: "),
            (json!({ "defaultProduct": "other" }), "defaultProduct: "),
            (json!({ "defaultTeam": "core" }), "defaultTeam: Send an id."),
            (json!({ "preferences": {} }), "preferences.hotkeys: This field is required."),
        ] {
            let message = edit(wrong).await.refuses(400, "BAD_REQUEST").message();
            assert!(message.starts_with(issue), "{message}");
        }
        // Who is removed from it starts at home again.
        edit(json!({ "defaultTeam": cast.team })).await.is(200);
        cast.admin.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        cast.world.drain().await;
        assert_eq!(cast.member.get(path::ACCOUNT).await.is(200).json().get("defaultTeam"), None);
    });
}

#[test]
fn a_new_username_renames_the_private_workspace_and_the_old_one_stays_reserved() {
    run(async {
        let cast = Cast::new().await;
        let rename = async |to: &str| cast.owner.patch(path::ACCOUNT, json!({ "username": to })).await;
        assert_eq!(rename("olivia").await.is(200).json()["username"], "olivia");
        cast.world.drain().await;
        let team = cast.owner.get(path::team("olivia")).await.is(200).json();
        assert_eq!((&team["id"], &team["name"]), (&json!(cast.owner.workspace), &json!("olivia")));
        cast.owner.get(path::team("olive")).await.refuses(404, "NOT_FOUND");
        let session = cast.owner.get(path::SESSION).await.json();
        assert_eq!(session["user"]["teamMemberships"][0]["team"]["namespace"], "olivia");
        let members = cast.admin.get(path::team_members(&cast.team) + "?role=owner").await.is(200).json();
        assert_eq!(members[0]["user"]["username"], "olivia");
        // Nobody else gets the old one; its holder may take it back.
        let taken = json!({ "name": "Olive", "namespace": "olive" });
        cast.stranger.post(path::TEAMS, taken.clone()).await.refuses(409, "CONFLICT");
        rename("olive").await.is(200);
        cast.world.drain().await;
        cast.owner.get(path::team("olive")).await.is(200);
        rename("olivia").await.is(200);
        cast.world.pass(91 * guildhall_shared::timestamp::DAY).await;
        let stranger = crate::session::sign_in(&cast.stranger).await;
        stranger.post(path::TEAMS, taken).await.is(201);
    });
}

#[test]
fn a_username_that_is_taken_or_will_not_do_changes_nothing() {
    run(async {
        let cast = Cast::new().await;
        for (bad, status, code) in [
            ("core", 409, "CONFLICT"),
            ("adam", 409, "CONFLICT"),
            ("v1", 400, "BAD_REQUEST"),
            ("A!", 400, "BAD_REQUEST"),
        ] {
            let body = json!({ "username": bad, "firstName": "Changed" });
            cast.owner.patch(path::ACCOUNT, body).await.refuses(status, code);
        }
        let account = cast.owner.get(path::ACCOUNT).await.is(200).json();
        assert_eq!((&account["username"], &account["firstName"]), (&json!("olive"), &json!("olive")));
        let stale = cast.owner.with("if-match", "\"0\"");
        stale.patch(path::ACCOUNT, json!({ "username": "olivia" })).await.refuses(412, "PRECONDITION_FAILED");
        cast.world.pass(guildhall_shared::timestamp::HOUR).await;
        let body = json!({ "name": "Olivia", "namespace": "olivia" });
        cast.stranger.post(path::TEAMS, body).await.is(201);
    });
}

#[test]
fn a_team_that_is_still_being_joined_is_no_default_team() {
    run(async {
        let cast = Cast::new().await;
        let name = account_object(&cast.stranger);
        let envelope = cast.world.object(&name).system();
        let team = cast.team.parse().unwrap();
        let begun = cast.world.object(&name).decide(&envelope, true, |tx, _| {
            let _: () = link::begin(tx, team);
            Ok(())
        });
        begun.unwrap().unwrap();
        // Nothing may come of joining, and then nobody would take it back.
        let body = json!({ "defaultTeam": cast.team });
        cast.stranger.patch(path::ACCOUNT, body).await.refuses(400, "BAD_REQUEST");
    });
}
