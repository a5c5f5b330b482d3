//! The installation's keys: a new one in front, and what the old one still holds.

use crate::{
    second_factor::answer,
    support::{Cast, PASSWORD, account_object, idle, run, team_object},
    totp::{attempt, turn_off, turn_on},
};
use guildhall_shared::{
    base64, path,
    timestamp::{HOUR, MINUTE, SECOND},
};
use guildhall_worker::{
    credentials::secret::Installation,
    features::{
        installation::DELAY,
        second_factor::record::{Former, FormerFactorRecord},
        secrets::record::TeamKeyRecord,
        totp::record::TotpRecord,
    },
    http::header,
    object::ObjectName,
    store::{
        Key, Record, decode, key,
        memory::{Faults, World},
    },
};
use serde_json::{Value, json};

const FAILED: &str = "INTERNAL_SERVER_ERROR";

/// Deploys these keys: an id and the byte that each is made of.
fn deploy(world: &World, keys: &[(&str, u8)]) {
    let keys = keys.iter().map(|(id, byte)| format!("{id}:{}", base64::encode(&[*byte; 32])));
    world.use_keys(Installation::parse(&keys.collect::<Vec<_>>().join(" ")).unwrap());
}

const OLD: &[(&str, u8)] = &[("k1", 7)];

const BOTH: &[(&str, u8)] = &[("k2", 9), ("k1", 7), ("index", 7)];

const NEW: &[(&str, u8)] = &[("k2", 9), ("index", 7)];

async fn health(cast: &Cast) -> Value {
    cast.nobody.get(path::HEALTH).await.is(200).json()["keys"].clone()
}

/// What health says of the older key.
async fn older(cast: &Cast) -> Value {
    health(cast).await[1].clone()
}

