//! What is kept of passkeys, and what passkeys keep of accounts.

use super::{ana, at, passkey, pinned};
use guildhall_worker::{
    credentials::{
        secret::Installation,
        webauthn::{
            challenge::{Challenge, Purpose, handle, read_handle},
            cose::PublicKey,
        },
    },
    features::passkeys::record::{PasskeyRecord, SpentRecord},
};

#[test]
fn a_passkey_is_stored_like_this() {
    let mut record = PasskeyRecord {
        id: passkey(),
        name: "Phone".into(),
        credential: "AQID".into(),
        key: PublicKey::Es256 { x: "AQ".into(), y: "Ag".into() },
        count: 0,
        backup_eligible: true,
        backed_up: false,
        transports: vec!["internal".into()],
        created: at(0),
        used: None,
        suspect: None,
        returned: false,
    };
    let value = r#"1 7 {"id":"y0hhhhhhhhhh","name":"Phone","credential":"AQID","key":{"es256":{"x":"AQ","y":"Ag"}},"count":0,"backup_eligible":true,"backed_up":false,"transports":["internal"],"created":"2026-11-21T18:00:00.000Z"}"#;
    pinned(&record, value, None, None);
    record.key = PublicKey::EdDsa { x: "AQ".into() };
    record.used = Some(at(1));
    let value = r#"1 7 {"id":"y0hhhhhhhhhh","name":"Phone","credential":"AQID","key":{"edDsa":{"x":"AQ"}},"count":0,"backup_eligible":true,"backed_up":false,"transports":["internal"],"created":"2026-11-21T18:00:00.000Z","used":"2026-11-21T18:00:01.000Z"}"#;
    pinned(&record, value, None, None);
    record.key = PublicKey::Rs256 { n: "AQ".into(), e: "AQAB".into() };
    record.suspect = Some(at(2));
    let value = r#"1 7 {"id":"y0hhhhhhhhhh","name":"Phone","credential":"AQID","key":{"rs256":{"n":"AQ","e":"AQAB"}},"count":0,"backup_eligible":true,"backed_up":false,"transports":["internal"],"created":"2026-11-21T18:00:00.000Z","used":"2026-11-21T18:00:01.000Z","suspect":"2026-11-21T18:00:02.000Z"}"#;
    pinned(&record, value, None, None);
    record.returned = true;
    pinned(&record, &value.replace(r#":02.000Z"}"#, r#":02.000Z","returned":true}"#), None, None);
    pinned(&SpentRecord { expires: at(0) }, r#"1 7 {"expires":"2026-11-21T18:00:00.000Z"}"#, None, None);
}

/// A passkey keeps it for as long as it lives: another one would lock its owner out.
#[test]
fn a_passkey_names_its_account_like_this() {
    let pinned = "dTBiYmJiYmJiYmJiOWV3aDI3cjBpenA1N2RwY3UzaXRqd281MQ";
    assert_eq!(handle(&Installation::fixed(), ana()), pinned);
    assert_eq!(read_handle(&Installation::fixed(), pinned), Some(ana()));
}

#[test]
fn a_challenge_lives_for_minutes_and_has_this_shape() {
    let challenge = Challenge::new(Purpose::SignIn, None, at(0), [1; 16]);
    let text = challenge.text(&Installation::fixed());
    assert_eq!(Challenge::read(&Installation::fixed(), &text), Some(challenge));
}
