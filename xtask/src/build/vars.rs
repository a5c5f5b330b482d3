//! `.dev.vars`: the secrets of a Worker on this machine. Made once, never committed.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use anyhow::{Context, Result, anyhow};
use data_encoding::BASE64;

use crate::project::Project;

const NAME: &str = "INSTALLATION_KEYS";

/// Adds an installation key where there is none. An existing one is never touched: what was
/// encrypted under it would be lost.
pub fn ensure(project: &Project) -> Result<()> {
    let file = project.path(".dev.vars");
    let text = fs::read_to_string(&file).unwrap_or_default();
    if text.lines().any(|line| line.trim_start().starts_with(NAME)) {
        return Ok(());
    }
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| anyhow!("the system gave no random bytes: {error}"))?;
    let mut out = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&file)
        .with_context(|| format!("cannot write {}", file.display()))?;
    if !text.is_empty() && !text.ends_with('\n') {
        writeln!(out)?;
    }
    writeln!(out, "# The installation key of this machine. Whoever loses it loses the local secrets.")?;
    writeln!(out, "{NAME}=\"k1:{}\"", BASE64.encode(&key))?;
    println!("Made a local installation key in .dev.vars");
    Ok(())
}
