//! What is stored of invitations, and under which keys.

use crate::{
    object::context::Context,
    store::{Key, Prefix, Priority, Record, Transaction, meta},
};
use guildhall_shared::{AccountId, InvitationId, TeamId, Timestamp, id::LinkId, text::lower};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    Pending,
    Accepted,
    Cancelled,
    /// By its recipient.
    Declined,
    /// Its maker may invite nobody any more.
    Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRecord {
    pub id: InvitationId,
    pub email: String,
    pub is_admin: bool,
    pub created: Timestamp,
    pub expires: Timestamp,
    /// The link that was mailed last; only its token opens the invitation.
    pub link: LinkId,
    pub invited_by: AccountId,
    /// The maker's name at the time; empty in records from before there was one, and where it was erased.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub invited_by_name: String,
    pub state: State,
}

impl Record for InvitationRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Rest);

    fn meta(&self) -> Option<String> {
        let pending = self.state == State::Pending;
        let expires = if pending { self.expires.millis() } else { 0 };
        meta(&(self.created.millis(), &self.email, self.is_admin, expires, &self.invited_by_name))
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// The invitee's side of a pending invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteeRecord {
    pub team: TeamId,
    pub is_admin: bool,
    pub created: Timestamp,
    pub expires: Timestamp,
    pub invited_by: String,
}

impl Record for InviteeRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Rest);

    fn meta(&self) -> Option<String> {
        let Self { team, is_admin, created, expires, invited_by } = self;
        meta(&(created.millis(), team, is_admin, invited_by, expires.millis()))
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// An account whose confirmed email an invitation went to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    pub account: AccountId,
    pub name: String,
    pub email: String,
}

pub fn pending(tx: &Transaction<'_>, team: TeamId) -> Vec<InvitationRecord> {
    let now = tx.now();
    let all = tx.scan(&invitations(team)).into_iter().map(|(_, record)| record);
    all.filter(|record| record.state == State::Pending && record.expires > now).collect()
}

/// The keyed hash of an email.
pub fn blind(context: &Context<'_>, email: &str) -> String {
    context.installation.blind("email", &lower(email))
}

pub fn invitation(team: TeamId, id: InvitationId) -> Key<InvitationRecord> {
    Key::new(format!("team/{team}/invitation/{id}"))
}

pub fn invitations(team: TeamId) -> Prefix<InvitationRecord> {
    Prefix::new(format!("team/{team}/invitation/"))
}

/// The invitee's side, under a keyed hash of the email.
pub fn invitee(email_hash: &str, id: InvitationId) -> Key<InviteeRecord> {
    Key::new(format!("invitee/{email_hash}/{id}"))
}

pub fn invitees(email_hash: &str) -> Prefix<InviteeRecord> {
    Prefix::new(format!("invitee/{email_hash}/"))
}
