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
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Timestamp,
    passkey::{
        ALGORITHMS, AcceptedPasskeys, AuthenticatorSelection, CreationOptions, CredentialParameters, PASSKEYS_MAX,
        Passkey, PasskeyUser, RelyingParty, TIMEOUT,
    },
    security_log::SecurityEventKind,
};

pub const COMMANDS: &[Handler] =
    &[rule::<List>(), rule::<Accepted>(), rule::<Begin>(), rule::<Add>(), rule::<Rename>(), rule::<Remove>()];

/// What the console is called where a browser shows its passkeys.
const SITE_NAME: &str = "Guildhall";

impl Rule for List {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        _id: AccountId,
    ) -> Result<Vec<Passkey>, Rejection> {
        session::check(tx, context)?;
        Ok(passkey::standing(tx).into_iter().map(PasskeyRecord::shown).collect())
    }
}

impl Rule for Accepted {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<AcceptedPasskeys, Rejection> {
        session::check(tx, context)?;
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        let PasskeyUser { id: user_id, name, display_name } = user(context, &account);
        Ok(AcceptedPasskeys {
            rp_id: relying_party(&context.origin.site).to_owned(),
            user_id,
            name,
            display_name,
            all_accepted_credential_ids: passkey::standing(tx).into_iter().map(|record| record.credential).collect(),
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

fn is_full(tx: &Transaction<'_>) -> Result<(), Rejection> {
    if passkey::standing(tx).len() >= PASSKEYS_MAX {
        let why = format!("You have {PASSKEYS_MAX} passkeys, and more cannot be kept. Remove one first.");
        return Err(Rejection::conflict(why));
    }
    Ok(())
}

impl Rule for Begin {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<CreationOptions, Rejection> {
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        session::check_may_change(tx, context, &account)?;
        is_full(tx)?;
        let params = ALGORITHMS.map(|alg| CredentialParameters { kind: KIND.to_owned(), alg });
        Ok(CreationOptions {
            rp: RelyingParty { id: relying_party(&context.origin.site).to_owned(), name: SITE_NAME.to_owned() },
            user: user(context, &account),
            challenge: make_challenge(tx, context, id, (Purpose::Register, CHALLENGE)),
            pub_key_cred_params: params.into(),
            timeout: TIMEOUT,
            exclude_credentials: passkey::standing(tx).into_iter().map(PasskeyRecord::descriptor).collect(),
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
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<Passkey, Rejection> {
        let Self { name, registration } = self;
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        let session = session::check_may_change(tx, context, &account)?;
        is_full(tx)?;
        let Registration { challenge, credential, key: public_key, count, backup_eligible, backed_up, transports } =
            registration;
        if passkey::standing(tx).iter().any(|known| known.credential == *credential) {
            return Err(Rejection::conflict("Your account has this passkey already."));
        }
        if challenge.purpose != Purpose::Register || challenge.account != Some(id) || !spend(tx, challenge) {
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
            created: tx.now(),
            used: None,
            suspect: None,
            returned: false,
        };
        tx.put(&key::passkey(record.id), &record);
        tx.put(&key::session(id, session.id), &SessionRecord { factor: Some(tx.now()), ..session });
        security_log::note(tx, context.origin, SecurityEventKind::PasskeyAdd, &record.name);
        second_factor::tell(tx, context, &account, FactorNews::PasskeyAdded { name: record.name.clone() });
        let recovery_codes = Some(save(tx, context, account)).filter(|codes| !codes.is_empty());
        Ok(Passkey { recovery_codes, ..record.shown() })
    }
}

/// Writes the account with the number of its passkeys as it is now.
fn save(tx: &mut Transaction<'_>, context: &Context<'_>, account: AccountRecord) -> Vec<String> {
    let passkeys = passkey::standing(tx).len() as u64;
    second_factor::rules::save(tx, context, AccountRecord { passkeys, ..account })
}

impl Rule for Rename {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _id: AccountId) -> Result<Passkey, Rejection> {
        let Self { passkey, .. } = *self;
        let Self { name, .. } = self;
        session::check(tx, context)?;
        let mut record = tx.get(&key::passkey(passkey)).ok_or_else(Rejection::not_found)?;
        if record.name != name.as_str() {
            name.as_str().clone_into(&mut record.name);
            tx.put(&key::passkey(passkey), &record);
            security_log::note(tx, context.origin, SecurityEventKind::PasskeyRename, &record.name);
        }
        Ok(record.shown())
    }
}

impl Rule for Remove {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { passkey } = *self;
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        session::check_may_change(tx, context, &account)?;
        let record = tx.get(&key::passkey(passkey)).ok_or_else(Rejection::not_found)?;
        let left = passkey::usable(tx).into_iter().filter(|other| other.id != passkey && !other.returned).count();
        if left == 0 && tx.get(&key::password()).is_none() {
            return Err(Rejection::conflict("This is the only way into your account. Set a password first."));
        }
        tx.delete(&key::passkey(passkey));
        former_factor::keep(tx, context, Former::Passkey(record.clone()));
        security_log::note(tx, context.origin, SecurityEventKind::PasskeyRemove, &record.name);
        second_factor::tell(tx, context, &account, FactorNews::PasskeyRemoved { name: record.name });
        save(tx, context, account);
        Ok(())
    }
}

/// Takes away what was added since a time, and says what it was called.
pub fn take_since(tx: &mut Transaction<'_>, account: &mut AccountRecord, since: Timestamp) -> Vec<String> {
    let (gone, kept): (Vec<_>, Vec<_>) = passkey::standing(tx).into_iter().partition(|record| record.created >= since);
    account.passkeys = kept.len() as u64;
    let mut names = vec![];
    for record in gone {
        tx.delete(&key::passkey(record.id));
        names.push(record.name);
    }
    names
}

/// Brings one back that was removed, unless the account has too many or has it again.
pub fn restore(tx: &mut Transaction<'_>, account: &mut AccountRecord, record: PasskeyRecord) -> bool {
    let all = passkey::standing(tx);
    if all.len() >= PASSKEYS_MAX || all.iter().any(|known| known.credential == record.credential) {
        return false;
    }
    tx.put(&key::passkey(record.id), &PasskeyRecord { returned: true, ..record });
    account.passkeys = all.len() as u64 + 1;
    true
}
