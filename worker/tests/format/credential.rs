//! Texts of credentials and what is encrypted: keys in people's hands, links in their mail, values in
//! the store. All made with the installation's key of the tests.

use super::{ana, api_key, invitation, link, session, team};
use guildhall_worker::credentials::{
    cipher::{self, Sealed, Wrapped},
    password,
    secret::{Installation, Purpose, digest},
    token::{self, CookieToken, KeyToken, Link},
};

#[test]
fn an_api_key_has_this_text() {
    let installation = Installation::fixed();
    let token = KeyToken { team: team(), maker: ana(), key: api_key() };
    let made = token::make_key(&installation, token, [9; 16]);
    let text = "ghk_ccccccccccaaaaaaaaaabbbbbbbbbb0j98tjjwkyd49ggxjn7et6io91jtvsjlb81";
    assert_eq!(made.text, text);
    assert_eq!(made.digest, digest(text));
    assert_eq!((text.len(), &text[..4]), (69, token::KEY_PREFIX));
    assert_eq!(token::read_key(&installation, text), Some((token, made.digest)));
    assert_eq!(token::key_beginning(token, true), "ghk_cccccccccc");
    assert!(text.starts_with(&token::key_beginning(token, true)));
}

#[test]
fn an_api_key_of_old_that_begins_with_its_team_is_read() {
    let installation = Installation::fixed();
    let token = KeyToken { team: team(), maker: ana(), key: api_key() };
    let text = "ghk_aaaaaaaaaabbbbbbbbbbcccccccccc0j98tjjwkyd49ggxjn7et6io92smkwmjcm3";
    assert_eq!(token::read_key(&installation, text), Some((token, digest(text))));
    assert_eq!(token::key_beginning(token, false), "ghk_aaaaaaaaaabbbbbbbbbbcccccccccc");
    assert!(text.starts_with(&token::key_beginning(token, false)));
}

#[test]
fn a_cookie_has_this_text() {
    let installation = Installation::fixed();
    let token = CookieToken { account: ana(), session: session() };
    let made = token::make_cookie(&installation, token, [9; 16]);
    let text = "bbbbbbbbbbdddddddddd0j98tjjwkyd49ggxjn7et6io95x5yirh4ul";
    assert_eq!(made.text, text);
    assert_eq!(text.len(), 55);
    assert_eq!(token::read_cookie(&installation, text), Some((token, made.digest)));
}

#[test]
fn the_links_in_mail_have_these_tokens() {
    let installation = Installation::fixed();
    let links = [
        (Link::ConfirmEmail { account: ana(), link: link() }, "cbbbbbbbbbbffffffffff4pb25a9x5dc27xsymia44hrwk"),
        (Link::ComeBack { account: ana(), link: link() }, "bbbbbbbbbbbffffffffff4n2wvpznwm7rhdvm3h325nt76"),
        (
            Link::Invitation { team: team(), invitation: invitation(), link: link() },
            "iaaaaaaaaaaeeeeeeeeeeffffffffff6sx1epmsdnabwm1bweiruzolt",
        ),
    ];
    for (link, text) in links {
        assert_eq!(link.token(&installation), text);
        assert_eq!(Link::read(&installation, text), Some(link));
    }
}

#[test]
fn keyed_hashes_stay_what_they_are() {
    let installation = Installation::fixed();
    assert_eq!(digest("x"), "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
    assert_eq!(installation.blind("email", "ana@example.com"), "3yrs6sviliinio1q5r9zdn24a");
    assert_eq!(installation.blind("address", "192.0.2.1"), "8s127dqdta52grx30883mp973");
    assert_eq!(installation.mac(Purpose::Idempotency, "x"), "693sztsz3vpfwhgg04n2g982f");
}

#[test]
fn a_wrapped_key_and_a_sealed_value_open_for_ever() {
    let installation = Installation::fixed();
    let wrapped = cipher::wrap(&installation, &[5; 32], team().as_str(), [2; cipher::NONCE]).unwrap();
    let pinned = Wrapped {
        key: "k1".into(),
        sealed: Sealed {
            nonce: "AgICAgICAgICAgIC".into(),
            text: "jmhb4x4em5HhO0iyCSS5gbmUQ7BTOEsvVhrNYKSLpxETQHKHuy9NJuuhKG4qpPEz".into(),
        },
    };
    assert_eq!(wrapped, pinned);
    let data_key = cipher::unwrap(&installation, &pinned, team().as_str()).unwrap();
    assert_eq!(*data_key, [5; 32]);

    let place = guildhall_worker::features::secrets::secret::place(team(), "NAME", 2);
    assert_eq!(place, "secret/t0aaaaaaaaaa/NAME/2");
    let sealed = cipher::seal(&data_key, "value ж".as_bytes(), &place, [3; cipher::NONCE]).unwrap();
    let pinned = Sealed { nonce: "AwMDAwMDAwMDAwMD".into(), text: "cJDvPRuMAEMURpAv9Fv+k/O8i+6xefiq".into() };
    assert_eq!(sealed, pinned);
    assert_eq!(cipher::open(&data_key, &pinned, &place).unwrap().as_slice(), "value ж".as_bytes());
}

#[test]
fn a_password_is_hashed_like_this() {
    let pinned = "$argon2id$v=19$m=19456,t=2,p=1$AwMDAwMDAwMDAwMDAwMDAw$VBxqAQILghx5ZV8F3yGz4H+/iVDoLzzW7oSm+Dgt/pM";
    assert_eq!(password::hash("tall-mule-pond-7", [3; password::SALT]).unwrap(), pinned);
    assert!(password::verify("tall-mule-pond-7", Some(pinned)));
    assert!(!password::is_outdated(pinned));
}

#[test]
fn the_first_form_of_a_password_s_hash_is_still_read() {
    let pinned = "argon2id$19456$2$1$03030303030303030303030303030303$541c6a01020b821c79655f05df21b3e07fbf8950e82f3cd6ee84a6f8382dfe93";
    assert!(password::verify("tall-mule-pond-7", Some(pinned)));
    assert!(!password::verify("tall-mule-pond-8", Some(pinned)));
    assert!(!password::is_outdated(pinned));
}
