//! What is stored of the installation's keys.

use super::{at, pinned};
use guildhall_shared::base64;
use guildhall_worker::{
    credentials::secret::Installation,
    features::installation::record::{InstallationRecord, KeyRecord, WalkRecord},
    store::Priority,
};

#[test]
fn the_installation_s_keys_are_stored_like_this() {
    let key = |id: &str, check: &str| KeyRecord {
        id: id.into(),
        check: check.into(),
        since: at(0),
        replaced: None,
        held: None,
        done: None,
    };
    let old = KeyRecord { replaced: Some(at(1)), held: Some(0), done: Some(at(2)), ..key("k1", "b") };
    let record = InstallationRecord { index: "i".into(), keys: vec![key("k2", "a"), old] };
    let value = r#"1 7 {"index":"i","keys":[{"id":"k2","check":"a","since":"2026-11-21T18:00:00.000Z"},{"id":"k1","check":"b","since":"2026-11-21T18:00:00.000Z","replaced":"2026-11-21T18:00:01.000Z","held":0,"done":"2026-11-21T18:00:02.000Z"}]}"#;
    pinned(&record, value, None, Some(Priority::Rest));
}

#[test]
fn how_far_a_visit_has_come_is_stored_like_this() {
    let record = WalkRecord {
        began: at(0),
        place: 1,
        cursor: Some("next".into()),
        last: "t0aaaaaaaaaa".into(),
        held: vec![("k2".into(), 3)],
        missed: 1,
    };
    let value = r#"1 7 {"began":"2026-11-21T18:00:00.000Z","place":1,"cursor":"next","last":"t0aaaaaaaaaa","held":[["k2",3]],"missed":1}"#;
    pinned(&record, value, None, None);
}

/// What a key is known by must be the same for ever: else the next version refuses to serve.
#[test]
fn a_check_value_is_this() {
    let text = format!("k2:{} index:{}", base64::encode(&[9; 32]), base64::encode(&[7; 32]));
    let shown = Installation::parse(&text).unwrap().shown();
    assert_eq!(shown.index, "c5be2zwpqcrtibi39u8fyldes");
    assert_eq!(shown.keys[0].check, "cq8ll86edqum9m6nr3wa80sap");
}
