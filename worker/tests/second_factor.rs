//! Signing in by a second factor: the challenge, the counter that all factors share, recovery codes,
//! and what becomes of factors when an account changes hands.

mod changes;
mod hands;

use crate::{
    session::sign_in,
    support::{Actor, Cast, PASSWORD, Reply, last_mail, run, token_of},
    totp::{attempt, state, turn_off, turn_on},
};
use guildhall_shared::{
    path,
    second_factor::CHALLENGE_GONE,
    timestamp::{MINUTE, SECOND},
};
use guildhall_worker::store::memory::World;
use serde_json::{Value, json};

const NEW: &str = "brass-kettle-otter-9";

pub async fn answer(actor: &Actor, challenge: &Value, method: &str, code: &str) -> Reply {
    let body = json!({ "challengeId": challenge, "method": method, "code": code });
    actor.post(path::SIGN_IN_CHALLENGE, body).await
}

async fn challenge(actor: &Actor) -> Value {
    attempt(actor).await.is(202).json()["challengeId"].clone()
}

async fn log(actor: &Actor) -> Vec<String> {
    let events = actor.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
    let text = |event: &Value| format!("{} {}", event["action"], event["detail"]).replace('"', "").replace(" null", "");
    events.as_array().unwrap().iter().map(text).collect()
}

fn mails(world: &World, subject: &str) -> usize {
    world.letters.borrow().iter().filter(|mail| mail.subject == subject).count()
}

#[test]
fn a_right_password_leads_to_a_challenge_and_a_code_ends_it_with_a_session() {
    run(async {
        let cast = Cast::new().await;
        let (app, _) = turn_on(&cast.owner).await;
        let asked = attempt(&cast.owner).await.is(202);
        assert_eq!(asked.header("set-cookie"), None);
        let body = asked.json();
        assert_eq!(body["methods"], json!(["totp", "recovery"]));
        let expires: guildhall_shared::Timestamp = body["dtExpires"].as_str().unwrap().parse().unwrap();
        assert_eq!(expires, cast.world.now().plus(10 * MINUTE));
        // A wrong password still says what it always says.
        let wrong = json!({ "email": "olive@example.com", "password": "wrong" });
        cast.nobody.post(path::SIGN_IN, wrong).await.refuses(401, "UNAUTHORIZED");

        let reply = answer(&cast.nobody, &body["challengeId"], "totp", &app.code(&cast.world, 0)).await.is(200);
        let cookies: Vec<&str> =
            reply.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
        assert!(cookies[0].starts_with("__Host-session=") && cookies[1].starts_with("__Host-device-"), "{cookies:?}");
        let browser = cast.nobody.following(&reply);
        browser.get(path::ACCOUNT).await.is(200);
        cast.world.drain().await;
        assert_eq!(last_mail(&cast.world, "olive@example.com").subject, "A new device signed in");
        let said = ["sign-in code of the authenticator app", "sign-in.fail", "sign-in.challenge", "totp.on"];
        assert_eq!(log(&browser).await[..4], said);
        // The same browser again: known by now, and its session makes way.
        cast.world.skip(30 * SECOND);
        let body = json!({ "email": "olive@example.com", "password": PASSWORD });
        let asked = browser.post(path::SIGN_IN, body).await.is(202).json();
        browser.get(path::ACCOUNT).await.is(200);
        let again = answer(&browser, &asked["challengeId"], "totp", &app.code(&cast.world, 0)).await.is(200);
        assert_eq!(again.headers.get_all("set-cookie").iter().count(), 1);
        browser.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        browser.following(&again).get(path::ACCOUNT).await.is(200);
        cast.world.drain().await;
        assert_eq!(mails(&cast.world, "A new device signed in"), 1);
        // Somebody else's session in this browser ends too.
        let asked = challenge(&cast.owner).await;
        cast.world.skip(30 * SECOND);
        answer(&cast.member, &asked, "totp", &app.code(&cast.world, 0)).await.is(200);
        cast.world.drain().await;
        cast.member.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_wrong_code_leaves_the_challenge_and_a_right_one_uses_it_up() {
    run(async {
        let cast = Cast::new().await;
        let (app, codes) = turn_on(&cast.owner).await;
        let asked = challenge(&cast.owner).await;
        let wrong = answer(&cast.nobody, &asked, "totp", &app.wrong(&cast.world)).await.refuses(401, "UNAUTHORIZED");
        assert!(wrong.message().contains("clock"));
        let wrong = answer(&cast.nobody, &asked, "recovery", "00000-00000").await.refuses(401, "UNAUTHORIZED");
        assert!(wrong.message().contains("wrong or was used"));
        answer(&cast.nobody, &asked, "passkey", "").await.refuses(400, "BAD_REQUEST");
        answer(&cast.nobody, &asked, "totp", "12345").await.refuses(400, "BAD_REQUEST");
        answer(&cast.nobody, &asked, "recovery", "123456").await.refuses(400, "BAD_REQUEST");
        answer(&cast.nobody, &asked, "sms", "123456").await.refuses(400, "BAD_REQUEST");
        answer(&cast.nobody, &asked, "totp", &"1".repeat(100_001)).await.refuses(413, "PAYLOAD_TOO_LARGE");
        cast.nobody.post(path::SIGN_IN_CHALLENGE, json!({})).await.refuses(400, "BAD_REQUEST");
        answer(&cast.nobody, &asked, "totp", &app.code(&cast.world, 0)).await.is(200);
        let used = answer(&cast.nobody, &asked, "recovery", &codes[0]).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(used.message(), CHALLENGE_GONE);
        assert_eq!(state(&cast.owner).await["recoveryCodesLeft"], 10);
    });
}

#[test]
fn a_challenge_that_is_forged_foreign_or_late_leads_back() {
    run(async {
        let cast = Cast::new().await;
        let (app, _) = turn_on(&cast.owner).await;
        let (other, _) = turn_on(&cast.member).await;
        let asked = challenge(&cast.owner).await;
        let text = asked.as_str().unwrap();
        let forged = format!("{}{}", &text[..text.len() - 1], if text.ends_with('7') { '8' } else { '7' });
        cast.world.reset_counts();
        for bad in ["", "x", forged.as_str()] {
            let reply = answer(&cast.nobody, &json!(bad), "totp", "123456").await.refuses(401, "UNAUTHORIZED");
            assert_eq!(reply.message(), CHALLENGE_GONE);
        }
        // The limit by address is all that was asked.
        assert_eq!(cast.world.counts().calls, 3);
        // A code of another account is wrong here.
        answer(&cast.nobody, &asked, "totp", &other.code(&cast.world, 0)).await.refuses(401, "UNAUTHORIZED");
        // A token that was mailed is no challenge.
        cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "olive@example.com" })).await.is(202);
        cast.world.drain().await;
        let mailed = token_of(&last_mail(&cast.world, "olive@example.com"));
        let reply = answer(&cast.nobody, &json!(mailed), "totp", "123456").await.refuses(401, "UNAUTHORIZED");
        assert_eq!(reply.message(), CHALLENGE_GONE);

        let asked = challenge(&cast.owner).await;
        cast.world.skip(10 * MINUTE);
        let late = answer(&cast.nobody, &asked, "totp", &app.code(&cast.world, 0)).await;
        assert_eq!(late.refuses(401, "UNAUTHORIZED").message(), CHALLENGE_GONE);
        let asked = challenge(&cast.owner).await;
        cast.world.skip(10 * MINUTE - SECOND);
        answer(&cast.nobody, &asked, "totp", &app.code(&cast.world, 0)).await.is(200);
    });
}

