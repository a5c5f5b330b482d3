//! What the replica has of several records together: passes of API keys and rosters. Nobody here asks the owner.

use crate::support::{Actor, Cast, idle, run, team_object};
use guildhall_shared::{AccountId, Role, path, role::Scope};
use guildhall_worker::{
    features::{
        accounts::record::Profile,
        members::{
            self,
            record::{MemberRecord, Roster},
        },
    },
    object::{Change, ObjectName, context::Context},
    store::{Transaction, key},
};
use serde_json::{Value, json};

/// Answers out of the replica: no object is asked.
async fn read(cast: &Cast, actor: &Actor, place: &str) -> Value {
    idle(&cast.world).await;
    cast.world.reset_counts();
    let answer = actor.get(place).await.is(200).json();
    assert_eq!(cast.world.counts().calls, 0, "{place} asks an object");
    answer
}

/// The same once the outbox of every object is empty, with a key whose use in this hour has been noted.
async fn settled(cast: &Cast, key: &Actor, place: &str) -> Value {
    cast.world.drain().await;
    key.get(path::SESSION).await.is(200);
    read(cast, key, place).await
}

#[test]
fn a_pass_follows_the_team_its_maker_and_their_role() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.admin.make_key(&cast.team).await;
        let session = settled(&cast, &key, path::SESSION).await;
        assert_eq!(session["team"]["name"], "core");
        assert_eq!(session["user"]["teamMemberships"][0]["isAdmin"], true);

        cast.owner.patch(path::team(&cast.team), json!({ "name": "Edge", "namespace": "edge" })).await.is(200);
        let session = settled(&cast, &key, path::SESSION).await;
        assert_eq!((&session["team"]["name"], &session["team"]["namespace"]), (&json!("Edge"), &json!("edge")));
        read(&cast, &key, &path::team_secrets("edge")).await;
        key.get(path::team_secrets("core")).await.refuses(404, "NOT_FOUND");

        cast.admin.patch(path::ACCOUNT, json!({ "firstName": "Ada", "username": "ada" })).await.is(200);
        let session = settled(&cast, &key, path::SESSION).await;
        assert_eq!((&session["user"]["firstName"], &session["user"]["username"]), (&json!("Ada"), &json!("ada")));

        cast.owner.put(path::team_member(&cast.team, &cast.admin.id), json!({ "isAdmin": false })).await.is(200);
        let session = settled(&cast, &key, path::SESSION).await;
        assert_eq!(session["user"]["teamMemberships"][0]["isAdmin"], false);
        key.get(path::team_invitations(&cast.team)).await.refuses(403, "FORBIDDEN");
    });
}

#[test]
fn a_pass_ends_with_its_key_and_with_its_maker_in_the_team() {
    run(async {
        let cast = Cast::new().await;
        let passes = || cast.world.replica().keys().filter(|key| key.contains("/pass/")).count();
        let (one, other) = (cast.member.make_key(&cast.team).await, cast.member.make_key(&cast.team).await);
        cast.world.drain().await;
        assert_eq!(passes(), 2);
        let keys = cast.member.get(path::team_api_keys(&cast.team)).await.is(200).json();
        cast.member.delete(path::team_api_key(&cast.team, keys[0]["id"].as_str().unwrap())).await.is(204);
        assert_eq!(passes(), 1, "the answer has waited for it");
        cast.owner.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        assert_eq!(passes(), 0);
        for key in [one, other] {
            assert_eq!(key.get(path::SESSION).await.is(200).text, "null");
            key.get(path::team_members(&cast.team)).await.refuses(401, "UNAUTHORIZED");
        }
    });
}

#[test]
fn a_key_without_the_read_scope_has_a_pass_too() {
    run(async {
        let cast = Cast::new().await;
        let body = json!({ "name": "Writer", "scopes": [Scope::Write] });
        let made = cast.owner.post(path::team_api_keys(&cast.team), body).await.is(201).json();
        let key = Actor::program(&cast.world, made["key"].as_str().unwrap());
        settled(&cast, &key, path::SESSION).await;
        key.get(path::team_members(&cast.team)).await.refuses(403, "FORBIDDEN");
    });
}

#[test]
fn a_roster_follows_its_members() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        let place = path::team_members(&cast.team);
        let names = |roster: &Value| {
            let rows = roster.as_array().unwrap().iter();
            let mut names: Vec<String> = rows.map(|row| row["user"]["username"].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&settled(&cast, &key, &place).await), ["adam", "mia", "olive"]);
        cast.owner.bring_in(&cast.team, &cast.stranger, false).await;
        assert_eq!(names(&settled(&cast, &key, &place).await), ["adam", "mia", "olive", "sam"]);
        cast.member.patch(path::ACCOUNT, json!({ "username": "mila" })).await.is(200);
        assert_eq!(names(&settled(&cast, &key, &place).await), ["adam", "mila", "olive", "sam"]);
        cast.owner.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        assert_eq!(names(&settled(&cast, &key, &place).await), ["adam", "olive", "sam"]);
        let admins = settled(&cast, &key, &format!("{place}?role=admin")).await;
        assert_eq!(names(&admins), ["adam"]);
    });
}

#[test]
fn the_roster_of_a_large_team_has_the_first_page_and_its_owner_answers_the_rest() {
    run(async {
        let cast = Cast::new().await;
        let to = team_object(&cast);
        let key = cast.owner.make_key(&cast.team).await;
        let ObjectName::Team(id) = to else { panic!("a team") };
        let fill = async |count: u8| {
            let envelope = cast.world.object(&to).system();
            let rule = |tx: &mut Transaction<'_>, context: &Context<'_>| {
                for _ in 0..count {
                    let profile = Profile { email: "bulk@example.com".into(), ..Profile::default() };
                    let record = MemberRecord { account: context.id(), role: Role::Member, joined: tx.now(), profile };
                    members::rules::put(tx, id, &record);
                }
                Ok(())
            };
            cast.world.object(&to).change(&envelope, rule).unwrap().unwrap();
            cast.world.drain().await;
        };
        let roster = || {
            let stored = cast.world.replica().get(key::roster(id).as_str()).cloned()?;
            Some(Roster::read(&stored.value).unwrap())
        };
        fill(117).await;
        let Roster { rows, complete } = roster().unwrap();
        assert_eq!((rows.len(), complete), (120, true));
        assert!(rows.iter().all(|row| row.id.parse::<AccountId>().is_ok()));
        let calls = async |query: &str| {
            cast.world.reset_counts();
            let reply = key.get(path::team_members(&cast.team) + query).await.is(200);
            (reply.json().as_array().unwrap().len(), cast.world.counts().calls)
        };
        // The key's use in this hour is noted.
        key.get(path::SESSION).await.is(200);
        idle(&cast.world).await;
        // The whole team is at hand, in every order.
        for query in ["", "?limit=120", "?orderBy=name", "?search=bulk", "?role=member", "?order=asc"] {
            assert_eq!(calls(query).await.1, 0, "{query}");
        }
        fill(1).await;
        cast.world.skip(1000);
        fill(2).await;
        let Roster { rows, complete } = roster().unwrap();
        assert_eq!((rows.len(), complete), (121, false));
        assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row.at)), "the newest first");
        assert_eq!(calls("").await, (120, 0));
        assert_eq!(calls("?limit=5").await, (5, 0));
        for (query, rows) in [("?orderBy=name", 120), ("?search=ad", 1), ("?role=admin", 1), ("?order=asc", 120)] {
            assert_eq!(calls(query).await, (rows, 1), "{query}");
        }
    });
}
