//! What is stored of leaving and of erasing, and what waits for it.

use super::{ana, at, link, pinned, profile};
use guildhall_shared::id::AttemptId;
use guildhall_worker::{
    features::{
        accounts::record::{AccountRecord, MarkRecord, Profile},
        deactivation::record::{ComeBackRecord, LeavingRecord},
        erasure::record::ErasingRecord,
        teams::record::{ReservedRecord, TeamRecord},
    },
    mail::{Kind, Notice},
    object::Origin,
    store::decode,
};
use serde::Serialize;

fn attempt() -> AttemptId {
    "a0hhhhhhhhhh".parse().unwrap()
}

#[track_caller]
fn is(value: &impl Serialize, json: &str) {
    assert_eq!(guildhall_worker::json::to_string(value).unwrap(), json);
}

#[test]
fn leaving_is_stored_like_this() {
    let record = LeavingRecord { attempt: attempt(), since: at(0) };
    pinned(&record, r#"1 7 {"attempt":"a0hhhhhhhhhh","since":"2026-11-21T18:00:00.000Z"}"#, None, None);
    let record = ComeBackRecord { link: link(), until: at(0) };
    pinned(&record, r#"1 7 {"link":"l0ffffffffff","until":"2026-11-21T18:00:00.000Z"}"#, None, None);
    pinned(&MarkRecord { at: at(0) }, r#"1 7 {"at":"2026-11-21T18:00:00.000Z"}"#, None, None);
    pinned(&ReservedRecord { hash: "00ff".into() }, r#"1 7 {"hash":"00ff"}"#, None, None);
    let record = ErasingRecord { account: Some(ana()), emails: vec!["00ff".into()], keys: vec![], next: 501 };
    let value = r#"1 7 {"account":"u0bbbbbbbbbb","emails":["00ff"],"keys":[],"next":501}"#;
    pinned(&record, value, None, None);
    let record = ErasingRecord { account: None, ..record };
    pinned(&record, r#"1 7 {"emails":["00ff"],"keys":[],"next":501}"#, None, None);
}

#[test]
fn who_has_left_is_stored_beside_the_rest() {
    let account = r#"1 7 {"id":"u0bbbbbbbbbb","email":"Ana@example.com","email_held":true,"username":"ana","first_name":"Ana","last_name":"","default_product":"core","theme":"system","hotkeys":true,"created":"2026-11-21T18:00:00.000Z","confirmed":null,"workspace":"t0aaaaaaaaaa","revision":1,"last_active":null,"deactivated":"2026-11-21T18:00:00.000Z"}"#;
    assert_eq!(decode::<AccountRecord>(account).unwrap().1.deactivated, Some(at(0)));
    let team = r#"1 7 {"id":"t0aaaaaaaaaa","name":"Core","namespace":"core","bio":"","location":"","website":"","private":false,"owner":"u0bbbbbbbbbb","created":"2026-11-21T18:00:00.000Z","modified":"2026-11-21T18:00:01.000Z","closed":"a0hhhhhhhhhh"}"#;
    assert_eq!(decode::<TeamRecord>(team).unwrap().1.closed, Some(attempt()));
    let gone = Profile { deactivated: true, ..profile() };
    let json = guildhall_worker::json::to_string(&gone).unwrap();
    assert!(json.ends_with(r#""last_active":"2026-11-21T00:00:00.000Z","deactivated":true}"#), "{json}");
    assert_eq!(guildhall_worker::json::from_str::<Profile>(&json).unwrap(), gone);
}

#[test]
fn letters_about_it_wait_like_this() {
    let left = Kind::Security(Notice::Deactivated { account: ana(), link: link(), until: at(0) });
    is(
        &left,
        r#"{"security":{"deactivated":{"account":"u0bbbbbbbbbb","link":"l0ffffffffff","until":"2026-11-21T18:00:00.000Z"}}}"#,
    );
    let back = Kind::Security(Notice::CameBack { at: at(0), origin: Origin::default() });
    is(
        &back,
        r#"{"security":{"cameBack":{"at":"2026-11-21T18:00:00.000Z","origin":{"address":"","device":"","place":"","site":"","requestId":""}}}}"#,
    );
}
