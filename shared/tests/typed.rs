//! What people type and paste into each field: what is kept of it, or the sentence. Console and server ask the same
//! functions, so the table stands here once.

use guildhall_shared::{
    Email, Issue,
    name::{self, DisplayName, Namespace, SecretName},
    second_factor::{recovery_code, totp_code},
    ssh_key::PublicKey,
};

const NAME: &str = "Use at least one visible character.";
const ADDRESS: &str = "Enter an email address such as ana@example.com.";
const WEBSITE: &str = "A website's address starts with https:// and has no spaces. Try https://example.com.";
const TOTP: &str = "A code of the authenticator app has six digits.";
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBf1DZ6oLqGhFhYlVTqnWJ7rPpIn4h0m1Y5BFGr9cSgf";

type Read = fn(&str) -> Result<String, Issue>;

const EMAIL: Read = |text| Email::parse(text).map(Into::into);
const INVITED: Read = |text| Email::parse_copied(text).map(Into::into);
const PERSON: Read = |text| DisplayName::parse(text).map(Into::into);
const USERNAME: Read = |text| Namespace::parse(text).map(Into::into);
const SECRET: Read = |text| SecretName::parse(text).map(Into::into);
const VALUE: Read = |text| name::secret_value(text).map(|()| text.to_owned());
const SSH: Read = |text| PublicKey::parse(text).map(|key| key.to_string()).map_err(Issue::from);

