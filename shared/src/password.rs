//! What makes a password acceptable. The form and the server call the same function.

use crate::{
    error::Issue,
    guess,
    text::{lower, nfkc},
    words::Words,
};
use core::cmp::Reverse;

pub const MIN: usize = 12;
pub const MAX: usize = 256;
/// Characters a password has beside the account's own names.
const OWN_MIN: usize = 6;
/// The product's name, which is in every password that is chosen for it alone.
const PRODUCT: &str = "guildhall";

/// Bits of the guesses that a password takes: 2^30 of them are a thousand million.
mod bits {
    pub const LEAST: f64 = 30.0;
    pub const GOOD: f64 = 50.0;
    pub const STRONG: f64 = 65.0;
}

/// Whether someone who tries likely passwords first soon comes to this one. `own` are words of its context: names,
/// email, the console's host.
pub fn is_weak(text: &str, own: &[&str], words: &Words) -> bool {
    guesses(&nfkc(text), own, words) < bits::LEAST
}

fn guesses(password: &str, own: &[&str], words: &Words) -> f64 {
    let whole = own.iter().map(|name| lower(name));
    let mut context: Vec<String> = whole.chain(parts(own)).filter(|name| name.chars().count() >= 3).collect();
    context.push(PRODUCT.to_owned());
    guess::bits(password, &context, words)
}

/// The words of the account's own names, in lower case.
fn parts(own: &[&str]) -> Vec<String> {
    own.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()).map(lower).collect::<Vec<_>>()).collect()
}

/// The form that is hashed (NFKC), or why it is refused. `own` are the account's names and the
/// part of its email before the @. `is_common` says whether it is weak or known from a breach, which only whoever has the lists can
/// tell.
pub fn check(text: &str, own: &[&str], is_common: bool) -> Result<String, Issue> {
    let password = nfkc(text);
    let length = password.chars().count();
    if length < MIN {
        return Err(Issue::new(format!("Use at least {MIN} characters. A few random words work well.")));
    }
    if length > MAX {
        return Err(Issue::new(format!("Use at most {MAX} characters.")));
    }
    let lower = lower(&password);
    if own_part(&lower, own) < OWN_MIN {
        return Err(Issue::new("Don't use your name, username or email in your password."));
    }
    if is_common {
        return Err(Issue::new("This password is too common. Try a few unrelated words."));
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
            Self::Fair => "Fair. Add another word to make it much stronger.".to_owned(),
            Self::Good => "Good. Add another word to make it strong.".to_owned(),
            Self::Strong => "Strong.".to_owned(),
        }
    }
}

/// Explains a password while it is typed: refused for the same reasons as by `check`, or how far it carries.
pub fn strength(text: &str, own: &[&str], words: &Words) -> Strength {
    let password = match check(text, own, is_weak(text, own, words)) {
        Ok(password) => password,
        Err(issue) => return Strength::Refused(issue),
    };
    let guesses = guesses(&password, own, words);
    if guesses >= bits::STRONG {
        Strength::Strong
    } else if guesses >= bits::GOOD {
        Strength::Good
    } else {
        Strength::Fair
    }
}

