//! Where a second factor is on, every change of factors, password and email asks for one: no order of
//! calls lets the password alone replace it.

use super::NEW;
use crate::{
    authenticator::{Algorithm, Authenticator},
    passkey,
    support::{Actor, Cast, PASSWORD, Reply, last_mail, run, token_of},
    totp::{App, begin, confirm, turn_off, turn_on},
};
use guildhall_shared::{path, timestamp::MINUTE};
use serde_json::json;

const ASKS: &str = "Session error=\"insufficient_user_authentication\", max_age=900, acr_values=\"second-factor\"";

/// Somebody with a session who has just proved the password, and no more.
async fn by_password(actor: &Actor) -> Actor {
    let proved = actor.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
    actor.following(&proved)
}

/// The same with a code of the app.
async fn by_app(actor: &Actor, app: &App) -> Actor {
    let body = json!({ "method": "totp", "code": app.code(&actor.world, 0) });
    actor.following(&actor.post(path::REAUTHENTICATE, body).await.is(204))
}

#[track_caller]
fn asks_for_a_factor(what: &str, reply: Reply) {
    assert_eq!(reply.header("www-authenticate"), Some(ASKS), "{what}: {} {}", reply.status, reply.text);
    reply.refuses(401, "UNAUTHORIZED");
}

/// Every change of what signs in but turning the app off, which takes a code itself.
async fn changes(actor: &Actor, passkey: &str) -> Vec<(&'static str, Reply)> {
    let credential = json!({ "id": "x" });
    vec![
        ("asking for a passkey", actor.post_nothing(path::ACCOUNT_PASSKEY_OPTIONS).await),
        ("removing a passkey", actor.delete(path::account_passkey(passkey)).await),
        ("new recovery codes", actor.post_nothing(path::ACCOUNT_RECOVERY_CODES).await),
        ("setting an app up", actor.post_nothing(path::ACCOUNT_TOTP).await),
        ("turning an app on", confirm(actor, "123456").await),
        ("another email", actor.post(path::ACCOUNT_EMAIL, json!({ "email": "olive@example.org" })).await),
        ("no password", actor.delete(path::ACCOUNT_PASSWORD).await),
        ("a passkey", actor.post(path::ACCOUNT_PASSKEYS, json!({ "name": "", "credential": credential })).await),
        // Turns the cookie over, so it comes last.
        ("another password", actor.put(path::ACCOUNT_PASSWORD, json!({ "password": NEW })).await),
    ]
}

#[test]
fn the_password_alone_changes_nothing_that_signs_in() {
    run(async {
        let cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let added = passkey::add(&cast.owner, &mut key, "Key").await;
        let id = added["id"].as_str().unwrap();
        let (app, _) = turn_on(&cast.owner).await;
        cast.world.skip(16 * MINUTE);
        let owner = by_password(&cast.owner).await;
        for (what, reply) in changes(&owner, id).await {
            if what == "a passkey" {
                // What the browser says is read at the edge first.
                reply.refuses(400, "BAD_REQUEST");
            } else {
                asks_for_a_factor(what, reply);
            }
        }
        // Nothing was done, and what asks for a sign-in only is not asked for more.
        let list = owner.get(path::ACCOUNT_PASSKEYS).await.is(200).json();
        assert_eq!(list.as_array().unwrap().len(), 1);
        owner.post(path::team_api_keys(&cast.team), json!({ "name": "Build" })).await.is(201);
        owner.patch(path::account_passkey(id), json!({ "name": "Old key" })).await.is(200);
        owner.delete(path::ACCOUNT_EMAIL).await.refuses(404, "NOT_FOUND");
        // With a factor of the last 15 minutes each goes on.
        cast.world.skip(MINUTE);
        let owner = by_app(&owner, &app).await;
        for (what, reply) in changes(&owner, id).await {
            assert_ne!(reply.status, 401, "{what}: {}", reply.text);
        }
    });
}

