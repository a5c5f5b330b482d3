//! Says what is being done and how long it took. The only file that reads the clock.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Runs one step under a line of its own, and another when it is over.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("• {what}");
    let watch = Stopwatch::start();
    let result = work();
    let end = if result.is_ok() { "done in" } else { "failed after" };
    println!("  {end} {}", watch.seconds());
    result
}

pub struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "the xtask never runs on wasm32")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// `3.1 s`, or `2 min 5 s` for what takes longer than a minute.
    pub fn seconds(&self) -> String {
        let seconds = self.elapsed().as_secs();
        if seconds < 60 {
            format!("{:.1} s", self.elapsed().as_secs_f32())
        } else {
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}
