//! A Python environment for the tests that people elsewhere wrote: an `OpenAPI` client generator
//! and a schema fuzzer, pinned by `tests/requirements.txt`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::apt;
use crate::fingerprint::Fingerprint;
use crate::project::Project;
use crate::run;
use crate::step::step;

/// The environment's `python`.
pub fn python(project: &Project) -> Result<PathBuf> {
    let requirements = project.path("tests/requirements.txt");
    let hash = Fingerprint::new("python").path(&requirements)?.hex();
    let place = project.cache.join(format!("python-{}", hash.get(..12).unwrap_or(&hash)));
    let python = place.join("bin/python");
    // Written last.
    let whole = place.join("whole");
    if whole.is_file() && python.exists() {
        return Ok(python);
    }
    if !can_make_environments() {
        apt::install(&["python3", "python3-venv"], "Python with venv")?;
    }
    step("Making the Python environment of the API tests", || {
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        let log = project.work("log/python.log");
        run::quietly(Command::new("python3").args(["-m", "venv"]).arg(&place), &log)?;
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
        run::quietly(&mut pip, &log)?;
        fs::write(&whole, "")?;
        Ok(())
    })
    .context("pip could not install tests/requirements.txt")?;
    Ok(python)
}

fn can_make_environments() -> bool {
    run::output(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_ok()
}
