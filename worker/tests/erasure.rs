//! After two weeks a deactivated account is gone: no word of the person is left anywhere, and the logs
//! of others still verify.

use crate::{
    support::{Actor, Cast, PASSWORD, account_object, last_mail, run, token_of},
    totp,
};
use data_encoding::BASE64;
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR, MINUTE},
};
use guildhall_worker::{
    features::audit,
    object::ObjectName,
    store::memory::{Faults, World},
};
use serde_json::json;
use std::rc::Rc;

/// What is personal about Zaphod: words that stand nowhere else.
const WORDS: [&str; 15] = [
    "zaphodia",
    "beeblebrox",
    "zbx@",
    "zbx-former@",
    "zbx-waiting@",
    "heartofgold",
    "magrathea",
    "2001:db8::42",
    "improbability/9",
    "vogonkey",
    "towelkey",
    "pangalactic",
    "gargleblaster",
    "slartibartfast",
    "fjords@",
];

/// A person with words of their own, in a browser and at an address of their own.
struct Zaphod {
    actor: Actor,
    solo: String,
    left: String,
    fourth: String,
}

fn browser(actor: &Actor) -> Actor {
    actor.with("cf-connecting-ip", "2001:db8::42").with("user-agent", "Improbability/9.0 (Firefox; Linux)")
}

/// Everything that the API offers to a person, in teams of every kind.
async fn live(cast: &Cast) -> Zaphod {
    let world = &cast.world;
    let nobody = browser(&cast.nobody);
    let body = json!({
        "email": "zbx-former@example.com", "password": PASSWORD, "username": "magrathea",
        "firstName": "Zaphodia", "lastName": "Beeblebrox",
    });
    let signed_up = nobody.post(path::SIGN_UP, body).await.is(201);
    let mut actor = browser(&Actor::signed_in(world, "heartofgold", &signed_up));
    let mail = async |to: &str| {
        world.drain().await;
        token_of(&last_mail(world, to))
    };
    let confirm = json!({ "token": mail("zbx-former@example.com").await });
    actor.post(path::CONFIRM_EMAIL, confirm).await.is(204);
    // In a team by the first email, which is changed afterwards; a third waits.
    let invite = async |owner: &Actor, team: &str, email: &str| {
        let body = json!({ "emails": [email], "isAdmin": true });
        owner.post(path::team_invitations(team), body).await.is(201).json()[0]["id"].clone()
    };
    let id = invite(&cast.owner, &cast.team, "ZBX-former@example.com").await;
    actor.post(path::INVITATIONS_ACCEPT, json!({ "id": id })).await.is(200);
    let left = cast.member.make_team("left").await;
    let id = invite(&cast.member, &left, "zbx-former@example.com").await;
    actor.post(path::INVITATIONS_ACCEPT, json!({ "id": id })).await.is(200);
    actor.make_key(&left).await;
    actor.delete(path::team_member(&left, &actor.id)).await.is(204);
    let fourth = cast.admin.make_team("fourth").await;
    invite(&cast.admin, &fourth, "zbx-former@example.com").await;
    actor.patch(path::ACCOUNT, json!({ "username": "heartofgold" })).await.is(200);
    actor.post(path::ACCOUNT_EMAIL, json!({ "email": "Zbx@example.com" })).await.is(202);
    let confirm = json!({ "token": mail("Zbx@example.com").await });
    actor.post(path::CONFIRM_EMAIL, confirm).await.is(204);
    invite(&cast.admin, &fourth, "zbx@example.com").await;
    // Teams, keys and secrets; a key that an admin revokes, and things that a member may not.
    let body = json!({ "name": "Pangalactic", "namespace": "gargleblaster" });
    let solo = actor.post(path::TEAMS, body).await.is(201).json()["id"].as_str().unwrap().to_owned();
    actor.post(path::team_secrets(&solo), json!({ "name": "TOKEN", "value": "value" })).await.is(201);
    actor.patch(path::team(&solo), json!({ "bio": "By Zaphodia" })).await.is(200);
    for (team, name) in [(&solo, "vogonkey"), (&cast.team, "vogonkey"), (&cast.team, "towelkey")] {
        let made = actor.post(path::team_api_keys(team), json!({ "name": name })).await.is(201).json();
        let program = browser(&Actor::program(world, made["key"].as_str().unwrap()));
        program.get(path::team(team)).await.is(200);
        if name == "towelkey" {
            let id = made["id"].as_str().unwrap();
            cast.owner.delete(path::team_api_key(&cast.team, id)).await.is(204);
        }
    }
    actor.patch(path::team(&cast.team), json!({ "bio": "We render." })).await.is(200);
    invite(&actor, &cast.team, "nina@example.com").await;
    invite(&actor, &solo, "nina@example.com").await;
    actor.put(path::team_member(&cast.team, &cast.member.id), json!({ "isAdmin": true })).await.is(200);
    cast.owner.put(path::team_member(&cast.team, &actor.id), json!({ "isAdmin": false })).await.is(200);
    actor.delete(path::team_secret(&cast.team, "NONE")).await.is(403);
    actor.get(path::team_audit(&cast.team)).await.is(403);
    let ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f fjords@norway";
    let body = json!({ "name": "Slartibartfast", "publicKey": ssh_key });
    actor.post(path::ACCOUNT_SSH_KEYS, body).await.is(201);
    // Passwords, right and wrong; sessions; a lock.
    actor = browser(&actor.following(&actor.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204)));
    let sign_in = json!({ "email": "zbx@example.com", "password": "wrong-wrong-wrong" });
    nobody.post(path::SIGN_IN, sign_in.clone()).await.is(401);
    nobody.post(path::SIGN_IN, json!({ "email": "zbx@example.com", "password": PASSWORD })).await.is(200);
    for _ in 0..6 {
        nobody.post(path::PASSWORD_RESET, json!({ "email": "zbx@example.com" })).await.is(202);
    }
    world.drain().await;
    actor.post(path::ACCOUNT_EMAIL, json!({ "email": "zbx-waiting@example.com" })).await.is(202);
    world.drain().await;
    Zaphod { actor, solo, left, fourth }
}

