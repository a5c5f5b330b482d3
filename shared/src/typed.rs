//! What people type and paste: characters that nobody sees, full-width letters, digits of other scripts, dashes of
//! every length. Each field says what it forgives; here are the characters.

/// Whether a character is meant not to be seen (`Default_Ignorable_Code_Point` of Unicode 16).
pub const fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character leaves a mark on the page. Some that are not ignorable look blank: an empty braille cell, an
/// empty note head, what frames an annotation, the stand-in for an object.
pub fn is_visible(c: char) -> bool {
    let looks_blank = matches!(c, '\u{2800}' | '\u{1d159}' | '\u{fff9}'..='\u{fffc}' | '\u{fffe}' | '\u{ffff}');
    !c.is_whitespace() && !c.is_control() && !is_ignorable(c) && !looks_blank
}

/// Less what a copy brings along at both ends: spaces of every kind, byte order marks, zero-width and direction marks.
/// For addresses, keys and codes, whose ends are plain letters.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_ignorable(c))
}

/// The same for names, whose last character may need an ignorable one: a heart is red by the selector behind it.
pub fn trimmed_words(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
    })
}

/// A full-width form (U+FF01 to U+FF5E) as the ASCII character that it is wide for.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    }
}

/// The zeros of the decimal digits in the Basic Multilingual Plane; nine more follow each.
const ZEROS: &[u32] = &[
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50,
    0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
];

/// A digit of any script, and a full-width letter, as the one in ASCII.
pub fn plain(c: char) -> char {
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or_else(|| narrow(c))
}

/// Whether a character is a dash, or what a keyboard for Japanese gives for one.
pub const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{30fc}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{ff70}'
    )
}

/// A code as someone types it from a screen or from paper, less what people put between: plain letters and digits.
pub fn code(text: &str) -> String {
    let typed = text.chars().filter(|c| !c.is_whitespace() && !is_ignorable(*c) && !is_dash(*c));
    typed.map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_known() {
        for c in
            "\u{200b}\u{2060}\u{3164}\u{2800}\u{ad}\u{e0041}\u{feff}\u{a0}\u{3000}\u{0}\u{fe0f}\u{115f}\u{ffa0}".chars()
        {
            assert!(!is_visible(c), "{c:?}");
        }
        for c in "aé山ไ्🔑️".chars().filter(|c| *c != '\u{fe0f}') {
            assert!(is_visible(c), "{c:?}");
        }
    }

    #[test]
    fn digits_of_every_script_are_digits() {
        assert_eq!(code("１２３ ٤٥٦"), "123456");
        assert_eq!(code("۱۲۳-४५६"), "123456");
        assert_eq!(code("๑๒–๓๔\u{200b}５６"), "123456");
        assert_eq!(code("７ｋ３ｍ９ーｘ２ｖ４ｑ"), "7k3m9x2v4q");
        for zero in ZEROS {
            let digits: String = (0..10).filter_map(|value| char::from_u32(zero + value)).collect();
            assert!(digits.chars().all(char::is_numeric), "{zero:x}");
            assert_eq!(code(&digits), "0123456789");
        }
    }

    #[test]
    fn a_copy_brings_nothing_along() {
        assert_eq!(trimmed("\u{feff}\u{a0} a\u{200b}b \u{202c}\r\n"), "a\u{200b}b");
        assert_eq!(trimmed_words("\u{200b}❤\u{fe0f}\u{2060} "), "❤\u{fe0f}");
        assert_eq!(trimmed("\u{3164}\u{200b}"), "");
    }
}
