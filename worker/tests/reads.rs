//! What a GET costs: round trips to KV, operations, keys, and objects asked. The table is golden, and
//! `bench/README.md` shows it.

use crate::support::{Actor, Cast, Reply, golden, idle, run};
use guildhall_shared::{
    path,
    timestamp::{HOUR, MINUTE},
};
use guildhall_worker::{
    http::{route::Route, router::ROUTES},
    store::memory::{Counts, Faults},
};
use http::Method;
use serde_json::json;

const SSH_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

/// A team with a secret, and keys whose use in this hour has been noted.
struct Stage {
    cast: Cast,
    key: Actor,
}

impl Stage {
    async fn new() -> Self {
        let cast = Cast::new().await;
        cast.owner.post(path::team_secrets(&cast.team), json!({ "name": "NAME", "value": "value" })).await.is(201);
        let invite = json!({ "emails": ["nina@example.com", "sam@example.com"], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), invite).await.is(201);
        let ssh_key = json!({ "name": "Laptop", "publicKey": SSH_KEY });
        cast.owner.post(path::ACCOUNT_SSH_KEYS, ssh_key).await.is(201);
        let key = cast.owner.make_key(&cast.team).await;
        key.get(path::SESSION).await.is(200);
        idle(&cast.world).await;
        // Nobody has just changed anything.
        cast.world.pass(MINUTE).await;
        Self { cast, key }
    }

    /// What one GET costs that succeeds.
    async fn cost(&self, actor: &Actor, place: &str) -> Counts {
        self.cast.world.reset_counts();
        actor.get(place).await.is(200);
        let counts = self.cast.world.counts();
        idle(&self.cast.world).await;
        counts
    }

    async fn row(&self, what: &str, actor: &Actor, place: &str) -> String {
        let Counts { round_trips, operations, keys, calls } = self.cost(actor, place).await;
        format!("| {what} | {round_trips} | {operations} | {keys} | {calls} |\n")
    }

    async fn rows(&self, route: &Route) -> String {
        let filled = |team: &str| route.pattern.replace("{team}", team).replace("{name}", "NAME");
        let name = format!("`GET {}`", route.pattern);
        let mut rows = String::new();
        let in_team = route.pattern.contains("{team}");
        let teams: &[(&str, &str)] =
            if in_team { &[(", team by id", &self.cast.team), (", by namespace", "core")] } else { &[("", "")] };
        for (actor, who) in [(&self.cast.nobody, "nobody"), (&self.key, "API key"), (&self.cast.owner, "cookie")] {
            for (how, team) in teams {
                if actor.get(filled(team)).await.status == 200 {
                    rows += &self.row(&format!("{name} | {who}{how}"), actor, &filled(team)).await;
                }
            }
        }
        rows
    }
}

async fn table() -> String {
    let stage = Stage::new().await;
    let mut text = "| call | caller | round trips | operations | keys | objects asked |\n".to_owned();
    text += "|---|---|---:|---:|---:|---:|\n";
    for route in ROUTES.iter().filter(|route| route.method == Method::GET) {
        text += &stage.rows(route).await;
    }
    text
}

#[test]
fn every_get_costs_what_the_table_says() {
    golden("tests/reads.txt", &run(table()));
}

#[test]
fn the_bench_shows_the_same_table() {
    let (open, close) = ("<!-- reads -->\n", "<!-- /reads -->");
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/README.md");
    let page = std::fs::read_to_string(&place).unwrap();
    let (before, rest) = page.split_once(open).unwrap();
    let (_, after) = rest.split_once(close).unwrap();
    golden("../bench/README.md", &format!("{before}{open}\n{}\n{close}{after}", run(table())));
}

#[test]
fn a_hot_read_with_a_key_is_one_round_trip_of_at_most_three_keys() {
    run(async {
        let stage = Stage::new().await;
        let team = &stage.cast.team;
        for place in [path::SESSION.to_owned(), path::team_members(team), path::team_secret(team, "NAME")] {
            let counts = stage.cost(&stage.key, &place).await;
            assert_eq!((counts.round_trips, counts.calls), (1, 0), "{place}");
            assert!(counts.keys <= 3, "{place}: {} keys", counts.keys);
        }
    });
}

#[test]
fn a_hot_read_with_a_cookie_and_a_namespace_is_at_most_two_round_trips() {
    run(async {
        let stage = Stage::new().await;
        for place in [path::SESSION.to_owned(), path::team_members("core"), path::team_secret("core", "NAME")] {
            let counts = stage.cost(&stage.cast.owner, &place).await;
            assert!(counts.round_trips <= 2 && counts.calls == 0, "{place}: {counts:?}");
        }
    });
}

