//! What is stored of a password, and the list that a new one is judged by.

use crate::support::{Cast, PASSWORD, account_object, run};
use data_encoding::HEXLOWER;
use guildhall_shared::{path, words::WORDS};
use guildhall_worker::{
    features::passwords::record::PasswordRecord,
    store::{decode, key},
};
use serde_json::json;
use sha2::{Digest, Sha256};

#[test]
fn a_right_password_raises_the_work_of_an_old_hash() {
    run(async {
        let cast = Cast::new().await;
        let object = account_object(&cast.owner);
        let place = key::password();
        let hash = |text: &str| decode::<PasswordRecord>(text).unwrap().1.hash;
        let weaken = || {
            let mut out = [0; 32];
            let params = argon2::Params::new(64, 1, 1, Some(32)).unwrap();
            let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
            argon.hash_password_into(PASSWORD.as_bytes(), &[3; 16], &mut out).unwrap();
            let mut stored = cast.world.records(&object)[place.as_str()].clone();
            let old = format!("argon2id$64$1$1${}${}", "03".repeat(16), HEXLOWER.encode(&out));
            stored.value = stored.value.replace(&hash(&stored.value), &old);
            let writes = [(place.as_str().to_owned(), Some(stored))].into_iter().collect();
            cast.world.object(&object).host.commit(&writes).unwrap();
        };
        let now = || hash(&cast.world.records(&object)[place.as_str()].value);
        let sign_in = |password: &str| json!({ "email": "olive@example.com", "password": password });
        weaken();
        cast.nobody.post(path::SIGN_IN, sign_in("tall-mule-pond-8")).await.refuses(401, "UNAUTHORIZED");
        assert!(now().starts_with("argon2id$64$1$1$"));
        cast.nobody.post(path::SIGN_IN, sign_in(PASSWORD)).await.is(200);
        assert!(now().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let kept = now();
        cast.nobody.post(path::SIGN_IN, sign_in(PASSWORD)).await.is(200);
        assert_eq!(now(), kept);
        weaken();
        cast.owner.post(path::REAUTHENTICATE, json!({ "password": PASSWORD })).await.is(204);
        assert!(now().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    });
}

#[test]
fn the_file_of_words_is_named_by_its_content() {
    let digest = HEXLOWER.encode(&Sha256::digest(WORDS.text().as_bytes()));
    assert_eq!(path::WORDS, format!("/assets/words-{}.txt", &digest[..8]));
    let build = include_str!("../../../xtask/src/build/page.rs");
    assert!(build.contains(&format!("\"{}\"", &path::WORDS[1..])));
}
