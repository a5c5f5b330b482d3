//! What is stored of emails: who holds one, and changes that wait, and under which keys.

use crate::store::{Key, Prefix, primary_only};
use guildhall_shared::{AccountId, Timestamp, id::LinkId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailRecord {
    pub account: AccountId,
    /// `None` when kept.
    pub until: Option<Timestamp>,
}

primary_only!(EmailRecord);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingEmailRecord {
    pub email: String,
    pub link: LinkId,
    pub expires: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerEmailRecord {
    pub email: String,
    pub since: Timestamp,
    pub until: Timestamp,
}

primary_only!(PendingEmailRecord, FormerEmailRecord);

/// Primary only: the email that waits to be confirmed.
pub fn pending_email() -> Key<PendingEmailRecord> {
    Key::new("pending-email".to_owned())
}

/// Primary only: an email that was changed, under the link that undoes it.
pub fn former_email(id: LinkId) -> Key<FormerEmailRecord> {
    Key::new(format!("former-email/{id}"))
}

/// Primary only.
pub fn former_emails() -> Prefix<FormerEmailRecord> {
    Prefix::new("former-email/".to_owned())
}

// The email object owns, primary only:

pub fn email() -> Key<EmailRecord> {
    Key::new("email".to_owned())
}
