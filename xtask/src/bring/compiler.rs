//! The compiler for wasm32: the usual one with the target that rustup adds, or, where rustup
//! cannot download, Debian's with a standard library built from its source.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{apt, cargo, component, debian};
use crate::project::Project;
use crate::run;
use crate::step::step;

pub const WASM: &str = "wasm32-unknown-unknown";

pub struct Compiler {
    pub cargo: PathBuf,
    /// Two compilers never share one.
    pub target_dir: PathBuf,
    /// What tells this compiler from another: a bundle is built again when it changes.
    pub identity: String,
    pub(super) folders: Vec<PathBuf>,
    pub(super) env: Vec<(&'static str, OsString)>,
    pub(super) env_remove: &'static [&'static str],
}

impl Compiler {
    pub fn for_wasm(project: &Project) -> Result<Self> {
        let forced = std::env::var("GUILDHALL_WASM").is_ok_and(|value| value == "debian");
        if forced {
            return debian::compiler(project);
        }
        if has_target() {
            return Self::usual(project);
        }
        if debian::is_ready(project) {
            return debian::compiler(project);
        }
        match add_target() {
            Ok(()) => Self::usual(project),
            Err(error) => {
                println!("  rustup cannot add {WASM} ({error:#}); building it with Debian's compiler");
                debian::compiler(project).with_context(|| {
                    format!("there is no standard library for {WASM}; `rustup target add {WASM}` brings it where rustup can download")
                })
            }
        }
    }

    fn usual(project: &Project) -> Result<Self> {
        let target_dir = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        Ok(Self {
            cargo: cargo(),
            target_dir: target_dir.unwrap_or_else(|| project.path("target")),
            identity: run::output(Command::new("rustc").arg("-vV"))?,
            folders: Vec::new(),
            env: Vec::new(),
            env_remove: &[],
        })
    }

    /// Sets what this compiler needs on a command, with more folders at the front of PATH.
    pub fn prepare(&self, command: &mut Command, folders: &[PathBuf]) -> Result<()> {
        for name in self.env_remove {
            command.env_remove(name);
        }
        let folders: Vec<PathBuf> = self.folders.iter().chain(folders).cloned().collect();
        command
            .env("CARGO", &self.cargo)
            .env("CARGO_TARGET_DIR", &self.target_dir)
            .env("PATH", run::path_with(&folders)?)
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        Ok(())
    }

    /// Lints come with a compiler of the same version.
    pub fn bring_clippy(&self) -> Result<()> {
        if self.folders.is_empty() {
            component("clippy")
        } else if Path::new(debian::CLIPPY).is_file() {
            Ok(())
        } else {
            apt::install(&["rust-web-clippy"], "clippy of Debian's compiler")
        }
    }

    /// Where cargo leaves the wasm of a release build.
    pub fn release(&self, name: &str) -> PathBuf {
        self.target_dir.join(WASM).join("release").join(name)
    }
}

fn has_target() -> bool {
    let mut command = Command::new("rustc");
    command.args(["--print", "target-libdir", "--target", WASM]);
    run::output(&mut command).is_ok_and(|folder| has_std(Path::new(&folder)))
}

/// A folder alone does not tell: an interrupted install leaves an empty one.
pub(super) fn has_std(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libstd-")))
    })
}

fn add_target() -> Result<()> {
    let rustup = run::find(&["rustup"]).context("there is no rustup")?;
    step(&format!("Adding the {WASM} target with rustup"), || {
        run::output(Command::new(rustup).args(["target", "add", WASM])).map(drop)
    })
}
