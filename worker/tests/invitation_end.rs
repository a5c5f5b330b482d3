//! How invitations end beside being accepted: with their maker's right to make them, and by whoever got them. And what
//! a token tells before one answers.

use crate::support::{Actor, Cast, PASSWORD, last_mail, run, token_of};
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR},
};
use serde_json::{Value, json};

const ENDED: &str =
    "This invitation ended: the admin who sent it can no longer invite people. Ask an admin of the team for a new one.";

/// The id and the token of an invitation to the stranger, as an admin.
async fn invite(cast: &Cast, by: &Actor) -> (String, String) {
    let body = json!({ "emails": ["sam@example.com"], "isAdmin": true });
    let made = by.post(path::team_invitations(&cast.team), body).await.is(201).json();
    cast.world.drain().await;
    (made[0]["id"].as_str().unwrap().to_owned(), token_of(&last_mail(&cast.world, "sam@example.com")))
}

async fn log(cast: &Cast) -> Vec<(String, String)> {
    let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
    let text = |event: &Value, field: &str| event[field].as_str().unwrap_or_default().to_owned();
    log.as_array().unwrap().iter().map(|event| (text(event, "action"), event["actor"]["name"].to_string())).collect()
}

/// Nothing of it is left to accept, and its place in the lists is free.
async fn is_over(cast: &Cast, id: &str, token: &str) {
    cast.world.drain().await;
    for body in [json!({ "token": token }), json!({ "id": id })] {
        let reply = cast.stranger.post(path::INVITATIONS_ACCEPT, body).await;
        assert!([404, 409].contains(&reply.status), "{}", reply.text);
    }
    assert_eq!(cast.owner.get(path::team_invitations(&cast.team)).await.is(200).text, "[]");
    assert_eq!(cast.stranger.get(path::ACCOUNT_INVITATIONS).await.is(200).text, "[]");
    cast.owner.post_nothing(path::team_invitation_resend(&cast.team, id)).await.refuses(409, "CONFLICT");
    cast.stranger.get(path::team(&cast.team)).await.refuses(404, "NOT_FOUND");
    let body = json!({ "emails": ["sam@example.com"], "isAdmin": false });
    cast.owner.post(path::team_invitations(&cast.team), body).await.is(201);
}

#[test]
fn an_invitation_ends_with_the_demotion_of_its_maker() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, &cast.admin).await;
        let place = path::team_member(&cast.team, &cast.admin.id);
        cast.owner.put(&place, json!({ "isAdmin": false })).await.is(200);
        let lines = log(&cast).await;
        assert_eq!(lines[0], ("invitation.end".to_owned(), "\"olive\"".to_owned()));
        assert_eq!(lines[1].0, "member.role");
        let reply = cast.stranger.post(path::INVITATIONS_ACCEPT, json!({ "token": token })).await;
        assert_eq!(reply.refuses(409, "CONFLICT").message(), ENDED);
        // The right to invite does not bring back what was offered before.
        cast.owner.put(&place, json!({ "isAdmin": true })).await.is(200);
        is_over(&cast, &id, &token).await;
    });
}

#[test]
fn an_invitation_ends_when_its_maker_is_removed_or_leaves() {
    run(async {
        for leaves in [false, true] {
            let cast = Cast::new().await;
            let (id, token) = invite(&cast, &cast.admin).await;
            let by = if leaves { &cast.admin } else { &cast.owner };
            by.delete(path::team_member(&cast.team, &cast.admin.id)).await.is(204);
            is_over(&cast, &id, &token).await;
        }
    });
}

#[test]
fn an_invitation_ends_when_its_maker_deactivates_their_account() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, &cast.admin).await;
        cast.admin.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "adam" })).await.is(202);
        is_over(&cast, &id, &token).await;
        assert!(log(&cast).await.iter().any(|(action, by)| action == "invitation.end" && by == "\"Guildhall\""));
    });
}

#[test]
fn an_invitation_belongs_to_the_member_whose_key_made_it() {
    run(async {
        let cast = Cast::new().await;
        let made = cast.admin.post(path::team_api_keys(&cast.team), json!({ "name": "key" })).await.is(201).json();
        let program = Actor::program(&cast.world, made["key"].as_str().unwrap());
        let (_, token) = invite(&cast, &program).await;
        cast.admin.delete(path::team_api_key(&cast.team, made["id"].as_str().unwrap())).await.is(204);
        cast.stranger.post(path::INVITATIONS_ACCEPT, json!({ "token": token })).await.is(200);
    });
}

#[test]
fn an_invitation_sent_again_is_of_who_sent_it_again() {
    run(async {
        let cast = Cast::new().await;
        let (id, _) = invite(&cast, &cast.admin).await;
        let list = cast.owner.get(path::team_invitations(&cast.team)).await.is(200).json();
        assert_eq!(list[0]["invitedBy"], "adam");
        let again = cast.owner.post_nothing(path::team_invitation_resend(&cast.team, &id)).await.is(200).json();
        assert_eq!(again["invitedBy"], "olive");
        cast.owner.delete(path::team_member(&cast.team, &cast.admin.id)).await.is(204);
        let token = token_of(&last_mail(&cast.world, "sam@example.com"));
        cast.stranger.post(path::INVITATIONS_ACCEPT, json!({ "token": token })).await.is(200);
    });
}

