//! `cargo xtask bench` and `cargo xtask pictures`: scripts that want a built project and tools.

use std::ffi::OsString;

use anyhow::{Result, bail};

use crate::bring;
use crate::build::{self, Variant};
use crate::project::Project;
use crate::run;

pub fn bench(project: &Project, words: impl Iterator<Item = OsString>) -> Result<bool> {
    // What is deployed is measured; the development Worker, which is kept beside it, only seeds.
    build::build(project, Variant::Dev)?;
    script(project, Variant::Deploy, "bench/run.mjs", words)
}

pub fn pictures(project: &Project, words: impl Iterator<Item = OsString>) -> Result<bool> {
    script(project, Variant::Dev, "tests/console/pictures.mjs", words)
}

fn script(project: &Project, variant: Variant, path: &str, words: impl Iterator<Item = OsString>) -> Result<bool> {
    build::build(project, variant)?;
    if !project.path(path).is_file() {
        bail!("{path} is not there yet");
    }
    let mut node = bring::node_tool(project, "node")?;
    node.env("GUILDHALL_CHROMIUM", bring::chromium()?);
    run::run(node.arg(path).args(words))?;
    Ok(true)
}
