//! What makes a password acceptable. The form and the server call the same function.

use crate::{
    error::Issue,
    sort::sorted,
    text::{lower, nfkc},
};
use std::borrow::Cow;

pub const MIN: usize = 12;
pub const MAX: usize = 256;
/// Characters a password has beside the account's own names.
const OWN_MIN: usize = 6;

/// The list as the console and the tests carry it. The Worker reads the same file, which lies beside it.
pub static COMMON: Common = Common(Cow::Borrowed(include_str!("../data/common_passwords.txt")));

/// Passwords that many people use, one on a line, sorted; see `data/README.md`.
pub struct Common(Cow<'static, str>);

impl Common {
    /// `None` where the text is no such list: in place of a file that is missing, the platform gives out
    /// the console's page.
    pub fn read(text: String) -> Option<Self> {
        let common = Self(text.into());
        (common.holds("password") && common.text().lines().is_sorted()).then_some(common)
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    fn holds(&self, word: &str) -> bool {
        self.text().lines().any(|line| line == word)
    }

    /// Whether a password is one of these, with or without digits and signs around it.
    pub fn has(&self, password: &str) -> bool {
        let lower = lower(&nfkc(password));
        let base = lower.trim_matches(|c: char| !c.is_alphabetic());
        self.holds(&lower) || (!base.is_empty() && self.holds(base))
    }
}

/// The form that is hashed (NFKC), or why it is refused. `own` are the account's names and the
/// part of its email before the @; `Common::has` says whether it is common.
pub fn check(text: &str, own: &[&str], is_common: bool) -> Result<String, Issue> {
    let password = nfkc(text);
    let length = password.chars().count();
    if length < MIN {
        return Err(Issue::new(format!("A password has at least {MIN} characters. Several words do well.")));
    }
    if length > MAX {
        return Err(Issue::new(format!("A password has at most {MAX} characters.")));
    }
    let lower = lower(&password);
    if is_common || is_simple(&lower) {
        return Err(Issue::new("This password is among the first that are guessed. Choose several words of your own."));
    }
    if own_part(&lower, own) < OWN_MIN {
        return Err(Issue::new("This password is made of your own names. Choose words that are not about you."));
    }
    Ok(password)
}

/// How hard a password is to guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strength {
    /// With the reason; nothing else about it matters.
    Refused(Issue),
    Fair,
    Good,
    Strong,
}

impl Strength {
    /// Of 4, for a meter.
    pub const fn level(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Fair => 2,
            Self::Good => 3,
            Self::Strong => 4,
        }
    }

    pub fn sentence(&self) -> String {
        match self {
            Self::Refused(issue) => issue.message.clone(),
            Self::Fair => "Fair. One more word makes it a thousand times harder to guess.".to_owned(),
            Self::Good => "Good. One more word makes it strong.".to_owned(),
            Self::Strong => "Strong.".to_owned(),
        }
    }
}

/// Tenths of a bit that a guesser has to spend on a part of a password.
mod cost {
    /// A letter of a word; a random one would cost 47.
    pub const LETTER: usize = 25;
    pub const COMMON_WORD: usize = 80;
    pub const DIGIT: usize = 33;
    /// Four digits that are a year.
    pub const YEAR: usize = 60;
    pub const SIGN: usize = 40;
    /// A character that repeats or continues the one before.
    pub const RUN: usize = 5;
    pub const CAPITAL: usize = 10;
    pub const GOOD: usize = 450;
    pub const STRONG: usize = 600;
}

/// Explains a password while it is typed: refused for the same reasons as by `check`, or how far it
/// carries. An estimate from its words, digits and signs; it knows no dictionary.
pub fn strength(text: &str, own: &[&str]) -> Strength {
    let password = match check(text, own, COMMON.has(text)) {
        Ok(password) => password,
        Err(issue) => return Strength::Refused(issue),
    };
    let kind = |c: char| if c.is_alphabetic() { 0 } else { 1 + u8::from(!c.is_numeric()) };
    let mut total = 0;
    let mut part: Vec<char> = vec![];
    for c in password.chars() {
        if part.last().is_some_and(|last| kind(*last) != kind(c)) {
            total += cost_of(&part);
            part.clear();
        }
        part.push(c);
    }
    total += cost_of(&part);
    match total {
        cost::STRONG.. => Strength::Strong,
        cost::GOOD.. => Strength::Good,
        _ => Strength::Fair,
    }
}

