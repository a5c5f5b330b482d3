//! Signing up and confirming the email.

use crate::support::{Actor, Cast, PASSWORD, Reply, account_object, last_mail, run, token_of};
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR, MINUTE},
};
use guildhall_worker::{object::ObjectName, store::memory::World};
use serde_json::{Value, json};
use std::rc::Rc;

fn body(email: &str, username: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "username": username })
}

async fn sign_up(world: &Rc<World>, body: Value) -> Reply {
    Actor::nobody(world).post(path::SIGN_UP, body).await
}

fn mails_to(world: &World, to: &str) -> usize {
    world.letters.borrow().iter().filter(|letter| letter.to == to).count()
}

#[test]
fn signing_up_makes_an_account_with_its_workspace_and_a_mail() {
    run(async {
        let world = World::new(1);
        let mut form = body("Nina@Example.com", "nina");
        form["firstName"] = json!(" Nina ");
        let reply = sign_up(&world, form).await.is(201);
        let cookie = reply.header("set-cookie").unwrap();
        assert!(cookie.starts_with("__Host-session="));
        assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=2592000"), "{cookie}");
        let nina = Actor::signed_in(&world, "nina", &reply);
        let session = nina.get(path::SESSION).await.is(200).json();
        assert_eq!(session, reply.json());
        assert_eq!(
            (&session["user"]["email"], &session["user"]["firstName"]),
            (&json!("Nina@Example.com"), &json!("Nina"))
        );
        assert_eq!(session["user"].get("dtConfirmed"), None);
        let workspace = nina.get(path::team("nina")).await.is(200).json();
        assert_eq!((&workspace["isPrivate"], &workspace["id"]), (&json!(true), &json!(nina.workspace)));
        let letter = last_mail(&world, "Nina@Example.com");
        assert!(letter.links[0].starts_with("https://guildhall.test/confirm-email#token="));
        assert_eq!(world.letters.borrow().len(), 1);
    });
}

#[test]
fn a_taken_email_or_username_is_a_conflict_and_claims_nothing() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.object_names().len();
        for taken in
            [body("OLIVE@example.com", "nina"), body("nina@example.com", "olive"), body("nina@example.com", "core")]
        {
            let reply = sign_up(&cast.world, taken).await.refuses(409, "CONFLICT");
            assert_eq!(reply.header("set-cookie"), None);
        }
        assert!(cast.world.letters.borrow().is_empty());
        assert!(cast.world.object_names().len() > before, "names were asked");
        // Neither the email of the refused nor the username is held.
        sign_up(&cast.world, body("nina@example.com", "nina")).await.is(201);
    });
}

#[test]
fn a_form_that_does_not_hold_gets_every_reason_at_once() {
    run(async {
        let world = World::new(1);
        let wrong = json!({ "email": "x", "password": "short", "username": "A b", "firstName": "a\u{202e}b", "lastName": "x".repeat(65) });
        let reply = sign_up(&world, wrong).await.refuses(400, "BAD_REQUEST").json();
        let issues: Vec<&str> =
            reply["issues"].as_array().unwrap().iter().map(|i| i["message"].as_str().unwrap()).collect();
        for field in ["email: ", "password: ", "username: ", "firstName: ", "lastName: "] {
            assert_eq!(issues.iter().filter(|issue| issue.starts_with(field)).count(), 1, "{field} in {issues:?}");
        }
        for wrong in [
            body("a@b", "nina"),
            body("nina@example.com", "v1"),
            body("nina@example.com", "u0aaaaaaaaaa"),
            body("nina@example.com", &"a".repeat(40)),
            json!({ "email": "nina@example.com", "password": "nina-nina-nina", "username": "nina" }),
            json!({ "email": "nina@example.com", "password": "password1234", "username": "nina" }),
            json!({ "email": "nina@example.com", "username": "nina" }),
        ] {
            sign_up(&world, wrong).await.refuses(400, "BAD_REQUEST");
        }
        assert!(world.object_names() == [ObjectName::Installation] && world.letters.borrow().is_empty());
    });
}

