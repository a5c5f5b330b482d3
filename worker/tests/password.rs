//! Passwords: changing, resetting by a mailed link, the lock that several requests bring about.

mod hash;

use crate::{
    session::sign_in,
    support::{Actor, Cast, PASSWORD, Reply, account_object, last_mail, run, token_of},
};
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR, MINUTE, SECOND},
};
use guildhall_worker::store::memory::World;
use serde_json::{Value, json};

const NEW: &str = "brass-kettle-otter-9";

const LOCKED: &str = "Your account is locked";

async fn attempt(actor: &Actor, email: &str, password: &str) -> Reply {
    actor.post(path::SIGN_IN, json!({ "email": email, "password": password })).await
}

/// Asks for a link, and waits for what comes of it.
async fn ask(actor: &Actor, email: &str) {
    let reply = actor.post(path::PASSWORD_RESET, json!({ "email": email })).await.is(202);
    assert_eq!(reply.text, "");
    actor.world.drain().await;
}

fn mails_to(world: &World, email: &str, subject: &str) -> usize {
    world.letters.borrow().iter().filter(|mail| mail.to == email && mail.subject == subject).count()
}

async fn reset(actor: &Actor, token: &str, password: &str) -> Reply {
    actor.put(path::PASSWORD_RESET, json!({ "token": token, "password": password })).await
}

async fn log(actor: &Actor) -> Vec<String> {
    let events = actor.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
    events.as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_new_password_ends_all_other_sessions_and_turns_the_cookie_over() {
    run(async {
        let cast = Cast::new().await;
        let other = sign_in(&cast.owner).await;
        let reply = cast.owner.put(path::ACCOUNT_PASSWORD, json!({ "password": NEW })).await.is(204);
        for old in [&other, &cast.owner] {
            old.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
            old.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.refuses(401, "UNAUTHORIZED");
        }
        let owner = cast.owner.following(&reply);
        assert!(owner.get(path::ACCOUNT).await.is(200).json()["dtPasswordChanged"].is_string());
        assert_eq!(owner.get(path::ACCOUNT_SESSIONS).await.is(200).json().as_array().unwrap().len(), 1);
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
        attempt(&cast.nobody, "olive@example.com", NEW).await.is(200);
        cast.world.drain().await;
        assert_eq!(mails_to(&cast.world, "olive@example.com", "Your password was changed"), 1);
        assert!(log(&owner).await.contains(&"password.change".to_owned()));
        let seen = format!("{:?}", cast.world.snapshot());
        assert!(!seen.contains(NEW), "the password can be read somewhere");
    });
}

#[test]
fn a_password_that_will_not_do_says_why_and_changes_nothing() {
    run(async {
        let cast = Cast::new().await;
        for (bad, why) in [
            ("short", "at least 12"),
            ("password1234", "too common"),
            ("P@ssw0rd12345", "too common"),
            ("guildhall2026", "too common"),
            ("test-guildhall-99", "too common"),
            ("olive-olive-1", "your name"),
            (PASSWORD, "that you have"),
            (&"x y".repeat(86), "at most 256"),
        ] {
            let reply = cast.owner.put(path::ACCOUNT_PASSWORD, json!({ "password": bad })).await;
            let message = reply.refuses(400, "BAD_REQUEST").message();
            assert!(message.starts_with("password: ") && message.contains(why), "{bad}: {message}");
        }
        for body in [json!({}), json!({ "password": 7 }), json!({ "password": null })] {
            cast.owner.put(path::ACCOUNT_PASSWORD, body).await.refuses(400, "BAD_REQUEST");
        }
        cast.owner.get(path::ACCOUNT).await.is(200);
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
    });
}

#[test]
fn changing_it_asks_for_the_old_one_after_15_minutes() {
    run(async {
        let cast = Cast::new().await;
        cast.world.pass(16 * MINUTE).await;
        let body = || json!({ "password": NEW });
        let reply = cast.owner.put(path::ACCOUNT_PASSWORD, body()).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.header("www-authenticate").unwrap().contains("insufficient_user_authentication"));
        let proved = cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        cast.owner.following(&proved).put(path::ACCOUNT_PASSWORD, body()).await.is(204);
    });
}

