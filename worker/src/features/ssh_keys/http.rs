//! SSH keys of the caller's account.

use crate::{
    access::{self, ReadSet},
    error::{Error, Rejection},
    features::ssh_keys::ssh_key,
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
    store::key,
};
use guildhall_shared::{
    path,
    ssh_key::{SshKey, SshKeyCreate},
};

pub fn routes() -> Vec<Route> {
    use Reply::{Array, Json, Nothing};
    let id = "{id}";
    vec![
        route!("listSshKeys", GET path::ACCOUNT_SSH_KEYS, Who::Account, None => Array(200, of::<SshKey>()),
            "List your SSH keys. Newest first.", list),
        route!("addSshKey", POST path::ACCOUNT_SSH_KEYS, Who::RecentAccount, Some(of::<SshKeyCreate>()) => Json(201, of::<SshKey>()),
            "Add an SSH key. Takes a public key; private keys, weak types and options are refused.", add),
        route!("removeSshKey", DELETE path::account_ssh_key(id), Who::Account, None => Nothing(204),
            "Remove an SSH key. You can no longer connect with it.", remove),
    ]
}

/// Newest first, as they are stored.
pub async fn list(call: &Call) -> Result<Answer, Error> {
    let keys = call.credential.account().map(key::ssh_keys);
    let want = keys.iter().fold(ReadSet::default(), ReadSet::key);
    let read = access::read_account(call, want).await?;
    let record = keys.map(|keys| read.snapshot.get(&keys)).transpose()?.flatten().unwrap_or_default();
    let keys: Vec<SshKey> = record.keys.into_iter().map(SshKey::from).collect();
    Ok(Answer::json(200, &keys)?)
}

/// The object gets what was read out of the text, never the text: that may be a private key.
pub async fn add(call: &Call) -> Result<Answer, Error> {
    access::authenticate_recent_or_refuse_key(call).await?;
    let (name, public) = ssh_key::parse(&call.json()?)?;
    let body = SshKeyCreate { name: name.into(), public_key: public.to_string() };
    let key = access::change_account(call, &ssh_key::Add(body)).await?;
    Ok(Answer::raw(201, key))
}

pub async fn remove(call: &Call) -> Result<Answer, Error> {
    let id = call.param("id").parse().map_err(|_| Rejection::not_found());
    access::authenticate_or_refuse_key(call).await?;
    access::change_account(call, &ssh_key::Remove { id: id? }).await?;
    Ok(Answer::nothing(call))
}
