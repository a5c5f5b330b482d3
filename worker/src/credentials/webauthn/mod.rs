//! Passkeys (WebAuthn Level 3): what a browser sends is taken apart and checked here, all but the
//! signature's key and the counter, which the account's object knows. Judges no attestation: makers
//! of authenticators are nobody's business.

pub mod authenticator_data;
pub mod cbor;
pub mod challenge;
pub mod client_data;
pub mod cose;
pub mod der;
pub mod signature;

use crate::credentials::{
    secret::Installation,
    webauthn::{
        authenticator_data::AuthenticatorData,
        challenge::{Challenge, Purpose, read_handle},
        cose::PublicKey,
    },
};
use guildhall_shared::{
    AccountId, Issue, Timestamp,
    base64::{decode_url, encode_url},
    passkey::{AuthenticationResponse, RegistrationResponse, TRANSPORTS},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The one type of credential that there is.
pub const KIND: &str = "public-key";

/// What a ceremony is checked against.
pub struct Ceremony<'a> {
    pub installation: &'a Installation,
    /// Scheme and host of the console.
    pub site: &'a str,
    pub now: Timestamp,
    pub purpose: Purpose,
}

/// A new passkey that its browser vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub challenge: Challenge,
    /// Its id, in base64url.
    pub credential: String,
    pub key: PublicKey,
    pub count: u32,
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub transports: Vec<String>,
}

/// Whose passkey it says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Owner {
    Unsaid,
    Account(AccountId),
    /// Nobody's that this installation knows.
    Foreign,
}

/// Someone's signature with a passkey, all but verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    pub challenge: Challenge,
    /// The passkey's id, in base64url.
    pub credential: String,
    pub owner: Owner,
    pub count: u32,
    pub backup_eligible: bool,
    pub backed_up: bool,
    /// What was signed, and the signature, in base64url.
    pub message: String,
    pub signature: String,
    /// The key under which the signature holds: put there by the account's object, never sent.
    #[serde(skip)]
    pub verified: Option<PublicKey>,
}

/// The host that passkeys are bound to: the console's, without its port.
pub fn relying_party(site: &str) -> &str {
    let host = site.split_once("://").map_or(site, |(_, host)| host);
    host.split(':').next().unwrap_or_default()
}

fn wrong(why: &str) -> Issue {
    Issue::new(format!("credential: {why}"))
}

fn shapeless() -> Issue {
    wrong("This is not what a browser says of a passkey. Try again, in a browser that is up to date.")
}

impl Ceremony<'_> {
    /// The challenge that the browser's words answer, if they were said on our page.
    fn challenge(&self, client_data: &[u8], kind: &str) -> Result<Challenge, Issue> {
        let said = client_data::read(client_data).filter(|said| said.kind == kind).ok_or_else(shapeless)?;
        if said.origin != self.site || said.is_framed {
            return Err(elsewhere());
        }
        Challenge::read(self.installation, &said.challenge)
            .filter(|challenge| challenge.purpose == self.purpose && self.now < challenge.expires)
            .ok_or_else(|| wrong("The browser was not asked for this, or too long ago. Try again."))
    }

    fn check(&self, data: &AuthenticatorData<'_>) -> Result<(), Issue> {
        if data.rp_id_hash[..] != Sha256::digest(relying_party(self.site))[..] {
            return Err(elsewhere());
        }
        if !data.is_present() || !data.is_verified() {
            return Err(wrong(
                "Your device did not make sure that it is you. Set up a screen lock or a PIN on it, then try again.",
            ));
        }
        Ok(())
    }

    /// A registration, by the steps of section 7.1.
    pub fn registration(&self, response: &RegistrationResponse) -> Result<Registration, Issue> {
        let RegistrationResponse { id, kind, response } = response;
        let client_data = decode_url(&response.client_data_json).ok_or_else(shapeless)?;
        let challenge = self.challenge(&client_data, "webauthn.create")?;
        let attestation = decode_url(&response.attestation_object).ok_or_else(shapeless)?;
        let data = authenticator_data::in_attestation(&attestation).and_then(authenticator_data::read);
        let data = data.ok_or_else(|| wrong("This kind of passkey is not supported. Use another one."))?;
        self.check(&data)?;
        let attested = data.attested.as_ref().ok_or_else(shapeless)?;
        let credential = encode_url(attested.id);
        if credential != *id || kind != KIND {
            return Err(shapeless());
        }
        // In our own order, each once, none that is unknown.
        let told = |known: &&&str| response.transports.iter().flatten().any(|told| told == **known);
        let transports = TRANSPORTS.iter().filter(told);
        Ok(Registration {
            challenge,
            credential,
            key: attested.key.clone(),
            count: data.count,
            backup_eligible: data.is_backup_eligible(),
            backed_up: data.is_backed_up(),
            transports: transports.map(|known| (*known).to_owned()).collect(),
        })
    }

    /// An assertion, by the steps of section 7.2 but for those that need the passkey's record.
    pub fn assertion(&self, response: &AuthenticationResponse) -> Result<Assertion, Issue> {
        let AuthenticationResponse { id, kind, response } = response;
        let client_data = decode_url(&response.client_data_json).ok_or_else(shapeless)?;
        let challenge = self.challenge(&client_data, "webauthn.get")?;
        let bytes = decode_url(&response.authenticator_data).ok_or_else(shapeless)?;
        let data = authenticator_data::read(&bytes).ok_or_else(shapeless)?;
        self.check(&data)?;
        let is_id = decode_url(id).is_some_and(|id| (1..=authenticator_data::CREDENTIAL_ID_MAX).contains(&id.len()));
        if !is_id || kind != KIND {
            return Err(shapeless());
        }
        let owner = match response.user_handle.as_deref() {
            None | Some("") => Owner::Unsaid,
            Some(handle) => read_handle(self.installation, handle).map_or(Owner::Foreign, Owner::Account),
        };
        Ok(Assertion {
            challenge,
            credential: id.clone(),
            owner,
            count: data.count,
            backup_eligible: data.is_backup_eligible(),
            backed_up: data.is_backed_up(),
            message: encode_url(&[&bytes[..], &Sha256::digest(&client_data)[..]].concat()),
            signature: response.signature.clone(),
            verified: None,
        })
    }
}

fn elsewhere() -> Issue {
    wrong("This passkey was used on another site. Open the console at its own address, then try again.")
}
