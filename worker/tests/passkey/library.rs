//! Passkeys of a browser and an authenticator that others have written: 1Password's passkey-rs.

use super::begin;
use crate::support::{Actor, Cast, SITE, run};
use guildhall_shared::path;
use passkey_authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey_client::{Client, DefaultClientData, WebauthnError};
use passkey_crypto::{iana, rust_crypto::RustCryptoBackend};
use passkey_types::{
    Passkey,
    ctap2::{Aaguid, Ctap2Error},
    webauthn::{CredentialCreationOptions, CredentialRequestOptions},
};
use serde_json::{Value, json};
use url::Url;

/// Somebody who touches the authenticator and shows a finger.
struct Person;

#[async_trait::async_trait]
impl UserValidationMethod for Person {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        hint: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        if matches!(hint, UiHint::InformExcludedCredentialFound(_)) {
            return Err(Ctap2Error::CredentialExcluded);
        }
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

type Browser = Client<Option<Passkey>, Person, RustCryptoBackend, public_suffix::PublicSuffixList, ()>;

/// A browser whose authenticator has this algorithm only.
fn browser(algorithm: iana::Algorithm) -> Browser {
    let mut authenticator = Authenticator::new(Aaguid::new_empty(), None, Person, RustCryptoBackend);
    authenticator.set_algorithms(&[algorithm]).unwrap();
    authenticator.set_make_credentials_with_signature_counter(true);
    Client::new(authenticator)
}

fn page(site: &str) -> Url {
    site.parse().unwrap()
}

async fn register(browser: &mut Browser, site: &str, options: &Value) -> Result<Value, WebauthnError> {
    let options: CredentialCreationOptions = serde_json::from_value(json!({ "publicKey": options })).unwrap();
    let made = browser.register(&page(site), options, DefaultClientData).await?;
    Ok(serde_json::to_value(made).unwrap())
}

async fn answer(browser: &mut Browser, site: &str, options: &Value) -> Result<Value, WebauthnError> {
    let options: CredentialRequestOptions = serde_json::from_value(json!({ "publicKey": options })).unwrap();
    let made = browser.authenticate(&page(site), options, DefaultClientData).await?;
    Ok(serde_json::to_value(made).unwrap())
}

async fn ask(nobody: &Actor) -> Value {
    nobody.post_nothing(path::PASSKEY_SIGN_IN_OPTIONS).await.is(200).json()
}

#[test]
fn passkeys_of_another_s_authenticator_sign_in_alone_after_a_password_and_again() {
    run(async {
        for algorithm in [iana::Algorithm::ES256, iana::Algorithm::EdDSA] {
            let cast = Cast::new().await;
            let mut browser = browser(algorithm);
            let credential = register(&mut browser, SITE, &begin(&cast.owner).await).await.unwrap();
            let body = json!({ "name": "Library", "credential": credential });
            let made = cast.owner.post(path::ACCOUNT_PASSKEYS, body).await.is(201).json();
            assert_eq!(made["isBackedUp"], true);
            for _ in 0..3 {
                let credential = answer(&mut browser, SITE, &ask(&cast.nobody).await).await.unwrap();
                let body = json!({ "credential": credential });
                let reply = cast.nobody.post(path::PASSKEY_SIGN_IN, body.clone()).await.is(200);
                assert_eq!(Actor::signed_in(&cast.world, "olive", &reply).id, cast.owner.id);
                cast.nobody.post(path::PASSKEY_SIGN_IN, body).await.refuses(401, "UNAUTHORIZED");
            }
            let asked = crate::totp::attempt(&cast.owner).await.is(202).json();
            let credential = answer(&mut browser, SITE, &asked["passkey"]).await.unwrap();
            let body = json!({ "challengeId": asked["challengeId"], "method": "passkey", "credential": credential });
            cast.nobody.post(path::SIGN_IN_CHALLENGE, body).await.is(200);
            let options = cast.owner.post_nothing(path::REAUTHENTICATE_OPTIONS).await.is(200).json();
            let body =
                json!({ "method": "passkey", "credential": answer(&mut browser, SITE, &options).await.unwrap() });
            cast.owner.post(path::REAUTHENTICATE, body).await.is(204);
        }
    });
}

#[test]
fn the_browser_refuses_a_second_passkey_and_another_site() {
    run(async {
        let cast = Cast::new().await;
        let mut browser = browser(iana::Algorithm::ES256);
        let credential = register(&mut browser, SITE, &begin(&cast.owner).await).await.unwrap();
        let body = json!({ "name": "Library", "credential": credential });
        cast.owner.post(path::ACCOUNT_PASSKEYS, body).await.is(201);
        let excluded = register(&mut browser, SITE, &begin(&cast.owner).await).await;
        let is_excluded = |code: u8| code == u8::from(Ctap2Error::CredentialExcluded);
        assert!(matches!(excluded, Err(WebauthnError::AuthenticatorError(code)) if is_excluded(code)), "{excluded:?}");
        let elsewhere = answer(&mut browser, "https://guildhall.example", &ask(&cast.nobody).await).await;
        assert!(matches!(elsewhere, Err(WebauthnError::OriginRpMissmatch)));
        // A page of a subdomain may use our passkeys; its word is not ours.
        let credential = answer(&mut browser, "https://evil.guildhall.test", &ask(&cast.nobody).await).await.unwrap();
        let reply = cast.nobody.post(path::PASSKEY_SIGN_IN, json!({ "credential": credential })).await;
        assert!(reply.refuses(400, "BAD_REQUEST").message().contains("on another site"));
    });
}
