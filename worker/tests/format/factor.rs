//! What the primary keeps of second factors, and what accounts, sessions and members say of them.

use super::{ana, at, link, passkey, pinned, profile, session, team};
use guildhall_shared::{
    Role,
    take_back::{TakenBack, TakenItem, TakenKind},
};
use guildhall_worker::{
    credentials::{
        cipher::{self, Sealed, Wrapped},
        secret::{Installation, Purpose},
        token::Link,
        webauthn::cose::PublicKey,
    },
    features::{
        accounts::record::{AccountRecord, Profile},
        limits::record::CountRecord,
        members::record::MemberRecord,
        passkeys::record::PasskeyRecord,
        second_factor::record::{Former, FormerFactorRecord, RecoveryCodeRecord, RecoveryRecord},
        sessions::record::SessionRecord,
        sign_in::record::ChallengeRecord,
        take_back::record::TakeBackLinkRecord,
        totp::record::TotpRecord,
    },
    json,
    mail::{FactorNews, Kind, Notice, Undo},
    object::Origin,
    store::{Priority, decode},
};

#[test]
fn an_authenticator_app_is_stored_like_this() {
    let seed = Wrapped { key: "k1".into(), sealed: Sealed { nonce: "bm9uY2U=".into(), text: "dGV4dA==".into() } };
    let record = TotpRecord { seed: seed.clone(), made: at(0), confirmed: None, step: 0 };
    let value = r#"1 7 {"seed":{"key":"k1","sealed":{"nonce":"bm9uY2U=","text":"dGV4dA=="}},"made":"2026-11-21T18:00:00.000Z","step":0}"#;
    pinned(&record, value, None, None);
    let record = TotpRecord { seed, made: at(0), confirmed: Some(at(60)), step: 59_842_802 };
    let value = r#"1 7 {"seed":{"key":"k1","sealed":{"nonce":"bm9uY2U=","text":"dGV4dA=="}},"made":"2026-11-21T18:00:00.000Z","confirmed":"2026-11-21T18:01:00.000Z","step":59842802}"#;
    pinned(&record, value, None, None);
}

#[test]
fn a_seed_is_sealed_like_this() {
    let installation = Installation::fixed();
    let wrapped = cipher::wrap_seed(&installation, &[5; 20], ana().as_str(), [2; cipher::NONCE]).unwrap();
    let text = "F7LwNuAbGeXBhoL1ofR5GmVoHboUjn/EKQUQN6aQf/veVKRb";
    assert_eq!(
        (wrapped.key.as_str(), wrapped.sealed.nonce.as_str(), wrapped.sealed.text.as_str()),
        ("k1", "AgICAgICAgICAgIC", text)
    );
    assert_eq!(cipher::unwrap_seed(&installation, &wrapped, ana().as_str()).unwrap().as_slice(), [5; 20]);
}

#[test]
fn recovery_codes_are_stored_like_this() {
    let code = |used| RecoveryCodeRecord { mac: "00zz".into(), used };
    let record = RecoveryRecord { made: at(0), codes: vec![code(None), code(Some(at(1)))] };
    let value = r#"1 7 {"made":"2026-11-21T18:00:00.000Z","codes":[{"mac":"00zz"},{"mac":"00zz","used":"2026-11-21T18:00:01.000Z"}]}"#;
    pinned(&record, value, None, None);
    let mac = Installation::fixed().mac(Purpose::Recovery, "u0bbbbbbbbbb\n7k3m9x2v4q");
    assert_eq!(mac, "3r9s04urqzbm21q2cmfrb9d63");
}

