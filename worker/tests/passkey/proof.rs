//! Signing in with a passkey, alone and after a password, and proving oneself again by one.

use super::{add, begin};
use crate::{
    authenticator::{
        ATTESTED, Algorithm, Authenticator, BACKED_UP, BACKUP_ELIGIBLE, PRESENT, Saying, VERIFIED, base64url,
    },
    support::{Actor, Cast, PASSWORD, Reply, account_object, last_mail, run},
    totp::{attempt, turn_on},
};
use guildhall_shared::{
    path,
    timestamp::{MINUTE, SECOND},
};
use serde_json::{Value, json};

/// What the browser of the sign-in page is asked.
pub async fn ask(nobody: &Actor) -> Value {
    nobody.post_nothing(path::PASSKEY_SIGN_IN_OPTIONS).await.is(200).json()
}

pub async fn sign_in_as(nobody: &Actor, credential: &Value) -> Reply {
    nobody.post(path::PASSKEY_SIGN_IN, json!({ "credential": credential })).await
}

pub async fn sign_in(nobody: &Actor, key: &mut Authenticator) -> Reply {
    let credential = key.answer(&ask(nobody).await);
    sign_in_as(nobody, &credential).await
}

/// The cast, and the owner's passkey.
pub async fn with_passkey(algorithm: Algorithm) -> (Cast, Authenticator) {
    let cast = Cast::new().await;
    let mut key = Authenticator::new(algorithm, 1);
    add(&cast.owner, &mut key, "Key").await;
    cast.world.drain().await;
    cast.world.letters.borrow_mut().clear();
    (cast, key)
}

async fn log(actor: &Actor) -> Vec<String> {
    let log = actor.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
    let said =
        |event: &Value| format!("{} {}", event["action"].as_str().unwrap(), event["detail"].as_str().unwrap_or(""));
    log.as_array().unwrap().iter().map(|event| said(event).trim_end().to_owned()).collect()
}

async fn methods(actor: &Actor) -> Value {
    actor.get(path::ACCOUNT_SECOND_FACTOR).await.is(200).json()["methods"].clone()
}

#[test]
fn a_passkey_signs_in_without_a_password_and_counts_as_both_factors() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        let options = ask(&cast.nobody).await;
        assert_eq!(options["allowCredentials"], json!([]));
        assert_eq!((&options["rpId"], &options["userVerification"]), (&json!("guildhall.test"), &json!("required")));
        cast.world.skip(SECOND);
        let reply = sign_in_as(&cast.nobody, &key.answer(&options)).await.is(200);
        let olive = Actor::signed_in(&cast.world, "olive", &reply);
        assert_eq!(olive.id, cast.owner.id);
        // Making new codes asks for a second factor of the last 15 minutes.
        olive.post_nothing(path::ACCOUNT_RECOVERY_CODES).await.is(201);
        assert!(log(&olive).await.contains(&"sign-in passkey".to_owned()));
        let list = olive.get(path::ACCOUNT_PASSKEYS).await.json();
        assert!(list[0]["dtLastUsed"].as_str() > list[0]["dtCreated"].as_str());
        cast.world.drain().await;
        let mails = cast.world.letters.borrow().iter().map(|mail| mail.subject.clone()).collect::<Vec<_>>();
        assert!(mails.contains(&"A new device signed in".to_owned()), "{mails:?}");
        // The browser is known from now on, and its session takes the place of the one before.
        cast.world.letters.borrow_mut().clear();
        let again = olive.following(&reply);
        let reply = sign_in(&again, &mut key).await.is(200);
        olive.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        again.following(&reply).get(path::ACCOUNT).await.is(200);
        cast.world.drain().await;
        assert!(cast.world.letters.borrow().is_empty());
    });
}

#[test]
fn every_algorithm_signs_in() {
    run(async {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
            let (cast, mut key) = with_passkey(algorithm).await;
            sign_in(&cast.nobody, &mut key).await.is(200);
            let mut spoilt = key.answer(&ask(&cast.nobody).await);
            let place = spoilt.pointer_mut("/response/signature").unwrap();
            let text = place.as_str().unwrap().to_owned();
            let other = if text.as_bytes()[20] == b'A' { "B" } else { "A" };
            *place = json!(format!("{}{other}{}", &text[..20], &text[21..]));
            sign_in_as(&cast.nobody, &spoilt).await.refuses(401, "UNAUTHORIZED");
        }
    });
}

