//! The mirror: whoever has a mailbox and nothing else takes no factor away that stood before.

use super::{NEW, ask_reset, attempt, by_passkey, change_email, items, mailed, take};
use crate::{
    authenticator::{Algorithm, Authenticator},
    passkey,
    support::{Actor, Cast, Reply, account_object, run},
    totp::{App, turn_off, turn_on},
};
use guildhall_shared::{
    path,
    timestamp::{DAY, MINUTE, SECOND},
};
use serde_json::{Value, json};

async fn answer(cast: &Cast, asked: &Value, method: &str, code: &str) -> Reply {
    let body = json!({ "challengeId": asked["challengeId"], "method": method, "code": code });
    cast.nobody.post(path::SIGN_IN_CHALLENGE, body).await
}

/// The owner with an authenticator app for over a week, and a sign-in by it.
async fn with_old_app() -> (Cast, App, Vec<String>) {
    let mut cast = Cast::new().await;
    let (app, codes) = turn_on(&cast.owner).await;
    cast.world.pass(8 * DAY).await;
    let asked = attempt(&cast, "olive@example.com", crate::support::PASSWORD).await.is(202).json();
    let reply = answer(&cast, &asked, "totp", &app.code(&cast.world, 0)).await.is(200);
    cast.owner = Actor::signed_in(&cast.world, "olive", &reply);
    cast.world.skip(30 * SECOND);
    (cast, app, codes)
}

/// Turns the app off and another on, after a while.
async fn renew(cast: &Cast, app: &App, pause: i64) -> (App, Vec<String>) {
    turn_off(&cast.owner, &app.code(&cast.world, 0)).await.is(204);
    cast.world.skip(pause);
    turn_on(&cast.owner).await
}

#[test]
fn an_old_mailbox_that_undoes_an_email_meets_the_app_that_was_renewed_meanwhile() {
    run(async {
        let (cast, old, old_codes) = with_old_app().await;
        change_email(&cast.owner, "olive@example.org").await;
        let undo = mailed(&cast, "olive@example.com", "Your email address was changed");
        let (new, new_codes) = renew(&cast, &old, SECOND).await;
        cast.world.pass(6 * DAY).await;
        let taken = take(&cast, path::EMAIL_UNDO, &undo).await.is(200).json();
        assert_eq!(items(&taken["removed"]), ["email olive@example.org", "authenticatorApp", "recoveryCodes"]);
        let mut restored = items(&taken["restored"]);
        restored.sort();
        assert_eq!(restored, ["authenticatorApp", "recoveryCodes"]);
        let asked = attempt(&cast, "olive@example.com", NEW).await.is(202).json();
        assert_eq!(asked["methods"], json!(["totp", "recovery"]));
        answer(&cast, &asked, "totp", &new.code(&cast.world, 0)).await.refuses(401, "UNAUTHORIZED");
        answer(&cast, &asked, "recovery", &new_codes[0]).await.refuses(401, "UNAUTHORIZED");
        answer(&cast, &asked, "recovery", &old_codes[0]).await.is(200);
        let asked = attempt(&cast, "olive@example.com", NEW).await.is(202).json();
        answer(&cast, &asked, "totp", &old.code(&cast.world, 0)).await.is(200);
    });
}

#[test]
fn a_mailbox_finds_no_moment_between_an_app_and_the_next() {
    run(async {
        // The link looks back at each moment around the renewal.
        for (pause, back) in [(10, 0), (10, 5), (10, 10), (10, 60)] {
            let (cast, old, _) = with_old_app().await;
            let begun = cast.world.now();
            renew(&cast, &old, pause * MINUTE).await;
            cast.world.pass(begun.plus(7 * DAY + back * MINUTE).since(cast.world.now())).await;
            let link = ask_reset(&cast, "olive@example.com").await;
            take(&cast, path::PASSWORD_RESET, &link).await.is(200);
            attempt(&cast, "olive@example.com", NEW).await.is(202);
        }
    });
}

#[test]
fn an_app_that_was_turned_off_comes_back_within_a_week_and_not_later() {
    run(async {
        for (days, status) in [(6, 202), (8, 200)] {
            let (cast, old, _) = with_old_app().await;
            turn_off(&cast.owner, &old.code(&cast.world, 0)).await.is(204);
            cast.world.pass(days * DAY).await;
            let link = ask_reset(&cast, "olive@example.com").await;
            take(&cast, path::PASSWORD_RESET, &link).await.is(200);
            attempt(&cast, "olive@example.com", NEW).await.is(status);
            let records = cast.world.records(&account_object(&cast.owner));
            assert!(!records.keys().any(|key| key.starts_with("former-factor/")), "{days}");
        }
    });
}