#[test]
fn each_field_keeps_what_was_meant_or_says_what_is_wrong() {
    let table: &[(&str, Read, &str, Result<&str, &str>)] = &[
        // Emails.
        ("email", EMAIL, "\u{200b}ana@example.com", Ok("ana@example.com")),
        ("email", EMAIL, "\u{feff}\u{a0}Ana@example.com\r\n", Ok("Ana@example.com")),
        ("email", EMAIL, "\u{202a}ana@example.com\u{202c}", Ok("ana@example.com")),
        ("email", EMAIL, "ａｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ", Ok("ana@example.com")),
        ("email", EMAIL, "ana@bücher.example", Ok("ana@xn--bcher-kva.example")),
        ("email", EMAIL, "ana@例え。テスト", Ok("ana@xn--r8jz45g.xn--zckzah")),
        ("email", EMAIL, "ana@ไทย.example", Ok("ana@xn--o3cw4h.example")),
        (
            "email",
            EMAIL,
            "an\u{200b}a@example.com",
            Err("This address has a character in it that nobody sees. Type it by hand."),
        ),
        ("email", EMAIL, "аna@example.com", Err("The part of an email address before the @ is plain ASCII.")),
        ("email", EMAIL, "ana@example", Err(ADDRESS)),
        ("email", EMAIL, "Bo <bo@example.com>", Err(ADDRESS)),
        ("email", EMAIL, "\u{200b}", Err("Enter an email address.")),
        ("invited", INVITED, "Bo <bo@bücher.example>", Ok("bo@xn--bcher-kva.example")),
        ("invited", INVITED, "mailto:bo@example.com", Ok("bo@example.com")),
        ("invited", INVITED, "Bo", Err(ADDRESS)),
        // Names of people, teams, keys and passkeys.
        ("name", PERSON, " Ana \u{200b}", Ok("Ana")),
        ("name", PERSON, "\u{feff}Ame\u{301}lie\u{a0}", Ok("Amélie")),
        ("name", PERSON, "می\u{200c}خواهم", Ok("می\u{200c}خواهم")),
        ("name", PERSON, "❤\u{fe0f}", Ok("❤\u{fe0f}")),
        ("name", PERSON, "👩\u{200d}🔬", Ok("👩\u{200d}🔬")),
        ("name", PERSON, " ", Err("Enter a name.")),
        ("name", PERSON, "\u{200b}", Err(NAME)),
        ("name", PERSON, "\u{2060}\u{ad}", Err(NAME)),
        ("name", PERSON, "\u{3164}", Err(NAME)),
        ("name", PERSON, "\u{2800}", Err(NAME)),
        ("name", PERSON, "\u{e0041}\u{e007f}", Err(NAME)),
        ("name", PERSON, "\u{115f}\u{1160}\u{ffa0}\u{fe0f}\u{200d}", Err(NAME)),
        ("name", PERSON, "a\u{202e}b", Err("A name has no control or direction-changing characters.")),
        ("username", USERNAME, "come-back", Err("This name is reserved. Choose another.")),
        ("username", USERNAME, "deactivated", Err("This name is reserved. Choose another.")),
        ("username", USERNAME, "ａｎａ", Err("This name has lowercase letters, digits and hyphens only.")),
        (
            "secret",
            SECRET,
            "A\u{200b}",
            Err("A secret's name starts with a letter and goes on with letters, digits and underscores."),
        ),
        // A secret's value is nobody's to change.
        ("value", VALUE, "\u{feff}a\r\nb \r\n", Ok("\u{feff}a\r\nb \r\n")),
        // A team's profile.
        ("bio", name::bio, "one\r\ntwo\rthree\n", Ok("one\ntwo\nthree")),
        ("bio", name::bio, " \r\n ", Ok("")),
        ("bio", name::bio, "\u{2800}", Err(NAME)),
        ("location", name::location, " \u{a0}", Ok("")),
        ("location", name::location, "\u{3164}", Err(NAME)),
        ("website", name::website, "Https://Example.com/A", Ok("https://Example.com/A")),
        ("website", name::website, "\u{200b}HTTP://bücher.example:8080/?a#b", Ok("http://bücher.example:8080/?a#b")),
        ("website", name::website, "https://127.0.0.1", Ok("https://127.0.0.1")),
        ("website", name::website, "https://.", Err(WEBSITE)),
        ("website", name::website, "https://a..b", Err(WEBSITE)),
        ("website", name::website, "https://bank.example@evil.example", Err(WEBSITE)),
        ("website", name::website, "https://example.com:x", Err(WEBSITE)),
        ("website", name::website, "https://example.com\\@evil.example", Err(WEBSITE)),
        ("website", name::website, "ftp://example.com", Err(WEBSITE)),
        // Codes.
        ("code", totp_code, "１２３ ４５６", Ok("123456")),
        ("code", totp_code, "١٢٣٤٥٦", Ok("123456")),
        ("code", totp_code, "۱۲۳\u{2013}۴۵۶", Ok("123456")),
        ("code", totp_code, "\u{feff}123\u{a0}456", Ok("123456")),
        ("code", totp_code, "१२३ ४५६", Ok("123456")),
        ("code", totp_code, "12345", Err(TOTP)),
        ("recovery", recovery_code, "７Ｋ３Ｍ９\u{2014}Ｘ２Ｖ４Ｑ", Ok("7k3m9x2v4q")),
        // SSH keys.
        ("ssh", SSH, &format!("\u{feff}{KEY} ana@laptop"), Ok(KEY)),
        ("ssh", SSH, &format!("\u{a0}\u{200b}{KEY}\r\n"), Ok(KEY)),
        (
            "ssh",
            SSH,
            &KEY.replace(' ', "\u{a0}"),
            Err("This key is cut short or has stray characters. Copy the whole line again."),
        ),
        (
            "ssh",
            SSH,
            &KEY.replace("AAAAC", "AAAA\u{200b}C"),
            Err("This key is cut short or has stray characters. Copy the whole line again."),
        ),
        (
            "ssh",
            SSH,
            "\u{feff}-----BEGIN OPENSSH PRIVATE KEY-----",
            Err(
                "This is a private key. It was not stored. Paste the public one, from the file that ends in .pub. If this one was sent or pasted anywhere else, replace it with a new key.",
            ),
        ),
    ];
    for (field, read, typed, expected) in table {
        let read = read(typed).map_err(|issue| issue.message);
        assert_eq!(read.as_deref().map_err(String::as_str), *expected, "{field}: {typed:?}");
    }
}
