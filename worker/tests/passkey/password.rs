//! Accounts with a passkey and no password, and what becomes of passkeys when an account changes hands.

use super::add;
use crate::{
    authenticator::{Algorithm, Authenticator},
    support::{Actor, Cast, PASSWORD, Reply, last_mail, run, token_of},
    totp::attempt,
};
use guildhall_shared::{
    path,
    timestamp::{DAY, MINUTE},
};
use serde_json::{Value, json};

/// A password that nobody has yet.
const NEW: &str = "brass-kettle-otter-9";

async fn sign_in(nobody: &Actor, key: &mut Authenticator) -> Reply {
    let options = nobody.post_nothing(path::PASSKEY_SIGN_IN_OPTIONS).await.is(200).json();
    nobody.post(path::PASSKEY_SIGN_IN, json!({ "credential": key.answer(&options) })).await
}

/// Whether the account has a password, as its session says.
async fn has_password(actor: &Actor) -> Value {
    actor.get(path::SESSION).await.json()["user"]["isPasswordAuthEnabled"].clone()
}

#[test]
fn an_account_without_a_password_has_every_path() {
    run(async {
        let cast = Cast::new().await;
        let (owner, nobody) = (&cast.owner, &cast.nobody);
        let reply = owner.delete(path::ACCOUNT_PASSWORD).await.refuses(409, "CONFLICT");
        assert!(reply.message().contains("Add one first"));
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let made = add(owner, &mut key, "Key").await;
        let place = path::account_passkey(made["id"].as_str().unwrap());
        let other = Actor::signed_in(&cast.world, "olive", &sign_in(nobody, &mut key).await.is(200));
        assert_eq!(has_password(owner).await, true);
        owner.delete(path::ACCOUNT_PASSWORD).await.is(204);
        owner.delete(path::ACCOUNT_PASSWORD).await.refuses(409, "CONFLICT");
        assert_eq!((has_password(owner).await, has_password(&other).await), (json!(false), json!(false)));
        assert!(owner.get(path::ACCOUNT).await.json().get("dtPasswordChanged").is_none());
        cast.world.drain().await;
        assert_eq!(last_mail(&cast.world, "olive@example.com").subject, "Your password was removed");
        // It answers like a wrong password, and proves nothing either.
        let reply = attempt(owner).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.message().starts_with("Wrong email or password."));
        owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.refuses(400, "BAD_REQUEST");
        // The only way in stays, even for whoever has just proved it.
        let reply = other.delete(&place).await.refuses(409, "CONFLICT");
        assert!(reply.message().contains("Set a password first"));
        // A recent sign-in comes by the passkey, and a password by a recent sign-in.
        cast.world.skip(16 * MINUTE);
        other.put(path::ACCOUNT_PASSWORD, json!({ "password": NEW })).await.refuses(401, "UNAUTHORIZED");
        let options = other.post_nothing(path::REAUTHENTICATE_OPTIONS).await.is(200).json();
        let body = json!({ "method": "passkey", "credential": key.answer(&options) });
        let other = other.following(&other.post(path::REAUTHENTICATE, body).await.is(204));
        let other = other.following(&other.put(path::ACCOUNT_PASSWORD, json!({ "password": NEW })).await.is(204));
        assert_eq!(has_password(&other).await, true);
        nobody.post(path::SIGN_IN, json!({ "email": "olive@example.com", "password": NEW })).await.is(202);
        other.delete(&place).await.is(204);
    });
}

