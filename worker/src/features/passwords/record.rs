//! What is stored of passwords and of their links, and under which keys.

use crate::store::{Key, Prefix, primary_only};
use guildhall_shared::{Timestamp, id::LinkId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordRecord {
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetLinkRecord {
    pub expires: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlockLinkRecord {
    pub expires: Timestamp,
}

primary_only!(PasswordRecord, ResetLinkRecord, UnlockLinkRecord);

/// A password as it was typed. The edge has the list of common ones, the object the account's own names.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct NewPassword {
    pub text: String,
    pub is_common: bool,
}

/// Primary only.
pub fn password() -> Key<PasswordRecord> {
    Key::new("password".to_owned())
}

/// Primary only: a link that was mailed to choose a new password.
pub fn reset_link(id: LinkId) -> Key<ResetLinkRecord> {
    Key::new(format!("reset/{id}"))
}

/// Primary only.
pub fn reset_links() -> Prefix<ResetLinkRecord> {
    Prefix::new("reset/".to_owned())
}

/// Primary only: the link that ends a lock.
pub fn unlock_link(id: LinkId) -> Key<UnlockLinkRecord> {
    Key::new(format!("unlock/{id}"))
}

/// Primary only.
pub fn unlock_links() -> Prefix<UnlockLinkRecord> {
    Prefix::new("unlock/".to_owned())
}