#[test]
fn forged_credentials_wake_no_object() {
    run(async {
        let stage = Stage::new().await;
        let world = &stage.cast.world;
        let (_, key) = stage.key.credential.clone().unwrap();
        let (name, cookie) = stage.cast.owner.credential.clone().unwrap();
        // The last character is part of the checksum.
        let forge = |text: &str| {
            let last = if text.ends_with('7') { '8' } else { '7' };
            format!("{}{last}", &text[..text.len() - 1])
        };
        let program = Actor::program(world, forge(&key).trim_start_matches("Bearer "));
        let browser = Actor { credential: Some((name, forge(&cookie))), ..Actor::nobody(world) };
        for forged in [program, browser, stage.cast.nobody.clone()] {
            for actor in [forged.clone(), forged.with("cache-control", "no-cache")] {
                world.reset_counts();
                assert_eq!(actor.get(path::SESSION).await.is(200).text, "null");
                actor.get(path::team_members(&stage.cast.team)).await.refuses(401, "UNAUTHORIZED");
                actor.get(path::team_members("core")).await.refuses(401, "UNAUTHORIZED");
                actor.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
                actor.get(path::TEAMS).await.refuses(401, "UNAUTHORIZED");
                actor.delete(path::team_secret(&stage.cast.team, "NAME")).await.refuses(401, "UNAUTHORIZED");
                assert_eq!(world.counts(), Counts::default());
            }
        }
    });
}

/// KV takes nothing from now on.
fn stop_the_replica(stage: &Stage) {
    stage.cast.world.faults.set(Faults { put_before: 1000, ..Faults::default() });
}

#[test]
fn no_cache_reads_ones_own_write_while_the_replica_stands_still() {
    run(async {
        let stage = Stage::new().await;
        let Cast { team, owner, member, world, .. } = &stage.cast;
        stop_the_replica(&stage);
        owner.patch(path::team(team), json!({ "bio": "new" })).await.is(200);
        owner.delete(path::team_secret(team, "NAME")).await.is(204);
        owner.put(path::team_member(team, &member.id), json!({ "isAdmin": true })).await.is(200);
        owner.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.is(200);

        // Another place has the same account's cookie, and knows nothing of these changes.
        world.skip(MINUTE);
        assert_eq!(owner.get(path::team(team)).await.is(200).json()["bio"], "");
        owner.get(path::team_secret(team, "NAME")).await.is(200);

        let fresh = owner.with("cache-control", "no-cache");
        world.reset_counts();
        for reference in [team.as_str(), "core"] {
            assert_eq!(fresh.get(path::team(reference)).await.is(200).json()["bio"], "new");
            fresh.get(path::team_secret(reference, "NAME")).await.refuses(404, "NOT_FOUND");
            assert_eq!(fresh.get(path::team_secrets(reference)).await.is(200).text, "[]");
            let members = fresh.get(path::team_members(reference) + "?role=admin").await.is(200).json();
            assert_eq!(members.as_array().unwrap().len(), 2);
        }
        assert_eq!(fresh.get(path::ACCOUNT).await.is(200).json()["theme"], "dark");
        assert_eq!(fresh.get(path::SESSION).await.is(200).json()["user"]["theme"], "dark");
        assert_eq!(world.counts().operations, 0, "the replica was asked");
    });
}

/// A person, a program and what they see of their own changes while KV takes none of them.
#[test]
fn whoever_changes_something_sees_it_for_a_minute_at_least() {
    run(async {
        let stage = Stage::new().await;
        let Cast { team, owner, member, world, .. } = &stage.cast;
        let key = owner.make_key(team).await;
        idle(world).await;
        stop_the_replica(&stage);
        let bio = |reply: Reply| reply.is(200).json()["bio"].clone();
        for n in 0..10 {
            let new = format!("{n}");
            owner.patch(path::team(team), json!({ "bio": new })).await.is(200);
            assert_eq!(bio(owner.get(path::team(team)).await), new);
            assert_eq!(bio(owner.get(path::team("core")).await), new);
        }
        for who in [owner, &key] {
            who.post(path::team_secrets(team), json!({ "name": "MINE", "value": "value" })).await.is(201);
            let listed = who.get(path::team_secrets(team)).await.is(200).json();
            assert!(listed.as_array().unwrap().iter().any(|row| row["name"] == "MINE"), "{listed}");
            who.delete(path::team_secret(team, "MINE")).await.is(204);
            who.get(path::team_secret(team, "MINE")).await.refuses(404, "NOT_FOUND");
            let listed = who.get(path::team_secrets(team)).await.is(200).json();
            assert!(listed.as_array().unwrap().iter().all(|row| row["name"] != "MINE"), "{listed}");
        }
        assert_eq!(bio(member.get(path::team(team)).await), "", "others read the replica");
        // What was refused changes nothing of whom one reads from.
        let elsewhere = key.with("cf-connecting-ip", "192.0.2.9");
        world.skip(MINUTE);
        elsewhere.delete(path::team_secret(team, "MINE")).await.refuses(404, "NOT_FOUND");
        world.reset_counts();
        elsewhere.get(path::team_secret(team, "NAME")).await.is(200);
        assert_eq!(world.counts().calls, 0);
    });
}

