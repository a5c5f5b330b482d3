//! Invitations by email.

use crate::support::{Actor, Cast, last_mail, run, token_of};
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR},
};
use serde_json::{Value, json};

/// The id and the token of an invitation that the owner sends.
async fn invite(cast: &Cast, email: &str) -> (String, String) {
    let body = json!({ "emails": [email], "isAdmin": false });
    let made = cast.owner.post(path::team_invitations(&cast.team), body).await.is(201).json();
    (made[0]["id"].as_str().unwrap().to_owned(), token_of(&last_mail(&cast.world, email)))
}

async fn accept(actor: &Actor, body: Value) -> crate::support::Reply {
    actor.post(path::INVITATIONS_ACCEPT, body).await
}

async fn members(cast: &Cast) -> usize {
    cast.owner.get(path::team_members(&cast.team)).await.is(200).json().as_array().unwrap().len()
}

#[test]
fn several_are_invited_at_once_each_with_a_mail() {
    run(async {
        let cast = Cast::new().await;
        let emails = json!(["nina@example.com", "Noel@example.com", "NINA@example.com"]);
        let made = cast.admin.post(path::team_invitations("core"), json!({ "emails": emails, "isAdmin": true })).await;
        let made = made.is(201).json();
        assert_eq!(made.as_array().unwrap().len(), 2, "an address twice is one");
        assert_eq!((&made[1]["email"], &made[1]["isAdmin"]), (&json!("Noel@example.com"), &json!(true)));
        let mails = cast.world.letters.borrow().clone();
        assert_eq!(mails.len(), 2);
        assert!(mails[0].text.contains("adam") && mails[0].text.contains("an admin"));
        let listed = cast.owner.get(path::team_invitations(&cast.team)).await.is(200).json();
        assert_eq!(listed.as_array().unwrap().len(), 2);
        assert_eq!(cast.owner.get(path::team_audit(&cast.team)).await.json()[0]["action"], "invitation.create");
    });
}

#[test]
fn a_wrong_address_refuses_that_address_alone() {
    run(async {
        let cast = Cast::new().await;
        invite(&cast, "pia@example.com").await;
        let emails =
            json!(["x", "Nina Ray <nina@example.com>", "MIA@example.com", "noel@example.com", "Pia@example.com"]);
        let body = json!({ "emails": emails, "isAdmin": false });
        let reply = cast.owner.post(path::team_invitations(&cast.team), body).await.is(201);
        assert_eq!(reply.header("refused-emails"), Some("0;reason=invalid, 2;reason=member, 4;reason=pending"));
        let made: Vec<Value> = reply.json().as_array().unwrap().iter().map(|one| one["email"].clone()).collect();
        assert_eq!(made, [json!("nina@example.com"), json!("noel@example.com")]);
        assert_eq!(cast.world.letters.borrow().iter().filter(|letter| letter.to == "noel@example.com").count(), 1);
        let body = json!({ "emails": ["paul@example.com"], "isAdmin": false });
        let reply = cast.owner.post(path::team_invitations(&cast.team), body).await.is(201);
        assert_eq!(reply.header("refused-emails"), None);
    });
}

#[test]
fn where_no_address_can_be_invited_everything_that_is_wrong_is_said() {
    run(async {
        let cast = Cast::new().await;
        invite(&cast, "pia@example.com").await;
        let before = cast.world.snapshot();
        let many: Vec<String> = (0..51).map(|n| format!("guest{n}@example.com")).collect();
        for (emails, issues) in [
            (json!([]), 1),
            (json!(many), 1),
            (json!(["x", "y@z"]), 2),
            (json!(["MIA@example.com"]), 1),
            (json!(["Pia@example.com", "x"]), 2),
        ] {
            let body = json!({ "emails": emails, "isAdmin": false });
            let reply = cast.owner.post(path::team_invitations(&cast.team), body).await.refuses(400, "BAD_REQUEST");
            assert_eq!(reply.json()["issues"].as_array().unwrap().len(), issues);
        }
        for wrong in [json!({ "emails": ["nina@example.com"] }), json!({ "emails": "x", "isAdmin": true })] {
            cast.owner.post(path::team_invitations(&cast.team), wrong).await.refuses(400, "BAD_REQUEST");
        }
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
        assert_eq!(cast.world.snapshot().letters, before.letters);
        let fifty = json!({ "emails": &many[..50], "isAdmin": false });
        cast.owner.post(path::team_invitations(&cast.team), fifty).await.is(201);
    });
}