#[test]
fn the_first_passkey_brings_recovery_codes_and_is_asked_for_after_the_password() {
    run(async {
        let cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::EdDsa, 1);
        let made = add(&cast.owner, &mut key, "Key").await;
        assert_eq!(made["recoveryCodes"].as_array().unwrap().len(), 10);
        let other = add(&cast.owner, &mut Authenticator::new(Algorithm::EdDsa, 2), "Other").await;
        assert!(other.get("recoveryCodes").is_none());
        assert!(!cast.owner.get(path::ACCOUNT_PASSKEYS).await.text.contains("recoveryCodes"));
        assert_eq!(methods(&cast.owner).await, json!(["passkey", "recovery"]));
        let asked = attempt(&cast.owner).await.is(202).json();
        assert_eq!(asked["methods"], json!(["passkey", "recovery"]));
        let allowed = asked["passkey"]["allowCredentials"].as_array().unwrap();
        assert_eq!((allowed.len(), &allowed[0]["id"]), (2, &json!(base64url(&[1; 16]))));
        let answer = async |credential: &Value| {
            let body = json!({ "challengeId": asked["challengeId"], "method": "passkey", "credential": credential });
            cast.nobody.post(path::SIGN_IN_CHALLENGE, body).await
        };
        answer(&Value::Null).await.refuses(400, "BAD_REQUEST");
        // What answers another question answers not this one.
        answer(&key.answer(&ask(&cast.nobody).await)).await.refuses(400, "BAD_REQUEST");
        let stranger = Authenticator::new(Algorithm::EdDsa, 3).answer(&asked["passkey"]);
        let reply = answer(&stranger).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.message().starts_with("This passkey is not known here."));
        // An authenticator that was told which passkey need not name the account.
        let credential = key.answer_with(&asked["passkey"], |saying| saying.handle = None);
        let reply = answer(&credential).await.is(200);
        assert_eq!(Actor::signed_in(&cast.world, "olive", &reply).id, cast.owner.id);
        let reply = answer(&credential).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.message().ends_with("Sign in again."));
    });
}

/// An assertion that has one thing wrong with it, the status that it gets, and what is said of that.
type Wrong = (&'static str, fn(&mut Saying), u16, &'static str);

const SHAPE: &str = "is not what a browser says";
const ELSEWHERE: &str = "on another site";
const NOT_SURE: &str = "did not make sure that it is you";
const UNASKED: &str = "was not asked for this";
const UNKNOWN: &str = "is not known here";
pub const CHANGED: &str = "has changed since you added it";
const UNSIGNED: &str = "did not answer what it was asked";

const WRONG: [Wrong; 19] = [
    ("a registration", |saying| saying.client_data["type"] = json!("webauthn.create"), 400, SHAPE),
    ("a payment", |saying| saying.client_data["type"] = json!("payment.get"), 400, SHAPE),
    ("a foreign challenge", |saying| saying.client_data["challenge"] = json!("AAAA"), 400, UNASKED),
    ("another page", |saying| saying.client_data["origin"] = json!("https://guildhall.example"), 400, ELSEWHERE),
    ("a longer host", |saying| saying.client_data["origin"] = json!("https://guildhall.test.evil"), 400, ELSEWHERE),
    ("a frame", |saying| saying.client_data["crossOrigin"] = json!(true), 400, ELSEWHERE),
    ("a frame's page", |saying| saying.client_data["topOrigin"] = json!("https://evil.test"), 400, ELSEWHERE),
    ("another site's key", |saying| saying.rp_id = String::from("example.com"), 400, ELSEWHERE),
    ("nobody there", |saying| saying.flags &= !PRESENT, 400, NOT_SURE),
    ("nobody known", |saying| saying.flags &= !VERIFIED, 400, NOT_SURE),
    ("backed up without being eligible", |saying| saying.flags |= BACKED_UP, 400, SHAPE),
    ("a key that is not there", |saying| (saying.key, saying.flags) = (vec![], saying.flags | ATTESTED), 400, SHAPE),
    ("bytes after the end", |saying| saying.after = vec![0], 400, SHAPE),
    ("an id that is empty", |saying| saying.credential = vec![], 400, SHAPE),
    ("an id that is too long", |saying| saying.credential = vec![1; 1024], 400, SHAPE),
    ("another passkey", |saying| saying.credential = vec![2; 16], 401, UNKNOWN),
    ("no account", |saying| saying.handle = None, 401, UNKNOWN),
    ("a forged account", |saying| saying.handle = Some(base64url(b"u0aaaaaaaaaa")), 401, UNKNOWN),
    ("eligible all of a sudden", |saying| saying.flags |= BACKUP_ELIGIBLE, 401, CHANGED),
];