#[test]
fn five_sign_ins_wait_at_once_and_the_oldest_gives_way() {
    run(async {
        let cast = Cast::new().await;
        let (app, _) = turn_on(&cast.owner).await;
        let mut asked = vec![];
        for _ in 0..6 {
            asked.push(challenge(&cast.owner).await);
            cast.world.skip(SECOND);
        }
        let code = app.code(&cast.world, 0);
        let gone = answer(&cast.nobody, &asked[0], "totp", &code).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(gone.message(), CHALLENGE_GONE);
        answer(&cast.nobody, &asked[1], "totp", &code).await.is(200);
        cast.world.skip(30 * SECOND);
        answer(&cast.nobody, &asked[5], "totp", &app.code(&cast.world, 0)).await.is(200);
    });
}

#[test]
fn what_ends_sessions_ends_sign_ins_that_wait() {
    run(async {
        for how in ["change", "reset", "sign out others", "another email", "turned off"] {
            let cast = Cast::new().await;
            let (app, codes) = turn_on(&cast.owner).await;
            let asked = challenge(&cast.owner).await;
            match how {
                "change" => drop(cast.owner.put(path::ACCOUNT_PASSWORD, json!({ "password": NEW })).await.is(204)),
                "reset" => reset(&cast, "olive").await,
                "sign out others" => drop(cast.owner.delete(path::ACCOUNT_SESSIONS).await.is(204)),
                "another email" => change_email(&cast.owner, "olive@example.org").await,
                _ => drop(turn_off(&cast.owner, &codes[0]).await.is(204)),
            }
            cast.world.skip(30 * SECOND);
            let reply = answer(&cast.nobody, &asked, "totp", &app.code(&cast.world, 0)).await;
            assert_eq!(reply.refuses(401, "UNAUTHORIZED").message(), CHALLENGE_GONE, "{how}");
        }
    });
}

