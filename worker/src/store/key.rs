//! Every key as a function that gives its type. Each has exactly one owner object, named in the
//! headings below. Keys that start with `~` are the object's own book-keeping.

use super::draft::{Counters, Dirty, Due, Pending, Rank};
use crate::domain::{
    account::{AccountRecord, FenceRecord, LinkRecord, MailedRecord},
    address::CountRecord,
    api_key::{ApiKeyRecord, ApiKeyUseRecord},
    audit::{AuditHeadRecord, AuditLineRecord, AuditSideRecord},
    device::DeviceRecord,
    email::{AttemptsRecord, EmailRecord, ResetsRecord},
    email_change::{FormerEmailRecord, PendingEmailRecord},
    idempotency::IdempotencyRecord,
    invitation::{InvitationRecord, InviteeRecord},
    member::{BelongsRecord, MemberRecord},
    namespace::{NamespaceClaimRecord, NamespaceRecord},
    password::{PasswordRecord, ResetLinkRecord, UnlockLinkRecord},
    refused::RefusedRecord,
    secret::{SecretRecord, SecretValueRecord, TeamKeyRecord},
    security_log::{SecurityEventRecord, SecurityHeadRecord},
    session::{SessionRecord, SessionUseRecord},
    team::TeamRecord,
};
use crate::object::ObjectName;
use core::marker::PhantomData;
use guildhall_shared::{
    AccountId, ApiKeyId, InvitationId, SessionId, TeamId,
    id::{DeviceId, LinkId},
};

/// The key of a record of the type `R`.
#[derive(Debug, Clone)]
pub struct Key<R>(String, PhantomData<R>);

/// What the keys of a list start with.
#[derive(Debug, Clone)]
pub struct Prefix<R>(String, PhantomData<R>);

impl<R> Key<R> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<R> Prefix<R> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn key<R>(text: String) -> Key<R> {
    Key(text, PhantomData)
}

fn prefix<R>(text: String) -> Prefix<R> {
    Prefix(text, PhantomData)
}

// The team object owns:

pub fn team(id: TeamId) -> Key<TeamRecord> {
    key(format!("team/{id}"))
}

pub fn member(team: TeamId, account: AccountId) -> Key<MemberRecord> {
    key(format!("team/{team}/user/{account}"))
}

pub fn members(team: TeamId) -> Prefix<MemberRecord> {
    prefix(format!("team/{team}/user/"))
}

/// The reverse index: the teams of an account, with the role only.
pub fn belongs(account: AccountId, team: TeamId) -> Key<BelongsRecord> {
    key(format!("user/{account}/team/{team}"))
}

pub fn belongings(account: AccountId) -> Prefix<BelongsRecord> {
    prefix(format!("user/{account}/team/"))
}

pub fn api_key(team: TeamId, id: ApiKeyId) -> Key<ApiKeyRecord> {
    key(format!("team/{team}/key/{id}"))
}

pub fn api_keys(team: TeamId) -> Prefix<ApiKeyRecord> {
    prefix(format!("team/{team}/key/"))
}

/// Primary only.
pub fn api_key_use(id: ApiKeyId) -> Key<ApiKeyUseRecord> {
    key(format!("key-use/{id}"))
}

pub fn secret(team: TeamId, name: &str) -> Key<SecretRecord> {
    key(format!("team/{team}/secret/{name}"))
}

pub fn secrets(team: TeamId) -> Prefix<SecretRecord> {
    prefix(format!("team/{team}/secret/"))
}

/// Primary only.
pub fn secret_value(name: &str, version: u64) -> Key<SecretValueRecord> {
    key(format!("secret-value/{name}/{version:010}"))
}

/// Primary only.
pub fn secret_values(name: &str) -> Prefix<SecretValueRecord> {
    prefix(format!("secret-value/{name}/"))
}

/// Primary only: the team's data key, wrapped.
pub fn team_key() -> Key<TeamKeyRecord> {
    key("team-key".to_owned())
}

pub fn invitation(team: TeamId, id: InvitationId) -> Key<InvitationRecord> {
    key(format!("team/{team}/invitation/{id}"))
}

pub fn invitations(team: TeamId) -> Prefix<InvitationRecord> {
    prefix(format!("team/{team}/invitation/"))
}

/// The invitee's side, under a keyed hash of the email.
pub fn invitee(email_hash: &str, id: InvitationId) -> Key<InviteeRecord> {
    key(format!("invitee/{email_hash}/{id}"))
}

pub fn invitees(email_hash: &str) -> Prefix<InviteeRecord> {
    prefix(format!("invitee/{email_hash}/"))
}

/// Primary only.
pub fn audit_head() -> Key<AuditHeadRecord> {
    key("audit-head".to_owned())
}

/// Primary only.
pub fn audit_line(number: u64) -> Key<AuditLineRecord> {
    key(format!("audit/{number:016}"))
}

/// Primary only: names and addresses, which erasure can empty.
pub fn audit_side(number: u64) -> Key<AuditSideRecord> {
    key(format!("audit-side/{number:016}"))
}

/// Primary only: what was refused to a member in the minute that runs.
pub fn refused(account: AccountId) -> Key<RefusedRecord> {
    key(format!("refused/{account}"))
}

// The account object owns:

pub fn account(id: AccountId) -> Key<AccountRecord> {
    key(format!("account/{id}"))
}

pub fn session(account: AccountId, id: SessionId) -> Key<SessionRecord> {
    key(format!("account/{account}/session/{id}"))
}

pub fn sessions(account: AccountId) -> Prefix<SessionRecord> {
    prefix(format!("account/{account}/session/"))
}

