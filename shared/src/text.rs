//! Text: types that are strings on the wire, percent-encoding, Unicode's normal forms (UAX #15) and
//! cases. In wasm the last two are the browser's and the runtime's own: the tables would be a tenth of each
//! bundle. On the host a crate's.

use core::{fmt, marker::PhantomData, str::FromStr};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserializer, de};

/// Reads a type that is a string on the wire.
pub(crate) fn parsed<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    struct Parse<T>(PhantomData<T>);
    impl<T: FromStr<Err: fmt::Display>> de::Visitor<'_> for Parse<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    d.deserialize_str(Parse(PhantomData))
}

/// What is not unreserved (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes what is not unreserved.
pub fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The composed form, in which names are compared.
pub fn nfc(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { normalize(text, Form::Nfc) }
}

/// The composed form without compatibility differences, in which passwords are hashed.
pub fn nfkc(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { normalize(text, Form::Nfkc) }
}

/// Lower case, in which emails and common passwords are compared.
pub fn lower(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { lower_all(text) }
}

/// Upper case, as initials have it.
pub fn upper(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { upper_all(text) }
}

#[cfg(target_arch = "wasm32")]
fn lower_all(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(not(target_arch = "wasm32"))]
fn lower_all(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(target_arch = "wasm32")]
fn upper_all(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}

#[cfg(not(target_arch = "wasm32"))]
fn upper_all(text: &str) -> String {
    text.to_uppercase()
}

#[derive(Clone, Copy)]
enum Form {
    Nfc,
    Nfkc,
}

#[cfg(target_arch = "wasm32")]
fn normalize(text: &str, form: Form) -> String {
    let form = match form {
        Form::Nfc => "NFC",
        Form::Nfkc => "NFKC",
    };
    js_sys::JsString::from(text).normalize(form).into()
}

#[cfg(not(target_arch = "wasm32"))]
fn normalize(text: &str, form: Form) -> String {
    use unicode_normalization::UnicodeNormalization;
    match form {
        Form::Nfc => text.nfc().collect(),
        Form::Nfkc => text.nfkc().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_unreserved_is_percent_encoded() {
        assert_eq!(percent_encoded("Ana+x@é.example_-~"), "Ana%2Bx%40%C3%A9.example_-~");
    }

    #[test]
    fn forms_compose_and_only_one_folds_compatibility() {
        assert_eq!(nfc("Ame\u{301}lie ﬁ"), "Am\u{e9}lie ﬁ");
        assert_eq!(nfkc("ﬁne"), "fine");
        assert_eq!(nfc("plain"), "plain");
        assert_eq!(lower("Ünal ΣΑΣ İ"), "ünal σας i\u{307}");
        assert_eq!(upper("aé straße"), "AÉ STRASSE");
    }
}