#[test]
fn recovery_codes_that_were_renewed_are_good_again() {
    run(async {
        let (cast, _, old) = with_old_app().await;
        let made = cast.owner.post_nothing(path::ACCOUNT_RECOVERY_CODES).await.is(201).json();
        let link = ask_reset(&cast, "olive@example.com").await;
        let taken = take(&cast, path::PASSWORD_RESET, &link).await.is(200).json();
        assert_eq!(
            (items(&taken["removed"]), items(&taken["restored"])),
            (vec!["recoveryCodes".into()], vec!["recoveryCodes".into()])
        );
        let asked = attempt(&cast, "olive@example.com", NEW).await.is(202).json();
        let new = made["recoveryCodes"][0].as_str().unwrap();
        answer(&cast, &asked, "recovery", new).await.refuses(401, "UNAUTHORIZED");
        answer(&cast, &asked, "recovery", &old[0]).await.is(200);
    });
}

#[test]
fn a_passkey_that_comes_back_signs_in_alone_only_after_the_password() {
    run(async {
        let mut cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let added = passkey::add(&cast.owner, &mut key, "Laptop").await;
        cast.world.pass(8 * DAY).await;
        cast.owner = Actor::signed_in(&cast.world, "olive", &by_passkey(&cast, &mut key).await.is(200));
        cast.owner.delete(path::account_passkey(added["id"].as_str().unwrap())).await.is(204);
        by_passkey(&cast, &mut key).await.refuses(401, "UNAUTHORIZED");
        let link = ask_reset(&cast, "olive@example.com").await;
        let taken = take(&cast, path::PASSWORD_RESET, &link).await.is(200).json();
        let mut restored = items(&taken["restored"]);
        restored.sort();
        assert_eq!(restored, ["passkey Laptop", "recoveryCodes"]);
        // Whoever has the lost device has the passkey, and not the new password.
        let refused = by_passkey(&cast, &mut key).await.refuses(401, "UNAUTHORIZED");
        assert!(refused.message().contains("with your password"), "{}", refused.message());
        let asked = attempt(&cast, "olive@example.com", NEW).await.is(202).json();
        let credential = key.answer(&asked["passkey"]);
        let body = json!({ "challengeId": asked["challengeId"], "method": "passkey", "credential": credential });
        let reply = cast.nobody.post(path::SIGN_IN_CHALLENGE, body).await.is(200);
        by_passkey(&cast, &mut key).await.is(200);
        let owner = Actor::signed_in(&cast.world, "olive", &reply);
        owner.delete(path::ACCOUNT_PASSWORD).await.is(204);
    });
}

#[test]
fn a_password_stays_while_the_only_passkey_is_one_that_came_back() {
    run(async {
        let (mut cast, app, _) = with_old_app().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let added = passkey::add(&cast.owner, &mut key, "Laptop").await;
        cast.world.pass(8 * DAY).await;
        cast.owner = Actor::signed_in(&cast.world, "olive", &by_passkey(&cast, &mut key).await.is(200));
        cast.owner.delete(path::account_passkey(added["id"].as_str().unwrap())).await.is(204);
        let link = ask_reset(&cast, "olive@example.com").await;
        take(&cast, path::PASSWORD_RESET, &link).await.is(200);
        let asked = attempt(&cast, "olive@example.com", NEW).await.is(202).json();
        let reply = answer(&cast, &asked, "totp", &app.code(&cast.world, 0)).await.is(200);
        let owner = Actor::signed_in(&cast.world, "olive", &reply);
        owner.delete(path::ACCOUNT_PASSWORD).await.refuses(409, "CONFLICT");
    });
}

#[test]
fn what_a_link_has_taken_never_comes_back() {
    run(async {
        let cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        passkey::add(&cast.owner, &mut key, "Theirs").await;
        cast.world.pass(3 * DAY).await;
        let link = ask_reset(&cast, "olive@example.com").await;
        take(&cast, path::PASSWORD_RESET, &link).await.is(200);
        cast.world.pass(5 * DAY).await;
        let link = ask_reset(&cast, "olive@example.com").await;
        let body = json!({ "token": link, "password": "copper-lamp-heron-2" });
        let taken = cast.nobody.put(path::PASSWORD_RESET, body).await.is(200).json();
        assert_eq!((&taken["removed"], &taken["restored"]), (&json!([]), &json!([])));
        by_passkey(&cast, &mut key).await.refuses(401, "UNAUTHORIZED");
    });
}
