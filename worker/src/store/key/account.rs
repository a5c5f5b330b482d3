//! What the account object owns.

use super::{Key, Prefix, key, prefix};
use crate::domain::{
    account::{AccountRecord, FenceRecord, LinkRecord, MailedRecord, MarkRecord},
    budget::CountRecord,
    challenge::ChallengeRecord,
    deactivation::{ComeBackRecord, LeavingRecord},
    device::DeviceRecord,
    email_change::{FormerEmailRecord, PendingEmailRecord},
    former_factor::FormerFactorRecord,
    passkey::PasskeyRecord,
    passkey_proof::SpentRecord,
    password::{PasswordRecord, ResetLinkRecord, UnlockLinkRecord},
    recovery_code::RecoveryRecord,
    security_log::{SecurityEventRecord, SecurityHeadRecord, SecurityKindRecord},
    session::{SessionRecord, SessionUseRecord},
    ssh_key::SshKeysRecord,
    take_back::TakeBackLinkRecord,
    totp::TotpRecord,
};
use guildhall_shared::{
    AccountId, PasskeyId, SessionId, TeamId,
    id::{DeviceId, LinkId},
    security_log::Happened,
};

pub fn account(id: AccountId) -> Key<AccountRecord> {
    key(format!("account/{id}"))
}

pub fn session(account: AccountId, id: SessionId) -> Key<SessionRecord> {
    key(format!("account/{account}/session/{id}"))
}

pub fn sessions(account: AccountId) -> Prefix<SessionRecord> {
    prefix(format!("account/{account}/session/"))
}

/// All of an account's.
pub fn ssh_keys(account: AccountId) -> Key<SshKeysRecord> {
    key(format!("account/{account}/ssh-keys"))
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

/// Primary only: wrong passwords that came in it.
pub fn session_wrong(id: SessionId) -> Key<CountRecord> {
    key(format!("session-wrong/{id}"))
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

/// Primary only: a factor that was removed or replaced, and may come back.
pub fn former_factor(id: LinkId) -> Key<FormerFactorRecord> {
    key(format!("former-factor/{id}"))
}

/// Primary only.
pub fn former_factors() -> Prefix<FormerFactorRecord> {
    prefix("former-factor/".to_owned())
}

/// Primary only: a link that was mailed with the news that something was added.
pub fn take_back_link(id: LinkId) -> Key<TakeBackLinkRecord> {
    key(format!("take-back/{id}"))
}

/// Primary only.
pub fn take_back_links() -> Prefix<TakeBackLinkRecord> {
    prefix("take-back/".to_owned())
}

/// Primary only: an attempt to leave that is under way.
pub fn leaving() -> Key<LeavingRecord> {
    key("leaving".to_owned())
}

/// Primary only: the link that brings the account back.
pub fn come_back() -> Key<ComeBackRecord> {
    key("come-back".to_owned())
}

/// Primary only: a team that the account was in.
pub fn left(team: TeamId) -> Key<MarkRecord> {
    key(format!("left/{team}"))
}

/// Primary only.
pub fn lefts() -> Prefix<MarkRecord> {
    prefix("left/".to_owned())
}

/// Primary only: an email that the account had, by its keyed hash.
pub fn past_email(hash: &str) -> Key<MarkRecord> {
    key(format!("past-email/{hash}"))
}

/// Primary only.
pub fn past_emails() -> Prefix<MarkRecord> {
    prefix("past-email/".to_owned())
}

/// Primary only: a username that the account had.
pub fn past_name(name: &str) -> Key<MarkRecord> {
    key(format!("past-name/{name}"))
}

/// Primary only.
pub fn past_names() -> Prefix<MarkRecord> {
    prefix("past-name/".to_owned())
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

/// Primary only: which lines of one kind are new.
pub fn security_kind(action: Happened) -> Key<SecurityKindRecord> {
    key(format!("security-kind/{}", action.as_str()))
}

/// Primary only.
pub fn security_kinds() -> Prefix<SecurityKindRecord> {
    prefix("security-kind/".to_owned())
}

/// Primary only: the authenticator app.
pub fn totp() -> Key<TotpRecord> {
    key("totp".to_owned())
}

/// Primary only.
pub fn recovery() -> Key<RecoveryRecord> {
    key("recovery".to_owned())
}

/// Primary only: second factors that were wrong.
pub fn factor() -> Key<CountRecord> {
    key("factor".to_owned())
}

/// Primary only: a sign-in that waits for its second factor.
pub fn challenge(id: LinkId) -> Key<ChallengeRecord> {
    key(format!("challenge/{id}"))
}

/// Primary only.
pub fn challenges() -> Prefix<ChallengeRecord> {
    prefix("challenge/".to_owned())
}

/// Primary only.
pub fn passkey(id: PasskeyId) -> Key<PasskeyRecord> {
    key(format!("passkey/{id}"))
}

/// Primary only.
pub fn passkeys() -> Prefix<PasskeyRecord> {
    prefix("passkey/".to_owned())
}

/// Primary only: a challenge that a passkey has answered, by its nonce.
pub fn spent(nonce: &str) -> Key<SpentRecord> {
    key(format!("spent/{nonce}"))
}

/// Primary only.
pub fn spent_challenges() -> Prefix<SpentRecord> {
    prefix("spent/".to_owned())
}