#[test]
fn a_mailed_link_sets_a_password_again() {
    run(async {
        let cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        add(&cast.owner, &mut key, "Key").await;
        cast.world.pass(8 * DAY).await;
        let owner = Actor::signed_in(&cast.world, "olive", &sign_in(&cast.nobody, &mut key).await.is(200));
        let cast = Cast { owner, ..cast };
        let ask = async || {
            cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "olive@example.com" })).await.is(202);
            cast.world.drain().await;
            token_of(&last_mail(&cast.world, "olive@example.com"))
        };
        let early = ask().await;
        cast.owner.delete(path::ACCOUNT_PASSWORD).await.is(204);
        cast.world.drain().await;
        let reset =
            async |token: &str| cast.nobody.put(path::PASSWORD_RESET, json!({ "token": token, "password": NEW })).await;
        reset(&early).await.refuses(400, "BAD_REQUEST");
        reset(&ask().await).await.is(200);
        // The passkey is asked for as before.
        let asked = cast.nobody.post(path::SIGN_IN, json!({ "email": "olive@example.com", "password": NEW })).await;
        assert_eq!(asked.is(202).json()["methods"], json!(["passkey", "recovery"]));
        let olive = Actor::signed_in(&cast.world, "olive", &sign_in(&cast.nobody, &mut key).await.is(200));
        assert_eq!(has_password(&olive).await, true);
    });
}

#[test]
fn attempts_to_reset_the_password_lock_no_passkey() {
    run(async {
        let cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        add(&cast.owner, &mut key, "Key").await;
        for _ in 0..5 {
            cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "olive@example.com" })).await.is(202);
        }
        cast.world.drain().await;
        assert!(last_mail(&cast.world, "olive@example.com").subject.contains("locked"));
        attempt(&cast.owner).await.refuses(401, "UNAUTHORIZED");
        sign_in(&cast.nobody, &mut key).await.is(200);
    });
}

#[test]
fn undoing_a_change_of_email_takes_the_passkeys_away_that_came_after_it() {
    run(async {
        let cast = Cast::new().await;
        let [mut before, mut after] = [1, 2].map(|seed| Authenticator::new(Algorithm::Es256, seed));
        add(&cast.owner, &mut before, "Before").await;
        cast.world.pass(8 * DAY).await;
        let owner = Actor::signed_in(&cast.world, "olive", &sign_in(&cast.nobody, &mut before).await.is(200));
        let cast = Cast { owner, ..cast };
        cast.owner.post(path::ACCOUNT_EMAIL, json!({ "email": "olive@example.org" })).await.is(202);
        cast.world.drain().await;
        let token = token_of(&last_mail(&cast.world, "olive@example.org"));
        cast.owner.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
        cast.world.drain().await;
        let undo = token_of(&last_mail(&cast.world, "olive@example.com"));
        add(&cast.owner, &mut after, "After").await;
        cast.owner.delete(path::ACCOUNT_PASSWORD).await.is(204);
        cast.nobody.post(path::EMAIL_UNDO, json!({ "token": undo, "password": NEW })).await.is(200);
        sign_in(&cast.nobody, &mut after).await.refuses(401, "UNAUTHORIZED");
        let olive = Actor::signed_in(&cast.world, "olive", &sign_in(&cast.nobody, &mut before).await.is(200));
        assert_eq!(has_password(&olive).await, true);
        assert_eq!(olive.get(path::ACCOUNT_PASSKEYS).await.json().as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_reset_password_takes_an_unconfirmed_account_with_its_passkeys() {
    run(async {
        let cast = Cast::new().await;
        let impostor = Actor::unconfirmed(&cast.world, "una").await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        add(&impostor, &mut key, "Key").await;
        cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "una@example.com" })).await.is(202);
        cast.world.drain().await;
        let token = token_of(&last_mail(&cast.world, "una@example.com"));
        cast.nobody.put(path::PASSWORD_RESET, json!({ "token": token, "password": NEW })).await.is(200);
        sign_in(&cast.nobody, &mut key).await.refuses(401, "UNAUTHORIZED");
        cast.nobody.post(path::SIGN_IN, json!({ "email": "una@example.com", "password": NEW })).await.is(200);
    });
}

#[test]
fn a_passkey_is_a_second_factor_that_admins_see() {
    run(async {
        let cast = Cast::new().await;
        add(&cast.member, &mut Authenticator::new(Algorithm::Es256, 1), "Key").await;
        cast.world.drain().await;
        let members = cast.admin.get(path::team_members(&cast.team)).await.is(200).json();
        let mia = members.as_array().unwrap().iter().find(|member| member["user"]["username"] == "mia").unwrap();
        assert_eq!(mia["hasSecondFactor"], true);
    });
}
