//! What becomes of factors when an account changes hands or goes, what admins see of them, and who
//! wins where two come at once.

use super::{NEW, answer, challenge, change_email, reset};
use crate::{
    support::{Actor, Cast, PASSWORD, account_object, last_mail, run, token_of},
    totp::{attempt, begin, confirm, state, turn_off, turn_on},
};
use guildhall_shared::{path, timestamp::DAY};
use serde_json::{Value, json};

/// A sign-in with the new password.
async fn attempt_anew(cast: &Cast, email: &str) -> crate::support::Reply {
    cast.nobody.post(path::SIGN_IN, json!({ "email": email, "password": NEW })).await
}

#[test]
fn a_reset_password_leaves_the_factors_that_a_confirmed_account_had_for_a_week() {
    run(async {
        let cast = Cast::new().await;
        let (app, _) = turn_on(&cast.owner).await;
        cast.world.pass(8 * DAY).await;
        reset(&cast, "olive").await;
        let asked = attempt_anew(&cast, "olive@example.com").await.is(202).json();
        answer(&cast.nobody, &asked["challengeId"], "totp", &app.code(&cast.world, 0)).await.is(200);
    });
}

#[test]
fn a_reset_password_takes_an_unconfirmed_account_with_all_its_factors() {
    run(async {
        for on in [true, false] {
            let cast = Cast::new().await;
            let impostor = Actor::unconfirmed(&cast.world, "una").await;
            if on {
                drop(turn_on(&impostor).await);
            } else {
                drop(begin(&impostor).await);
            }
            reset(&cast, "una").await;
            let una = attempt_anew(&cast, "una@example.com").await.is(200);
            let una = Actor::signed_in(&cast.world, "una", &una);
            let off = json!({ "isTotpEnabled": false, "recoveryCodesLeft": 0, "methods": [] });
            assert_eq!(state(&una).await, off);
            assert!(!cast.world.records(&account_object(&una)).contains_key("totp"));
            confirm(&una, "123456").await.refuses(409, "CONFLICT");
            turn_on(&una).await;
        }
    });
}

#[test]
fn undoing_a_change_of_email_undoes_the_factors_that_came_after_it() {
    run(async {
        for before in [true, false] {
            let mut cast = Cast::new().await;
            if before {
                let (app, _) = turn_on(&cast.owner).await;
                cast.world.pass(8 * DAY).await;
                let asked = challenge(&cast.owner).await;
                let reply = answer(&cast.nobody, &asked, "totp", &app.code(&cast.world, 0)).await.is(200);
                cast.owner = Actor::signed_in(&cast.world, "olive", &reply);
            }
            change_email(&cast.owner, "olive@example.org").await;
            let undo = token_of(&last_mail(&cast.world, "olive@example.com"));
            if !before {
                turn_on(&cast.owner).await;
            }
            cast.nobody.post(path::EMAIL_UNDO, json!({ "token": undo, "password": NEW })).await.is(200);
            cast.world.drain().await;
            attempt_anew(&cast, "olive@example.com").await.is(if before { 202 } else { 200 });
        }
    });
}

#[test]
fn an_account_that_goes_leaves_nothing_of_its_factors() {
    run(async {
        let cast = Cast::new().await;
        let una = Actor::unconfirmed(&cast.world, "una").await;
        let (app, _) = turn_on(&una).await;
        let asked = challenge(&una).await;
        answer(&cast.nobody, &asked, "totp", &app.wrong(&cast.world)).await.refuses(401, "UNAUTHORIZED");
        cast.world.pass(8 * DAY).await;
        let left: Vec<String> = cast.world.records(&account_object(&una)).into_keys().collect();
        let own = |key: &&String| !key.starts_with('~') && *key != "fence";
        assert_eq!(left.iter().filter(own).collect::<Vec<_>>(), Vec::<&String>::new());
    });
}

