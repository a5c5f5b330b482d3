//! Stored formats, pinned: what was written once must be read for ever. A literal here is never
//! edited; a new format gets a new version and new literals beside the old ones.

mod credential;
mod factor;
mod installation;
mod keys;
mod leaving;
mod outbox;
mod passkey;
mod security;

use guildhall_shared::{
    AccountId, Action, ApiKeyId, InvitationId, PasskeyId, Role, SessionId, TeamId, Timestamp,
    id::{DeviceId, LinkId},
    role::Scope,
    timestamp::DAY,
};
use guildhall_worker::{
    access::asked::Asked,
    credentials::cipher::{Sealed, Wrapped},
    features::{
        accounts::record::{AccountRecord, LinkRecord, MailedRecord, Profile, TombstoneRecord},
        api_keys::record::{ApiKeyRecord, ApiKeyUseRecord, PassRecord},
        audit::{
            GENESIS,
            record::{AuditHeadRecord, AuditLineRecord, AuditSideRecord},
        },
        emails::record::EmailRecord,
        invitations::record::{InvitationRecord, InviteeRecord, State},
        limits::record::CountRecord,
        members::record::{BelongsRecord, MemberRecord, ROSTER_MAX, Roster},
        passwords::record::PasswordRecord,
        secrets::record::{SecretRecord, SecretValueRecord, TeamKeyRecord},
        sessions::record::SessionRecord,
        sign_in::record::AttemptsRecord,
        teams::{
            record::State as NameState,
            record::{Holder, NamespaceClaimRecord, NamespaceRecord, TeamRecord},
        },
    },
    json::{self, Json},
    object::{ObjectName, idempotency_record::IdempotencyRecord},
    store::{Priority, Record, decode, encode},
};
use serde_json::Value;
use std::fmt::Debug;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_284_000_000 + seconds * 1000)
}

fn team() -> TeamId {
    "t0aaaaaaaaaa".parse().unwrap()
}

fn ana() -> AccountId {
    "u0bbbbbbbbbb".parse().unwrap()
}

fn api_key() -> ApiKeyId {
    "k0cccccccccc".parse().unwrap()
}

fn session() -> SessionId {
    "s0dddddddddd".parse().unwrap()
}

fn invitation() -> InvitationId {
    "i0eeeeeeeeee".parse().unwrap()
}

fn device() -> DeviceId {
    "d0gggggggggg".parse().unwrap()
}

fn passkey() -> PasskeyId {
    "y0hhhhhhhhhh".parse().unwrap()
}

fn link() -> LinkId {
    "l0ffffffffff".parse().unwrap()
}

/// The record is stored as this, and this is read as the record.
#[track_caller]
fn pinned<R: Record + Debug + PartialEq>(record: &R, value: &str, meta: Option<&str>, priority: Option<Priority>) {
    assert_eq!(encode(record, 7).unwrap(), value);
    assert_eq!(decode::<R>(value).as_ref(), Ok(&(7, json::from_str(value.splitn(3, ' ').last().unwrap()).unwrap())));
    assert_eq!(&decode::<R>(value).unwrap().1, record);
    assert_eq!(record.meta().as_deref(), meta);
    assert_eq!(R::PRIORITY, priority);
}

fn profile() -> Profile {
    Profile {
        revision: 3,
        email: "Ana@example.com".into(),
        username: "ana".into(),
        first_name: "Ana".into(),
        last_name: String::new(),
        default_product: "core".into(),
        theme: "system".into(),
        hotkeys: true,
        created: at(0),
        confirmed: Some(at(60)),
        last_active: Some(at(0).day()),
        ..Profile::default()
    }
}

#[test]
fn a_team_is_stored_like_this() {
    let record = team_record();
    let value = r#"1 7 {"id":"t0aaaaaaaaaa","name":"Core","namespace":"core","bio":"one\ntwo","location":"","website":"https://example.com","private":false,"owner":"u0bbbbbbbbbb","created":"2026-11-21T18:00:00.000Z","modified":"2026-11-21T18:00:01.000Z"}"#;
    pinned(&record, value, None, Some(Priority::Roster));
}

