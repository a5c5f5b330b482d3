//! Taking an account back by a mailed link: whoever had it for a while keeps nothing of what they added, and a mailbox
//! alone never finds less than stood before.

mod links;
mod mirror;

use crate::{
    authenticator::{Algorithm, Authenticator},
    passkey,
    session::sign_in,
    support::{Actor, Cast, PASSWORD, Reply, account_object, last_mail, run, ssh_key, token_of},
};
use guildhall_shared::{
    path,
    timestamp::{DAY, MINUTE},
};
use guildhall_worker::store::{Stored, memory::Faults};
use serde_json::{Value, json};

pub const NEW: &str = "brass-kettle-otter-9";

/// Asks for another email and confirms it.
pub async fn change_email(actor: &Actor, email: &str) {
    actor.post(path::ACCOUNT_EMAIL, json!({ "email": email })).await.is(202);
    actor.world.drain().await;
    let token = token_of(&last_mail(&actor.world, email));
    actor.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
    actor.world.drain().await;
}

/// The token of the last mail to somebody with this subject.
pub fn mailed(cast: &Cast, to: &str, subject: &str) -> String {
    let mails = cast.world.letters.borrow();
    let letter = mails.iter().rev().find(|letter| letter.to == to && letter.subject == subject);
    token_of(letter.unwrap_or_else(|| panic!("no mail to {to}: {subject}")))
}

/// Asks for a link to reset, and gives its token.
pub async fn ask_reset(cast: &Cast, email: &str) -> String {
    cast.nobody.post(path::PASSWORD_RESET, json!({ "email": email })).await.is(202);
    cast.world.drain().await;
    mailed(cast, email, "Choose a new password")
}

/// Uses a link with a new password.
pub async fn take(cast: &Cast, path: &str, token: &str) -> Reply {
    let body = json!({ "token": token, "password": NEW });
    let reply = if path == path::PASSWORD_RESET {
        cast.nobody.put(path, body).await
    } else {
        cast.nobody.post(path, body).await
    };
    cast.world.drain().await;
    reply
}

pub async fn attempt(cast: &Cast, email: &str, password: &str) -> Reply {
    cast.nobody.post(path::SIGN_IN, json!({ "email": email, "password": password })).await
}

/// A sign-in with the new password that asks for nothing more.
async fn back_in(cast: &Cast) -> Actor {
    let reply = attempt(cast, "olive@example.com", NEW).await.is(200);
    Actor::signed_in(&cast.world, "olive", &reply)
}

pub async fn by_passkey(cast: &Cast, key: &mut Authenticator) -> Reply {
    let options = cast.nobody.post_nothing(path::PASSKEY_SIGN_IN_OPTIONS).await.is(200).json();
    cast.nobody.post(path::PASSKEY_SIGN_IN, json!({ "credential": key.answer(&options) })).await
}

/// What a list of an answer names, as `kind name`.
pub fn items(list: &Value) -> Vec<String> {
    let item = |item: &Value| {
        let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
        format!("{} {name}", item["kind"].as_str().unwrap()).trim_end().to_owned()
    };
    list.as_array().unwrap().iter().map(item).collect()
}

