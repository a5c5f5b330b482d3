//! What people type reaches the rules as it was meant: emails in one form everywhere, names with something to see, one
//! bio whatever its line breaks. The table of fields is in `shared/tests/typed.rs`.

use crate::support::{Actor, Cast, PASSWORD, last_mail, run, token_of};
use guildhall_shared::path;
use guildhall_worker::store::memory::World;
use serde_json::{Value, json};
use std::rc::Rc;

const ASCII: &str = "bo@xn--bcher-kva.example";

const FORMS: [&str; 4] =
    ["bo@bücher.example", "BO@BÜCHER。example", "ｂｏ＠bu\u{308}cher.example", "\u{200b}bo@XN--BCHER-KVA.example"];

fn form(email: &str, username: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "username": username })
}

async fn bo(world: &Rc<World>) -> Actor {
    let reply = Actor::nobody(world).post(path::SIGN_UP, form(FORMS[0], "bo")).await.is(201);
    assert_eq!(reply.json()["user"]["email"], ASCII);
    let bo = Actor::signed_in(world, "bo", &reply);
    let token = token_of(&last_mail(world, ASCII));
    bo.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
    bo
}

#[test]
fn an_email_is_one_however_its_domain_is_typed() {
    run(async {
        let cast = Cast::new().await;
        let bo = bo(&cast.world).await;
        for (number, typed) in FORMS.into_iter().enumerate() {
            let taken = form(typed, &format!("bo-{number}"));
            cast.nobody.post(path::SIGN_UP, taken).await.refuses(409, "CONFLICT");
            let body = json!({ "email": typed, "password": PASSWORD });
            cast.nobody.post(path::SIGN_IN, body).await.is(200);
            cast.nobody.post(path::PASSWORD_RESET, json!({ "email": typed })).await.is(202);
            cast.stranger.post(path::ACCOUNT_EMAIL, json!({ "email": typed })).await.refuses(409, "CONFLICT");
        }
        let body = json!({ "emails": FORMS, "isAdmin": false });
        let made = cast.owner.post(path::team_invitations(&cast.team), body).await.is(201).json();
        assert_eq!(made.as_array().unwrap().len(), 1, "{made}");
        assert_eq!(made[0]["email"], ASCII);
        let token = token_of(&last_mail(&cast.world, ASCII));
        bo.post(path::INVITATIONS_ACCEPT, json!({ "token": token })).await.is(200);
        let again = json!({ "emails": [FORMS[1]], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), again).await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn ones_own_email_in_other_letters_is_a_change_of_what_is_shown() {
    run(async {
        let cast = Cast::new().await;
        let mails = cast.world.letters.borrow().len();
        cast.member.post(path::ACCOUNT_EMAIL, json!({ "email": "Mia@Example.com" })).await.is(202);
        cast.world.drain().await;
        let account = cast.member.get(path::ACCOUNT).await.is(200).json();
        assert_eq!((&account["email"], account.get("pendingEmail")), (&json!("Mia@Example.com"), None));
        assert_eq!(cast.world.letters.borrow().len(), mails, "the mailbox is the same");
        let members = cast.owner.get(path::team_members(&cast.team)).await.is(200).text;
        assert!(members.contains("Mia@Example.com"), "{members}");
        let body = json!({ "email": "mia@example.com", "password": PASSWORD });
        cast.nobody.post(path::SIGN_IN, body).await.is(200);
        cast.member.post(path::ACCOUNT_EMAIL, json!({ "email": "Mia@Example.com" })).await.refuses(400, "BAD_REQUEST");
        cast.nobody.post(path::ACCOUNT_EMAIL, json!({ "email": "MIA@example.com" })).await.refuses(401, "UNAUTHORIZED");
        cast.world.pass(guildhall_shared::timestamp::HOUR).await;
        cast.member.post(path::ACCOUNT_EMAIL, json!({ "email": "MIA@example.com" })).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn a_name_needs_something_that_one_can_see_wherever_it_is_given() {
    run(async {
        let cast = Cast::new().await;
        for name in ["\u{200b}", "\u{3164}", "\u{2800}\u{ad}", "\u{e0041}"] {
            let sees = |reply: crate::support::Reply| {
                let reply = reply.refuses(400, "BAD_REQUEST");
                assert!(reply.text.contains("Use at least one visible character."), "{}", reply.text);
            };
            let mut sign_up = form("nina@example.com", "nina");
            sign_up["firstName"] = json!(name);
            sees(cast.nobody.post(path::SIGN_UP, sign_up).await);
            sees(cast.member.patch(path::ACCOUNT, json!({ "lastName": name })).await);
            sees(cast.member.post(path::TEAMS, json!({ "name": name, "namespace": "blank" })).await);
            sees(cast.owner.patch(path::team(&cast.team), json!({ "name": name })).await);
            sees(cast.owner.patch(path::team(&cast.team), json!({ "bio": name, "location": "x" })).await);
            sees(cast.owner.post(path::team_api_keys(&cast.team), json!({ "name": name })).await);
            sees(cast.member.post(path::ACCOUNT_SSH_KEYS, json!({ "name": name, "publicKey": "ssh-ed25519" })).await);
        }
    });
}

#[test]
fn a_bio_has_one_kind_of_line_break_and_a_secret_keeps_its_own() {
    run(async {
        let cast = Cast::new().await;
        let edit = json!({ "bio": "one\r\ntwo\rthree", "website": "Https://example.com" });
        let team = cast.owner.patch(path::team(&cast.team), edit).await.is(200).json();
        assert_eq!((&team["bio"], &team["website"]), (&json!("one\ntwo\nthree"), &json!("https://example.com")));
        cast.owner.patch(path::team(&cast.team), json!({ "website": "https://." })).await.refuses(400, "BAD_REQUEST");
        let secret = json!({ "name": "PEM", "value": "a\r\nb\r\n" });
        cast.owner.post(path::team_secrets(&cast.team), secret).await.is(201);
    });
}
