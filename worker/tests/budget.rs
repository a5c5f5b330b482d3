//! Budgets: what costs others is limited, and the rejection says when to try again.

use crate::support::{Actor, Cast, Reply, last_mail, run, token_of};
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR, MINUTE},
};
use guildhall_worker::{
    credentials::secret::Installation,
    features::limits::budget::{ALL, Budget},
    object::ObjectName,
    store::key,
};
use serde_json::{Value, json};

#[track_caller]
fn is_refused(reply: Reply, name: &str, sentence: &str) {
    let reply = reply.refuses(429, "TOO_MANY_REQUESTS");
    let limit = reply.header("ratelimit").unwrap();
    assert!(limit.contains(&format!("\"{name}\";r=")), "{limit}");
    assert!(reply.header("ratelimit-policy").unwrap().contains(&format!("\"{name}\";q=")));
    assert!(reply.header("retry-after").unwrap().parse::<i64>().unwrap() > 0);
    assert!(reply.message().starts_with(sentence), "{}", reply.message());
    assert!(
        reply.message().contains("try again in ") || reply.message().contains("Try again in "),
        "{}",
        reply.message()
    );
}

#[test]
fn the_document_has_every_budget_as_it_is() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md");
    let text = std::fs::read_to_string(root).unwrap();
    let window = |millis: i64| match millis {
        DAY => "a day".to_owned(),
        HOUR => "an hour".to_owned(),
        MINUTE => "a minute".to_owned(),
        days if days % DAY == 0 => format!("{} days", days / DAY),
        minutes => format!("{} minutes", minutes / MINUTE),
    };
    for Budget { name, most, window: millis, whose, .. } in ALL {
        let row = format!("| `{name}` | {most} | {} | {whose} |", window(millis));
        assert!(text.contains(&row), "docs/api.md lacks the row\n{row}");
    }
}

#[test]
fn a_stranger_s_mailbox_gets_few_confirmations() {
    run(async {
        let cast = Cast::new().await;
        let first = Actor::unconfirmed(&cast.world, "vic").await;
        let mails = || cast.world.letters.borrow().iter().filter(|mail| mail.to == "vic@example.com").count();
        let resend = |who: &Actor| {
            let who = who.clone();
            async move { who.post_nothing(path::CONFIRM_EMAIL_RESEND).await }
        };
        for _ in 0..5 {
            resend(&first).await.is(202);
        }
        is_refused(resend(&first).await, "resend", "We've sent this email several times.");
        cast.world.pass(HOUR).await;
        // Whoever asks: the address takes ten a day.
        for _ in 0..4 {
            resend(&first).await.is(202);
        }
        cast.world.drain().await;
        assert_eq!(mails(), 10);
        is_refused(resend(&first).await, "confirmation-mail", "This address got many confirmation emails today.");
        // Its holder says that it was not them: then they may sign up themselves.
        let token = token_of(&last_mail(&cast.world, "vic@example.com"));
        cast.nobody.post(path::CONFIRM_EMAIL_DENY, json!({ "token": token })).await.is(204);
        cast.world.drain().await;
        Actor::unconfirmed(&cast.world, "vic").await;
    });
}

#[test]
fn a_refused_change_of_email_counts_too() {
    run(async {
        let cast = Cast::new().await;
        let ask = |email: &str| cast.owner.post(path::ACCOUNT_EMAIL, json!({ "email": email }));
        for _ in 0..5 {
            ask("mia@example.com").await.refuses(409, "CONFLICT");
        }
        for email in ["mia@example.com", "free@example.com"] {
            is_refused(ask(email).await, "email-change", "You've asked for several new addresses.");
        }
        // One's own, and one that is none, ask nobody.
        ask("olive@example.com").await.refuses(400, "BAD_REQUEST");
        ask("free").await.refuses(400, "BAD_REQUEST");
    });
}

fn people(from: usize, to: usize) -> Value {
    (from..to).map(|n| format!("p{n}@example.com")).collect()
}