#[test]
fn a_thief_with_the_password_keeps_nothing_when_the_old_mailbox_undoes_the_email() {
    run(async {
        let cast = Cast::new().await;
        let thief = sign_in(&cast.owner).await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        passkey::add(&thief, &mut key, "Theirs").await;
        change_email(&thief, "thief@example.org").await;
        let undo = mailed(&cast, "olive@example.com", "Your email address was changed");
        let taken = take(&cast, path::EMAIL_UNDO, &undo).await.is(200).json();
        assert_eq!(taken["email"], "olive@example.com");
        assert_eq!(items(&taken["removed"]), ["email thief@example.org", "passkey Theirs", "recoveryCodes"]);
        assert_eq!(taken["restored"], json!([]));
        by_passkey(&cast, &mut key).await.refuses(401, "UNAUTHORIZED");
        let owner = back_in(&cast).await;
        assert_eq!(owner.get(path::ACCOUNT_PASSKEYS).await.is(200).json(), json!([]));
        // The person is told, in the mail and in the log.
        let letter = last_mail(&cast.world, "olive@example.com");
        let letters = cast.world.letters.borrow().clone();
        let told = letters.iter().find(|letter| letter.subject == "Your account was taken back").unwrap();
        assert!(told.text.contains("passkey “Theirs”") && told.to == "olive@example.com", "{}", told.text);
        assert_eq!(letter.subject, "A new device signed in");
        let log = owner.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
        let lines: Vec<String> = log.as_array().unwrap().iter().map(|line| line["action"].to_string()).collect();
        assert!(lines.contains(&"\"email.undo\"".to_owned()) && lines.contains(&"\"take-back.remove\"".to_owned()));
    });
}

#[test]
fn a_reset_takes_what_came_within_a_week_and_leaves_what_is_older() {
    run(async {
        let cast = Cast::new().await;
        let add_ssh = async |actor: &Actor, name: &str, line: &str| {
            actor.post(path::ACCOUNT_SSH_KEYS, json!({ "name": name, "publicKey": line })).await.is(201);
        };
        add_ssh(&cast.owner, "Old", &ssh_key(1)).await;
        let old_key = cast.owner.make_key(&cast.team).await;
        cast.world.pass(8 * DAY).await;
        let thief = sign_in(&cast.owner).await;
        add_ssh(&thief, "Theirs", &ssh_key(2)).await;
        let new_key = thief.make_key(&cast.team).await;
        let own_key = thief.make_key(&thief.workspace).await;
        let theirs = cast.admin.get(path::team(&cast.team)).await;
        theirs.is(200);
        thief.post(path::ACCOUNT_EMAIL, json!({ "email": "thief@example.org" })).await.is(202);
        cast.world.drain().await;
        let pending = token_of(&last_mail(&cast.world, "thief@example.org"));
        let mailed_link = ask_reset(&cast, "olive@example.com").await;
        let taken = take(&cast, path::PASSWORD_RESET, &mailed_link).await.is(200).json();
        let mut removed = items(&taken["removed"]);
        removed.sort();
        assert_eq!(
            removed,
            ["apiKey key (core)", "apiKey key (olive)", "pendingEmail thief@example.org", "sshKey Theirs"]
        );
        thief.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        // The thief's link, opened later, changes nothing.
        let owner = back_in(&cast).await;
        owner.post(path::CONFIRM_EMAIL, json!({ "token": pending })).await.refuses(400, "BAD_REQUEST");
        assert_eq!(owner.get(path::ACCOUNT).await.is(200).json().get("pendingEmail"), None);
        for key in [&new_key, &own_key] {
            for program in [key.clone(), key.with("cache-control", "no-cache")] {
                program.get(path::TEAMS).await.refuses(401, "UNAUTHORIZED");
            }
        }
        old_key.get(path::TEAMS).await.is(200);
        let list = owner.get(path::ACCOUNT_SSH_KEYS).await.is(200).json();
        assert_eq!((list.as_array().unwrap().len(), &list[0]["name"]), (1, &json!("Old")));
        let log = owner.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
        let of_key =
            |line: &Value| line["detail"].as_str().is_some_and(|detail| detail.contains("API key “key (core)”"));
        assert!(log.as_array().unwrap().iter().any(of_key), "{log}");
    });
}

