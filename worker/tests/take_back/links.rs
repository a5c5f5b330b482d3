//! The link in the mail about something that was added, and what links leave of one another.

use super::{NEW, ask_reset, attempt, by_passkey, change_email, items, mailed, take};
use crate::{
    authenticator::{Algorithm, Authenticator},
    passkey,
    session::sign_in,
    support::{Actor, Cast, PASSWORD, account_object, ask, run, ssh_key},
    totp::{begin, confirm, turn_on},
};
use guildhall_shared::{
    Code, TeamId, path,
    timestamp::{DAY, MINUTE},
};
use guildhall_worker::{
    features::api_keys::{api_key, api_key_end},
    object::{Caller, ObjectName, Origin},
    store::key,
};
use serde_json::json;

#[test]
fn each_mail_about_something_that_was_added_has_a_link_that_takes_it_away() {
    run(async {
        for (subject, item) in [
            ("A passkey was added", "passkey Theirs"),
            ("Your authenticator app is on", "authenticatorApp"),
            ("New recovery codes were made", "recoveryCodes"),
            ("An SSH key was added", "sshKey Theirs"),
            ("An API key was made", "apiKey key (core)"),
        ] {
            let cast = Cast::new().await;
            let thief = sign_in(&cast.owner).await;
            match subject {
                "A passkey was added" => {
                    drop(passkey::add(&thief, &mut Authenticator::new(Algorithm::Es256, 1), "Theirs").await);
                }
                "An SSH key was added" => {
                    let body = json!({ "name": "Theirs", "publicKey": ssh_key(1) });
                    drop(thief.post(path::ACCOUNT_SSH_KEYS, body).await.is(201));
                }
                "An API key was made" => drop(thief.make_key(&cast.team).await),
                _ => drop(turn_on(&thief).await),
            }
            if subject == "New recovery codes were made" {
                thief.post_nothing(path::ACCOUNT_RECOVERY_CODES).await.is(201);
            }
            cast.world.drain().await;
            let link = mailed(&cast, "olive@example.com", subject);
            cast.world.pass(7 * DAY - MINUTE).await;
            let taken = take(&cast, path::TAKE_BACK, &link).await.is(200).json();
            assert!(items(&taken["removed"]).contains(&item.to_owned()), "{taken}");
            assert_eq!(taken["email"], "olive@example.com");
            attempt(&cast, "olive@example.com", PASSWORD).await.refuses(401, "UNAUTHORIZED");
            attempt(&cast, "olive@example.com", NEW).await.is(200);
            // Once.
            let again = cast.nobody.post(path::TAKE_BACK, json!({ "token": link, "password": "copper-lamp-heron-2" }));
            again.await.refuses(400, "BAD_REQUEST");
        }
    });
}

#[test]
fn a_key_asked_for_before_the_account_was_taken_back_is_not_made_after_it() {
    run(async {
        let cast = Cast::new().await;
        let team = ObjectName::Team(cast.team.parse().unwrap());
        let make = async |take_backs| {
            // The account's object vouched, and the call took its time.
            let caller = Caller::Account { account: cast.owner.id.parse().unwrap(), take_backs };
            let body = serde_json::from_value(json!({ "name": "late" })).unwrap();
            ask(&cast.world, caller, &cast.team.parse().unwrap(), &api_key::Create(body)).await
        };
        for times in 0..2 {
            let link = ask_reset(&cast, "olive@example.com").await;
            let body = json!({ "token": link, "password": format!("{NEW}-{times}") });
            cast.nobody.put(path::PASSWORD_RESET, body).await.is(200);
            cast.world.drain().await;
            assert_eq!(make(times).await.unwrap_err().code, Code::Unauthorized);
            let keys = cast.world.read(&team, |tx| tx.scan(&key::api_keys(cast.team.parse().unwrap())).len());
            assert_eq!(keys, 0);
        }
        // Whoever holds the account now makes keys as before.
        make(2).await.unwrap();
    });
}

