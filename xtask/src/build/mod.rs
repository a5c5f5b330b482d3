//! Builds the Worker into `build/` and the console into `dist/`, each only where its sources
//! have changed; beside the Worker, the bill of materials of both.

mod bom;
mod console;
mod headers;
mod page;
pub mod vars;
mod worker;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser};

use crate::bring::Tools;
use crate::project::Project;

/// Which Worker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// With the mailbox, the movable clock and the seeding command; built without wasm-opt, which
    /// takes longer than the compiler, and with the names that a stack trace shows.
    Dev,
    /// What is deployed, with none of these.
    Deploy,
}

impl Variant {
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Deploy => "deploy",
        }
    }

    fn is_for_development(self) -> bool {
        self == Self::Dev
    }
}

/// `cargo xtask build`, also wrangler's build command: wrangler names its own command in
/// `WRANGLER_COMMAND`, and only `dev` gets the development Worker.
pub fn command(project: &Project, mut words: Parser) -> Result<bool> {
    let (mut dev, mut deploy) = (false, false);
    while let Some(word) = words.next()? {
        match word {
            Arg::Long("dev") => dev = true,
            Arg::Long("deploy") => deploy = true,
            _ => return Err(word.unexpected().into()),
        }
    }
    let of_wrangler = std::env::var("WRANGLER_COMMAND").is_ok_and(|command| command == "dev");
    let variant = match (dev, deploy) {
        (true, true) => bail!("--dev and --deploy are two Workers; name one"),
        (true, false) => Variant::Dev,
        (false, false) if of_wrangler => Variant::Dev,
        (false, _) => Variant::Deploy,
    };
    build(project, variant)?;
    Ok(true)
}

pub fn build(project: &Project, variant: Variant) -> Result<()> {
    let tools = Tools::bring(project)?;
    if variant.is_for_development() {
        vars::ensure(project)?;
    }
    bom::write(project)?;
    worker::build(project, &tools, variant)?;
    console::build(project, &tools, variant)
}

/// What both bundles depend on beside their own sources.
fn common_inputs(project: &Project, tools: &Tools, what: &str) -> Result<crate::fingerprint::Fingerprint> {
    crate::fingerprint::Fingerprint::new(what)
        .with(&tools.compiler.identity)
        .path(&project.path(".cargo/config.toml"))?
        .path(&project.path("Cargo.toml"))?
        .path(&project.path("Cargo.lock"))?
        .path(&project.path("package-lock.json"))?
        .package(&project.path("shared"))?
        .path(&project.path("xtask/src/build"))
}

/// Makes a program small, with the features that the compiler uses and no newer ones, which the runtime or a
/// browser might not know.
fn optimize(tools: &Tools, wasm: &Path) -> Result<()> {
    let optimized = wasm.with_extension("opt");
    let mut command = tools.command("wasm-opt")?;
    command.args(["-Oz", "--strip-producers", "--strip-target-features"]).arg(wasm).arg("-o").arg(&optimized);
    for feature in [
        "mutable-globals",
        "sign-ext",
        "nontrapping-float-to-int",
        "bulk-memory",
        "multivalue",
        "reference-types",
        "exception-handling",
    ] {
        command.arg(format!("--enable-{feature}"));
    }
    crate::run::run(&mut command)?;
    Ok(fs::rename(&optimized, wasm)?)
}

/// Writes a file whole: a server that watches never reads half of it. One with the same bytes
/// is left alone, so that it does not look changed.
fn place(file: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let folder = file.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder)?;
    let mut draft = file.as_os_str().to_owned();
    draft.push(".draft");
    fs::write(&draft, bytes)?;
    Ok(fs::rename(&draft, file)?)
}
