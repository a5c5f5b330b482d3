//! The Worker: worker-build compiles it and makes its JavaScript shim, wasm-opt makes it small where it is deployed.
//!
//! Each variant is kept, so that going from one to the other is a copy.

use std::fs;

use anyhow::{Context, Result};

use super::{Variant, common_inputs, optimize, place};
use crate::bring::Tools;
use crate::fingerprint::Stamp;
use crate::project::Project;
use crate::run;
use crate::step::step;

const FILES: [&str; 2] = ["index_bg.wasm", "index.js"];

pub fn build(project: &Project, tools: &Tools, variant: Variant) -> Result<()> {
    let kept = format!("worker-{}", variant.name());
    let print = common_inputs(project, tools, &kept)?
        .with(tools.worker_build.as_os_str().as_encoded_bytes())
        .package(&project.path("kernel"))?
        .package(&project.path("worker"))?
        .hex();
    let outputs = FILES.map(|name| project.work(&kept).join(name));
    Stamp::at(project.work(format!("{kept}.stamp"))).unless(&print, &outputs, || {
        step(&format!("Building the Worker ({})", variant.name()), || compile(project, tools, variant, &kept))
            .context("the Worker did not build")
    })?;
    for (name, kept) in FILES.iter().zip(&outputs) {
        place(&project.path("build").join(name), &fs::read(kept)?)?;
    }
    Ok(())
}

fn compile(project: &Project, tools: &Tools, variant: Variant, kept: &str) -> Result<()> {
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
    }
    run::run(&mut command)?;
    if !variant.is_for_development() {
        optimize(tools, &project.work(kept).join("index_bg.wasm"))?;
    }
    Ok(())
}
