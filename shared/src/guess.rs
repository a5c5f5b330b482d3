//! How many guesses a password takes of somebody who tries likely ones first, after Wheeler, "zxcvbn: Low-Budget
//! Password Strength Estimation" (USENIX Security 2016): the cheapest way to put it together out of words, walks on a
//! keyboard, runs, dates and repetitions. In bits, and without a clock.

use crate::words::Words;

/// Characters that are looked at: what comes after them only adds.
const LOOKED_AT: usize = 64;
/// Pieces of the cheapest way.
const PIECES: usize = 24;
/// Of a word that is looked up.
const WORD_MIN: usize = 3;
const WORD_MAX: usize = 25;
/// A character that fits nothing: one of ten, as in the paper, since nobody's choice is even.
const CHARACTER: f64 = 3.33;
/// Years near this one are tried first.
const YEAR: u32 = 2026;
const YEARS: u32 = 20;

/// A piece of the password, and what it costs.
struct Piece {
    start: usize,
    end: usize,
    bits: f64,
}

/// The bits of a password. `own` are words of its context, in lower case, which are tried first.
pub fn bits(password: &str, own: &[String], words: &Words) -> f64 {
    let typed: Vec<char> = password.chars().take(LOOKED_AT).collect();
    let bits = Guess { typed: &typed, own, words }.bits(true);
    // A phrase that everybody knows, whatever stands between its words.
    let letters: String = password.chars().filter(|c| c.is_alphanumeric()).map(lower).collect();
    words.bits(&letters).map_or(bits, |known| bits.min(known + 5.0))
}

struct Guess<'a> {
    typed: &'a [char],
    own: &'a [String],
    words: &'a Words,
}

fn log2(number: usize) -> f64 {
    f64::from(u32::try_from(number.max(1)).unwrap_or(u32::MAX)).log2()
}

fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    lower.next().filter(|_| lower.next().is_none()).unwrap_or(c)
}

/// The letter that a digit or sign stands for; of `1`, `!` and `|` the one that is asked for.
fn meant(c: char, one: char) -> char {
    match c {
        '4' | '@' => 'a',
        '8' => 'b',
        '(' | '{' | '[' | '<' => 'c',
        '3' => 'e',
        '6' | '9' => 'g',
        '1' | '!' | '|' => one,
        '0' => 'o',
        '$' | '5' => 's',
        '7' | '+' => 't',
        '%' => 'x',
        '2' => 'z',
        other => other,
    }
}

