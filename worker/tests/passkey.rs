//! Passkeys of an account: adding, naming, removing, and what is refused of a new one.

mod backup;
mod library;
mod password;
mod proof;

use crate::{
    authenticator::{
        ATTESTED, Algorithm, Authenticator, BACKED_UP, BACKUP_ELIGIBLE, EXTENDED, PRESENT, Saying, VERIFIED, base64url,
        bytes, text,
    },
    support::{Actor, Cast, last_mail, run},
};
use guildhall_shared::{
    passkey::PASSKEYS_MAX,
    path,
    timestamp::{MINUTE, SECOND},
};
use serde_json::{Value, json};

/// What the browser is asked for a new passkey.
pub async fn begin(actor: &Actor) -> Value {
    actor.post_nothing(path::ACCOUNT_PASSKEY_OPTIONS).await.is(200).json()
}

/// Adds the authenticator's passkey.
pub async fn add(actor: &Actor, authenticator: &mut Authenticator, name: &str) -> Value {
    let credential = authenticator.register(&begin(actor).await);
    actor.post(path::ACCOUNT_PASSKEYS, json!({ "name": name, "credential": credential })).await.is(201).json()
}

#[test]
fn a_passkey_is_added_listed_named_and_removed() {
    run(async {
        let Cast { world, owner, .. } = Cast::new().await;
        owner.get(path::ACCOUNT_PASSKEYS).await.is(200);
        let mut phone = Authenticator::new(Algorithm::Es256, 1);
        phone.flags |= BACKUP_ELIGIBLE | BACKED_UP;
        let made = add(&owner, &mut phone, "  Phone ").await;
        assert_eq!((&made["name"], &made["isBackedUp"]), (&json!("Phone"), &json!(true)));
        assert!(made.get("isSuspect").is_none() && made.get("dtLastUsed").is_none());
        world.drain().await;
        let letter = last_mail(&world, "olive@example.com");
        assert_eq!(letter.subject, "A passkey was added");
        assert!(letter.text.contains("Phone"));
        world.skip(SECOND);
        let mut key = Authenticator::new(Algorithm::EdDsa, 2);
        let other = add(&owner, &mut key, "Key").await;
        let id = made["id"].as_str().unwrap();
        let renamed = owner.patch(path::account_passkey(id), json!({ "name": "Old phone" })).await.is(200).json();
        assert_eq!(renamed["name"], "Old phone");
        let list = owner.get(path::ACCOUNT_PASSKEYS).await.is(200).json();
        let names: Vec<&Value> = list.as_array().unwrap().iter().map(|passkey| &passkey["name"]).collect();
        assert_eq!(names, ["Old phone", "Key"]);
        assert_eq!(list[1]["isBackedUp"], false);
        owner.delete(path::account_passkey(id)).await.is(204);
        owner.delete(path::account_passkey(id)).await.refuses(404, "NOT_FOUND");
        world.drain().await;
        assert_eq!(last_mail(&world, "olive@example.com").subject, "A passkey was removed");
        let list = owner.get(path::ACCOUNT_PASSKEYS).await.is(200).json();
        assert_eq!((list.as_array().unwrap().len(), &list[0]["id"]), (1, &other["id"]));
        let log = owner.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
        let actions: Vec<&str> =
            log.as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert_eq!(actions[..4], ["passkey.remove", "passkey.rename", "passkey.add", "passkey.add"]);
        assert_eq!(log[1]["detail"], "Old phone");
    });
}