#[test]
fn the_list_of_words_is_read_once_and_without_it_none_is_taken() {
    // A thread is an isolate: this one has not read the list yet.
    let isolate = std::thread::spawn(|| {
        run(async {
            let world = World::new(1);
            let list = world.files.borrow_mut().remove(path::WORDS).unwrap();
            let good = || body("nina@example.com", "nina");
            sign_up(&world, good()).await.refuses(500, "INTERNAL_SERVER_ERROR");
            // The platform gives out the console's page in place of a file that is missing.
            world.files.borrow_mut().insert(path::WORDS.to_owned(), b"<!doctype html>\n<title>Guildhall</title>\n");
            sign_up(&world, good()).await.refuses(500, "INTERNAL_SERVER_ERROR");
            assert!(world.object_names() == [ObjectName::Installation]);

            world.files.borrow_mut().insert(path::WORDS.to_owned(), list);
            let common = json!({ "email": "nina@example.com", "password": "password1234", "username": "nina" });
            sign_up(&world, common.clone()).await.refuses(400, "BAD_REQUEST");
            world.files.borrow_mut().clear();
            sign_up(&world, common).await.refuses(400, "BAD_REQUEST");
            sign_up(&world, good()).await.is(201);
        });
    });
    isolate.join().unwrap();
}

#[test]
fn a_password_that_is_known_from_a_breach_is_refused_in_any_case() {
    run(async {
        let world = World::new(1);
        let with = |password: &str| json!({ "email": "nina@example.com", "password": password, "username": "nina" });
        for known in ["correcthorsebatterystaple", "CorrectHorseBatteryStaple", "P@ssw0rd12345", "000webhost2009"] {
            let reply = sign_up(&world, with(known)).await;
            assert!(reply.refuses(400, "BAD_REQUEST").message().contains("password"), "{known}");
        }
        assert!(world.object_names() == [ObjectName::Installation]);
        // Where the list is missing or another file comes in its place, none is taken.
        let files: Vec<String> = (0..=u8::MAX).map(path::breached_passwords).collect();
        for wrong in [b"<!doctype html>\n<title>Guildhall</title>\n".as_slice(), b"odd"] {
            world.files.borrow_mut().extend(files.iter().map(|file| (file.clone(), wrong)));
            sign_up(&world, with("tall-mule-pond-7")).await.refuses(500, "INTERNAL_SERVER_ERROR");
        }
        world.files.borrow_mut().retain(|file, _| !files.contains(file));
        sign_up(&world, with("tall-mule-pond-7")).await.is(201);
    });
}

#[test]
fn an_email_is_confirmed_once_by_its_own_account() {
    run(async {
        let cast = Cast::new().await;
        let nina = Actor::unconfirmed(&cast.world, "nina").await;
        let token = token_of(&last_mail(&cast.world, "nina@example.com"));
        let send = |token: &str| json!({ "token": token });
        cast.owner.post(path::CONFIRM_EMAIL, send(&token)).await.refuses(403, "FORBIDDEN");
        cast.nobody.post(path::CONFIRM_EMAIL, send(&token)).await.refuses(401, "UNAUTHORIZED");
        for forged in [String::new(), "x".into(), format!("{token}x"), token.replace('c', "d")] {
            nina.post(path::CONFIRM_EMAIL, send(&forged)).await.refuses(400, "BAD_REQUEST");
        }
        assert_eq!(nina.get(path::ACCOUNT).await.is(200).json().get("dtConfirmed"), None);
        nina.post(path::CONFIRM_EMAIL, send(&token)).await.is(204);
        assert!(nina.get(path::ACCOUNT).await.is(200).json()["dtConfirmed"].is_string());
        nina.post(path::CONFIRM_EMAIL, send(&token)).await.refuses(400, "BAD_REQUEST");
        nina.post_nothing(path::CONFIRM_EMAIL_RESEND).await.refuses(409, "CONFLICT");
        cast.world.pass(8 * DAY).await;
        nina.get(path::ACCOUNT).await.is(200);
    });
}

#[test]
fn an_unconfirmed_account_may_look_around_and_little_else() {
    run(async {
        let cast = Cast::new().await;
        let nina = Actor::unconfirmed(&cast.world, "nina").await;
        let invite = json!({ "emails": ["nina@example.com"], "isAdmin": false });
        let made = cast.owner.post(path::team_invitations(&cast.team), invite).await.is(201).json();
        nina.get(path::team("nina")).await.is(200);
        nina.get(path::team_members("nina")).await.is(200);
        nina.patch(path::ACCOUNT, json!({ "firstName": "Nina" })).await.is(200);
        let team = json!({ "name": "New", "namespace": "new-team" });
        nina.post(path::TEAMS, team).await.refuses(403, "FORBIDDEN");
        nina.post(path::team_api_keys("nina"), json!({ "name": "key" })).await.refuses(403, "FORBIDDEN");
        assert_eq!(nina.get(path::ACCOUNT_INVITATIONS).await.is(200).text, "[]");
        nina.post(path::INVITATIONS_ACCEPT, json!({ "id": made[0]["id"] })).await.refuses(403, "FORBIDDEN");
        let token = token_of(&last_mail(&cast.world, "nina@example.com"));
        nina.post(path::INVITATIONS_ACCEPT, json!({ "token": token })).await.refuses(403, "FORBIDDEN");
        assert_eq!(cast.owner.get(path::team_members(&cast.team)).await.json().as_array().unwrap().len(), 3);
    });
}

