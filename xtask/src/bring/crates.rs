//! Tools that are crates, installed once for every clone on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{apt, cargo};
use crate::project::Project;
use crate::run;
use crate::step::step;

const WASM_SPLIT: &str = "0.2.4";

/// Each of these crates with its version, for the bill of materials.
pub fn tool_versions(project: &Project) -> Result<[(&'static str, String); 3]> {
    Ok([
        ("worker-build", project.locked_version("worker")?),
        ("wasm-bindgen-cli", project.locked_version("wasm-bindgen")?),
        ("wasm_split_cli_support", WASM_SPLIT.to_owned()),
    ])
}

/// The same version as the `worker` crate: they are released together.
pub fn worker_build(project: &Project) -> Result<PathBuf> {
    let version = project.locked_version("worker")?;
    install(project, &Tool { package: "worker-build", version, program: "worker-build", options: &[] })
}

/// Exactly the version of the `wasm-bindgen` crate, or its output does not load.
pub fn wasm_bindgen(project: &Project) -> Result<PathBuf> {
    let version = project.locked_version("wasm-bindgen")?;
    let options = &[
        // The default features bring TLS for its test runner, which nothing here uses.
        "--no-default-features",
        // A debug build takes half the time; these three, which do the work, make it fast enough.
        "--config=profile.dev.package.walrus.opt-level=1",
        "--config=profile.dev.package.wasmparser.opt-level=1",
        "--config=profile.dev.package.wasm-encoder.opt-level=1",
    ];
    install(project, &Tool { package: "wasm-bindgen-cli", version, program: "wasm-bindgen", options })
}

/// Cuts the console's program into the parts that its `parts.rs` names. Of the same project as the crate
/// `wasm_split_helpers`, with a count of its own; it refuses a program that it does not understand.
pub fn wasm_split(project: &Project) -> Result<PathBuf> {
    let options = &[
        "--features=build-binary",
        "--config=profile.dev.package.wasmparser.opt-level=1",
        "--config=profile.dev.package.wasm-encoder.opt-level=1",
    ];
    let version = WASM_SPLIT.to_owned();
    install(project, &Tool { package: "wasm_split_cli_support", version, program: "wasm-split-cli", options })
}

struct Tool {
    package: &'static str,
    version: String,
    program: &'static str,
    options: &'static [&'static str],
}

fn install(project: &Project, tool: &Tool) -> Result<PathBuf> {
    let name = format!("{}-{}", tool.package, tool.version);
    let tools = project.cache.join("tools");
    let place = tools.join(&name);
    let program = place.join("bin").join(tool.program);
    if program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(&tools)?;
    // Two clones may want it at once. The kernel drops the lock with the process.
    let lock = fs::File::create(tools.join("lock"))?;
    lock.lock()?;
    if program.is_file() {
        return Ok(program);
    }
    if tool.package == "worker-build" {
        openssl()?;
    }
    step(&format!("Installing {} {} (a minute or two)", tool.package, tool.version), || {
        let draft = tools.join(format!("{name}.draft"));
        let log = tools.join(format!("{name}.log"));
        if let Err(error) = run::quietly(&mut command(tool, &draft, &tools, true), &log) {
            // A lock file can name a version that the registry at hand has not got (yet).
            if !fs::read_to_string(&log)?.contains("failed to select a version") {
                return Err(error);
            }
            println!("  its lock file does not fit this registry; resolving anew");
            run::quietly(&mut command(tool, &draft, &tools, false), &log)?;
        }
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(&draft, &place)?;
        Ok(())
    })
    .with_context(|| format!("`cargo install {} --version {}` did not work", tool.package, tool.version))?;
    fs::remove_dir_all(tools.join("building")).ok();
    Ok(program)
}

fn command(tool: &Tool, root: &Path, tools: &Path, locked: bool) -> Command {
    let mut command = Command::new(cargo());
    command
        .current_dir(tools)
        .args(["install", tool.package, "--version", &tool.version, "--bin", tool.program])
        .args(["--debug", "--root"])
        .arg(root)
        .args(tool.options)
        .env("CARGO_TARGET_DIR", tools.join("building"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    if locked {
        command.arg("--locked");
    }
    command
}

/// worker-build links the system's OpenSSL, though it downloads nothing here.
fn openssl() -> Result<()> {
    let mut ask = Command::new("pkg-config");
    ask.args(["--exists", "openssl"]);
    if run::output(&mut ask).is_ok() || cfg!(target_os = "macos") {
        return Ok(());
    }
    apt::install(&["libssl-dev", "pkg-config"], "OpenSSL's header files (to build worker-build)")
}
