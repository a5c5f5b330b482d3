//! Mail about the security of an account: what happened, from where, and the way out.

use crate::{
    credentials::{secret::Installation, token::Link},
    mail::{
        content::{Action, Content, from, utc},
        quote::{quoted, quoted_detail},
        second_factor::{self, FactorNews},
    },
    object::Origin,
};
use guildhall_shared::{
    AccountId, Timestamp,
    id::LinkId,
    take_back::{TakenBack, TakenItem},
};
use serde::{Deserialize, Serialize};

/// A link that takes the account back, in the mail about something that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    pub account: AccountId,
    pub link: LinkId,
    pub until: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Notice {
    /// To a new address.
    ConfirmNewEmail {
        account: AccountId,
        username: String,
        link: LinkId,
        expires: Timestamp,
    },
    /// To the old address.
    EmailChanged {
        account: AccountId,
        email: String,
        link: LinkId,
        until: Timestamp,
    },
    ResetPassword {
        account: AccountId,
        link: LinkId,
        expires: Timestamp,
        origin: Origin,
    },
    PasswordChanged {
        at: Timestamp,
        origin: Origin,
    },
    /// Several attempts to reset the password.
    Locked {
        account: AccountId,
        link: LinkId,
        until: Timestamp,
        origin: Origin,
    },
    NewDevice {
        at: Timestamp,
        origin: Origin,
    },
    ApiKeyMade {
        at: Timestamp,
        /// Name and team.
        detail: String,
        origin: Origin,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<Undo>,
    },
    Factor {
        news: FactorNews,
        at: Timestamp,
        origin: Origin,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<Undo>,
    },
    SshKeyAdded {
        at: Timestamp,
        /// Name and fingerprint.
        detail: String,
        origin: Origin,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<Undo>,
    },
    /// To the person who took the account back by a mailed link.
    TakenBack {
        /// By a link to reset the password.
        is_reset: bool,
        at: Timestamp,
        origin: Origin,
        taken: TakenBack,
    },
    Deactivated {
        account: AccountId,
        link: LinkId,
        until: Timestamp,
    },
    CameBack {
        at: Timestamp,
        origin: Origin,
    },
}

const NOT_YOU: &str = "If this was not you, choose a new password at once and look through your sessions.";