/// The account leaves, and two weeks go by. Meanwhile others name it, with answers that are kept.
async fn vanish(cast: &Cast, zaphod: &Zaphod) {
    let world = &cast.world;
    let body = json!({ "username": "heartofgold" });
    zaphod.actor.post(path::ACCOUNT_DEACTIVATION, body).await.is(202);
    world.pass(13 * DAY + 12 * HOUR).await;
    let owner = crate::session::sign_in(&cast.owner).await.with("idempotency-key", "kept");
    let place = path::team_member(&cast.team, &zaphod.actor.id);
    owner.put(place, json!({ "isAdmin": false })).await.is(200);
    let admin = crate::session::sign_in(&cast.admin).await.with("idempotency-key", "kept");
    let again = json!({ "emails": ["zbx@example.com"], "isAdmin": false });
    admin.post(path::team_invitations(&zaphod.fourth), again).await.is(201);
    world.pass(13 * HOUR).await;
    world.drain().await;
}

/// Every text that is stored: records of all objects, the replica's keys, values and metadata.
fn stored(world: &World) -> Vec<(String, String)> {
    let mut texts = vec![];
    for name in world.object_names() {
        for (key, stored) in world.records(&name) {
            let about = format!("{} {key}", name.place().0);
            texts.push((about.clone(), format!("{key} {} {}", stored.value, stored.meta.unwrap_or_default())));
        }
    }
    for (key, stored) in world.replica() {
        texts.push((format!("replica {key}"), format!("{key} {} {}", stored.value, stored.meta.unwrap_or_default())));
    }
    texts
}

/// The base64 of a text's whole triples: what comes after depends on what follows it.
fn base64(text: &str) -> String {
    BASE64.encode(&text.as_bytes()[..text.len() / 3 * 3])
}

/// What is left of somebody: in plain, percent-encoded or in base64.
fn found(world: &World, words: &[&str]) -> Vec<String> {
    let mut found = vec![];
    for (about, text) in stored(world) {
        let text = text.to_lowercase();
        for word in words {
            let forms = [
                (*word).to_owned(),
                word.replace('@', "%40").replace(':', "%3a").replace('/', "%2f"),
                base64(word).to_lowercase(),
            ];
            if forms.iter().any(|form| text.contains(form)) {
                found.push(format!("{word} in {about}: {text}"));
            }
        }
    }
    found
}

fn verified(world: &Rc<World>, team: &str) -> u64 {
    world.read(&ObjectName::Team(team.parse().unwrap()), audit::verify).unwrap()
}

