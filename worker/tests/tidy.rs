//! The shape of the repository: what the documents and the style say of it, checked.

mod asvs;
mod borders;
mod documents;
mod pages;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Lines of a file of code; a longer one is two.
const LINES: usize = 420;

/// What holds nothing of ours.
const NOT_OURS: [&str; 8] = ["target", "dist", "build", "node_modules", ".git", ".wrangler", ".guildhall", ".venv"];

/// A file with its path from the repository's root.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = Path::new(&self.path).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        extensions.contains(&extension)
    }

    /// Whether it is a test, which may do what the program may not.
    fn is_test(&self) -> bool {
        ["tests/", "worker/tests/", "bench/"].iter().any(|folder| self.path.starts_with(folder))
    }

    /// The program's own text: no comments, and nothing from the first module of tests on.
    fn code(&self) -> String {
        let program = self.text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        let lines = program.lines().map(|line| match line.trim_start() {
            comment if comment.starts_with("//") => "",
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every text file of the repository.
fn files() -> Vec<File> {
    let mut found = vec![];
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            // `.git` is a file in a worktree.
            if NOT_OURS.contains(&name.as_str()) || name == "__pycache__" {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                let path = entry.path().strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push(File { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 100);
    found
}

/// Code in Rust, of the program and of its tests.
pub(crate) fn rust() -> Vec<File> {
    files().into_iter().filter(|file| file.has_extension(&["rs"])).collect()
}

/// Fails with every line that is wrong, not with the first.
#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let code = files().into_iter().filter(|file| file.has_extension(&["rs", "mjs", "css"]));
    let long = code.filter(|file| file.text.lines().count() > LINES);
    none(&long.map(|file| format!("{} has {} lines", file.path, file.text.lines().count())).collect::<Vec<_>>());
}

#[test]
fn no_file_is_called_after_nothing() {
    let vague = ["utils", "util", "common", "helpers", "helper", "misc", "shared"];
    let program = files().into_iter().filter(|file| file.has_extension(&["rs", "mjs", "css"]) && !file.is_test());
    let wrong = program.filter(|file| {
        let inner = file.path.split_once('/').map_or("", |(_, inner)| inner);
        inner.split(['/', '.']).any(|part| vague.contains(&part))
    });
    none(&wrong.map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let opens = |file: &File| match file.path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "rs" => file.text.starts_with("//! "),
        "mjs" => file.text.trim_start_matches("#!/usr/bin/env node\n").starts_with("// "),
        "css" => file.text.starts_with("/* "),
        "py" => file.text.starts_with("\"\"\"") || file.text.starts_with("# "),
        _ => true,
    };
    none(&files().into_iter().filter(|file| !opens(file)).map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn dependencies_come_from_the_one_table() {
    let manifests = files().into_iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let mut wrong = vec![];
    for manifest in manifests {
        let mut in_dependencies = false;
        for line in manifest.text.lines().map(str::trim) {
            if line.starts_with('[') {
                in_dependencies = line.ends_with("dependencies]");
                continue;
            }
            let names_one = in_dependencies && line.contains('=') && !line.starts_with('#');
            if names_one && !line.contains(".workspace = true") && !line.contains("workspace = true,") {
                wrong.push(format!("{}: {line}", manifest.path));
            }
        }
    }
    none(&wrong);
}

#[test]
fn nothing_names_one_machine_or_a_download_host() {
    // Put together here, so that this file does not name them.
    let folders = ["ro", "wo", "fa"].into_iter().zip(["ot", "rk", "rm"]).map(|(a, b)| format!("/{a}{b}"));
    let folders: Vec<String> = folders.chain(["/home/".to_owned() + "user"]).collect();
    let hosts =
        [["registry.npm", "js.org"], ["static.crates", ".io"], ["files.python", "hosted.org"], ["pypi", ".org"]];
    let hosts: Vec<String> = hosts.iter().map(|parts| parts.concat()).collect();
    let mut wrong = vec![];
    for file in files() {
        for (number, line) in file.text.lines().enumerate() {
            let names_folder = folders.iter().any(|folder| {
                line.match_indices(folder.as_str()).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    let after = line[at + folder.len()..].chars().next();
                    let inside = |c: char| c.is_alphanumeric() || "._-}".contains(c);
                    !before.is_some_and(inside) && !after.is_some_and(|c| c.is_alphanumeric() || "_-".contains(c))
                })
            });
            if names_folder || hosts.iter().any(|host| line.contains(host)) {
                wrong.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    none(&wrong);
}
