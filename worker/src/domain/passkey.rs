//! Passkeys of an account: adding, naming and removing them, and whether one that signed may be
//! believed. Verifies no signature itself: that takes the platform, and the object has done it.

use super::{
    Context,
    account::AccountRecord,
    former_factor::{self, Former},
    passkey_proof::{CHALLENGE, make_challenge, spend},
    second_factor, security_log,
    session::{self, SessionRecord},
};
use crate::{
    auth::webauthn::{
        KIND, Registration,
        challenge::{self, Purpose},
        cose::PublicKey,
        relying_party,
    },
    error::Refusal,
    mail::FactorNews,
    object::{self, Command, Handler, Rule, rule},
    store::{Draft, key, primary_only},
};
use guildhall_shared::{
    AccountId, PasskeyId, Timestamp,
    name::DisplayName,
    passkey::{
        ALGORITHMS, AcceptedPasskeys, AuthenticatorSelection, CreationOptions, CredentialDescriptor,
        CredentialParameters, PASSKEYS_MAX, Passkey, PasskeyUser, RelyingParty, TIMEOUT,
    },
    security_log::Happened,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] =
    &[rule::<List>(), rule::<Accepted>(), rule::<Begin>(), rule::<Add>(), rule::<Rename>(), rule::<Remove>()];

/// What the console is called where a browser shows its passkeys.
const SITE_NAME: &str = "Guildhall";
/// What the standard calls a demand.
pub const REQUIRED: &str = "required";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRecord {
    pub id: PasskeyId,
    pub name: String,
    /// The authenticator's own id of it, in base64url.
    pub credential: String,
    pub key: PublicKey,
    /// Signatures so far, as the authenticator counts them; 0 where it does not.
    pub count: u32,
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub transports: Vec<String>,
    pub created: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
    /// When its counter said that there may be a copy of it. It proves nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspect: Option<Timestamp>,
    /// Whether it came back when the account was taken back. It may be on a device that was lost: it signs in alone
    /// only once it has been used together with the password.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub returned: bool,
}

primary_only!(PasskeyRecord);

impl PasskeyRecord {
    fn shown(self) -> Passkey {
        let Self {
            id,
            name,
            credential: _,
            key: _,
            count: _,
            backup_eligible: _,
            backed_up,
            transports: _,
            created,
            used,
            suspect,
            returned: _,
        } = self;
        Passkey {
            id,
            name,
            is_backed_up: backed_up,
            is_suspect: suspect.map(|_| true),
            dt_created: created,
            dt_last_used: used,
            recovery_codes: None,
        }
    }

    pub fn descriptor(self) -> CredentialDescriptor {
        CredentialDescriptor { kind: KIND.to_owned(), id: self.credential, transports: self.transports }
    }
}

/// The account's passkeys, the oldest first.
pub fn standing(draft: &Draft<'_>) -> Vec<PasskeyRecord> {
    let mut records: Vec<PasskeyRecord> = draft.scan(&key::passkeys()).into_iter().map(|(_, record)| record).collect();
    records.sort_by_key(|record| record.created);
    records
}

/// Those that prove something.
pub fn usable(draft: &Draft<'_>) -> Vec<PasskeyRecord> {
    standing(draft).into_iter().filter(|record| record.suspect.is_none()).collect()
}

/// Whether one signs in without a password.
pub fn signs_in(draft: &Draft<'_>) -> bool {
    usable(draft).iter().any(|record| !record.returned)
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List;

impl Command for List {
    type On = object::Account;
    type Reply = Vec<Passkey>;
    const NAME: &'static str = "passkey.list";
}

impl Rule for List {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _id: AccountId) -> Result<Vec<Passkey>, Refusal> {
        session::check(draft, context)?;
        Ok(standing(draft).into_iter().map(PasskeyRecord::shown).collect())
    }
}

/// What a browser is told of them.
/// Those that are there, a suspected copy as well: its person takes it away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accepted;

impl Command for Accepted {
    type On = object::Account;
    type Reply = AcceptedPasskeys;
    const NAME: &'static str = "passkey.accepted";
}

impl Rule for Accepted {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<AcceptedPasskeys, Refusal> {
        session::check(draft, context)?;
        let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
        let PasskeyUser { id: user_id, name, display_name } = user(context, &account);
        Ok(AcceptedPasskeys {
            rp_id: relying_party(&context.origin.site).to_owned(),
            user_id,
            name,
            display_name,
            all_accepted_credential_ids: standing(draft).into_iter().map(|record| record.credential).collect(),
        })
    }
}

/// The account as its passkeys know it.
fn user(context: &Context<'_>, account: &AccountRecord) -> PasskeyUser {
    PasskeyUser {
        id: challenge::handle(context.installation, account.id),
        name: account.email.clone(),
        display_name: account.profile().shown_name(),
    }
}

fn is_full(draft: &Draft<'_>) -> Result<(), Refusal> {
    if standing(draft).len() >= PASSKEYS_MAX {
        let why = format!("You have {PASSKEYS_MAX} passkeys, and more cannot be kept. Remove one first.");
        return Err(Refusal::conflict(why));
    }
    Ok(())
}

/// What the browser is asked for a new one.
/// What a browser is asked for a new passkey. Nothing is stored: the challenge comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin;

impl Command for Begin {
    type On = object::Account;
    type Reply = CreationOptions;
    const NAME: &'static str = "passkey.begin";
}

