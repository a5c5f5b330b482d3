//! How wide a table's columns are, and from which width of the table on each is there.

use super::rows::STACKED;

/// How wide a column is, padding included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// So many pixels.
    Just(usize),
    /// An equal part of what the others leave, at least so many pixels.
    Rest(usize),
    /// So many hundredths of the table, at least so many pixels.
    Share(usize, usize),
}

impl Width {
    pub fn style(self) -> String {
        match self {
            Self::Just(pixels) => format!("{pixels}px"),
            Self::Rest(_) => String::new(),
            Self::Share(hundredths, _) => format!("{hundredths}%"),
        }
    }
}

/// Pixels of the column with the menus; `table.css` has the same.
const ACTIONS: usize = 48;
/// `columns.css` knows widths in steps of so many pixels.
const STEP: usize = 40;

/// The width from which on a table has room for these columns.
fn needed(shown: &[Width]) -> usize {
    let (mut just, mut rest, mut count, mut shares, mut least) = (ACTIONS, 0, 0, 0, 0);
    for width in shown {
        match *width {
            Width::Just(pixels) => just += pixels,
            Width::Rest(pixels) => {
                count += 1;
                rest = rest.max(pixels);
            }
            Width::Share(hundredths, pixels) => {
                shares += hundredths;
                least = least.max(pixels * 100 / hundredths.max(1));
            }
        }
    }
    let beside = (just + count * rest) * 100 / 100_usize.saturating_sub(shares).max(1);
    beside.max(least).next_multiple_of(STEP).max(STACKED)
}

/// For each column, by its width and rank, the width from which on it is there; `None` where it always is.
pub fn thresholds(columns: &[(Width, usize)]) -> Vec<Option<usize>> {
    let from = |rank| {
        let shown: Vec<Width> = columns.iter().filter(|(_, of)| *of <= rank).map(|(width, _)| *width).collect();
        needed(&shown)
    };
    columns.iter().map(|(_, rank)| (*rank > 0).then(|| from(*rank))).collect()
}