/// The team hears of it from the outbox, at least once, and perhaps only when the account has its owner again.
#[test]
fn a_key_made_after_the_account_was_taken_back_outlives_news_that_comes_late() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.owner.make_key(&cast.team).await;
        let team: TeamId = cast.team.parse().unwrap();
        let hear = async |take_backs| {
            let since = cast.world.now().plus(-7 * DAY);
            let account = cast.owner.id.parse().unwrap();
            let end = api_key_end::EndSince { account, since, take_backs, origin: Origin::default() };
            ask(&cast.world, Caller::System, &team, &end).await.unwrap();
            cast.world.drain().await;
        };
        let link = ask_reset(&cast, "olive@example.com").await;
        cast.nobody.put(path::PASSWORD_RESET, json!({ "token": link, "password": NEW })).await.is(200);
        cast.world.drain().await;
        let members = path::team_members(&cast.team);
        before.get(&members).await.refuses(401, "UNAUTHORIZED");

        let owner = attempt(&cast, "olive@example.com", NEW).await.is(200);
        let owner = Actor::signed_in(&cast.world, "olive", &owner);
        let after = owner.make_key(&cast.team).await;
        hear(1).await;
        after.get(&members).await.is(200);
        // The next time ends it.
        let last = owner.make_key(&cast.team).await;
        hear(2).await;
        for key in [after, last] {
            key.get(&members).await.refuses(401, "UNAUTHORIZED");
        }
    });
}

#[test]
fn what_is_wrong_about_a_link_is_refused_and_changes_nothing() {
    run(async {
        let cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        passkey::add(&cast.owner, &mut key, "Phone").await;
        cast.world.drain().await;
        let link = mailed(&cast, "olive@example.com", "A passkey was added");
        let post = async |body| cast.nobody.post(path::TAKE_BACK, body).await;
        for weak in ["short", "password1234", PASSWORD] {
            let reply = post(json!({ "token": link, "password": weak })).await.refuses(400, "BAD_REQUEST");
            assert!(reply.message().starts_with("password: "), "{weak}");
        }
        let forged = format!("{}{}", &link[..link.len() - 1], if link.ends_with('7') { '8' } else { '7' });
        for bad in ["", "x", forged.as_str(), &link.replacen('t', "p", 1)] {
            post(json!({ "token": bad, "password": NEW })).await.refuses(400, "BAD_REQUEST");
        }
        // A link is for one thing: one that takes an account back resets nothing, and the other way round.
        let reset = ask_reset(&cast, "olive@example.com").await;
        for (path, token) in [(path::TAKE_BACK, &reset), (path::PASSWORD_RESET, &link), (path::EMAIL_UNDO, &link)] {
            take(&cast, path, token).await.refuses(400, "BAD_REQUEST");
        }
        post(json!({})).await.refuses(400, "BAD_REQUEST");
        post(json!({ "token": link, "password": "x".repeat(100_001) })).await.refuses(413, "PAYLOAD_TOO_LARGE");
        by_passkey(&cast, &mut key).await.is(200);
        // A week later the link is over, and its record is gone.
        cast.world.pass(7 * DAY + MINUTE).await;
        take(&cast, path::TAKE_BACK, &link).await.refuses(400, "BAD_REQUEST");
        let records = cast.world.records(&account_object(&cast.owner));
        assert!(!records.keys().any(|key| key.starts_with("take-back/") || key.starts_with("~due/take-back")));
    });
}

#[test]
fn it_puts_the_email_back_through_any_later_change() {
    run(async {
        let cast = Cast::new().await;
        let thief = sign_in(&cast.owner).await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        passkey::add(&thief, &mut key, "Theirs").await;
        cast.world.drain().await;
        let link = mailed(&cast, "olive@example.com", "A passkey was added");
        change_email(&thief, "thief@example.org").await;
        change_email(&thief, "thief@example.net").await;
        let undo = mailed(&cast, "olive@example.com", "Your email address was changed");
        let theirs = mailed(&cast, "thief@example.org", "Your email address was changed");
        let taken = take(&cast, path::TAKE_BACK, &link).await.is(200).json();
        assert_eq!(taken["email"], "olive@example.com");
        let removed = items(&taken["removed"]);
        assert_eq!(removed[..2], ["email thief@example.net", "email thief@example.org"]);
        attempt(&cast, "olive@example.com", NEW).await.is(200);
        for (path, token) in [(path::EMAIL_UNDO, &undo), (path::EMAIL_UNDO, &theirs)] {
            take(&cast, path, token).await.refuses(400, "BAD_REQUEST");
        }
    });
}