#[test]
fn nobody_is_invited_into_a_private_workspace() {
    run(async {
        let cast = Cast::new().await;
        let body = json!({ "emails": ["nina@example.com"], "isAdmin": false });
        cast.owner.post(path::team_invitations("olive"), body).await.refuses(409, "CONFLICT");
        assert!(cast.world.letters.borrow().is_empty());
    });
}

#[test]
fn an_invitation_is_accepted_by_the_token_of_its_mail_once() {
    run(async {
        let cast = Cast::new().await;
        let (_, token) = invite(&cast, "sam@example.com").await;
        let member = accept(&cast.stranger, json!({ "token": token })).await.is(200).json();
        assert_eq!((&member["userId"], &member["teamId"]), (&json!(cast.stranger.id), &json!(cast.team)));
        assert_eq!((&member["isAdmin"], &member["isOwner"]), (&json!(false), &json!(false)));
        cast.stranger.get(path::team("core")).await.is(200);
        accept(&cast.stranger, json!({ "token": token })).await.refuses(409, "CONFLICT");
        cast.world.drain().await;
        assert_eq!(cast.owner.get(path::team_invitations(&cast.team)).await.is(200).text, "[]");
        assert_eq!(cast.stranger.get(path::ACCOUNT_INVITATIONS).await.is(200).text, "[]");
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        assert_eq!((&log[0]["action"], &log[0]["actor"]["id"]), (&json!("member.join"), &json!(cast.stranger.id)));
        assert_eq!(members(&cast).await, 4);
    });
}

#[test]
fn an_invitation_is_accepted_by_the_id_of_ones_own_list() {
    run(async {
        let cast = Cast::new().await;
        let (id, _) = invite(&cast, "Sam@Example.com").await;
        let mine = cast.stranger.get(path::ACCOUNT_INVITATIONS).await.is(200).json();
        assert_eq!((&mine[0]["id"], &mine[0]["team"]["namespace"]), (&json!(id), &json!("core")));
        assert_eq!((&mine[0]["team"]["id"], &mine[0]["invitedBy"]), (&json!(cast.team), &json!("olive")));
        assert_eq!(cast.member.get(path::ACCOUNT_INVITATIONS).await.is(200).text, "[]");
        accept(&cast.member, json!({ "id": id })).await.refuses(404, "NOT_FOUND");
        accept(&cast.stranger, json!({ "id": id })).await.is(200);
        accept(&cast.stranger, json!({ "id": id })).await.refuses(404, "NOT_FOUND");
    });
}

#[test]
fn an_invitation_opens_for_its_own_email_only() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, "nina@example.com").await;
        accept(&cast.stranger, json!({ "token": token })).await.refuses(403, "FORBIDDEN");
        accept(&cast.stranger, json!({ "id": id })).await.refuses(404, "NOT_FOUND");
        accept(&cast.nobody, json!({ "token": token })).await.refuses(401, "UNAUTHORIZED");
        cast.world.pass(HOUR).await;
        assert_eq!(members(&cast).await, 3);
        assert_eq!(cast.stranger.get(path::TEAMS).await.is(200).json().as_array().unwrap().len(), 1);
        let nina = Actor::person(&cast.world, "nina").await;
        accept(&nina, json!({ "token": token })).await.is(200);
    });
}

#[test]
fn a_body_names_either_the_token_or_the_id() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, "sam@example.com").await;
        for wrong in [
            json!({}),
            json!({ "token": token, "id": id }),
            json!({ "token": "" }),
            json!({ "token": "x" }),
            json!({ "token": format!("{token}x") }),
            json!({ "token": token.replacen('i', "c", 1) }),
            json!({ "id": "x" }),
            json!({ "id": cast.team }),
        ] {
            accept(&cast.stranger, wrong).await.refuses(400, "BAD_REQUEST");
        }
        assert_eq!(members(&cast).await, 3);
    });
}