#[test]
fn a_browser_is_asked_as_the_standard_has_it() {
    run(async {
        let Cast { owner, .. } = Cast::new().await;
        let mut phone = Authenticator::new(Algorithm::Es256, 1);
        add(&owner, &mut phone, "Phone").await;
        let mut options = begin(&owner).await;
        let challenge = options["challenge"].take();
        assert!(challenge.as_str().unwrap().len() > 64);
        let handle = options["user"]["id"].take();
        assert_eq!(Some(handle.as_str().unwrap().to_owned()), phone.handle);
        assert_eq!(
            options,
            json!({
                "rp": { "id": "guildhall.test", "name": "Guildhall" },
                "user": { "id": null, "name": "olive@example.com", "displayName": "olive" },
                "challenge": null,
                "pubKeyCredParams": [
                    { "type": "public-key", "alg": -8 },
                    { "type": "public-key", "alg": -7 },
                    { "type": "public-key", "alg": -257 },
                ],
                "timeout": 300_000,
                "excludeCredentials": [
                    { "type": "public-key", "id": base64url(&[1; 16]), "transports": ["hybrid", "internal"] },
                ],
                "authenticatorSelection":
                    { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
                "attestation": "none",
            })
        );
    });
}

#[test]
fn every_algorithm_and_every_attestation_is_welcome() {
    run(async {
        let Cast { owner, .. } = Cast::new().await;
        for (seed, algorithm) in [(1, Algorithm::Es256), (2, Algorithm::EdDsa), (3, Algorithm::Rs256)] {
            add(&owner, &mut Authenticator::new(algorithm, seed), "Key").await;
        }
        // A packed attestation with its chain, and extensions that nobody asked for.
        let mut key = Authenticator::new(Algorithm::Es256, 4);
        let credential = key.register_with(&begin(&owner).await, |saying| {
            let chain = [&[0x81][..], &bytes(&[1; 700])].concat();
            let pairs = [&text("alg")[..], &[0x26], &text("sig"), &bytes(&[2; 70]), &text("x5c"), &chain].concat();
            saying.statement = [&[0xa3][..], &pairs].concat();
            saying.flags |= EXTENDED;
            saying.after = [&[0xa1][..], &text("credProtect"), &[2]].concat();
        });
        let body = json!({ "name": "Key", "credential": credential });
        owner.post(path::ACCOUNT_PASSKEYS, body).await.is(201);
    });
}

/// A registration that has one thing wrong with it, and what is said of that.
type Wrong = (&'static str, fn(&mut Saying), &'static str);

const SHAPE: &str = "is not what a browser says";
const ELSEWHERE: &str = "on another site";
const NOT_SURE: &str = "did not make sure that it is you";
const UNASKED: &str = "was not asked for this";
const UNSUPPORTED: &str = "is not supported";

/// A COSE key of Ed25519 whose point has this y.
fn ed25519(y: u8) -> Vec<u8> {
    [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32, y][..], &[0; 31]].concat()
}

const WRONG: [Wrong; 25] = [
    ("a sign-in", |saying| saying.client_data["type"] = json!("webauthn.get"), SHAPE),
    ("no type", |saying| saying.client_data["type"] = json!(null), SHAPE),
    ("a foreign challenge", |saying| saying.client_data["challenge"] = json!("AAAA"), UNASKED),
    ("no challenge", |saying| saying.client_data["challenge"] = json!(""), UNASKED),
    ("another page", |saying| saying.client_data["origin"] = json!("https://guildhall.example"), ELSEWHERE),
    ("a subdomain", |saying| saying.client_data["origin"] = json!("https://a.guildhall.test"), ELSEWHERE),
    ("another scheme", |saying| saying.client_data["origin"] = json!("http://guildhall.test"), ELSEWHERE),
    ("another port", |saying| saying.client_data["origin"] = json!("https://guildhall.test:8443"), ELSEWHERE),
    ("a frame", |saying| saying.client_data["crossOrigin"] = json!(true), ELSEWHERE),
    ("a frame's page", |saying| saying.client_data["topOrigin"] = json!("https://guildhall.test"), ELSEWHERE),
    ("another site's key", |saying| saying.rp_id = String::from("example.com"), ELSEWHERE),
    ("nobody there", |saying| saying.flags &= !PRESENT, NOT_SURE),
    ("nobody known", |saying| saying.flags &= !VERIFIED, NOT_SURE),
    ("backed up without being eligible", |saying| saying.flags |= BACKED_UP, UNSUPPORTED),
    ("no passkey", |saying| saying.flags &= !ATTESTED, SHAPE),
    ("bytes after the end", |saying| saying.after = vec![0], UNSUPPORTED),
    ("extensions that are missing", |saying| saying.flags |= EXTENDED, UNSUPPORTED),
    ("extensions without a flag", |saying| saying.after = vec![0xa0], UNSUPPORTED),
    ("extensions that are no map", |saying| (saying.flags |= EXTENDED, saying.after = vec![0x80]).0, UNSUPPORTED),
    ("an id that is empty", |saying| saying.credential = vec![], UNSUPPORTED),
    ("an id that is too long", |saying| saying.credential = vec![1; 1024], UNSUPPORTED),
    ("a key of another kind", |saying| saying.key[4] = 0x27, UNSUPPORTED),
    ("a key that any signature fits", |saying| saying.key = ed25519(1), UNSUPPORTED),
    ("a key of order four", |saying| saying.key = ed25519(0), UNSUPPORTED),
    ("a key on no curve", |saying| saying.key = ed25519(2), UNSUPPORTED),
];

