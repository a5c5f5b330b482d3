//! The authenticator app: setting up in two steps, codes that are good once, turning off. The app of
//! these tests is another implementation of RFC 6238.

use crate::support::{Actor, Cast, PASSWORD, Reply, account_object, last_mail, run};
use guildhall_shared::{
    path,
    timestamp::{HOUR, MINUTE, SECOND},
};
use guildhall_worker::store::memory::World;
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Somebody's phone.
#[derive(Clone)]
pub struct App(Totp);

impl App {
    pub fn new(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).unwrap();
        Self(Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_secret(secret).build().unwrap())
    }

    /// The code that it shows, a number of steps from now.
    pub fn code(&self, world: &World, steps: i64) -> String {
        let seconds = world.now().millis() / SECOND + 30 * steps;
        self.0.generate(u64::try_from(seconds).unwrap()).to_string()
    }

    /// A code that is wrong now and around now.
    pub fn wrong(&self, world: &World) -> String {
        let near: Vec<String> = (-3..=3).map(|steps| self.code(world, steps)).collect();
        (0..10).map(|n| format!("{n}00000")).find(|code| !near.contains(code)).unwrap()
    }
}

pub async fn confirm(actor: &Actor, code: &str) -> Reply {
    actor.put(path::ACCOUNT_TOTP, json!({ "code": code })).await
}

pub async fn begin(actor: &Actor) -> App {
    let setup = actor.post_nothing(path::ACCOUNT_TOTP).await.is(201).json();
    App::new(setup["secret"].as_str().unwrap())
}

/// Turns the app on, and lets its step pass. Gives the recovery codes too.
pub async fn turn_on(actor: &Actor) -> (App, Vec<String>) {
    let app = begin(actor).await;
    let codes = confirm(actor, &app.code(&actor.world, 0)).await.is(200).json();
    actor.world.drain().await;
    actor.world.skip(30 * SECOND);
    let codes = codes["recoveryCodes"].as_array().unwrap().iter();
    (app, codes.map(|code| code.as_str().unwrap().to_owned()).collect())
}

pub async fn turn_off(actor: &Actor, code: &str) -> Reply {
    actor.send(http::Method::DELETE, path::ACCOUNT_TOTP, json!({ "code": code }).to_string()).await
}

pub async fn state(actor: &Actor) -> Value {
    actor.get(path::ACCOUNT_SECOND_FACTOR).await.is(200).json()
}

pub async fn attempt(actor: &Actor) -> Reply {
    let email = format!("{}@example.com", actor.name);
    let nobody = Actor::nobody(&actor.world);
    nobody.post(path::SIGN_IN, json!({ "email": email, "password": PASSWORD })).await
}

