//! Chromium, for the tests of the console.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::apt;
use crate::run;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

pub fn chromium() -> Result<PathBuf> {
    if let Some(own) = std::env::var_os("GUILDHALL_CHROMIUM") {
        return Ok(PathBuf::from(own));
    }
    if let Some(found) = run::find(&NAMES) {
        return Ok(found);
    }
    apt::install(&["chromium"], "Chromium (for the tests of the console)")?;
    run::find(&NAMES).context("the package chromium brought no program of that name")
}