#[test]
fn a_sign_in_that_waits_is_stored_like_this() {
    let record = ChallengeRecord { email_hash: "00zz".into(), expires: at(0) };
    pinned(&record, r#"1 7 {"email_hash":"00zz","expires":"2026-11-21T18:00:00.000Z"}"#, None, None);
    let token = Link::Challenge { account: ana(), link: link() };
    let text = "sbbbbbbbbbbffffffffffborvy1jsmt7lb2mfb8blpfva9";
    assert_eq!(token.token(&Installation::fixed()), text);
    assert_eq!(Link::read(&Installation::fixed(), text), Some(token));
    let failures = CountRecord { times: vec![at(0), at(1)] };
    let value = r#"1 7 {"times":["2026-11-21T18:00:00.000Z","2026-11-21T18:00:01.000Z"]}"#;
    pinned(&failures, value, None, None);
}

#[test]
fn an_account_and_a_session_with_factors_are_stored_like_this() {
    let old = r#"1 7 {"id":"u0bbbbbbbbbb","email":"Ana@example.com","email_held":true,"username":"ana","first_name":"Ana","last_name":"","default_product":"core","theme":"system","hotkeys":true,"created":"2026-11-21T18:00:00.000Z","confirmed":null,"workspace":"t0aaaaaaaaaa","revision":1,"last_active":null}"#;
    let (_, account) = decode::<AccountRecord>(old).unwrap();
    assert!(!account.has_second_factor() && !account.profile().second_factor);
    let on = AccountRecord { totp: Some(at(0)), totp_begun: true, passkeys: 2, no_password: true, ..account };
    let more = r#","totp":"2026-11-21T18:00:00.000Z","totp_begun":true,"passkeys":2,"no_password":true}"#;
    pinned(&on, &format!("{}{more}", old.trim_end_matches('}')), None, Some(Priority::Roster));
    assert!(on.profile().second_factor && on.profile().totp && on.profile().no_password);
    assert!(AccountRecord { totp: None, ..on }.has_second_factor());

    let old = r#"1 7 {"id":"s0dddddddddd","digest":"00ff","created":"2026-11-21T18:00:00.000Z","seen":"2026-11-21T18:00:00.000Z","proved":"2026-11-21T18:00:00.000Z","expires":"2026-11-21T18:01:00.000Z","device":"curl","place":"FR","address":"192.0.2.1","team":"t0aaaaaaaaaa"}"#;
    let (_, record) = decode::<SessionRecord>(old).unwrap();
    assert_eq!((record.id, record.team, record.factor), (session(), team(), None));
    let with = old.replace(r#","expires""#, r#","factor":"2026-11-21T18:00:00.000Z","expires""#);
    pinned(&SessionRecord { factor: Some(at(0)), ..record }, &with, None, Some(Priority::Credential));
}

#[test]
fn a_member_with_a_second_factor_is_stored_like_this() {
    let profile = Profile { second_factor: true, totp: true, no_password: true, ..profile() };
    let record = MemberRecord { account: ana(), role: Role::Member, joined: at(0), profile };
    let value = r#"1 7 {"account":"u0bbbbbbbbbb","role":"member","joined":"2026-11-21T18:00:00.000Z","profile":{"revision":3,"email":"Ana@example.com","username":"ana","first_name":"Ana","last_name":"","default_product":"core","theme":"system","hotkeys":true,"created":"2026-11-21T18:00:00.000Z","confirmed":"2026-11-21T18:01:00.000Z","last_active":"2026-11-21T00:00:00.000Z","second_factor":true,"totp":true,"no_password":true}}"#;
    let meta = r#"[1795284000000,"Ana@example.com","Ana","","ana","member",1795219200000,true,false]"#;
    pinned(&record, value, Some(meta), Some(Priority::Roster));
}

#[test]
fn mail_about_factors_waits_like_this() {
    let of = |news| {
        let origin = Origin { address: "192.0.2.1".into(), ..Origin::default() };
        json::to_string(&Kind::Security(Notice::Factor { news, at: at(0), origin, undo: None })).unwrap()
    };
    let rest = r#""at":"2026-11-21T18:00:00.000Z","origin":{"address":"192.0.2.1","device":"","place":"","site":"","requestId":""}"#;
    for (news, text) in [
        (FactorNews::TotpOn, r#""totpOn""#),
        (FactorNews::TotpOff, r#""totpOff""#),
        (FactorNews::CodesMade, r#""codesMade""#),
        (FactorNews::CodeUsed { left: 3 }, r#"{"codeUsed":{"left":3}}"#),
        (FactorNews::Paused { until: at(0) }, r#"{"paused":{"until":"2026-11-21T18:00:00.000Z"}}"#),
    ] {
        let whole = of(news.clone());
        assert_eq!(whole, format!(r#"{{"security":{{"factor":{{"news":{text},{rest}}}}}}}"#));
        let Kind::Security(Notice::Factor { news: read, .. }) = json::from_str(&whole).unwrap() else {
            panic!("{whole}")
        };
        assert_eq!(read, news);
    }
}

#[test]
fn mail_about_something_that_was_added_waits_with_its_link() {
    let origin = Origin { address: "192.0.2.1".into(), ..Origin::default() };
    let undo = Some(Undo { account: ana(), link: link(), until: at(60) });
    let tail = r#""at":"2026-11-21T18:00:00.000Z","origin":{"address":"192.0.2.1","device":"","place":"","site":"","requestId":""},"undo":{"account":"u0bbbbbbbbbb","link":"l0ffffffffff","until":"2026-11-21T18:01:00.000Z"}"#;
    let factor = Notice::Factor { news: FactorNews::TotpOn, at: at(0), origin: origin.clone(), undo: undo.clone() };
    assert_eq!(json::to_string(&factor).unwrap(), format!(r#"{{"factor":{{"news":"totpOn",{tail}}}}}"#));
    let key = Notice::SshKeyAdded { at: at(0), detail: "Laptop".into(), origin: origin.clone(), undo };
    let text = json::to_string(&key).unwrap();
    assert_eq!(
        text,
        format!(r#"{{"sshKeyAdded":{{{}}}}}"#, tail.replacen(r#","origin""#, r#","detail":"Laptop","origin""#, 1))
    );
    // One that waited before there were such links.
    let old = r#"{"sshKeyAdded":{"at":"2026-11-21T18:00:00.000Z","detail":"Laptop","origin":{"address":"192.0.2.1","device":"","place":"","site":"","requestId":""}}}"#;
    let read: Notice = json::from_str(old).unwrap();
    assert_eq!(read, Notice::SshKeyAdded { at: at(0), detail: "Laptop".into(), origin: origin.clone(), undo: None });
    let item = |kind, name: Option<&str>| TakenItem { kind, name: name.map(str::to_owned) };
    let taken = TakenBack {
        email: "ana@example.com".into(),
        removed: vec![item(TakenKind::Passkey, Some("Phone"))],
        restored: vec![item(TakenKind::AuthenticatorApp, None)],
    };
    let notice = Notice::TakenBack { is_reset: true, at: at(0), origin, taken };
    let text = r#"{"takenBack":{"is_reset":true,"at":"2026-11-21T18:00:00.000Z","origin":{"address":"192.0.2.1","device":"","place":"","site":"","requestId":""},"taken":{"email":"ana@example.com","removed":[{"kind":"passkey","name":"Phone"}],"restored":[{"kind":"authenticatorApp"}]}}}"#;
    assert_eq!(json::to_string(&notice).unwrap(), text);
    assert_eq!(json::from_str::<Notice>(text).unwrap(), notice);
}

#[test]
fn what_taking_an_account_back_needs_is_stored_like_this() {
    let code = RecoveryCodeRecord { mac: "00zz".into(), used: None };
    let factor = Former::Codes(RecoveryRecord { made: at(0), codes: vec![code] });
    assert_eq!(factor.since(), at(0));
    let record = FormerFactorRecord { factor, removed: at(1), until: at(60) };
    let value = r#"1 7 {"factor":{"codes":{"made":"2026-11-21T18:00:00.000Z","codes":[{"mac":"00zz"}]}},"removed":"2026-11-21T18:00:01.000Z","until":"2026-11-21T18:01:00.000Z"}"#;
    pinned(&record, value, None, None);
    let seed = Wrapped { key: "k1".into(), sealed: Sealed { nonce: "bm9uY2U=".into(), text: "dGV4dA==".into() } };
    let factor = Former::Totp(TotpRecord { seed, made: at(0), confirmed: Some(at(1)), step: 5 });
    assert_eq!(factor.since(), at(1));
    let record = FormerFactorRecord { factor, ..record };
    let value = r#"1 7 {"factor":{"totp":{"seed":{"key":"k1","sealed":{"nonce":"bm9uY2U=","text":"dGV4dA=="}},"made":"2026-11-21T18:00:00.000Z","confirmed":"2026-11-21T18:00:01.000Z","step":5}},"removed":"2026-11-21T18:00:01.000Z","until":"2026-11-21T18:01:00.000Z"}"#;
    pinned(&record, value, None, None);
    let factor = Former::Passkey(PasskeyRecord {
        id: passkey(),
        name: "Phone".into(),
        credential: "AQID".into(),
        key: PublicKey::EdDsa { x: "AQ".into() },
        count: 0,
        backup_eligible: false,
        backed_up: false,
        transports: vec![],
        created: at(2),
        used: None,
        suspect: None,
        returned: false,
    });
    assert_eq!(factor.since(), at(2));
    let record = FormerFactorRecord { factor, ..record };
    let value = r#"1 7 {"factor":{"passkey":{"id":"y0hhhhhhhhhh","name":"Phone","credential":"AQID","key":{"edDsa":{"x":"AQ"}},"count":0,"backup_eligible":false,"backed_up":false,"transports":[],"created":"2026-11-21T18:00:02.000Z"}},"removed":"2026-11-21T18:00:01.000Z","until":"2026-11-21T18:01:00.000Z"}"#;
    pinned(&record, value, None, None);
    let record = TakeBackLinkRecord { email: "ana@example.com".into(), since: at(0), until: at(60) };
    let value =
        r#"1 7 {"email":"ana@example.com","since":"2026-11-21T18:00:00.000Z","until":"2026-11-21T18:01:00.000Z"}"#;
    pinned(&record, value, None, None);
    let token = Link::TakeBack { account: ana(), link: link() };
    let text = token.token(&Installation::fixed());
    assert_eq!(
        (Link::read(&Installation::fixed(), &text), text.as_str()),
        (Some(token), "tbbbbbbbbbbffffffffff73ecakq33v2ybbr86og0clqwt")
    );
}
