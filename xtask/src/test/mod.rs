//! `cargo xtask test`: every check and every test, and their count as the last line.

mod count;
mod dry_run;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use count::Count;
use lexopt::{Arg, Parser, ValueExt as _};

use crate::bring;
use crate::build::{self, Variant, vars};
use crate::check;
use crate::fingerprint::files;
use crate::project::Project;
use crate::step::{Stopwatch, step};

/// What `--only` takes, in the order in which they run.
const PARTS: [&str; 5] = ["host", "bench", "api", "faults", "console"];
/// How many of them need no server.
const ALONE: usize = 2;
/// Tests with bounds of time: nothing else runs beside them.
const TIMED: [&str; 3] =
    ["tests/console/scale.test.mjs", "tests/deployed/first_load.test.mjs", "tests/deployed/first_page.test.mjs"];

pub fn test(project: &Project, mut words: Parser) -> Result<bool> {
    let (mut long, mut only) = (false, Vec::new());
    while let Some(word) = words.next()? {
        match word {
            Arg::Long("long") => long = true,
            Arg::Long("only") => {
                let part = words.value()?.string()?;
                if !PARTS.contains(&part.as_str()) {
                    bail!("--only takes one of {}, not `{part}`", PARTS.join(", "));
                }
                only.push(part);
            }
            _ => return Err(word.unexpected().into()),
        }
    }
    let wanted = |part: &str| only.is_empty() || only.iter().any(|one| one == part);

    let watch = Stopwatch::start();
    let mut total = Count::default();
    if wanted("host") {
        for error in check::check(project) {
            total.fail(&error);
        }
        total.take(step("Testing on the host", || host(project, long)));
    }
    if wanted("bench") {
        total.take(step("Testing: bench", || node_tests(project, "bench", long)));
    }
    if PARTS.iter().skip(ALONE).any(|part| wanted(part)) {
        served(project, wanted, long, &mut total);
    }
    println!("\nAll of it took {}.", watch.seconds());
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(total.failed == 0)
}

fn host(project: &Project, long: bool) -> Result<Count> {
    let mut cargo = Command::new(bring::cargo());
    cargo.current_dir(&project.root).args(["test", "--workspace", "--quiet", "--no-fail-fast"]);
    if long {
        cargo.env("GUILDHALL_LONG", "1");
    }
    count::cargo(&mut cargo)
}

/// The tests that want the real thing: first what would be deployed, then the development
/// Worker under `wrangler dev`.
fn served(project: &Project, wanted: impl Fn(&str) -> bool, long: bool, total: &mut Count) {
    if wanted("api") {
        total.take(step("Looking into what would be deployed", || dry_run::check(project)));
        total.take(step("Weighing what would be deployed", || {
            vars::ensure(project)?;
            node_tests(project, "deployed", long)
        }));
    }
    if let Err(error) = build::build(project, Variant::Dev) {
        return total.fail(&error);
    }
    for part in PARTS.iter().skip(ALONE).filter(|part| wanted(part)) {
        total.take(step(&format!("Testing: {part}"), || node_tests(project, part, long)));
    }
}

fn node_tests(project: &Project, part: &str, long: bool) -> Result<Count> {
    let folder = if part == "bench" { project.path(part) } else { project.path("tests").join(part) };
    let mut tests = files(&folder)?;
    tests.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    if tests.is_empty() {
        bail!("there is no test in {}", folder.display());
    }
    // Each file has a server of its own, and there are two cores to run them.
    let (timed, others): (Vec<_>, Vec<_>) =
        tests.into_iter().partition(|file| TIMED.iter().any(|end| file.ends_with(end)));
    let mut count = Count::default();
    for (tests, at_once) in [(others, 2), (timed, 1)] {
        if !tests.is_empty() {
            count.add(node_files(project, part, &tests, at_once, long).with_context(|| part.to_owned())?);
        }
    }
    Ok(count)
}

fn node_files(project: &Project, part: &str, tests: &[PathBuf], at_once: usize, long: bool) -> Result<Count> {
    let mut node = bring::node_tool(project, "node")?;
    // A file whose tests are over ends, whatever one of them has left running.
    node.args(["--test", "--test-reporter=spec", "--test-timeout=720000", "--test-force-exit"]);
    node.arg(format!("--test-concurrency={at_once}"));
    match part {
        "bench" => {}
        "console" | "deployed" => {
            node.env("GUILDHALL_CHROMIUM", bring::chromium()?);
        }
        _ => {
            node.env("GUILDHALL_PYTHON", bring::python(project)?);
        }
    }
    // Servers that the tests start end with them, even with a test that is killed.
    node.env("GUILDHALL_XTASK", std::env::current_exe()?);
    if long {
        node.env("GUILDHALL_LONG", "1");
    }
    count::node(node.args(tests))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::TIMED;

    #[test]
    fn what_is_timed_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for file in TIMED {
            assert!(root.join(file).is_file(), "{file}");
        }
    }
}
