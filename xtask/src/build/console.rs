//! The console: compiled, bound for the browser, made small where it is deployed, and put into
//! `dist/` with names that carry a hash of the content.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use super::{Variant, common_inputs, optimize, page};
use crate::bring::Tools;
use crate::fingerprint::{Fingerprint, Stamp, hex};
use crate::project::Project;
use crate::run;
use crate::step::step;

/// The module that starts the console. A script of its own: the content security policy allows
/// no inline one beside the theme's.
const START: &str = r#"
import init from "./console.js";
init({ module_or_path: "{{wasm}}" }).catch((error) => {
  console.error(error);
  // The page's own sentence: without the console nobody else can say it.
  document.getElementById("crash")?.removeAttribute("hidden");
});
"#;

/// The two files that the page loads.
pub struct App {
    pub wasm: File,
    pub script: File,
}

pub struct File {
    /// Below `dist/`, with a hash of the content in it.
    pub path: String,
    pub bytes: Vec<u8>,
}

impl File {
    /// `assets/<stem>-<hash>.<extension>`
    pub fn hashed(name: &str, bytes: Vec<u8>) -> Self {
        let hash = hex(&Sha256::digest(&bytes));
        let hash = hash.get(..12).unwrap_or(&hash);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        Self { path: format!("assets/{stem}-{hash}.{extension}"), bytes }
    }
}

pub fn build(project: &Project, tools: &Tools, variant: Variant) -> Result<()> {
    let kept = if variant.is_small() { "console-small" } else { "console" };
    let app_print = common_inputs(project, tools, kept)?
        .with(tools.wasm_bindgen.as_os_str().as_encoded_bytes())
        .path(&project.path("frontend/Cargo.toml"))?
        .path(&project.path("frontend/src"))?
        .hex();
    let folder = project.work(kept);
    let outputs = ["start.js", "console_bg.wasm"].map(|name| folder.join(name));
    Stamp::at(folder.with_extension("stamp")).unless(&app_print, &outputs, || {
        step("Building the console", || compile(project, tools, variant, &folder)).context("the console did not build")
    })?;

    let page_print = Fingerprint::new("page")
        .with(app_print)
        .path(&project.path("index.html"))?
        .path(&project.path("frontend/assets"))?
        .path(&project.path("frontend/styles"))?
        .hex();
    let outputs = [project.path("dist/index.html"), project.path("dist/_headers")];
    Stamp::at(project.work("page.stamp")).unless(&page_print, &outputs, || {
        step("Laying out the console's page", || {
            let app = App {
                wasm: File::hashed("console.wasm", fs::read(folder.join("console_bg.wasm"))?),
                script: File::hashed("console.js", fs::read(folder.join("start.js"))?),
            };
            page::write(project, tools, &app)
        })
        .context("the console's page could not be laid out")
    })
}

fn compile(project: &Project, tools: &Tools, variant: Variant, folder: &Path) -> Result<()> {
    let mut cargo = tools.command(&tools.compiler.cargo)?;
    cargo.current_dir(&project.root).args(["build", "--release", "--package", "guildhall-frontend"]);
    run::run(cargo.args(["--target", "wasm32-unknown-unknown"]))?;

    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut bindgen = tools.command(&tools.wasm_bindgen)?;
    bindgen
        .arg(tools.compiler.release("guildhall-frontend.wasm"))
        .args(["--target", "web", "--no-typescript", "--omit-default-module-path", "--out-name", "console"])
        .arg("--out-dir")
        .arg(folder);
    run::run(&mut bindgen)?;

    let wasm = folder.join("console_bg.wasm");
    if variant.is_small() {
        optimize(tools, &wasm)?;
    }

    // The script names the wasm, so the wasm gets its name first.
    let name = File::hashed("console.wasm", fs::read(&wasm)?).path;
    fs::write(folder.join("entry.js"), START.replace("{{wasm}}", &format!("/{name}")))?;
    let mut esbuild = tools.command("esbuild")?;
    esbuild.current_dir(folder).args([
        "entry.js",
        "--bundle",
        "--format=esm",
        "--minify",
        "--log-level=warning",
        "--outfile=start.js",
    ]);
    run::run(&mut esbuild)
}
