//! Rows of the outbox and of the table of due things: an older version of the program may have left
//! them.

use super::{ana, at, invitation, link, pinned, team};
use guildhall_worker::{
    domain::{account, email, namespace, team as team_rule},
    mail::{Kind, Mail, Paused},
    object::{Command, ObjectName, Origin},
    store::{Due, Effect, Pending, Stale, Stored, decode},
};

#[test]
fn a_dirty_key_is_stored_like_this() {
    let row = Stale { revision: 7, since: at(0), due: at(1), tries: 2, again: 1 };
    let value =
        r#"1 7 {"revision":7,"since":"2026-11-21T18:00:00.000Z","due":"2026-11-21T18:00:01.000Z","tries":2,"again":1}"#;
    pinned(&row, value, None, None);
    let without = r#"1 7 {"revision":7,"since":"2026-11-21T18:00:00.000Z","due":"2026-11-21T18:00:01.000Z","tries":2}"#;
    assert_eq!(decode::<Stale>(without).unwrap().1, Stale { again: 0, ..row });
}

#[test]
fn a_due_thing_is_stored_like_this() {
    pinned(&Due { at: at(0) }, r#"1 7 {"at":"2026-11-21T18:00:00.000Z"}"#, None, None);
}

#[track_caller]
fn effect(effect: Effect, json: &str) {
    let row = Pending { effect, since: at(0), due: at(1), tries: 0 };
    let value = format!(
        r#"1 7 {{"effect":{json},"since":"2026-11-21T18:00:00.000Z","due":"2026-11-21T18:00:01.000Z","tries":0}}"#
    );
    pinned(&row, &value, None, None);
}

#[test]
fn a_mail_waits_like_this() {
    let mail = |kind| {
        Effect::Delivery(Box::new(Mail { to: "ana@example.com".into(), site: "https://guildhall.test".into(), kind }))
    };
    let json =
        |kind: &str| format!(r#"{{"mail":{{"to":"ana@example.com","site":"https://guildhall.test","kind":{kind}}}}}"#);
    let confirm = Kind::ConfirmEmail { account: ana(), username: "ana".into(), link: link(), expires: at(0) };
    let kind = r#"{"confirmEmail":{"account":"u0bbbbbbbbbb","username":"ana","link":"l0ffffffffff","expires":"2026-11-21T18:00:00.000Z"}}"#;
    effect(mail(confirm), &json(kind));
    let invite = Kind::Invitation {
        team: team(),
        invitation: invitation(),
        link: link(),
        team_name: "Core".into(),
        invited_by: "Ana".into(),
        is_admin: false,
        expires: at(0),
    };
    let kind = r#"{"invitation":{"team":"t0aaaaaaaaaa","invitation":"i0eeeeeeeeee","link":"l0ffffffffff","team_name":"Core","invited_by":"Ana","is_admin":false,"expires":"2026-11-21T18:00:00.000Z"}}"#;
    effect(mail(invite), &json(kind));
    let paused = Kind::SignInPaused { until: at(0), address: "192.0.2.1".into(), place: Paused::Anywhere };
    let kind = r#"{"signInPaused":{"until":"2026-11-21T18:00:00.000Z","address":"192.0.2.1"}}"#;
    effect(mail(paused), &json(kind));
    let paused = Kind::SignInPaused { until: at(0), address: "192.0.2.1".into(), place: Paused::Session };
    let kind = r#"{"signInPaused":{"until":"2026-11-21T18:00:00.000Z","address":"192.0.2.1","place":"session"}}"#;
    effect(mail(paused), &json(kind));
}

#[test]
fn a_call_to_another_object_waits_like_this() {
    let call = |to, command| Effect::Call(to, Box::new(command));
    let to_team = ObjectName::Team(team());
    let profile = Box::new(super::profile());
    let told = Command::Team(team_rule::Command::Profile { account: ana(), profile: profile.clone() });
    let shown = r#"{"revision":3,"email":"Ana@example.com","username":"ana","first_name":"Ana","last_name":"","default_product":"core","theme":"system","hotkeys":true,"created":"2026-11-21T18:00:00.000Z","confirmed":"2026-11-21T18:01:00.000Z","last_active":"2026-11-21T00:00:00.000Z"}"#;
    let json = format!(
        r#"{{"call":[{{"team":"t0aaaaaaaaaa"}},{{"team":{{"profile":{{"account":"u0bbbbbbbbbb","profile":{shown}}}}}}}]}}"#
    );
    effect(call(to_team.clone(), told), &json);
    let create = Command::Team(team_rule::Command::Create {
        name: "Core".into(),
        namespace: "core".into(),
        private: false,
        owner: ana(),
        profile,
        origin: None,
    });
    let json = format!(
        r#"{{"call":[{{"team":"t0aaaaaaaaaa"}},{{"team":{{"create":{{"name":"Core","namespace":"core","private":false,"owner":"u0bbbbbbbbbb","profile":{shown}}}}}}}]}}"#
    );
    effect(call(to_team.clone(), create), &json);
    let purge = Command::Team(team_rule::Command::Purge);
    let end = |take_backs| {
        let origin = Origin::default();
        Command::Team(team_rule::Command::EndApiKeys { account: ana(), since: at(0), take_backs, origin })
    };
    let json = r#"{"call":[{"team":"t0aaaaaaaaaa"},{"team":{"endApiKeys":{"account":"u0bbbbbbbbbb","since":"2026-11-21T18:00:00.000Z","take_backs":2,"origin":{"address":"","device":"","place":"","site":"","requestId":""}}}}]}"#;
    effect(call(to_team.clone(), end(2)), json);
    // From before it said how often.
    effect(call(to_team.clone(), end(0)), &json.replace(r#""take_backs":2,"#, ""));
    effect(call(to_team, purge), r#"{"call":[{"team":"t0aaaaaaaaaa"},{"team":"purge"}]}"#);

    let to_account = ObjectName::Account(ana());
    let account = |command| Command::Account(Box::new(command));
    let json = r#"{"call":[{"account":"u0bbbbbbbbbb"},{"account":{"link":{"team":"t0aaaaaaaaaa","revision":3}}}]}"#;
    effect(call(to_account.clone(), account(account::Command::Link { team: team(), revision: 3 })), json);
    let json = r#"{"call":[{"account":"u0bbbbbbbbbb"},{"account":{"unlink":{"team":"t0aaaaaaaaaa"}}}]}"#;
    effect(call(to_account.clone(), account(account::Command::Unlink { team: team() })), json);
    let json = r#"{"call":[{"account":"u0bbbbbbbbbb"},{"account":{"invitesBack":{"many":2}}}]}"#;
    effect(call(to_account, account(account::Command::InvitesBack { many: 2 })), json);

    let to_email = ObjectName::Email("hash".into());
    let json = r#"{"call":[{"email":"hash"},{"email":{"keep":{"account":"u0bbbbbbbbbb"}}}]}"#;
    effect(call(to_email.clone(), Command::Email(email::Command::Keep { account: ana() })), json);
    let json = r#"{"call":[{"email":"hash"},{"email":{"release":{"account":"u0bbbbbbbbbb"}}}]}"#;
    effect(call(to_email.clone(), Command::Email(email::Command::Release { account: ana() })), json);
    let json = r#"{"call":[{"email":"hash"},{"email":{"freeFor":{"account":"u0bbbbbbbbbb"}}}]}"#;
    effect(call(to_email.clone(), Command::Email(email::Command::FreeFor { account: ana() })), json);
    let json = r#"{"call":[{"email":"hash"},{"email":{"inviteBack":{"team":"t0aaaaaaaaaa"}}}]}"#;
    effect(call(to_email.clone(), Command::Email(email::Command::InviteBack { team: team() })), json);
    let json = r#"{"call":[{"email":"hash"},{"email":{"denied":{"account":"u0bbbbbbbbbb"}}}]}"#;
    effect(call(to_email.clone(), Command::Email(email::Command::Denied { account: ana() })), json);
    // Written before it named the holder.
    let json = r#"{"call":[{"email":"hash"},{"email":"free"}]}"#;
    effect(call(to_email, Command::Email(email::Command::Free)), json);

    let to_name = || ObjectName::Namespace("core".into());
    let holder = namespace::Holder::Team(team());
    for (command, verb) in [
        (namespace::Command::Keep { holder }, "keep"),
        (namespace::Command::Release { holder }, "release"),
        (namespace::Command::Retire { holder }, "retire"),
    ] {
        let json = format!(
            r#"{{"call":[{{"namespace":"core"}},{{"namespace":{{"{verb}":{{"holder":{{"team":"t0aaaaaaaaaa"}}}}}}}}]}}"#
        );
        effect(call(to_name(), Command::Namespace(command)), &json);
    }
}

#[test]
fn stored_bytes_travel_like_this() {
    let stored = Stored { value: "1 7 {}".into(), meta: Some("{}".into()), expires: Some(at(0)) };
    let json = r#"{"value":"1 7 {}","meta":"{}","expires":"2026-11-21T18:00:00.000Z"}"#;
    assert_eq!(serde_json::to_string(&stored).unwrap(), json);
    assert_eq!(serde_json::from_str::<Stored>(json).unwrap(), stored);
    let plain = Stored { meta: None, expires: None, ..stored };
    assert_eq!(serde_json::to_string(&plain).unwrap(), r#"{"value":"1 7 {}"}"#);
    assert_eq!(serde_json::from_str::<Stored>(r#"{"value":"1 7 {}"}"#).unwrap(), plain);
}
