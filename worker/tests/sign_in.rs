//! Signing in, its limits, proving oneself again, signing out.

use crate::{
    session::sign_in,
    support::{Actor, Cast, PASSWORD, Reply, ask, idle, last_mail, run, token_of},
};
use guildhall_shared::{
    path,
    timestamp::{HOUR, MINUTE},
};
use guildhall_worker::{
    credentials::secret::Installation,
    features::{emails::email, sign_in::email_attempt},
    object::{Caller, ObjectName},
};
use serde_json::json;

async fn attempt(actor: &Actor, email: &str, password: &str) -> Reply {
    actor.post(path::SIGN_IN, json!({ "email": email, "password": password })).await
}

#[test]
fn an_email_is_known_in_any_case_and_a_password_in_any_form() {
    run(async {
        let cast = Cast::new().await;
        let reply = attempt(&cast.nobody, " OLIVE@Example.COM ", PASSWORD).await.is(200);
        assert_eq!(Actor::signed_in(&cast.world, "olive", &reply).id, cast.owner.id);
        // The same in full-width letters, which NFKC makes the same.
        attempt(&cast.nobody, "olive@example.com", &PASSWORD.replace("tall", "ｔａｌｌ")).await.is(200);
        attempt(&cast.nobody, "olive@example.com", &PASSWORD.to_uppercase()).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_wrong_password_and_an_unknown_email_get_the_same_answer() {
    run(async {
        let cast = Cast::new().await;
        let wrong = attempt(&cast.nobody, "olive@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        let unknown = attempt(&cast.nobody, "nina@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        assert_eq!(wrong.text, unknown.text);
        assert_eq!((wrong.header("set-cookie"), unknown.header("set-cookie")), (None, None));
        let names = |reply: &Reply| reply.headers.keys().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&wrong), names(&unknown));
        for malformed in ["", "x", "olive@example"] {
            attempt(&cast.nobody, malformed, PASSWORD).await.refuses(400, "BAD_REQUEST");
        }
        assert!(cast.world.letters.borrow().is_empty());
    });
}

#[test]
fn every_sign_in_is_a_session_of_its_own() {
    run(async {
        let cast = Cast::new().await;
        let second = sign_in(&cast.owner).await;
        assert_ne!(second.credential, cast.owner.credential);
        let reply = second.post_nothing(path::SIGN_OUT).await.is(204);
        assert_eq!(
            reply.header("set-cookie"),
            Some("__Host-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
        );
        second.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        second.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.refuses(401, "UNAUTHORIZED");
        let again = second.post_nothing(path::SIGN_OUT).await.refuses(401, "UNAUTHORIZED");
        assert!(again.header("set-cookie").unwrap().contains("Max-Age=0"));
        cast.owner.get(path::ACCOUNT).await.is(200);
    });
}

#[test]
fn ten_wrong_passwords_make_the_account_wait_and_mail_its_owner() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..10 {
            attempt(&cast.nobody, "olive@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
            cast.world.skip(1000);
        }
        for password in [PASSWORD, "wrong"] {
            let reply = attempt(&cast.nobody, "Olive@example.com", password).await.refuses(429, "TOO_MANY_REQUESTS");
            assert_eq!(reply.header("retry-after"), Some("890"));
        }
        cast.world.drain().await;
        let mails = cast.world.letters.borrow().clone();
        assert_eq!(mails.len(), 1, "one mail, however many more tries");
        assert_eq!((mails[0].to.as_str(), mails[0].links.len()), ("olive@example.com", 0));
        assert!(mails[0].text.contains("192.0.2.1"));
        // Other people's guesses end no session, and touch no other account.
        cast.owner.get(path::ACCOUNT).await.is(200);
        sign_in(&cast.member).await;
        cast.world.pass(15 * MINUTE).await;
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
    });
}

#[test]
fn an_unknown_email_waits_alike_and_nobody_is_mailed() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..10 {
            attempt(&cast.nobody, "nina@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        }
        let reply = attempt(&cast.nobody, "nina@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        assert_eq!(reply.header("retry-after"), Some("900"));
        cast.world.drain().await;
        assert!(cast.world.letters.borrow().is_empty());
    });
}

#[test]
fn a_right_password_clears_the_count() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..2 {
            for _ in 0..9 {
                attempt(&cast.nobody, "olive@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
            }
            attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
        }
        cast.world.drain().await;
        assert!(cast.world.letters.borrow().iter().all(|mail| mail.subject == "A new device signed in"));
    });
}

