//! SSH keys of an account: public keys for the platform's Linux machines, in one record, so that one
//! read gives them all.

use crate::{
    credentials::secret,
    error::Rejection,
    features::{
        security_log,
        sessions::session,
        ssh_keys::record::{SshKeyEntry, SshKeysRecord},
        take_back,
    },
    mail::{Kind, Notice},
    object::{self, Command, Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Issue, SshKeyId, Timestamp,
    auth::field,
    name::DisplayName,
    security_log::SecurityEventKind,
    ssh_key::{KEYS_MAX, PublicKey, SshKey, SshKeyCreate},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Add>(), rule::<Remove>()];

/// What was sent, or everything that is wrong with it. The edge asks this before anything of it leaves
/// the request: it may be a private key.
pub fn parse(body: &SshKeyCreate) -> Result<(DisplayName, PublicKey), Rejection> {
    let name = field("name", DisplayName::parse(&body.name));
    let public = field("publicKey", PublicKey::parse(&body.public_key).map_err(Issue::from));
    match (name, public) {
        (Ok(name), Ok(public)) => Ok((name, public)),
        (name, public) => Err(Rejection::invalid(name.err().into_iter().chain(public.err()).collect())),
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Add(pub SshKeyCreate);

impl Command for Add {
    type On = object::Account;
    type Reply = SshKey;
    const NAME: &'static str = "sshKey.add";
}

impl Rule for Add {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<SshKey, Rejection> {
        let body = &self.0;
        session::check_recent(tx, context)?;
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        let (name, public) = parse(body)?;
        let mut record = tx.get(&key::ssh_keys(id)).unwrap_or_default();
        let public_key = public.to_string();
        if let Some(known) = record.keys.iter().find(|known| known.public_key == public_key) {
            return Err(Rejection::conflict(format!("You have this key already: it is called “{}”.", known.name)));
        }
        if record.keys.len() >= KEYS_MAX {
            return Err(Rejection::conflict(format!("You have {KEYS_MAX} SSH keys. Remove one first.")));
        }
        let entry = SshKeyEntry {
            id: context.id(),
            name: name.into(),
            algorithm: public.algorithm,
            bits: public.bits,
            fingerprint: secret::fingerprint(&public.blob),
            public_key,
            created: tx.now(),
        };
        record.keys.insert(0, entry.clone());
        tx.put(&key::ssh_keys(id), &record);
        let detail = detail(&entry);
        security_log::note(tx, context.origin, SecurityEventKind::SshKeyAdd, &detail);
        // A mailbox that nobody has confirmed may be someone else's.
        if account.confirmed.is_some() {
            let undo = take_back::offer(tx, context, &account);
            let notice = Notice::SshKeyAdded { at: tx.now(), detail, origin: context.origin.clone(), undo };
            crate::mail::send(tx, &account.email, &context.origin.site, Kind::Security(notice));
        }
        Ok(entry.into())
    }
}

/// Takes a key away. The record stays: without it every reader would ask the primary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    pub id: SshKeyId,
}

impl Command for Remove {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "sshKey.remove";
}

impl Rule for Remove {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let key = self.id;
        session::check(tx, context)?;
        let mut record = tx.get(&key::ssh_keys(id)).unwrap_or_default();
        let at = record.keys.iter().position(|known| known.id == key).ok_or_else(Rejection::not_found)?;
        let removed = record.keys.remove(at);
        tx.put(&key::ssh_keys(id), &record);
        security_log::note(tx, context.origin, SecurityEventKind::SshKeyRemove, &detail(&removed));
        Ok(())
    }
}

/// Takes away those that were added since a time, and says what they were called. One that was removed meanwhile does
/// not come back: it proves nothing of the account.
pub fn take_since(tx: &mut Transaction<'_>, id: AccountId, since: Timestamp) -> Vec<String> {
    let record = tx.get(&key::ssh_keys(id)).unwrap_or_default();
    let (gone, keys): (Vec<_>, Vec<_>) = record.keys.into_iter().partition(|entry| entry.created >= since);
    if !gone.is_empty() {
        tx.put(&key::ssh_keys(id), &SshKeysRecord { keys });
    }
    gone.into_iter().map(|entry| entry.name).collect()
}

fn detail(entry: &SshKeyEntry) -> String {
    format!("{} ({})", entry.name, entry.fingerprint)
}

impl From<SshKeyEntry> for SshKey {
    fn from(entry: SshKeyEntry) -> Self {
        let SshKeyEntry { id, name, algorithm, bits, fingerprint, public_key, created } = entry;
        Self { id, name, algorithm, bits, fingerprint, public_key, dt_created: created }
    }
}
