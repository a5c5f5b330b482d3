//! Text in a letter that someone else has chosen: a team's name, a person's, a key's. It is quoted, cut to one line, and
//! no mail program makes a link of it.

/// Characters of a name, and of one with what is beside it.
const LENGTH: usize = 64;

const DETAIL: usize = 160;

/// Characters of one in a subject.
const SUBJECT: usize = 40;

/// What names of hosts are read with, besides the full stop: IDNA takes these for one.
const STOPS: [char; 6] = ['.', '\u{2024}', '\u{3002}', '\u{fe52}', '\u{ff0e}', '\u{ff61}'];

const COLONS: [char; 3] = [':', '\u{fe55}', '\u{ff1a}'];

/// What makes a link with a colon alone.
const SCHEMES: [&str; 6] = ["mailto", "tel", "sms", "sip", "xmpp", "javascript"];

const AT: [char; 3] = ['@', '\u{fe6b}', '\u{ff20}'];

/// In quotation marks, on one line, cut, with every dot, colon and @ in brackets that could make a link.
pub fn quoted(text: &str) -> String {
    quote(&line(text, LENGTH))
}

/// The same for a name with what is beside it, such as a fingerprint.
pub fn quoted_detail(text: &str) -> String {
    quote(&line(text, DETAIL))
}

fn quote(line: &str) -> String {
    let mut out = String::from("“");
    let mut rest = line.chars().peekable();
    let mut before = None;
    while let Some(char) = rest.next() {
        let next = rest.peek().copied();
        let joins = |other: Option<char>| other.is_some_and(|other| !other.is_whitespace());
        let is_scheme = COLONS.contains(&char)
            && (rest.clone().take(2).eq(['/', '/']) || SCHEMES.iter().any(|name| ends(&out, name)));
        if is_scheme || ((STOPS.contains(&char) || AT.contains(&char)) && joins(before) && joins(next)) {
            out.extend(['[', char, ']']);
        } else {
            out.push(char);
        }
        before = Some(char);
    }
    out.push('”');
    out
}

fn ends(text: &str, word: &str) -> bool {
    let at = text.len().checked_sub(word.len());
    at.and_then(|at| text.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// The same for a subject; `None` where it could be taken for an address.
pub fn in_subject(text: &str) -> Option<String> {
    let whole = line(text, usize::MAX);
    let quoted = quote(&whole);
    (!quoted.contains('[') && !has_number(&whole)).then(|| format!("“{}”", line(text, SUBJECT)))
}

/// Something as long as a telephone number, which mail programs make a link of as well.
fn has_number(text: &str) -> bool {
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    text.split(|char: char| !(char.is_ascii_digit() || " -()+/".contains(char))).any(|word| digits(word) >= 7)
}

/// One line without what cannot be seen or turns the writing about, cut with an ellipsis.
fn line(text: &str, length: usize) -> String {
    let is_hidden = |char: char| {
        char.is_control()
            || matches!(char, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
            || matches!(char, '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(char, '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
            || matches!(char, '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
    };
    let spaced: String = text.chars().map(|char| if is_hidden(char) { ' ' } else { char }).collect();
    // Quotation marks of its own would end ours.
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let whole = words.join(" ").replace(['“', '”', '„', '"'], "'");
    let cut: String = whole.chars().take(length).collect();
    if cut.len() < whole.len() { format!("{}…", cut.trim_end()) } else { cut }
}

#[cfg(test)]
mod tests {
    use super::{in_subject, quoted};

    #[test]
    fn nothing_in_a_quotation_is_a_link() {
        for (text, words) in [
            ("Core", "“Core”"),
            ("St. Ives, Inc.", "“St. Ives, Inc.”"),
            ("https://evil.example/x", "“https[:]//evil[.]example/x”"),
            ("evil.example", "“evil[.]example”"),
            ("evil。example", "“evil[。]example”"),
            ("bo@evil.example", "“bo[@]evil[.]example”"),
            ("mailto:bo", "“mailto[:]bo”"),
            ("Laptop (SHA256:/b/c)", "“Laptop (SHA256:/b/c)”"),
            ("two\r\nlines\t\u{202e}turned", "“two lines turned”"),
            ("“Core” from the platform", "“'Core' from the platform”"),
            ("evil.\u{200b}example", "“evil. example”"),
        ] {
            assert_eq!(quoted(text), words);
        }
        assert_eq!(quoted(&"a".repeat(200)).chars().count(), 64 + 3);
    }

    #[test]
    fn a_subject_has_a_name_only_where_it_is_none_of_an_address() {
        assert_eq!(in_subject("Core"), Some("“Core”".to_owned()));
        assert_eq!(in_subject(&"a".repeat(60)).unwrap().chars().count(), 40 + 3);
        let far = format!("{} evil.example", "a ".repeat(25));
        for text in ["Node.js", "see https://evil.example", "bo@evil", "call +49 30 1234567", &far] {
            assert_eq!(in_subject(text), None, "{text}");
        }
    }
}
