//! What browsers and authenticators say of passkeys, held against other readers of CBOR, JSON and DER:
//! what is taken means the same to both.

use crate::{
    authenticator::{ATTESTED, Algorithm, Authenticator, BACKED_UP, BACKUP_ELIGIBLE, EXTENDED, bytes, text},
    mutate::mutate,
    play,
};
use ciborium::Value;
use data_encoding::BASE64URL_NOPAD;
use guildhall_worker::credentials::webauthn::{authenticator_data, client_data, cose::PublicKey, der};
use serde_json::json;
use std::collections::BTreeMap;

/// What the parser said, by the name of the answer.
type Tally = BTreeMap<&'static str, u64>;

fn decode(text: &serde_json::Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.as_str().unwrap().as_bytes()).unwrap()
}

#[track_caller]
fn tell(tally: &Tally, wanted: &[&str]) {
    for (answer, times) in tally {
        println!("{times:9} {answer}");
    }
    for answer in wanted {
        assert!(tally.contains_key(answer), "{answer} was never the answer");
    }
}

/// Attestation objects of every algorithm, with and without a statement and extensions.
fn attestations() -> Inputs {
    let options = json!({ "challenge": "AA", "user": { "id": "AA" } });
    let mut made = vec![];
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256] {
        for flags in [0, BACKUP_ELIGIBLE, BACKUP_ELIGIBLE | BACKED_UP, EXTENDED] {
            let credential = Authenticator::new(algorithm, 7).register_with(&options, |saying| {
                saying.flags |= flags;
                if flags == EXTENDED {
                    saying.after = [&[0xa1][..], &text("credProtect"), &[2]].concat();
                    let chain = [&[0x81][..], &bytes(&[1; 40])].concat();
                    let pairs = [&text("alg")[..], &[0x26], &text("sig"), &bytes(&[2; 70]), &text("x5c"), &chain];
                    saying.statement = [&[0xa3][..], &pairs.concat()].concat();
                }
            });
            made.push(decode(&credential["response"]["attestationObject"]));
        }
    }
    made
}

type Inputs = Vec<Vec<u8>>;

/// What authenticators and browsers say where somebody signs in, and the signatures.
fn assertions() -> (Inputs, Inputs, Inputs) {
    let options = json!({ "challenge": "cy4uMTc5NTI4NDAwMDAwMC4wMDAw" });
    let (mut data, mut said, mut signatures) = (vec![], vec![], vec![]);
    for seed in 1..20 {
        let credential = Authenticator::new(Algorithm::Es256, seed).answer_with(&options, |saying| {
            saying.count = u32::from(seed);
            match seed % 3 {
                0 => saying.client_data["topOrigin"] = json!("https://evil.test"),
                1 => saying.client_data["other \"keys\" ⚿"] = json!([1.5e3, null, { "a": [] }]),
                _ => {}
            }
        });
        let response = &credential["response"];
        data.push(decode(&response["authenticatorData"]));
        said.push(decode(&response["clientDataJSON"]));
        signatures.push(decode(&response["signature"]));
    }
    (data, said, signatures)
}

/// The number or bytes under a label, as another reader of CBOR finds them.
fn labelled(map: &[(Value, Value)], label: i64) -> Option<&Value> {
    map.iter().find(|(key, _)| key.as_integer() == Some(label.into())).map(|(_, value)| value)
}

fn same_key(key: &PublicKey, cose: &[u8]) -> &'static str {
    let Value::Map(map) = ciborium::from_reader(cose).unwrap() else { panic!("a key is no map") };
    let part = |label: i64| BASE64URL_NOPAD.encode(labelled(&map, label).unwrap().as_bytes().unwrap());
    let number = |label: i64| labelled(&map, label).unwrap().as_integer().unwrap();
    match key {
        PublicKey::Es256 { x, y } => {
            assert_eq!((number(1), number(3), number(-1)), (2.into(), (-7).into(), 1.into()));
            assert_eq!((x, y), (&part(-2), &part(-3)));
            "ES256"
        }
        PublicKey::EdDsa { x } => {
            assert_eq!((number(1), number(3), number(-1)), (1.into(), (-8).into(), 6.into()));
            assert_eq!(x, &part(-2));
            "EdDSA"
        }
        PublicKey::Rs256 { n, e } => {
            assert_eq!((number(1), number(3)), (3.into(), (-257).into()));
            assert_eq!((n, e), (&part(-1), &part(-2)));
            "RS256"
        }
    }
}