/// The cost of characters of one kind.
fn cost_of(part: &[char]) -> usize {
    let text: String = part.iter().collect();
    let is_year = part.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    let lower = lower(&text);
    let each = match part.first() {
        Some(c) if c.is_alphabetic() => cost::LETTER,
        Some(c) if c.is_numeric() => cost::DIGIT,
        _ => cost::SIGN,
    };
    if is_year && each == cost::DIGIT {
        return cost::YEAR;
    }
    if each == cost::LETTER && COMMON.holds(&lower) {
        return cost::COMMON_WORD;
    }
    let mut sum = 0;
    let mut before: Option<char> = None;
    for c in part {
        let step = before.map(|before| u32::from(before).abs_diff(u32::from(*c)));
        sum += if step.is_some_and(|step| step <= 1) { cost::RUN } else { each };
        // A capital at the start of a word is the first thing that is tried.
        if before.is_some() && c.is_uppercase() {
            sum += cost::CAPITAL;
        }
        before = Some(*c);
    }
    sum
}

/// Whether it repeats itself, or is mostly a run as on a keyboard's row of digits.
fn is_simple(lower: &str) -> bool {
    let repeated = || {
        let chars: Vec<char> = lower.chars().collect();
        (1..=chars.len() / 2).any(|n| chars.iter().zip(chars.iter().skip(n)).all(|(a, b)| a == b) && n <= 8)
    };
    let run = || {
        let steps: Vec<i64> = lower
            .chars()
            .zip(lower.chars().skip(1))
            .map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)))
            .collect();
        steps.iter().filter(|step| step.abs() <= 1).count() * 4 >= steps.len() * 3
    };
    repeated() || run()
}

/// How many characters are left when the account's own names are taken out.
fn own_part(password: &str, own: &[&str]) -> usize {
    let names: Vec<String> = own
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()).map(lower).collect::<Vec<_>>())
        .filter(|name| name.chars().count() >= 3)
        .collect();
    let mut rest = password.to_owned();
    for name in sorted(names, |a, b| b.len().cmp(&a.len())) {
        rest = rest.replace(&name, "");
    }
    rest.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Common, Issue, MAX, Strength, strength};

    fn check(text: &str, own: &[&str]) -> Result<String, Issue> {
        super::check(text, own, COMMON.has(text))
    }

    #[test]
    fn a_password_holds_to_its_length_at_the_border() {
        assert!(check("tk4-mule-pond", &[]).is_ok());
        assert!(check("tk4mulepond", &[]).is_err());
        let long: String = "tk4 mule pond ".chars().cycle().take(MAX - 10).collect();
        assert!(check(&format!("{long}xqvwzjkyhg"), &[]).is_ok());
        assert!(check(&format!("{long}xqvwzjkyhgb"), &[]).is_err());
    }

    #[test]
    fn common_ones_are_refused_with_the_reason() {
        for bad in [
            "q1w2e3r4t5y6",
            "password1234",
            "Password1234!",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "abcdefghijkl",
        ] {
            assert!(check(bad, &[]).unwrap_err().message.contains("first that are guessed"), "{bad}");
        }
    }

    #[test]
    fn ones_made_of_the_own_names_are_refused() {
        let own = ["ana", "Ana", "Lovelace", "ana.lovelace"];
        assert!(check("AnaLovelace12", &own).unwrap_err().message.contains("own names"));
        assert!(check("lovelace-pond-mule-4", &own).is_ok());
    }

    #[test]
    fn the_meter_rises_with_every_word_and_refuses_as_the_server_does() {
        let level = |text: &str| strength(text, &["lovelace"]).level();
        assert_eq!(level("tk4-mule-pond"), 2);
        assert_eq!(level("tk4-mule-pond-gravel"), 3);
        assert_eq!(level("tk4-mule-pond-gravel-ladder"), 4);
        assert_eq!(level("short"), 1);
        assert_eq!(level("lovelace2024"), 1);
        assert_eq!(strength("password1234", &[]), Strength::Refused(check("password1234", &[]).unwrap_err()));
        // Long is not strong where it is a run.
        assert!(level("abcdefgh-1234-zyx") <= 2);
    }

    #[test]
    fn a_password_is_compared_in_nfkc() {
        assert_eq!(check("ﬁne mule pond", &[]).unwrap(), "fine mule pond");
    }

    #[test]
    fn a_list_is_known_from_what_is_none() {
        assert!(Common::read(COMMON.text().to_owned()).is_some_and(|list| list.has("Q1w2e3r4t5y6")));
        for other in ["", "<!doctype html>\n<title>Guildhall</title>\n", "password", "password\nletmein\n"] {
            assert_eq!(Common::read(other.to_owned()).is_some(), other == "password", "{other}");
        }
    }
}
