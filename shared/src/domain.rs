//! Domain names in the one form that is compared and that mail takes: A-labels (RFC 5890) by UTS 46, as browsers read
//! the host of a URL. In wasm this is the URL parser of the browser and of the runtime: tables of it would be a tenth of
//! each bundle. On the host a crate's, the one that `url` is made with.

/// Characters of a name that are looked at: four bytes of punycode may stand for one.
const LENGTH: usize = 253;

/// The name in ASCII, or `None` where it is none. What was typed in ASCII keeps its letter case.
pub fn ascii(name: &str) -> Option<String> {
    let typed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.') || !c.is_ascii() && !c.is_control();
    if name.chars().count() > LENGTH || !name.chars().all(|c| typed(c) && !c.is_whitespace()) {
        return None;
    }
    let is_plain = name.is_ascii();
    let has_a_label = || name.to_ascii_lowercase().split('.').any(|label| label.starts_with("xn--"));
    let found = if is_plain && !has_a_label() { name.to_owned() } else { mapped(name)? };
    let found = if is_plain { name.to_owned() } else { found };
    is_name(&found).then_some(found)
}

/// At least two labels of letters, digits and inner hyphens, the last of which begins with a letter: a number there
/// would be the address of a machine.
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let top = name.rsplit_once('.').map(|(_, top)| top);
    name.len() <= LENGTH
        && name.split('.').all(is_label)
        && top.is_some_and(|top| top.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// By UTS 46 (non-transitional processing).
#[cfg(target_arch = "wasm32")]
fn mapped(name: &str) -> Option<String> {
    use js_sys::{Array, Function, Reflect, global};
    let parser = Function::from(Reflect::get(&global(), &"URL".into()).ok()?);
    let url = Reflect::construct(&parser, &Array::of1(&format!("http://{name}/").into())).ok()?;
    Reflect::get(&url, &"hostname".into()).ok()?.as_string()
}

/// By UTS 46 (non-transitional processing).
#[cfg(not(target_arch = "wasm32"))]
fn mapped(name: &str) -> Option<String> {
    idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::URL).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_form_whatever_was_typed() {
        for (typed, form) in [
            ("Example.COM", "Example.COM"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("ｂｕｃｈ．ｅｘａｍｐｌｅ", "buch.example"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("straße.example", "xn--strae-oqa.example"),
            ("ไทย.example", "xn--o3cw4h.example"),
            ("हिन्दी.example", "xn--j2bd4cyah0f.example"),
            ("exam\u{ad}plé.example", "xn--exampl-gva.example"),
        ] {
            assert_eq!(ascii(typed).as_deref(), Some(form), "{typed}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = format!("{}.example", "ä".repeat(63));
        for typed in [
            "",
            "example",
            ".",
            "a..b",
            "-a.example",
            "a-.example",
            "a.1",
            "a.0x7f",
            "1.2.3.4",
            "a b.example",
            "a／b.example",
            "a%41.example",
            "a/b.example",
            "a:1.example",
            "a\u{202e}b.example",
            "xn--a.example",
            "a_b.example",
            "ä.example.",
            &long,
        ] {
            assert_eq!(ascii(typed), None, "{typed}");
        }
    }
}
