//! SSH keys of an account: what is chosen, what comes of it, and how it is read.

use crate::{
    game::{Game, NewPassword},
    op::{Act as Any, Who},
    rule::NOTHING,
    state::{Account, Found},
    support::{Actor, Reply},
};
use guildhall_shared::{AccountId, SshKeyId, Timestamp, path};
use guildhall_worker::store::{Transaction, key};
use serde_json::json;

/// Few, so that one that is there already comes again.
const KEYS: u8 = 5;

#[derive(Debug, Clone)]
pub enum Act {
    /// A key of this number.
    AddSshKey {
        number: u8,
    },
    RemoveSshKey {
        id: SshKeyId,
    },
}

impl Act {
    pub fn success(&self) -> u16 {
        match self {
            Self::AddSshKey { .. } => 201,
            Self::RemoveSshKey { .. } => 204,
        }
    }

    pub async fn send(&self, by: &Actor) -> Reply {
        match self {
            Self::AddSshKey { number } => {
                let body = json!({ "name": name(*number), "publicKey": format!("{} me@home", line(*number)) });
                by.post(path::ACCOUNT_SSH_KEYS, body).await
            }
            Self::RemoveSshKey { id } => by.delete(path::account_ssh_key(id)).await,
        }
    }
}

fn name(number: u8) -> String {
    format!("Laptop {number}")
}

/// Type and key, without a comment.
pub fn line(number: u8) -> String {
    crate::support::ssh_key(number)
}

/// The keys that stand, newest first.
pub fn found(tx: &Transaction<'_>, id: AccountId) -> Vec<(SshKeyId, String, Found<Timestamp>)> {
    let record = tx.get(&key::ssh_keys(id)).unwrap_or_default();
    record.keys.into_iter().map(|entry| (entry.id, entry.public_key, Found(entry.created))).collect()
}

pub fn judge(account: &mut Account, seen: Option<&Account>, now: Timestamp, act: &Act) -> Result<(), u16> {
    match act {
        Act::AddSshKey { number } => {
            let text = line(*number);
            if account.ssh_keys.iter().any(|(_, known, _)| *known == text) {
                return Err(409);
            }
            let new = seen
                .into_iter()
                .flat_map(|seen| &seen.ssh_keys)
                .find(|(id, known, _)| *known == text && account.ssh_keys.iter().all(|(other, ..)| other != id));
            let (id, created) =
                new.map_or_else(|| (SshKeyId::from_random(NOTHING), Found(now)), |(id, _, created)| (*id, *created));
            account.ssh_keys.insert(0, (id, text, created));
        }
        Act::RemoveSshKey { id } => {
            let at = account.ssh_keys.iter().position(|(known, ..)| known == id).ok_or(404_u16)?;
            account.ssh_keys.remove(at);
        }
    }
    Ok(())
}

impl Game {
    pub fn choose_ssh_key(&mut self, adds: bool) -> NewPassword {
        let seat = self.a_seat()?;
        if let Some(act) = self.prove_first(&seat).filter(|_| adds) {
            return Some((Some(Who::Seat(seat)), act));
        }
        let act = if adds {
            Act::AddSshKey { number: u8::try_from(self.chance.below(usize::from(KEYS))).unwrap() }
        } else {
            // Now and then somebody else's.
            let is_own = self.chance.percent(85);
            let accounts = self.state.accounts.iter().filter(|(id, _)| (**id == seat.account) == is_own);
            let ids: Vec<SshKeyId> = accounts.flat_map(|(_, of)| of.ssh_keys.iter().map(|(id, ..)| *id)).collect();
            Act::RemoveSshKey { id: self.chance.pick(&ids)? }
        };
        Some((Some(Who::Seat(seat)), Any::SshKey(act)))
    }
}