impl Guess<'_> {
    /// The cheapest sequence of pieces: their product, and how they may be ordered.
    fn bits(&self, with_repeats: bool) -> f64 {
        let n = self.typed.len();
        let mut pieces = self.dictionary();
        pieces.extend(self.walks());
        pieces.extend(self.runs());
        pieces.extend(self.dates());
        if with_repeats {
            pieces.extend(self.repeats());
        }
        for start in 0..n {
            pieces.extend((start + 1..=n).map(|end| {
                let length = end - start;
                let bits = if length == 1 { 3.46 } else { CHARACTER * real(length) };
                Piece { start, end, bits }
            }));
        }
        // best[k]: the cheapest way to the first k characters, by the number of its pieces.
        let mut best = vec![vec![f64::INFINITY; PIECES + 1]; n + 1];
        if let Some(none) = best.first_mut().and_then(|none| none.first_mut()) {
            *none = 0.0;
        }
        pieces.sort_unstable_by_key(|piece| piece.end);
        for piece in pieces {
            let before = best.get(piece.start).cloned().unwrap_or_default();
            let Some(after) = best.get_mut(piece.end) else { continue };
            for (to, from) in after.iter_mut().skip(1).zip(before) {
                *to = to.min(from + piece.bits);
            }
        }
        let ways = best.last().into_iter().flatten().enumerate();
        let mut orders = 0.0;
        let costs = ways.map(|(pieces, bits)| {
            orders += log2(pieces);
            bits + orders
        });
        costs.fold(f64::INFINITY, f64::min)
    }

    /// Words as they are, with other signs for letters, and backwards.
    fn dictionary(&self) -> Vec<Piece> {
        let plain: Vec<char> = self.typed.iter().map(|c| lower(*c)).collect();
        let with = |one| plain.iter().map(|c| meant(*c, one)).collect::<Vec<char>>();
        let forms = [plain.clone(), with('i'), with('l')];
        let mut pieces = vec![];
        for start in 0..plain.len() {
            for end in start + WORD_MIN..=plain.len().min(start + WORD_MAX) {
                let typed = self.typed.get(start..end).unwrap_or_default();
                let as_typed = plain.get(start..end).unwrap_or_default();
                for form in &forms {
                    let form = form.get(start..end).unwrap_or_default();
                    let changed = as_typed.iter().zip(form).filter(|(a, b)| a != b).count();
                    let more = capitals(typed) + log2(changed + 1);
                    let forwards: String = form.iter().collect();
                    let backwards: String = form.iter().rev().collect();
                    let found = [(self.rank(&forwards), 0.0), (self.rank(&backwards), 1.0)];
                    let found = found.into_iter().filter_map(|(rank, more)| Some(rank? + more));
                    pieces.extend(found.map(|rank| Piece { start, end, bits: rank + more }));
                }
            }
        }
        pieces
    }

    fn rank(&self, word: &str) -> Option<f64> {
        if self.own.iter().any(|own| own == word) { Some(1.0) } else { self.words.bits(word) }
    }

    /// Neighbours on a keyboard. A change of direction costs, unless it only goes to and fro.
    fn walks(&self) -> Vec<Piece> {
        let places: Vec<Option<(i32, i32)>> = self.typed.iter().map(|c| place(*c)).collect();
        let mut pieces = vec![];
        for start in 0..places.len() {
            let mut steps: Vec<(i32, i32)> = vec![];
            let mut turns = 0;
            for (from, to) in places.iter().skip(start).zip(places.iter().skip(start + 1)) {
                let Some(step) = from.zip(*to).map(|(a, b)| (b.0 - a.0, b.1 - a.1)) else { break };
                if !matches!(step, (0, -1 | 1) | (1, -1 | 0) | (-1, 0 | 1)) {
                    break;
                }
                let recent = steps.len().checked_sub(2).and_then(|at| steps.get(at));
                if steps.last() != Some(&step) && recent != Some(&step) {
                    turns += 1;
                }
                steps.push(step);
                if steps.len() >= 2 {
                    let end = start + steps.len() + 1;
                    let typed = self.typed.get(start..end).unwrap_or_default();
                    let way = log2(steps.len()) + 2.2;
                    let bits = 5.5 + f64::from(turns) * way + capitals(typed);
                    pieces.push(Piece { start, end, bits });
                }
            }
        }
        pieces
    }

    /// `abc`, `987`, `aceg`: each character as far from the one before.
    fn runs(&self) -> Vec<Piece> {
        let mut pieces = vec![];
        let codes: Vec<i64> = self.typed.iter().map(|c| i64::from(u32::from(lower(*c)))).collect();
        for start in 0..codes.len() {
            let mut delta = None;
            for (length, (a, b)) in (2..).zip(codes.iter().skip(start).zip(codes.iter().skip(start + 1))) {
                let step = b - a;
                if step.abs() > 5 || delta.is_some_and(|delta| delta != step) {
                    break;
                }
                delta = Some(step);
                if length >= 3 && step != 0 {
                    let first = match self.typed.get(start) {
                        Some('a' | 'A' | 'z' | 'Z' | '0' | '1' | '9') => 2.0,
                        Some(c) if c.is_ascii_digit() => 3.3,
                        _ => 4.7,
                    };
                    let more = if step == 1 { 0.0 } else { 1.0 };
                    pieces.push(Piece { start, end: start + length, bits: first + more + log2(length) });
                }
            }
        }
        pieces
    }

    /// Years, and days with or without signs between.
    fn dates(&self) -> Vec<Piece> {
        let mut pieces = vec![];
        for start in 0..self.typed.len() {
            for end in start + 4..=self.typed.len().min(start + 10) {
                let part = self.typed.get(start..end).unwrap_or_default();
                let digits: String = part.iter().filter(|c| c.is_ascii_digit()).collect();
                let signs = part.len() - digits.len();
                let is_between = part.first().is_some_and(char::is_ascii_digit)
                    && part.last().is_some_and(char::is_ascii_digit)
                    && signs <= 2
                    && part.iter().all(|c| c.is_ascii_digit() || "-/._ ".contains(*c));
                if !is_between {
                    continue;
                }
                let more = if signs == 0 { 0.0 } else { 2.0 };
                let near = |year: u32| log2(usize::try_from(year.abs_diff(YEAR).max(YEARS)).unwrap_or_default());
                if signs == 0 && digits.len() == 4 {
                    let year = digits.parse().unwrap_or(0);
                    if (1900..=2050).contains(&year) {
                        pieces.push(Piece { start, end, bits: near(year) });
                    }
                } else if let Some(year) = year_of(&digits) {
                    pieces.push(Piece { start, end, bits: 8.5 + near(year) + more });
                }
            }
        }
        pieces
    }

    /// The same again and again.
    fn repeats(&self) -> Vec<Piece> {
        let mut pieces = vec![];
        let n = self.typed.len();
        for start in 0..n {
            for period in 1..=(n - start) / 2 {
                let rest = self.typed.get(start..).unwrap_or_default();
                let same = rest.iter().zip(rest.iter().skip(period)).take_while(|(a, b)| a == b).count();
                let times = same / period + 1;
                let base = rest.get(..period).unwrap_or_default();
                let is_itself_one = (1..period)
                    .any(|less| period % less == 0 && base.iter().zip(base.iter().skip(less)).all(|(a, b)| a == b));
                if times < 2 || is_itself_one {
                    continue;
                }
                let once = Guess { typed: base, ..*self }.bits(false);
                for times in 2..=times {
                    pieces.push(Piece { start, end: start + period * times, bits: once + log2(times) });
                }
            }
        }
        pieces
    }
}

