//! Changing the email: confirmed from the new mailbox, undone from the old one.

use crate::{
    session::sign_in,
    support::{Actor, Cast, PASSWORD, last_mail, run, token_of},
};
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR, MINUTE},
};
use serde_json::{Value, json};

const NEW: &str = "brass-kettle-otter-9";

async fn ask(actor: &Actor, email: &str) {
    actor.post(path::ACCOUNT_EMAIL, json!({ "email": email })).await.is(202);
    actor.world.drain().await;
}

async fn confirm(actor: &Actor, email: &str) {
    let token = token_of(&last_mail(&actor.world, email));
    actor.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
    actor.world.drain().await;
}

async fn change(actor: &Actor, email: &str) {
    ask(actor, email).await;
    confirm(actor, email).await;
}

async fn email_of(actor: &Actor) -> Value {
    actor.get(path::ACCOUNT).await.is(200).json()["email"].clone()
}

async fn sign_in_as(cast: &Cast, email: &str, password: &str) -> u16 {
    cast.nobody.post(path::SIGN_IN, json!({ "email": email, "password": password })).await.status
}

/// Whether somebody else may sign up with it.
async fn is_free(cast: &Cast, email: &str) -> bool {
    let name = email.replace(['.', '@'], "-");
    let body = json!({ "email": email, "password": PASSWORD, "username": name });
    let reply = cast.nobody.post(path::SIGN_UP, body).await;
    assert!([201, 409].contains(&reply.status), "{}", reply.text);
    reply.status == 201
}

async fn undo(cast: &Cast, token: &str) -> u16 {
    cast.nobody.post(path::EMAIL_UNDO, json!({ "token": token, "password": NEW })).await.status
}

#[test]
fn a_new_email_counts_when_its_own_mailbox_confirms_it() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.owner, " Olive@Example.org ").await;
        let account = cast.owner.get(path::ACCOUNT).await.is(200).json();
        assert_eq!(
            (&account["email"], &account["pendingEmail"]),
            (&json!("olive@example.com"), &json!("Olive@Example.org"))
        );
        assert_eq!(sign_in_as(&cast, "olive@example.org", PASSWORD).await, 401);
        let letter = last_mail(&cast.world, "Olive@Example.org");
        assert_eq!(letter.subject, "Confirm your new email address");
        let token = token_of(&letter);
        cast.stranger.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.refuses(403, "FORBIDDEN");
        cast.owner.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
        cast.owner.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
        cast.world.drain().await;
        let account = cast.owner.get(path::ACCOUNT).await.is(200).json();
        assert_eq!((&account["email"], account.get("pendingEmail")), (&json!("Olive@Example.org"), None));
        assert_eq!(sign_in_as(&cast, "olive@example.org", PASSWORD).await, 200);
        assert_eq!(sign_in_as(&cast, "olive@example.com", PASSWORD).await, 401);
        // Teams see it, and the old mailbox is told.
        let members = cast.admin.get(path::team_members(&cast.team) + "?role=owner").await.is(200).json();
        assert_eq!(members[0]["email"], "Olive@Example.org");
        let letter = last_mail(&cast.world, "olive@example.com");
        assert_eq!(letter.subject, "Your email address was changed");
        assert!(letter.links[0].starts_with("https://guildhall.test/email-undo#token=e"));
        // The old one stays claimed for a week, and is nobody's to reset with.
        assert!(!is_free(&cast, "olive@example.com").await);
        let before = cast.world.letters.borrow().len();
        cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "olive@example.com" })).await.is(202);
        cast.world.drain().await;
        assert_eq!(cast.world.letters.borrow().len(), before);
        cast.world.pass(7 * DAY + MINUTE).await;
        assert!(is_free(&cast, "olive@example.com").await);
    });
}

