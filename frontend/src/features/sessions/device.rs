//! Where someone was signed in, in words.

use crate::browser;

/// `Firefox on Linux · Norway`, as far as it is known.
pub fn device_and_place(device: &str, place: &str) -> String {
    match browser::country(place) {
        country if country.is_empty() => device.to_owned(),
        country => format!("{device} · {country}"),
    }
}
