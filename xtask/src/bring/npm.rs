//! Node and the tools that are npm packages, as `package-lock.json` pins them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{apt, version_of};
use crate::fingerprint::{Fingerprint, Stamp};
use crate::project::Project;
use crate::run;
use crate::step::step;

/// What wrangler wants.
const NODE: (u32, u32) = (22, 12);

/// The folder with the packages' programs.
pub fn modules(project: &Project) -> Result<PathBuf> {
    let bin = project.path("node_modules/.bin");
    let print =
        Fingerprint::new("npm").path(&project.path("package-lock.json"))?.path(&project.path("package.json"))?.hex();
    // The stamp lies inside, so that it goes with the folder.
    let stamp = Stamp::at(project.path("node_modules/.guildhall"));
    stamp.unless(&print, &[bin.join("wrangler"), bin.join("esbuild"), bin.join("wasm-opt")], || {
        if run::find(&["node"]).is_none() || run::find(&["npm"]).is_none() {
            apt::install(&["nodejs", "npm"], "Node with npm")?;
        }
        step("Installing the npm packages (wrangler, esbuild, wasm-opt and what the tests use)", || {
            let mut npm = Command::new("npm");
            // Not `npm ci`: it refuses a lock file without the packages for other systems, which
            // not every registry has. The lock file is obeyed and left as it is.
            npm.current_dir(&project.root).args(["install", "--no-save", "--no-audit", "--no-fund"]);
            run::quietly(&mut npm, &project.work("log/npm.log"))
        })?;
        check_node(&bin)
    })?;
    Ok(bin)
}

/// Where the machine's own Node is too old, a package brings a newer one.
fn check_node(bin: &std::path::Path) -> Result<()> {
    let brought = bin.join("node");
    let program = if brought.is_file() { brought } else { PathBuf::from("node") };
    let version = version_of(&program.to_string_lossy()).context("node does not tell its version")?;
    if version < NODE {
        bail!(
            "Node {}.{} or newer is wanted, and this is {}.{}. Install a newer one",
            NODE.0,
            NODE.1,
            version.0,
            version.1
        );
    }
    Ok(())
}

/// A program of an npm package, with the newer Node in front. It reports nothing to anybody.
pub fn node_tool(project: &Project, program: &str) -> Result<Command> {
    let bin = modules(project)?;
    let file = bin.join(program);
    let mut command = Command::new(if file.is_file() { file } else { PathBuf::from(program) });
    command
        .current_dir(&project.root)
        .env("PATH", run::path_with(&[bin])?)
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_SEND_ERROR_REPORTS", "false")
        // Nor does it ask where this machine is.
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
        .env("DO_NOT_TRACK", "1")
        .env("NO_UPDATE_NOTIFIER", "1");
    Ok(command)
}
