//! `dist/`: the page, its styles and assets, all named by their content, and their headers.
//!
//! `index.html` holds two markers, `<!-- styles -->` and `<!-- app -->`. A page or a style sheet
//! names a file of `frontend/assets/` as `/assets/<name>`; the hash is put in here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::console::{App, File};
use super::{headers, place};
use crate::bring::Tools;
use crate::fingerprint::files;
use crate::project::Project;
use crate::run;

/// What describes the API, in each of its dialects: where it is served, and where it is made.
pub const DOCUMENTS: [(&str, &str); 2] =
    [("v1/openapi.json", "worker/openapi.json"), ("paperspace/v1/openapi.json", "worker/openapi-pages.json")];
/// Where it and the console look for the words that guessers try first.
pub const WORDS: &str = "assets/words-7619edbf.txt";
/// Where it looks for passwords known from breaches, by the first byte of their digests.
pub const BREACHED_PASSWORDS: &str = "v1/breached_passwords";
/// Bytes of a digest in the list of these.
const DIGEST: usize = 5;
/// Later sheets may lean on these.
const FIRST: [&str; 2] = ["tokens.css", "base.css"];

pub fn write(project: &Project, tools: &Tools, app: &App) -> Result<()> {
    let mut assets = Vec::new();
    for file in files(&project.path("frontend/assets"))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assets.push((name.clone(), File::hashed(&name, fs::read(&file)?)));
    }
    let styles = named(&styles(project, tools)?, &assets).context("in frontend/styles")?;
    let styles = File::hashed("console.css", styles.into_bytes());
    let page = fs::read_to_string(project.path("index.html")).context("there is no index.html")?;
    let page = named(&fill(&page, app, &styles)?, &assets_and(&assets, app, &styles)).context("in index.html")?;
    let headers = headers::write(&page)?;

    let dist = project.path("dist");
    let mut kept = BTreeSet::new();
    let hashed = assets.iter().map(|(_, file)| file).chain([&app.wasm, &app.script, &styles]).chain(&app.parts);
    for file in hashed {
        place(&dist.join(&file.path), &file.bytes)?;
        kept.insert(dist.join(&file.path));
    }
    let [contract, pages] = DOCUMENTS;
    let (contract, pages) = ((contract.0, document(project, contract.1)?), (pages.0, document(project, pages.1)?));
    let words = fs::read_to_string(project.path("shared/data/words.txt"))?;
    // The page last: it never names a file that is not there yet.
    let texts = [contract, pages, (WORDS, words), ("_headers", headers), ("index.html", page)];
    for (name, text) in texts {
        place(&dist.join(name), text.as_bytes())?;
        kept.insert(dist.join(name));
    }
    for (first, rows) in breached(&fs::read(project.path("shared/data/breached_passwords.bin"))?) {
        let file = dist.join(BREACHED_PASSWORDS).join(format!("{first:02x}.bin"));
        place(&file, &rows)?;
        kept.insert(file);
    }
    for old in files(&dist)? {
        if !kept.contains(&old) {
            fs::remove_file(old)?;
        }
    }
    Ok(())
}

/// The list cut by the first byte, which the name of each file says.
fn breached(list: &[u8]) -> BTreeMap<u8, Vec<u8>> {
    let mut buckets: BTreeMap<u8, Vec<u8>> = (0..=u8::MAX).map(|first| (first, Vec::new())).collect();
    for (first, rest) in list.chunks(DIGEST).filter_map(<[u8]>::split_first) {
        buckets.entry(*first).or_default().extend(rest);
    }
    buckets
}

/// A document of the API without its white space. The Worker gives it out, under its own headers.
fn document(project: &Project, made: &str) -> Result<String> {
    let document = fs::read_to_string(project.path(made))?;
    Ok(serde_json::from_str::<serde_json::Value>(&document)?.to_string())
}

/// One sheet: the tokens, the base, then all others by name.
fn styles(project: &Project, tools: &Tools) -> Result<String> {
    let folder = project.path("frontend/styles");
    let mut sheets = files(&folder)?;
    sheets.retain(|sheet| sheet.extension().is_some_and(|extension| extension == "css"));
    let rank = |sheet: &PathBuf| FIRST.iter().position(|first| sheet.ends_with(first)).unwrap_or(FIRST.len());
    sheets.sort_by_key(|sheet| (rank(sheet), sheet.clone()));
    let mut all = String::new();
    for sheet in sheets {
        all.push_str(&fs::read_to_string(sheet)?);
        all.push('\n');
    }
    let joined = project.work("console.css");
    fs::write(&joined, all)?;
    let mut esbuild = tools.command("esbuild")?;
    run::output(esbuild.arg(joined).args(["--minify", "--log-level=warning"]))
}

fn fill(page: &str, app: &App, styles: &File) -> Result<String> {
    let (script, wasm, styles) = (&app.script.path, &app.wasm.path, &styles.path);
    let markers = [
        ("<!-- styles -->", format!(r#"<link rel="stylesheet" href="/{styles}">"#)),
        (
            "<!-- app -->",
            format!(
                r#"<link rel="preload" href="/{wasm}" as="fetch" type="application/wasm" crossorigin><script type="module" src="/{script}"></script>"#
            ),
        ),
    ];
    let mut filled = page.to_owned();
    for (marker, tag) in markers {
        if filled.matches(marker).count() != 1 {
            bail!("index.html wants `{marker}` once");
        }
        filled = filled.replace(marker, &tag);
    }
    Ok(filled)
}

/// Puts the hashed name in place of each `/assets/<name>`; one that is no file fails.
fn named(text: &str, assets: &[(String, File)]) -> Result<String> {
    let mut parts = text.split("/assets/");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['"', '\'', ')', ' ', '?', '#', '>']).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let Some((_, file)) = assets.iter().find(|(asset, _)| asset == name) else {
            bail!("`/assets/{name}` is not a file of frontend/assets");
        };
        out.push('/');
        out.push_str(&file.path);
        out.push_str(rest);
    }
    Ok(out)
}

/// The assets by name, and what `fill` has put in, which stays as it is.
fn assets_and(assets: &[(String, File)], app: &App, styles: &File) -> Vec<(String, File)> {
    let copy = |name: &str, path: &str| (name.to_owned(), File { path: path.to_owned(), bytes: Vec::new() });
    let own = [&app.script, &app.wasm, styles].map(|file| copy(file.path.trim_start_matches("assets/"), &file.path));
    assets.iter().map(|(name, file)| copy(name, &file.path)).chain(own).collect()
}

#[cfg(test)]
mod tests {
    use super::{File, named};

    #[test]
    fn assets_are_named_by_their_content() {
        let assets = vec![("a.woff2".to_owned(), File::hashed("a.woff2", vec![1]))];
        let css = "x{src:url(/assets/a.woff2)}y{src:url(\"/assets/a.woff2\")}";
        let out = named(css, &assets).unwrap();
        let path = &assets[0].1.path;
        assert_eq!(out, format!("x{{src:url(/{path})}}y{{src:url(\"/{path}\")}}"));
        assert!(named("url(/assets/b.woff2)", &assets).is_err());
    }
}