#[test]
fn a_thief_who_resets_from_a_mailbox_of_their_own_leaves_the_owner_s_links() {
    run(async {
        for path in [path::EMAIL_UNDO, path::TAKE_BACK] {
            let cast = Cast::new().await;
            let thief = sign_in(&cast.owner).await;
            passkey::add(&thief, &mut Authenticator::new(Algorithm::Es256, 1), "Theirs").await;
            cast.world.drain().await;
            let added = mailed(&cast, "olive@example.com", "A passkey was added");
            change_email(&thief, "thief@example.org").await;
            let undo = mailed(&cast, "olive@example.com", "Your email address was changed");
            let reset = ask_reset(&cast, "thief@example.org").await;
            take(&cast, path::PASSWORD_RESET, &reset).await.is(200);
            let reply = attempt(&cast, "thief@example.org", NEW).await.is(200);
            let thief = Actor::signed_in(&cast.world, "olive", &reply);
            passkey::add(&thief, &mut Authenticator::new(Algorithm::Es256, 2), "Reauthentication").await;
            cast.world.drain().await;
            let theirs = mailed(&cast, "thief@example.org", "A passkey was added");
            let token = if path == path::EMAIL_UNDO { undo } else { added };
            let body = json!({ "token": token, "password": "copper-lamp-heron-2" });
            cast.nobody.post(path, body).await.is(200);
            cast.world.drain().await;
            thief.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
            attempt(&cast, "olive@example.com", "copper-lamp-heron-2").await.is(200);
            attempt(&cast, "thief@example.org", NEW).await.refuses(401, "UNAUTHORIZED");
            // What the thief's mailbox got is of no use any more.
            take(&cast, path::TAKE_BACK, &theirs).await.refuses(400, "BAD_REQUEST");
        }
    });
}

#[test]
fn a_reset_voids_the_link_of_a_mailbox_that_came_after_its_own() {
    run(async {
        let cast = Cast::new().await;
        let thief = sign_in(&cast.owner).await;
        change_email(&thief, "thief@example.org").await;
        change_email(&thief, "olive@example.com").await;
        let theirs = mailed(&cast, "thief@example.org", "Your email address was changed");
        let reset = ask_reset(&cast, "olive@example.com").await;
        let taken = take(&cast, path::PASSWORD_RESET, &reset).await.is(200).json();
        assert_eq!(items(&taken["removed"]), ["email thief@example.org"]);
        take(&cast, path::EMAIL_UNDO, &theirs).await.refuses(400, "BAD_REQUEST");
        attempt(&cast, "olive@example.com", NEW).await.is(200);
    });
}

#[test]
fn of_two_links_used_at_once_one_wins() {
    run(async {
        let cast = Cast::new().await;
        let app = begin(&cast.owner).await;
        confirm(&cast.owner, &app.code(&cast.world, 0)).await.is(200);
        passkey::add(&cast.owner, &mut Authenticator::new(Algorithm::Es256, 1), "Phone").await;
        cast.world.drain().await;
        let links = ["Your authenticator app is on", "A passkey was added"];
        let [one, two] = links.map(|subject| mailed(&cast, "olive@example.com", subject));
        assert_ne!(one, two);
        let post = |token: String, password: &'static str| {
            cast.nobody.post(path::TAKE_BACK, json!({ "token": token, "password": password }))
        };
        let (one, two) = futures_util::join!(post(one, NEW), post(two, "copper-lamp-heron-2"));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    });
}