async fn reset(cast: &Cast, name: &str) {
    let email = format!("{name}@example.com");
    cast.nobody.post(path::PASSWORD_RESET, json!({ "email": email })).await.is(202);
    cast.world.drain().await;
    let token = token_of(&last_mail(&cast.world, &email));
    cast.nobody.put(path::PASSWORD_RESET, json!({ "token": token, "password": NEW })).await.is(200);
    cast.world.drain().await;
}

async fn change_email(actor: &Actor, email: &str) {
    actor.post(path::ACCOUNT_EMAIL, json!({ "email": email })).await.is(202);
    actor.world.drain().await;
    let token = token_of(&last_mail(&actor.world, email));
    actor.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
    actor.world.drain().await;
}

#[test]
fn ten_failures_of_whatever_factor_have_all_of_them_wait_and_mail_the_owner() {
    run(async {
        let cast = Cast::new().await;
        let (app, codes) = turn_on(&cast.owner).await;
        let asked = challenge(&cast.owner).await;
        let wrong = app.wrong(&cast.world);
        for round in 0..10 {
            match round % 4 {
                0 => answer(&cast.nobody, &asked, "totp", &wrong).await.refuses(401, "UNAUTHORIZED"),
                1 => answer(&cast.nobody, &asked, "recovery", "00000-00000").await.refuses(401, "UNAUTHORIZED"),
                2 => {
                    let body = json!({ "method": "totp", "code": wrong });
                    cast.owner.post(path::REAUTHENTICATE, body).await.refuses(400, "BAD_REQUEST")
                }
                _ => turn_off(&cast.owner, "00000-00000").await.refuses(400, "BAD_REQUEST"),
            };
            cast.world.skip(SECOND);
        }
        let right = || app.code(&cast.world, 0);
        let waits = [
            answer(&cast.nobody, &asked, "totp", &right()).await,
            answer(&cast.nobody, &asked, "recovery", &codes[0]).await,
            cast.owner.post(path::REAUTHENTICATE, json!({ "method": "totp", "code": right() })).await,
            turn_off(&cast.owner, &codes[0]).await,
        ];
        for reply in waits {
            let reply = reply.refuses(429, "TOO_MANY_REQUESTS");
            assert_eq!(reply.header("retry-after"), Some("899"));
        }
        cast.world.drain().await;
        assert_eq!(mails(&cast.world, "Second factors are paused"), 1);
        let log = log(&cast.owner).await;
        assert_eq!(log[0], "factor.pause");
        assert!(log.iter().any(|line| line.starts_with("factor.fail")));
        let lines = cast.owner.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
        let failures = lines.as_array().unwrap().iter().filter(|line| line["action"] == "factor.fail");
        assert_eq!(failures.map(|line| line["count"].as_u64().unwrap()).sum::<u64>(), 10);
        // Sessions go on, and the password alone still proves who has one.
        cast.owner.get(path::ACCOUNT).await.is(200);
        let proved = cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        let owner = cast.owner.following(&proved);
        assert_eq!(state(&owner).await["recoveryCodesLeft"], 10);
        cast.world.pass(15 * MINUTE - SECOND).await;
        let asked = challenge(&cast.owner).await;
        answer(&cast.nobody, &asked, "totp", &right()).await.is(200);
        // Nobody else waited.
        sign_in(&cast.member).await;
    });
}

#[test]
fn a_success_forgets_failures_and_old_ones_do_not_count() {
    run(async {
        let cast = Cast::new().await;
        let (app, codes) = turn_on(&cast.owner).await;
        let nine = async || {
            let asked = challenge(&cast.owner).await;
            for _ in 0..9 {
                let wrong = app.wrong(&cast.world);
                answer(&cast.nobody, &asked, "totp", &wrong).await.refuses(401, "UNAUTHORIZED");
            }
            asked
        };
        let asked = nine().await;
        answer(&cast.nobody, &asked, "recovery", &codes[0]).await.is(200);
        nine().await;
        cast.world.pass(15 * MINUTE).await;
        let asked = nine().await;
        answer(&cast.nobody, &asked, "totp", &app.code(&cast.world, 0)).await.is(200);
        assert_eq!(mails(&cast.world, "Second factors are paused"), 0);
    });
}