#[test]
fn of_accepting_and_removing_its_maker_at_once_one_wins() {
    run(async {
        let cast = Cast::new().await;
        let (_, token) = invite(&cast, &cast.admin).await;
        let place = path::team_member(&cast.team, &cast.admin.id);
        let (joined, removed) = futures_util::future::join(
            cast.stranger.post(path::INVITATIONS_ACCEPT, json!({ "token": token })),
            cast.owner.delete(&place),
        )
        .await;
        removed.is(204);
        cast.world.pass(HOUR).await;
        cast.world.drain().await;
        let is_in = cast.owner.get(path::team_member(&cast.team, &cast.stranger.id)).await.status;
        let members = cast.owner.get(path::team_members(&cast.team)).await.is(200).json().as_array().unwrap().len();
        assert_eq!(members, if joined.status == 200 { 3 } else { 2 }, "{is_in} {}", joined.text);
        assert!([200, 409].contains(&joined.status), "{}", joined.text);
    });
}

#[test]
fn a_token_tells_what_it_offers_to_whoever_holds_it() {
    run(async {
        let cast = Cast::new().await;
        let (_, token) = invite(&cast, &cast.admin).await;
        for actor in [&cast.nobody, &cast.stranger, &cast.member] {
            let offer = actor.post(path::INVITATIONS_PREVIEW, json!({ "token": token })).await.is(200).json();
            assert_eq!((&offer["email"], &offer["isAdmin"]), (&json!("sam@example.com"), &json!(true)));
            assert_eq!((&offer["team"]["namespace"], &offer["invitedBy"]), (&json!("core"), &json!("adam")));
            assert_eq!(offer["dtExpires"], cast.world.now().plus(7 * DAY).to_string());
        }
        for wrong in [json!({}), json!({ "token": "x" }), json!({ "token": format!("{token}x") })] {
            cast.nobody.post(path::INVITATIONS_PREVIEW, wrong).await.refuses(400, "BAD_REQUEST");
        }
        cast.owner.delete(path::team_member(&cast.team, &cast.admin.id)).await.is(204);
        let reply = cast.nobody.post(path::INVITATIONS_PREVIEW, json!({ "token": token })).await;
        assert_eq!(reply.refuses(409, "CONFLICT").message(), ENDED);
    });
}

#[test]
fn a_preview_is_refused_as_accepting_is() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, &cast.admin).await;
        let look = async || cast.nobody.post(path::INVITATIONS_PREVIEW, json!({ "token": token })).await.status;
        cast.world.pass(7 * DAY + HOUR).await;
        assert_eq!(look().await, 409, "expired");
        cast.admin.post_nothing(path::team_invitation_resend(&cast.team, &id)).await;
        assert_eq!(look().await, 409, "replaced or expired");
    });
}

#[test]
fn an_invitation_is_declined_by_its_mail_or_by_ones_own_list() {
    run(async {
        for by_mail in [true, false] {
            let cast = Cast::new().await;
            let (id, token) = invite(&cast, &cast.admin).await;
            let (actor, body) =
                if by_mail { (&cast.nobody, json!({ "token": token })) } else { (&cast.stranger, json!({ "id": id })) };
            actor.post(path::INVITATIONS_DECLINE, body.clone()).await.is(204);
            let name = if by_mail { "\"sam@example.com\"" } else { "\"sam\"" };
            assert_eq!(log(&cast).await[0], ("invitation.decline".to_owned(), name.to_owned()));
            cast.world.drain().await;
            let again = actor.post(path::INVITATIONS_DECLINE, body).await.status;
            assert!([404, 409].contains(&again), "{again}");
            is_over(&cast, &id, &token).await;
        }
    });
}

#[test]
fn nobody_declines_for_somebody_else() {
    run(async {
        let cast = Cast::new().await;
        let (id, token) = invite(&cast, &cast.admin).await;
        cast.nobody.post(path::INVITATIONS_DECLINE, json!({ "id": id })).await.refuses(401, "UNAUTHORIZED");
        cast.member.post(path::INVITATIONS_DECLINE, json!({ "id": id })).await.refuses(404, "NOT_FOUND");
        for wrong in [json!({}), json!({ "token": token, "id": id }), json!({ "token": "x" })] {
            cast.stranger.post(path::INVITATIONS_DECLINE, wrong).await.refuses(400, "BAD_REQUEST");
        }
        // An account that has claimed the address, and not confirmed it.
        let body = json!({ "emails": ["nina@example.com"], "isAdmin": false });
        let made = cast.owner.post(path::team_invitations(&cast.team), body).await.is(201).json();
        let form = json!({ "email": "nina@example.com", "password": PASSWORD, "username": "nina" });
        let reply = cast.nobody.post(path::SIGN_UP, form).await.is(201);
        let nina = Actor::signed_in(&cast.world, "nina", &reply);
        nina.post(path::INVITATIONS_DECLINE, json!({ "id": made[0]["id"] })).await.refuses(403, "FORBIDDEN");
        assert_eq!(cast.owner.get(path::team_invitations(&cast.team)).await.json().as_array().unwrap().len(), 2);
    });
}