#[expect(clippy::too_many_lines, reason = "one letter after the other")]
pub fn content(notice: &Notice, site: &str, installation: &Installation) -> Content {
    let security = || Some(Action { label: "See what happened", url: format!("{site}/account/settings/security") });
    let plain = |subject: &str, sentences: Vec<String>, action: Option<Action>, footer: &str| Content {
        subject: subject.to_owned(),
        sentences,
        action,
        footer: footer.to_owned(),
    };
    match notice {
        Notice::ConfirmNewEmail { account, username, link, expires } => {
            let token = Link::ConfirmEmail { account: *account, link: *link }.token(installation);
            plain(
                "Confirm your new email address",
                vec![
                    format!("The account {} asks to use this address.", quoted(username)),
                    format!("Confirm that the address is yours until {}.", utc(*expires)),
                ],
                Some(Action { label: "Confirm email", url: format!("{site}/confirm-email#token={token}") }),
                "If you do not know this account, ignore this mail. Nothing happens without you.",
            )
        }
        Notice::EmailChanged { account, email, link, until } => {
            let token = Link::UndoEmail { account: *account, link: *link }.token(installation);
            plain(
                "Your email address was changed",
                vec![
                    format!("Your account now has the address {}, and this one no longer signs you in.", quoted(email)),
                    format!(
                        "If that was not you, undo it until {}: sessions end, and you choose a new password.",
                        utc(*until)
                    ),
                ],
                Some(Action { label: "Undo the change", url: format!("{site}/email-undo#token={token}") }),
                "If you changed it yourself, there is nothing to do.",
            )
        }
        Notice::ResetPassword { account, link, expires, origin } => {
            let token = Link::ResetPassword { account: *account, link: *link }.token(installation);
            plain(
                "Choose a new password",
                vec![
                    format!("Somebody asked to reset the password of your account: {}.", from(origin)),
                    format!("The link is good until {}, once.", utc(*expires)),
                ],
                Some(Action { label: "Choose a new password", url: format!("{site}/reset-password#token={token}") }),
                "If this was not you, ignore this mail. Your password has not changed.",
            )
        }
        Notice::PasswordChanged { at, origin } => plain(
            "Your password was changed",
            vec![
                format!("Your password was changed on {}: {}.", utc(*at), from(origin)),
                "All other sessions have ended.".to_owned(),
            ],
            security(),
            "If this was not you, choose “Forgot password” on the sign-in page at once.",
        ),
        Notice::Locked { account, link, until, origin } => {
            let token = Link::Unlock { account: *account, link: *link }.token(installation);
            plain(
                "Your account is locked",
                vec![
                    format!(
                        "Somebody asked several times within an hour to reset your password, last from {}.",
                        from(origin)
                    ),
                    format!(
                        "Signing in with a password and resetting it wait until {}. Open sessions and API keys go on, and browsers that you have signed in from may still sign in.",
                        utc(*until)
                    ),
                ],
                Some(Action { label: "Unlock", url: format!("{site}/unlock#token={token}") }),
                "If this was not you, your password has held. Unlocking keeps such requests from locking you out for a day.",
            )
        }
        Notice::NewDevice { at, origin } => plain(
            "A new device signed in",
            vec![format!(
                "Your account was signed in to from a browser that it did not know: {}, on {}.",
                from(origin),
                utc(*at)
            )],
            security(),
            NOT_YOU,
        ),
        Notice::Factor { news, at, origin, undo } => {
            undoable(second_factor::content(news, *at, origin, security()), undo.as_ref(), site, installation)
        }
        Notice::ApiKeyMade { at, detail, origin, undo } => {
            let content = plain(
                "An API key was made",
                vec![
                    format!("The API key {} was made on {}: {}.", quoted_detail(detail), utc(*at), from(origin)),
                    "It has the same access as you in that team, within its scopes.".to_owned(),
                ],
                security(),
                NOT_YOU,
            );
            undoable(content, undo.as_ref(), site, installation)
        }
        Notice::SshKeyAdded { at, detail, origin, undo } => {
            let content = plain(
                "An SSH key was added",
                vec![
                    format!("The SSH key {} was added on {}: {}.", quoted_detail(detail), utc(*at), from(origin)),
                    "Whoever has its private half may enter the machines that you may.".to_owned(),
                ],
                Some(Action { label: "See your SSH keys", url: format!("{site}/account/settings/ssh-keys") }),
                "If this was not you, remove the key, choose a new password at once and look through your sessions.",
            );
            undoable(content, undo.as_ref(), site, installation)
        }
        Notice::TakenBack { is_reset, at, origin, taken } => taken_back(*is_reset, *at, origin, taken, security()),
        Notice::Deactivated { account, link, until } => {
            let token = Link::ComeBack { account: *account, link: *link }.token(installation);
            plain(
                "Your account is deactivated",
                vec![
                    "Its sessions and its API keys have ended.".to_owned(),
                    format!(
                        "Until {} you can come back: your teams and their secrets are as they were, your API keys stay ended. Then everything is erased for good.",
                        utc(*until)
                    ),
                ],
                Some(Action { label: "Come back", url: format!("{site}/come-back#token={token}") }),
                "If this was not you, come back and choose a new password at once.",
            )
        }
        Notice::CameBack { at, origin } => plain(
            "Your account is back",
            vec![
                format!("Your account was brought back on {}: {}.", utc(*at), from(origin)),
                "API keys do not come back. Sign in and make new ones.".to_owned(),
            ],
            security(),
            NOT_YOU,
        ),
    }
}

/// The same with the way to take the account back, where the mail has one.
fn undoable(content: Content, undo: Option<&Undo>, site: &str, installation: &Installation) -> Content {
    let Some(Undo { account, link, until }) = undo else { return content };
    let token = Link::TakeBack { account: *account, link: *link }.token(installation);
    let mut sentences = content.sentences;
    sentences.push(format!(
        "If this wasn't you, take your account back until {}: what was added in the last 7 days is removed, you are signed out everywhere, and you choose a new password.",
        utc(*until)
    ));
    Content {
        sentences,
        action: Some(Action { label: "This wasn't me", url: format!("{site}/take-back#token={token}") }),
        footer: "If this was you, there is nothing to do.".to_owned(),
        ..content
    }
}

/// What was done, what went and what came back.
fn taken_back(is_reset: bool, at: Timestamp, origin: &Origin, taken: &TakenBack, action: Option<Action>) -> Content {
    let (subject, happened) = if is_reset {
        ("Your password was reset", "The password of your account was reset by a mailed link")
    } else {
        ("Your account was taken back", "Your account was taken back by a mailed link, with a new password,")
    };
    let item = |TakenItem { kind, name }: &TakenItem| match name {
        Some(name) => format!("{} {}", kind.noun(), quoted_detail(name)),
        None => kind.noun().to_owned(),
    };
    let mut sentences =
        vec![format!("{happened} on {}: {}.", utc(at), from(origin)), "You are signed out everywhere.".to_owned()];
    if !taken.removed.is_empty() {
        sentences.push("Removed, because it was added in the last 7 days:".to_owned());
        sentences.extend(taken.removed.iter().map(item));
    }
    if !taken.restored.is_empty() {
        sentences.push("Restored, because it was removed in the last 7 days:".to_owned());
        sentences.extend(taken.restored.iter().map(item));
    }
    sentences.push("Review your passkeys, SSH keys, API keys and sessions.".to_owned());
    Content {
        subject: subject.to_owned(),
        sentences,
        action,
        footer: "If this wasn't you, choose “Forgot password” on the sign-in page at once.".to_owned(),
    }
}
