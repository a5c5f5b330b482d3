//! Takes out of the Worker what nobody asks for. The crates below it export classes to JavaScript whether they
//! are used or not, and these hold on to code in the script and in the program.
//!
//! The platform asks for the default export and for the classes of `wrangler.toml`; esbuild drops from the script
//! what these do not reach, and what the script no longer calls is no export of the program any more, so that
//! wasm-opt drops it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::{ExportKind, ExportSection, Module};
use wasmparser::{ExternalKind, Parser, Payload};

use super::names;
use super::order::copy;
use crate::bring::Tools;
use crate::run;

/// How wasm-bindgen gives a class its `Symbol.dispose`. To esbuild the line is a use of the class.
const DISPOSE: &str = "if (Symbol.dispose) ";
/// Making one of these does nothing else, which esbuild cannot know.
const HARMLESS: [&str; 2] = ["new Proxy(", "new FinalizationRegistry("];
/// What the script calls the program.
pub(super) const PROGRAM: &str = "wasm";

/// The classes that the platform makes objects of.
pub fn classes(wrangler_toml: &str) -> Result<Vec<String>> {
    let quoted = wrangler_toml.lines().filter_map(|line| line.trim().strip_prefix("class_name")?.split('"').nth(1));
    let classes: BTreeSet<String> = quoted.map(str::to_owned).collect();
    ensure!(!classes.is_empty(), "wrangler.toml names no class of a Durable Object");
    Ok(classes.into_iter().collect())
}

/// The folder holds what worker-build made, without `--minify`.
pub fn remove(tools: &Tools, folder: &Path, classes: &[String]) -> Result<()> {
    let (script, wasm) = (folder.join("index.js"), folder.join("index_bg.wasm"));
    let whole = fs::read_to_string(&script)?;
    let entry = folder.join("entry.js");
    fs::write(&entry, format!("export {{ default, {} }} from \"./index.js\";\n", classes.join(", ")))?;

    let mut kept: BTreeSet<&str> = classes.iter().map(String::as_str).collect();
    let used = loop {
        fs::write(&script, marked(&whole, &kept))?;
        let text = bundle(tools, folder, "entry.js", &[])?;
        // A class that the program itself makes objects of stays, with all that it had.
        let words: BTreeSet<&str> = words(&text).map(|(_, word)| word).collect();
        let before = kept.len();
        kept.extend(disposed(&whole).filter(|class| words.contains(class)));
        if kept.len() == before {
            break text;
        }
    };
    let calls = calls(&used).context("the Worker's script is not as wasm-bindgen writes it")?;
    let program = with_exports(&fs::read(&wasm)?, &calls).context("the Worker's script and program do not fit")?;
    let (program, used) = names::shorten(&program, &used).context("the names that both use cannot be shortened")?;
    fs::write(&wasm, program)?;
    fs::write(&entry, used)?;
    fs::write(&script, bundle(tools, folder, "entry.js", &["--minify"])?)?;
    Ok(fs::remove_file(entry)?)
}

fn bundle(tools: &Tools, folder: &Path, entry: &str, options: &[&str]) -> Result<String> {
    let mut esbuild = tools.command("esbuild")?;
    esbuild.current_dir(folder).args([entry, "--bundle", "--format=esm", "--log-level=warning"]);
    run::output(esbuild.args(["--external:./index_bg.wasm", "--external:cloudflare:*"]).args(options))
}

/// The script, saying to esbuild what may go when nobody asks for it.
fn marked(script: &str, kept: &BTreeSet<&str>) -> String {
    let mut marked = String::with_capacity(script.len());
    for line in script.lines().filter(|line| class_of(line).is_none_or(|class| kept.contains(class))) {
        let mut line = line.to_owned();
        // A line that is not indented stands in no function.
        if !line.starts_with(' ') {
            for making in HARMLESS {
                line = line.replace(making, &format!("/* @__PURE__ */ {making}"));
            }
        }
        marked.push_str(&line);
        marked.push('\n');
    }
    marked
}

fn disposed(script: &str) -> impl Iterator<Item = &str> {
    script.lines().filter_map(class_of)
}

fn class_of(line: &str) -> Option<&str> {
    line.strip_prefix(DISPOSE)?.split_once('.').map(|(class, _)| class)
}

