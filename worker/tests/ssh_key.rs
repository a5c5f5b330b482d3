//! SSH keys: which are taken, which are refused and why, and that a private key goes nowhere.

use crate::support::{Actor, Cast, account_object, idle, last_mail, run, ssh_key, token_of};
use guildhall_shared::{
    base64,
    name::NAME_MAX,
    path,
    ssh_key::{Algorithm, KEYS_MAX, PublicKey, RSA_BITS, Refused, TEXT_MAX},
    timestamp::MINUTE,
};
use guildhall_worker::{credentials::secret::fingerprint, http::serve::BODY_MAX, store::memory::Faults};
use serde_json::{Value, json};

/// Made with `ssh-keygen`, but the security keys, which want a device; each with the bits and the
/// fingerprint that `ssh-keygen -l` prints.
const TAKEN: &str = include_str!("ssh_key/taken.txt");

/// Made with `ssh-keygen`, each after the reason why it is refused.
const REFUSED: &str = include_str!("ssh_key/refused.txt");

const PRIVATE: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n\
    b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n\
    -----END OPENSSH PRIVATE KEY-----\n";

/// Bits, fingerprint and line of every key that is taken.
fn taken() -> Vec<(u32, &'static str, &'static str)> {
    let rows = TAKEN.lines().map(|row| {
        let mut parts = row.splitn(3, ' ');
        (parts.next().unwrap().parse().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    });
    rows.collect()
}

/// Type and key without the comment.
fn bare(line: &str) -> String {
    line.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

fn body(name: &str, key: &str) -> Value {
    json!({ "name": name, "publicKey": key })
}

async fn add(actor: &Actor, name: &str, key: &str) -> Value {
    actor.post(path::ACCOUNT_SSH_KEYS, body(name, key)).await.is(201).json()
}

async fn list(actor: &Actor) -> Vec<Value> {
    actor.get(path::ACCOUNT_SSH_KEYS).await.is(200).json().as_array().unwrap().clone()
}

fn id(key: &Value) -> &str {
    key["id"].as_str().unwrap()
}

#[test]
fn a_key_of_each_type_is_read_as_ssh_keygen_reads_it() {
    let mut seen: Vec<Algorithm> = vec![];
    for (bits, print, line) in taken() {
        let key = PublicKey::parse(line).unwrap();
        assert_eq!((key.bits, fingerprint(&key.blob).as_str()), (bits, print), "{line}");
        assert_eq!((key.to_string(), key.comment.as_str()), (bare(line), "ana@laptop"));
        assert_eq!(PublicKey::parse(&format!(" \t{}  x y \r\n", line.replace(' ', "\t"))).unwrap().blob, key.blob);
        seen.push(key.algorithm);
    }
    assert!(Algorithm::ALL.iter().all(|algorithm| seen.contains(algorithm)));
}

#[test]
fn each_refusal_has_its_reason() {
    let (_, _, good) = taken()[0];
    let (name, key) = bare(good).split_once(' ').map(|(name, key)| (name.to_owned(), key.to_owned())).unwrap();
    let text = |line: &str| line.to_owned();
    let mut cases: Vec<(Refused, String)> = vec![
        (Refused::Empty, text(" \n")),
        (Refused::Private, text(PRIVATE)),
        (Refused::Private, text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF")),
        (Refused::Private, text("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56w")),
        (Refused::Private, text("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none")),
        (Refused::Private, text("Private-Lines: 1\nAAAAIC")),
        (Refused::Private, text("b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ")),
        (Refused::Private, format!("{good}\n{PRIVATE}{}", "x".repeat(TEXT_MAX))),
        (Refused::TooLong, format!("{good}{}", "x".repeat(TEXT_MAX))),
        (Refused::OtherForm, format!("---- BEGIN SSH2 PUBLIC KEY ----\n{key}\n---- END SSH2 PUBLIC KEY ----")),
        (Refused::OtherForm, text("-----BEGIN PUBLIC KEY-----\nMIIB")),
        (Refused::SeveralLines, format!("{good}\n{good}")),
        (Refused::SeveralLines, format!("{name} {}\n{}", &key[..40], &key[40..])),
        (Refused::Options, format!("no-pty {good}")),
        (Refused::Options, format!("from=\"10.0.0.0/8\",command=\"ls -l\" {good}")),
        (Refused::UnknownType, text("ssh-ed448 AAAAC3Nz")),
        (Refused::UnknownType, key.clone()),
        (Refused::UnknownType, text("ana@laptop")),
        (Refused::NoKey, name.clone()),
        (Refused::NotBase64, format!("{name} {}", &key[..key.len() - 1])),
        (Refused::NotBase64, format!("{name} {key}=")),
        (Refused::OtherType, format!("ssh-rsa {key}")),
        (Refused::Damaged, format!("{name} {}", &key[..key.len() - 4])),
        (Refused::Damaged, format!("{name} {key}AAAA")),
        (Refused::Damaged, format!("{name} AAAA")),
    ];
    cases.extend(
        [(RSA_BITS.start() - 1, Refused::Small), (RSA_BITS.end() + 1, Refused::Large)]
            .map(|(bits, why)| (why, rsa(&[1, 0, 1], bits))),
    );
    for row in REFUSED.lines() {
        let (why, line) = row.split_once(' ').unwrap();
        let why = Refused::ALL.iter().find(|known| format!("{known:?}") == why).unwrap();
        cases.push((*why, line.to_owned()));
    }
    for (why, line) in &cases {
        assert_eq!(PublicKey::parse(line).map(|key| key.to_string()), Err(*why), "{line:.80}");
        let sentence = why.sentence();
        assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
    }
    assert!(Refused::ALL.iter().all(|why| cases.iter().any(|(known, _)| known == why)));
}

/// A key with a modulus of exactly so many bits.
fn rsa(exponent: &[u8], bits: u32) -> String {
    let mut modulus = vec![0xff; bits.div_ceil(8) as usize];
    modulus[0] = u8::try_from((1_u16 << ((bits - 1) % 8 + 1)) - 1).unwrap();
    if modulus[0] >= 0x80 {
        modulus.insert(0, 0);
    }
    rsa_of(exponent, &modulus)
}

fn rsa_of(exponent: &[u8], modulus: &[u8]) -> String {
    let string = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
    format!("ssh-rsa {}", base64::encode(&[string(b"ssh-rsa"), string(exponent), string(modulus)].concat()))
}

#[test]
fn an_rsa_key_has_its_bits_counted_and_its_numbers_looked_at() {
    for bits in [*RSA_BITS.start(), RSA_BITS.start() + 1, 4_095, 4_096, *RSA_BITS.end()] {
        assert_eq!(PublicKey::parse(&rsa(&[1, 0, 1], bits)).unwrap().bits, bits);
    }
    for exponent in [&[3][..], &[0, 0x81], &[0x7f; 8], &[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]] {
        PublicKey::parse(&rsa(exponent, 3_072)).unwrap();
    }
    // Nothing, zero, one, even, negative, with a zero too many, too long.
    for exponent in [&[][..], &[0], &[1], &[4], &[0x81], &[0, 3], &[3; 9]] {
        assert_eq!(PublicKey::parse(&rsa(exponent, 3_072)), Err(Refused::Damaged), "{exponent:?}");
    }
    let (negative, even) = ([0xff; 384], [[0x7f; 384].to_vec(), vec![0x7e]].concat());
    for modulus in [&[][..], &[0], &negative, &[[0, 0].to_vec(), negative.to_vec()].concat(), &even] {
        assert_eq!(PublicKey::parse(&rsa_of(&[3], modulus)), Err(Refused::Damaged));
    }
}

#[test]
fn a_key_is_added_listed_and_removed() {
    run(async {
        let cast = Cast::new().await;
        assert_eq!(list(&cast.owner).await, [] as [Value; 0]);
        let keys = taken();
        let mut made = vec![];
        for (at, (bits, print, line)) in keys.iter().enumerate() {
            let key = add(&cast.owner, &format!(" Key {at} "), line).await;
            assert_eq!(
                (&key["name"], &key["bits"], &key["fingerprint"], &key["publicKey"], &key["type"]),
                (
                    &json!(format!("Key {at}")),
                    &json!(bits),
                    &json!(print),
                    &json!(bare(line)),
                    &json!(line.split(' ').next())
                )
            );
            made.insert(0, key);
        }
        assert_eq!(list(&cast.owner).await, made);
        assert_eq!(list(&cast.admin).await, [] as [Value; 0]);
        let gone = made.remove(2);
        cast.owner.delete(path::account_ssh_key(id(&gone))).await.is(204);
        assert_eq!(list(&cast.owner).await, made);
        cast.owner.delete(path::account_ssh_key(id(&gone))).await.refuses(404, "NOT_FOUND");
        cast.owner.delete(path::account_ssh_key("nothing")).await.refuses(404, "NOT_FOUND");
        cast.stranger.delete(path::account_ssh_key(id(&made[0]))).await.refuses(404, "NOT_FOUND");
        assert_eq!(list(&cast.owner).await.len(), made.len());
    });
}

#[test]
fn a_key_is_had_once_by_an_account_and_by_as_many_as_like() {
    run(async {
        let cast = Cast::new().await;
        let (_, _, line) = taken()[0];
        let first = add(&cast.owner, "Laptop", line).await;
        for again in [line.to_owned(), bare(line), format!("{} another", bare(line))] {
            let reply = cast.owner.post(path::ACCOUNT_SSH_KEYS, body("Other", &again)).await.refuses(409, "CONFLICT");
            assert_eq!(reply.message(), "You have this key already: it is called “Laptop”.");
        }
        add(&cast.stranger, "Mine", line).await;
        cast.owner.delete(path::account_ssh_key(id(&first))).await.is(204);
        add(&cast.owner, "Other", line).await;
    });
}

#[test]
fn an_account_has_so_many_keys_and_no_more() {
    run(async {
        let cast = Cast::new().await;
        let max = u8::try_from(KEYS_MAX).unwrap();
        for number in 0..max {
            add(&cast.owner, "Key", &ssh_key(number)).await;
        }
        let more = body("Key", &ssh_key(max));
        let reply = cast.owner.post(path::ACCOUNT_SSH_KEYS, more.clone()).await.refuses(409, "CONFLICT");
        assert_eq!(reply.message(), "You have 50 SSH keys. Remove one first.");
        let keys = list(&cast.owner).await;
        assert_eq!(keys.len(), KEYS_MAX);
        cast.owner.delete(path::account_ssh_key(id(&keys[7]))).await.is(204);
        cast.owner.post(path::ACCOUNT_SSH_KEYS, more).await.is(201);
    });
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    run(async {
        let cast = Cast::new().await;
        let (_, _, line) = taken()[0];
        let wrong = body("", &format!("no-pty {line}"));
        let reply = cast.owner.post(path::ACCOUNT_SSH_KEYS, wrong).await.refuses(400, "BAD_REQUEST");
        let issues = reply.json()["issues"].clone();
        assert_eq!(
            issues,
            json!([
                { "message": "name: Enter a name." },
                { "message": "publicKey: Options are not taken. Leave out what stands before the type of the key." },
            ])
        );
        for name in ["a\nssh-ed25519 AAAA", "a\u{202e}b", &"x".repeat(NAME_MAX + 1)] {
            cast.owner.post(path::ACCOUNT_SSH_KEYS, body(name, line)).await.refuses(400, "BAD_REQUEST");
        }
        for body in [json!({}), json!({ "name": "a" }), json!({ "name": "a", "publicKey": 7 }), json!([])] {
            let reply = cast.owner.post(path::ACCOUNT_SSH_KEYS, body).await;
            assert_eq!(reply.status, 400, "{}", reply.text);
        }
        let large = body("a", &"x".repeat(BODY_MAX));
        cast.owner.post(path::ACCOUNT_SSH_KEYS, large).await.refuses(413, "PAYLOAD_TOO_LARGE");
        let (name, edge) = ("a".repeat(NAME_MAX), format!("{line} {}", "x".repeat(TEXT_MAX - line.len() - 1)));
        cast.owner.post(path::ACCOUNT_SSH_KEYS, body(&name, &edge)).await.is(201);
        assert_eq!(list(&cast.owner).await.len(), 1);
    });
}

#[test]
fn a_private_key_is_neither_stored_nor_repeated() {
    run(async {
        let cast = Cast::new().await;
        let before = cast.world.records(&account_object(&cast.owner));
        let owner = cast.owner.with("idempotency-key", "one");
        let marks = ["PRIVATE KEY-----", "b3BlbnNzaC1rZXktdjE", "AAAABG5vbmU"];
        for sent in [body("Laptop", PRIVATE), body(PRIVATE, PRIVATE), json!({ "name": "a", "publicKey": [PRIVATE] })] {
            let reply = owner.post(path::ACCOUNT_SSH_KEYS, sent).await.refuses(400, "BAD_REQUEST");
            assert!(!marks.iter().any(|mark| reply.text.contains(mark)), "{}", reply.text);
        }
        let reply = owner.post(path::ACCOUNT_SSH_KEYS, body("Laptop", PRIVATE)).await;
        assert!(reply.message().starts_with("publicKey: This is a private key. It was not stored."), "{}", reply.text);
        assert_eq!(before, cast.world.records(&account_object(&cast.owner)));
        let stored = format!("{:?} {:?}", cast.world.snapshot(), cast.world.letters.borrow());
        assert!(!marks.iter().any(|mark| stored.contains(mark)));
        // The same Idempotency-Key is free for the right call.
        owner.post(path::ACCOUNT_SSH_KEYS, body("Laptop", taken()[0].2)).await.is(201);
    });
}

#[test]
fn a_repeated_call_adds_one_key() {
    run(async {
        let cast = Cast::new().await;
        let owner = cast.owner.with("idempotency-key", "one");
        let first = add(&owner, "Laptop", taken()[0].2).await;
        assert_eq!(add(&owner, "Laptop", taken()[0].2).await, first);
        owner.post(path::ACCOUNT_SSH_KEYS, body("Other", taken()[1].2)).await.refuses(409, "CONFLICT");
        assert_eq!(list(&cast.owner).await, [first]);
    });
}

#[test]
fn it_is_in_the_security_log_and_mailed() {
    run(async {
        let cast = Cast::new().await;
        let (_, print, line) = taken()[0];
        let key = add(&cast.owner, "Laptop", line).await;
        cast.owner.delete(path::account_ssh_key(id(&key))).await.is(204);
        idle(&cast.world).await;
        let events = cast.owner.get(path::ACCOUNT_SECURITY_LOG).await.is(200).json();
        let detail = json!(format!("Laptop ({print})"));
        assert_eq!((&events[0]["action"], &events[0]["detail"]), (&json!("ssh-key.remove"), &detail));
        assert_eq!((&events[1]["action"], &events[1]["detail"]), (&json!("ssh-key.add"), &detail));
        let letter = last_mail(&cast.world, "olive@example.com");
        assert_eq!(letter.subject, "An SSH key was added");
        assert!(letter.text.contains(print) && letter.links[0].contains("/take-back#token="), "{}", letter.text);
        assert_eq!(cast.world.letters.borrow().len(), 1);
    });
}

#[test]
fn a_mailbox_that_nobody_has_confirmed_gets_no_mail_of_it() {
    run(async {
        let cast = Cast::new().await;
        let una = Actor::unconfirmed(&cast.world, "una").await;
        idle(&cast.world).await;
        let mails = cast.world.letters.borrow().len();
        add(&una, "Laptop", taken()[0].2).await;
        idle(&cast.world).await;
        assert_eq!(cast.world.letters.borrow().len(), mails);
    });
}

#[test]
fn an_impostor_s_keys_go_with_the_impostor() {
    run(async {
        let cast = Cast::new().await;
        let impostor = Actor::unconfirmed(&cast.world, "una").await;
        add(&impostor, "Theirs", taken()[0].2).await;
        cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "una@example.com" })).await.is(202);
        cast.world.drain().await;
        let token = token_of(&last_mail(&cast.world, "una@example.com"));
        let body = json!({ "token": token, "password": "brass-kettle-otter-9" });
        cast.nobody.put(path::PASSWORD_RESET, body).await.is(200);
        cast.world.drain().await;
        let body = json!({ "email": "una@example.com", "password": "brass-kettle-otter-9" });
        let reply = cast.nobody.post(path::SIGN_IN, body).await.is(200);
        let una = Actor::signed_in(&cast.world, "una", &reply);
        assert_eq!(list(&una).await, [] as [Value; 0]);
        // Resetting the password of a confirmed account leaves the keys that it had for over a week.
        add(&una, "Hers", taken()[1].2).await;
        cast.world.pass(8 * guildhall_shared::timestamp::DAY).await;
        cast.nobody.post(path::PASSWORD_RESET, json!({ "email": "una@example.com" })).await.is(202);
        cast.world.drain().await;
        let token = token_of(&last_mail(&cast.world, "una@example.com"));
        cast.nobody
            .put(path::PASSWORD_RESET, json!({ "token": token, "password": crate::support::PASSWORD }))
            .await
            .is(200);
        assert_eq!(list(&crate::session::sign_in(&una).await).await.len(), 1);
    });
}

