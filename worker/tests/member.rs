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