#[test]
fn a_mailed_link_sets_a_new_password_once() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.nobody, " OLIVE@example.com ").await;
        let letter = last_mail(&cast.world, "olive@example.com");
        assert_eq!(letter.subject, "Choose a new password");
        assert!(letter.links[0].starts_with("https://guildhall.test/reset-password#token=p"));
        let token = token_of(&letter);
        // A password that will not do leaves the link good.
        for bad in ["short", "password1234", "olive-olive-1"] {
            let refused = reset(&cast.nobody, &token, bad).await.refuses(400, "BAD_REQUEST");
            assert!(refused.message().starts_with("password: "));
        }
        cast.owner.get(path::ACCOUNT).await.is(200);
        let reply = reset(&cast.nobody, &token, NEW).await.is(200);
        assert_eq!(reply.header("set-cookie"), None);
        cast.owner.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        reset(&cast.nobody, &token, "copper-lamp-heron-2").await.refuses(400, "BAD_REQUEST");
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
        let owner = attempt(&cast.nobody, "olive@example.com", NEW).await.is(200);
        let owner = Actor::signed_in(&cast.world, "olive", &owner);
        assert!(log(&owner).await.iter().any(|action| action == "password-reset"));
        cast.world.drain().await;
        assert_eq!(mails_to(&cast.world, "olive@example.com", "Your password was reset"), 1);
    });
}

#[test]
fn a_link_is_good_for_an_hour_and_one_that_was_used_voids_the_others() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.nobody, "olive@example.com").await;
        let late = token_of(&last_mail(&cast.world, "olive@example.com"));
        cast.world.pass(HOUR - SECOND).await;
        ask(&cast.nobody, "olive@example.com").await;
        let first = token_of(&last_mail(&cast.world, "olive@example.com"));
        cast.world.pass(SECOND).await;
        ask(&cast.nobody, "olive@example.com").await;
        let second = token_of(&last_mail(&cast.world, "olive@example.com"));
        reset(&cast.nobody, &late, NEW).await.refuses(400, "BAD_REQUEST");
        reset(&cast.nobody, &first, NEW).await.is(200);
        reset(&cast.nobody, &second, "copper-lamp-heron-2").await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn what_is_no_token_is_refused() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.nobody, "olive@example.com").await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        let other = format!("l{}", &token[1..]);
        for (path, bad) in
            [(path::PASSWORD_RESET, other.as_str()), (path::PASSWORD_RESET, ""), (path::EMAIL_UNDO, &token)]
        {
            let body = json!({ "token": bad, "password": NEW });
            let reply = if path == path::PASSWORD_RESET {
                cast.nobody.put(path, body).await
            } else {
                cast.nobody.post(path, body).await
            };
            assert!(reply.refuses(400, "BAD_REQUEST").message().starts_with("token: "));
        }
        cast.nobody.post(path::UNLOCK, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
        for malformed in ["", "x", "olive@example"] {
            let reply = cast.nobody.post(path::PASSWORD_RESET, json!({ "email": malformed })).await;
            reply.refuses(400, "BAD_REQUEST");
        }
    });
}

#[test]
fn an_unknown_email_is_answered_counted_and_locked_alike_and_gets_no_mail() {
    run(async {
        let cast = Cast::new().await;
        let known = cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "olive@example.com" })).await.is(202);
        let unknown = cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "nina@example.com" })).await.is(202);
        assert_eq!(known.text, unknown.text);
        let names = |reply: &Reply| reply.headers.keys().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&known), names(&unknown));
        for _ in 0..6 {
            ask(&cast.nobody, "nina@example.com").await;
        }
        assert!(cast.world.letters.borrow().iter().all(|mail| mail.to == "olive@example.com"));
        let reply = attempt(&cast.nobody, "nina@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.message().contains("If your account is locked"));
        cast.world.pass(3 * DAY).await;
        for name in cast.world.object_names() {
            let records = cast.world.records(&name);
            let left = |key: &String| key == "resets" || key == "attempts" || key.starts_with("security/");
            let is_people = format!("{name:?}").starts_with("Account")
                && records.contains_key(&format!("account/{}", name.place().1));
            assert!(is_people || !records.keys().any(left), "{name:?} {records:?}");
        }
    });
}