#[test]
fn resending_turns_the_token_over_and_gives_seven_new_days() {
    run(async {
        let cast = Cast::new().await;
        let (id, old) = invite(&cast, "sam@example.com").await;
        cast.world.pass(6 * DAY).await;
        let again = cast.admin.post_nothing(path::team_invitation_resend(&cast.team, &id)).await.is(200).json();
        assert_eq!(again["id"], json!(id));
        let expected = cast.world.now().plus(7 * DAY).to_string();
        assert_eq!(again["dtExpires"], json!(expected));
        accept(&cast.stranger, json!({ "token": old })).await.refuses(409, "CONFLICT");
        cast.world.pass(6 * DAY).await;
        let new = token_of(&last_mail(&cast.world, "sam@example.com"));
        accept(&cast.stranger, json!({ "token": new })).await.is(200);
    });
}

#[test]
fn an_invitation_is_good_for_seven_days() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, "sam@example.com").await;
        cast.world.pass(7 * DAY - HOUR).await;
        assert_eq!(cast.owner.get(path::team_invitations(&cast.team)).await.json().as_array().unwrap().len(), 1);
        cast.world.pass(2 * HOUR).await;
        accept(&cast.stranger, json!({ "token": token })).await.refuses(409, "CONFLICT");
        accept(&cast.stranger, json!({ "id": id })).await.refuses(404, "NOT_FOUND");
        for actor in [cast.owner.clone(), cast.owner.with("cache-control", "no-cache")] {
            assert_eq!(actor.get(path::team_invitations(&cast.team)).await.is(200).text, "[]");
        }
        assert_eq!(cast.stranger.get(path::ACCOUNT_INVITATIONS).await.is(200).text, "[]");
        // It can be sent again, and anew.
        cast.owner.post_nothing(path::team_invitation_resend(&cast.team, &id)).await.is(200);
        let new = token_of(&last_mail(&cast.world, "sam@example.com"));
        accept(&cast.stranger, json!({ "token": new })).await.is(200);
    });
}

#[test]
fn a_cancelled_invitation_opens_nothing() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, "sam@example.com").await;
        let place = path::team_invitation(&cast.team, &id);
        cast.admin.delete(&place).await.is(204);
        cast.admin.delete(&place).await.refuses(409, "CONFLICT");
        cast.admin.post_nothing(path::team_invitation_resend(&cast.team, &id)).await.refuses(409, "CONFLICT");
        accept(&cast.stranger, json!({ "token": token })).await.refuses(409, "CONFLICT");
        assert_eq!(cast.owner.get(path::team_invitations(&cast.team)).await.is(200).text, "[]");
        assert_eq!(cast.stranger.get(path::ACCOUNT_INVITATIONS).await.is(200).text, "[]");
        assert_eq!(members(&cast).await, 3);
        // The address may be invited anew.
        invite(&cast, "sam@example.com").await;
    });
}

#[test]
fn what_is_no_invitation_of_this_team_is_not_found() {
    run(async {
        let cast = Cast::new().await;
        let (id, _) = invite(&cast, "sam@example.com").await;
        let other = cast.owner.make_team("other").await;
        for (team, id) in
            [(&other, id.as_str()), (&cast.team, "i0zzzzzzzzzz"), (&cast.team, "x"), (&cast.team, "t0aaaaaaaaaa")]
        {
            cast.owner.delete(path::team_invitation(team, id)).await.refuses(404, "NOT_FOUND");
            cast.owner.post_nothing(path::team_invitation_resend(team, id)).await.refuses(404, "NOT_FOUND");
        }
    });
}

#[test]
fn one_invitation_accepted_twice_at_once_makes_one_member() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, "sam@example.com").await;
        let (one, two) = futures_util::future::join(
            accept(&cast.stranger, json!({ "token": token })),
            accept(&cast.stranger, json!({ "id": id })),
        )
        .await;
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{} {}", one.text, two.text);
        assert!([404, 409].contains(&statuses[1]), "{} {}", one.text, two.text);
        cast.world.pass(HOUR).await;
        assert_eq!(members(&cast).await, 4);
        assert_eq!(cast.stranger.get(path::TEAMS).await.is(200).json().as_array().unwrap().len(), 2);
    });
}

#[test]
fn an_ended_invitation_is_forgotten_after_a_month() {
    run(async {
        let cast = Cast::new().await;
        let (id, _) = invite(&cast, "nina@example.com").await;
        cast.world.pass(38 * DAY).await;
        cast.world.drain().await;
        let records = format!("{:?}", cast.world.records(&crate::support::team_object(&cast)).keys());
        assert!(!records.contains(&id), "{records}");
    });
}
