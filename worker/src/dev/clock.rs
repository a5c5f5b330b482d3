//! Moving the server's time, so that expiry can be seen. Kept over restarts.

use crate::{
    dev::{failed, seen},
    error::InternalError,
    features::members::seed::WAKE,
    object::{Ask, Caller, Envelope, Json, Named, Origin},
    platform::{Platform, clock},
};
use serde::Deserialize;
use std::cell::Cell;
use worker::Env;

const KEY: &str = "dev/clock";

thread_local! {
    static LOADED: Cell<bool> = const { Cell::new(false) };
}

/// `{"ahead": seconds}` from the real time.
#[derive(Debug, Deserialize)]
pub struct Move {
    pub ahead: i64,
}

/// Reads once, in a new process, how far the clock has been moved.
pub async fn load(env: &Env) -> Result<(), InternalError> {
    if LOADED.replace(true) {
        return Ok(());
    }
    let kv = env.kv("REPLICA").map_err(failed)?;
    let stored = kv.get(KEY).text().await.map_err(|why| InternalError::new(format!("dev: {why}")))?;
    clock::set_ahead(stored.and_then(|millis| millis.parse().ok()).unwrap_or_default());
    Ok(())
}

/// Moves the clock and has every object do what has become due.
pub async fn advance(platform: &Platform, to: &Move) -> Result<(), InternalError> {
    let kv_failed = |why: worker::KvError| InternalError::new(format!("dev: {why}"));
    let millis = to.ahead.saturating_mul(1000);
    platform.kv()?.put(KEY, millis.to_string()).map_err(kv_failed)?.execute().await.map_err(kv_failed)?;
    clock::set_ahead(millis);
    for name in seen() {
        let wake = Named { name: WAKE.to_owned(), with: Json::of(&())? };
        let envelope = Envelope::new(Caller::System, name, Ask::Do(wake), Origin::default());
        let _ = platform.ask(envelope).await?;
    }
    Ok(())
}