#[test]
fn a_recovery_code_signs_in_once_however_it_is_typed_and_the_mail_counts_them() {
    run(async {
        let cast = Cast::new().await;
        let (_, codes) = turn_on(&cast.owner).await;
        for (typed, left) in [
            (codes[0].clone(), 9),
            (codes[1].to_uppercase().replace('-', ""), 8),
            (format!(" {} ", codes[2].replace('-', " ")), 7),
        ] {
            let asked = challenge(&cast.owner).await;
            answer(&cast.nobody, &asked, "recovery", &typed).await.is(200);
            cast.world.drain().await;
            let used = cast
                .world
                .letters
                .borrow()
                .iter()
                .rev()
                .find(|mail| mail.subject == "A recovery code was used")
                .cloned();
            assert!(used.unwrap().text.contains(&format!("{left} are left.")), "{typed}");
            let asked = challenge(&cast.owner).await;
            answer(&cast.nobody, &asked, "recovery", &typed).await.refuses(401, "UNAUTHORIZED");
            assert_eq!(state(&cast.owner).await["recoveryCodesLeft"], left);
        }
        for code in &codes[3..] {
            let asked = challenge(&cast.owner).await;
            answer(&cast.nobody, &asked, "recovery", code).await.is(200);
        }
        assert_eq!(attempt(&cast.owner).await.is(202).json()["methods"], json!(["totp"]));
        assert_eq!(state(&cast.owner).await["methods"], json!(["totp"]));
        cast.world.drain().await;
        assert!(cast.world.letters.borrow().iter().any(|mail| mail.text.contains("None is left. Make new ones now.")));
    });
}

#[test]
fn new_recovery_codes_void_the_old_and_ask_for_a_second_factor() {
    run(async {
        let cast = Cast::new().await;
        cast.owner.post_nothing(path::ACCOUNT_RECOVERY_CODES).await.refuses(409, "CONFLICT");
        let (app, old) = turn_on(&cast.owner).await;
        let made = cast.owner.post_nothing(path::ACCOUNT_RECOVERY_CODES).await.is(201).json();
        cast.world.drain().await;
        assert_eq!(last_mail(&cast.world, "olive@example.com").subject, "New recovery codes were made");
        let asked = challenge(&cast.owner).await;
        answer(&cast.nobody, &asked, "recovery", &old[0]).await.refuses(401, "UNAUTHORIZED");
        let new = made["recoveryCodes"][0].as_str().unwrap();
        answer(&cast.nobody, &asked, "recovery", new).await.is(200);
        // With codes one can turn factors off, so the password alone makes none.
        cast.world.skip(16 * MINUTE);
        let proved = cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        let owner = cast.owner.following(&proved);
        let refused = owner.post_nothing(path::ACCOUNT_RECOVERY_CODES).await.refuses(401, "UNAUTHORIZED");
        let header = "Session error=\"insufficient_user_authentication\", max_age=900, acr_values=\"second-factor\"";
        assert_eq!(refused.header("www-authenticate"), Some(header));
        let body = json!({ "method": "totp", "code": app.code(&cast.world, 0) });
        let proved = owner.post(path::REAUTHENTICATE, body).await.is(204);
        owner.following(&proved).post_nothing(path::ACCOUNT_RECOVERY_CODES).await.is(201);
    });
}

#[test]
fn a_second_factor_proves_who_one_is_in_place_of_the_password() {
    run(async {
        let cast = Cast::new().await;
        let (app, codes) = turn_on(&cast.owner).await;
        cast.world.pass(16 * MINUTE).await;
        let change = json!({ "password": NEW });
        cast.owner.put(path::ACCOUNT_PASSWORD, change.clone()).await.refuses(401, "UNAUTHORIZED");
        let again = async |body: Value| cast.owner.post(path::REAUTHENTICATE, body).await;
        for body in [
            json!({}),
            json!({ "code": "123456" }),
            json!({ "password": PASSWORD, "method": "totp", "code": app.code(&cast.world, 0) }),
            json!({ "password": PASSWORD, "code": "123456" }),
            json!({ "method": "totp" }),
            json!({ "method": "passkey" }),
            json!({ "method": "sms", "code": "123456" }),
            json!({ "method": "recovery", "code": "123456" }),
        ] {
            again(body.clone()).await.refuses(400, "BAD_REQUEST");
        }
        let wrong = again(json!({ "method": "totp", "code": app.wrong(&cast.world) })).await;
        assert!(wrong.refuses(400, "BAD_REQUEST").message().starts_with("code: "));
        let proved = again(json!({ "method": "recovery", "code": codes[0] })).await.is(204);
        cast.owner.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        let owner = cast.owner.following(&proved);
        assert_eq!(log(&owner).await[0], "prove.factor recovery code");
        owner.put(path::ACCOUNT_PASSWORD, change).await.is(204);
        // Somebody without one has nothing to show.
        let none = cast.member.post(path::REAUTHENTICATE, json!({ "method": "totp", "code": "123456" })).await;
        assert!(none.refuses(400, "BAD_REQUEST").message().contains("no authenticator app"));
    });
}
