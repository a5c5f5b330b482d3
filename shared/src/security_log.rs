//! The security log of an account: what happened to its sign-ins, its password, its email and its keys.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// A line of the security log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecurityEvent {
    /// Grows with each event.
    pub number: u64,
    /// What happened, such as `sign-in` or `password.change`.
    pub action: SecurityEventKind,
    /// What it was about, such as an email or the name of a key. Left out when there is nothing to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The IP address of the request.
    pub address: String,
    /// Browser and system in words, such as `Firefox on Linux`.
    pub device: String,
    /// Country code (ISO 3166-1), or empty when it is not known.
    pub place: String,
    /// How often it happened: what repeats itself within an hour is one line.
    pub count: u64,
    /// The first time, where it happened more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_first: Option<Timestamp>,
    /// When it happened, or the last time that it did.
    pub dt_created: Timestamp,
}

macro_rules! happened {
    ($($(#[$doc:meta])* $name:ident $text:literal $sentence:literal,)*) => {
        /// What a line of the log says. New kinds are added at the end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum SecurityEventKind {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl SecurityEventKind {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// For people.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

happened! {
    SignUp "sign-up" "Signed up",
    SignIn "sign-in" "Signed in",
    SignInFail "sign-in.fail" "Wrong password",
    SignInPause "sign-in.pause" "Signing in was paused after ten wrong passwords",
    SignOut "sign-out" "Signed out",
    Prove "prove" "Entered the password again",
    SessionEnd "session.end" "Ended a session",
    SessionEndOthers "session.end-others" "Ended all other sessions",
    PasswordChange "password.change" "Changed the password",
    ResetRequest "password-reset.request" "Asked for a link to reset the password",
    PasswordReset "password-reset" "Reset the password by a mailed link",
    Lock "lock" "Locked after several attempts to reset the password",
    Unlock "unlock" "Unlocked by a mailed link",
    EmailConfirm "email.confirm" "Confirmed the email address",
    EmailRequest "email.request" "Asked for another email address",
    EmailChange "email.change" "Changed the email address",
    EmailUndo "email.undo" "Undid a change of the email address",
    UsernameChange "username.change" "Changed the username",
    ApiKeyCreate "api-key.create" "Made an API key",
    ApiKeyRevoke "api-key.revoke" "Revoked an API key",
    SignInChallenge "sign-in.challenge" "Entered the password; a second factor was asked for",
    ProveFactor "prove.factor" "Entered a second factor again",
    TotpOn "totp.on" "Turned the authenticator app on",
    TotpOff "totp.off" "Turned the authenticator app off",
    RecoveryMake "recovery-codes.make" "Made new recovery codes",
    RecoveryUse "recovery-codes.use" "Used a recovery code",
    FactorFail "factor.fail" "Wrong second factor",
    FactorPause "factor.pause" "Second factors were paused after ten wrong ones",
    SshKeyAdd "ssh-key.add" "Added an SSH key",
    SshKeyRemove "ssh-key.remove" "Removed an SSH key",
    PasskeyAdd "passkey.add" "Added a passkey",
    PasskeyRename "passkey.rename" "Renamed a passkey",
    PasskeyRemove "passkey.remove" "Removed a passkey",
    PasskeyCopy "passkey.copy" "A passkey was refused: there may be a copy of it",
    PasswordRemove "password.remove" "Removed the password",
    Deactivate "deactivate" "Deactivated the account",
    ComeBack "come-back" "Came back to the account",
    TakeBack "take-back" "Took the account back by a mailed link",
    TakeBackRemove "take-back.remove" "Removed when the account was taken back",
    TakeBackRestore "take-back.restore" "Brought back when the account was taken back",
}

impl SecurityEventKind {
    /// Whether someone should look twice.
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Self::SignInFail
                | Self::SignInPause
                | Self::Lock
                | Self::EmailUndo
                | Self::TotpOff
                | Self::RecoveryUse
                | Self::FactorFail
                | Self::FactorPause
                | Self::PasskeyCopy
                | Self::Deactivate
                | Self::TakeBack
                | Self::TakeBackRemove
                | Self::TakeBackRestore
        )
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for SecurityEventKind {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("What happened. New kinds are added at the end."))
            .enum_values(Some(Self::ALL.iter().map(|happened| happened.as_str())))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for SecurityEventKind {}
