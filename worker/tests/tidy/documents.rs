//! What documents claim: each path in them exists, each folder is in the code map.

use super::{File, files, none, root};
use std::{collections::BTreeSet, fs, path::Path};

fn documents() -> Vec<File> {
    let pages = files().into_iter().filter(|file| file.has_extension(&["md"]));
    pages
        .filter(|file| file.path == "README.md" || file.path.starts_with("docs/") || file.path.starts_with("bench/"))
        .collect()
}

/// Names in the repository's root.
fn top_level() -> BTreeSet<String> {
    files().iter().map(|file| file.path.split('/').next().unwrap_or_default().to_owned()).collect()
}

/// What stands in backticks on one line.
fn quoted(text: &str) -> Vec<&str> {
    // Fenced blocks are commands, not claims.
    let prose = text.split("\n```").step_by(2);
    prose.flat_map(|part| part.lines()).flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_path_that_a_document_names_exists() {
    let top = top_level();
    let mut wrong = vec![];
    let mut seen = 0;
    for document in documents() {
        for text in quoted(&document.text) {
            let text = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
            let is_path = text.contains('/') && !text.contains([' ', '*', '{', '<', '$', ':']);
            let first = text.split('/').next().unwrap_or_default();
            if !is_path || !top.contains(first) {
                continue;
            }
            seen += 1;
            if !root().join(text).exists() {
                wrong.push(format!("{}: `{text}`", document.path));
            }
        }
    }
    none(&wrong);
    assert!(seen > 0 || !root().join("docs/architecture.md").exists());
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut wrong = vec![];
    for document in documents() {
        let folder = root().join(&document.path).parent().unwrap().to_owned();
        for rest in document.text.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            let place = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:") || place.is_empty();
            if !elsewhere && !folder.join(place).exists() {
                wrong.push(format!("{}: ({target})", document.path));
            }
        }
    }
    none(&wrong);
}

/// The documents say which files a list with a form takes; this is every file that knows of the one they show.
#[test]
fn the_files_of_a_feature_are_those_that_the_documents_show() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let section = page.split("\n## ").find(|section| section.starts_with("Adding a feature")).expect("it is shown");
    let is_code =
        |path: &str| ["shared/src/", "worker/src/", "frontend/src/"].iter().any(|part| path.starts_with(part));
    let shown: BTreeSet<String> = quoted(section).into_iter().filter(|path| is_code(path)).map(str::to_owned).collect();
    let names = |text: &str| ["ssh_key", "SshKey", "SSH_KEY", "ssh-key"].iter().any(|name| text.contains(name));
    let code = files().into_iter().filter(|file| is_code(&file.path) && file.has_extension(&["rs"]));
    let known: BTreeSet<String> = code.filter(|file| names(&file.text)).map(|file| file.path).collect();
    assert_eq!(shown, known);
}

/// The folders in a crate's source, which are its parts.
fn folders(of: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root().join(of)) else { return vec![] };
    let folders = entries.map(Result::unwrap).filter(|entry| entry.file_type().unwrap().is_dir());
    folders.map(|entry| format!("{of}/{}", entry.file_name().to_str().unwrap())).collect()
}

#[test]
fn every_part_is_in_the_code_map() {
    let Ok(page) = fs::read_to_string(root().join("docs/architecture.md")) else { return };
    let map = page.split("\n## ").find(|section| section.starts_with("Code map")).expect("there is a code map");
    let mut parts: Vec<String> =
        top_level().into_iter().filter(|name| !name.starts_with('.') && root().join(name).is_dir()).collect();
    // What the documents are is said by themselves.
    parts.retain(|part| part != "docs");
    for of in ["worker/src", "kernel/src", "frontend/src", "xtask/src", "shared/src"] {
        parts.extend(folders(of));
    }
    let of_the_worker = files().into_iter().map(|file| file.path).filter(|path| {
        let path = Path::new(path);
        path.parent() == Some(Path::new("worker/src")) && path.file_name().is_some_and(|name| name != "lib.rs")
    });
    parts.extend(of_the_worker);
    let known: BTreeSet<&str> = quoted(map).into_iter().map(|text| text.trim_end_matches('/')).collect();
    none(&parts.into_iter().filter(|part| !known.contains(part.as_str())).collect::<Vec<_>>());
}