#[test]
fn an_assertion_with_anything_wrong_signs_nobody_in() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        for (what, change, status, says) in WRONG {
            let credential = key.answer_with(&ask(&cast.nobody).await, change);
            let reply = sign_in_as(&cast.nobody, &credential).await.is(status);
            assert!(reply.message().contains(says), "{what}: {}", reply.message());
            assert!(reply.header("set-cookie").is_none());
        }
        let good = key.answer(&ask(&cast.nobody).await);
        for (pointer, value, status) in [
            ("/id", json!("AQ=="), 400),
            ("/type", json!("password"), 400),
            ("/response/clientDataJSON", json!("!"), 400),
            ("/response/authenticatorData", json!(""), 400),
            ("/response/signature", json!(""), 401),
            ("/response/signature", json!("!"), 401),
            ("/response/signature", json!("MAA"), 401),
            ("/response/signature", json!(null), 400),
        ] {
            let mut changed = good.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            sign_in_as(&cast.nobody, &changed).await.is(status);
        }
        cast.nobody.post(path::PASSKEY_SIGN_IN, json!({})).await.refuses(400, "BAD_REQUEST");
        cast.nobody.post(path::PASSKEY_SIGN_IN, json!({ "credential": "a".repeat(100_000) })).await.is(413);
        sign_in_as(&cast.nobody, &good).await.is(200);
    });
}

#[test]
fn a_forged_name_of_an_account_wakes_no_object() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        let id = &cast.owner.id;
        for handle in [id.clone(), format!("{id}{}", "0".repeat(25)), "u0zzzzzzzzzz".to_owned(), String::new()] {
            let options = ask(&cast.nobody).await;
            let credential = key.answer_with(&options, |saying| saying.handle = Some(base64url(handle.as_bytes())));
            cast.world.reset_counts();
            sign_in_as(&cast.nobody, &credential).await.refuses(401, "UNAUTHORIZED");
            // The address's object counts the attempt.
            assert_eq!(cast.world.counts().calls, 1, "{handle}");
        }
    });
}

#[test]
fn a_challenge_signs_in_once_and_within_fifteen_minutes() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        let credential = key.answer(&ask(&cast.nobody).await);
        sign_in_as(&cast.nobody, &credential).await.is(200);
        let reply = sign_in_as(&cast.nobody, &credential).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.message().contains(UNSIGNED));
        let options = ask(&cast.nobody).await;
        cast.world.skip(15 * MINUTE - 1);
        sign_in_as(&cast.nobody, &key.answer(&options)).await.is(200);
        let options = ask(&cast.nobody).await;
        cast.world.skip(15 * MINUTE);
        sign_in_as(&cast.nobody, &key.answer(&options)).await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn two_sign_ins_at_once_with_one_answer_are_one() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        let credential = key.answer(&ask(&cast.nobody).await);
        let tries = (0..5).map(|_| sign_in_as(&cast.nobody, &credential));
        let mut statuses: Vec<u16> =
            futures_util::future::join_all(tries).await.into_iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401, 401, 401]);
    });
}