#[test]
fn what_cannot_be_an_email_is_refused() {
    run(async {
        let cast = Cast::new().await;
        let ask = async |body| cast.owner.post(path::ACCOUNT_EMAIL, body).await;
        for bad in ["", "x", "olive@example", "olive@example.com"] {
            let reply = ask(json!({ "email": bad })).await.refuses(400, "BAD_REQUEST");
            assert!(reply.message().starts_with("email: "), "{bad}");
        }
        ask(json!({ "email": "adam@example.com" })).await.refuses(409, "CONFLICT");
        ask(json!({})).await.refuses(400, "BAD_REQUEST");
        cast.owner.delete(path::ACCOUNT_EMAIL).await.refuses(404, "NOT_FOUND");
        assert!(cast.world.letters.borrow().is_empty());
        cast.world.pass(16 * MINUTE).await;
        ask(json!({ "email": "olive@example.org" })).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn one_that_waits_can_be_taken_back_or_replaced_and_is_free_again() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.owner, "olive@example.org").await;
        let first = token_of(&last_mail(&cast.world, "olive@example.org"));
        ask(&cast.owner, "olive@example.net").await;
        cast.owner.post(path::CONFIRM_EMAIL, json!({ "token": first })).await.refuses(400, "BAD_REQUEST");
        assert!(is_free(&cast, "olive@example.org").await);
        let second = token_of(&last_mail(&cast.world, "olive@example.net"));
        cast.owner.delete(path::ACCOUNT_EMAIL).await.is(204);
        cast.world.drain().await;
        cast.owner.post(path::CONFIRM_EMAIL, json!({ "token": second })).await.refuses(400, "BAD_REQUEST");
        assert!(is_free(&cast, "olive@example.net").await);
        assert_eq!(email_of(&cast.owner).await, "olive@example.com");
    });
}

#[test]
fn asking_again_for_the_same_one_mails_a_new_link() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.owner, "olive@example.org").await;
        let first = token_of(&last_mail(&cast.world, "olive@example.org"));
        ask(&cast.owner, "olive@example.org").await;
        cast.owner.post(path::CONFIRM_EMAIL, json!({ "token": first })).await.refuses(400, "BAD_REQUEST");
        confirm(&cast.owner, "olive@example.org").await;
        assert_eq!(email_of(&cast.owner).await, "olive@example.org");
        for n in 0..3 {
            ask(&cast.owner, &format!("olive{n}@example.org")).await;
        }
        let reply = cast.owner.post(path::ACCOUNT_EMAIL, json!({ "email": "more@example.org" })).await;
        let wait: u32 = reply.refuses(429, "TOO_MANY_REQUESTS").header("retry-after").unwrap().parse().unwrap();
        assert!((3_500..=3_600).contains(&wait), "{wait}");
        cast.world.pass(HOUR).await;
        ask(&sign_in_with(&cast, "olive@example.org").await, "more@example.org").await;
    });
}

async fn sign_in_with(cast: &Cast, email: &str) -> Actor {
    let reply = cast.nobody.post(path::SIGN_IN, json!({ "email": email, "password": PASSWORD })).await.is(200);
    Actor::signed_in(&cast.world, "olive", &reply)
}

#[test]
fn one_that_is_not_confirmed_in_a_day_lapses() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.owner, "olive@example.org").await;
        let token = token_of(&last_mail(&cast.world, "olive@example.org"));
        cast.world.pass(DAY + MINUTE).await;
        cast.owner.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
        assert_eq!(cast.owner.get(path::ACCOUNT).await.json().get("pendingEmail"), None);
        assert!(is_free(&cast, "olive@example.org").await);
    });
}

#[test]
fn whoever_gets_the_link_by_mistake_can_say_so() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.owner, "nina@example.org").await;
        let token = token_of(&last_mail(&cast.world, "nina@example.org"));
        cast.nobody.post(path::CONFIRM_EMAIL_DENY, json!({ "token": token })).await.is(204);
        cast.world.drain().await;
        cast.owner.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
        // Nothing else happens to the account.
        assert_eq!(cast.owner.get(path::ACCOUNT).await.is(200).json().get("pendingEmail"), None);
        assert!(is_free(&cast, "nina@example.org").await);
    });
}

#[test]
fn the_old_mailbox_undoes_a_change_through_any_later_one() {
    run(async {
        let cast = Cast::new().await;
        let thief = sign_in(&cast.owner).await;
        change(&thief, "thief@example.org").await;
        let first = token_of(&last_mail(&cast.world, "olive@example.com"));
        change(&thief, "thief@example.net").await;
        let second = token_of(&last_mail(&cast.world, "thief@example.org"));
        ask(&thief, "thief@example.edu").await;
        for weak in ["short", "password1234"] {
            let weak = cast.nobody.post(path::EMAIL_UNDO, json!({ "token": first, "password": weak })).await;
            assert!(weak.refuses(400, "BAD_REQUEST").message().starts_with("password: "));
        }
        cast.world.pass(6 * DAY).await;
        assert_eq!(undo(&cast, &first).await, 200);
        cast.world.drain().await;
        for ended in [&thief, &cast.owner] {
            ended.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        }
        assert_eq!(sign_in_as(&cast, "thief@example.net", PASSWORD).await, 401);
        assert_eq!(sign_in_as(&cast, "olive@example.com", PASSWORD).await, 401);
        let reply = cast.nobody.post(path::SIGN_IN, json!({ "email": "olive@example.com", "password": NEW })).await;
        let owner = Actor::signed_in(&cast.world, "olive", &reply.is(200));
        assert_eq!(email_of(&owner).await, "olive@example.com");
        // The links of what came after are void, and its addresses free.
        assert_eq!(undo(&cast, &second).await, 400);
        assert_eq!(undo(&cast, &first).await, 400);
        for email in ["thief@example.org", "thief@example.net", "thief@example.edu"] {
            assert!(is_free(&cast, email).await, "{email}");
        }
        let members = cast.admin.get(path::team_members(&cast.team) + "?role=owner").await.is(200).json();
        assert_eq!(members[0]["email"], "olive@example.com");
    });
}

