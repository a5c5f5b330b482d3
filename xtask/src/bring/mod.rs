//! Brings the tools that are missing, each pinned, and skips those that are there.

mod apt;
mod browser;
mod compiler;
mod crates;
mod debian;
mod npm;
mod python;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

pub use browser::chromium;
pub use compiler::Compiler;
pub use crates::tool_versions;
pub use npm::{modules, node_tool};
pub use python::python;

use crate::project::Project;
use crate::run;
use crate::step::step;

/// What the two bundles are built with.
pub struct Tools {
    pub compiler: Compiler,
    pub wasm_bindgen: PathBuf,
    pub wasm_split: PathBuf,
    pub worker_build: PathBuf,
    /// The folder of the npm packages' programs, a new enough Node among them.
    pub npm_bin: PathBuf,
}

impl Tools {
    pub fn bring(project: &Project) -> Result<Self> {
        let npm_bin = modules(project)?;
        let compiler = Compiler::for_wasm(project)?;
        Ok(Self {
            compiler,
            wasm_bindgen: crates::wasm_bindgen(project)?,
            wasm_split: crates::wasm_split(project)?,
            worker_build: crates::worker_build(project)?,
            npm_bin,
        })
    }

    /// A program that compiles, or that runs on Node.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Result<Command> {
        let mut command = Command::new(program);
        self.compiler.prepare(&mut command, std::slice::from_ref(&self.npm_bin))?;
        Ok(command)
    }
}

/// All that any command needs, for whoever wants to go offline afterwards.
pub fn everything(project: &Project) -> Result<()> {
    Tools::bring(project)?;
    chromium()?;
    python(project)?;
    println!("Every tool is there.");
    Ok(())
}

/// The cargo that started the xtask, or the one in PATH.
pub fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// `rustfmt` or `clippy` of the cargo in use.
pub fn component(name: &str) -> Result<()> {
    let command = if name == "rustfmt" { "fmt" } else { name };
    if run::output(Command::new(cargo()).args([command, "--version"])).is_ok() {
        return Ok(());
    }
    match run::find(&["rustup"]) {
        Some(rustup) => step(&format!("Adding {name} with rustup"), || {
            run::output(Command::new(rustup).args(["component", "add", name])).map(drop)
        }),
        None if name == "rustfmt" => apt::install(&["rustfmt-web"], "rustfmt"),
        None => apt::install(&["rust-web-clippy"], "clippy"),
    }
}

/// `a.b.c` as numbers, from what a program prints as its version.
fn version_of(program: &str) -> Option<(u32, u32)> {
    let said = run::output(Command::new(program).arg("--version")).ok()?;
    let word = said.split_whitespace().find(|word| word.contains('.'))?;
    let mut numbers = word.trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}
