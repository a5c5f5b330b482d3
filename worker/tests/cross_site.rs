//! The cross-site defence: what a browser sends along must come from our own pages.

use crate::support::{Actor, Cast, PASSWORD, SITE, run};
use guildhall_shared::path;
use serde_json::json;

#[test]
fn a_change_with_a_cookie_comes_from_our_own_pages() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team(&cast.team);
        let change = || json!({ "bio": "new" });
        for (name, foreign) in [
            ("origin", "https://evil.test"),
            ("origin", "null"),
            ("origin", "https://guildhall.test.evil.test"),
            ("origin", "http://guildhall.test"),
            ("origin", "https://guildhall.test:8443"),
            ("origin", ""),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
            ("sec-fetch-site", ""),
        ] {
            let page = cast.owner.with(name, foreign);
            page.patch(&place, change()).await.refuses(403, "FORBIDDEN");
            // Reading is no change, and the browser keeps the answer from the foreign page.
            page.get(&place).await.is(200);
        }
        assert_eq!(cast.owner.get(&place).await.is(200).json()["bio"], "");
        let ours = cast.owner.with("origin", SITE).with("sec-fetch-site", "same-origin");
        ours.patch(&place, change()).await.is(200);
    });
}

#[test]
fn one_right_header_does_not_make_up_for_a_foreign_one() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team(&cast.team);
        let mixed = cast.owner.with("origin", SITE).with("sec-fetch-site", "cross-site");
        mixed.patch(&place, json!({ "bio": "new" })).await.refuses(403, "FORBIDDEN");
        let mixed = cast.owner.with("origin", "https://evil.test").with("sec-fetch-site", "same-origin");
        mixed.patch(&place, json!({ "bio": "new" })).await.refuses(403, "FORBIDDEN");
    });
}

#[test]
fn a_body_with_a_cookie_is_exactly_json() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team(&cast.team);
        for media in [
            "text/plain",
            "text/plain; application/json",
            "application/json; charset=utf-8",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "",
        ] {
            let page = cast.owner.with("content-type", media);
            page.patch(&place, json!({ "bio": "new" })).await.refuses(403, "FORBIDDEN");
        }
        assert_eq!(cast.owner.get(&place).await.is(200).json()["bio"], "");
        // Clients send the header without a body too.
        let typed = cast.member.with("content-type", "application/json");
        typed.get(&place).await.is(200);
        typed.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
    });
}

#[test]
fn signing_in_and_up_are_changes_too() {
    run(async {
        let cast = Cast::new().await;
        let sign_in = json!({ "email": "olive@example.com", "password": PASSWORD });
        let sign_up = json!({ "email": "nina@example.com", "password": PASSWORD, "username": "nina" });
        let before = cast.world.snapshot();
        for foreign in [cast.nobody.with("origin", "null"), cast.nobody.with("sec-fetch-site", "same-site")] {
            foreign.post(path::SIGN_IN, sign_in.clone()).await.refuses(403, "FORBIDDEN");
            foreign.post(path::SIGN_UP, sign_up.clone()).await.refuses(403, "FORBIDDEN");
            foreign.post(path::CONFIRM_EMAIL_DENY, json!({ "token": "x" })).await.refuses(403, "FORBIDDEN");
        }
        let typed = cast.nobody.with("content-type", "text/plain; application/json");
        typed.post(path::SIGN_IN, sign_in).await.refuses(403, "FORBIDDEN");
        assert_eq!(cast.world.snapshot().primaries, before.primaries);
    });
}

#[test]
fn signing_out_needs_our_own_page_although_it_has_no_body() {
    run(async {
        let cast = Cast::new().await;
        let foreign = cast.owner.with("origin", "https://evil.test");
        let reply = foreign.post_nothing(path::SIGN_OUT).await.refuses(403, "FORBIDDEN");
        assert_eq!(reply.header("set-cookie"), None);
        cast.owner.get(path::ACCOUNT).await.is(200);
    });
}

#[test]
fn a_program_may_call_from_anywhere_and_its_media_type_only_has_to_contain_json() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        let place = path::team(&cast.team);
        for (name, value) in [
            ("origin", "https://elsewhere.test"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("content-type", "application/json; charset=utf-8"),
            ("content-type", "text/plain; application/json"),
        ] {
            key.with(name, value).patch(&place, json!({ "bio": value })).await.is(200);
            assert_eq!(key.get(&place).await.is(200).json()["bio"], value);
        }
        for media in ["text/plain", ""] {
            key.with("content-type", media).patch(&place, json!({ "bio": "x" })).await.refuses(400, "BAD_REQUEST");
        }
        key.delete(path::team_member(&cast.team, &cast.member.id)).await.is(204);
        key.with("content-type", "application/json")
            .delete(path::team_member(&cast.team, &cast.admin.id))
            .await
            .is(204);
    });
}

#[test]
fn with_a_key_the_cookie_counts_for_nothing() {
    run(async {
        let cast = Cast::new().await;
        let (name, cookie) = cast.owner.credential.clone().unwrap();
        let both = |key: &Actor| key.with(name.as_str(), &cookie);
        let wrong = both(&Actor::program(&cast.world, "ghk_wrong"));
        wrong.get(path::team(&cast.team)).await.refuses(401, "UNAUTHORIZED");
        wrong.patch(path::team(&cast.team), json!({ "bio": "x" })).await.refuses(401, "UNAUTHORIZED");
        assert_eq!(wrong.get(path::SESSION).await.is(200).text, "null");
        let basic = cast.owner.with("authorization", "Basic b2xpdmU6cGFzc3dvcmQ=");
        basic.get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        let members_key = both(&cast.member.make_key(&cast.team).await);
        members_key.patch(path::team(&cast.team), json!({ "bio": "x" })).await.refuses(403, "FORBIDDEN");
        members_key.get(path::ACCOUNT).await.refuses(403, "FORBIDDEN");
    });
}

#[test]
fn the_scheme_of_a_key_is_read_in_any_case() {
    run(async {
        let cast = Cast::new().await;
        let key = cast.owner.make_key(&cast.team).await;
        let (_, bearer) = key.credential.clone().unwrap();
        let text = bearer.trim_start_matches("Bearer ");
        for header in [format!("bearer {text}"), format!("BEARER  {text} ")] {
            let program = cast.nobody.with("authorization", &header);
            program.get(path::team(&cast.team)).await.is(200);
        }
        cast.nobody.with("authorization", text).get(path::team(&cast.team)).await.refuses(401, "UNAUTHORIZED");
    });
}

#[test]
fn of_several_cookies_ours_is_found() {
    run(async {
        let cast = Cast::new().await;
        let (_, cookie) = cast.owner.credential.clone().unwrap();
        let (name, _) = cookie.split_once('=').unwrap();
        for line in [format!("a=1; {cookie}; b=2"), format!("{name}=forged; {cookie}"), format!("a;{cookie}")] {
            cast.nobody.with("cookie", &line).get(path::ACCOUNT).await.is(200);
        }
        for line in [format!("x{cookie}"), format!("{cookie}x"), format!("{name}=")] {
            cast.nobody.with("cookie", &line).get(path::ACCOUNT).await.refuses(401, "UNAUTHORIZED");
        }
    });
}