#[test]
fn an_account_that_was_denied_leaves_no_key() {
    run(async {
        let cast = Cast::new().await;
        let impostor = Actor::unconfirmed(&cast.world, "una").await;
        let token = token_of(&last_mail(&cast.world, "una@example.com"));
        add(&impostor, "Theirs", taken()[0].2).await;
        cast.nobody.post(path::CONFIRM_EMAIL_DENY, json!({ "token": token })).await.is(204);
        cast.world.drain().await;
        let left = format!("account/{}/ssh-keys", impostor.id);
        assert!(!cast.world.replica().contains_key(&left));
        assert!(!cast.world.records(&account_object(&impostor)).contains_key(&left));
    });
}

#[test]
fn one_reads_one_s_own_keys_while_the_replica_stands_still() {
    run(async {
        let cast = Cast::new().await;
        let first = add(&cast.owner, "Laptop", taken()[0].2).await;
        cast.world.drain().await;
        cast.world.faults.set(Faults { put_before: 1000, ..Faults::default() });
        cast.owner.delete(path::account_ssh_key(id(&first))).await.is(204);
        assert_eq!(list(&cast.owner).await.len(), 0);
        // A minute later the replica is to have followed, and this one has not.
        cast.world.skip(MINUTE);
        assert_eq!(list(&cast.owner).await.len(), 1);
        assert_eq!(list(&cast.owner.with("cache-control", "no-cache")).await.len(), 0);
        // A first key, which the replica has not got, comes from the owner of the record.
        add(&cast.admin, "Laptop", taken()[0].2).await;
        assert_eq!(list(&cast.admin).await.len(), 1);
    });
}
