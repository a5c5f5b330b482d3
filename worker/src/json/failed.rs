//! How serde's derives fail here: they learn that something is wrong, and what it is stands aside. They pass a
//! failure on after every field of every type, and of nothing there is little code.

use super::{Why, Wrong};
use core::fmt::Display;
use serde::de::{Error, Expected, Unexpected};
use std::cell::RefCell;

thread_local! {
    /// What is wrong, while a `Failed` is on its way out of serde's derives.
    static WHY: RefCell<Why> = const { RefCell::new(Why::Absent) };
}

/// That something is wrong, and no more.
#[derive(Debug, thiserror::Error)]
#[error("failed")]
pub struct Failed;

pub(super) fn failed(why: Why) -> Failed {
    WHY.replace(why);
    Failed
}

#[expect(clippy::unused_self, reason = "only of a failure there is something to say")]
impl Failed {
    pub(super) fn why(self) -> Wrong {
        WHY.replace(Why::Absent).into()
    }

    /// Whether nothing was there.
    pub(super) fn is_absence(&self) -> bool {
        WHY.with_borrow(|why| matches!(why, Why::Absent))
    }

    /// The same, seen from the field or element that it is in.
    pub(super) fn at(self, name: &str) -> Self {
        failed(WHY.replace(Why::Absent).at(name))
    }
}

/// What serde's derives find wrong. The values that they would quote are left out.
impl Error for Failed {
    fn custom<T: Display>(said: T) -> Self {
        failed(Why::Said(said.to_string()))
    }

    fn invalid_type(_found: Unexpected<'_>, _wanted: &dyn Expected) -> Self {
        failed(Why::Said("this is of another kind".to_owned()))
    }

    fn invalid_value(_found: Unexpected<'_>, _wanted: &dyn Expected) -> Self {
        failed(Why::Said("this does not fit".to_owned()))
    }

    /// Whoever ended the list or missed the field has said so.
    fn invalid_length(_length: usize, _wanted: &dyn Expected) -> Self {
        Failed
    }
}
