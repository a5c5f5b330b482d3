//! Rows of the outbox and of the table of due things: an older version of the program may have left
//! them.

use super::{ana, at, invitation, link as link_id, pinned, team};
use guildhall_worker::{
    features::{
        api_keys::api_key_end,
        deactivation,
        emails::email,
        erasure,
        invitations::inviting,
        sign_in::email_attempt,
        teams::{link, namespace, record::Holder, team as team_rule},
    },
    mail::{Kind, Mail, Paused},
    object::{Class, Command, IdOf, Named, Origin},
    product::Guildhall,
    store::{Due, Effect, QueuedEffect, StaleKey, Stored, decode},
};

#[test]
fn a_dirty_key_is_stored_like_this() {
    let row = StaleKey { revision: 7, since: at(0), due: at(1), tries: 2, again: 1 };
    let value =
        r#"1 7 {"revision":7,"since":"2026-11-21T18:00:00.000Z","due":"2026-11-21T18:00:01.000Z","tries":2,"again":1}"#;
    pinned(&row, value, None, None);
    let without = r#"1 7 {"revision":7,"since":"2026-11-21T18:00:00.000Z","due":"2026-11-21T18:00:01.000Z","tries":2}"#;
    assert_eq!(decode::<StaleKey>(without).unwrap().1, StaleKey { again: 0, ..row });
}

#[test]
fn a_due_thing_is_stored_like_this() {
    pinned(&Due { at: at(0) }, r#"1 7 {"at":"2026-11-21T18:00:00.000Z"}"#, None, None);
}

#[track_caller]
fn effect(effect: Effect, json: &str) {
    let row = QueuedEffect { effect, since: at(0), due: at(1), tries: 0 };
    let value = format!(
        r#"2 7 {{"effect":{json},"since":"2026-11-21T18:00:00.000Z","due":"2026-11-21T18:00:01.000Z","tries":0}}"#
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
    let confirm = Kind::ConfirmEmail { account: ana(), username: "ana".into(), link: link_id(), expires: at(0) };
    let kind = r#"{"confirmEmail":{"account":"u0bbbbbbbbbb","username":"ana","link":"l0ffffffffff","expires":"2026-11-21T18:00:00.000Z"}}"#;
    effect(mail(confirm), &json(kind));
    let invite = Kind::Invitation {
        team: team(),
        invitation: invitation(),
        link: link_id(),
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

/// A call as it waits now, and as the first version had it: nested in the names of the rule's file and the command.
#[track_caller]
fn call<C: Command<On: Class<Product = Guildhall>>>(to: &IdOf<C>, command: &C, place: &str, name: &str, with: &str) {
    let effect = Effect::Call(C::On::address(to), Named::new(command).unwrap());
    self::effect(effect.clone(), &format!(r#"{{"call":[{place},{{"name":"{name}","with":{with}}}]}}"#));
    let (outer, inner) = name.split_once('.').unwrap();
    let nested = if with == "null" { format!(r#""{inner}""#) } else { format!(r#"{{"{inner}":{with}}}"#) };
    let first = format!(
        r#"1 7 {{"effect":{{"call":[{place},{{"{outer}":{nested}}}]}},"since":"2026-11-21T18:00:00.000Z","due":"2026-11-21T18:00:01.000Z","tries":0}}"#
    );
    assert_eq!(decode::<QueuedEffect>(&first).unwrap().1, QueuedEffect { effect, since: at(0), due: at(1), tries: 0 });
}

#[test]
fn a_call_to_another_object_waits_like_this() {
    let place = r#"{"team":"t0aaaaaaaaaa"}"#;
    let profile = Box::new(super::profile());
    let shown = r#"{"revision":3,"email":"Ana@example.com","username":"ana","first_name":"Ana","last_name":"","default_product":"core","theme":"system","hotkeys":true,"created":"2026-11-21T18:00:00.000Z","confirmed":"2026-11-21T18:01:00.000Z","last_active":"2026-11-21T00:00:00.000Z"}"#;
    let told = team_rule::SetProfile { account: ana(), profile: profile.clone() };
    call(&team(), &told, place, "team.profile", &format!(r#"{{"account":"u0bbbbbbbbbb","profile":{shown}}}"#));
    let create = team_rule::Create {
        name: "Core".into(),
        namespace: "core".into(),
        private: false,
        owner: ana(),
        profile,
        origin: None,
    };
    let with =
        format!(r#"{{"name":"Core","namespace":"core","private":false,"owner":"u0bbbbbbbbbb","profile":{shown}}}"#);
    call(&team(), &create, place, "team.create", &with);
    let end = |take_backs| {
        let origin = Origin::default();
        api_key_end::EndSince { account: ana(), since: at(0), take_backs, origin }
    };
    let with = r#"{"account":"u0bbbbbbbbbb","since":"2026-11-21T18:00:00.000Z","take_backs":2,"origin":{"address":"","device":"","place":"","site":"","requestId":""}}"#;
    call(&team(), &end(2), place, "team.endApiKeys", with);
    // From before it said how often.
    call(&team(), &end(0), place, "team.endApiKeys", &with.replace(r#""take_backs":2,"#, ""));
    call(&team(), &erasure::Purge, place, "team.purge", "null");
    call(&team(), &erasure::EraseEmail { email: "00ff".into() }, place, "team.eraseEmail", r#"{"email":"00ff"}"#);
    let open = deactivation::Open { attempt: "a0hhhhhhhhhh".parse().unwrap() };
    call(&team(), &open, place, "team.open", r#"{"attempt":"a0hhhhhhhhhh"}"#);

    let place = r#"{"account":"u0bbbbbbbbbb"}"#;
    let with = r#"{"team":"t0aaaaaaaaaa","revision":3}"#;
    call(&ana(), &link::Link { team: team(), revision: 3 }, place, "account.link", with);
    call(&ana(), &link::Unlink { team: team() }, place, "account.unlink", r#"{"team":"t0aaaaaaaaaa"}"#);
    call(&ana(), &inviting::GiveBackInvites { many: 2 }, place, "account.invitesBack", r#"{"many":2}"#);

    let (place, hash) = (r#"{"email":"hash"}"#, "hash".to_owned());
    let (account, of_team) = (r#"{"account":"u0bbbbbbbbbb"}"#, r#"{"team":"t0aaaaaaaaaa"}"#);
    call(&hash, &email::Keep { account: ana() }, place, "email.keep", account);
    call(&hash, &email::Release { account: ana() }, place, "email.release", account);
    call(&hash, &email_attempt::FreeFor { account: ana() }, place, "email.freeFor", account);
    call(&hash, &email::InviteBack { team: team() }, place, "email.inviteBack", of_team);
    call(&hash, &email::Denied { account: ana() }, place, "email.denied", account);
    call(&hash, &email::Invited { team: team() }, place, "email.invited", of_team);
    // Written before it named the holder.
    call(&hash, &email_attempt::Free, place, "email.free", "null");

    let (place, name) = (r#"{"namespace":"core"}"#, "core".to_owned());
    let holder = Holder::Team(team());
    let with = r#"{"holder":{"team":"t0aaaaaaaaaa"}}"#;
    call(&name, &namespace::Keep { holder }, place, "namespace.keep", with);
    call(&name, &namespace::Release { holder }, place, "namespace.release", with);
    call(&name, &namespace::Retire { holder }, place, "namespace.retire", with);
    call(&name, &namespace::Erase { holder }, place, "namespace.erase", with);
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
