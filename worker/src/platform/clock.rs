//! The only code that reads the time. In development it can be moved ahead.

use guildhall_shared::Timestamp;

/// Now, as the platform has it.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    let real = js_sys::Date::now() as i64;
    Timestamp::from_millis(real + ahead())
}

/// A time of ours as the platform counts it.
pub fn real(at: Timestamp) -> i64 {
    at.millis() - ahead()
}

#[cfg(not(feature = "dev"))]
const fn ahead() -> i64 {
    0
}

#[cfg(feature = "dev")]
fn ahead() -> i64 {
    AHEAD.get()
}

#[cfg(feature = "dev")]
thread_local! {
    static AHEAD: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
}

/// Moves the clock: milliseconds from the platform's time.
#[cfg(feature = "dev")]
pub fn set_ahead(millis: i64) {
    AHEAD.set(millis);
}
