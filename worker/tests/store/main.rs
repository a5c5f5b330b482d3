//! What the store promises, whatever holds it, over the memory store with its faults.
//!
//! The same can be seen over HTTP on the real objects (`npx wrangler dev`, tests/api), where one
//! cannot make KV fail but can make several calls at once, move the clock and end the process:
//!
//! 1. What a change answers, a `no-cache` GET gives at once, and a plain GET within two seconds.
//! 2. A change that is refused leaves every GET as it was, and sends no mail.
//! 3. Two changes of one key within a second both stand, the later one in the replica as well.
//! 4. Twenty changes of one key at once: the replica ends with the last version, and a plain GET
//!    read in between never goes back to an older one.
//! 5. Lists come in the order of their cursor, page by page, each row once; beyond 1,000 rows the
//!    same pages come from the owner.
//! 6. A deleted secret is 404 from both sides; a key or session that ended is 401 from both.
//! 7. After the process was killed in the middle of writes and started again, every change that was
//!    answered is in both sides within ten seconds, by the alarm alone, with no further call.
//! 8. A mail is in `/dev/mail.json` for every change that was answered and sends one.
//! 9. With the clock moved ahead: an unconfirmed email is free after 24 hours, the account and its
//!    names after seven days, an expired invitation is in no list.
//! 10. The races: eight creates of one secret, three claims of one namespace, two admins demoting
//!     each other, one invitation accepted twice, ten calls under one `Idempotency-Key`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod alarm;
mod lists;
mod outbox;
mod records;
#[path = "../support.rs"]
#[allow(dead_code, reason = "the other tests use the rest of it")]
mod support;
mod timers;

use guildhall_shared::{TeamId, path};
use guildhall_worker::{
    object::ObjectName,
    store::{StaleKey, decode, key, memory::Faults},
};
use serde_json::json;
use support::{Cast, Reply};

/// A chance that is a certainty.
pub const ALWAYS: u32 = 1000;

impl Cast {
    pub fn team_id(&self) -> TeamId {
        self.team.parse().unwrap()
    }

    pub fn team_object(&self) -> ObjectName {
        ObjectName::Team(self.team_id())
    }

    pub fn faults(&self, faults: Faults) {
        self.world.faults.set(faults);
    }

    pub async fn create_secret(&self, name: &str) -> Reply {
        self.owner.post(path::team_secrets(&self.team), json!({ "name": name, "value": "x" })).await
    }

    pub async fn update_secret(&self, name: &str) -> Reply {
        self.owner.patch(path::team_secret(&self.team, name), json!({ "value": "y" })).await
    }

    /// The version of a secret in the replica.
    pub fn version(&self, name: &str) -> Option<u64> {
        let place = key::secret(self.team_id(), name);
        let stored = self.world.replica().get(place.as_str()).cloned()?;
        let (_, record) = decode::<guildhall_worker::features::secrets::record::SecretRecord>(&stored.value).unwrap();
        Some(record.version)
    }

    /// The rows of the team's outbox.
    pub fn dirty(&self) -> Vec<(String, StaleKey)> {
        self.world.read(&self.team_object(), |tx| tx.scan(&key::stales()))
    }

    /// The replica holds what the team's object holds.
    #[track_caller]
    pub fn is_replicated(&self) {
        let replica = self.world.replica();
        let primary = self.world.for_readers(&self.team_object());
        for (key, stored) in &primary {
            assert_eq!(replica.get(key), Some(stored), "{key}");
        }
        let start = format!("team/{}", self.team);
        for key in replica.keys().filter(|key| key.starts_with(&start)) {
            assert!(primary.contains_key(key), "{key}");
        }
    }
}
