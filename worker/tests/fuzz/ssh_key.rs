//! Public keys, held against another reader of them: what is taken means the same to both, and what
//! the other takes is refused for a reason of ours.

use crate::{chance::Chance, mutate::mutate, play};
use guildhall_shared::{
    base64,
    name::NAME_MAX,
    ssh_key::{Algorithm, PublicKey, Refused, TEXT_MAX},
};
use std::collections::BTreeMap;

fn string(bytes: &[u8]) -> Vec<u8> {
    let mut field = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
    field.extend(bytes);
    field
}

fn random(chance: &mut Chance, many: usize) -> Vec<u8> {
    (0..many).map(|_| chance.next().to_le_bytes()[0]).collect()
}

/// A number of exactly so many bits, odd.
fn modulus(chance: &mut Chance, bits: usize) -> Vec<u8> {
    let mut number = random(chance, bits.div_ceil(8));
    let top = 1 << ((bits - 1) % 8);
    number[0] = (number[0] % top) | top;
    *number.last_mut().unwrap() |= 1;
    if top == 0x80 {
        number.insert(0, 0);
    }
    number
}

/// The base point of a curve: a public key of whoever has the private key 1.
fn base_point(curve: &str) -> Vec<u8> {
    let text = match curve {
        "nistp256" => "BGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfU=",
        "nistp384" => {
            "BKqHyiK+iwU3jrHHHvMgrXRuHTtii6ebmFn3QeCCVCo4VQLyXb9VKWw6VF44cnYKtzYX3kqWJixvXZ6Yv5KS3Cn49B29KJoUfOnaMRO18LjACmCxzh1+gZ16Qx18kOoOXw=="
        }
        _ => {
            "BADGhY4GtwQE6c2ePstmI5W0QpxkgTkFP7Uh+CivYGtNPbqhS1537+dZKP4dwSei/6jeM0izwYVqQpv5fn4xwuW9ZgEYOSlqeJo7\
             wARcil+0LH0b2Zj1RElXm0RoF6+9Fyc+ZiyX7nKZXvQmQMVQuQE/rQdhNTxwhqJywkCIvpR2n9FmUA=="
        }
    };
    base64::decode(text).unwrap()
}

/// A blob that is good in form. Only its signatures would show that nobody has the private key.
fn blob(chance: &mut Chance, algorithm: Algorithm, bits: usize) -> Vec<u8> {
    let mut blob = string(algorithm.as_str().as_bytes());
    let mut add = |field: &[u8]| blob.extend(string(field));
    let curve = match algorithm {
        Algorithm::EcdsaP256 | Algorithm::SkEcdsaP256 => Some("nistp256"),
        Algorithm::EcdsaP384 => Some("nistp384"),
        Algorithm::EcdsaP521 => Some("nistp521"),
        Algorithm::Ed25519 | Algorithm::SkEd25519 | Algorithm::Rsa => None,
    };
    if let Some(curve) = curve {
        add(curve.as_bytes());
        add(&base_point(curve));
    } else if algorithm == Algorithm::Rsa {
        add(&[1, 0, 1]);
        add(&modulus(chance, bits));
    } else {
        let seed: [u8; 32] = random(chance, 32).try_into().unwrap();
        add(ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().as_bytes());
    }
    if matches!(algorithm, Algorithm::SkEd25519 | Algorithm::SkEcdsaP256) {
        add(b"ssh:");
    }
    blob
}

fn line(name: &str, blob: &[u8], comment: &str) -> String {
    format!("{name} {} {comment}", base64::encode(blob))
}

/// What the parser said, by the name of the answer.
type Tally = BTreeMap<String, u64>;

/// What inputs are made from. Short ones stand first, because they are taken more often.
struct Seeds {
    blobs: Vec<(Algorithm, Vec<u8>)>,
    /// The blobs again, to splice with.
    bare: Vec<Vec<u8>>,
    texts: Vec<Vec<u8>>,
}

impl Seeds {
    fn new() -> Self {
        let mut chance = Chance::new(0);
        let short = Algorithm::ALL.iter().filter(|algorithm| **algorithm != Algorithm::Rsa);
        let sizes = short.map(|algorithm| (*algorithm, 0));
        let sizes = sizes.chain([2_048, 3_071, 3_072, 4_096, 16_385].map(|bits| (Algorithm::Rsa, bits)));
        let blobs: Vec<_> = sizes.map(|(algorithm, bits)| (algorithm, blob(&mut chance, algorithm, bits))).collect();
        let lines = blobs.iter().map(|(algorithm, blob)| line(algorithm.as_str(), blob, "ana@laptop"));
        let lines: Vec<String> = lines.collect();
        let first = &lines[0];
        let forms = [
            format!("no-pty,command=\"ls -l\" {first}"),
            format!("{first}\n{first}"),
            format!("  {first}\r\n"),
            line("ssh-dss", &string(b"ssh-dss"), ""),
            line("ssh-ed25519-cert-v01@openssh.com", &string(b"ssh-ed25519-cert-v01@openssh.com"), ""),
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n".to_owned(),
            "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAC3NzaC1lZDI1NTE5\n---- END SSH2 PUBLIC KEY ----".to_owned(),
            "ssh-ed25519".to_owned(),
        ];
        let texts = forms.iter().chain(&lines).map(|text| text.clone().into_bytes()).collect();
        Self { bare: blobs.iter().map(|(_, blob)| blob.clone()).collect(), blobs, texts }
    }

