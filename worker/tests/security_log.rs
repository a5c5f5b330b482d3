//! The security log, and what is mailed of it.

use crate::{
    session::sign_in,
    support::{Actor, Cast, PASSWORD, account_object, last_mail, run},
};
use guildhall_shared::{
    Timestamp, path,
    security_log::SecurityEventKind,
    timestamp::{HOUR, MINUTE},
};
use guildhall_worker::{
    features::security_log::{KEPT, LINES, note},
    object::Change,
};
use serde_json::{Value, json};

async fn log(actor: &Actor) -> Vec<Value> {
    actor.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json().as_array().unwrap().clone()
}

#[test]
fn it_says_what_happened_when_and_from_where() {
    run(async {
        let cast = Cast::new().await;
        let browser = cast
            .nobody
            .with("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
            .with("cf-ipcountry", "FR")
            .with("cf-connecting-ip", "203.0.113.9");
        let wrong = json!({ "email": "olive@example.com", "password": "wrong" });
        browser.post(path::SIGN_IN, wrong).await.refuses(401, "UNAUTHORIZED");
        let body = json!({ "email": "olive@example.com", "password": PASSWORD });
        browser.post(path::SIGN_IN, body).await.is(200);
        cast.owner.make_key(&cast.team).await;
        cast.world.drain().await;
        let events = log(&cast.owner).await;
        let actions: Vec<&str> = events.iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["api-key.create", "sign-in", "sign-in.fail", "email.confirm", "sign-up"]);
        assert_eq!(events[0]["detail"], "key (core)");
        let (device, place) = (&events[1]["device"], &events[1]["place"]);
        assert_eq!(
            (device, place, &events[1]["address"]),
            (&json!("Firefox on Linux"), &json!("FR"), &json!("203.0.113.9"))
        );
        assert_eq!((events[4]["number"].as_u64(), events[1].get("detail")), (Some(1), None));
        // A new device is mailed with the same words.
        let letter =
            cast.world.letters.borrow().iter().find(|mail| mail.subject == "A new device signed in").cloned().unwrap();
        assert!(letter.text.contains("Firefox on Linux, address 203.0.113.9 (FR)"), "{}", letter.text);
        assert_eq!(last_mail(&cast.world, "olive@example.com").subject, "An API key was made");
    });
}

#[test]
fn a_known_browser_is_no_news() {
    run(async {
        let cast = Cast::new().await;
        let body = || json!({ "email": "olive@example.com", "password": PASSWORD });
        let browser = cast.nobody.following(&cast.nobody.post(path::SIGN_IN, body()).await.is(200));
        let again = browser.post(path::SIGN_IN, body()).await.is(200);
        assert_eq!(again.headers.get_all("set-cookie").iter().count(), 1);
        browser.following(&again).get(path::ACCOUNT).await.is(200);
        cast.world.drain().await;
        assert_eq!(cast.world.letters.borrow().len(), 1);
    });
}

#[test]
fn it_comes_in_pages_and_is_the_account_s_own() {
    run(async {
        let cast = Cast::new().await;
        for at in 0..4 {
            let body = json!({ "email": "olive@example.com", "password": PASSWORD });
            let browser = cast.nobody.with("cf-connecting-ip", &format!("192.0.2.{at}"));
            browser.post(path::SIGN_IN, body).await.is(200);
        }
        let mut seen = vec![];
        let mut next = format!("{}?limit=2", path::ACCOUNT_SECURITY_LOG);
        loop {
            let reply = cast.owner.get(&next).await.is(200);
            seen.extend(reply.json().as_array().unwrap().iter().map(|event| event["number"].as_u64().unwrap()));
            match reply.header("link") {
                Some(link) => link.trim_start_matches('<').split('>').next().unwrap().clone_into(&mut next),
                None => break,
            }
        }
        assert_eq!(seen, [6, 5, 4, 3, 2, 1]);
        assert_eq!(log(&cast.stranger).await.len(), 2);
        cast.owner.get(format!("{}?limit=121", path::ACCOUNT_SECURITY_LOG)).await.refuses(400, "BAD_REQUEST");
        cast.owner.get(format!("{}?orderBy=name", path::ACCOUNT_SECURITY_LOG)).await.refuses(400, "BAD_REQUEST");
    });
}

