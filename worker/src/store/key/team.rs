//! What the team object owns.

use super::{Key, Prefix, key, prefix};
use crate::domain::{
    api_key::{ApiKeyRecord, ApiKeyUseRecord, PassRecord, TakenBackRecord},
    audit::{AuditHeadRecord, AuditLineRecord, AuditSideRecord},
    erasure::ErasingRecord,
    invitation::{InvitationRecord, InviteeRecord},
    member::{BelongsRecord, MemberRecord, Roster},
    refused::RefusedRecord,
    secret::{SecretRecord, SecretValueRecord, TeamKeyRecord},
    team::TeamRecord,
};
use guildhall_shared::{AccountId, ApiKeyId, InvitationId, TeamId};

pub fn team(id: TeamId) -> Key<TeamRecord> {
    key(format!("team/{id}"))
}

pub fn member(team: TeamId, account: AccountId) -> Key<MemberRecord> {
    key(format!("team/{team}/user/{account}"))
}

pub fn members(team: TeamId) -> Prefix<MemberRecord> {
    prefix(format!("team/{team}/user/"))
}

/// A view, in the replica only: all members, as lists show them.
pub fn roster(team: TeamId) -> Key<Roster> {
    key(format!("team/{team}/roster"))
}

/// The reverse index: the teams of an account, with the role only.
pub fn belongs(account: AccountId, team: TeamId) -> Key<BelongsRecord> {
    key(format!("user/{account}/team/{team}"))
}

pub fn belongings(account: AccountId) -> Prefix<BelongsRecord> {
    prefix(format!("user/{account}/team/"))
}

/// Primary only: readers get its pass.
pub fn api_key(team: TeamId, id: ApiKeyId) -> Key<ApiKeyRecord> {
    key(format!("team/{team}/key/{id}"))
}

/// Primary only.
pub fn api_keys(team: TeamId) -> Prefix<ApiKeyRecord> {
    prefix(format!("team/{team}/key/"))
}

/// A view, in the replica only: what a reader asks with an API key before anything else.
pub fn pass(team: TeamId, id: ApiKeyId) -> Key<PassRecord> {
    key(format!("team/{team}/pass/{id}"))
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

/// Primary only: how often a member's account has been taken back.
pub fn taken_back(account: AccountId) -> Key<TakenBackRecord> {
    key(format!("taken-back/{account}"))
}

/// Primary only: what is still to be erased here.
pub fn erasing(job: &str) -> Key<ErasingRecord> {
    key(format!("erasing/{job}"))
}

/// What of a team a key names, as far as views are made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Team(TeamId),
    Member(TeamId, AccountId),
    ApiKey(TeamId, ApiKeyId),
    Pass(TeamId, ApiKeyId),
    Roster(TeamId),
}

impl Of {
    /// `None` for every other key.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("team/")?.split('/');
        let team = parts.next()?.parse().ok()?;
        Some(match (parts.next(), parts.next()) {
            (None, _) => Self::Team(team),
            (Some("user"), Some(account)) => Self::Member(team, account.parse().ok()?),
            (Some("key"), Some(id)) => Self::ApiKey(team, id.parse().ok()?),
            (Some("pass"), Some(id)) => Self::Pass(team, id.parse().ok()?),
            (Some("roster"), None) => Self::Roster(team),
            _ => return None,
        })
    }
}