#[test]
fn a_new_account_invites_a_hundred_people_a_day() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_invitations(&cast.team);
        let invite = |emails: Value| cast.owner.post(&place, json!({ "emails": emails, "isAdmin": false }));
        invite(people(0, 50)).await.is(201);
        invite(people(50, 90)).await.is(201);
        // All or nobody.
        is_refused(invite(people(90, 101)).await, "invitation-new", "You've sent many invitations today.");
        // Two of today's made the cast.
        invite(people(90, 98)).await.is(201);
        is_refused(invite(people(100, 101)).await, "invitation-new", "You've sent many invitations today.");
        // What cannot be sent counts nothing, and others of the team have their own.
        invite(json!(["p1@example.com"])).await.refuses(400, "BAD_REQUEST");
        cast.member
            .post(&place, json!({ "emails": people(100, 101), "isAdmin": false }))
            .await
            .refuses(403, "FORBIDDEN");
        cast.stranger
            .post(&place, json!({ "emails": people(100, 101), "isAdmin": false }))
            .await
            .refuses(404, "NOT_FOUND");
        cast.admin.post(&place, json!({ "emails": people(100, 150), "isAdmin": false })).await.is(201);
        cast.world.pass(DAY).await;
        invite(people(150, 151)).await.is(201);
    });
}

#[test]
fn one_address_gets_few_invitations_whoever_sends_them() {
    run(async {
        let cast = Cast::new().await;
        let vic = json!({ "emails": ["vic@example.com", "wil@example.com"], "isAdmin": false });
        let mut teams = vec![cast.team.clone()];
        for n in 0..2 {
            teams.push(cast.owner.make_team(&format!("team-{n}")).await);
        }
        for (at, team) in teams.iter().enumerate() {
            let made = cast.owner.post(path::team_invitations(team), vic.clone()).await;
            if at == 2 {
                // It has had five of each of two teams, and holds up no other.
                let made = made.is(201);
                assert_eq!(made.header("refused-emails"), Some("0;reason=limit"));
                assert_eq!(made.json()[0]["email"], json!("wil@example.com"));
                let alone = json!({ "emails": ["vic@example.com"], "isAdmin": false });
                let alone = cast.owner.post(path::team_invitations(team), alone).await;
                is_refused(alone, "invitation-mail", "vic@example.com got many invitations today.");
                break;
            }
            let made = made.is(201).json();
            let again = path::team_invitation_resend(team, made[0]["id"].as_str().unwrap());
            for _ in 0..4 {
                cast.owner.post_nothing(&again).await.is(200);
            }
            is_refused(
                cast.owner.post_nothing(&again).await,
                "invitation-mail-team",
                "vic@example.com got many invitations today.",
            );
        }
        cast.world.drain().await;
        let mails = cast.world.letters.borrow().iter().filter(|mail| mail.to == "vic@example.com").count();
        assert_eq!(mails, 10);
        // Each is counted as often as it was mailed, and so is the account.
        let spent = |object: &ObjectName, name: &str| {
            let times = cast.world.read(object, |tx| tx.get(&key::count(name))).unwrap_or_default().times;
            times.len()
        };
        let of = |email: &str| ObjectName::Email(Installation::fixed().blind("email", email));
        assert_eq!(spent(&of("vic@example.com"), "invitation-mail"), 10);
        assert_eq!(spent(&of("wil@example.com"), "invitation-mail"), 3);
        assert_eq!(spent(&of("vic@example.com"), &format!("invitation-mail-team/{}", teams[2])), 0);
        // Two of them made the cast.
        assert_eq!(spent(&ObjectName::Account(cast.owner.id.parse().unwrap()), "invitation"), 2 + 10 + 3);
    });
}

#[test]
fn what_was_counted_and_not_sent_is_given_back() {
    run(async {
        let cast = Cast::new().await;
        // Two admins invite the same people at once: each of them gets one mail.
        let body = || json!({ "emails": people(0, 20), "isAdmin": false });
        let place = path::team_invitations(&cast.team);
        let (one, other) =
            futures_util::future::join(cast.owner.post(&place, body()), cast.admin.post(&place, body())).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 400]);
        cast.world.drain().await;
        let spent = |object: ObjectName| {
            cast.world.read(&object, |tx| {
                let count = |name| tx.get(&key::count(name)).unwrap_or_default().times.len();
                count("invitation") + count("invitation-mail")
            })
        };
        for n in 0..20 {
            let email = format!("p{n}@example.com");
            assert_eq!(spent(ObjectName::Email(Installation::fixed().blind("email", &email))), 1, "{email}");
        }
        let of = |actor: &Actor| spent(ObjectName::Account(actor.id.parse().unwrap()));
        assert_eq!(of(&cast.owner) + of(&cast.admin), 2 + 20);
    });
}