/// The keys that each value is wrapped under: in the world there are no others.
fn wrapped(world: &World) -> Vec<String> {
    let mut found = vec![];
    for name in world.object_names() {
        for (place, stored) in world.records(&name) {
            if place == "team-key" {
                found.push(decode::<TeamKeyRecord>(&stored.value).unwrap().1.wrapped.key);
            } else if place == "totp" {
                found.push(decode::<TotpRecord>(&stored.value).unwrap().1.seed.key);
            } else if place.starts_with("former-factor/")
                && let Former::Totp(app) = decode::<FormerFactorRecord>(&stored.value).unwrap().1.factor
            {
                found.push(app.seed.key);
            } else {
                assert!(!stored.value.contains(r#""sealed":{"#) || place.starts_with("secret-value/"), "{place}");
            }
        }
    }
    found
}

fn record<R: Record>(world: &World, of: &ObjectName, place: &Key<R>) -> R {
    decode::<R>(&world.records(of)[place.as_str()].value).unwrap().1
}

#[test]
fn a_key_wraps_nothing_that_was_written_again() {
    run(async {
        let cast = Cast::new().await;
        let program = cast.owner.make_key(&cast.team).await;
        let secrets = path::team_secrets(&cast.team);
        program.post(&secrets, json!({ "name": "TOKEN", "value": "one" })).await.is(201);
        let (app, codes) = turn_on(&cast.owner).await;
        let (team, account) = (team_object(&cast), account_object(&cast.owner));
        let wrapped = || {
            let team_key: TeamKeyRecord = record(&cast.world, &team, &key::team_key());
            let totp: TotpRecord = record(&cast.world, &account, &key::totp());
            (team_key.wrapped.key, totp.seed.key)
        };
        assert_eq!(wrapped(), ("k1".into(), "k1".into()));

        deploy(&cast.world, BOTH);
        program.patch(path::team_secret(&cast.team, "TOKEN"), json!({ "value": "two" })).await.is(200);
        let asked = attempt(&cast.owner).await.is(202).json();
        answer(&cast.nobody, &asked["challengeId"], "totp", &app.code(&cast.world, 1)).await.is(200);
        assert_eq!(wrapped(), ("k2".into(), "k2".into()));

        cast.world.pass(DELAY + SECOND).await;
        deploy(&cast.world, NEW);
        program.patch(path::team_secret(&cast.team, "TOKEN"), json!({ "value": "three" })).await.is(200);
        cast.owner.get(path::ACCOUNT).await.is(200);
        cast.owner.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.is(200);
        let asked = attempt(&cast.owner).await.is(202).json();
        answer(&cast.nobody, &asked["challengeId"], "recovery", &codes[0]).await.is(200);
        let taken = json!({ "email": "olive@example.com", "username": "another", "password": PASSWORD });
        cast.nobody.post(path::SIGN_UP, taken).await.refuses(409, "CONFLICT");
        idle(&cast.world).await;
    });
}

#[test]
fn a_key_is_retired_without_anybody_writing() {
    run(async {
        let cast = Cast::new().await;
        let program = cast.owner.make_key(&cast.team).await;
        let secrets = path::team_secrets(&cast.team);
        program.post(&secrets, json!({ "name": "TOKEN", "value": "one" })).await.is(201);
        let (app, _) = turn_on(&cast.owner).await;
        // An app that was turned off comes back by a link for a week, so its seed is kept.
        let (former, _) = turn_on(&cast.admin).await;
        turn_off(&cast.admin, &former.code(&cast.world, 0)).await.is(204);
        // One that is deactivated may come back for two weeks.
        let name = json!({ "username": cast.stranger.name });
        cast.stranger.post(path::ACCOUNT_DEACTIVATION, name).await.is(202);
        idle(&cast.world).await;
        assert_eq!(health(&cast).await, json!([{ "id": "k1", "isCurrent": true }]));
        let values = wrapped(&cast.world).len();
        assert!(values >= 7 && wrapped(&cast.world).iter().all(|id| id == "k1"), "{:?}", wrapped(&cast.world));

        deploy(&cast.world, BOTH);
        let ends = cast.world.now().plus(14 * 24 * HOUR);
        let keys = health(&cast).await;
        let uncounted = json!({ "id": "k1", "isCurrent": false, "dtLinksEnd": ends });
        assert_eq!(keys, json!([{ "id": "k2", "isCurrent": true }, uncounted]));
        let revision = cast.owner.get(path::team(&cast.team)).await.is(200).header("etag").unwrap().to_owned();
        cast.world.pass(DELAY + SECOND).await;
        assert_eq!(wrapped(&cast.world), vec!["k2"; values]);
        let done = older(&cast).await;
        assert_eq!(done["held"], 0);
        assert!(done["dtDone"].is_string());
        let after = cast.owner.get(path::team(&cast.team)).await.is(200).header("etag").unwrap().to_owned();
        assert_eq!(revision, after, "whoever looks sees no change");
        // It goes on looking once a day, and stays done since then.
        cast.world.pass(25 * HOUR).await;
        assert_eq!(older(&cast).await, done);

        deploy(&cast.world, NEW);
        assert_eq!(health(&cast).await, json!([{ "id": "k2", "isCurrent": true }]));
        program.patch(path::team_secret(&cast.team, "TOKEN"), json!({ "value": "two" })).await.is(200);
        let asked = attempt(&cast.owner).await.is(202).json();
        answer(&cast.nobody, &asked["challengeId"], "totp", &app.code(&cast.world, 1)).await.is(200);
        let taken = json!({ "email": "olive@example.com", "username": "another", "password": PASSWORD });
        cast.nobody.post(path::SIGN_UP, taken).await.refuses(409, "CONFLICT");
    });
}

/// Nothing is served, whoever asks for what, and nothing is written.
async fn is_refused(cast: &Cast, says: &str) {
    let before = (cast.world.replica(), cast.world.object_names().len(), cast.world.letters.borrow().len());
    let taken = json!({ "email": "olive@example.com", "username": "another", "password": PASSWORD });
    let sign_up = cast.nobody.post(path::SIGN_UP, taken).await;
    let replies = [
        sign_up,
        cast.nobody.get(path::HEALTH).await,
        cast.owner.get(path::SESSION).await,
        cast.nobody.get("/v1/nothing").await,
        cast.member.patch(path::ACCOUNT, json!({ "theme": "dark" })).await,
    ];
    for reply in replies {
        let said = reply.refuses(500, FAILED).message();
        assert!(said.starts_with("This server isn't configured correctly: ") && said.contains(says), "{said}");
        assert!(said.ends_with(" Then deploy again."), "{said}");
    }
    assert_eq!(before, (cast.world.replica(), cast.world.object_names().len(), cast.world.letters.borrow().len()));
}

#[test]
fn without_a_key_that_is_needed_nothing_is_served_and_no_email_can_be_taken() {
    run(async {
        let cast = Cast::new().await;
        // The only key was replaced in one step.
        deploy(&cast.world, &[("k2", 9)]);
        is_refused(&cast, "lacks the key that emails and credentials are known by. Put it back as index").await;
        deploy(&cast.world, NEW);
        is_refused(&cast, "lacks k1, which is still needed. Put it back.").await;
        // The one in front is needed by what it has made since, however soon it is taken back.
        deploy(&cast.world, BOTH);
        cast.owner.get(path::SESSION).await.is(200);
        for gone in [NEW, OLD] {
            deploy(&cast.world, gone);
            is_refused(&cast, "which is still needed").await;
        }
        // What was refused is looked at again after a while, and another deployment at once.
        deploy(&cast.world, BOTH);
        cast.owner.get(path::SESSION).await.is(200);
        // The way back is the way forth: the former one in front, until the new one holds nothing.
        deploy(&cast.world, &[("k1", 7), ("k2", 9), ("index", 7)]);
        cast.owner.get(path::SESSION).await.is(200);
        cast.world.pass(DELAY + SECOND).await;
        assert_eq!(older(&cast).await["held"], 0);
        deploy(&cast.world, OLD);
        cast.owner.get(path::SESSION).await.is(200);
    });
}

#[test]
fn another_key_under_a_known_id_is_refused() {
    run(async {
        let cast = Cast::new().await;
        deploy(&cast.world, &[("k1", 8), ("index", 7)]);
        is_refused(&cast, "has another key as k1 than before").await;
        deploy(&cast.world, BOTH);
        cast.owner.get(path::SESSION).await.is(200);
        for wrong in [&[("k2", 9), ("k1", 7), ("index", 8)], &[("k2", 8), ("k1", 7), ("index", 7)]] {
            deploy(&cast.world, wrong);
            is_refused(&cast, if wrong[0].1 == 9 { "lacks the key that emails" } else { "another key as k2" }).await;
        }
        // A key that holds nothing is wrong all the same, as long as it is listed.
        deploy(&cast.world, BOTH);
        cast.owner.get(path::SESSION).await.is(200);
        cast.world.pass(DELAY + SECOND).await;
        deploy(&cast.world, &[("k2", 9), ("k1", 8), ("index", 7)]);
        is_refused(&cast, "has another key as k1 than before").await;
        deploy(&cast.world, NEW);
        cast.owner.get(path::SESSION).await.is(200);
    });
}

#[test]
fn an_isolate_compares_its_keys_once() {
    run(async {
        let cast = Cast::new().await;
        let description = || cast.nobody.get(path::OPENAPI);
        deploy(&cast.world, OLD);
        cast.world.reset_counts();
        for _ in 0..3 {
            description().await.is(200);
        }
        let counts = cast.world.counts();
        assert_eq!((counts.operations, counts.calls), (1, 0));
        // A new key is noted once, by a call.
        deploy(&cast.world, BOTH);
        cast.world.reset_counts();
        for _ in 0..3 {
            description().await.is(200);
        }
        let counts = cast.world.counts();
        assert_eq!((counts.operations, counts.calls), (1, 1));
        // The keys are checked again ten seconds after a rejection.
        deploy(&cast.world, NEW);
        cast.world.reset_counts();
        for _ in 0..3 {
            description().await.refuses(500, FAILED);
        }
        assert_eq!(cast.world.counts().operations, 1);
        cast.world.skip(10 * SECOND);
        description().await.refuses(500, FAILED);
        assert_eq!(cast.world.counts().operations, 2);
    });
}

#[test]
fn who_cannot_ask_serves_on_and_notes_nothing() {
    run(async {
        let cast = Cast::new().await;
        let standing = || cast.world.records(&ObjectName::Installation)["installation"].clone();
        let before = standing();
        for faults in [Faults { read: 1000, ..Faults::default() }, Faults { call_before: 1000, ..Faults::default() }] {
            deploy(&cast.world, BOTH);
            cast.world.faults.set(faults);
            cast.nobody.get(path::OPENAPI).await.is(200);
            assert_eq!(standing(), before);
        }
        // The replica's word is enough to refuse.
        deploy(&cast.world, NEW);
        cast.nobody.get(path::OPENAPI).await.refuses(500, FAILED);
        // As soon as somebody can be asked, it is made up for.
        cast.world.faults.set(Faults::default());
        deploy(&cast.world, BOTH);
        cast.nobody.get(path::OPENAPI).await.is(200);
        assert_ne!(standing(), before);
        // A replica that lags is not believed where it would refuse.
        cast.world.faults.set(Faults { put_before: 1000, ..Faults::default() });
        cast.world.pass(DELAY + SECOND).await;
        cast.world.evict_all();
        deploy(&cast.world, NEW);
        cast.nobody.get(path::OPENAPI).await.is(200);
    });
}

#[test]
fn a_visit_that_is_cut_short_or_misses_somebody_is_made_up_for() {
    run(async {
        let cast = Cast::new().await;
        let program = cast.owner.make_key(&cast.team).await;
        let secrets = path::team_secrets(&cast.team);
        // More than a page, so that it stops within a team.
        for n in 0..300 {
            program.post(&secrets, json!({ "name": format!("N{n}"), "value": "x" })).await.is(201);
        }
        idle(&cast.world).await;
        let values = wrapped(&cast.world).len();
        deploy(&cast.world, BOTH);
        assert_eq!(older(&cast).await["held"], Value::Null);
        // Nobody answers: whoever was not asked may hold anything.
        cast.world.faults.set(Faults { call_before: 1000, ..Faults::default() });
        cast.world.pass(DELAY + MINUTE).await;
        cast.world.faults.set(Faults::default());
        assert!(older(&cast).await["held"].as_u64().unwrap() >= 9, "{}", older(&cast).await);
        assert_eq!(older(&cast).await["dtDone"], Value::Null);
        assert!(wrapped(&cast.world).iter().all(|id| id == "k1"));
        deploy(&cast.world, NEW);
        cast.nobody.get(path::OPENAPI).await.refuses(500, FAILED);
        deploy(&cast.world, BOTH);
        // The next one is cut short: what was done is not noted, then all of its memory is gone.
        cast.world.faults.set(Faults { call_after: 400, commit: 300, ..Faults::default() });
        for _ in 0..5 {
            cast.world.pass(15 * MINUTE).await;
            cast.world.evict_all();
        }
        cast.world.faults.set(Faults::default());
        cast.world.pass(2 * HOUR).await;
        assert_eq!(wrapped(&cast.world), vec!["k2"; values]);
        assert_eq!(older(&cast).await["held"], 0);
        deploy(&cast.world, NEW);
        program.patch(path::team_secret(&cast.team, "N1"), json!({ "value": "two" })).await.is(200);
    });
}

#[test]
fn what_does_not_open_is_counted_and_keeps_its_key() {
    run(async {
        let cast = Cast::new().await;
        deploy(&cast.world, BOTH);
        cast.owner.get(path::SESSION).await.is(200);
        let team = team_object(&cast);
        let mut record: TeamKeyRecord = record(&cast.world, &team, &key::team_key());
        record.wrapped.sealed.text = base64::encode(&[0; 48]);
        cast.world.overwrite(&team, key::team_key().as_str(), &guildhall_worker::store::encode(&record, 1).unwrap());
        cast.world.pass(DELAY + SECOND).await;
        assert_eq!(older(&cast).await["held"], 1);
        assert_eq!(wrapped(&cast.world).iter().filter(|id| *id == "k1").count(), 1);
        deploy(&cast.world, NEW);
        cast.nobody.get(path::OPENAPI).await.refuses(500, FAILED);
    });
}

#[test]
fn a_repeated_call_gets_its_first_answer_under_a_new_key() {
    run(async {
        let cast = Cast::new().await;
        let owner = cast.owner.with("idempotency-key", "one");
        let body = || json!({ "name": "NAME", "value": "value" });
        owner.post(path::team_secrets(&cast.team), body()).await.is(201);
        deploy(&cast.world, BOTH);
        let again = owner.post(path::team_secrets(&cast.team), body()).await.is(201);
        assert_eq!(again.header(header::IDEMPOTENCY_REPLAYED), Some("true"));
    });
}
