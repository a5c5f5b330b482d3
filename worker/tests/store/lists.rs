//! What a page and a change read does not grow with the team.

use crate::support::{Cast, run, team_object};
use guildhall_shared::{AccountId, ApiKeyId, Role, TeamId, path, role::Scope, timestamp::MINUTE};
use guildhall_worker::{
    features::{
        accounts::record::Profile,
        api_keys::record::ApiKeyRecord,
        members::{self, record::MemberRecord},
        secrets::record::SecretRecord,
    },
    object::{Change, Context},
    store::{Transaction, key},
};
use serde_json::json;

/// So many members, with a secret and a key for each.
async fn fill(cast: &Cast, size: usize) {
    let to = team_object(cast);
    let team: TeamId = cast.team.parse().unwrap();
    let envelope = cast.world.object(&to).system();
    let rule = |tx: &mut Transaction<'_>, context: &Context<'_>| {
        for n in 0..size {
            let account: AccountId = context.id();
            let joined = tx.now();
            let email = format!("member-{n}@example.test");
            let profile = Profile { username: format!("member-{n}"), email, created: joined, ..Profile::default() };
            members::rules::put(tx, team, &MemberRecord { account, role: Role::Member, joined, profile });
            let name = format!("FILLED_{n}");
            let secret = SecretRecord { name: name.clone(), version: 1, created: joined, modified: joined };
            tx.put(&key::secret(team, &name), &secret);
            let id: ApiKeyId = context.id();
            let api_key = ApiKeyRecord {
                id,
                name,
                maker: account,
                digest: String::new(),
                scopes: vec![Scope::Read],
                created: joined,
                expires: None,
                key_first: true,
                take_backs: 0,
            };
            tx.put(&key::api_key(team, id), &api_key);
        }
        Ok(())
    };
    cast.world.object(&to).change(&envelope, rule).unwrap().unwrap();
    cast.world.drain().await;
}

/// The rows that each call reads from objects, and its name.
async fn rows_read(size: usize) -> Vec<(String, usize)> {
    let cast = Cast::new().await;
    fill(&cast, size).await;
    let key = cast.owner.make_key(&cast.team).await.with("cache-control", "no-cache");
    // Sessions and keys are used for the first time in this hour, and the outbox has nothing left.
    for actor in [&cast.owner, &key] {
        actor.get(path::SESSION).await.is(200);
    }
    cast.world.pass(MINUTE).await;
    let (users, secrets) = (path::team_members(&cast.team), path::team_secrets(&cast.team));
    let mut read = vec![];
    for place in [
        format!("{users}?limit=20"),
        format!("{users}?limit=20&orderBy=name&order=asc"),
        format!("{users}?limit=20&search=member"),
        format!("{users}?limit=20&role=member"),
        format!("{secrets}?limit=20"),
        format!("{secrets}?limit=20&orderBy=name"),
        format!("{}?limit=20&all=true", path::team_api_keys(&cast.team)),
        path::team_api_keys(&cast.team),
        format!("{}?limit=20", path::team_audit(&cast.team)),
    ] {
        let before = cast.world.rows_read();
        key.get(&place).await.is(200);
        read.push((place, cast.world.rows_read() - before));
    }
    for change in ["a new secret", "a secret's value", "a role", "an invitation", "a new key", "a member who goes"] {
        let before = cast.world.rows_read();
        let owner = &cast.owner;
        let secret = json!({ "name": "NEW", "value": "value" });
        let guest = json!({ "emails": ["guest@example.test"], "isAdmin": false });
        let member = path::team_member(&cast.team, &cast.member.id);
        match change {
            "a new secret" => owner.post(&secrets, secret).await.is(201),
            "a secret's value" => {
                owner.patch(path::team_secret(&cast.team, "NEW"), json!({ "value": "other" })).await.is(200)
            }
            "a role" => owner.put(member, json!({ "isAdmin": true })).await.is(200),
            "an invitation" => owner.post(path::team_invitations(&cast.team), guest).await.is(201),
            "a new key" => owner.post(path::team_api_keys(&cast.team), json!({ "name": "New" })).await.is(201),
            _ => owner.delete(member).await.is(204),
        };
        cast.world.drain().await;
        read.push((change.to_owned(), cast.world.rows_read() - before));
    }
    read
}

#[test]
fn what_a_page_and_a_change_read_does_not_grow_with_the_team() {
    run(async {
        let (small, large) = (rows_read(150).await, rows_read(700).await);
        for ((name, small), (_, large)) in small.into_iter().zip(large) {
            assert!(small > 0 && large <= small, "{name}: {small} rows in a small team, {large} in a large one");
        }
    });
}
