//! One line of the log for each request: what was asked for, what came of it and how long it took. Of whoever asked and
//! of what was sent or answered it holds nothing.

use crate::json;
use guildhall_shared::Timestamp;
use serde::Serialize;
use std::cell::Cell;

/// What is learned of a request while it is answered.
#[derive(Debug, Default)]
pub struct Seen {
    /// The route's pattern, with the names of its parts in place of what stood there.
    pub route: Cell<Option<&'static str>>,
    /// How often an object was asked, with the answer still to come.
    pub objects: Cell<u32>,
}

impl Seen {
    pub fn count_object(&self) {
        self.objects.set(self.objects.get() + 1);
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    level: &'static str,
    time: Timestamp,
    method: &'a str,
    route: &'a str,
    status: u16,
    ms: i64,
    request_id: &'a str,
    objects: u32,
}

/// The line of a request that began at `since` and is answered at `now`. A method that no route has is not repeated:
/// whoever asks could write anything into the log by it.
pub fn line(
    seen: &Seen,
    method: &http::Method,
    status: u16,
    request_id: &str,
    since: Timestamp,
    now: Timestamp,
) -> String {
    let route = seen.route.get();
    let line = Line {
        level: "info",
        time: since,
        method: if route.is_some() { method.as_str() } else { "none" },
        route: route.unwrap_or("none"),
        status,
        ms: now.since(since),
        request_id,
        objects: seen.objects.get(),
    };
    json::to_string(&line).unwrap_or_default()
}
