//! What the browser says of a ceremony (WebAuthn Level 3, section 5.8.1): its type, its challenge, and
//! the page that asked.

use crate::json;
use serde::{Deserialize, Deserializer, de::IgnoredAny};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientData {
    pub kind: String,
    /// In base64url.
    pub challenge: String,
    pub origin: String,
    /// Whether another site's page had ours in a frame.
    pub is_framed: bool,
}

/// As the standard writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Collected {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    /// Whether it is there, whatever it is.
    #[serde(default, deserialize_with = "is_there")]
    top_origin: bool,
}

fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

pub fn read(bytes: &[u8]) -> Option<ClientData> {
    // `serde` would take a list for the fields in their order.
    let text = core::str::from_utf8(bytes).ok().filter(|text| text.trim_start().starts_with('{'))?;
    let Collected { kind, challenge, origin, cross_origin, top_origin } = json::from_str(text).ok()?;
    Some(ClientData { kind, challenge, origin, is_framed: cross_origin || top_origin })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_s_words_are_read() {
        let text = br#"{"type":"webauthn.get","challenge":"AA","origin":"https://guildhall.test","crossOrigin":false}"#;
        let read_ = read(text).unwrap();
        assert_eq!((read_.kind.as_str(), read_.challenge.as_str()), ("webauthn.get", "AA"));
        assert!(!read_.is_framed);
        let framed = br#"{"type":"webauthn.get","challenge":"AA","origin":"x","crossOrigin":true}"#;
        assert!(read(framed).unwrap().is_framed);
        for top in ["\"https://a.test\"", "null"] {
            let framed = format!(r#"{{"type":"webauthn.get","challenge":"AA","origin":"x","topOrigin":{top}}}"#);
            assert!(read(framed.as_bytes()).unwrap().is_framed);
        }
    }

    #[test]
    fn what_lacks_something_or_is_of_another_kind_is_refused() {
        for text in [
            "",
            "[]",
            r#"["webauthn.get","AA","x"]"#,
            "{}",
            r#"{"type":"webauthn.get","challenge":"AA"}"#,
            r#"{"type":"webauthn.get","challenge":1,"origin":"x"}"#,
            r#"{"type":null,"challenge":"AA","origin":"x"}"#,
            r#"{"type":"webauthn.get","challenge":"AA","origin":"x","crossOrigin":"false"}"#,
            r#"{"type":"webauthn.get","challenge":"AA","origin":"x","crossOrigin":null}"#,
            r#"{"type":"webauthn.get","challenge":"AA","origin":"x","origin":"x"}"#,
            r#"{"type":"webauthn.get","challenge":"AA","origin":"x"} "x""#,
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read(b"\xff"), None);
    }
}