/// Five requests from a stranger, an hour at most.
async fn lock(cast: &Cast) {
    let stranger = cast.nobody.with("cf-connecting-ip", "203.0.113.9");
    for _ in 0..5 {
        ask(&stranger, "olive@example.com").await;
    }
    assert_eq!(last_mail(&cast.world, "olive@example.com").subject, LOCKED);
}

#[test]
fn five_requests_in_an_hour_lock_and_the_mail_says_the_way_out() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        for _ in 0..4 {
            ask(&cast.nobody, "olive@example.com").await;
        }
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
        ask(&cast.nobody, "olive@example.com").await;
        let letter = last_mail(&cast.world, "olive@example.com");
        assert_eq!(letter.subject, LOCKED);
        assert!(letter.links[0].starts_with("https://guildhall.test/unlock#token=l"));
        // The same answer as to a wrong password, and it says where the way out is.
        let right = attempt(&cast.nobody, "olive@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
        let wrong = attempt(&cast.nobody, "olive@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        assert_eq!(right.text, wrong.text);
        // Sessions and keys go on.
        cast.owner.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.is(200);
        key.get(path::team(&cast.team)).await.is(200);
        // No more mails come of it.
        let before = cast.world.letters.borrow().len();
        ask(&cast.nobody, "olive@example.com").await;
        assert_eq!(cast.world.letters.borrow().len(), before);

        let token = token_of(&letter);
        cast.nobody.post(path::UNLOCK, json!({ "token": token })).await.is(204);
        cast.world.drain().await;
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
        cast.nobody.post(path::UNLOCK, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
        let log = log(&cast.owner).await;
        assert!(["lock", "unlock", "password-reset.request"].iter().all(|action| log.contains(&(*action).to_owned())));
    });
}

