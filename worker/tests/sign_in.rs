//! Signing in, its limits, proving oneself again, signing out.

use crate::{
    session::sign_in,
    support::{Actor, Cast, PASSWORD, Reply, run},
};
use guildhall_shared::{
    path,
    timestamp::{HOUR, MINUTE},
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
        assert!(cast.world.mails.borrow().is_empty());
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
        cast.world.settle().await;
        let mails = cast.world.mails.borrow().clone();
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
        cast.world.settle().await;
        assert!(cast.world.mails.borrow().is_empty());
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
        cast.world.settle().await;
        assert!(cast.world.mails.borrow().iter().all(|mail| mail.subject == "A new device signed in"));
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
fn a_stolen_session_cannot_guess_the_password() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..10 {
            cast.owner.post(path::REAUTHENTICATE, json!({ "password": "wrong" })).await.refuses(400, "BAD_REQUEST");
        }
        cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.refuses(429, "TOO_MANY_REQUESTS");
        attempt(&cast.nobody, "olive@example.com", PASSWORD).await.refuses(429, "TOO_MANY_REQUESTS");
        cast.owner.get(path::ACCOUNT).await.is(200);
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
