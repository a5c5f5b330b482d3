//! Now, as the server has it, and moments in the reader's zone. Nothing else reads the time.

use guildhall_shared::{
    Timestamp,
    timestamp::{DAY, HOUR, MINUTE, SECOND},
};
use std::cell::Cell;
use wasm_bindgen::JsValue;

thread_local! {
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds of a date fit 53 bits")]
fn local() -> i64 {
    js_sys::Date::now() as i64
}

/// This moment by the server's clock, as far as its answers have told.
pub fn now() -> Timestamp {
    Timestamp::from_millis(local() + AHEAD.get())
}

/// Milliseconds by this browser's clock.
pub fn here() -> i64 {
    local()
}

/// Learns the server's clock from an answer's `Date`. A second of difference is rounding. True where it
/// is another than was known.
pub fn learn(date: &str) -> bool {
    let at = js_sys::Date::parse(date);
    if at.is_nan() {
        return false;
    }
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a date fit 53 bits")]
    let ahead = at as i64 - local();
    let ahead = if ahead.abs() < 5 * SECOND { 0 } else { ahead };
    (AHEAD.replace(ahead) - ahead).abs() >= 5 * SECOND
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a date fit 53 bits")]
fn date(at: Timestamp) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(at.millis() as f64))
}

thread_local! {
    // Made once each: making one costs a hundred times what using it does.
    static EXACT: js_sys::Function = format(&[("dateStyle", "long"), ("timeStyle", "long")]);
    static DAY_ALONE: js_sys::Function = format(&[("dateStyle", "medium")]);
}

fn format(styles: &[(&str, &str)]) -> js_sys::Function {
    let options = js_sys::Object::new();
    for (name, value) in styles {
        drop(js_sys::Reflect::set(&options, &(*name).into(), &(*value).into()));
    }
    js_sys::Intl::DateTimeFormat::new(&js_sys::Array::of1(&"en-GB".into()), &options).format()
}

fn formatted(format: &js_sys::Function, at: Timestamp) -> String {
    format.call1(&JsValue::UNDEFINED, &date(at)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// `21 November 2026 at 18:00:05 GMT+1`, in the reader's zone and manner.
pub fn exact(at: Timestamp) -> String {
    EXACT.with(|format| formatted(format, at))
}

/// `21 Nov 2026`.
pub fn day(at: Timestamp) -> String {
    DAY_ALONE.with(|format| formatted(format, at))
}

/// `3 minutes ago`, `in 6 days`, and the day itself beyond a month.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let away = at.since(now);
    let size = away.abs();
    let (count, unit) = match size {
        _ if size < 45 * SECOND => return "just now".to_owned(),
        _ if size < 45 * MINUTE => (round(size, MINUTE), "minute"),
        _ if size < 22 * HOUR => (round(size, HOUR), "hour"),
        _ if size < 30 * DAY => (round(size, DAY), "day"),
        _ => return day(at),
    };
    let plural = if count == 1 { "" } else { "s" };
    if away < 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

/// A day as a word: `today`, `yesterday`, `5 days ago`, or its date.
pub fn relative_day(at: Timestamp, now: Timestamp) -> String {
    match now.day().since(at.day()) / DAY {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days @ 2..30 => format!("{days} days ago"),
        _ => day(at),
    }
}

fn round(size: i64, unit: i64) -> i64 {
    ((size + unit / 2) / unit).max(1)
}