#[test]
fn setting_up_takes_two_steps_and_gives_ten_recovery_codes() {
    run(async {
        let cast = Cast::new().await;
        let none = json!({ "isTotpEnabled": false, "recoveryCodesLeft": 0, "methods": [] });
        assert_eq!(state(&cast.owner).await, none);
        let setup = cast.owner.post_nothing(path::ACCOUNT_TOTP).await.is(201).json();
        let secret = setup["secret"].as_str().unwrap();
        assert_eq!(secret.len(), 32);
        let uri = format!(
            "otpauth://totp/Guildhall:olive%40example.com?secret={secret}&issuer=Guildhall&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(setup["uri"], uri);
        // Begun is not on: signing in asks for nothing yet.
        assert_eq!(state(&cast.owner).await, none);
        attempt(&cast.owner).await.is(200);
        let flags = async || {
            let user = cast.owner.get(path::SESSION).await.is(200).json()["user"].clone();
            (user["isQrCodeBasedMfaEnabled"].clone(), user["isQrCodeBasedMfaConfirmed"].clone())
        };
        assert_eq!(flags().await, (json!(true), json!(false)));

        let app = App::new(secret);
        let wrong = confirm(&cast.owner, &app.wrong(&cast.world)).await.refuses(400, "BAD_REQUEST");
        assert!(wrong.message().starts_with("code: ") && wrong.message().contains("clock"));
        assert_eq!(state(&cast.owner).await, none);
        let code = app.code(&cast.world, 0);
        let made = confirm(&cast.owner, &format!(" {} {} ", &code[..3], &code[3..])).await.is(200).json();
        let codes: Vec<&str> =
            made["recoveryCodes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 10);
        for code in codes {
            assert!(code.len() == 11 && code.as_bytes()[5] == b'-', "{code}");
            assert!(!code.contains(['i', 'l', 'o', 'u']) && !code.chars().any(char::is_uppercase), "{code}");
        }
        cast.world.drain().await;
        let now = state(&cast.owner).await;
        assert_eq!((&now["isTotpEnabled"], &now["recoveryCodesLeft"]), (&json!(true), &json!(10)));
        assert_eq!(now["methods"], json!(["totp", "recovery"]));
        assert_eq!(now["dtTotpEnabled"], now["dtRecoveryCodesMade"]);
        assert_eq!(flags().await, (json!(true), json!(true)));
        let letter = last_mail(&cast.world, "olive@example.com");
        assert_eq!(letter.subject, "Your authenticator app is on");
        assert!(letter.text.contains("address 192.0.2.1"), "{}", letter.text);
        let log = cast.owner.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
        assert_eq!(log[0]["action"], "totp.on");
        // A program of the same person says so too.
        let key = cast.owner.make_key(&cast.team).await;
        assert_eq!(key.get(path::SESSION).await.is(200).json()["user"]["isQrCodeBasedMfaConfirmed"], true);
    });
}

#[test]
fn beginning_again_makes_another_seed_and_only_the_newest_is_good() {
    run(async {
        let cast = Cast::new().await;
        let first = begin(&cast.owner).await;
        let second = begin(&cast.owner).await;
        confirm(&cast.owner, &first.code(&cast.world, 0)).await.refuses(400, "BAD_REQUEST");
        confirm(&cast.owner, &second.code(&cast.world, 0)).await.is(200);
        cast.owner.post_nothing(path::ACCOUNT_TOTP).await.refuses(409, "CONFLICT");
        confirm(&cast.owner, &second.code(&cast.world, 1)).await.refuses(409, "CONFLICT");
        confirm(&cast.member, &second.code(&cast.world, 0)).await.refuses(409, "CONFLICT");
    });
}

#[test]
fn a_seed_waits_an_hour_for_its_first_code() {
    run(async {
        let cast = Cast::new().await;
        let app = begin(&cast.owner).await;
        cast.world.pass(HOUR).await;
        let proved = cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        let owner = cast.owner.following(&proved);
        let late = confirm(&owner, &app.code(&cast.world, 0)).await.refuses(409, "CONFLICT");
        assert!(late.message().contains("Begin again"));
        assert_eq!(owner.get(path::SESSION).await.json()["user"]["isQrCodeBasedMfaEnabled"], false);
        assert!(!cast.world.records(&account_object(&owner)).contains_key("totp"));
        // One that was confirmed stays.
        let (_, codes) = turn_on(&owner).await;
        cast.world.pass(2 * HOUR).await;
        assert_eq!((codes.len(), attempt(&owner).await.status), (10, 202));
    });
}

#[test]
fn what_is_no_code_says_what_one_is() {
    run(async {
        let cast = Cast::new().await;
        begin(&cast.owner).await;
        for bad in ["", "12345", "1234567", "abcdef", "7k3m9-x2v4q"] {
            let message = confirm(&cast.owner, bad).await.refuses(400, "BAD_REQUEST").message();
            assert!(message.starts_with("code: ") && message.contains("six digits"), "{bad}: {message}");
        }
        cast.owner.delete(path::ACCOUNT_TOTP).await.refuses(400, "PARSE_ERROR");
        for body in [json!({}), json!({ "code": 123_456 }), json!({ "code": null })] {
            cast.owner.put(path::ACCOUNT_TOTP, body).await.refuses(400, "BAD_REQUEST");
        }
        cast.owner
            .put(path::ACCOUNT_TOTP, json!({ "code": "1".repeat(100_001) }))
            .await
            .refuses(413, "PAYLOAD_TOO_LARGE");
    });
}

#[test]
fn every_change_wants_a_recent_sign_in() {
    run(async {
        let cast = Cast::new().await;
        let (app, _) = turn_on(&cast.owner).await;
        cast.world.pass(16 * MINUTE).await;
        let code = app.code(&cast.world, 0);
        let refused = [
            cast.member.post_nothing(path::ACCOUNT_TOTP).await,
            confirm(&cast.member, "123456").await,
            turn_off(&cast.owner, &code).await,
            cast.owner.post_nothing(path::ACCOUNT_RECOVERY_CODES).await,
        ];
        for reply in refused {
            let challenge = reply.refuses(401, "UNAUTHORIZED").header("www-authenticate").unwrap().to_owned();
            assert_eq!(challenge, "Session error=\"insufficient_user_authentication\", max_age=900");
        }
        // The code was not looked at, so it is still good.
        let proved = cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        turn_off(&cast.owner.following(&proved), &code).await.is(204);
    });
}

#[test]
fn a_code_is_good_once_wherever_it_was_used() {
    run(async {
        let cast = Cast::new().await;
        let app = begin(&cast.owner).await;
        let used = app.code(&cast.world, 0);
        confirm(&cast.owner, &used).await.is(200);
        let say_used = |reply: Reply, status: u16| {
            assert!(reply.clone().is(status).message().contains("used already"), "{}", reply.text);
        };
        let challenge = attempt(&cast.owner).await.is(202).json()["challengeId"].clone();
        let answer = async |code: &str| {
            let body = json!({ "challengeId": challenge, "method": "totp", "code": code });
            cast.nobody.post(path::SIGN_IN_CHALLENGE, body).await
        };
        say_used(answer(&used).await, 401);
        // The next one, early, as a fast clock shows it.
        let next = app.code(&cast.world, 1);
        answer(&next).await.is(200);
        let again =
            async |code: &str| cast.owner.post(path::REAUTHENTICATE, json!({ "method": "totp", "code": code })).await;
        say_used(again(&next).await, 400);
        say_used(again(&used).await, 400);
        say_used(turn_off(&cast.owner, &next).await, 400);
        cast.world.skip(60 * SECOND);
        let third = app.code(&cast.world, 0);
        let proved = again(&third).await.is(204);
        let owner = cast.owner.following(&proved);
        say_used(turn_off(&owner, &third).await, 400);
        cast.world.skip(30 * SECOND);
        turn_off(&owner, &app.code(&cast.world, 0)).await.is(204);
    });
}

#[test]
fn a_clock_may_be_off_by_one_step() {
    run(async {
        for (steps, status) in [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)] {
            let cast = Cast::new().await;
            let (app, _) = turn_on(&cast.owner).await;
            // Far from the step of the set-up, which is used.
            cast.world.skip(MINUTE);
            let challenge = attempt(&cast.owner).await.is(202).json()["challengeId"].clone();
            let code = app.code(&cast.world, steps);
            let body = json!({ "challengeId": challenge, "method": "totp", "code": code });
            cast.nobody.post(path::SIGN_IN_CHALLENGE, body).await.is(status);
        }
    });
}

#[test]
fn turning_off_takes_a_code_of_either_kind_and_voids_what_came_with_it() {
    run(async {
        for by_recovery in [false, true] {
            let cast = Cast::new().await;
            let (app, codes) = turn_on(&cast.owner).await;
            let wrong = turn_off(&cast.owner, &app.wrong(&cast.world)).await.refuses(400, "BAD_REQUEST");
            assert!(wrong.message().starts_with("code: ") && wrong.message().contains("clock"));
            turn_off(&cast.owner, "00000-00000").await.refuses(400, "BAD_REQUEST");
            attempt(&cast.owner).await.is(202);
            let code = if by_recovery { codes[3].clone() } else { app.code(&cast.world, 0) };
            turn_off(&cast.owner, &code).await.is(204);
            cast.world.drain().await;
            assert_eq!(last_mail(&cast.world, "olive@example.com").subject, "Your authenticator app is off");
            let off = json!({ "isTotpEnabled": false, "recoveryCodesLeft": 0, "methods": [] });
            assert_eq!(state(&cast.owner).await, off);
            attempt(&cast.owner).await.is(200);
            turn_off(&cast.owner, &codes[4]).await.refuses(409, "CONFLICT");
            let kept = cast.world.records(&account_object(&cast.owner));
            let left = kept.keys().filter(|key| ["totp", "recovery", "factor"].contains(&key.as_str()));
            assert_eq!((left.count(), kept.keys().any(|key| key.starts_with("challenge/"))), (0, false));
            assert_eq!(cast.owner.get(path::SESSION).await.json()["user"]["isQrCodeBasedMfaEnabled"], false);
        }
    });
}

#[test]
fn neither_seed_nor_codes_can_be_read_in_the_store() {
    run(async {
        let cast = Cast::new().await;
        let owner = cast.owner.with("idempotency-key", "one");
        let setup = owner.post_nothing(path::ACCOUNT_TOTP).await.is(201).json();
        let secret = setup["secret"].as_str().unwrap();
        let app = App::new(secret);
        let made = confirm(&owner, &app.code(&cast.world, 0)).await.is(200).json();
        // What is shown once is left out of the second answer.
        assert_eq!(confirm(&owner, &app.code(&cast.world, 0)).await.is(200).text, "{}");
        assert_eq!(owner.post_nothing(path::ACCOUNT_TOTP).await.is(201).text, "{}");
        cast.world.drain().await;
        let seen = format!("{:?}", cast.world.snapshot());
        assert!(!seen.contains(secret));
        for code in made["recoveryCodes"].as_array().unwrap() {
            let code = code.as_str().unwrap();
            assert!(!seen.contains(code) && !seen.contains(&code.replace('-', "")), "{code}");
        }
        // Nor does any of it leave the primary.
        let replica = cast.world.replica();
        assert!(!replica.keys().any(|key| ["totp", "recovery", "factor"].contains(&key.as_str())));
    });
}