#[test]
fn a_member_is_stored_like_this() {
    let record = MemberRecord { account: ana(), role: Role::Owner, joined: at(0), profile: profile() };
    let value = r#"1 7 {"account":"u0bbbbbbbbbb","role":"owner","joined":"2026-11-21T18:00:00.000Z","profile":{"revision":3,"email":"Ana@example.com","username":"ana","first_name":"Ana","last_name":"","default_product":"core","theme":"system","hotkeys":true,"created":"2026-11-21T18:00:00.000Z","confirmed":"2026-11-21T18:01:00.000Z","last_active":"2026-11-21T00:00:00.000Z"}}"#;
    let meta = r#"[1795284000000,"Ana@example.com","Ana","","ana","owner",1795219200000,false,false]"#;
    pinned(&record, value, Some(meta), Some(Priority::Roster));

    let roster = format!(r#"1 0 [["u0bbbbbbbbbb",{meta}]]"#);
    assert_eq!(Roster::write(&[(ana().to_string(), meta.to_owned())], 0), roster);
    let Roster { rows, complete } = Roster::read(&roster).unwrap();
    let [row] = rows.try_into().unwrap();
    assert_eq!((row.id.as_str(), row.at, row.meta.as_str(), complete), (ana().as_str(), at(0), meta, true));
    // Of a team with more members than a page, the newest.
    let newest = Roster::write(&vec![(ana().to_string(), meta.to_owned()); ROSTER_MAX], 0);
    assert!(newest.starts_with(&format!(r#"2 0 [["u0bbbbbbbbbb",{meta}],"#)), "{newest}");
    let Roster { rows, complete } = Roster::read(&newest).unwrap();
    assert_eq!((rows.len(), complete), (ROSTER_MAX, false));

    let record = BelongsRecord { role: Role::Admin, private: false, joined: at(0) };
    let value = r#"1 7 {"role":"admin","private":false,"joined":"2026-11-21T18:00:00.000Z"}"#;
    pinned(&record, value, Some(r#"[1795284000000,"admin",false]"#), Some(Priority::Roster));
}

fn team_record() -> TeamRecord {
    TeamRecord {
        id: team(),
        name: "Core".into(),
        namespace: "core".into(),
        bio: "one\ntwo".into(),
        location: String::new(),
        website: "https://example.com".into(),
        private: false,
        owner: ana(),
        created: at(0),
        modified: at(1),
        closed: None,
    }
}

#[test]
fn an_api_key_is_stored_like_this() {
    let key = ApiKeyRecord {
        id: api_key(),
        name: "Build".into(),
        maker: ana(),
        digest: "00ff".into(),
        scopes: vec![Scope::Read, Scope::Write],
        created: at(0),
        expires: None,
        key_first: false,
        take_backs: 0,
    };
    // From before keys began with their own id.
    let value = r#"1 7 {"id":"k0cccccccccc","name":"Build","maker":"u0bbbbbbbbbb","digest":"00ff","scopes":["read","write"],"created":"2026-11-21T18:00:00.000Z","expires":null}"#;
    pinned(&key, value, None, None);
    let key = ApiKeyRecord { key_first: true, ..key };
    pinned(&key, &value.replace("null}", r#"null,"key_first":true}"#), None, None);
    let later = ApiKeyRecord { take_backs: 2, ..key.clone() };
    pinned(&later, &value.replace("null}", r#"null,"key_first":true,"take_backs":2}"#), None, None);

    let member = MemberRecord { account: ana(), role: Role::Owner, joined: at(0), profile: profile() };
    let team = team_record();
    let parts = [encode(&key, 7), encode(&member, 7), encode(&team, 7)];
    let [key_text, member_text, team_text] = parts.map(|part| part.unwrap().split_off("1 7 ".len()));
    let value = format!(r#"1 7 {{"key":{key_text},"member":{member_text},"team":{team_text}}}"#);
    pinned(&PassRecord { key, member, team }, &value, None, Some(Priority::Credential));

    let record = ApiKeyUseRecord { at: at(0), address: "192.0.2.1".into() };
    pinned(&record, r#"1 7 {"at":"2026-11-21T18:00:00.000Z","address":"192.0.2.1"}"#, None, None);
}

#[test]
fn a_secret_is_stored_like_this() {
    let record = SecretRecord { name: "NAME".into(), version: 2, created: at(0), modified: at(1) };
    let value =
        r#"1 7 {"name":"NAME","version":2,"created":"2026-11-21T18:00:00.000Z","modified":"2026-11-21T18:00:01.000Z"}"#;
    pinned(&record, value, Some("[1795284000000,1795284001000]"), Some(Priority::Rest));

    let sealed = Sealed { nonce: "AgIC".into(), text: "eA==".into() };
    let record = SecretValueRecord { sealed: sealed.clone(), set_by: ana(), at: at(0) };
    let value =
        r#"1 7 {"sealed":{"nonce":"AgIC","text":"eA=="},"set_by":"u0bbbbbbbbbb","at":"2026-11-21T18:00:00.000Z"}"#;
    pinned(&record, value, None, None);

    let record = TeamKeyRecord { wrapped: Wrapped { key: "k1".into(), sealed } };
    pinned(&record, r#"1 7 {"wrapped":{"key":"k1","sealed":{"nonce":"AgIC","text":"eA=="}}}"#, None, None);
}

#[test]
fn an_invitation_is_stored_like_this() {
    let record = InvitationRecord {
        id: invitation(),
        email: "bo@example.com".into(),
        is_admin: true,
        created: at(0),
        expires: at(60),
        link: link(),
        invited_by: ana(),
        invited_by_name: "Ana".into(),
        state: State::Pending,
    };
    let old = r#"1 7 {"id":"i0eeeeeeeeee","email":"bo@example.com","is_admin":true,"created":"2026-11-21T18:00:00.000Z","expires":"2026-11-21T18:01:00.000Z","link":"l0ffffffffff","invited_by":"u0bbbbbbbbbb","state":"pending"}"#;
    let nameless = InvitationRecord { invited_by_name: String::new(), ..record.clone() };
    pinned(&nameless, old, Some(r#"[1795284000000,"bo@example.com",true,1795284060000,""]"#), Some(Priority::Rest));
    let value = r#"1 7 {"id":"i0eeeeeeeeee","email":"bo@example.com","is_admin":true,"created":"2026-11-21T18:00:00.000Z","expires":"2026-11-21T18:01:00.000Z","link":"l0ffffffffff","invited_by":"u0bbbbbbbbbb","invited_by_name":"Ana","state":"pending"}"#;
    let meta = r#"[1795284000000,"bo@example.com",true,1795284060000,"Ana"]"#;
    pinned(&record, value, Some(meta), Some(Priority::Rest));
    for (state, text) in [
        (State::Accepted, "accepted"),
        (State::Cancelled, "cancelled"),
        (State::Declined, "declined"),
        (State::Ended, "ended"),
    ] {
        let meta = r#"[1795284000000,"bo@example.com",true,0,"Ana"]"#;
        pinned(
            &InvitationRecord { state, ..record.clone() },
            &value.replace("pending", text),
            Some(meta),
            Some(Priority::Rest),
        );
    }

    let record =
        InviteeRecord { team: team(), is_admin: false, created: at(0), expires: at(60), invited_by: "Ana".into() };
    let value = r#"1 7 {"team":"t0aaaaaaaaaa","is_admin":false,"created":"2026-11-21T18:00:00.000Z","expires":"2026-11-21T18:01:00.000Z","invited_by":"Ana"}"#;
    let meta = r#"[1795284000000,"t0aaaaaaaaaa",false,"Ana",1795284060000]"#;
    pinned(&record, value, Some(meta), Some(Priority::Rest));
}

#[test]
fn a_line_of_the_audit_log_is_stored_and_hashed_like_this() {
    let side = AuditSideRecord {
        salt: "0011".into(),
        actor_name: "Ana \"A\" Ж".into(),
        target_name: "NAME".into(),
        address: "192.0.2.1".into(),
        before: String::new(),
        after: "x".into(),
        erased: false,
    };
    let value = r#"1 7 {"salt":"0011","actor_name":"Ana \"A\" Ж","target_name":"NAME","address":"192.0.2.1","before":"","after":"x","erased":false}"#;
    pinned(&side, value, None, None);
    // SHA-256 of ["0011",["Ana \"A\" Ж","NAME","192.0.2.1","","x"]].
    assert_eq!(side.digest(), "ba74e219a204623d1c9f26f08ce022b03855e05aeed734afb2ec711f67a131b7");

    let line = AuditLineRecord {
        number: 1,
        at: at(0),
        action: "secret.create".into(),
        actor: ana().to_string(),
        api_key: String::new(),
        target: "NAME".into(),
        side: side.digest(),
        previous: GENESIS.into(),
    };
    let json = format!(
        r#"{{"number":1,"at":"2026-11-21T18:00:00.000Z","action":"secret.create","actor":"u0bbbbbbbbbb","api_key":"","target":"NAME","side":"{}","previous":"{}"}}"#,
        side.digest(),
        "0".repeat(64)
    );
    pinned(&line, &format!("1 7 {json}"), None, None);
    assert_eq!(line.hash(), "e1fee7c0496876dee4ff3f116d169dcd688ce2ee16122aa962d70ea02fd6a76a");

    let head = AuditHeadRecord { number: 1, hash: "00ff".into() };
    pinned(&head, r#"1 7 {"number":1,"hash":"00ff"}"#, None, None);
}

#[test]
fn an_account_is_stored_like_this() {
    let record = AccountRecord {
        id: ana(),
        email: "Ana@example.com".into(),
        email_held: true,
        username: "ana".into(),
        first_name: "Ana".into(),
        last_name: String::new(),
        default_product: "core".into(),
        theme: "system".into(),
        hotkeys: true,
        created: at(0),
        confirmed: None,
        workspace: team(),
        revision: 1,
        last_active: None,
        pending_email: None,
        default_team: None,
        password_changed: None,
        totp: None,
        totp_begun: false,
        passkeys: 0,
        no_password: false,
        deactivated: None,
        take_backs: 0,
    };
    let value = r#"1 7 {"id":"u0bbbbbbbbbb","email":"Ana@example.com","email_held":true,"username":"ana","first_name":"Ana","last_name":"","default_product":"core","theme":"system","hotkeys":true,"created":"2026-11-21T18:00:00.000Z","confirmed":null,"workspace":"t0aaaaaaaaaa","revision":1,"last_active":null}"#;
    pinned(&record, value, None, Some(Priority::Roster));

    let record = PasswordRecord { hash: "argon2id$19456$2$1$00$ff".into() };
    pinned(&record, r#"1 7 {"hash":"argon2id$19456$2$1$00$ff"}"#, None, None);
    let record = MailedRecord { email: "ana@example.com".into(), expires: at(0) };
    pinned(&record, r#"1 7 {"email":"ana@example.com","expires":"2026-11-21T18:00:00.000Z"}"#, None, None);
    let record = LinkRecord { made: true, since: at(0) };
    let value = r#"1 7 {"made":true,"since":"2026-11-21T18:00:00.000Z"}"#;
    pinned(&record, value, Some("[1795284000000]"), None);
    pinned(&TombstoneRecord { at: at(0) }, r#"1 7 {"at":"2026-11-21T18:00:00.000Z"}"#, None, None);
}

#[test]
fn a_session_is_stored_like_this() {
    let record = SessionRecord {
        id: session(),
        digest: "00ff".into(),
        created: at(0),
        seen: at(0),
        proved: at(0),
        factor: None,
        expires: at(60),
        device: "curl".into(),
        place: "FR".into(),
        address: "192.0.2.1".into(),
        team: team(),
    };
    let value = r#"1 7 {"id":"s0dddddddddd","digest":"00ff","created":"2026-11-21T18:00:00.000Z","seen":"2026-11-21T18:00:00.000Z","proved":"2026-11-21T18:00:00.000Z","expires":"2026-11-21T18:01:00.000Z","device":"curl","place":"FR","address":"192.0.2.1","team":"t0aaaaaaaaaa"}"#;
    pinned(&record, value, None, Some(Priority::Credential));
    assert_eq!(record.expires(), Some(at(60)));
    // Written before there was a longest life: it ends 90 days after it was opened all the same.
    let old = value.replace("2026-11-21T18:01:00.000Z", "2027-12-31T18:00:00.000Z");
    let (_, record) = decode::<SessionRecord>(&old).unwrap();
    assert_eq!(record.expires(), Some(at(0).plus(90 * DAY)));
    assert!(record.check("00ff", at(0).plus(90 * DAY - 1)).is_ok());
    assert!(record.check("00ff", at(0).plus(90 * DAY)).is_err());
}

#[test]
fn names_are_stored_like_this() {
    let record = EmailRecord { account: ana(), until: None };
    pinned(&record, r#"1 7 {"account":"u0bbbbbbbbbb","until":null}"#, None, None);
    let record = AttemptsRecord { times: vec![at(0)] };
    pinned(&record, r#"1 7 {"times":["2026-11-21T18:00:00.000Z"]}"#, None, None);
    let record = CountRecord { times: vec![at(0), at(1)] };
    pinned(&record, r#"1 7 {"times":["2026-11-21T18:00:00.000Z","2026-11-21T18:00:01.000Z"]}"#, None, None);

    let record = NamespaceRecord { team: team() };
    pinned(&record, r#"1 7 {"team":"t0aaaaaaaaaa"}"#, None, Some(Priority::Roster));
    let claim = |holder, state| NamespaceClaimRecord { holder, team: team(), state };
    let asker = ObjectName::Account(ana());
    let record =
        claim(Holder::Account(ana()), NameState::Claimed { asker: asker.clone(), until: at(0), reserved: None });
    let value = r#"1 7 {"holder":{"account":"u0bbbbbbbbbb"},"team":"t0aaaaaaaaaa","state":{"claimed":{"asker":{"account":"u0bbbbbbbbbb"},"until":"2026-11-21T18:00:00.000Z"}}}"#;
    pinned(&record, value, None, None);
    let state = NameState::Claimed { asker, until: at(0), reserved: Some(at(60)) };
    let value = r#"1 7 {"holder":{"account":"u0bbbbbbbbbb"},"team":"t0aaaaaaaaaa","state":{"claimed":{"asker":{"account":"u0bbbbbbbbbb"},"until":"2026-11-21T18:00:00.000Z","reserved":"2026-11-21T18:01:00.000Z"}}}"#;
    pinned(&claim(Holder::Account(ana()), state), value, None, None);
    let record = claim(Holder::Team(team()), NameState::Kept);
    pinned(&record, r#"1 7 {"holder":{"team":"t0aaaaaaaaaa"},"team":"t0aaaaaaaaaa","state":"kept"}"#, None, None);
    let record = claim(Holder::Team(team()), NameState::Retired { until: at(0) });
    let value = r#"1 7 {"holder":{"team":"t0aaaaaaaaaa"},"team":"t0aaaaaaaaaa","state":{"retired":{"until":"2026-11-21T18:00:00.000Z"}}}"#;
    pinned(&record, value, None, None);
}

#[test]
fn a_repeated_call_is_stored_like_this() {
    let kept = |reply: Option<Value>, asked: Option<Vec<Asked>>| IdempotencyRecord {
        body: "b".into(),
        reply: reply.map(|reply| Json::of(&reply).unwrap()),
        expires: at(0),
        asked,
    };
    let asked = vec![Asked::Action(Action::WriteSecrets), Asked::Recent];
    let value = r#"1 7 {"body":"b","reply":{"id":"x"},"expires":"2026-11-21T18:00:00.000Z","asked":[{"action":"writeSecrets"},"recent"]}"#;
    pinned(&kept(Some(serde_json::json!({ "id": "x" })), Some(asked)), value, None, None);
    // As older versions have written it.
    let record = kept(Some(serde_json::json!({ "id": "x" })), None);
    pinned(&record, r#"1 7 {"body":"b","reply":{"id":"x"},"expires":"2026-11-21T18:00:00.000Z"}"#, None, None);
    pinned(
        &kept(Some(Value::Null), None),
        r#"1 7 {"body":"b","reply":null,"expires":"2026-11-21T18:00:00.000Z"}"#,
        None,
        None,
    );
    pinned(&kept(None, None), r#"1 7 {"body":"b","expires":"2026-11-21T18:00:00.000Z"}"#, None, None);
}

#[test]
fn what_is_no_record_is_refused() {
    for value in ["", "1", "1 7", "1 7 {}", "2 7 {\"at\":\"2026-11-21T18:00:00.000Z\"}", "1 x {}", "x 7 {}"] {
        assert!(decode::<TombstoneRecord>(value).is_err(), "{value}");
    }
}
