//! Teams: making, listing, profile, namespace.

use crate::support::{Actor, Cast, ask, run, team_object};
use guildhall_shared::{
    Code, path,
    timestamp::{DAY, HOUR},
};
use guildhall_worker::{features::teams::team, object::Caller, store::key};
use serde_json::json;

#[test]
fn whoever_makes_a_team_owns_it() {
    run(async {
        let cast = Cast::new().await;
        let made = cast
            .stranger
            .post(path::TEAMS, json!({ "name": " New  team ", "namespace": "new-team" }))
            .await
            .is(201)
            .json();
        assert_eq!((&made["name"], &made["isPrivate"], &made["bio"]), (&json!("New  team"), &json!(false), &json!("")));
        let id = made["id"].as_str().unwrap();
        assert_eq!(cast.stranger.get(path::team(id)).await.is(200).json(), made);
        assert_eq!(cast.stranger.get(path::team("new-team")).await.is(200).json(), made);
        let members = cast.stranger.get(path::team_members(id)).await.is(200).json();
        assert_eq!((members.as_array().unwrap().len(), &members[0]["isOwner"]), (1, &json!(true)));
        let log = cast.stranger.get(path::team_audit(id)).await.is(200).json();
        assert_eq!((&log[0]["action"], &log[0]["actor"]["id"]), (&json!("team.create"), &json!(cast.stranger.id)));
        cast.owner.get(path::team(id)).await.refuses(404, "NOT_FOUND");
    });
}

#[test]
fn teams_are_listed_with_the_private_one_first() {
    run(async {
        let cast = Cast::new().await;
        for namespace in ["zebra", "apple"] {
            cast.owner.make_team(namespace).await;
        }
        let teams = cast.owner.get(path::TEAMS).await.is(200).json();
        let names: Vec<&str> =
            teams.as_array().unwrap().iter().map(|team| team["namespace"].as_str().unwrap()).collect();
        assert_eq!(names, ["olive", "apple", "core", "zebra"]);
        let of_key = cast.member.make_key(&cast.team).await.get(path::TEAMS).await.is(200).json();
        assert_eq!((of_key.as_array().unwrap().len(), &of_key[0]["isAdmin"]), (1, &json!(false)));
    });
}

#[test]
fn a_namespace_is_taken_once_among_teams_and_accounts() {
    run(async {
        let cast = Cast::new().await;
        let create = async |namespace: &str| {
            cast.stranger.post(path::TEAMS, json!({ "name": "New", "namespace": namespace })).await
        };
        for taken in ["core", "olive", "sam"] {
            create(taken).await.refuses(409, "CONFLICT");
        }
        for wrong in ["", "Core", "a--b", "-a", "v1", "teams", "t0aaaaaaaaaa", "u0aaaaaaaaaa", &"a".repeat(40)] {
            create(wrong).await.refuses(400, "BAD_REQUEST");
        }
        assert_eq!(cast.stranger.get(path::TEAMS).await.is(200).json().as_array().unwrap().len(), 1);
        create(&"a".repeat(39)).await.is(201);
        let reply = cast.stranger.post(path::TEAMS, json!({ "name": "", "namespace": "A" })).await;
        assert_eq!(reply.refuses(400, "BAD_REQUEST").json()["issues"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_profile_is_edited_field_by_field() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team(&cast.team);
        let body = json!({ "name": "Core", "bio": "one\ntwo", "location": "Lyon", "website": "https://example.com" });
        cast.world.skip(1000);
        let team = cast.admin.patch(&place, body).await.is(200).json();
        assert_eq!(
            (&team["name"], &team["bio"], &team["namespace"]),
            (&json!("Core"), &json!("one\ntwo"), &json!("core"))
        );
        assert!(team["dtModified"].as_str() > team["dtCreated"].as_str());
        let team = cast.admin.patch(&place, json!({ "bio": "", "website": "" })).await.is(200).json();
        assert_eq!((&team["bio"], &team["website"], &team["location"]), (&json!(""), &json!(""), &json!("Lyon")));
        assert_eq!(cast.member.get(&place).await.is(200).json(), team);
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        assert_eq!((&log[0]["action"], &log[0]["actor"]["id"]), (&json!("team.edit"), &json!(cast.admin.id)));
        assert!(log[0]["before"].as_str().unwrap().contains("one\\ntwo"));
    });
}

#[test]
fn a_profile_that_does_not_hold_changes_nothing() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.snapshot();
        for (wrong, issues) in [
            (json!({ "name": "", "bio": "x".repeat(281), "location": "x".repeat(65), "website": "javascript:x" }), 4),
            (json!({ "bio": "fine", "website": "ftp://example.com" }), 1),
            (json!({ "namespace": "Core" }), 1),
            (json!({ "namespace": "admin", "name": "x" }), 1),
        ] {
            let reply = cast.owner.patch(path::team(&cast.team), wrong).await.refuses(400, "BAD_REQUEST").json();
            assert_eq!(reply["issues"].as_array().unwrap().len(), issues);
        }
        cast.owner.patch(path::team(&cast.team), json!({})).await.is(200);
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
    });
}

