//! A page says for which account it was opened. Where the browser has the session of another one, nothing is done.

use crate::support::{Actor, Cast, PASSWORD, run};
use guildhall_shared::{
    path,
    session::{ACCOUNT_HEADER, OTHER_ACCOUNT},
};
use guildhall_worker::http::{route::Who, router::ROUTES};
use serde_json::json;

/// The actor's session, in a page that was opened as somebody else.
fn page_of(account: &str, actor: &Actor) -> Actor {
    actor.with(ACCOUNT_HEADER, account)
}

#[test]
fn every_route_that_a_session_opens_refuses_the_page_of_another_account_and_changes_nothing() {
    run(async {
        let cast = Cast::new().await;
        let page = page_of(&cast.member.id, &cast.owner);
        let before = cast.world.snapshot().primaries.clone();
        let mut seen = 0;
        for route in ROUTES.iter().filter(|route| !matches!(route.who, Who::Anybody | Who::Bearer)) {
            let path = route.pattern.replace("{team}", &cast.team).replace("{user}", &cast.admin.id);
            let path = path.replace("{name}", "API_TOKEN").replace("{id}", "x");
            // Whatever is sent: the account comes first.
            for body in ["", "{}", "["] {
                let reply = page.send(route.method.clone(), &path, body).await;
                assert_eq!((reply.status, reply.message().as_str()), (412, OTHER_ACCOUNT), "{} {path}", route.method);
            }
            seen += 1;
        }
        assert!(seen > 40);
        assert_eq!(cast.world.snapshot().primaries, before);
    });
}

#[test]
fn the_page_of_the_account_itself_goes_on() {
    run(async {
        let cast = Cast::new().await;
        let page = page_of(&cast.owner.id, &cast.owner);
        page.get(path::ACCOUNT).await.is(200);
        page.patch(path::ACCOUNT, json!({ "firstName": "Olive" })).await.is(200);
        page.patch(path::team(&cast.team), json!({ "bio": "new" })).await.is(200);
    });
}

#[test]
fn what_is_no_account_is_another_one() {
    run(async {
        let cast = Cast::new().await;
        for text in ["", " ", "u0", "nobody", &cast.owner.id.to_uppercase(), &format!("{} ", cast.member.id)] {
            page_of(text, &cast.owner).get(path::ACCOUNT).await.refuses(412, "PRECONDITION_FAILED");
        }
    });
}

#[test]
fn a_session_that_has_ended_is_nobodys_first() {
    run(async {
        let cast = Cast::new().await;
        cast.owner.post_nothing(path::SIGN_OUT).await.is(204);
        let page = page_of(&cast.member.id, &cast.owner);
        page.patch(path::ACCOUNT, json!({ "firstName": "Olive" })).await.refuses(401, "UNAUTHORIZED");
        page_of(&cast.member.id, &cast.nobody).get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn what_no_session_opens_does_not_ask_whose_it_is() {
    run(async {
        let cast = Cast::new().await;
        let page = page_of(&cast.member.id, &cast.owner);
        let program = cast.owner.make_key(&cast.team).await;
        page.get(path::SESSION).await.is(200);
        page.get(path::HEALTH).await.is(200);
        page.post(path::PASSWORD_RESET, json!({ "email": "nobody@example.com" })).await.is(202);
        page.post(path::SIGN_IN, json!({ "email": "mia@example.com", "password": PASSWORD })).await.is(200);
        // A key is its own account, whatever a program sends along.
        program.with(ACCOUNT_HEADER, &cast.member.id).get(path::team(&cast.team)).await.is(200);
    });
}