#[test]
fn a_passkey_that_is_removed_while_its_signature_is_verified_signs_nobody_in() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        add(&cast.owner, &mut Authenticator::new(Algorithm::EdDsa, 2), "Other").await;
        let id = cast.owner.get(path::ACCOUNT_PASSKEYS).await.json()[0]["id"].as_str().unwrap().to_owned();
        let credential = key.answer(&ask(&cast.nobody).await);
        let world = cast.world.snapshot();
        let mut seen = std::collections::BTreeSet::new();
        // The removal comes in at every turn that the sign-in takes.
        for turns in 0..40 {
            let world = world.clone().world();
            let [owner, nobody] = [&cast.owner, &cast.nobody].map(|of| Actor { world: world.clone(), ..of.clone() });
            let (removed, signed_in) = tokio::join!(
                async {
                    for _ in 0..turns {
                        tokio::task::yield_now().await;
                    }
                    owner.delete(path::account_passkey(&id)).await
                },
                sign_in_as(&nobody, &credential)
            );
            removed.is(204);
            seen.insert(signed_in.status);
            let log = log(&owner).await;
            let at = |line: &str| log.iter().position(|known| known == line);
            let (removed, signed_in) = (at("passkey.remove Key").unwrap(), at("sign-in passkey"));
            assert!(signed_in.is_none_or(|signed_in| signed_in > removed), "after {turns} turns: {log:?}");
        }
        assert_eq!(seen, std::collections::BTreeSet::from([200, 401]));
    });
}

#[test]
fn a_counter_that_goes_back_says_that_there_may_be_a_copy() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        for count in [0, 0, 1, 5, u32::MAX - 1] {
            key.count = count;
            sign_in(&cast.nobody, &mut key).await.is(200);
        }
        cast.world.drain().await;
        cast.world.letters.borrow_mut().clear();
        key.count = 5;
        let reply = sign_in(&cast.nobody, &mut key).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.message().contains("There may be a copy"));
        cast.world.drain().await;
        let letter = last_mail(&cast.world, "olive@example.com");
        assert_eq!(letter.subject, "There may be a copy of a passkey");
        assert!(letter.text.contains("Key"));
        // Whoever of the two comes next: it is good no more, and that is said once.
        key.count = u32::MAX;
        sign_in(&cast.nobody, &mut key).await.refuses(401, "UNAUTHORIZED");
        cast.world.drain().await;
        assert_eq!(cast.world.letters.borrow().len(), 1);
        let copies = log(&cast.owner).await.iter().filter(|line| *line == "passkey.copy Key").count();
        assert_eq!(copies, 1);
        let list = cast.owner.get(path::ACCOUNT_PASSKEYS).await.json();
        assert_eq!(list[0]["isSuspect"], true);
        let asked = attempt(&cast.owner).await.is(202).json();
        assert_eq!(asked["methods"], json!(["recovery"]));
        assert!(asked.get("passkey").is_none());
    });
}

#[test]
fn a_counter_that_stands_still_above_zero_goes_back() {
    run(async {
        for (count, next) in [(1, 1), (1, 0), (7, 6)] {
            let (cast, mut key) = with_passkey(Algorithm::Es256).await;
            key.count = count;
            sign_in(&cast.nobody, &mut key).await.is(200);
            key.count = next;
            sign_in(&cast.nobody, &mut key).await.refuses(401, "UNAUTHORIZED");
        }
    });
}

#[test]
fn ten_wrong_signatures_have_every_factor_wait_and_unknown_passkeys_do_not() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        let mut other = Authenticator::new(Algorithm::Es256, 2);
        other.handle.clone_from(&key.handle);
        for _ in 0..11 {
            sign_in(&cast.nobody, &mut other).await.refuses(401, "UNAUTHORIZED");
        }
        sign_in(&cast.nobody, &mut key).await.is(200);
        // The right id, and another's key.
        other.credential.clone_from(&key.credential);
        for _ in 0..10 {
            let reply = sign_in(&cast.nobody, &mut other).await.refuses(401, "UNAUTHORIZED");
            assert!(reply.message().contains(UNSIGNED));
        }
        let reply = sign_in(&cast.nobody, &mut key).await.refuses(429, "TOO_MANY_REQUESTS");
        assert_eq!(reply.header("retry-after"), Some("900"));
        let asked = attempt(&cast.owner).await.is(202).json();
        let body = json!({ "challengeId": asked["challengeId"], "method": "recovery", "code": "00000-00000" });
        cast.nobody.post(path::SIGN_IN_CHALLENGE, body).await.refuses(429, "TOO_MANY_REQUESTS");
        cast.world.skip(15 * MINUTE);
        sign_in(&cast.nobody, &mut key).await.is(200);
    });
}

