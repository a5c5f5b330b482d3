//! A JSON text, checked and taken apart once: one flat list of what stands where (RFC 8259).

use super::{Why, Wrong, read::Node};
use std::borrow::Cow;

/// Lists and objects within each other.
pub const DEPTH: u8 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not in the text at all.
    Absent,
    Null,
    True,
    False,
    /// Without a fraction and an exponent.
    Integer,
    Fraction,
    Text,
    /// A text with escapes in it.
    Escaped,
    List,
    Map,
}

impl Kind {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Absent => "nothing",
            Self::Null => "null",
            Self::True | Self::False => "a boolean",
            Self::Integer | Self::Fraction => "a number",
            Self::Text | Self::Escaped => "a string",
            Self::List => "a list",
            Self::Map => "an object",
        }
    }
}

/// A value, or the name of a field: where it stands, and the item that comes after all that is in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub kind: Kind,
    start: u32,
    end: u32,
    pub next: u32,
}

#[derive(Debug)]
pub struct Tree<'t> {
    text: Cow<'t, str>,
    items: Vec<Item>,
}

impl<'t> Tree<'t> {
    pub fn parse(text: &'t str) -> Result<Self, Wrong> {
        Ok(Self { items: items(text)?, text: text.into() })
    }

    pub fn root(&self) -> Node<'_> {
        Node::new(self, 0)
    }

    /// A value by its place.
    pub(super) fn node(&self, at: usize) -> Node<'_> {
        Node::new(self, at)
    }

    pub(super) fn item(&self, at: usize) -> Item {
        self.items.get(at).copied().unwrap_or(Item { kind: Kind::Absent, start: 0, end: 0, next: 0 })
    }

    /// The item as it stands in the text.
    pub(super) fn raw(&self, item: Item) -> &str {
        self.text.get(item.start as usize..item.end as usize).unwrap_or_default()
    }

    /// What a text says, without its quotes and escapes.
    pub(super) fn said(&self, item: Item) -> Cow<'_, str> {
        let inner = self.text.get(item.start as usize + 1..(item.end as usize).saturating_sub(1)).unwrap_or_default();
        if item.kind == Kind::Escaped { unescape(inner).unwrap_or_default().into() } else { inner.into() }
    }
}

impl Tree<'static> {
    /// A tree that keeps its text.
    pub fn own(text: String) -> Result<Self, Wrong> {
        Ok(Self { items: items(&text)?, text: text.into() })
    }
}

fn items(text: &str) -> Result<Vec<Item>, Wrong> {
    let items = Vec::with_capacity(text.len() / 8 + 1);
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, items, is_too_deep: false };
    let whole = parser.value(DEPTH).and_then(|()| {
        parser.space();
        (parser.at == text.len() && u32::try_from(text.len()).is_ok()).then_some(())
    });
    whole.map(|()| parser.items).ok_or_else(|| if parser.is_too_deep { Why::TooDeep } else { Why::NotJson }.into())
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    items: Vec<Item>,
    /// Whether that is why it stopped.
    is_too_deep: bool,
}

impl Parser<'_> {
    /// The next byte; 0, which no JSON has, at the end.
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn next(&mut self) -> u8 {
        let byte = self.peek();
        self.at += 1;
        byte
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a text of more than 4 GB is refused at the end")]
    fn value(&mut self, depth: u8) -> Option<()> {
        self.space();
        let (place, start) = (self.items.len(), self.at);
        self.items.push(Item { kind: Kind::Null, start: start as u32, end: 0, next: 0 });
        let kind = match self.peek() {
            b'{' => self.inside(b'}', depth)?,
            b'[' => self.inside(b']', depth)?,
            b'"' => self.text()?,
            b'n' => self.word("null", Kind::Null)?,
            b't' => self.word("true", Kind::True)?,
            b'f' => self.word("false", Kind::False)?,
            _ => self.number()?,
        };
        let next = self.items.len() as u32;
        *self.items.get_mut(place)? = Item { kind, start: start as u32, end: self.at as u32, next };
        Some(())
    }

    fn word(&mut self, word: &str, kind: Kind) -> Option<Kind> {
        self.bytes.get(self.at..)?.starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            kind
        })
    }

    fn inside(&mut self, close: u8, depth: u8) -> Option<Kind> {
        let Some(depth) = depth.checked_sub(1) else {
            self.is_too_deep = true;
            return None;
        };
        let kind = if close == b'}' { Kind::Map } else { Kind::List };
        self.at += 1;
        self.space();
        if self.peek() == close {
            self.at += 1;
            return Some(kind);
        }
        loop {
            if kind == Kind::Map {
                self.space();
                if self.peek() != b'"' {
                    return None;
                }
                self.value(0)?;
                self.space();
                if self.next() != b':' {
                    return None;
                }
            }
            self.value(depth)?;
            self.space();
            match self.next() {
                b',' => {}
                byte if byte == close => return Some(kind),
                _ => return None,
            }
        }
    }

    fn text(&mut self) -> Option<Kind> {
        self.at += 1;
        let start = self.at;
        let mut kind = Kind::Text;
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=31))?;
            match self.next() {
                b'"' => break,
                b'\\' => {
                    kind = Kind::Escaped;
                    self.at += 1;
                }
                _ => return None,
            }
        }
        if kind == Kind::Escaped {
            unescape(self.text.get(start..self.at - 1)?)?;
        }
        Some(kind)
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn number(&mut self) -> Option<Kind> {
        let (mut kind, start) = (Kind::Integer, self.at);
        if self.peek() == b'-' {
            self.at += 1;
        }
        if self.peek() == b'0' {
            // A zero below zero is no whole number.
            if self.at > start {
                kind = Kind::Fraction;
            }
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            kind = Kind::Fraction;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            kind = Kind::Fraction;
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(kind)
    }
}

/// `None` where an escape is none, or names half a character.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at)?);
        let escape = *rest.as_bytes().get(at + 1)?;
        rest = rest.get(at + 2..)?;
        out.push(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = unit(rest)?;
                rest = rest.get(4..)?;
                if (0xD800..0xDC00).contains(&code) {
                    let low = unit(rest.strip_prefix("\\u")?)?;
                    rest = rest.get(6..)?;
                    code = 0x10000 + ((code - 0xD800) << 10) + low.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
                }
                char::from_u32(code)?
            }
            _ => return None,
        });
    }
    out.push_str(rest);
    Some(out)
}

fn unit(text: &str) -> Option<u32> {
    text.as_bytes().get(..4)?.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))
}