#[test]
fn an_offer_that_one_has_answered_is_gone_from_one_s_own_list() {
    run(async {
        let stage = Stage::new().await;
        let Cast { team, owner, world, .. } = &stage.cast;
        for (name, answer) in [("una", path::INVITATIONS_ACCEPT), ("udo", path::INVITATIONS_DECLINE)] {
            let invitee = Actor::person(world, name).await;
            let invite = json!({ "emails": [format!("{name}@example.com")], "isAdmin": false });
            let made = owner.post(path::team_invitations(team), invite).await.is(201).json();
            idle(world).await;
            assert_eq!(invitee.get(path::ACCOUNT_INVITATIONS).await.is(200).json().as_array().unwrap().len(), 1);
            stop_the_replica(&stage);
            let answered = invitee.post(answer, json!({ "id": made[0]["id"] })).await;
            assert!(answered.status < 300, "{}", answered.text);
            assert_eq!(invitee.get(path::ACCOUNT_INVITATIONS).await.is(200).text, "[]");
            world.faults.set(Faults::default());
            idle(world).await;
        }
    });
}

#[test]
fn what_the_replica_does_not_have_yet_the_owner_gives() {
    run(async {
        let stage = Stage::new().await;
        let Cast { team, owner, .. } = &stage.cast;
        stop_the_replica(&stage);
        owner.post(path::team_secrets(team), json!({ "name": "LATER", "value": "value" })).await.is(201);
        owner.get(path::team_secret(team, "LATER")).await.is(200);
        let made = owner.post(path::TEAMS, json!({ "name": "New", "namespace": "new-team" })).await.is(201).json();
        owner.get(path::team(made["id"].as_str().unwrap())).await.is(200);
        owner.get(path::team("new-team")).await.is(200);
        let key = owner.make_key(team).await;
        key.get(path::team_members(team)).await.is(200);
    });
}

#[test]
fn somebody_new_reads_the_roster_before_it_has_them() {
    run(async {
        let stage = Stage::new().await;
        let Cast { team, owner, stranger, world, .. } = &stage.cast;
        let una = Actor::person(world, "una").await;
        let invite = json!({ "emails": ["una@example.com"], "isAdmin": false });
        let made = owner.post(path::team_invitations(team), invite).await.is(201).json();
        idle(world).await;
        stop_the_replica(&stage);
        una.post(path::INVITATIONS_ACCEPT, json!({ "id": made[0]["id"] })).await.is(200);
        let is_shown =
            |reply: Reply| reply.is(200).json().as_array().unwrap().iter().any(|row| row["userId"] == una.id);
        assert!(is_shown(una.get(path::team_members(team)).await), "whoever joins sees themselves");
        let fresh = owner.with("cache-control", "no-cache");
        assert!(is_shown(fresh.get(path::team_members(team)).await));
        world.skip(MINUTE);
        assert!(!is_shown(una.get(path::team_members(team)).await), "the replica stands still");
        stranger.get(path::team_members(team)).await.refuses(404, "NOT_FOUND");
    });
}

#[test]
fn the_use_of_a_key_is_noted_once_an_hour() {
    run(async {
        let stage = Stage::new().await;
        let Cast { team, owner, world, .. } = &stage.cast;
        let used = async || {
            idle(world).await;
            let keys = owner.get(path::team_api_keys(team)).await.is(200).json();
            keys[0]["dtLastUsed"].as_str().map(ToOwned::to_owned)
        };
        world.skip(HOUR);
        stage.key.get(path::SESSION).await.is(200);
        let first = used().await.unwrap();
        world.skip(10_000);
        stage.key.get(path::SESSION).await.is(200);
        assert_eq!(used().await.as_deref(), Some(first.as_str()));
        world.skip(HOUR);
        stage.key.get(path::team(team)).await.is(200);
        assert_ne!(used().await, Some(first));
    });
}
