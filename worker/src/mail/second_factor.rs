//! What mail says about second factors.

use crate::{
    mail::{
        content::{Action, Content, from, utc},
        quote::quoted,
    },
    object::Origin,
};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FactorNews {
    TotpOn,
    TotpOff,
    CodesMade,
    CodeUsed {
        left: u64,
    },
    Paused {
        until: Timestamp,
    },
    PasskeyAdded {
        name: String,
    },
    PasskeyRemoved {
        name: String,
    },
    /// Its counter went back.
    PasskeyCopied {
        name: String,
    },
    PasswordRemoved,
}

impl FactorNews {
    /// Whether there is a factor that was not there before.
    pub fn is_addition(&self) -> bool {
        match self {
            Self::TotpOn | Self::CodesMade | Self::PasskeyAdded { .. } => true,
            Self::TotpOff
            | Self::CodeUsed { .. }
            | Self::Paused { .. }
            | Self::PasskeyRemoved { .. }
            | Self::PasskeyCopied { .. }
            | Self::PasswordRemoved => false,
        }
    }
}

const NOT_YOU: &str =
    "If this was not you, choose a new password at once, then look through your second factors and sessions.";

pub fn content(news: &FactorNews, at: Timestamp, origin: &Origin, action: Option<Action>) -> Content {
    let (subject, happened, so) = words(news);
    Content {
        subject: subject.to_owned(),
        sentences: vec![format!("{happened} on {}: {}.", utc(at), from(origin)), so],
        action,
        footer: NOT_YOU.to_owned(),
    }
}

/// The subject, what happened (a time and a place follow), and what comes of it.
fn words(news: &FactorNews) -> (&'static str, &'static str, String) {
    let (subject, happened, so) = match news {
        FactorNews::TotpOn => (
            "Your authenticator app is on",
            "The authenticator app of your account was turned on",
            "Signing in asks for one of its codes from now on. Keep your recovery codes where you find them without it.",
        ),
        FactorNews::TotpOff => (
            "Your authenticator app is off",
            "The authenticator app of your account was turned off",
            "Signing in no longer asks for its codes. Keep it on your phone for 7 days: if your password is reset by mail in that time, it is turned on again.",
        ),
        FactorNews::CodesMade => (
            "New recovery codes were made",
            "New recovery codes of your account were made",
            "The ones before are void. Keep them for 7 days: if your password is reset by mail in that time, they are good again.",
        ),
        FactorNews::CodeUsed { left } => {
            let so = match left {
                0 => "None is left. Make new ones now.".to_owned(),
                1 => "One is left. Make new ones soon.".to_owned(),
                2..=3 => format!("{left} are left. Make new ones soon."),
                left => format!("{left} are left."),
            };
            return ("A recovery code was used", "A recovery code of your account was used", so);
        }
        FactorNews::Paused { until } => {
            let so = format!(
                "Whoever typed them knew your password or had a session of yours. All second factors wait until {}; open sessions go on.",
                utc(*until)
            );
            return (
                "Second factors are paused",
                "Somebody entered a wrong second factor for your account ten times, last",
                so,
            );
        }
        FactorNews::PasskeyAdded { name } => {
            let so = format!("It is called {}, and signs in without a password.", quoted(name));
            return ("A passkey was added", "A passkey was added to your account", so);
        }
        FactorNews::PasskeyRemoved { name } => {
            let so = format!(
                "It was called {}, and no longer signs you in. If your password is reset by mail within 7 days, it comes back as a second factor, so delete it on your device after that.",
                quoted(name)
            );
            return ("A passkey was removed", "A passkey was removed from your account", so);
        }
        FactorNews::PasskeyCopied { name } => {
            let so = format!(
                "Its counter went back, as it does when somebody has a copy of it. It is called {}, and no longer signs you in: remove it, and add it again on your own device.",
                quoted(name)
            );
            return ("There may be a copy of a passkey", "A passkey of your account was refused", so);
        }
        FactorNews::PasswordRemoved => (
            "Your password was removed",
            "The password of your account was removed",
            "You sign in with a passkey from now on. A mailed link sets a password again.",
        ),
    };
    (subject, happened, so.to_owned())
}