#[test]
fn a_lock_ends_by_itself_after_24_hours() {
    run(async {
        let cast = Cast::new().await;
        lock(&cast).await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        cast.world.pass(DAY - MINUTE).await;
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
        cast.world.pass(MINUTE).await;
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
        cast.nobody.post(path::UNLOCK, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn requests_that_are_spread_out_lock_nothing() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..12 {
            ask(&cast.nobody, "olive@example.com").await;
            cast.world.pass(15 * MINUTE + SECOND).await;
        }
        assert_eq!(mails_to(&cast.world, "olive@example.com", LOCKED), 0);
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
    });
}

#[test]
fn a_browser_that_has_signed_in_before_passes_the_lock() {
    run(async {
        let cast = Cast::new().await;
        let known = attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
        let known = cast.nobody.following(&known);
        lock(&cast).await;
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
        attempt(&known, "olive@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        attempt(&known, "olive@example.com", PASSWORD).await.is(200);
        // It may ask for a link, too.
        ask(&known, "olive@example.com").await;
        assert_eq!(last_mail(&cast.world, "olive@example.com").subject, "Choose a new password");
        // Another account's browser is none of this one's.
        let foreign = cast.nobody.following(&attempt(&cast.nobody, "adam@example.com", PASSWORD).await.is(200));
        attempt(&foreign, "olive@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_link_that_was_mailed_before_the_lock_still_works_and_ends_it() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.nobody, "olive@example.com").await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        for _ in 0..4 {
            ask(&cast.nobody, "olive@example.com").await;
        }
        assert_eq!(last_mail(&cast.world, "olive@example.com").subject, LOCKED);
        reset(&cast.nobody, &token, NEW).await.is(200);
        cast.world.drain().await;
        attempt(&cast.nobody, "olive@example.com", NEW).await.is(200);
    });
}

#[test]
fn a_mailbox_that_ended_a_lock_is_kept_from_locks_for_a_day() {
    run(async {
        let cast = Cast::new().await;
        lock(&cast).await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        cast.nobody.post(path::UNLOCK, json!({ "token": token })).await.is(204);
        cast.world.drain().await;
        for _ in 0..10 {
            ask(&cast.nobody, "olive@example.com").await;
        }
        assert_eq!(mails_to(&cast.world, "olive@example.com", LOCKED), 1);
        // Nor is it flooded: five links an hour at most.
        assert_eq!(mails_to(&cast.world, "olive@example.com", "Choose a new password"), 4 + 1);
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
        cast.world.pass(DAY).await;
        lock(&cast).await;
    });
}

#[test]
fn resetting_an_unconfirmed_account_takes_it_from_whoever_made_it() {
    run(async {
        let cast = Cast::new().await;
        let impostor = Actor::unconfirmed(&cast.world, "una").await;
        ask(&cast.nobody, "una@example.com").await;
        let token = token_of(&last_mail(&cast.world, "una@example.com"));
        reset(&cast.nobody, &token, NEW).await.is(200);
        impostor.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        attempt(&cast.nobody, "una@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
        let una = attempt(&cast.nobody, "una@example.com", NEW).await.is(200);
        let una = Actor::signed_in(&cast.world, "una", &una);
        assert!(una.get(path::ACCOUNT).await.json()["dtConfirmed"].is_string());
        cast.world.pass(8 * DAY).await;
        una.get(path::ACCOUNT).await.is(200);
    });
}

#[test]
fn one_network_asks_for_thirty_links_an_hour() {
    run(async {
        let cast = Cast::new().await;
        let near = cast.nobody.with("cf-connecting-ip", "198.51.100.7");
        let first = cast.world.now();
        for n in 0..30 {
            let body = json!({ "email": format!("nobody{n}@example.com") });
            near.post(path::PASSWORD_RESET, body).await.is(202);
        }
        let body = json!({ "email": "olive@example.com" });
        let reply = near.post(path::PASSWORD_RESET, body.clone()).await.refuses(429, "TOO_MANY_REQUESTS");
        let wait = (HOUR - cast.world.now().since(first)).div_euclid(SECOND) + 1;
        assert!((wait - 3..=wait).contains(&reply.header("retry-after").unwrap().parse().unwrap()), "{wait}");
        cast.nobody.post(path::PASSWORD_RESET, body.clone()).await.is(202);
        cast.world.pass(HOUR).await;
        near.post(path::PASSWORD_RESET, body).await.is(202);
    });
}

#[test]
fn one_link_at_once_from_two_sides_sets_one_password() {
    run(async {
        let cast = Cast::new().await;
        ask(&cast.nobody, "olive@example.com").await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        let (one, two) =
            futures_util::join!(reset(&cast.nobody, &token, NEW), reset(&cast.nobody, &token, "copper-lamp-heron-2"));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    });
}

#[test]
fn fifty_wrong_passwords_at_once_are_counted_exactly() {
    run(async {
        let cast = Cast::new().await;
        let body: Vec<Value> = (0..50).map(|_| json!({ "email": "olive@example.com", "password": "wrong" })).collect();
        let replies =
            futures_util::future::join_all(body.into_iter().map(|body| cast.nobody.post(path::SIGN_IN, body))).await;
        let of = |status: u16| replies.iter().filter(|reply| reply.status == status).count();
        assert_eq!((of(401), of(429)), (10, 40));
        let failures = cast.world.records(&account_object(&cast.owner));
        let lines = failures.values().filter(|record| record.value.contains("\"sign-in.fail\""));
        let counts: Vec<bool> = lines.map(|record| record.value.contains("\"count\":10")).collect();
        assert_eq!(counts, [true], "one line counts all ten");
        // A session that exists goes on.
        cast.owner.get(path::ACCOUNT).await.is(200);
    });
}

#[test]
fn a_link_ends_with_the_claim_on_an_email_that_was_never_confirmed() {
    run(async {
        let cast = Cast::new().await;
        let una = Actor::unconfirmed(&cast.world, "una").await;
        cast.world.pass(DAY - MINUTE).await;
        ask(&cast.nobody, "una@example.com").await;
        let token = token_of(&last_mail(&cast.world, "una@example.com"));
        cast.world.pass(2 * MINUTE).await;
        // The email is free again, and somebody else takes it.
        let body = json!({ "email": "una@example.com", "password": PASSWORD, "username": "una-too" });
        cast.nobody.post(path::SIGN_UP, body).await.is(201);
        reset(&cast.nobody, &token, NEW).await.refuses(400, "BAD_REQUEST");
        assert_eq!(una.get(path::ACCOUNT).await.is(200).json()["dtConfirmed"], Value::Null);
    });
}