#[test]
fn a_change_cannot_be_undone_after_a_week() {
    run(async {
        let cast = Cast::new().await;
        change(&cast.owner, "olive@example.org").await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        cast.world.pass(7 * DAY).await;
        assert_eq!(undo(&cast, &token).await, 400);
        assert_eq!(sign_in_as(&cast, "olive@example.org", PASSWORD).await, 200);
    });
}

#[test]
fn going_back_to_the_old_one_keeps_it() {
    run(async {
        let cast = Cast::new().await;
        change(&cast.owner, "olive@example.org").await;
        change(&cast.owner, "olive@example.com").await;
        cast.world.pass(8 * DAY).await;
        assert_eq!(sign_in_as(&cast, "olive@example.com", PASSWORD).await, 200);
        assert!(!is_free(&cast, "olive@example.com").await);
        assert!(is_free(&cast, "olive@example.org").await);
    });
}

#[test]
fn an_unconfirmed_account_mends_its_email_and_the_wrong_one_gets_no_link_to_undo() {
    run(async {
        let cast = Cast::new().await;
        let una = Actor::unconfirmed(&cast.world, "una").await;
        cast.world.drain().await;
        let old = token_of(&last_mail(&cast.world, "una@example.com"));
        let before = cast.world.letters.borrow().iter().filter(|mail| mail.to == "una@example.com").count();
        change(&una, "una@example.org").await;
        una.post(path::CONFIRM_EMAIL, json!({ "token": old })).await.refuses(400, "BAD_REQUEST");
        assert_eq!(cast.world.letters.borrow().iter().filter(|mail| mail.to == "una@example.com").count(), before);
        assert!(una.get(path::ACCOUNT).await.is(200).json()["dtConfirmed"].is_string());
        assert!(is_free(&cast, "una@example.com").await);
        cast.world.pass(8 * DAY).await;
        assert_eq!(sign_in_as(&cast, "una@example.org", PASSWORD).await, 200);
    });
}

#[test]
fn of_two_accounts_that_ask_for_one_email_the_first_has_it() {
    run(async {
        let cast = Cast::new().await;
        let body = || json!({ "email": "shared@example.org" });
        let (one, two) = futures_util::join!(
            cast.owner.post(path::ACCOUNT_EMAIL, body()),
            cast.admin.post(path::ACCOUNT_EMAIL, body())
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [202, 409]);
    });
}

#[test]
fn one_that_is_taken_back_while_it_is_asked_for_again_is_claimed_or_free_and_never_both() {
    run(async {
        let mut kept = vec![];
        // The one call comes in at every point of the other.
        for later in 0..40 {
            let cast = Cast::new().await;
            ask(&cast.owner, "olive@example.org").await;
            let cancel = async {
                for _ in 0..later {
                    tokio::task::yield_now().await;
                }
                cast.owner.delete(path::ACCOUNT_EMAIL).await
            };
            let again = cast.owner.post(path::ACCOUNT_EMAIL, json!({ "email": "olive@example.org" }));
            let (again, cancel) = futures_util::join!(again, cancel);
            assert_eq!((again.status, cancel.status), (202, 204), "{later}: {} {}", again.text, cancel.text);
            cast.world.drain().await;
            let waits = cast.owner.get(path::ACCOUNT).await.json().get("pendingEmail").is_some();
            assert_ne!(is_free(&cast, "olive@example.org").await, waits, "{later}");
            kept.push(waits);
        }
        assert!(kept.contains(&true) && kept.contains(&false), "{kept:?}");
    });
}

#[test]
fn a_link_to_unlock_is_of_no_use_once_the_email_is_another() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..5 {
            cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "olive@example.com" })).await.is(202);
            cast.world.drain().await;
        }
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        change(&cast.owner, "olive@example.org").await;
        cast.nobody.post(path::UNLOCK, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
    });
}