/// Primary only.
pub fn password() -> Key<PasswordRecord> {
    key("password".to_owned())
}

/// Primary only: a superset of the account's teams.
pub fn link(team: TeamId) -> Key<LinkRecord> {
    key(format!("link/{team}"))
}

/// Primary only.
pub fn links() -> Prefix<LinkRecord> {
    prefix("link/".to_owned())
}

/// Primary only: a one-time link that was mailed.
pub fn mailed(id: LinkId) -> Key<MailedRecord> {
    key(format!("mailed/{id}"))
}

/// Primary only.
pub fn mailed_links() -> Prefix<MailedRecord> {
    prefix("mailed/".to_owned())
}

/// Primary only: a refusal to come into being, given to a name that asked.
pub fn fence() -> Key<FenceRecord> {
    key("fence".to_owned())
}

/// Primary only: to the hour.
pub fn session_use(id: SessionId) -> Key<SessionUseRecord> {
    key(format!("session-use/{id}"))
}

/// Primary only.
pub fn session_uses() -> Prefix<SessionUseRecord> {
    prefix("session-use/".to_owned())
}

/// Primary only: a browser that has signed in before.
pub fn device(id: DeviceId) -> Key<DeviceRecord> {
    key(format!("device/{id}"))
}

/// Primary only.
pub fn devices() -> Prefix<DeviceRecord> {
    prefix("device/".to_owned())
}

/// Primary only: a link that was mailed to choose a new password.
pub fn reset_link(id: LinkId) -> Key<ResetLinkRecord> {
    key(format!("reset/{id}"))
}

/// Primary only.
pub fn reset_links() -> Prefix<ResetLinkRecord> {
    prefix("reset/".to_owned())
}

/// Primary only: the link that ends a lock.
pub fn unlock_link(id: LinkId) -> Key<UnlockLinkRecord> {
    key(format!("unlock/{id}"))
}

/// Primary only.
pub fn unlock_links() -> Prefix<UnlockLinkRecord> {
    prefix("unlock/".to_owned())
}

/// Primary only: the email that waits to be confirmed.
pub fn pending_email() -> Key<PendingEmailRecord> {
    key("pending-email".to_owned())
}

/// Primary only: an email that was changed, under the link that undoes it.
pub fn former_email(id: LinkId) -> Key<FormerEmailRecord> {
    key(format!("former-email/{id}"))
}

/// Primary only.
pub fn former_emails() -> Prefix<FormerEmailRecord> {
    prefix("former-email/".to_owned())
}

/// Primary only.
pub fn security_head() -> Key<SecurityHeadRecord> {
    key("security-head".to_owned())
}

/// Primary only.
pub fn security_event(number: u64) -> Key<SecurityEventRecord> {
    key(format!("security/{number:010}"))
}

/// Primary only.
pub fn security_events() -> Prefix<SecurityEventRecord> {
    prefix("security/".to_owned())
}

// The email object owns, primary only:

pub fn email() -> Key<EmailRecord> {
    key("email".to_owned())
}

pub fn attempts() -> Key<AttemptsRecord> {
    key("attempts".to_owned())
}

/// Requests to reset a password.
pub fn resets() -> Key<ResetsRecord> {
    key("resets".to_owned())
}

// The namespace object owns:

pub fn namespace(name: &str) -> Key<NamespaceRecord> {
    key(format!("namespace/{name}"))
}

/// Primary only.
pub fn namespace_claim() -> Key<NamespaceClaimRecord> {
    key("claim".to_owned())
}

// The address object owns, primary only:

pub fn count(what: &str) -> Key<CountRecord> {
    key(format!("count/{what}"))
}

// Every object owns, primary only:

pub fn idempotency(hash: &str) -> Key<IdempotencyRecord> {
    key(format!("idempotency/{hash}"))
}

pub fn idempotencies() -> Prefix<IdempotencyRecord> {
    prefix("idempotency/".to_owned())
}

pub(super) fn counters() -> Key<Counters> {
    key("~counters".to_owned())
}

/// A row of the outbox; its place in the order is the first thing that differs.
pub fn dirty(rank: Rank, of: &str) -> Key<Dirty> {
    let rank = match rank {
        Rank::Credential => 0,
        Rank::Roster => 1,
        Rank::Rest => 2,
    };
    key(format!("~dirty/{rank}/{of}"))
}

/// Rows of the outbox: a digit for the rank, a slash and the key follow.
pub fn dirties() -> Prefix<Dirty> {
    prefix("~dirty/".to_owned())
}

pub fn pending(number: u64) -> Key<Pending> {
    key(format!("~effect/{number:012}"))
}

pub fn pendings() -> Prefix<Pending> {
    prefix("~effect/".to_owned())
}

pub fn due(what: &str) -> Key<Due> {
    key(format!("~due/{what}"))
}

pub fn dues() -> Prefix<Due> {
    prefix("~due/".to_owned())
}

/// A key given as text, such as the outbox holds it.
pub fn named<R>(text: &str) -> Key<R> {
    key(text.to_owned())
}

/// Whose a key is, where its text says so.
pub fn owner(text: &str) -> Option<ObjectName> {
    let mut parts = text.split('/');
    let (first, second, third, fourth) = (parts.next()?, parts.next(), parts.next(), parts.next());
    match (first, second, third, fourth) {
        ("team", Some(team), _, _) | ("user", Some(_), Some("team"), Some(team)) => {
            team.parse().ok().map(ObjectName::Team)
        }
        ("account", Some(account), _, _) => account.parse().ok().map(ObjectName::Account),
        ("namespace", Some(name), _, _) => Some(ObjectName::Namespace(name.to_owned())),
        _ => None,
    }
}