/// Authenticator data that was taken, taken apart by hand.
fn check_data(data: &[u8]) -> &'static str {
    let Some(read) = authenticator_data::read(data) else { return "data refused" };
    assert_eq!((&read.rp_id_hash[..], read.count.to_be_bytes()), (&data[..32], data[33..37].try_into().unwrap()));
    let flags = data[32];
    assert_eq!((read.is_present(), read.is_verified()), (flags & 1 != 0, flags & 4 != 0));
    assert!(!read.is_backed_up() || read.is_backup_eligible());
    assert_eq!(read.attested.is_some(), flags & ATTESTED != 0);
    let mut answer = "data without a key";
    let mut rest = &data[37..];
    if let Some(attested) = read.attested {
        let length = usize::from(u16::from_be_bytes(rest[16..18].try_into().unwrap()));
        assert_eq!(attested.id, &rest[18..18 + length]);
        assert!((1..=authenticator_data::CREDENTIAL_ID_MAX).contains(&length));
        rest = &rest[18 + length..];
        answer = same_key(&attested.key, rest);
        let before = rest.len();
        let _: Value = ciborium::from_reader(&mut rest).unwrap();
        assert!(rest.len() < before);
    }
    if flags & EXTENDED != 0 {
        let extensions: Value = ciborium::from_reader(&mut rest).unwrap();
        assert!(extensions.is_map());
    }
    assert!(rest.is_empty());
    answer
}

fn check_attestation(object: &[u8], tally: &mut Tally) {
    let Some(data) = authenticator_data::in_attestation(object) else {
        *tally.entry("attestation refused").or_default() += 1;
        return;
    };
    let mut rest = object;
    let Value::Map(map) = ciborium::from_reader(&mut rest).unwrap() else { panic!("an attestation is no map") };
    assert!(rest.is_empty());
    let (_, theirs) = map.iter().find(|(key, _)| key.as_text() == Some("authData")).unwrap();
    assert_eq!(theirs.as_bytes().unwrap(), data);
    *tally.entry(check_data(data)).or_default() += 1;
}

#[test]
fn no_attestation_brings_the_parser_down_and_what_is_taken_means_the_same_to_another() {
    let (seeds, mut tally) = (attestations(), Tally::new());
    let (mut data, ..) = assertions();
    data.extend(seeds.iter().map(|seed| authenticator_data::in_attestation(seed).unwrap().to_vec()));
    play(|chance| {
        let (of, is_object) = if chance.percent(60) { (&seeds, true) } else { (&data, false) };
        let seed = &of[chance.below(of.len())];
        let input = mutate(chance, seed, of);
        if is_object {
            check_attestation(&input, &mut tally);
        } else {
            *tally.entry(check_data(&input)).or_default() += 1;
        }
    });
    tell(&tally, &["attestation refused", "data refused", "data without a key", "ES256", "EdDSA", "RS256"]);
}

#[test]
fn no_words_of_a_browser_bring_the_parser_down_and_what_is_taken_means_the_same_to_another() {
    let ((_, seeds, _), mut tally) = (assertions(), Tally::new());
    play(|chance| {
        let seed = chance.below(seeds.len());
        let input = mutate(chance, &seeds[seed], &seeds);
        let Some(read) = client_data::read(&input) else {
            *tally.entry("refused").or_default() += 1;
            return;
        };
        *tally.entry(if read.is_framed { "in a frame" } else { "taken" }).or_default() += 1;
        // The other looks into what ours passes over: there a number may be too large, or a text end in half a character.
        let text = std::str::from_utf8(&input).unwrap();
        if let Ok(other) = serde_json::from_str::<serde_json::Value>(text) {
            assert_eq!(other["type"], json!(read.kind), "{text}");
            assert_eq!(other["challenge"], json!(read.challenge), "{text}");
            assert_eq!(other["origin"], json!(read.origin), "{text}");
        }
    });
    tell(&tally, &["refused", "in a frame", "taken"]);
}

#[test]
fn no_signature_brings_the_parser_down_and_what_is_taken_means_the_same_to_another() {
    let ((.., mut seeds), mut tally) = (assertions(), Tally::new());
    let large = [&[2, 33, 0][..], &[0xff; 32]].concat();
    seeds.push([&[0x30, 70][..], &large, &large].concat());
    play(|chance| {
        let seed = chance.below(seeds.len());
        let input = mutate(chance, &seeds[seed], &seeds);
        let theirs = p256::ecdsa::Signature::from_der(&input).ok().map(|signature| signature.to_bytes().to_vec());
        let answer = match (der::read(&input), theirs) {
            (Some(ours), Some(theirs)) => {
                assert_eq!(ours[..], theirs[..], "{input:?}");
                "taken"
            }
            // Numbers beyond the order of the curve are refused where the signature is verified.
            (Some(ours), None) => {
                assert!(p256::ecdsa::Signature::from_slice(&ours).is_err(), "{input:?}");
                "beyond the curve"
            }
            (None, Some(_)) => panic!("refused, and taken by another: {input:?}"),
            (None, None) => "refused",
        };
        *tally.entry(answer).or_default() += 1;
    });
    tell(&tally, &["refused", "taken", "beyond the curve"]);
}
