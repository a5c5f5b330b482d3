//! Every key of a record, and whose it is.

use super::{ana, api_key, at, device, invitation, link, passkey, session, team};
use guildhall_shared::security_log::SecurityEventKind;
use guildhall_worker::{
    object::ObjectName,
    store::{Priority, key},
};

#[test]
#[expect(clippy::too_many_lines, reason = "one line a key")]
fn every_key_has_this_text() {
    let keys = [
        key::team(team()).as_str().to_owned(),
        key::member(team(), ana()).as_str().to_owned(),
        key::members(team()).as_str().to_owned(),
        key::roster(team()).as_str().to_owned(),
        key::belongs(ana(), team()).as_str().to_owned(),
        key::belongings(ana()).as_str().to_owned(),
        key::api_key(team(), api_key()).as_str().to_owned(),
        key::api_keys(team()).as_str().to_owned(),
        key::pass(team(), api_key()).as_str().to_owned(),
        key::api_key_use(api_key()).as_str().to_owned(),
        key::secret(team(), "NAME").as_str().to_owned(),
        key::secrets(team()).as_str().to_owned(),
        key::secret_value("NAME", 2).as_str().to_owned(),
        key::secret_values("NAME").as_str().to_owned(),
        key::team_key().as_str().to_owned(),
        key::invitation(team(), invitation()).as_str().to_owned(),
        key::invitations(team()).as_str().to_owned(),
        key::invitee("hash", invitation()).as_str().to_owned(),
        key::invitees("hash").as_str().to_owned(),
        key::audit_head().as_str().to_owned(),
        key::audit_line(12).as_str().to_owned(),
        key::audit_side(12).as_str().to_owned(),
        key::refused(ana()).as_str().to_owned(),
        key::taken_back(ana()).as_str().to_owned(),
        key::erasing("hash").as_str().to_owned(),
        key::account(ana()).as_str().to_owned(),
        key::session(ana(), session()).as_str().to_owned(),
        key::sessions(ana()).as_str().to_owned(),
        key::ssh_keys(ana()).as_str().to_owned(),
        key::password().as_str().to_owned(),
        key::link(team()).as_str().to_owned(),
        key::links().as_str().to_owned(),
        key::mailed(link()).as_str().to_owned(),
        key::mailed_links().as_str().to_owned(),
        key::tombstone().as_str().to_owned(),
        key::session_use(session()).as_str().to_owned(),
        key::session_uses().as_str().to_owned(),
        key::session_wrong(session()).as_str().to_owned(),
        key::device(device()).as_str().to_owned(),
        key::devices().as_str().to_owned(),
        key::reset_link(link()).as_str().to_owned(),
        key::reset_links().as_str().to_owned(),
        key::unlock_link(link()).as_str().to_owned(),
        key::unlock_links().as_str().to_owned(),
        key::pending_email().as_str().to_owned(),
        key::former_email(link()).as_str().to_owned(),
        key::former_emails().as_str().to_owned(),
        key::former_factor(link()).as_str().to_owned(),
        key::former_factors().as_str().to_owned(),
        key::take_back_link(link()).as_str().to_owned(),
        key::take_back_links().as_str().to_owned(),
        key::leaving().as_str().to_owned(),
        key::come_back().as_str().to_owned(),
        key::left(team()).as_str().to_owned(),
        key::lefts().as_str().to_owned(),
        key::past_email("hash").as_str().to_owned(),
        key::past_emails().as_str().to_owned(),
        key::past_name("ana").as_str().to_owned(),
        key::past_names().as_str().to_owned(),
        key::security_head().as_str().to_owned(),
        key::security_event(12).as_str().to_owned(),
        key::security_events().as_str().to_owned(),
        key::security_kind(SecurityEventKind::SignIn).as_str().to_owned(),
        key::security_kinds().as_str().to_owned(),
        key::totp().as_str().to_owned(),
        key::recovery().as_str().to_owned(),
        key::factor().as_str().to_owned(),
        key::challenge(link()).as_str().to_owned(),
        key::challenges().as_str().to_owned(),
        key::passkey(passkey()).as_str().to_owned(),
        key::passkeys().as_str().to_owned(),
        key::spent("nonce").as_str().to_owned(),
        key::spent_challenges().as_str().to_owned(),
        key::email().as_str().to_owned(),
        key::attempts().as_str().to_owned(),
        key::resets().as_str().to_owned(),
        key::invited(team()).as_str().to_owned(),
        key::inviteds().as_str().to_owned(),
        key::namespace("core").as_str().to_owned(),
        key::namespace_claim().as_str().to_owned(),
        key::reserved().as_str().to_owned(),
        key::installation().as_str().to_owned(),
        key::walk().as_str().to_owned(),
        key::count("sign-in").as_str().to_owned(),
        key::counts().as_str().to_owned(),
        key::idempotency("hash").as_str().to_owned(),
        key::idempotencies().as_str().to_owned(),
        key::stale(Priority::Credential, "team/x").as_str().to_owned(),
        key::stale(Priority::Roster, "team/x").as_str().to_owned(),
        key::stale(Priority::Rest, "team/x").as_str().to_owned(),
        key::stales().as_str().to_owned(),
        key::pending(12).as_str().to_owned(),
        key::pendings().as_str().to_owned(),
        key::due("lapse").as_str().to_owned(),
        key::dues().as_str().to_owned(),
        guildhall_kernel::key::timer(at(0), "lapse").as_str().to_owned(),
        guildhall_kernel::key::timers().as_str().to_owned(),
    ];
    let pinned = "\
team/t0aaaaaaaaaa
team/t0aaaaaaaaaa/user/u0bbbbbbbbbb
team/t0aaaaaaaaaa/user/
team/t0aaaaaaaaaa/roster
user/u0bbbbbbbbbb/team/t0aaaaaaaaaa
user/u0bbbbbbbbbb/team/
team/t0aaaaaaaaaa/key/k0cccccccccc
team/t0aaaaaaaaaa/key/
team/t0aaaaaaaaaa/pass/k0cccccccccc
key-use/k0cccccccccc
team/t0aaaaaaaaaa/secret/NAME
team/t0aaaaaaaaaa/secret/
secret-value/NAME/0000000002
secret-value/NAME/
team-key
team/t0aaaaaaaaaa/invitation/i0eeeeeeeeee
team/t0aaaaaaaaaa/invitation/
invitee/hash/i0eeeeeeeeee
invitee/hash/
audit-head
audit/0000000000000012
audit-side/0000000000000012
refused/u0bbbbbbbbbb
taken-back/u0bbbbbbbbbb
erasing/hash
account/u0bbbbbbbbbb
account/u0bbbbbbbbbb/session/s0dddddddddd
account/u0bbbbbbbbbb/session/
account/u0bbbbbbbbbb/ssh-keys
password
link/t0aaaaaaaaaa
link/
mailed/l0ffffffffff
mailed/
fence
session-use/s0dddddddddd
session-use/
session-wrong/s0dddddddddd
device/d0gggggggggg
device/
reset/l0ffffffffff
reset/
unlock/l0ffffffffff
unlock/
pending-email
former-email/l0ffffffffff
former-email/
former-factor/l0ffffffffff
former-factor/
take-back/l0ffffffffff
take-back/
leaving
come-back
left/t0aaaaaaaaaa
left/
past-email/hash
past-email/
past-name/ana
past-name/
security-head
security/0000000012
security/
security-kind/sign-in
security-kind/
totp
recovery
factor
challenge/l0ffffffffff
challenge/
passkey/y0hhhhhhhhhh
passkey/
spent/nonce
spent/
email
attempts
resets
invited/t0aaaaaaaaaa
invited/
namespace/core
claim
reserved
installation
walk
count/sign-in
count/
idempotency/hash
idempotency/
~dirty/0/team/x
~dirty/1/team/x
~dirty/2/team/x
~dirty/
~effect/000000000012
~effect/
~due/lapse
~due/
~at/001795284000000/lapse
~at/";
    assert_eq!(keys.join("\n"), pinned);
    // A new function of a `record` belongs into the list above.
    let made = |text: &str| {
        let lines = text.lines().filter(|line| line.starts_with("pub fn "));
        lines.filter(|line| line.contains("-> Key<") || line.contains("-> Prefix<")).count()
    };
    let files = crate::tidy::rust();
    let ends = ["record.rs", "store/key.rs", "kernel/src/key.rs"];
    let of_records = files.iter().filter(|file| ends.iter().any(|end| file.path.ends_with(end)));
    let functions: usize = of_records.map(|file| made(&file.text)).sum();
    // `counters` is seen by no test, `named` gives any key a type, and `pending` and `pendings` stand in the kernel and, with their
    // type, in `store/key`; `stale` stands three times in the list.
    assert_eq!(functions - 1 - 1 - 2, keys.len() - 2);
}