/// A count as a number that bits are multiplied by.
fn real(length: usize) -> f64 {
    f64::from(u32::try_from(length).unwrap_or(u32::MAX))
}

/// What capitals cost: one at the start, at the end or everywhere is tried first.
fn capitals(typed: &[char]) -> f64 {
    let large = typed.iter().filter(|c| c.is_uppercase()).count();
    let is_usual = large == typed.len()
        || (large == 1 && [typed.first(), typed.last()].into_iter().flatten().any(|c| c.is_uppercase()));
    match large {
        0 => 0.0,
        _ if is_usual => 1.0,
        large => 1.0 + log2(typed.len()) * real(large.min(typed.len() - large)),
    }
}

/// The year in six or eight digits that may be a day, whatever comes first.
fn year_of(digits: &str) -> Option<u32> {
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let is_day = |a: u32, b: u32| {
        ((1..=31).contains(&a) && (1..=12).contains(&b)) || ((1..=31).contains(&b) && (1..=12).contains(&a))
    };
    let full = |year: u32| (1900..=2050).contains(&year).then_some(year);
    let short = |year: u32| Some(if year > 50 { 1900 + year } else { 2000 + year });
    let found = |day: (Option<u32>, Option<u32>), year: Option<u32>| {
        let (Some(a), Some(b)) = day else { return None };
        if is_day(a, b) { year } else { None }
    };
    match digits.len() {
        8 => found((number(0, 2), number(2, 4)), number(4, 8).and_then(full))
            .or_else(|| found((number(4, 6), number(6, 8)), number(0, 4).and_then(full))),
        6 => found((number(0, 2), number(2, 4)), number(4, 6).and_then(short))
            .or_else(|| found((number(2, 4), number(4, 6)), number(0, 2).and_then(short))),
        _ => None,
    }
}

/// Row and column on the common keyboard: keys of the next row touch the same column and the one before.
fn place(c: char) -> Option<(i32, i32)> {
    const ROWS: [(&str, &str); 4] = [
        ("`1234567890-=", "~!@#$%^&*()_+"),
        (" qwertyuiop[]\\", " QWERTYUIOP{}|"),
        (" asdfghjkl;'", " ASDFGHJKL:\""),
        (" zxcvbnm,./", " ZXCVBNM<>?"),
    ];
    (0..).zip(ROWS).find_map(|(row, (plain, shifted))| {
        let column =
            plain.chars().position(|known| known == c).or_else(|| shifted.chars().position(|known| known == c));
        column.filter(|_| c != ' ').map(|column| (row, i32::try_from(column).unwrap_or_default()))
    })
}