#[test]
fn api_keys_end_even_where_the_team_cannot_be_reached_at_once() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        let token = ask_reset(&cast, "olive@example.com").await;
        cast.world.faults.set(Faults { call_before: 1000, ..Faults::default() });
        let body = json!({ "token": token, "password": NEW });
        // The edge reaches nobody either, until the faults end.
        let mut reply = cast.nobody.put(path::PASSWORD_RESET, body.clone()).await;
        cast.world.faults.set(Faults { call_before: 300, ..Faults::default() });
        while reply.status == 500 {
            reply = cast.nobody.put(path::PASSWORD_RESET, body.clone()).await;
        }
        assert!([200, 400].contains(&reply.status), "{}", reply.text);
        cast.world.evict_all();
        cast.world.faults.set(Faults::default());
        cast.world.pass(2 * MINUTE).await;
        cast.world.drain().await;
        key.with("cache-control", "no-cache").get(path::TEAMS).await.refuses(401, "UNAUTHORIZED");
        key.get(path::TEAMS).await.refuses(401, "UNAUTHORIZED");
        attempt(&cast, "olive@example.com", NEW).await.is(200);
    });
}

#[test]
fn an_account_that_was_never_confirmed_goes_to_its_mailbox_with_nothing_in_it() {
    run(async {
        let cast = Cast::new().await;
        let impostor = Actor::unconfirmed(&cast.world, "una").await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let added = passkey::add(&impostor, &mut key, "Theirs").await;
        passkey::add(&impostor, &mut Authenticator::new(Algorithm::Es256, 2), "Other").await;
        impostor.delete(path::account_passkey(added["id"].as_str().unwrap())).await.is(204);
        impostor.post(path::ACCOUNT_EMAIL, json!({ "email": "thief@example.org" })).await.is(202);
        cast.world.drain().await;
        let pending = token_of(&last_mail(&cast.world, "thief@example.org"));
        // Its mails have no link: the mailbox may be anybody's.
        let mails: Vec<_> =
            cast.world.letters.borrow().iter().filter(|mail| mail.to == "una@example.com").cloned().collect();
        assert!(mails.iter().any(|mail| mail.subject == "A passkey was added"));
        assert!(mails.iter().all(|mail| !mail.text.contains("/take-back#")));
        let mailed_link = ask_reset(&cast, "una@example.com").await;
        let taken = take(&cast, path::PASSWORD_RESET, &mailed_link).await.is(200).json();
        assert_eq!(items(&taken["removed"]), ["pendingEmail thief@example.org", "passkey Other", "recoveryCodes"]);
        assert_eq!(taken["restored"], json!([]));
        let una = attempt(&cast, "una@example.com", NEW).await.is(200);
        let una = Actor::signed_in(&cast.world, "una", &una);
        una.post(path::CONFIRM_EMAIL, json!({ "token": pending })).await.refuses(400, "BAD_REQUEST");
        let records = cast.world.records(&account_object(&una));
        let left = |(key, _): &(String, Stored)| {
            ["passkey/", "former-factor/", "take-back/", "recovery"].iter().any(|own| key.starts_with(own))
        };
        assert_eq!(records.into_iter().filter(left).collect::<Vec<_>>(), vec![]);
    });
}

#[test]
fn an_account_that_the_thief_has_left_is_taken_back_too() {
    run(async {
        let cast = Cast::new().await;
        let thief = sign_in(&cast.member).await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        passkey::add(&thief, &mut key, "Theirs").await;
        cast.world.drain().await;
        let link = mailed(&cast, "mia@example.com", "A passkey was added");
        thief.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "mia" })).await.is(202);
        cast.world.drain().await;
        cast.world.letters.borrow_mut().clear();
        take(&cast, path::TAKE_BACK, &link).await.is(200);
        // It is still deactivated, and its owner has the way back.
        attempt(&cast, "mia@example.com", NEW).await.refuses(403, "FORBIDDEN");
        let back = mailed(&cast, "mia@example.com", "Your account is deactivated");
        cast.nobody.post(path::COME_BACK, json!({ "token": back })).await.is(204);
        attempt(&cast, "mia@example.com", NEW).await.is(200);
        by_passkey(&cast, &mut key).await.refuses(401, "UNAUTHORIZED");
        attempt(&cast, "mia@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
    });
}