impl Rule for Begin {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<CreationOptions, Refusal> {
        let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
        session::check_may_change(draft, context, &account)?;
        is_full(draft)?;
        let params = ALGORITHMS.map(|alg| CredentialParameters { kind: KIND.to_owned(), alg });
        Ok(CreationOptions {
            rp: RelyingParty { id: relying_party(&context.origin.site).to_owned(), name: SITE_NAME.to_owned() },
            user: user(context, &account),
            challenge: make_challenge(draft, context, id, (Purpose::Register, CHALLENGE)),
            pub_key_cred_params: params.into(),
            timeout: TIMEOUT,
            exclude_credentials: standing(draft).into_iter().map(PasskeyRecord::descriptor).collect(),
            authenticator_selection: AuthenticatorSelection {
                resident_key: REQUIRED.to_owned(),
                require_resident_key: true,
                user_verification: REQUIRED.to_owned(),
            },
            attestation: "none".to_owned(),
        })
    }
}

/// Takes a new passkey in. Whoever adds one has just used it, so it counts as proved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Add {
    pub name: DisplayName,
    pub registration: Registration,
}

impl Command for Add {
    type On = object::Account;
    type Reply = Passkey;
    const NAME: &'static str = "passkey.add";
}

impl Rule for Add {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Passkey, Refusal> {
        let Self { name, registration } = self;
        let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
        let session = session::check_may_change(draft, context, &account)?;
        is_full(draft)?;
        let Registration { challenge, credential, key: public_key, count, backup_eligible, backed_up, transports } =
            registration;
        if standing(draft).iter().any(|known| known.credential == *credential) {
            return Err(Refusal::conflict("Your account has this passkey already."));
        }
        if challenge.purpose != Purpose::Register || challenge.account != Some(id) || !spend(draft, challenge) {
            return Err(Refusal::conflict("This passkey was made for another request, or too long ago. Add it again."));
        }
        let record = PasskeyRecord {
            id: context.id(),
            name: name.as_str().to_owned(),
            credential: credential.clone(),
            key: public_key.clone(),
            count: *count,
            backup_eligible: *backup_eligible,
            backed_up: *backed_up,
            transports: transports.clone(),
            created: draft.now(),
            used: None,
            suspect: None,
            returned: false,
        };
        draft.put(&key::passkey(record.id), &record);
        draft.put(&key::session(id, session.id), &SessionRecord { factor: Some(draft.now()), ..session });
        security_log::note(draft, context.origin, Happened::PasskeyAdd, &record.name);
        second_factor::tell(draft, context, &account, FactorNews::PasskeyAdded { name: record.name.clone() });
        let recovery_codes = Some(save(draft, context, account)).filter(|codes| !codes.is_empty());
        Ok(Passkey { recovery_codes, ..record.shown() })
    }
}

/// Writes the account with the number of its passkeys as it is now.
fn save(draft: &mut Draft<'_>, context: &Context<'_>, account: AccountRecord) -> Vec<String> {
    let passkeys = standing(draft).len() as u64;
    second_factor::save(draft, context, AccountRecord { passkeys, ..account })
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rename {
    pub passkey: PasskeyId,
    pub name: DisplayName,
}

impl Command for Rename {
    type On = object::Account;
    type Reply = Passkey;
    const NAME: &'static str = "passkey.rename";
}

impl Rule for Rename {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _id: AccountId) -> Result<Passkey, Refusal> {
        let Self { passkey, .. } = *self;
        let Self { name, .. } = self;
        session::check(draft, context)?;
        let mut record = draft.get(&key::passkey(passkey)).ok_or_else(Refusal::not_found)?;
        if record.name != name.as_str() {
            name.as_str().clone_into(&mut record.name);
            draft.put(&key::passkey(passkey), &record);
            security_log::note(draft, context.origin, Happened::PasskeyRename, &record.name);
        }
        Ok(record.shown())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    pub passkey: PasskeyId,
}

impl Command for Remove {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "passkey.remove";
}

impl Rule for Remove {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Refusal> {
        let Self { passkey } = *self;
        let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
        session::check_may_change(draft, context, &account)?;
        let record = draft.get(&key::passkey(passkey)).ok_or_else(Refusal::not_found)?;
        let left = usable(draft).into_iter().filter(|other| other.id != passkey && !other.returned).count();
        if left == 0 && draft.get(&key::password()).is_none() {
            return Err(Refusal::conflict("This is the only way into your account. Set a password first."));
        }
        draft.delete(&key::passkey(passkey));
        former_factor::keep(draft, context, Former::Passkey(record.clone()));
        security_log::note(draft, context.origin, Happened::PasskeyRemove, &record.name);
        second_factor::tell(draft, context, &account, FactorNews::PasskeyRemoved { name: record.name });
        save(draft, context, account);
        Ok(())
    }
}

/// Takes away what was added since a time, and says what it was called.
pub fn take_since(draft: &mut Draft<'_>, account: &mut AccountRecord, since: Timestamp) -> Vec<String> {
    let (gone, kept): (Vec<_>, Vec<_>) = standing(draft).into_iter().partition(|record| record.created >= since);
    account.passkeys = kept.len() as u64;
    let mut names = vec![];
    for record in gone {
        draft.delete(&key::passkey(record.id));
        names.push(record.name);
    }
    names
}

/// Brings one back that was removed, unless the account has too many or has it again.
pub fn restore(draft: &mut Draft<'_>, account: &mut AccountRecord, record: PasskeyRecord) -> bool {
    let all = standing(draft);
    if all.len() >= PASSKEYS_MAX || all.iter().any(|known| known.credential == record.credential) {
        return false;
    }
    draft.put(&key::passkey(record.id), &PasskeyRecord { returned: true, ..record });
    account.passkeys = all.len() as u64 + 1;
    true
}
