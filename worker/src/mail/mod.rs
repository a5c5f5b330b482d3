//! Mail: what is sent, in text and HTML, one action each. A mail holds ids; the token of its link is
//! made when the letter is written, so that no token lies in the outbox.

mod content;
mod quote;
mod second_factor;
mod security;

pub use crate::mail::{
    second_factor::FactorNews,
    security::{Notice, Undo},
};
use crate::{
    credentials::{secret::Installation, token::Link},
    error::InternalError,
    mail::{
        content::{Action, Content},
        quote::{in_subject, quoted},
    },
    store::{Effect, Transaction},
};
use askama::Template;
pub use content::utc;
use guildhall_shared::{AccountId, InvitationId, TeamId, Timestamp, id::LinkId};
use serde::{Deserialize, Serialize};

/// A mail to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    pub to: String,
    /// Scheme and host of the console.
    pub site: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    ConfirmEmail {
        account: AccountId,
        username: String,
        link: LinkId,
        expires: Timestamp,
    },
    Invitation {
        team: TeamId,
        invitation: InvitationId,
        link: LinkId,
        team_name: String,
        invited_by: String,
        is_admin: bool,
        expires: Timestamp,
    },
    Security(Notice),
    /// Too many wrong passwords.
    SignInPaused {
        until: Timestamp,
        address: String,
        #[serde(default, skip_serializing_if = "Paused::is_anywhere")]
        place: Paused,
    },
}

/// Where passwords wait after too many wrong ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Paused {
    /// In every browser that the account does not know.
    #[default]
    Anywhere,
    /// In one that it knows.
    Browser,
    /// In a session that is open.
    Session,
}

impl Paused {
    // Only where a pointer is longer than it.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_anywhere(&self) -> bool {
        *self == Self::Anywhere
    }
}

/// A mail as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub links: Vec<String>,
    pub dt_sent: Timestamp,
}

/// One shape for every mail: what happened, one action, what if it was not you.
#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Content,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Content,
}

impl Letter {
    pub fn write(mail: &Mail, installation: &Installation, now: Timestamp) -> Result<Self, InternalError> {
        let content = content(mail, installation);
        let render = |rendered: Result<String, askama::Error>| {
            rendered.map_err(|why| InternalError::new(format!("mail: {why}")))
        };
        let text = render(Text { letter: &content }.render())?;
        let html = render(Html { letter: &content }.render())?;
        let links = content.action.into_iter().map(|action| action.url).collect();
        Ok(Self { to: mail.to.clone(), subject: content.subject, text, html, links, dt_sent: now })
    }
}

fn content(mail: &Mail, installation: &Installation) -> Content {
    let site = &mail.site;
    match &mail.kind {
        Kind::ConfirmEmail { account, username, link, expires } => {
            let token = Link::ConfirmEmail { account: *account, link: *link }.token(installation);
            Content {
                subject: "Confirm your email address".to_owned(),
                sentences: vec![
                    format!("The account {} was made with this address.", quoted(username)),
                    format!("Confirm that the address is yours until {}.", content::utc(*expires)),
                ],
                action: Some(Action { label: "Confirm email", url: format!("{site}/confirm-email#token={token}") }),
                footer: "If you did not sign up, open the link and choose “This wasn't me”.".to_owned(),
            }
        }
        Kind::Invitation { team, invitation, link, team_name, invited_by, is_admin, expires } => {
            let token = Link::Invitation { team: *team, invitation: *invitation, link: *link }.token(installation);
            let role = if *is_admin { "an admin" } else { "a member" };
            Content {
                subject: in_subject(team_name)
                    .map_or_else(|| "You're invited to a team".to_owned(), |name| format!("Join {name}")),
                sentences: vec![
                    format!("{} invites you to the team {} as {role}.", quoted(invited_by), quoted(team_name)),
                    format!("The invitation is good until {}.", content::utc(*expires)),
                ],
                action: Some(Action {
                    label: "See the invitation",
                    url: format!("{site}/invitations/accept#token={token}"),
                }),
                footer: "If you do not know this team, ignore this mail. Nothing happens without you.".to_owned(),
            }
        }
        Kind::Security(notice) => security::content(notice, site, installation),
        Kind::SignInPaused { until, address, place } => {
            let (until, address) = (content::utc(*until), content::address(address));
            let (from, so) = match place {
                Paused::Anywhere => (
                    "",
                    format!(
                        "Until {until} new browsers can't sign in with your password. Browsers you've signed in from before still can, and you stay signed in."
                    ),
                ),
                Paused::Browser => (
                    " in a browser you've signed in from before",
                    format!("Until {until} that browser can't sign in with your password. You can use another one."),
                ),
                Paused::Session => (
                    " in a browser where you're signed in",
                    format!("Until {until} that browser can't confirm it's you with your password."),
                ),
            };
            Content {
                subject: "Signing in is paused".to_owned(),
                sentences: vec![
                    format!("Someone entered a wrong password for your account ten times{from}, last from {address}."),
                    so,
                ],
                action: None,
                footer: match place {
                    Paused::Anywhere => "Nobody got in. If this wasn't you, consider a longer password.".to_owned(),
                    Paused::Browser => "If this wasn't you, someone may have used your device.".to_owned(),
                    Paused::Session => {
                        "If this wasn't you, sign out everywhere else and reset your password.".to_owned()
                    }
                },
            }
        }
    }
}

/// Has a mail sent; `site` is the console that its link leads to.
pub fn send(tx: &mut Transaction<'_>, to: &str, site: &str, kind: Kind) {
    tx.effect(Effect::Delivery(Box::new(Mail { to: to.to_owned(), site: site.to_owned(), kind })));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_leads_to_a_page_with_its_token() {
        let mail = Mail {
            to: "ana@example.com".into(),
            site: "https://example.com".into(),
            kind: Kind::ConfirmEmail {
                account: AccountId::from_random([1; 16]),
                username: "ana<b>".into(),
                link: LinkId::from_random([2; 16]),
                expires: Timestamp::from_millis(1_795_284_000_000),
            },
        };
        let letter = Letter::write(&mail, &Installation::fixed(), Timestamp::default()).unwrap();
        assert_eq!(letter.links.len(), 1);
        assert!(letter.links[0].starts_with("https://example.com/confirm-email#token=c"));
        assert!(letter.text.contains(&letter.links[0]) && letter.html.contains(&letter.links[0]));
        assert!(letter.text.contains("21 November 2026, 18:00 UTC"));
        assert!(letter.text.contains("ana<b>") && !letter.html.contains("ana<b>"));
    }
}
