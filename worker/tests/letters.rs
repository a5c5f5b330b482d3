//! Every letter, with names that others have chosen: none of them may become a link, a line or a claim of ours.

use guildhall_shared::{
    AccountId, InvitationId, TeamId, Timestamp,
    id::LinkId,
    take_back::{TakenBack, TakenItem, TakenKind},
};
use guildhall_worker::{
    credentials::secret::Installation,
    mail::{FactorNews, Kind, Letter, Mail, Notice, Paused, Undo},
    object::Origin,
};
use std::collections::BTreeSet;

const SITE: &str = "https://guildhall.test";

/// Every kind of letter, with this in every place that is not ours.
fn letters(name: &str) -> Vec<Kind> {
    let (account, link) = (AccountId::from_random([1; 16]), LinkId::from_random([2; 16]));
    let at = Timestamp::from_millis(1_795_284_000_000);
    let text = || name.to_owned();
    let origin = || Origin { address: text(), device: text(), place: text(), site: SITE.into(), request_id: text() };
    let paused = [Paused::Anywhere, Paused::Browser, Paused::Session].map(|place| Kind::SignInPaused {
        until: at,
        address: text(),
        place,
    });
    let news = [
        FactorNews::TotpOn,
        FactorNews::TotpOff,
        FactorNews::CodesMade,
        FactorNews::CodeUsed { left: 3 },
        FactorNews::Paused { until: at },
        FactorNews::PasskeyAdded { name: text() },
        FactorNews::PasskeyRemoved { name: text() },
        FactorNews::PasskeyCopied { name: text() },
        FactorNews::PasswordRemoved,
    ];
    let undo = || Some(Undo { account, link, until: at });
    let factors = news.into_iter().map(|news| Notice::Factor { news, at, origin: origin(), undo: undo() });
    let item = |kind| TakenItem::named(kind, text());
    let taken = TakenBack {
        email: "bo@example.com".into(),
        removed: vec![item(TakenKind::Passkey), item(TakenKind::ApiKey), item(TakenKind::PendingEmail)],
        restored: vec![item(TakenKind::Passkey), TakenItem { kind: TakenKind::AuthenticatorApp, name: None }],
    };
    let notices = [
        Notice::ConfirmNewEmail { account, username: text(), link, expires: at },
        Notice::EmailChanged { account, email: text(), link, until: at },
        Notice::ResetPassword { account, link, expires: at, origin: origin() },
        Notice::PasswordChanged { at, origin: origin() },
        Notice::Locked { account, link, until: at, origin: origin() },
        Notice::NewDevice { at, origin: origin() },
        Notice::ApiKeyMade { at, detail: text(), origin: origin(), undo: undo() },
        Notice::SshKeyAdded { at, detail: text(), origin: origin(), undo: undo() },
        Notice::TakenBack { is_reset: false, at, origin: origin(), taken },
        Notice::Deactivated { account, link, until: at },
        Notice::CameBack { at, origin: origin() },
    ];
    let mut all = vec![
        Kind::ConfirmEmail { account, username: text(), link, expires: at },
        Kind::Invitation {
            team: TeamId::from_random([3; 16]),
            invitation: InvitationId::from_random([4; 16]),
            link,
            team_name: text(),
            invited_by: text(),
            is_admin: true,
            expires: at,
        },
    ];
    all.extend(paused);
    all.extend(notices.into_iter().chain(factors).map(Kind::Security));
    all
}

