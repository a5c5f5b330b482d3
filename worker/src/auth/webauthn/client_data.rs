//! What the browser says of a ceremony (WebAuthn Level 3, section 5.8.1): its type, its challenge, and
//! the page that asked.

use crate::json::Tree;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientData {
    pub kind: String,
    /// In base64url.
    pub challenge: String,
    pub origin: String,
    /// Whether another site's page had ours in a frame.
    pub is_framed: bool,
}

pub fn read(bytes: &[u8]) -> Option<ClientData> {
    let tree = Tree::parse(core::str::from_utf8(bytes).ok()?).ok()?;
    let root = tree.root();
    let text = |name: &str| root.field(name)?.read::<String>().ok();
    let crosses = match root.field("crossOrigin") {
        Some(crosses) => crosses.read::<bool>().ok()?,
        None => false,
    };
    Some(ClientData {
        kind: text("type")?,
        challenge: text("challenge")?,
        origin: text("origin")?,
        is_framed: crosses || root.field("topOrigin").is_some(),
    })
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
        let framed = br#"{"type":"webauthn.get","challenge":"AA","origin":"x","topOrigin":"https://a.test"}"#;
        assert!(read(framed).unwrap().is_framed);
    }

    #[test]
    fn what_lacks_something_or_is_of_another_kind_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"type":"webauthn.get","challenge":"AA"}"#,
            r#"{"type":"webauthn.get","challenge":1,"origin":"x"}"#,
            r#"{"type":null,"challenge":"AA","origin":"x"}"#,
            r#"{"type":"webauthn.get","challenge":"AA","origin":"x","crossOrigin":"false"}"#,
            r#"{"type":"webauthn.get","challenge":"AA","origin":"x"} "x""#,
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read(b"\xff"), None);
    }
}
