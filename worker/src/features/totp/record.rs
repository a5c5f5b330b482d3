//! What is stored of authenticator apps, and under which keys.

use crate::{
    credentials::cipher::Wrapped,
    store::{Key, primary_only},
};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpRecord {
    pub seed: Wrapped,
    pub made: Timestamp,
    /// When its first code came. Before that it is asked for nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Timestamp>,
    /// The last step whose code was used; none before it is good any more.
    pub step: i64,
}

primary_only!(TotpRecord);

/// Primary only: the authenticator app.
pub fn totp() -> Key<TotpRecord> {
    Key::new("totp".to_owned())
}