#[test]
fn a_registration_with_anything_wrong_is_refused() {
    run(async {
        let Cast { world, owner, .. } = Cast::new().await;
        for (what, change, says) in WRONG {
            let mut key = Authenticator::new(Algorithm::Es256, 1);
            let credential = key.register_with(&begin(&owner).await, change);
            let body = json!({ "name": "Key", "credential": credential });
            let reply = owner.post(path::ACCOUNT_PASSKEYS, body).await.refuses(400, "BAD_REQUEST");
            assert!(reply.message().contains(says), "{what}: {}", reply.message());
        }
        assert_eq!(owner.get(path::ACCOUNT_PASSKEYS).await.text, "[]");
        world.drain().await;
        assert!(world.letters.borrow().is_empty());
    });
}

#[test]
fn a_bomb_of_cbor_is_refused_at_once() {
    run(async {
        let Cast { owner, .. } = Cast::new().await;
        for bomb in [vec![0x81; 60_000], [vec![0x9b], vec![0xff; 8]].concat(), [vec![0x5b], vec![0xff; 8]].concat()] {
            let mut key = Authenticator::new(Algorithm::Es256, 1);
            let credential = key.register_with(&begin(&owner).await, |saying| saying.statement = bomb);
            let body = json!({ "name": "Key", "credential": credential });
            owner.post(path::ACCOUNT_PASSKEYS, body).await.refuses(400, "BAD_REQUEST");
        }
        let body = json!({ "name": "Key", "credential": { "id": "a".repeat(100_000) } });
        owner.post(path::ACCOUNT_PASSKEYS, body).await.refuses(413, "PAYLOAD_TOO_LARGE");
    });
}

#[test]
fn a_body_that_is_not_a_browser_s_is_refused() {
    run(async {
        let Cast { owner, .. } = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let credential = key.register(&begin(&owner).await);
        let add = async |name: Value, credential: &Value| {
            owner.post(path::ACCOUNT_PASSKEYS, json!({ "name": name, "credential": credential })).await
        };
        add(json!(""), &credential).await.refuses(400, "BAD_REQUEST");
        add(json!("a".repeat(65)), &credential).await.refuses(400, "BAD_REQUEST");
        add(json!(7), &credential).await.refuses(400, "BAD_REQUEST");
        add(json!("Key"), &json!({})).await.refuses(400, "BAD_REQUEST");
        for (pointer, value) in [
            ("/id", json!("AQEB")),
            ("/id", json!("")),
            ("/type", json!("password")),
            ("/response/clientDataJSON", json!("e30=")),
            ("/response/clientDataJSON", json!("_w")),
            ("/response/attestationObject", json!("")),
            ("/response/attestationObject", json!("oA")),
            ("/response/attestationObject", json!(null)),
        ] {
            let mut changed = credential.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            add(json!("Key"), &changed).await.refuses(400, "BAD_REQUEST");
        }
        // None of these has used the challenge up.
        add(json!("Key"), &credential).await.is(201);
        let id = owner.get(path::ACCOUNT_PASSKEYS).await.json()[0]["id"].as_str().unwrap().to_owned();
        for body in [json!({}), json!({ "name": " " }), json!({ "name": null })] {
            owner.patch(path::account_passkey(&id), body).await.refuses(400, "BAD_REQUEST");
        }
        for id in ["x", "y0aaaaaaaaaa", "k0aaaaaaaaaa"] {
            owner.patch(path::account_passkey(id), json!({ "name": "Key" })).await.refuses(404, "NOT_FOUND");
            owner.delete(path::account_passkey(id)).await.refuses(404, "NOT_FOUND");
        }
    });
}

#[test]
fn a_challenge_is_good_once_for_its_account_and_for_five_minutes() {
    run(async {
        let Cast { world, owner, admin, .. } = Cast::new().await;
        let create = async |actor: &Actor, credential: &Value| {
            actor.post(path::ACCOUNT_PASSKEYS, json!({ "name": "Key", "credential": credential })).await
        };
        let options = begin(&owner).await;
        let first = Authenticator::new(Algorithm::Es256, 1).register(&options);
        let second = Authenticator::new(Algorithm::Es256, 2).register(&options);
        let reply = create(&admin, &first).await.refuses(409, "CONFLICT");
        assert!(reply.message().contains("for another request"));
        create(&owner, &first).await.is(201);
        create(&owner, &second).await.refuses(409, "CONFLICT");
        let reply = create(&owner, &first).await.refuses(409, "CONFLICT");
        assert_eq!(reply.message(), "Your account has this passkey already.");
        let late = Authenticator::new(Algorithm::Es256, 3).register(&begin(&owner).await);
        let in_time = Authenticator::new(Algorithm::Es256, 4).register(&begin(&owner).await);
        world.skip(5 * MINUTE - 1);
        create(&owner, &in_time).await.is(201);
        world.skip(1);
        let reply = create(&owner, &late).await.refuses(400, "BAD_REQUEST");
        assert!(reply.message().contains(UNASKED));
        // What was spent is forgotten when it has expired.
        let spent = || {
            let records = world.records(&crate::support::account_object(&owner));
            records.keys().filter(|key| key.starts_with("spent/")).count()
        };
        assert_eq!(spent(), 2);
        world.pass(6 * MINUTE).await;
        assert_eq!(spent(), 0);
    });
}