/// Has something happen to an account so many times.
fn happens(cast: &Cast, action: SecurityEventKind, details: impl Iterator<Item = String>) {
    let name = account_object(&cast.owner);
    let envelope = cast.world.object(&name).system();
    let noted = cast.world.object(&name).decide(&envelope, true, |tx, context| {
        details.for_each(|detail| note(tx, context.origin, action, &detail));
        Ok(())
    });
    noted.unwrap().unwrap();
}

fn numbers(cast: &Cast) -> Vec<u64> {
    let records = cast.world.records(&account_object(&cast.owner));
    records.keys().filter_map(|key| key.strip_prefix("security/")?.parse::<u64>().ok()).collect()
}

#[test]
fn what_repeats_itself_within_an_hour_is_one_line_with_a_count() {
    run(async {
        let cast = Cast::new().await;
        let wrong = || json!({ "email": "olive@example.com", "password": "wrong" });
        for _ in 0..4 {
            cast.nobody.post(path::SIGN_IN, wrong()).await.refuses(401, "UNAUTHORIZED");
            cast.world.skip(MINUTE);
        }
        let lines = log(&cast.owner).await;
        let newest = &lines[0];
        assert_eq!((&newest["action"], &newest["count"]), (&json!("sign-in.fail"), &json!(4)));
        let at = |field: &str| newest[field].as_str().unwrap().parse::<Timestamp>().unwrap();
        assert_eq!(at("dtCreated").since(at("dtFirst")), 3 * MINUTE);
        assert_eq!((&lines[1]["count"], lines[1].get("dtFirst")), (&json!(1), None));
        // From elsewhere, and an hour after the first, it is a line of its own.
        cast.nobody.with("cf-connecting-ip", "192.0.2.9").post(path::SIGN_IN, wrong()).await.is(401);
        cast.world.pass(HOUR).await;
        cast.nobody.post(path::SIGN_IN, wrong()).await.is(401);
        let counts: Vec<Value> = log(&cast.owner).await.iter().take(3).map(|line| line["count"].clone()).collect();
        assert_eq!(counts, [1, 1, 4]);
    });
}

#[test]
fn nothing_that_is_done_often_pushes_out_anything_else() {
    run(async {
        let cast = Cast::new().await;
        let before = log(&cast.owner).await;
        happens(&cast, SecurityEventKind::PasskeyAdd, ["Somebody's".to_owned()].into_iter());
        happens(&cast, SecurityEventKind::PasskeyRename, (0..3_000).map(|n| format!("name {n}")));
        let lines = log(&cast.owner).await;
        let of = |action: &str| lines.iter().filter(|line| line["action"] == action).collect::<Vec<_>>();
        let renames = of("passkey.rename");
        assert_eq!(renames.len(), LINES);
        assert_eq!((&renames[0]["detail"], &renames[0]["count"]), (&json!("name 2999"), &json!(3_000 - LINES + 1)));
        assert_eq!(of("passkey.add").len(), 1);
        assert_eq!(numbers(&cast).len(), before.len() + 1 + LINES);
    });
}

#[test]
fn lines_stand_for_180_days() {
    run(async {
        let cast = Cast::new().await;
        let count = |lines: &[Value], action: &str| lines.iter().filter(|line| line["action"] == action).count();
        happens(&cast, SecurityEventKind::ApiKeyCreate, ["Old".to_owned()].into_iter());
        cast.world.skip(KEPT - 1);
        let browser = sign_in(&cast.owner).await;
        assert_eq!(count(&log(&browser).await, "api-key.create"), 1);
        cast.world.skip(1);
        assert_eq!(count(&log(&browser).await, "api-key.create"), 0);
        // What is no longer shown goes with the lines that come.
        for n in 0..2 {
            happens(&cast, SecurityEventKind::Prove, [format!("{n}")].into_iter());
        }
        let left = numbers(&cast);
        assert_eq!(left.len(), 3, "{left:?}");
    });
}