#[test]
fn a_confirmation_link_is_good_for_24_hours() {
    run(async {
        let world = World::new(1);
        let nina = Actor::unconfirmed(&world, "nina").await;
        let token = token_of(&last_mail(&world, "nina@example.com"));
        world.pass(DAY + 1000).await;
        nina.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
        // The account is still there, and its mail can be sent again.
        assert_eq!(nina.post_nothing(path::CONFIRM_EMAIL_RESEND).await.is(202).text, "");
        let token = token_of(&last_mail(&world, "nina@example.com"));
        nina.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
    });
}

#[test]
fn a_confirmation_link_is_out_of_date_even_before_the_alarm_has_come() {
    run(async {
        let world = World::new(1);
        let nina = Actor::unconfirmed(&world, "nina").await;
        let token = token_of(&last_mail(&world, "nina@example.com"));
        world.skip(DAY - 1);
        let snapshot = world.snapshot();
        world.skip(1);
        nina.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
        let earlier = Actor { world: snapshot.world(), ..nina };
        earlier.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
    });
}

#[test]
fn a_newer_mail_voids_the_link_before_it() {
    run(async {
        let world = World::new(1);
        let nina = Actor::unconfirmed(&world, "nina").await;
        let first = token_of(&last_mail(&world, "nina@example.com"));
        nina.post_nothing(path::CONFIRM_EMAIL_RESEND).await.is(202);
        nina.post(path::CONFIRM_EMAIL, json!({ "token": first })).await.refuses(400, "BAD_REQUEST");
        let second = token_of(&last_mail(&world, "nina@example.com"));
        nina.post(path::CONFIRM_EMAIL, json!({ "token": second })).await.is(204);
    });
}

#[test]
fn the_mail_is_sent_again_five_times_an_hour() {
    run(async {
        let world = World::new(1);
        let nina = Actor::unconfirmed(&world, "nina").await;
        for _ in 0..5 {
            nina.post_nothing(path::CONFIRM_EMAIL_RESEND).await.is(202);
            world.pass(MINUTE).await;
        }
        let reply = nina.post_nothing(path::CONFIRM_EMAIL_RESEND).await.refuses(429, "TOO_MANY_REQUESTS");
        assert_eq!(reply.header("retry-after"), Some("3300"));
        assert_eq!(mails_to(&world, "nina@example.com"), 6);
        world.pass(HOUR).await;
        nina.post_nothing(path::CONFIRM_EMAIL_RESEND).await.is(202);
    });
}

#[test]
fn an_unconfirmed_claim_on_an_email_lapses_after_24_hours() {
    run(async {
        let world = World::new(1);
        let squatter = Actor::unconfirmed(&world, "nina").await;
        let early = body("nina@example.com", "noel");
        sign_up(&world, early.clone()).await.refuses(409, "CONFLICT");
        world.pass(DAY + MINUTE).await;
        let noel = Actor::signed_in(&world, "noel", &sign_up(&world, early).await.is(201));
        squatter.post_nothing(path::CONFIRM_EMAIL_RESEND).await.refuses(409, "CONFLICT");
        let token = token_of(&last_mail(&world, "nina@example.com"));
        squatter.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.refuses(403, "FORBIDDEN");
        noel.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
        world.pass(30 * DAY - HOUR).await;
        let sign_in = json!({ "email": "nina@example.com", "password": PASSWORD });
        let session = Actor::nobody(&world).post(path::SIGN_IN, sign_in).await.is(200).json();
        assert_eq!(session["user"]["username"], "noel");
    });
}

