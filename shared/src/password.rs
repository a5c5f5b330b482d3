//! What makes a password acceptable. The form and the server call the same function.

use crate::{error::Issue, text::nfkc};

pub const MIN: usize = 12;
pub const MAX: usize = 256;
/// Characters a password has beside the account's own names.
const OWN_MIN: usize = 6;

/// Passwords that many people use, sorted; see `data/README.md`.
const COMMON: &str = include_str!("../data/common_passwords.txt");

/// The form that is hashed (NFKC), or why it is refused. `own` are the account's names and the
/// part of its email before the @.
pub fn check(text: &str, own: &[&str]) -> Result<String, Issue> {
    let password = nfkc(text);
    let length = password.chars().count();
    if length < MIN {
        return Err(Issue::new(format!("A password has at least {MIN} characters. Several words do well.")));
    }
    if length > MAX {
        return Err(Issue::new(format!("A password has at most {MAX} characters.")));
    }
    let lower = password.to_lowercase();
    if is_common(&lower) {
        return Err(Issue::new("This password is among the first that are guessed. Choose several words of your own."));
    }
    if own_part(&lower, own) < OWN_MIN {
        return Err(Issue::new("This password is made of your own names. Choose words that are not about you."));
    }
    Ok(password)
}

fn is_common(lower: &str) -> bool {
    let common = |word: &str| COMMON.lines().any(|line| line == word);
    let base = lower.trim_matches(|c: char| !c.is_alphabetic());
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
    common(lower) || (!base.is_empty() && common(base)) || repeated() || run()
}

/// How many characters are left when the account's own names are taken out.
fn own_part(lower: &str, own: &[&str]) -> usize {
    let mut names: Vec<String> = own
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect::<Vec<_>>())
        .filter(|name| name.chars().count() >= 3)
        .collect();
    names.sort_by_key(|name| core::cmp::Reverse(name.len()));
    let mut rest = lower.to_owned();
    for name in names {
        rest = rest.replace(&name, "");
    }
    rest.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_password_is_compared_in_nfkc() {
        assert_eq!(check("ﬁne mule pond", &[]).unwrap(), "fine mule pond");
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(COMMON.lines().is_sorted());
    }
}