#[test]
fn names_are_changed_a_few_times_a_day() {
    run(async {
        let cast = Cast::new().await;
        let rename = |name: String| cast.owner.patch(path::ACCOUNT, json!({ "username": name }));
        rename("mia".into()).await.refuses(409, "CONFLICT");
        for n in 0..5 {
            rename(format!("olive-{n}")).await.is(200);
        }
        is_refused(rename("olive-9".into()).await, "username", "You've changed your username several times.");
        // Whatever else is in the form stays possible, and so does the name that one has.
        cast.owner.patch(path::ACCOUNT, json!({ "username": "olive-4", "theme": "dark" })).await.is(200);
        for day in 0..3 {
            cast.world.skip(DAY);
            for n in 0..5 {
                rename(format!("olive-{day}-{n}")).await.is(200);
            }
        }
        cast.world.skip(DAY);
        is_refused(rename("olive-9".into()).await, "username-kept", "You've changed your username several times.");
        let rename = |name: String| cast.owner.patch(path::team(&cast.team), json!({ "namespace": name }));
        for n in 0..5 {
            rename(format!("core-{n}")).await.is(200);
        }
        is_refused(rename("core-9".into()).await, "namespace", "This team's namespace has changed several times.");
        cast.owner.patch(path::team(&cast.team), json!({ "bio": "new" })).await.is(200);
    });
}

#[test]
fn an_account_without_a_confirmed_email_holds_on_to_no_names() {
    run(async {
        let cast = Cast::new().await;
        let eve = Actor::unconfirmed(&cast.world, "eve").await;
        let rename = |name: &str| eve.patch(path::ACCOUNT, json!({ "username": name }));
        rename("eve-1").await.is(200);
        rename("eve-2").await.is(200);
        let sentence = "You've changed your username several times. Confirm your email address,";
        is_refused(rename("eve-3").await, "username-unconfirmed", sentence);
        cast.world.drain().await;
        // What it gave up anybody may have.
        for name in ["eve", "eve-1"] {
            cast.owner.patch(path::ACCOUNT, json!({ "username": name })).await.is(200);
        }
    });
}

#[test]
fn ten_teams_are_made_in_an_hour_however_many_are_asked_for_at_once() {
    run(async {
        let cast = Cast::new().await;
        let make = |name: String| cast.stranger.post(path::TEAMS, json!({ "name": "T", "namespace": name }));
        // What is refused is given back.
        for _ in 0..12 {
            make("core".into()).await.refuses(409, "CONFLICT");
        }
        let replies = futures_util::future::join_all((0..50).map(|n| make(format!("team-{n}")))).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 10);
        assert_eq!(replies.iter().filter(|reply| reply.status == 429).count(), 40);
        is_refused(make("team-99".into()).await, "team", "You've created many teams.");
        cast.world.pass(HOUR).await;
        // A name of those that were refused is free.
        let lost = replies.iter().position(|reply| reply.status == 429).unwrap();
        make(format!("team-{lost}")).await.is(201);
    });
}

#[test]
fn reads_that_wake_owners_are_answered_by_the_replica_beyond_their_budget() {
    run(async {
        let cast = Cast::new().await;
        let fresh = cast.owner.with("cache-control", "no-cache");
        let first = fresh.get(path::team(&cast.team)).await.is(200);
        let limit = first.header("ratelimit").unwrap().to_owned();
        assert_eq!(first.header("ratelimit-policy"), Some("\"primary-read\";q=600;w=60"));
        assert!(limit.starts_with("\"primary-read\";r="), "{limit}");
        cast.world.drain().await;
        for _ in 0..600 {
            fresh.get(path::team(&cast.team)).await.is(200);
        }
        cast.world.reset_counts();
        let reply = fresh.get(path::team(&cast.team)).await.is(200);
        assert!(reply.header("ratelimit").unwrap().contains(";r=0;"), "{:?}", reply.header("ratelimit"));
        assert_eq!(cast.world.counts().calls, 0, "an owner was asked");
        // Others go on, and so does it a minute later.
        assert!(
            cast.admin
                .with("cache-control", "no-cache")
                .get(path::team(&cast.team))
                .await
                .is(200)
                .header("ratelimit")
                .is_some()
        );
        cast.world.skip(MINUTE);
        cast.world.reset_counts();
        fresh.get(path::team(&cast.team)).await.is(200);
        assert!(cast.world.counts().calls > 0);
        assert_eq!(cast.owner.get(path::team(&cast.team)).await.is(200).header("ratelimit"), None);
    });
}