/// Its number among all kinds. A new kind does not compile until it is here, and then fails until `letters` has it.
fn number(kind: &Kind) -> usize {
    match kind {
        Kind::ConfirmEmail { .. } => 0,
        Kind::Invitation { .. } => 1,
        Kind::SignInPaused { place, .. } => match place {
            Paused::Anywhere => 2,
            Paused::Browser => 3,
            Paused::Session => 4,
        },
        Kind::Security(notice) => match notice {
            Notice::ConfirmNewEmail { .. } => 5,
            Notice::EmailChanged { .. } => 6,
            Notice::ResetPassword { .. } => 7,
            Notice::PasswordChanged { .. } => 8,
            Notice::Locked { .. } => 9,
            Notice::NewDevice { .. } => 10,
            Notice::ApiKeyMade { .. } => 11,
            Notice::SshKeyAdded { .. } => 12,
            Notice::Deactivated { .. } => 13,
            Notice::CameBack { .. } => 14,
            Notice::Factor { news, .. } => match news {
                FactorNews::TotpOn => 15,
                FactorNews::TotpOff => 16,
                FactorNews::CodesMade => 17,
                FactorNews::CodeUsed { .. } => 18,
                FactorNews::Paused { .. } => 19,
                FactorNews::PasskeyAdded { .. } => 20,
                FactorNews::PasskeyRemoved { .. } => 21,
                FactorNews::PasskeyCopied { .. } => 22,
                FactorNews::PasswordRemoved => 23,
            },
            Notice::TakenBack { .. } => 24,
        },
    }
}

const KINDS: usize = 25;

fn write(kind: Kind) -> Letter {
    let mail = Mail { to: "bo@example.com".into(), site: SITE.into(), kind };
    Letter::write(&mail, &Installation::fixed(), Timestamp::default()).unwrap()
}

#[test]
fn every_kind_of_letter_is_looked_at() {
    let seen: BTreeSet<usize> = letters("Core").iter().map(number).collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), (0..KINDS).collect::<Vec<_>>());
}

#[test]
fn nothing_that_others_have_named_is_a_link_a_line_or_ours() {
    let hostile = [
        "https://evil.example/x",
        "evil.example",
        "go to www.evil.example now",
        "Core https://evil.example",
        "bo@evil.example",
        "evil。example",
        "evil．example",
        "mailto:evil",
        "\u{202e}elpmaxe.live",
        "two\r\nBcc: evil.example",
        "two\u{2028}lines",
        "<b>evil</b>",
        "” evil “",
        &"evil ".repeat(60),
    ];
    let plain: Vec<Letter> = letters("Core").into_iter().map(write).collect();
    for name in hostile {
        for (plain, letter) in plain.iter().zip(letters(name).into_iter().map(write)) {
            let what = format!("{name:?} in {letter:?}");
            for url in &letter.links {
                assert!(url.starts_with(&format!("{SITE}/")), "{what}");
            }
            let without_ours =
                |text: &str| letter.links.iter().fold(text.to_owned(), |text, url| text.replace(url.as_str(), ""));
            for part in [letter.subject.clone(), without_ours(&letter.text), without_ours(&letter.html)] {
                for bad in ["://", "evil.example", "evil。example", "evil．example", "elpmaxe.live", "@evil", "mailto:"]
                {
                    assert!(!part.contains(bad), "{bad}: {what}");
                }
                assert!(!part.contains(['\r', '\u{202e}', '\u{2028}']), "{what}");
            }
            assert!(!letter.html.contains("<b>"), "{what}");
            assert_eq!(letter.text.lines().count(), plain.text.lines().count(), "{what}");
            assert_eq!(letter.html.matches("href=").count(), plain.html.matches("href=").count(), "{what}");
            assert!(!letter.subject.contains(['\n', '.', '@', ':']), "{what}");
            assert!(letter.subject.chars().count() <= 60, "{what}");
            // Cut, wherever it stands.
            assert!(letter.text.lines().all(|line| line.chars().count() <= 460), "{what}");
        }
    }
}

#[test]
fn a_name_that_is_none_of_a_host_stands_in_quotation_marks() {
    let letter = write(letters("Core").remove(1));
    assert_eq!(letter.subject, "Join “Core”");
    assert!(letter.text.contains("“Core” invites you to the team “Core” as an admin."), "{}", letter.text);
    let letter = write(letters("Core.example").remove(1));
    assert_eq!(letter.subject, "You're invited to a team");
    assert!(letter.text.contains("the team “Core[.]example” as"), "{}", letter.text);
}
