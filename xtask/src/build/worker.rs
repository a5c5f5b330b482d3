//! The Worker: worker-build compiles it and makes its JavaScript shim; what nobody asks for goes, and wasm-opt
//! makes the rest small.
//!
//! Each variant is kept, so that going from one to the other is a copy.

use std::fs;

use anyhow::{Context, Result};

use super::{Variant, common_inputs, optimize, place, traps, unused};
use crate::bring::Tools;
use crate::fingerprint::Stamp;
use crate::project::Project;
use crate::run;
use crate::step::step;

const FILES: [&str; 2] = ["index_bg.wasm", "index.js"];

pub fn build(project: &Project, tools: &Tools, variant: Variant) -> Result<()> {
    let kept = format!("worker-{}", variant.name());
    let classes = unused::classes(&fs::read_to_string(project.path("wrangler.toml"))?)?;
    let print = common_inputs(project, tools, &kept)?
        .with(tools.worker_build.as_os_str().as_encoded_bytes())
        .package(&project.path("worker"))?
        .with(classes.join(" "))
        .hex();
    let outputs = FILES.map(|name| project.work(&kept).join(name));
    Stamp::at(project.work(format!("{kept}.stamp"))).unless(&print, &outputs, || {
        step(&format!("Building the Worker ({})", variant.name()), || compile(project, tools, variant, &kept, &classes))
            .context("the Worker did not build")
    })?;
    for (name, kept) in FILES.iter().zip(&outputs) {
        place(&project.path("build").join(name), &fs::read(kept)?)?;
    }
    Ok(())
}

fn compile(project: &Project, tools: &Tools, variant: Variant, kept: &str, classes: &[String]) -> Result<()> {
    let mut command = tools.command(&tools.worker_build)?;
    command
        .current_dir(project.path("worker"))
        // wasm-opt runs below: worker-build would keep the names, which are half of the size.
        .args(["--release", "--no-opt", "--out-dir", &format!("../target/xtask/{kept}"), "."])
        // The compiler has said what is wrong; where worker-build noticed helps nobody.
        .env("RUST_BACKTRACE", "0")
        // It uses these instead of downloading its own.
        .env("WASM_BINDGEN_BIN", &tools.wasm_bindgen)
        .env("WASM_OPT_BIN", tools.npm_bin.join("wasm-opt"))
        .env("ESBUILD_BIN", tools.npm_bin.join("esbuild"));
    if variant.is_for_development() {
        command.args(["--features", "dev"]);
    } else {
        // What is unused is found in lines.
        command.env("NO_MINIFY", "1");
    }
    run::run(&mut command)?;
    if !variant.is_for_development() {
        unused::remove(tools, &project.work(kept), classes)?;
        let wasm = project.work(kept).join("index_bg.wasm");
        fs::write(&wasm, traps::silence(&fs::read(&wasm)?).context("the panics cannot be taken out")?)?;
        optimize(tools, &wasm)?;
    }
    Ok(())
}