#[test]
fn admins_see_who_has_a_second_factor_and_nobody_else_does() {
    run(async {
        let cast = Cast::new().await;
        let seen = async |by: &Actor| {
            let members = by.get(path::team_members(&cast.team)).await.is(200).json();
            let of = |name: &str| {
                let members = members.as_array().unwrap();
                members.iter().find(|member| member["user"]["username"] == name).unwrap()["hasSecondFactor"].clone()
            };
            (of("olive"), of("mia"))
        };
        assert_eq!(seen(&cast.admin).await, (json!(false), json!(false)));
        turn_on(&cast.member).await;
        for admin in [&cast.owner, &cast.admin, &cast.owner.make_key(&cast.team).await] {
            assert_eq!(seen(admin).await, (json!(false), json!(true)));
        }
        for member in [&cast.member, &cast.member.make_key(&cast.team).await] {
            assert_eq!(seen(member).await, (Value::Null, Value::Null));
        }
        let place = path::team_member(&cast.team, &cast.member.id);
        let changed = cast.owner.put(place, json!({ "isAdmin": true })).await.is(200).json();
        assert_eq!(changed["hasSecondFactor"], true);
        cast.world.drain().await;
        assert_eq!(seen(&cast.member).await, (json!(false), json!(true)));
    });
}

#[test]
fn turning_off_shows_among_the_members() {
    run(async {
        let cast = Cast::new().await;
        let (_, codes) = turn_on(&cast.member).await;
        turn_off(&cast.member, &codes[0]).await.is(204);
        cast.world.drain().await;
        let members = cast.owner.get(path::team_members(&cast.team)).await.is(200).json();
        assert!(members.as_array().unwrap().iter().all(|member| member["hasSecondFactor"] == false));
    });
}

#[test]
fn of_fifty_wrong_codes_at_once_ten_are_looked_at() {
    run(async {
        let cast = Cast::new().await;
        let (app, _) = turn_on(&cast.owner).await;
        let asked = challenge(&cast.owner).await;
        let wrong = app.wrong(&cast.world);
        let all = (0..50).map(|_| answer(&cast.nobody, &asked, "totp", &wrong));
        let replies = futures_util::future::join_all(all).await;
        let of = |status: u16| replies.iter().filter(|reply| reply.status == status).count();
        assert_eq!((of(401), of(429)), (10, 40));
    });
}

#[test]
fn of_two_at_once_with_one_code_or_one_challenge_one_wins() {
    run(async {
        let cast = Cast::new().await;
        let (app, codes) = turn_on(&cast.owner).await;
        let statuses = async |a: (&Value, &str, &str), b: (&Value, &str, &str)| {
            let (a, b) = futures_util::join!(answer(&cast.nobody, a.0, a.1, a.2), answer(&cast.nobody, b.0, b.1, b.2));
            let mut statuses = [a.status, b.status];
            statuses.sort_unstable();
            statuses
        };
        let sessions = async || cast.owner.get(path::ACCOUNT_SESSIONS).await.is(200).json().as_array().unwrap().len();
        assert_eq!(sessions().await, 1);
        let (one, two) = (challenge(&cast.owner).await, challenge(&cast.owner).await);
        assert_eq!(statuses((&one, "recovery", &codes[0]), (&two, "recovery", &codes[0])).await, [200, 401]);
        let asked = challenge(&cast.owner).await;
        assert_eq!(statuses((&asked, "recovery", &codes[1]), (&asked, "recovery", &codes[2])).await, [200, 401]);
        assert_eq!(state(&cast.owner).await["recoveryCodesLeft"], 8);
        let code = app.code(&cast.world, 0);
        let (one, two) = (challenge(&cast.owner).await, challenge(&cast.owner).await);
        assert_eq!(statuses((&one, "totp", &code), (&two, "totp", &code)).await, [200, 401]);
        assert_eq!(sessions().await, 4);
    });
}

#[test]
fn answers_to_challenges_count_for_the_network_address() {
    run(async {
        let cast = Cast::new().await;
        let near = cast.nobody.with("cf-connecting-ip", "198.51.100.7");
        for _ in 0..100 {
            answer(&near, &json!("x"), "totp", "123456").await.refuses(401, "UNAUTHORIZED");
        }
        let reply = answer(&near, &json!("x"), "totp", "123456").await.refuses(429, "TOO_MANY_REQUESTS");
        assert_eq!(reply.header("retry-after"), Some("900"));
        let body = json!({ "email": "olive@example.com", "password": PASSWORD });
        near.post(path::SIGN_IN, body).await.refuses(429, "TOO_MANY_REQUESTS");
        attempt(&cast.owner).await.is(200);
    });
}