#[test]
fn no_order_of_calls_lets_the_password_alone_replace_a_factor() {
    run(async {
        let cast = Cast::new().await;
        let (app, _) = turn_on(&cast.owner).await;
        cast.world.skip(16 * MINUTE);
        // The password, a passkey, a proof by it, new codes, and the app goes by one of them.
        let thief = by_password(&cast.owner).await;
        asks_for_a_factor("asking for a passkey", thief.post_nothing(path::ACCOUNT_PASSKEY_OPTIONS).await);
        asks_for_a_factor("new recovery codes", thief.post_nothing(path::ACCOUNT_RECOVERY_CODES).await);
        // What the browser was asked before, by the owner, is of no use to the thief.
        let owner = by_app(&thief, &app).await;
        let options = passkey::begin(&owner).await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let credential = key.register(&options);
        cast.world.skip(4 * MINUTE);
        let body = json!({ "email": "olive@example.com", "password": PASSWORD });
        let asked = cast.nobody.post(path::SIGN_IN, body).await.is(202);
        assert!(asked.header("set-cookie").is_none());
        cast.world.skip(12 * MINUTE);
        let thief = by_password(&owner).await;
        let late = thief.post(path::ACCOUNT_PASSKEYS, json!({ "name": "Key", "credential": credential })).await;
        assert!([400, 401].contains(&late.status), "{}", late.text);
        assert_eq!(thief.get(path::ACCOUNT_PASSKEYS).await.is(200).json(), json!([]));
        // Turning the app off takes one of its codes, or a recovery code.
        turn_off(&thief, &app.wrong(&cast.world)).await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn the_first_factor_takes_the_password_and_counts_as_proved() {
    run(async {
        let cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        passkey::add(&cast.owner, &mut key, "Key").await;
        passkey::add(&cast.owner, &mut Authenticator::new(Algorithm::Es256, 2), "Other").await;
        cast.owner.post_nothing(path::ACCOUNT_RECOVERY_CODES).await.is(201);
        begin(&cast.owner).await;
        // A set-up that was begun with the password alone ends with a factor.
        begin(&cast.member).await;
        let other = crate::session::sign_in(&cast.member).await;
        passkey::add(&other, &mut Authenticator::new(Algorithm::Es256, 3), "Key").await;
        asks_for_a_factor("turning an app on", confirm(&cast.member, "123456").await);
    });
}

#[test]
fn a_change_of_email_that_waits_is_confirmed_by_a_factor_once_there_is_one() {
    run(async {
        let cast = Cast::new().await;
        let thief = crate::session::sign_in(&cast.owner).await;
        thief.post(path::ACCOUNT_EMAIL, json!({ "email": "thief@example.org" })).await.is(202);
        cast.world.drain().await;
        let token = token_of(&last_mail(&cast.world, "thief@example.org"));
        let (app, _) = turn_on(&cast.owner).await;
        asks_for_a_factor("confirming", thief.post(path::CONFIRM_EMAIL, json!({ "token": token })).await);
        let account = cast.owner.get(path::ACCOUNT).await.is(200).json();
        assert_eq!(account["email"], "olive@example.com");
        let owner = by_app(&thief, &app).await;
        owner.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
    });
}

#[test]
fn adding_an_ssh_key_asks_for_a_recent_sign_in() {
    run(async {
        let cast = Cast::new().await;
        let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
        let add = async |actor: &Actor, body| actor.post(path::ACCOUNT_SSH_KEYS, body).await;
        let body = || json!({ "name": "Laptop", "publicKey": line });
        cast.world.skip(16 * MINUTE);
        let asked = add(&cast.owner, body()).await;
        let header = "Session error=\"insufficient_user_authentication\", max_age=900";
        assert_eq!(asked.header("www-authenticate"), Some(header));
        asked.refuses(401, "UNAUTHORIZED");
        // Who is asking is settled before what is asked is looked at.
        add(&cast.owner, json!({})).await.refuses(401, "UNAUTHORIZED");
        add(&cast.nobody, body()).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(cast.owner.get(path::ACCOUNT_SSH_KEYS).await.is(200).json(), json!([]));
        let owner = by_password(&cast.owner).await;
        let added = add(&owner, body()).await.is(201).json();
        // A key that should not be there goes at once.
        cast.world.skip(16 * MINUTE);
        owner.delete(path::account_ssh_key(added["id"].as_str().unwrap())).await.is(204);
    });
}