#[test]
fn the_counters_stand_under_their_own_key() {
    use guildhall_kernel::Counters;
    use guildhall_worker::store::{decode, encode};
    let text = "2 7 {\"revision\":7,\"effect\":3}";
    let counters = Counters { revision: 7, effect: 3, lacks_times: false };
    assert_eq!(encode(&counters, 7).unwrap(), text);
    assert_eq!(decode::<Counters>(text).unwrap().1, counters);
    // The first version, which is still read: an object of then has its timers by name alone.
    let text = "1 7 {\"revision\":7,\"effect\":3}";
    assert_eq!(decode::<Counters>(text).unwrap().1, Counters { lacks_times: true, ..counters });
    crate::support::run(async {
        let cast = crate::support::Cast::new().await;
        let records = cast.world.records(&ObjectName::Team(cast.team.parse().unwrap()));
        assert!(decode::<Counters>(&records["~counters"].value).unwrap().0 > 0);
    });
}

#[test]
fn a_key_of_the_replica_names_its_owner() {
    let owner = |text: &str| key::owner(text);
    assert_eq!(owner(key::team(team()).as_str()), Some(ObjectName::Team(team())));
    assert_eq!(owner(key::member(team(), ana()).as_str()), Some(ObjectName::Team(team())));
    assert_eq!(owner(key::members(team()).as_str()), Some(ObjectName::Team(team())));
    assert_eq!(owner(key::belongs(ana(), team()).as_str()), Some(ObjectName::Team(team())));
    assert_eq!(owner(key::secret(team(), "NAME").as_str()), Some(ObjectName::Team(team())));
    assert_eq!(owner(key::account(ana()).as_str()), Some(ObjectName::Account(ana())));
    assert_eq!(owner(key::session(ana(), session()).as_str()), Some(ObjectName::Account(ana())));
    assert_eq!(owner(key::ssh_keys(ana()).as_str()), Some(ObjectName::Account(ana())));
    assert_eq!(owner(key::installation().as_str()), Some(ObjectName::Installation));
    assert_eq!(owner(key::namespace("core").as_str()), Some(ObjectName::Namespace("core".into())));
    assert_eq!(owner(key::pass(team(), api_key()).as_str()), Some(ObjectName::Team(team())));
    // Lists that hold rows of several owners have none.
    assert_eq!(owner(key::belongings(ana()).as_str()), None);
    assert_eq!(owner(key::invitees("hash").as_str()), None);
}

#[test]
fn an_object_has_its_place() {
    let places = [
        (ObjectName::Team(team()), "TEAM", "t0aaaaaaaaaa", r#"{"team":"t0aaaaaaaaaa"}"#),
        (ObjectName::Account(ana()), "ACCOUNT", "u0bbbbbbbbbb", r#"{"account":"u0bbbbbbbbbb"}"#),
        (ObjectName::Email("hash".into()), "EMAIL", "hash", r#"{"email":"hash"}"#),
        (ObjectName::Namespace("core".into()), "NAMESPACE", "core", r#"{"namespace":"core"}"#),
        (ObjectName::Address("hash".into()), "ADDRESS", "hash", r#"{"address":"hash"}"#),
        (ObjectName::Installation, "ADDRESS", "installation", r#""installation""#),
    ];
    for (name, binding, id, json) in places {
        assert_eq!(name.place(), (binding, id.to_owned()));
        assert_eq!(serde_json::to_string(&name).unwrap(), json);
    }
}