#[test]
fn no_word_of_an_erased_person_is_left_anywhere() {
    run(async {
        let cast = Cast::new().await;
        let world = &cast.world;
        let zaphod = live(&cast).await;
        totp::turn_on(&zaphod.actor).await;
        world.drain().await;
        let before = found(world, &WORDS);
        // A comment of an SSH key is not kept in the first place.
        for word in WORDS.iter().filter(|word| **word != "fjords@") {
            assert!(before.iter().any(|found| found.starts_with(word)), "{word} is nowhere: the test shows nothing");
        }
        let lines = [&cast.team, &zaphod.left, &zaphod.fourth].map(|team| verified(world, team));
        vanish(&cast, &zaphod).await;
        assert_eq!(found(world, &WORDS), Vec::<String>::new());
        // Nor an id of the account or of its teams among the keys that readers see.
        for gone in [&zaphod.actor.id, &zaphod.actor.workspace, &zaphod.solo] {
            assert_eq!(world.replica().keys().find(|key| key.contains(gone.as_str())), None);
        }
        let left: Vec<String> = world.records(&account_object(&zaphod.actor)).into_keys().collect();
        assert_eq!(left, ["fence", "~counters"]);
        for team in [&zaphod.actor.workspace, &zaphod.solo] {
            let left: Vec<String> = world.records(&ObjectName::Team(team.parse().unwrap())).into_keys().collect();
            assert_eq!(left, ["~counters"]);
        }
        // The logs of the others have lost no line, and verify.
        for (team, before) in [&cast.team, &zaphod.left, &zaphod.fourth].into_iter().zip(lines) {
            assert!(verified(world, team) >= before);
            assert!(world.records(&ObjectName::Team(team.parse().unwrap())).keys().all(|key| !key.contains("erasing")));
        }
    });
}

#[test]
fn the_others_go_on_and_their_log_says_erased() {
    run(async {
        let cast = Cast::new().await;
        let zaphod = live(&cast).await;
        vanish(&cast, &zaphod).await;
        let owner = crate::session::sign_in(&cast.owner).await;
        let members = owner.get(path::team_members(&cast.team)).await.is(200).json();
        assert_eq!(members.as_array().unwrap().len(), 3);
        let log = owner.get(path::team_audit(&cast.team) + "?limit=120").await.is(200).json();
        let log = log.as_array().unwrap();
        let of = |action: &str| log.iter().filter(|line| line["action"] == action).collect::<Vec<_>>();
        assert_eq!(of("member.erase")[0]["target"], json!(zaphod.actor.id));
        let joined = of("member.join");
        let erased = joined.iter().filter(|line| line["targetName"] == "erased");
        assert_eq!(erased.count(), 1);
        assert!(joined.iter().any(|line| line["targetName"] == "mia@example.com"));
        assert!(
            of("api-key.revoke").iter().all(|line| line["targetName"] == "erased" && line.get("address").is_none())
        );
        owner.patch(path::team(&cast.team), json!({ "bio": "We go on." })).await.is(200);
        owner.bring_in(&cast.team, &crate::session::sign_in(&cast.stranger).await, false).await;
    });
}

#[test]
fn the_email_is_free_again_and_the_names_are_taken_for_ever() {
    run(async {
        let cast = Cast::new().await;
        let zaphod = live(&cast).await;
        cast.world.drain().await;
        let back = {
            let body = json!({ "username": "heartofgold" });
            zaphod.actor.post(path::ACCOUNT_DEACTIVATION, body).await.is(202);
            cast.world.drain().await;
            token_of(&last_mail(&cast.world, "Zbx@example.com"))
        };
        cast.world.pass(14 * DAY + HOUR).await;
        cast.nobody.post(path::COME_BACK, json!({ "token": back })).await.refuses(400, "BAD_REQUEST");
        let sign_in = json!({ "email": "zbx@example.com", "password": PASSWORD });
        cast.nobody.post(path::SIGN_IN, sign_in).await.refuses(401, "UNAUTHORIZED");
        cast.world.pass(365 * DAY).await;
        let sign_up =
            |email: &str, username: &str| json!({ "email": email, "password": PASSWORD, "username": username });
        for name in ["heartofgold", "magrathea", "gargleblaster"] {
            let body = sign_up("new@example.com", name);
            let reply = cast.nobody.post(path::SIGN_UP, body).await.refuses(409, "CONFLICT");
            assert!(reply.message().contains("name is taken"), "{}", reply.text);
        }
        for (email, name) in [("zbx@example.com", "one"), ("zbx-former@example.com", "two")] {
            cast.nobody.post(path::SIGN_UP, sign_up(email, name)).await.is(201);
        }
        // What is stored of such a name is a keyed hash.
        let name = ObjectName::Namespace("heartofgold".into());
        let records = cast.world.records(&name);
        assert_eq!(records.keys().collect::<Vec<_>>(), ["reserved", "~counters"]);
        assert!(!records["reserved"].value.contains(&zaphod.actor.id));
    });
}

