//! What a passkey says of backups, and what a browser is told of the account's passkeys.

use super::{
    add, begin,
    proof::{CHANGED, ask, sign_in, sign_in_as, with_passkey},
};
use crate::{
    authenticator::{Algorithm, Authenticator, BACKED_UP, BACKUP_ELIGIBLE, base64url},
    support::{Actor, Cast, run},
};
use guildhall_shared::path;
use serde_json::json;

#[test]
fn a_passkey_that_says_otherwise_whether_it_can_be_synced_is_told_so_and_is_nobodys_guess() {
    run(async {
        let (cast, mut key) = with_passkey(Algorithm::Es256).await;
        let before = cast.world.snapshot();
        for _ in 0..20 {
            let credential = key.answer_with(&ask(&cast.nobody).await, |saying| saying.flags |= BACKUP_ELIGIBLE);
            let reply = sign_in_as(&cast.nobody, &credential).await.refuses(401, "UNAUTHORIZED");
            assert!(reply.message().contains(CHANGED), "{}", reply.message());
        }
        // In a session, too, its field is told; and as the second factor.
        let asked = cast.owner.post_nothing(path::REAUTHENTICATE_OPTIONS).await.is(200).json();
        let credential = key.answer_with(&asked, |saying| saying.flags |= BACKUP_ELIGIBLE | BACKED_UP);
        let body = json!({ "method": "passkey", "credential": credential });
        let reply = cast.owner.post(path::REAUTHENTICATE, body).await.refuses(400, "BAD_REQUEST");
        assert!(reply.text.contains(CHANGED), "{}", reply.text);
        // No failure was counted, and nobody was mailed.
        cast.world.drain().await;
        assert!(cast.world.letters.borrow().is_empty());
        sign_in(&cast.nobody, &mut key).await.is(200);
        // A wrong signature still counts, whatever it says of backups.
        let world = before.world();
        let nobody = Actor::nobody(&world);
        let mut other = Authenticator::new(Algorithm::Es256, 7);
        (other.credential, other.handle) = (key.credential.clone(), key.handle.clone());
        let mut last = 0;
        for _ in 0..11 {
            let credential = other.answer_with(&ask(&nobody).await, |saying| saying.flags |= BACKUP_ELIGIBLE);
            last = sign_in_as(&nobody, &credential).await.status;
        }
        assert_eq!(last, 429);
    });
}

#[test]
fn a_passkey_may_be_backed_up_and_not_any_more_as_it_likes() {
    run(async {
        let cast = Cast::new().await;
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        key.flags |= BACKUP_ELIGIBLE;
        add(&cast.owner, &mut key, "Key").await;
        for (flags, is_backed_up) in [(BACKED_UP, true), (0, false), (BACKED_UP, true)] {
            let credential = key.answer_with(&ask(&cast.nobody).await, |saying| saying.flags |= flags);
            sign_in_as(&cast.nobody, &credential).await.is(200);
            let listed = cast.owner.get(path::ACCOUNT_PASSKEYS).await.json();
            assert_eq!(listed[0]["isBackedUp"], is_backed_up);
        }
        let credential = key.answer_with(&ask(&cast.nobody).await, |saying| saying.flags &= !BACKUP_ELIGIBLE);
        let reply = sign_in_as(&cast.nobody, &credential).await.refuses(401, "UNAUTHORIZED");
        assert!(reply.message().contains(CHANGED));
    });
}

#[test]
fn a_browser_is_told_which_passkeys_are_there_and_whose() {
    run(async {
        let (cast, key) = with_passkey(Algorithm::Es256).await;
        let accepted = async || cast.owner.get(path::ACCOUNT_PASSKEYS_ACCEPTED).await.is(200).json();
        let options = begin(&cast.owner).await;
        let told = accepted().await;
        assert_eq!((&told["rpId"], &told["userId"]), (&options["rp"]["id"], &options["user"]["id"]));
        assert_eq!((&told["name"], &told["displayName"]), (&options["user"]["name"], &options["user"]["displayName"]));
        assert_eq!(told["allAcceptedCredentialIds"], json!([base64url(&key.credential)]));
        cast.owner.patch(path::ACCOUNT, json!({ "firstName": "Olivia" })).await.is(200);
        assert_eq!(accepted().await["displayName"], "Olivia");
        let id = cast.owner.get(path::ACCOUNT_PASSKEYS).await.json()[0]["id"].as_str().unwrap().to_owned();
        cast.owner.delete(path::account_passkey(&id)).await.is(204);
        assert_eq!(accepted().await["allAcceptedCredentialIds"], json!([]));
        assert_eq!(cast.admin.get(path::ACCOUNT_PASSKEYS_ACCEPTED).await.json()["allAcceptedCredentialIds"], json!([]));
    });
}
