//! Which rows of a long table stand in the page: those in sight and a few around them. On paper, all.

use crate::browser;
use leptos::{html, prelude::*};

/// From this many rows on, a table shows a window of them.
const LONG: usize = 120;
/// Rows above and below those in sight.
const AROUND: usize = 8;
/// A table narrower than this stacks its cells; `table.css` has the same.
pub const STACKED: usize = 560;
/// The window moves in steps of so many rows.
const STEP: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub first: usize,
    pub end: usize,
    pub total: usize,
    /// Pixels of a row; `table.css` has the same.
    pub height: usize,
}

impl Window {
    pub const fn above(self) -> usize {
        self.first * self.height
    }

    pub const fn below(self) -> usize {
        self.total.saturating_sub(self.end) * self.height
    }
}

/// The window over `total` rows of the table body `node`.
pub fn window(node: NodeRef<html::Tbody>, total: Signal<usize>) -> Memo<Window> {
    let moved = RwSignal::new(0_u32);
    let printing = RwSignal::new(false);
    let bump = move || {
        moved.try_update(|moved| *moved = moved.wrapping_add(1));
    };
    let print = move |now: bool| {
        printing.try_set(now);
    };
    let handles = [
        window_event_listener(leptos::ev::scroll, move |_| bump()),
        window_event_listener(leptos::ev::resize, move |_| bump()),
        window_event_listener(leptos::ev::beforeprint, move |_| print(true)),
        window_event_listener(leptos::ev::afterprint, move |_| print(false)),
    ];
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    // As soon as it is laid out, its width is known.
    browser::next_frame(bump);
    let last = StoredValue::new(None);
    Memo::new(move |_| {
        moved.track();
        let total = total.get();
        let body = node.get();
        let wide = body.as_ref().map(|body| pixels(body.get_bounding_client_rect().width())).filter(|wide| *wide > 0);
        // One that is hidden has no width, and keeps the one it had.
        let wide = wide.or(last.get_value());
        last.set_value(wide);
        let height = if wide.is_some_and(|wide| wide < STACKED) { 64 } else { 40 };
        let all = Window { first: 0, end: total, total, height };
        if total <= LONG || printing.get() {
            return all;
        }
        let top = body.map_or(0.0, |body| body.get_bounding_client_rect().top());
        let sight = browser::window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or(800.0);
        let above = pixels(-top) / height;
        let first = above.saturating_sub(AROUND) / STEP * STEP;
        let shown = pixels(sight) / height + 2 * AROUND + STEP;
        // A filter can leave fewer rows than have been scrolled past.
        let first = first.min(total.saturating_sub(shown));
        Window { first, end: (first + shown).min(total), ..all }
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of pixels, not negative")]
fn pixels(length: f64) -> usize {
    length.max(0.0) as usize
}
