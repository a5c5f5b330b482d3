//! Whose account a mailed link is about, as its page asks.

use crate::support::{Cast, last_mail, run, token_of};
use guildhall_shared::{
    path,
    timestamp::{DAY, HOUR},
};
use serde_json::json;

const NEW: &str = "brass-kettle-otter-9";

/// The owner asks for a link, which is mailed.
async fn ask(cast: &Cast) {
    cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "olive@example.com" })).await.is(202);
    cast.world.drain().await;
}

#[test]
fn a_link_tells_whose_password_it_sets_while_it_is_good_and_nobody_else() {
    run(async {
        let cast = Cast::new().await;
        let whose = async |token: &str| cast.nobody.post(path::MAILED_LINK, json!({ "token": token })).await;
        // The old address of a change gets a link that is about the old address.
        let member = &cast.member;
        member.post(path::ACCOUNT_EMAIL, json!({ "email": "mia.new@example.com" })).await.is(202);
        cast.world.drain().await;
        let confirm = token_of(&last_mail(&cast.world, "mia.new@example.com"));
        whose(&confirm).await.refuses(400, "BAD_REQUEST");
        member.post(path::CONFIRM_EMAIL, json!({ "token": confirm })).await.is(204);
        cast.world.drain().await;
        let undo = token_of(&last_mail(&cast.world, "mia@example.com"));
        assert_eq!(whose(&undo).await.is(200).json(), json!({ "email": "mia@example.com" }));

        ask(&cast).await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        for _ in 0..2 {
            assert_eq!(whose(&token).await.is(200).json(), json!({ "email": "olive@example.com" }));
        }
        cast.world.skip(HOUR);
        whose(&token).await.refuses(400, "BAD_REQUEST");
        ask(&cast).await;
        let token = token_of(&last_mail(&cast.world, "olive@example.com"));
        cast.nobody.put(path::PASSWORD_RESET, json!({ "token": token, "password": NEW })).await.is(200);
        whose(&token).await.refuses(400, "BAD_REQUEST");

        cast.world.skip(7 * DAY);
        whose(&undo).await.refuses(400, "BAD_REQUEST");

        for text in ["", "abc", &token[1..], &format!("{undo}0"), &"a".repeat(10_000)] {
            whose(text).await.refuses(400, "BAD_REQUEST");
        }
        cast.nobody.post(path::MAILED_LINK, json!({})).await.refuses(400, "BAD_REQUEST");
    });
}
