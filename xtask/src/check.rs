//! `cargo xtask check`: formatting and lints, on the host and for wasm32.

use std::process::Command;

use anyhow::{Context, Result};
use lexopt::Parser;

use crate::bring::{Compiler, cargo, component};
use crate::project::Project;
use crate::run;
use crate::step::step;

/// The crates that go to the edge and to the browser.
const WASM_CRATES: [&str; 8] = [
    "--package",
    "guildhall-shared",
    "--package",
    "guildhall-kernel",
    "--package",
    "guildhall-worker",
    "--package",
    "guildhall-frontend",
];

pub fn command(project: &Project, mut words: Parser) -> Result<bool> {
    if let Some(word) = words.next()? {
        return Err(word.unexpected().into());
    }
    let failed = check(project);
    for error in &failed {
        eprintln!("{error:#}");
    }
    Ok(failed.is_empty())
}

/// Does all of it, and returns what failed.
pub fn check(project: &Project) -> Vec<anyhow::Error> {
    let steps = [
        ("Checking the formatting", formatting as fn(&Project) -> Result<()>),
        ("Linting on the host", lints),
        ("Linting for wasm32", wasm_lints),
    ];
    steps.into_iter().filter_map(|(what, check)| step(what, || check(project)).context(what).err()).collect()
}

fn formatting(project: &Project) -> Result<()> {
    component("rustfmt")?;
    run::run(Command::new(cargo()).current_dir(&project.root).args(["fmt", "--all", "--", "--check", "-l"]))
        .context("`cargo fmt --all` puts it right")
}

fn lints(project: &Project) -> Result<()> {
    component("clippy")?;
    let mut clippy = Command::new(cargo());
    clippy.current_dir(&project.root).args(["clippy", "--workspace", "--all-targets", "--quiet"]);
    run::run(clippy.args(["--", "--deny", "warnings"]))
}

/// With and without what is for development only.
fn wasm_lints(project: &Project) -> Result<()> {
    let compiler = Compiler::for_wasm(project)?;
    compiler.bring_clippy()?;
    for features in ["", "guildhall-worker/dev,guildhall-frontend/gallery"] {
        let mut clippy = Command::new(&compiler.cargo);
        compiler.prepare(&mut clippy, &[])?;
        clippy.current_dir(&project.root).args(["clippy", "--quiet", "--target", "wasm32-unknown-unknown"]);
        clippy.args(WASM_CRATES).args(["--features", features]);
        run::run(clippy.args(["--", "--deny", "warnings"]))?;
    }
    Ok(())
}
