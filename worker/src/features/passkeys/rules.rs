//! The rules of passkeys: adding, naming, removing.

use crate::{
    credentials::webauthn::{
        KIND, Registration,
        challenge::{self, Purpose},
        relying_party,
    },
    error::Rejection,
    features::{
        accounts::record::AccountRecord,
        passkeys::{
            passkey::{self, Accepted, Add, Begin, List, REQUIRED, Remove, Rename},
            passkey_proof::{CHALLENGE, make_challenge, spend},
            record::PasskeyRecord,
        },
        second_factor::{self, former_factor, record::Former},
        security_log,
        sessions::{record::SessionRecord, session},
    },
    mail::FactorNews,
    object::{Handler, Rule, context::Context, rule},
    store::{Draft, key},
};
use guildhall_shared::{
    AccountId, Timestamp,
    passkey::{
        ALGORITHMS, AcceptedPasskeys, AuthenticatorSelection, CreationOptions, CredentialParameters, PASSKEYS_MAX,
        Passkey, PasskeyUser, RelyingParty, TIMEOUT,
    },
    security_log::Happened,
};

pub const COMMANDS: &[Handler] =
    &[rule::<List>(), rule::<Accepted>(), rule::<Begin>(), rule::<Add>(), rule::<Rename>(), rule::<Remove>()];

/// What the console is called where a browser shows its passkeys.
const SITE_NAME: &str = "Guildhall";

impl Rule for List {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _id: AccountId) -> Result<Vec<Passkey>, Rejection> {
        session::check(draft, context)?;
        Ok(passkey::standing(draft).into_iter().map(PasskeyRecord::shown).collect())
    }
}

impl Rule for Accepted {
    fn decide(
        &self,
        draft: &mut Draft<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<AcceptedPasskeys, Rejection> {
        session::check(draft, context)?;
        let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        let PasskeyUser { id: user_id, name, display_name } = user(context, &account);
        Ok(AcceptedPasskeys {
            rp_id: relying_party(&context.origin.site).to_owned(),
            user_id,
            name,
            display_name,
            all_accepted_credential_ids: passkey::standing(draft).into_iter().map(|record| record.credential).collect(),
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

fn is_full(draft: &Draft<'_>) -> Result<(), Rejection> {
    if passkey::standing(draft).len() >= PASSKEYS_MAX {
        let why = format!("You have {PASSKEYS_MAX} passkeys, and more cannot be kept. Remove one first.");
        return Err(Rejection::conflict(why));
    }
    Ok(())
}

impl Rule for Begin {
    fn decide(
        &self,
        draft: &mut Draft<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<CreationOptions, Rejection> {
        let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        session::check_may_change(draft, context, &account)?;
        is_full(draft)?;
        let params = ALGORITHMS.map(|alg| CredentialParameters { kind: KIND.to_owned(), alg });
        Ok(CreationOptions {
            rp: RelyingParty { id: relying_party(&context.origin.site).to_owned(), name: SITE_NAME.to_owned() },
            user: user(context, &account),
            challenge: make_challenge(draft, context, id, (Purpose::Register, CHALLENGE)),
            pub_key_cred_params: params.into(),
            timeout: TIMEOUT,
            exclude_credentials: passkey::standing(draft).into_iter().map(PasskeyRecord::descriptor).collect(),
            authenticator_selection: AuthenticatorSelection {
                resident_key: REQUIRED.to_owned(),
                require_resident_key: true,
                user_verification: REQUIRED.to_owned(),
            },
            attestation: "none".to_owned(),
        })
    }
}

impl Rule for Add {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Passkey, Rejection> {
        let Self { name, registration } = self;
        let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        let session = session::check_may_change(draft, context, &account)?;
        is_full(draft)?;
        let Registration { challenge, credential, key: public_key, count, backup_eligible, backed_up, transports } =
            registration;
        if passkey::standing(draft).iter().any(|known| known.credential == *credential) {
            return Err(Rejection::conflict("Your account has this passkey already."));
        }
        if challenge.purpose != Purpose::Register || challenge.account != Some(id) || !spend(draft, challenge) {
            return Err(Rejection::conflict(
                "This passkey was made for another request, or too long ago. Add it again.",
            ));
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
    let passkeys = passkey::standing(draft).len() as u64;
    second_factor::rules::save(draft, context, AccountRecord { passkeys, ..account })
}

impl Rule for Rename {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _id: AccountId) -> Result<Passkey, Rejection> {
        let Self { passkey, .. } = *self;
        let Self { name, .. } = self;
        session::check(draft, context)?;
        let mut record = draft.get(&key::passkey(passkey)).ok_or_else(Rejection::not_found)?;
        if record.name != name.as_str() {
            name.as_str().clone_into(&mut record.name);
            draft.put(&key::passkey(passkey), &record);
            security_log::note(draft, context.origin, Happened::PasskeyRename, &record.name);
        }
        Ok(record.shown())
    }
}

impl Rule for Remove {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { passkey } = *self;
        let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        session::check_may_change(draft, context, &account)?;
        let record = draft.get(&key::passkey(passkey)).ok_or_else(Rejection::not_found)?;
        let left = passkey::usable(draft).into_iter().filter(|other| other.id != passkey && !other.returned).count();
        if left == 0 && draft.get(&key::password()).is_none() {
            return Err(Rejection::conflict("This is the only way into your account. Set a password first."));
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
    let (gone, kept): (Vec<_>, Vec<_>) =
        passkey::standing(draft).into_iter().partition(|record| record.created >= since);
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
    let all = passkey::standing(draft);
    if all.len() >= PASSKEYS_MAX || all.iter().any(|known| known.credential == record.credential) {
        return false;
    }
    draft.put(&key::passkey(record.id), &PasskeyRecord { returned: true, ..record });
    account.passkeys = all.len() as u64 + 1;
    true
}