#[test]
fn one_address_signs_in_100_times_in_15_minutes() {
    run(async {
        let cast = Cast::new().await;
        let near = cast.nobody.with("cf-connecting-ip", "198.51.100.7");
        for _ in 0..100 {
            // After ten the email waits, which counts for the address all the same.
            let reply = attempt(&near, "nina@example.com", "wrong").await;
            assert!([401, 429].contains(&reply.status));
        }
        let reply = attempt(&near, "olive@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        assert_eq!(reply.header("retry-after"), Some("900"));
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
        cast.world.pass(15 * MINUTE).await;
        attempt(&near, "olive@example.com", PASSWORD).await.is(200);
    });
}

#[test]
fn counts_are_forgotten() {
    run(async {
        let cast = Cast::new().await;
        attempt(&cast.nobody, "nina@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        cast.world.pass(25 * HOUR).await;
        for name in cast.world.object_names() {
            let records = cast.world.records(&name);
            assert!(!records.contains_key("attempts") && !records.contains_key("count/sign-in"), "{name:?}");
        }
    });
}

#[test]
fn making_a_key_asks_for_the_password_after_15_minutes() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_api_keys(&cast.team);
        let body = || json!({ "name": "Build" });
        cast.world.pass(15 * MINUTE - 1000).await;
        let fresh = sign_in(&cast.owner).await;
        cast.world.pass(15 * MINUTE).await;
        fresh.post(&place, body()).await.is(201);
        cast.world.pass(1000).await;
        let reply = fresh.post(&place, body()).await.refuses(401, "UNAUTHORIZED");
        let challenge = "Session error=\"insufficient_user_authentication\", max_age=900";
        assert_eq!(reply.header("www-authenticate"), Some(challenge));
        // Nothing else is asked again.
        fresh.patch(path::team(&cast.team), json!({ "bio": "new" })).await.is(200);
        fresh.post(path::REAUTHENTICATE, json!({ "password": "wrong" })).await.refuses(400, "BAD_REQUEST");
        fresh.post(&place, body()).await.refuses(401, "UNAUTHORIZED");
        let proved = fresh.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        assert_eq!(proved.text, "");
        // The cookie was turned over.
        fresh.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        let fresh = fresh.following(&proved);
        fresh.post(&place, body()).await.is(201);
        // The proof is this session's alone.
        cast.owner.post(&place, body()).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_stolen_session_cannot_guess_the_password_and_keeps_nobody_out() {
    run(async {
        let cast = Cast::new().await;
        let prove = |password: &'static str| cast.owner.post(path::REAUTHENTICATE, json!({ "password": password }));
        for left in (0..10).rev() {
            let reply = prove("wrong").await.refuses(400, "BAD_REQUEST");
            assert_eq!(reply.header("ratelimit"), Some(format!("\"proof\";r={left};t=900").as_str()));
        }
        let reply = prove(PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        assert_eq!(
            (reply.header("retry-after"), reply.message().as_str()),
            (Some("900"), "Too many attempts. Try again in 15 minutes.")
        );
        assert_eq!(reply.header("ratelimit-policy"), Some("\"proof\";q=10;w=900"));
        cast.owner.get(path::ACCOUNT).await.is(200);
        cast.world.drain().await;
        assert!(last_mail(&cast.world, "olive@example.com").text.contains("in a browser where you're signed in"));
        // It is this session's own: the owner signs in elsewhere, and proves there.
        let other = sign_in(&cast.owner).await;
        other.post(path::REAUTHENTICATE, json!({ "password": "wrong" })).await.refuses(400, "BAD_REQUEST");
        other.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        cast.world.pass(15 * MINUTE).await;
        prove(PASSWORD).await.is(204);
    });
}

/// The browser of a person who has signed in with it, with its session and its device cookie.
async fn known(cast: &Cast) -> Actor {
    let browser = cast.nobody.with("cf-connecting-ip", "198.51.100.1");
    let body = json!({ "email": "olive@example.com", "password": PASSWORD });
    browser.following(&browser.post(path::SIGN_IN, body).await.is(200))
}

#[test]
fn strangers_guesses_keep_the_owner_out_of_no_known_browser_and_of_no_proof() {
    run(async {
        let cast = Cast::new().await;
        let browser = known(&cast).await;
        for _ in 0..12 {
            attempt(&cast.nobody, "olive@example.com", "wrong").await;
        }
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        browser.following(&attempt(&browser, "olive@example.com", PASSWORD).await.is(200));
        // What strangers have used up stays so.
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
    });
}

#[test]
fn guesses_in_a_known_browser_count_for_themselves() {
    run(async {
        let cast = Cast::new().await;
        let browser = known(&cast).await;
        for left in (0..10).rev() {
            let reply = attempt(&browser, "olive@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
            assert!(reply.header("ratelimit").unwrap().contains(&format!("\"password\";r={left};t=900")));
        }
        let reply = attempt(&browser, "olive@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        assert_eq!(reply.header("retry-after"), Some("900"));
        cast.world.drain().await;
        assert!(last_mail(&cast.world, "olive@example.com").text.contains("a browser you've signed in from before"));
        // Elsewhere nothing has been counted.
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.is(200);
        cast.world.pass(15 * MINUTE).await;
        attempt(&browser, "olive@example.com", PASSWORD).await.is(200);
        attempt(&browser, "olive@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_browser_that_is_known_no_longer_is_a_stranger() {
    run(async {
        let cast = Cast::new().await;
        let browser = known(&cast).await;
        // A reset by mail forgets every browser; its cookie is as genuine as before.
        cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "olive@example.com" })).await.is(202);
        idle(&cast.world).await;
        cast.world.pass(1000).await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        let body = json!({ "token": token, "password": "another tall mule, 9" });
        cast.nobody.put(path::PASSWORD_RESET, body).await.is(200);
        cast.world.drain().await;
        for at in 0..10 {
            let who = if at % 2 == 0 { &browser } else { &cast.nobody };
            attempt(who, "olive@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        }
        for who in [&browser, &cast.nobody] {
            attempt(who, "olive@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        }
    });
}

#[test]
fn a_device_cookie_of_one_account_counts_nothing_for_another() {
    run(async {
        let cast = Cast::new().await;
        let browser = known(&cast).await;
        for _ in 0..10 {
            attempt(&browser, "mia@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        }
        attempt(&cast.nobody, "mia@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        attempt(&browser, "olive@example.com", PASSWORD).await.is(200);
    });
}

#[test]
fn an_account_that_once_claimed_an_email_neither_clears_nor_uses_up_its_count() {
    run(async {
        let cast = Cast::new().await;
        // Its claim lapses after a day, and somebody else signs up with the address.
        let first = Actor::unconfirmed(&cast.world, "ned").await;
        cast.world.pass(25 * HOUR).await;
        let body = json!({ "email": "ned@example.com", "password": PASSWORD, "username": "nina" });
        cast.nobody.post(path::SIGN_UP, body).await.is(201);
        cast.world.drain().await;
        for _ in 0..9 {
            attempt(&cast.nobody, "ned@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        }
        for password in ["wrong", PASSWORD] {
            let proved = first.post(path::REAUTHENTICATE, json!({ "password": password })).await;
            assert_eq!(proved.status, if password == PASSWORD { 204 } else { 400 });
        }
        attempt(&cast.nobody, "ned@example.com", "wrong").await.refuses(401, "UNAUTHORIZED");
        attempt(&cast.nobody, "ned@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        // No command from it is obeyed at the email.
        let hash = Installation::fixed().blind("email", "ned@example.com");
        let object = ObjectName::Email(hash.clone());
        let before = cast.world.records(&object);
        let account = first.id.parse().unwrap();
        let world = &cast.world;
        ask(world, Caller::System, &hash, &email_attempt::Clear { account }).await.unwrap();
        ask(world, Caller::System, &hash, &email_attempt::FreeFor { account }).await.unwrap();
        ask(world, Caller::System, &hash, &email::Denied { account }).await.unwrap();
        ask(world, Caller::System, &hash, &email::Release { account }).await.unwrap();
        assert!(ask(world, Caller::System, &hash, &email::Keep { account }).await.is_err());
        let records = |all: &std::collections::BTreeMap<String, guildhall_worker::store::Stored>| {
            all.iter()
                .filter(|(key, _)| !key.starts_with('~'))
                .map(|(key, stored)| (key.clone(), stored.value.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(records(&cast.world.records(&object)), records(&before));
    });
}

#[test]
fn addresses_of_one_network_count_together() {
    run(async {
        let cast = Cast::new().await;
        let from = |address: String| cast.nobody.with("cf-connecting-ip", &address);
        let body = || json!({ "email": "x@example.com" });
        // One /64 has 30 resets an hour, wherever in it they come from.
        for at in 0..30 {
            from(format!("2001:db8:1:1::{at:x}")).post(path::PASSWORD_RESET, body()).await.is(202);
        }
        from("2001:db8:1:1:ffff::1".into()).post(path::PASSWORD_RESET, body()).await.refuses(429, "TOO_MANY_REQUESTS");
        from("2001:db8:1:2::1".into()).post(path::PASSWORD_RESET, body()).await.is(202);
        // One /48 has ten times as many, over all of its networks; what was refused has counted there too.
        for at in 0..268 {
            from(format!("2001:db8:1:{:x}::1", 3 + at)).post(path::PASSWORD_RESET, body()).await.is(202);
        }
        let reply = from("2001:db8:1:ffff::1".into()).post(path::PASSWORD_RESET, body()).await;
        reply.refuses(429, "TOO_MANY_REQUESTS");
        from("2001:db8:2:1::1".into()).post(path::PASSWORD_RESET, body()).await.is(202);
    });
}

#[test]
fn a_401_names_its_scheme() {
    run(async {
        let cast = Cast::new().await;
        let reply = cast.nobody.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert_eq!(reply.message(), "You must be logged in to access this method.");
    });
}