/// How many characters are left when the account's own names are taken out.
fn own_part(password: &str, own: &[&str]) -> usize {
    let mut names: Vec<String> = parts(own).into_iter().filter(|name| name.chars().count() >= 3).collect();
    names.sort_by_key(|name| Reverse(name.len()));
    let mut rest = password.to_owned();
    for name in names {
        rest = rest.replace(&name, "");
    }
    rest.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{Issue, MAX, Strength, is_weak, strength};
    use crate::words::WORDS;

    fn check(text: &str, own: &[&str]) -> Result<String, Issue> {
        super::check(text, own, is_weak(text, own, &WORDS))
    }

    const OWN: [&str; 5] = ["ana", "Ana", "Lovelace", "ana.lovelace@bigcorp.example", "console.bigcorp.example"];

    #[test]
    fn a_password_holds_to_its_length_at_the_border() {
        assert!(check("tk4-mule-pond", &[]).is_ok());
        assert!(check("tk4mulepond", &[]).is_err());
        let long: String = "tk4 mule pond ".chars().cycle().take(MAX - 10).collect();
        assert!(super::check(&format!("{long}xqvwzjkyhg"), &[], false).is_ok());
        assert!(super::check(&format!("{long}xqvwzjkyhgb"), &[], false).is_err());
    }

    #[test]
    fn what_is_guessed_soon_is_refused_with_the_reason() {
        for bad in [
            "P@ssw0rd12345",
            "correcthorsebatterystaple",
            "Correct Horse Battery Staple",
            "correct-horse-battery-staple",
            "guildhall2026",
            "Guildhall2026!",
            "gu1ldh4ll-2026",
            "guildhallguildhall",
            "llahdliug2026!",
            "bigcorp-2026!!",
            "B1gC0rp12345",
            "lovelacelovelace",
            "ana.lovelace.1815",
            "L0vel4ce12121990",
            "q1w2e3r4t5y6",
            "qwertyuiop[]",
            "QWERTYUIOPAS",
            "1qaz2wsx3edc",
            "zaq12wsxcde3",
            "mnbvcxzlkjhg",
            "password1234",
            "Password1234!",
            "passwordpassword",
            "drowssap12345",
            "iloveyou1234",
            "letmein2024!!",
            "administrator1",
            "Summer2026!!!",
            "welcome123456",
            "dragon-dragon-1",
            "monkeymonkeymonkey",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "abcdefghijkl",
            "acegikmoqsuw",
            "19901231-1990",
            "31.12.1990 1990",
            "2026-11-28-2026",
            "trustno1trustno1",
        ] {
            let refused = check(bad, &OWN).expect_err(bad).message;
            assert!(refused.contains("too common") || refused.contains("your name"), "{bad}: {refused}");
        }
    }

    #[test]
    fn phrases_and_chance_are_taken() {
        for good in [
            "tall-mule-pond-7",
            "tk4-mule-pond",
            "mule pond tk4",
            "tall mule pond gravel",
            "stapler orbit lentil fjord",
            "unhook dazzling rerun karate",
            "maple fox quietly 12",
            "lovelace-pond-mule-4",
            "Xk7$mQ9!vB2z",
            "hkdjwqpzmvbx",
            "jfkd8923kdla",
            "Wir fahren morgen ans Meer",
            "fjällräven über straße",
            "ключ лошадь батарея скрепка",
            "άλογο μπαταρία σωστό",
            "正しい馬電池ホチキスの針だ",
            "สวัสดีตอนเช้าครับ",
            "lantern 3f9ac1d07be2 orchard",
        ] {
            assert!(check(good, &OWN).is_ok(), "{good}: {:?}", check(good, &OWN));
        }
    }

    #[test]
    fn ones_made_of_the_own_names_are_refused() {
        assert!(super::check("AnaLovelace12", &OWN[..3], false).unwrap_err().message.contains("your name"));
        assert!(check("AnaLovelace12", &OWN).is_err());
    }

    #[test]
    fn the_meter_rises_with_every_word_and_refuses_as_the_server_does() {
        let level = |text: &str| strength(text, &["lovelace"], &WORDS).level();
        assert_eq!(level("tk4-mule-pond"), 2);
        assert_eq!(level("tk4-mule-pond-gravel"), 3);
        assert_eq!(level("tk4-mule-pond-gravel-ladder"), 4);
        assert_eq!(level("short"), 1);
        assert_eq!(level("lovelace2024"), 1);
        assert_eq!(strength("password1234", &[], &WORDS), Strength::Refused(check("password1234", &[]).unwrap_err()));
        // Long is not strong where it is a run.
        assert!(level("abcdefgh-1234-zyx") <= 2);
    }

    #[test]
    fn a_password_is_compared_in_nfkc() {
        assert_eq!(check("ﬁne mule pond", &[]).unwrap(), "fine mule pond");
        assert!(check("ｐａｓｓｗｏｒｄ１２３４", &[]).is_err());
    }
}