#[test]
fn one_proves_oneself_again_by_a_passkey() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        let owner = &cast.owner;
        let reply = cast.admin.post_nothing(path::REAUTHENTICATE_OPTIONS).await.refuses(409, "CONFLICT");
        assert!(reply.message().contains("has no passkey"));
        let mut admins = Authenticator::new(Algorithm::Es256, 3);
        add(&cast.admin, &mut admins, "Key").await;
        cast.world.skip(16 * MINUTE);
        owner.post_nothing(path::ACCOUNT_PASSKEY_OPTIONS).await.refuses(401, "UNAUTHORIZED");
        let options = owner.post_nothing(path::REAUTHENTICATE_OPTIONS).await.is(200).json();
        assert_eq!(options["allowCredentials"][0]["id"], json!(base64url(&[1; 16])));
        let prove = async |credential: &Value| {
            owner.post(path::REAUTHENTICATE, json!({ "method": "passkey", "credential": credential })).await
        };
        let wrong = Authenticator::new(Algorithm::Es256, 2).answer(&options);
        let reply = prove(&wrong).await.refuses(400, "BAD_REQUEST");
        assert!(reply.message().starts_with("credential: This passkey is not known here."), "{}", reply.message());
        prove(&key.answer(&ask(&cast.nobody).await)).await.refuses(400, "BAD_REQUEST");
        let both = json!({ "password": PASSWORD, "method": "passkey", "credential": key.answer(&options) });
        owner.post(path::REAUTHENTICATE, both).await.refuses(400, "BAD_REQUEST");
        let credential = key.answer(&options);
        let reply = prove(&credential).await.is(204);
        let owner = owner.following(&reply);
        owner.post_nothing(path::ACCOUNT_PASSKEY_OPTIONS).await.is(200);
        let body = json!({ "method": "passkey", "credential": credential });
        owner.post(path::REAUTHENTICATE, body).await.refuses(400, "BAD_REQUEST");
        assert!(log(&owner).await.contains(&"prove.factor passkey".to_owned()));
        // The challenge is the owner's: nobody else's passkey answers it.
        let options = owner.post_nothing(path::REAUTHENTICATE_OPTIONS).await.is(200).json();
        let body = json!({ "method": "passkey", "credential": admins.answer(&options) });
        cast.admin.post(path::REAUTHENTICATE, body).await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn a_factor_goes_only_after_one_was_proved() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        let place = |list: Value, at: usize| path::account_passkey(list[at]["id"].as_str().unwrap());
        let only = place(cast.owner.get(path::ACCOUNT_PASSKEYS).await.json(), 0);
        cast.world.skip(16 * MINUTE);
        let proved = cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        let cast = Cast { owner: cast.owner.following(&proved), ..cast };
        let reply = cast.owner.delete(&only).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.header("www-authenticate").unwrap().contains("acr_values=\"second-factor\""));
        let reply = sign_in(&cast.nobody, &mut key).await.is(200);
        let olive = Actor::signed_in(&cast.world, "olive", &reply);
        add(&olive, &mut Authenticator::new(Algorithm::EdDsa, 2), "Other").await;
        let other = place(olive.get(path::ACCOUNT_PASSKEYS).await.json(), 1);
        cast.owner.delete(&other).await.refuses(401, "UNAUTHORIZED");
        olive.delete(&other).await.is(204);
        olive.delete(&only).await.is(204);
        assert_eq!(methods(&olive).await, json!([]));
        assert!(!cast.world.records(&account_object(&olive)).contains_key("recovery"));
        attempt(&cast.owner).await.is(200);
        // Beside an authenticator app the last passkey leaves a factor.
        let admin = crate::session::sign_in(&cast.admin).await;
        let made = add(&admin, &mut Authenticator::new(Algorithm::EdDsa, 3), "Key").await;
        turn_on(&admin).await;
        cast.world.skip(SECOND);
        admin.delete(path::account_passkey(made["id"].as_str().unwrap())).await.is(204);
        assert_eq!(methods(&admin).await, json!(["totp", "recovery"]));
    });
}

#[test]
fn other_options_are_made_for_every_call() {
    run(async {
        let (cast, ..) = with_passkey(Algorithm::Es256).await;
        assert_ne!(ask(&cast.nobody).await["challenge"], ask(&cast.nobody).await["challenge"]);
        assert_ne!(begin(&cast.owner).await["challenge"], begin(&cast.owner).await["challenge"]);
    });
}
