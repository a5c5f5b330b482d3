//! One's own account.

use crate::support::{Cast, run};
use guildhall_shared::path;
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
        cast.world.settle().await;
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
        cast.world.settle().await;
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
    });
}