#[test]
fn two_registrations_at_once_with_one_challenge_are_one() {
    run(async {
        let Cast { owner, .. } = Cast::new().await;
        let options = begin(&owner).await;
        let bodies = [1, 2].map(|seed| {
            let credential = Authenticator::new(Algorithm::Es256, seed).register(&options);
            json!({ "name": "Key", "credential": credential })
        });
        let [first, second] = bodies.map(|body| owner.post(path::ACCOUNT_PASSKEYS, body));
        let (first, second) = tokio::join!(first, second);
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    });
}

#[test]
fn an_account_has_twenty_passkeys_at_most() {
    run(async {
        let Cast { owner, .. } = Cast::new().await;
        let mut late = Authenticator::new(Algorithm::EdDsa, 99);
        let one_more = late.register(&begin(&owner).await);
        for seed in 0..PASSKEYS_MAX {
            add(&owner, &mut Authenticator::new(Algorithm::EdDsa, u8::try_from(seed + 1).unwrap()), "Key").await;
        }
        let reply = owner.post_nothing(path::ACCOUNT_PASSKEY_OPTIONS).await.refuses(409, "CONFLICT");
        assert!(reply.message().contains("Remove one first"));
        let body = json!({ "name": "Key", "credential": one_more });
        owner.post(path::ACCOUNT_PASSKEYS, body).await.refuses(409, "CONFLICT");
    });
}

#[test]
fn adding_and_removing_want_a_recent_sign_in() {
    run(async {
        let Cast { world, owner, .. } = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let made = add(&owner, &mut key, "Key").await;
        let place = path::account_passkey(made["id"].as_str().unwrap());
        let credential = Authenticator::new(Algorithm::Es256, 2).register(&begin(&owner).await);
        world.skip(16 * MINUTE);
        let body = json!({ "name": "Key", "credential": credential });
        for reply in [
            owner.post_nothing(path::ACCOUNT_PASSKEY_OPTIONS).await,
            owner.post(path::ACCOUNT_PASSKEYS, body).await,
            owner.delete(&place).await,
        ] {
            let reply = reply.refuses(401, "UNAUTHORIZED");
            assert!(reply.header("www-authenticate").unwrap().contains("insufficient_user_authentication"));
        }
        owner.patch(&place, json!({ "name": "Other" })).await.is(200);
    });
}

#[test]
fn nobody_sees_or_touches_another_s_passkeys() {
    run(async {
        let Cast { owner, admin, nobody, team, .. } = Cast::new().await;
        let made = add(&owner, &mut Authenticator::new(Algorithm::Es256, 1), "Key").await;
        let place = path::account_passkey(made["id"].as_str().unwrap());
        assert_eq!(admin.get(path::ACCOUNT_PASSKEYS).await.text, "[]");
        admin.patch(&place, json!({ "name": "Mine" })).await.refuses(404, "NOT_FOUND");
        admin.delete(&place).await.refuses(404, "NOT_FOUND");
        nobody.get(path::ACCOUNT_PASSKEYS).await.refuses(401, "UNAUTHORIZED");
        let program = owner.make_key(&team).await;
        program.get(path::ACCOUNT_PASSKEYS).await.refuses(403, "FORBIDDEN");
        program.post_nothing(path::ACCOUNT_PASSKEY_OPTIONS).await.refuses(403, "FORBIDDEN");
        program.delete(&place).await.refuses(403, "FORBIDDEN");
        // The same passkey may be another account's too: it proves nothing about this one.
        let credential = Authenticator::new(Algorithm::Es256, 1).register(&begin(&admin).await);
        let body = json!({ "name": "Key", "credential": credential });
        admin.post(path::ACCOUNT_PASSKEYS, body).await.is(201);
    });
}