#[test]
fn what_is_left_stands_in_headers_where_it_is_known() {
    run(async {
        let cast = Cast::new().await;
        let attempt = |email: &str| cast.nobody.post(path::SIGN_IN, json!({ "email": email, "password": "wrong" }));
        // The same for an email that nobody has.
        for email in ["olive@example.com", "nina@example.com"] {
            let reply = attempt(email).await.refuses(401, "UNAUTHORIZED");
            let policy = "\"sign-in\";q=100;w=900, \"password\";q=10;w=900";
            assert_eq!(reply.header("ratelimit-policy"), Some(policy));
            let limit = reply.header("ratelimit").unwrap();
            assert!(limit.ends_with("\"password\";r=9;t=900"), "{limit}");
        }
        let reply = cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "nina@example.com" })).await.is(202);
        assert_eq!(reply.header("ratelimit"), Some("\"reset\";r=29;t=3600"));
        assert_eq!(cast.owner.get(path::ACCOUNT).await.is(200).header("ratelimit"), None);
    });
}

#[test]
fn a_success_says_what_is_left_of_the_caller_s_own_budgets() {
    run(async {
        let cast = Cast::new().await;
        let left = |reply: Reply| reply.header("ratelimit").map(str::to_owned);
        let team = json!({ "name": "T", "namespace": "team-1" });
        let made = cast.stranger.with("idempotency-key", "once").post(path::TEAMS, team.clone()).await.is(201);
        assert_eq!(made.header("ratelimit-policy"), Some("\"team\";q=10;w=3600, \"team-day\";q=30;w=86400"));
        assert_eq!(left(made).as_deref(), Some("\"team\";r=9;t=3600, \"team-day\";r=29;t=86400"));
        // A kept answer was counted once; a rejection that is repeated mentions no count.
        let again = cast.stranger.with("idempotency-key", "once").post(path::TEAMS, team.clone()).await.is(201);
        assert_eq!(left(again), None);
        assert_eq!(left(cast.stranger.post(path::TEAMS, team).await.refuses(409, "CONFLICT")), None);
        let rename = cast.owner.patch(path::ACCOUNT, json!({ "username": "olive-1" })).await.is(200);
        assert!(left(rename).unwrap().starts_with("\"username\";r=4;"));
        assert_eq!(left(cast.owner.patch(path::ACCOUNT, json!({ "theme": "dark" })).await.is(200)), None);
        let rename = cast.owner.patch(path::team(&cast.team), json!({ "namespace": "core-1" })).await.is(200);
        assert!(left(rename).unwrap().starts_with("\"namespace\";r=4;"));
        let change = cast.owner.post(path::ACCOUNT_EMAIL, json!({ "email": "new@example.com" })).await.is(202);
        assert!(left(change).unwrap().starts_with("\"email-change\";r=4;"));
        let eve = Actor::unconfirmed(&cast.world, "eve").await;
        let resend = eve.post_nothing(path::CONFIRM_EMAIL_RESEND).await.is(202);
        assert!(left(resend).unwrap().starts_with("\"resend\";r=4;"));
        let proof =
            cast.owner.post(path::REAUTHENTICATE, json!({ "password": crate::support::PASSWORD })).await.is(204);
        assert_eq!(left(proof).as_deref(), Some("\"proof\";r=9;t=900"));
        // What is left of a recipient's is nobody else's business.
        let body = json!({ "emails": ["vic@example.com", "wil@example.com"], "isAdmin": false });
        let sent = cast.admin.post(path::team_invitations(&cast.team), body).await.is(201);
        let sent = left(sent).unwrap();
        assert!(sent.starts_with("\"invitation-new\";r=98;") && sent.contains("\"invitation\";r=498;"), "{sent}");
        assert!(!sent.contains("invitation-mail"), "{sent}");
    });
}
