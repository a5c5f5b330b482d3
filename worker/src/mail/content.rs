//! The parts that every letter is made of.

use crate::object::Origin;
use guildhall_shared::{Timestamp, device};

pub struct Content {
    pub subject: String,
    pub sentences: Vec<String>,
    pub action: Option<Action>,
    pub footer: String,
}

pub struct Action {
    pub label: &'static str,
    pub url: String,
}

/// A time as a mail says it: `21 November 2026, 18:00 UTC`.
pub fn utc(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let month = part(5, 7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.saturating_sub(1)));
    let day = part(8, 10).trim_start_matches('0');
    format!("{day} {} {}, {} UTC", month.unwrap_or(&""), part(0, 4), part(11, 16))
}

/// An address of the network, and nothing else that someone says is one.
pub fn address(text: &str) -> String {
    text.parse::<core::net::IpAddr>().map_or_else(|_| "unknown".to_owned(), |address| address.to_string())
}

/// `Firefox on Linux, address 192.0.2.1 (DE)`.
pub fn from(origin: &Origin) -> String {
    let device = device::describe(&origin.device);
    // Two letters, by whoever passed the request on.
    let place: String = origin.place.chars().filter(char::is_ascii_alphanumeric).take(2).collect();
    let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
    format!("{device}, address {}{place}", address(&origin.address))
}