#[test]
fn an_email_that_somebody_else_has_by_then_stays_theirs() {
    run(async {
        let cast = Cast::new().await;
        let zaphod = live(&cast).await;
        cast.world.pass(8 * DAY).await;
        // The former email is free again, and Trillian has it.
        let body = json!({ "email": "zbx-former@example.com", "password": PASSWORD, "username": "trillian" });
        let reply = cast.nobody.post(path::SIGN_UP, body).await.is(201);
        let trillian = Actor::signed_in(&cast.world, "zbx-former", &reply);
        cast.world.drain().await;
        let confirm = json!({ "token": token_of(&last_mail(&cast.world, "zbx-former@example.com")) });
        trillian.post(path::CONFIRM_EMAIL, confirm).await.is(204);
        let owner = crate::session::sign_in(&cast.owner).await;
        owner.bring_in(&cast.team, &trillian, false).await;
        let body = json!({ "email": "zbx@example.com", "password": PASSWORD });
        let reply = cast.nobody.post(path::SIGN_IN, body).await.is(200);
        let actor = Actor::signed_in(&cast.world, "heartofgold", &reply);
        vanish(&cast, &Zaphod { actor, ..zaphod }).await;
        let body = json!({ "email": "zbx-former@example.com", "password": PASSWORD });
        let reply = cast.nobody.post(path::SIGN_IN, body).await.is(200);
        let trillian = Actor::signed_in(&cast.world, "trillian", &reply);
        let members = trillian.get(path::team_members(&cast.team)).await.is(200).json();
        let found = members.as_array().unwrap().iter().any(|member| member["email"] == "zbx-former@example.com");
        assert!(found, "{members}");
    });
}

#[test]
fn a_long_log_is_erased_in_turns() {
    run(async {
        let cast = Cast::new().await;
        let zaphod = live(&cast).await;
        let solo = ObjectName::Team(zaphod.solo.parse().unwrap());
        for n in 0..1200 {
            zaphod.actor.patch(path::team(&zaphod.solo), json!({ "bio": format!("Zaphodia {n}") })).await.is(200);
            let name = format!("N{n}");
            let body = json!({ "name": name, "value": "value" });
            cast.owner.post(path::team_secrets(&cast.team), body).await.is(201);
            if n == 600 {
                cast.owner
                    .put(path::team_member(&cast.team, &zaphod.actor.id), json!({ "isAdmin": true }))
                    .await
                    .is(200);
            }
        }
        let proved = zaphod.actor.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        let actor = browser(&zaphod.actor.following(&proved));
        vanish(&cast, &Zaphod { actor, ..zaphod }).await;
        assert_eq!(found(&cast.world, &WORDS), Vec::<String>::new());
        assert!(verified(&cast.world, &cast.team) > 1200);
        assert_eq!(cast.world.records(&solo).len(), 1);
    });
}

#[test]
fn erasing_comes_through_whatever_fails() {
    run(async {
        let cast = Cast::new().await;
        let zaphod = live(&cast).await;
        zaphod.actor.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "heartofgold" })).await.is(202);
        cast.world.pass(14 * DAY - MINUTE).await;
        let snapshot = cast.world.snapshot();
        for n in 0..30 {
            let world = snapshot.clone().world();
            for _ in 0..n {
                world.random_below(2);
            }
            world.faults.set(Faults {
                put_before: 100,
                put_after: 100,
                one_put_per_second: true,
                call_before: 150,
                call_after: 150,
                commit: 150,
                ..Faults::default()
            });
            world.pass(3 * MINUTE).await;
            world.evict_all();
            world.faults.set(Faults::default());
            world.pass(2 * HOUR).await;
            world.drain().await;
            assert_eq!(found(&world, &WORDS), Vec::<String>::new(), "world {n}");
            for team in [&cast.team, &zaphod.left, &zaphod.fourth] {
                verified(&world, team);
            }
        }
    });
}

#[test]
fn a_letter_that_nobody_takes_does_not_keep_the_account() {
    run(async {
        let cast = Cast::new().await;
        let zaphod = live(&cast).await;
        cast.world.faults.set(Faults { mail: 1000, ..Faults::default() });
        let invite = json!({ "emails": ["late@example.com"], "isAdmin": false });
        zaphod.actor.post(path::team_invitations(&zaphod.solo), invite).await.is(201);
        vanish(&cast, &zaphod).await;
        assert_eq!(found(&cast.world, &WORDS), Vec::<String>::new());
    });
}