/// What the script calls of the program, which it does by name only.
fn calls(script: &str) -> Result<BTreeSet<&str>> {
    let mut calls = BTreeSet::new();
    for (end, word) in words(script).filter(|(_, word)| *word == PROGRAM) {
        let (before, rest) = script.split_at(end);
        if before.trim_end_matches(word).ends_with('.') {
            // A file's name, or what something else has by this name.
            continue;
        }
        if let Some(name) = rest.strip_prefix('.').and_then(|rest| words(rest).next()) {
            calls.insert(name.1);
        } else if !rest.starts_with(" = wasmInstance.exports;") {
            bail!("`{PROGRAM}{}`: what this calls is unknown", rest.lines().next().unwrap_or_default());
        }
    }
    ensure!(calls.contains("memory"), "it does not read the memory of `{PROGRAM}`");
    Ok(calls)
}

/// Every name and word of a script, and where it ends.
pub(super) fn words(script: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = script.split(|letter: char| !letter.is_alphanumeric() && !"_$".contains(letter));
    parts
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - script.as_ptr() as usize + word.len(), word))
}

/// The program with these exports and no other.
fn with_exports(wasm: &[u8], wanted: &BTreeSet<&str>) -> Result<Vec<u8>> {
    let mut module = Module::new();
    let mut missing = wanted.clone();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::ExportSection(exports) = payload {
            let mut left = ExportSection::new();
            for export in exports {
                let export = export?;
                if missing.remove(export.name) {
                    left.export(export.name, kind(export.kind)?, export.index);
                }
            }
            module.section(&left);
        } else if let Some((id, range)) = payload.as_section() {
            copy(&mut module, wasm, id, &range)?;
        }
    }
    ensure!(missing.is_empty(), "the script calls {missing:?}, which the program does not export");
    Ok(module.finish())
}

pub(super) fn kind(kind: ExternalKind) -> Result<ExportKind> {
    Ok(match kind {
        ExternalKind::Func => ExportKind::Func,
        ExternalKind::Table => ExportKind::Table,
        ExternalKind::Memory => ExportKind::Memory,
        ExternalKind::Global => ExportKind::Global,
        ExternalKind::Tag => ExportKind::Tag,
        ExternalKind::FuncExact => bail!("an export of an exact function, which the compiler does not make"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wasm_encoder::{ExportKind, ExportSection, MemorySection, MemoryType, Module};
    use wasmparser::{Parser, Payload};

    use super::{calls, classes, marked, with_exports};

    #[test]
    fn the_classes_are_those_of_wrangler() {
        let toml = "[[durable_objects.bindings]]\nname = \"A\"\nclass_name = \"AObject\"\n\n\
                    [[env.next.durable_objects.bindings]]\nclass_name = \"AObject\"\n";
        assert_eq!(classes(toml).unwrap(), ["AObject"]);
        assert!(classes("name = \"guildhall\"\n").is_err());
    }

    #[test]
    fn only_the_lines_outside_of_functions_are_marked() {
        let script = "var A2 = new Proxy(A, hooks);\nif (Symbol.dispose) A.prototype[Symbol.dispose] = 1;\n\
                      if (Symbol.dispose) B.prototype[Symbol.dispose] = 1;\nfunction f() {\n  return new Proxy(A, {});\n}\n";
        let expected = "var A2 = /* @__PURE__ */ new Proxy(A, hooks);\n\
                        if (Symbol.dispose) A.prototype[Symbol.dispose] = 1;\n\
                        function f() {\n  return new Proxy(A, {});\n}\n";
        assert_eq!(marked(script, &BTreeSet::from(["A"])), expected);
    }

    #[test]
    fn the_script_calls_by_name_or_is_refused() {
        let script = "import wasmModule from \"./index_bg.wasm\";\nvar wasm = wasmInstance.exports;\nf(wasm.memory.buffer, wasm.__free);\nwasm.b_new(1)";
        assert_eq!(calls(script).unwrap(), BTreeSet::from(["memory", "__free", "b_new"]));
        assert!(calls("wasm.memory; wasm[name]()").is_err());
        assert!(calls("wasm.memory; const all = wasm;").is_err());
        assert!(calls("_.memory").is_err());
    }

    #[test]
    fn exports_that_are_not_called_go() {
        let memory = MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
        let (mut memories, mut exports) = (MemorySection::new(), ExportSection::new());
        memories.memory(memory);
        exports.export("memory", ExportKind::Memory, 0).export("other", ExportKind::Memory, 0);
        let mut module = Module::new();
        module.section(&memories).section(&exports);
        let module = module.finish();

        let left = with_exports(&module, &BTreeSet::from(["memory"])).unwrap();
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(&left) {
            if let Payload::ExportSection(exports) = payload.unwrap() {
                names.extend(exports.into_iter().map(|export| export.unwrap().name));
            }
        }
        assert_eq!(names, ["memory"]);
        assert!(with_exports(&module, &BTreeSet::from(["memory", "missing"])).is_err());
        assert!(with_exports(b"no module", &BTreeSet::new()).is_err());
    }
}
