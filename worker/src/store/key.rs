//! Every key of the features as a function that gives its type, and what their texts say: whose a key is, and whether readers
//! may have it. Keys that start with `~` are the object's own book-keeping.

pub use crate::{
    features::{
        accounts::record::{
            account, invited, inviteds, left, lefts, link, links, mailed, mailed_links, past_email, past_emails,
            past_name, past_names, tombstone,
        },
        api_keys::record::{api_key, api_key_use, api_keys, pass, taken_back},
        audit::record::{audit_head, audit_line, audit_side, refused},
        deactivation::record::{come_back, leaving},
        emails::record::{email, former_email, former_emails, pending_email},
        erasure::record::erasing,
        installation::record::{installation, walk},
        invitations::record::{invitation, invitations, invitee, invitees},
        limits::record::{count, counts, factor, session_wrong},
        members::record::{belongings, belongs, member, members, roster},
        passkeys::record::{passkey, passkeys, spent, spent_challenges},
        passwords::record::{password, reset_link, reset_links, unlock_link, unlock_links},
        second_factor::record::{former_factor, former_factors, recovery},
        secrets::record::{secret, secret_value, secret_values, secrets, team_key},
        security_log::record::{security_event, security_events, security_head, security_kind, security_kinds},
        sessions::record::{session, session_use, session_uses, sessions},
        sign_in::record::{attempts, challenge, challenges, device, devices, resets},
        ssh_keys::record::ssh_keys,
        take_back::record::{take_back_link, take_back_links},
        teams::record::{namespace, namespace_claim, reserved, team},
        totp::record::totp,
    },
    object::idempotency_record::{idempotencies, idempotency},
};
use crate::{object::ObjectName, store::QueuedEffect};
use guildhall_kernel::key as kernel;
pub use guildhall_kernel::{
    Key, Prefix,
    key::{NAME, due, dues, is_outbox, stale, stales},
};
use guildhall_shared::{AccountId, ApiKeyId, TeamId};

pub fn pending(number: u64) -> Key<QueuedEffect> {
    kernel::pending(number)
}

pub fn pendings() -> Prefix<QueuedEffect> {
    kernel::pendings()
}

/// A key given as text, such as the outbox holds it.
pub fn named<R>(text: &str) -> Key<R> {
    Key::new(text.to_owned())
}

/// Whether readers may have what is stored under a key.
pub fn is_replicated(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    matches!(first, "account" | "team" | "user" | "namespace" | "invitee" | "installation")
        && !matches!(TeamKey::parse(text), Some(TeamKey::ApiKey(..)))
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
        ("installation", None, _, _) => Some(ObjectName::Installation),
        ("namespace", Some(name), _, _) => Some(ObjectName::Namespace(name.to_owned())),
        _ => None,
    }
}

/// What of a team a key names, as far as views and lists are made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamKey {
    Team(TeamId),
    Member(TeamId, AccountId),
    ApiKey(TeamId, ApiKeyId),
    Secret(TeamId),
    Pass(TeamId, ApiKeyId),
    Roster(TeamId),
}

impl TeamKey {
    /// `None` for every other key.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("team/")?.split('/');
        let team = parts.next()?.parse().ok()?;
        Some(match (parts.next(), parts.next()) {
            (None, _) => Self::Team(team),
            (Some("user"), Some(account)) => Self::Member(team, account.parse().ok()?),
            (Some("key"), Some(id)) => Self::ApiKey(team, id.parse().ok()?),
            (Some("secret"), Some(_)) => Self::Secret(team),
            (Some("pass"), Some(id)) => Self::Pass(team, id.parse().ok()?),
            (Some("roster"), None) => Self::Roster(team),
            _ => return None,
        })
    }
}
