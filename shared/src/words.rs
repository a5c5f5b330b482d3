//! Words that guessers try first, by how common they are. The list is a file: the build lays it beside the Worker and
//! the console, which each read it before they judge a first password.

use std::{borrow::Cow, cmp::Ordering};

/// The list as tests have it.
#[cfg(not(target_arch = "wasm32"))]
pub static WORDS: Words = Words(Cow::Borrowed(include_str!("../data/words.txt")));

/// One word on a line, sorted by its bytes, and behind it a letter: `a` for the first of its list, `b` for the next
/// two, `c` for the next four, and so on. See `data/README.md`.
pub struct Words(Cow<'static, str>);

impl Words {
    /// `None` where the text is no such list: in place of a file that is missing, there may be a page.
    pub fn read(text: String) -> Option<Self> {
        let words = Self(text.into());
        let is_sound =
            |line: &str| line.split_once(' ').is_some_and(|(_, class)| matches!(class.as_bytes(), [b'a'..=b'p']));
        let is_list = words.bits("password").is_some() && words.text().lines().take(100).all(is_sound);
        is_list.then_some(words)
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// The binary logarithm of the word's rank.
    pub fn bits(&self, word: &str) -> Option<f64> {
        let text = self.text();
        let (mut low, mut high) = (0, text.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = text.as_bytes().get(..middle)?.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let line = text.get(start..)?.split('\n').next()?;
            let (known, class) = line.split_once(' ')?;
            match known.cmp(word) {
                Ordering::Equal => return class.bytes().next().map(|class| f64::from(class.saturating_sub(b'a'))),
                Ordering::Less => low = start + line.len() + 1,
                Ordering::Greater => high = start,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{WORDS, Words};

    #[test]
    fn every_word_of_the_list_is_found_and_no_other() {
        let mut last = "";
        for line in WORDS.text().lines() {
            let (word, class) = line.split_once(' ').unwrap();
            assert!(last < word, "{word}");
            assert_eq!(WORDS.bits(word), Some(f64::from(class.as_bytes()[0] - b'a')), "{word}");
            last = word;
        }
        for no in ["", "passwore", "~~~~", "zzzzzzzz", "password b", "mulepond"] {
            assert_eq!(WORDS.bits(no), None, "{no}");
        }
    }

    #[test]
    fn a_list_is_known_from_what_is_none() {
        assert!(Words::read(WORDS.text().to_owned()).is_some());
        for other in ["", "<!doctype html>\n<title>Guildhall</title>\n", "password\n", "a b c\npassword a\n"] {
            assert!(Words::read(other.to_owned()).is_none(), "{other}");
        }
    }
}