#[test]
fn a_private_workspace_is_called_what_its_account_is() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team(&cast.owner.workspace);
        cast.owner.patch(&place, json!({ "namespace": "palace" })).await.refuses(409, "CONFLICT");
        cast.owner.patch(&place, json!({ "name": "Palace" })).await.refuses(409, "CONFLICT");
        cast.owner.patch(&place, json!({ "bio": "mine" })).await.is(200);
        cast.stranger.post(path::TEAMS, json!({ "name": "P", "namespace": "palace" })).await.is(201);
    });
}

#[test]
fn a_renamed_namespace_no_longer_resolves() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        cast.owner.patch(path::team("core"), json!({ "namespace": "center" })).await.is(200);
        cast.world.drain().await;
        for actor in [&cast.owner, &key] {
            actor.get(path::team("core")).await.refuses(404, "NOT_FOUND");
            actor.patch(path::team("core"), json!({ "bio": "x" })).await.refuses(404, "NOT_FOUND");
            assert_eq!(actor.get(path::team("center")).await.is(200).json()["id"], json!(cast.team));
            assert_eq!(actor.get(path::team(&cast.team)).await.is(200).json()["namespace"], "center");
        }
        assert_eq!(key.get(path::SESSION).await.is(200).json()["team"]["namespace"], "center");
        let teams = cast.member.get(path::TEAMS).await.is(200).json();
        assert_eq!(teams[1]["namespace"], "center");
    });
}

#[test]
fn a_renamed_namespace_stays_its_holders_for_90_days() {
    run(async {
        let cast = Cast::new().await;
        let claim = async || cast.stranger.post(path::TEAMS, json!({ "name": "New", "namespace": "core" })).await;
        let rename = async |name: &str| cast.owner.patch(path::team(&cast.team), json!({ "namespace": name })).await;
        rename("center").await.is(200);
        claim().await.refuses(409, "CONFLICT");
        // The old holder may take it back, and give it up again.
        rename("core").await.is(200);
        cast.world.drain().await;
        cast.owner.get(path::team("core")).await.is(200);
        cast.owner.get(path::team("center")).await.refuses(404, "NOT_FOUND");
        rename("center").await.is(200);
        cast.world.drain().await;
        cast.world.pass(29 * DAY).await;
        cast.stranger.get(path::ACCOUNT).await.is(200);
        crate::support::idle(&cast.world).await;
        cast.world.pass(29 * DAY).await;
        cast.stranger.get(path::ACCOUNT).await.is(200);
        crate::support::idle(&cast.world).await;
        cast.world.pass(29 * DAY).await;
        cast.stranger.get(path::ACCOUNT).await.is(200);
        crate::support::idle(&cast.world).await;
        cast.world.pass(2 * DAY).await;
        claim().await.refuses(409, "CONFLICT");
        cast.world.pass(DAY + HOUR).await;
        // A session ends after 90 days however it is used.
        let stranger = crate::session::sign_in(&cast.stranger).await;
        stranger.post(path::TEAMS, json!({ "name": "New", "namespace": "core" })).await.is(201);
        let now_theirs = stranger.get(path::team("core")).await.is(200).json();
        assert_ne!(now_theirs["id"], json!(cast.team));
    });
}

#[test]
fn two_teams_cannot_rename_to_one_name() {
    run(async {
        let cast = Cast::new().await;
        let other = cast.stranger.make_team("other").await;
        let rename = json!({ "namespace": "center" });
        let (one, two) = futures_util::future::join(
            cast.owner.patch(path::team(&cast.team), rename.clone()),
            cast.stranger.patch(path::team(&other), rename.clone()),
        )
        .await;
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    });
}

#[test]
fn an_id_that_another_account_s_team_has_makes_no_team() {
    run(async {
        let cast = Cast::new().await;
        let team = team_object(&cast);
        let create = |owner: &Actor, profile| {
            let (name, namespace) = ("Other".to_owned(), "other".to_owned());
            let owner = owner.id.parse().unwrap();
            team::Create { name, namespace, private: false, owner, profile, origin: None }
        };
        let member = key::member(cast.team.parse().unwrap(), cast.owner.id.parse().unwrap());
        let profile = Box::new(cast.world.read(&team, |tx| tx.get(&member)).unwrap().profile);
        let before = cast.world.snapshot();
        for (owner, refused) in
            [(&cast.owner, None), (&cast.stranger, Some(Code::Conflict)), (&cast.admin, Some(Code::Conflict))]
        {
            let create = create(owner, profile.clone());
            let answer = ask(&cast.world, Caller::System, &cast.team.parse().unwrap(), &create).await;
            assert_eq!(answer.err().map(|rejection| rejection.code), refused, "{}", owner.name);
        }
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
        cast.stranger.get(path::team(&cast.team)).await.refuses(404, "NOT_FOUND");
    });
}
