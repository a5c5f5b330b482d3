//! What `wrangler deploy` would upload: nothing in it may be for development.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use super::count::Count;
use crate::bring;
use crate::fingerprint::files;
use crate::project::Project;
use crate::run;

/// Paths that only the development Worker knows, and the sentence of the console's page of components.
const DEVELOPMENT: [&str; 4] = ["/dev/mail", "/dev/clock", "/dev/demo", "Each component in each state"];

/// wrangler runs its own build command, as it would for a deployment.
pub fn check(project: &Project) -> Result<Count> {
    let out = project.work("dry-run");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    let mut wrangler = bring::node_tool(project, "wrangler")?;
    wrangler.args(["deploy", "--dry-run", "--outdir"]).arg(&out);
    run::quietly(&mut wrangler, &project.work("log/dry-run.log"))?;

    let mut wasm = 0;
    for file in files(&out)?.into_iter().chain(files(&project.path("dist"))?) {
        wasm += usize::from(file.extension().is_some_and(|extension| extension == "wasm"));
        if let Some(text) = found(&file)? {
            bail!("{} holds `{text}`, which is for development only", file.display());
        }
    }
    if wasm < 2 {
        bail!("neither the Worker's nor the console's wasm may be missing from {} and dist/", out.display());
    }
    println!("  nothing for development is in it");
    Ok(Count { passed: 1, failed: 0 })
}

fn found(file: &Path) -> Result<Option<&'static str>> {
    let bytes = fs::read(file)?;
    Ok(DEVELOPMENT.into_iter().find(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes())))
}
