//! The security log, and what is mailed of it.

use crate::{
    session::sign_in,
    support::{Actor, Cast, PASSWORD, account_object, last_mail, run},
};
use guildhall_shared::{path, security_log::Happened};
use guildhall_worker::{
    domain::security_log::{KEPT, note},
    object::{Command, Envelope, Origin, Read},
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
        cast.world.settle().await;
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
            cast.world.mails.borrow().iter().find(|mail| mail.subject == "A new device signed in").cloned().unwrap();
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
        cast.world.settle().await;
        assert_eq!(cast.world.mails.borrow().len(), 1);
    });
}

#[test]
fn it_comes_in_pages_and_is_the_account_s_own() {
    run(async {
        let cast = Cast::new().await;
        for _ in 0..4 {
            sign_in(&cast.owner).await;
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

#[test]
fn the_oldest_lines_go_beyond_the_thousandth() {
    run(async {
        let cast = Cast::new().await;
        let name = account_object(&cast.owner);
        let object = cast.world.object(&name);
        let envelope = Envelope::system(name.clone(), Command::Read(Read::default()), Origin::default());
        let more = |many: u64| {
            let noted = object.decide(&envelope, true, |draft, context| {
                (0..many).for_each(|_| note(draft, context.origin, Happened::Prove, ""));
                Ok(())
            });
            noted.unwrap().0.unwrap();
        };
        let numbers = || {
            let records = cast.world.records(&name);
            let numbers = records.keys().filter_map(|key| key.strip_prefix("security/")?.parse::<u64>().ok());
            numbers.collect::<Vec<_>>()
        };
        let standing = u64::try_from(numbers().len()).unwrap();
        more(KEPT - standing);
        assert_eq!((numbers().len(), numbers()[0]), (1000, 1));
        more(3);
        assert_eq!((numbers().len(), numbers()[0]), (1000, 4));
        assert_eq!(log(&cast.owner).await[0]["number"], KEPT + 3);
    });
}