    fn input(&self, chance: &mut Chance) -> String {
        let mut one_of = |many: usize| chance.below(many).min(chance.below(many));
        let (blob, text) = (one_of(self.blobs.len()), one_of(self.texts.len()));
        match chance.below(500) {
            // Mostly the key inside of its base64 is changed: there the parser has the most to say.
            0..300 => {
                let (algorithm, blob) = &self.blobs[blob];
                line(algorithm.as_str(), &mutate(chance, blob, &self.bare), "ana@laptop")
            }
            300..499 => String::from_utf8_lossy(&mutate(chance, &self.texts[text], &self.texts)).into_owned(),
            _ => "x".repeat(TEXT_MAX - 1 + chance.below(3)),
        }
    }
}

/// What every answer has to hold, whatever the text was.
fn check(text: &str, tally: &mut Tally) {
    let read = |text: &str| ssh_key::PublicKey::from_openssh(text);
    let answer = match PublicKey::parse(text) {
        Ok(key) => {
            assert!(!text.contains("PRIVATE KEY"), "{text:?}");
            let (stored, comment) = (key.to_string(), String::new());
            let other = read(&stored).unwrap();
            assert_eq!(other.algorithm().as_str(), key.algorithm.as_str(), "{text:?}");
            assert_eq!(other.to_bytes().unwrap(), key.blob, "{text:?}");
            assert_eq!(PublicKey::parse(&stored), Ok(PublicKey { comment, ..key.clone() }), "{text:?}");
            let name = key.suggested_name().map(String::from).unwrap_or_default();
            assert!(!name.contains(char::is_control) && name.chars().count() <= NAME_MAX, "{text:?}");
            key.algorithm.as_str().to_owned()
        }
        Err(why) => {
            assert!(why == Refused::Private || !text.contains("PRIVATE KEY"), "{text:?}");
            // The other reader knows none of our limits, and is lenient inside of a key and around it.
            let is_policy = matches!(
                why,
                Refused::Small
                    | Refused::Large
                    | Refused::NoPoint
                    | Refused::Private
                    | Refused::SeveralLines
                    | Refused::Damaged
            );
            // Nor does it look into keys of a type that it does not know.
            let knows = |other: ssh_key::PublicKey| !matches!(other.algorithm(), ssh_key::Algorithm::Other(_));
            assert!(is_policy || !read(text.trim()).is_ok_and(knows), "{why:?}: {text:?}");
            assert!(why.sentence().ends_with('.'));
            format!("{why:?}")
        }
    };
    *tally.entry(answer).or_default() += 1;
}

#[test]
fn no_text_brings_the_parser_down_and_every_answer_is_met() {
    let seeds = Seeds::new();
    let mut tally = Tally::new();
    play(|chance| check(&seeds.input(chance), &mut tally));
    for (answer, times) in &tally {
        println!("{times:9} {answer}");
    }
    let answers = Algorithm::ALL.iter().map(|algorithm| algorithm.as_str().to_owned());
    for answer in answers.chain(Refused::ALL.iter().map(|why| format!("{why:?}"))) {
        assert!(tally.contains_key(&answer), "{answer} was never the answer");
    }
}

#[test]
fn random_keys_that_are_good_are_read_alike() {
    let mut chance = Chance::new(7);
    for _ in 0..300 {
        let algorithm = chance.pick(Algorithm::ALL).unwrap();
        let bits = 3_072 + chance.below(1_200);
        let blob = blob(&mut chance, algorithm, bits);
        let text = line(algorithm.as_str(), &blob, "ana@laptop");
        let key = PublicKey::parse(&text).unwrap();
        let other = ssh_key::PublicKey::from_openssh(&text).unwrap();
        assert_eq!((key.algorithm, key.comment.as_str()), (algorithm, "ana@laptop"));
        assert_eq!(other.algorithm().as_str(), algorithm.as_str());
        let fingerprint = other.fingerprint(ssh_key::HashAlg::Sha256).to_string();
        assert_eq!(guildhall_worker::credentials::secret::fingerprint(&key.blob), fingerprint);
        if algorithm == Algorithm::Rsa {
            assert_eq!(usize::try_from(key.bits).unwrap(), bits);
        }
    }
}