#[test]
fn an_account_that_was_never_confirmed_is_gone_after_7_days() {
    run(async {
        let world = World::new(1);
        let nina = Actor::unconfirmed(&world, "nina").await;
        world.pass(7 * DAY - HOUR).await;
        nina.get(path::ACCOUNT).await.is(200);
        world.pass(2 * HOUR).await;
        world.drain().await;
        assert_eq!(nina.get(path::SESSION).await.is(200).text, "null");
        let left = world.replica();
        assert!(
            !left.keys().any(|key| key.contains(&nina.id) || key.contains("nina") || key.contains(&nina.workspace)),
            "{left:?}"
        );
        let records = world.records(&account_object(&nina));
        assert!(!format!("{records:?}").contains("nina"), "{records:?}");
        sign_up(&world, body("nina@example.com", "nina")).await.is(201);
    });
}

#[test]
fn whoever_has_the_mail_may_say_that_it_was_not_them() {
    run(async {
        let cast = Cast::new().await;
        let squatter = Actor::unconfirmed(&cast.world, "nina").await;
        let token = token_of(&last_mail(&cast.world, "nina@example.com"));
        for forged in ["", "x", &format!("{token}x")] {
            cast.nobody.post(path::CONFIRM_EMAIL_DENY, json!({ "token": forged })).await.refuses(400, "BAD_REQUEST");
        }
        cast.nobody.post(path::CONFIRM_EMAIL_DENY, json!({ "token": token })).await.is(204);
        cast.nobody.post(path::CONFIRM_EMAIL_DENY, json!({ "token": token })).await.refuses(400, "BAD_REQUEST");
        cast.world.drain().await;
        assert_eq!(squatter.get(path::SESSION).await.is(200).text, "null");
        squatter.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.refuses(401, "UNAUTHORIZED");
        let nina = Actor::person(&cast.world, "nina").await;
        assert_ne!(nina.id, squatter.id);
    });
}

#[test]
fn a_confirmed_account_cannot_be_denied() {
    run(async {
        let world = World::new(1);
        let nina = Actor::unconfirmed(&world, "nina").await;
        let token = token_of(&last_mail(&world, "nina@example.com"));
        nina.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
        let denied = Actor::nobody(&world).post(path::CONFIRM_EMAIL_DENY, json!({ "token": token })).await;
        denied.refuses(400, "BAD_REQUEST");
        nina.get(path::ACCOUNT).await.is(200);
    });
}

#[test]
fn signing_up_from_an_invitation_confirms_its_email() {
    run(async {
        let cast = Cast::new().await;
        let invite = json!({ "emails": ["nina@example.com"], "isAdmin": true });
        cast.owner.post(path::team_invitations(&cast.team), invite).await.is(201);
        let token = token_of(&last_mail(&cast.world, "nina@example.com"));
        let with = |email: &str, name: &str, token: &str| {
            let mut form = body(email, name);
            form["invitation"] = json!(token);
            form
        };
        sign_up(&cast.world, with("noel@example.com", "noel", &token)).await.refuses(403, "FORBIDDEN");
        sign_up(&cast.world, with("noel@example.com", "noel", "x")).await.refuses(400, "BAD_REQUEST");
        let reply = sign_up(&cast.world, with("Nina@example.com", "nina", &token)).await.is(201);
        assert!(reply.json()["user"]["dtConfirmed"].is_string());
        assert_eq!(mails_to(&cast.world, "Nina@example.com"), 0, "there is nothing to confirm");
        let nina = Actor::signed_in(&cast.world, "nina", &reply);
        // The invitation is still to be accepted, with a button.
        let member = nina.post(path::INVITATIONS_ACCEPT, json!({ "token": token })).await.is(200).json();
        assert_eq!(member["isAdmin"], json!(true));
        // What was refused holds no name.
        sign_up(&cast.world, body("noel@example.com", "noel")).await.is(201);
    });
}

#[test]
fn one_address_signs_up_30_times_an_hour() {
    run(async {
        let cast = Cast::new().await;
        let near = cast.nobody.with("cf-connecting-ip", "198.51.100.7");
        // Refused ones count as well.
        for _ in 0..30 {
            near.post(path::SIGN_UP, body("olive@example.com", "nina")).await.refuses(409, "CONFLICT");
            cast.world.skip(1000);
        }
        let reply = near.post(path::SIGN_UP, body("nina@example.com", "nina")).await.refuses(429, "TOO_MANY_REQUESTS");
        assert_eq!(reply.header("retry-after"), Some("3570"));
        cast.nobody
            .with("cf-connecting-ip", "198.51.100.8")
            .post(path::SIGN_UP, body("nina@example.com", "nina"))
            .await
            .is(201);
        cast.world.pass(HOUR).await;
        near.post(path::SIGN_UP, body("noel@example.com", "noel")).await.is(201);
    });
}
