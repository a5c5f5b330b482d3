//! The console: compiled, cut into parts, bound for the browser, made small where it is deployed, and put
//! into `dist/` with names that carry a hash of the content.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::{Variant, common_inputs, optimize, page};
use crate::bring::Tools;
use crate::fingerprint::{Fingerprint, Stamp, files};
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

/// The module that fetches the parts; wasm-split writes it, and the program imports it by this name.
const LOADER: &str = "__wasm_split.js";

/// The two files that the page loads, and those that the console fetches when they are wanted.
pub struct App {
    pub wasm: File,
    pub script: File,
    pub parts: Vec<File>,
}

pub struct File {
    /// Below `dist/`, with a hash of the content in it.
    pub path: String,
    pub bytes: Vec<u8>,
}

impl File {
    /// `assets/<stem>-<hash>.<extension>`
    pub fn hashed(name: &str, bytes: Vec<u8>) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(&bytes));
        let hash = hash.get(..12).unwrap_or(&hash);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        Self { path: format!("assets/{stem}-{hash}.{extension}"), bytes }
    }
}

pub fn build(project: &Project, tools: &Tools, variant: Variant) -> Result<()> {
    let kept = if variant.is_for_development() { "console" } else { "console-small" };
    let app_print = common_inputs(project, tools, kept)?
        .with(tools.wasm_bindgen.as_os_str().as_encoded_bytes())
        .with(tools.wasm_split.as_os_str().as_encoded_bytes())
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
        .path(&project.path("worker/openapi.json"))?
        .path(&project.path("worker/openapi-pages.json"))?
        .path(&project.path("frontend/assets"))?
        .path(&project.path("frontend/styles"))?
        .hex();
    let [(contract, _), (pages, _)] = page::DOCUMENTS;
    let outputs = ["index.html", "_headers", contract, pages, page::WORDS];
    let outputs = outputs.map(|name| project.path("dist").join(name));
    Stamp::at(project.work("page.stamp")).unless(&page_print, &outputs, || {
        step("Laying out the console's page", || {
            let app = App {
                wasm: File::hashed("console.wasm", fs::read(folder.join("console_bg.wasm"))?),
                script: File::hashed("console.js", fs::read(folder.join("start.js"))?),
                parts: parts(&folder)?.iter().map(|part| part_file(part)).collect::<Result<_>>()?,
            };
            page::write(project, tools, &app)
        })
        .context("the console's page could not be laid out")
    })
}

fn compile(project: &Project, tools: &Tools, variant: Variant, folder: &Path) -> Result<()> {
    let mut cargo = tools.command(&tools.compiler.cargo)?;
    cargo.current_dir(&project.root).args(["rustc", "--release", "--package", "guildhall-frontend"]);
    if variant.is_for_development() {
        // The page of all components: for who builds pages, and in nothing that is measured or deployed.
        cargo.args(["--features", "gallery"]);
    }
    // The cutting follows the linker's relocations.
    cargo.args(["--target", "wasm32-unknown-unknown", "--", "-Clink-arg=--emit-relocs"]);
    run::run(&mut cargo)?;

    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut split = tools.command(&tools.wasm_split)?;
    split.arg(tools.compiler.release("guildhall-frontend.wasm")).arg(folder).args(["--out-name", "console"]);
    run::output(&mut split)?;
    let whole = folder.join("console.wasm");
    let mut bindgen = tools.command(&tools.wasm_bindgen)?;
    bindgen
        .arg(&whole)
        .args(["--target", "web", "--no-typescript", "--omit-default-module-path", "--out-name", "console"])
        // The parts import what the linker exported.
        .arg("--keep-lld-exports")
        .arg("--out-dir")
        .arg(folder);
    run::run(&mut bindgen)?;
    fs::remove_file(whole)?;

    let wasm = folder.join("console_bg.wasm");
    if !variant.is_for_development() {
        for file in parts(folder)?.iter().chain([&wasm]) {
            optimize(tools, file)?;
        }
    }

    // The script names the wasm, so the wasm gets its name first.
    let loader = folder.join(LOADER);
    let mut text = fs::read_to_string(&loader)?;
    for part in parts(folder)? {
        let name = part.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let hashed = part_file(&part)?.path.replace("assets/", "");
        text = text.replace(&format!("\"./{name}\""), &format!("\"./{hashed}\""));
    }
    fs::write(&loader, text)?;
    let name = File::hashed("console.wasm", fs::read(&wasm)?).path;
    fs::write(folder.join("entry.js"), START.replace("{{wasm}}", &format!("/{name}")))?;
    let mut esbuild = tools.command("esbuild")?;
    esbuild.current_dir(folder).args([
        "entry.js",
        "--bundle",
        "--format=esm",
        "--minify",
        // The split names one module once for each of its imports.
        "--log-override:duplicate-object-key=silent",
        "--log-level=warning",
        "--outfile=start.js",
    ]);
    run::run(&mut esbuild)
}

/// Every part of the program beside the first.
fn parts(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut parts = files(folder)?;
    parts.retain(|file| file.extension().is_some_and(|end| end == "wasm") && !file.ends_with("console_bg.wasm"));
    Ok(parts)
}

fn part_file(part: &Path) -> Result<File> {
    let name = part.file_name().unwrap_or_default().to_string_lossy();
    Ok(File::hashed(&name, fs::read(part)?))
}
