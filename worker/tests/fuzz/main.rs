//! Parsers of what strangers send, under inputs that are nearly good. `--long` tries ten million of
//! each, `GUILDHALL_SEED` begins elsewhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

#[path = "../authenticator.rs"]
#[expect(dead_code, reason = "the host tests use all of it")]
mod authenticator;
#[path = "../model/chance.rs"]
mod chance;
mod mutate;
mod passkey;
mod ssh_key;

use chance::Chance;

/// Calls `once` as often as this run is long.
fn play(mut once: impl FnMut(&mut Chance)) {
    let long = std::env::var_os("GUILDHALL_LONG").is_some();
    let times = if long { 10_000_000 } else { 200_000 };
    let seed = std::env::var("GUILDHALL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut chance = Chance::new(seed);
    for _ in 0..times {
        once(&mut chance);
    }
    println!("{times} inputs from the seed {seed}");
}
