//! What the primary alone keeps of an account's security: its log, its links, its browsers, its emails.

use super::{at, link, pinned};
use guildhall_shared::{Action, security_log::SecurityEventKind, ssh_key::Algorithm};
use guildhall_worker::{
    features::{
        audit::record::RefusedRecord,
        emails::record::{FormerEmailRecord, PendingEmailRecord},
        passwords::record::{ResetLinkRecord, UnlockLinkRecord},
        security_log::record::{SecurityEventRecord, SecurityHeadRecord, SecurityKindRecord},
        sessions::record::SessionUseRecord,
        sign_in::record::{DeviceRecord, ResetsRecord},
        ssh_keys::record::{SshKeyEntry, SshKeysRecord},
    },
    store::{Priority, decode},
};

#[test]
fn a_line_of_the_security_log_is_stored_like_this() {
    let event = SecurityEventRecord {
        at: at(0),
        action: SecurityEventKind::SignIn,
        detail: String::new(),
        address: "192.0.2.1".into(),
        device: "Firefox on Linux".into(),
        place: "FR".into(),
        count: 1,
        since: None,
    };
    let value = r#"1 7 {"at":"2026-11-21T18:00:00.000Z","action":"sign-in","address":"192.0.2.1","device":"Firefox on Linux","place":"FR"}"#;
    pinned(&event, value, None, None);
    let event = SecurityEventRecord { action: SecurityEventKind::ApiKeyCreate, detail: "Build (Core)".into(), ..event };
    let value = r#"1 7 {"at":"2026-11-21T18:00:00.000Z","action":"api-key.create","detail":"Build (Core)","address":"192.0.2.1","device":"Firefox on Linux","place":"FR"}"#;
    pinned(&event, value, None, None);
    let event = SecurityEventRecord { count: 12, since: Some(at(1)), ..event };
    let value = r#"1 7 {"at":"2026-11-21T18:00:00.000Z","action":"api-key.create","detail":"Build (Core)","address":"192.0.2.1","device":"Firefox on Linux","place":"FR","count":12,"since":"2026-11-21T18:00:01.000Z"}"#;
    pinned(&event, value, None, None);
    pinned(&SecurityHeadRecord { number: 3, oldest: 0 }, r#"1 7 {"number":3}"#, None, None);
    pinned(&SecurityHeadRecord { number: 3, oldest: 2 }, r#"1 7 {"number":3,"oldest":2}"#, None, None);
    pinned(&SecurityKindRecord { recent: vec![1, 3] }, r#"1 7 {"recent":[1,3]}"#, None, None);
}

#[test]
fn every_kind_of_event_has_this_name() {
    let names: Vec<&str> = SecurityEventKind::ALL.iter().map(|happened| happened.as_str()).collect();
    let pinned = "sign-up sign-in sign-in.fail sign-in.pause sign-out prove session.end session.end-others \
        password.change password-reset.request password-reset lock unlock email.confirm email.request email.change \
        email.undo username.change api-key.create api-key.revoke \
        sign-in.challenge prove.factor totp.on totp.off recovery-codes.make recovery-codes.use factor.fail factor.pause \
        ssh-key.add ssh-key.remove \
        passkey.add passkey.rename passkey.remove passkey.copy password.remove \
        deactivate come-back \
        take-back take-back.remove take-back.restore";
    assert_eq!(names.join(" "), pinned);
    for happened in SecurityEventKind::ALL {
        let event = format!(
            r#"1 7 {{"at":"2026-11-21T18:00:00.000Z","action":"{}","address":"","device":"","place":""}}"#,
            happened.as_str()
        );
        assert_eq!(decode::<SecurityEventRecord>(&event).unwrap().1.action, *happened);
    }
}

#[test]
fn links_and_browsers_are_stored_like_this() {
    pinned(&ResetLinkRecord { expires: at(0) }, r#"1 7 {"expires":"2026-11-21T18:00:00.000Z"}"#, None, None);
    pinned(&UnlockLinkRecord { expires: at(0) }, r#"1 7 {"expires":"2026-11-21T18:00:00.000Z"}"#, None, None);
    let record = DeviceRecord { digest: "00ff".into(), seen: at(0), wrong: vec![] };
    pinned(&record, r#"1 7 {"digest":"00ff","seen":"2026-11-21T18:00:00.000Z"}"#, None, None);
    let record = DeviceRecord { wrong: vec![at(1)], ..record };
    let value = r#"1 7 {"digest":"00ff","seen":"2026-11-21T18:00:00.000Z","wrong":["2026-11-21T18:00:01.000Z"]}"#;
    pinned(&record, value, None, None);
    let record = SessionUseRecord { at: at(0), address: "192.0.2.1".into(), place: "FR".into() };
    pinned(&record, r#"1 7 {"at":"2026-11-21T18:00:00.000Z","address":"192.0.2.1","place":"FR"}"#, None, None);
}

#[test]
fn ssh_keys_are_stored_like_this() {
    let entry = |algorithm| SshKeyEntry {
        id: "h0hhhhhhhhhh".parse().unwrap(),
        name: "Laptop".into(),
        algorithm,
        bits: 256,
        fingerprint: "SHA256:x".into(),
        public_key: "ssh-ed25519 AAAA".into(),
        created: at(0),
    };
    let value = |algorithm: &str| {
        format!(
            r#"1 7 {{"keys":[{{"id":"h0hhhhhhhhhh","name":"Laptop","algorithm":"{algorithm}","bits":256,"fingerprint":"SHA256:x","public_key":"ssh-ed25519 AAAA","created":"2026-11-21T18:00:00.000Z"}}]}}"#
        )
    };
    let names = "ssh-ed25519 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521 ssh-rsa \
        sk-ssh-ed25519@openssh.com sk-ecdsa-sha2-nistp256@openssh.com";
    assert_eq!(names.split(' ').count(), Algorithm::ALL.len());
    for (algorithm, name) in Algorithm::ALL.iter().zip(names.split(' ')) {
        let record = SshKeysRecord { keys: vec![entry(*algorithm)] };
        pinned(&record, &value(name), None, Some(Priority::Credential));
    }
    pinned(&SshKeysRecord::default(), r#"1 7 {"keys":[]}"#, None, Some(Priority::Credential));
}

#[test]
fn a_minute_of_refusals_is_stored_like_this() {
    let record = RefusedRecord { since: at(0), counts: vec![(Action::WriteSecrets, 2), (Action::ReadAudit, 1)] };
    let value = r#"1 7 {"since":"2026-11-21T18:00:00.000Z","counts":[["writeSecrets",2],["readAudit",1]]}"#;
    pinned(&record, value, None, None);
}

#[test]
fn emails_in_motion_are_stored_like_this() {
    let record = PendingEmailRecord { email: "ana@example.org".into(), link: link(), expires: at(0) };
    let value = r#"1 7 {"email":"ana@example.org","link":"l0ffffffffff","expires":"2026-11-21T18:00:00.000Z"}"#;
    pinned(&record, value, None, None);
    let record = FormerEmailRecord { email: "ana@example.com".into(), since: at(0), until: at(60) };
    let value =
        r#"1 7 {"email":"ana@example.com","since":"2026-11-21T18:00:00.000Z","until":"2026-11-21T18:01:00.000Z"}"#;
    pinned(&record, value, None, None);
    let record = ResetsRecord { times: vec![at(0)], locked: None, free: None };
    pinned(&record, r#"1 7 {"times":["2026-11-21T18:00:00.000Z"]}"#, None, None);
    let record = ResetsRecord { times: vec![], locked: Some(at(0)), free: Some(at(1)) };
    let value = r#"1 7 {"times":[],"locked":"2026-11-21T18:00:00.000Z","free":"2026-11-21T18:00:01.000Z"}"#;
    pinned(&record, value, None, None);
}
