//! Short names for what the Worker's program and its script ask of each other. wasm-bindgen gives each a hash,
//! which says nothing to anybody and does not compress: 3 kB of the compressed Worker.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::{EntityType, ExportSection, ImportSection, Module, TagKind, TagType};
use wasmparser::{Parser, Payload, TypeRef};

use super::order::copy;
use super::unused::{PROGRAM, kind, words};

/// The script's name in the program's imports; the script says it once.
const SCRIPT: &str = "./index_bg.js";
const SCRIPT_SHORT: &str = "_";

/// The program and its script with short names. The script is as wasm-bindgen writes it, not minified.
pub fn shorten(wasm: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut module = Module::new();
    let (mut imported, mut exported) = (BTreeMap::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("this is no WebAssembly")? {
            Payload::ImportSection(imports) => {
                let mut section = ImportSection::new();
                for import in imports.into_imports() {
                    let import = import?;
                    ensure!(import.module == SCRIPT, "an import from `{}`", import.module);
                    section.import(SCRIPT_SHORT, &short(&mut imported, import.name), entity(import.ty)?);
                }
                module.section(&section);
            }
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                for export in exports {
                    let export = export?;
                    section.export(&short(&mut exported, export.name), kind(export.kind)?, export.index);
                }
                module.section(&section);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    copy(&mut module, wasm, id, &range)?;
                }
            }
        }
    }
    Ok((module.finish(), renamed(script, &imported, &exported)?))
}

fn entity(ty: TypeRef) -> Result<EntityType> {
    Ok(match ty {
        TypeRef::Func(of) => EntityType::Function(of),
        TypeRef::Tag(tag) => EntityType::Tag(TagType { kind: TagKind::Exception, func_type_idx: tag.func_type_idx }),
        other => bail!("an import that is neither a function nor an exception: {other:?}"),
    })
}

/// The name's short one: `a` to `z`, then `aa` and so on.
fn short<'a>(known: &mut BTreeMap<&'a str, String>, name: &'a str) -> String {
    let mut left = known.len() + 1;
    let new = known.entry(name).or_insert_with(|| {
        let mut letters = String::new();
        while left > 0 {
            left -= 1;
            letters.insert(0, char::from(b'a' + u8::try_from(left % 26).unwrap_or_default()));
            left /= 26;
        }
        letters
    });
    new.clone()
}

/// An import is a key of an object, an export is asked of the program by its name; the script may have
/// functions and variables of the same name, which stay.
fn renamed(script: &str, imported: &BTreeMap<&str, String>, exported: &BTreeMap<&str, String>) -> Result<String> {
    let module = format!("\"{SCRIPT}\":");
    ensure!(script.matches(&module).count() == 1, "the script does not say {module} once");
    let mut out = String::with_capacity(script.len());
    let mut missing: BTreeSet<&str> = imported.keys().copied().collect();
    let mut done = 0;
    for (end, word) in words(script) {
        let (before, after) = (&script[..end - word.len()], &script[end..]);
        let asked = before.strip_suffix('.').and_then(|before| before.strip_suffix(PROGRAM));
        let new = if asked.is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || "._$".contains(c))) {
            Some(exported.get(word).with_context(|| format!("the program does not export `{word}`"))?)
        } else if after.starts_with(':') && imported.contains_key(word) {
            ensure!(missing.remove(word), "the script has `{word}` twice");
            imported.get(word)
        } else {
            None
        };
        if let Some(new) = new {
            out.push_str(before.get(done..).unwrap_or_default());
            out.push_str(new);
            done = end;
        }
    }
    if let Some(missing) = missing.first() {
        bail!("the script does not have `{missing}`, which the program imports");
    }
    out.push_str(script.get(done..).unwrap_or_default());
    Ok(out.replace(&module, &format!("\"{SCRIPT_SHORT}\":")))
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, ExportKind, ExportSection, ImportSection, Module, TypeSection};
    use wasmparser::{Parser, Payload};

    use super::{SCRIPT, short, shorten};

    fn module(imports: &[&str], exports: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let (mut from, mut to) = (ImportSection::new(), ExportSection::new());
        for name in imports {
            from.import(SCRIPT, name, EntityType::Function(0));
        }
        for name in exports {
            to.export(name, ExportKind::Func, 0);
        }
        let mut module = Module::new();
        module.section(&types).section(&from).section(&to);
        module.finish()
    }

    fn names(wasm: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ImportSection(imports) => {
                    names.extend(imports.into_imports().map(|import| import.unwrap().name.to_owned()));
                }
                Payload::ExportSection(exports) => {
                    names.extend(exports.into_iter().map(|export| export.unwrap().name.to_owned()));
                }
                _ => {}
            }
        }
        names
    }

    #[test]
    fn both_sides_get_the_same_short_names() {
        let script = "const import0 = {\n  __wbg_get_0a: function(a) {\n  },\n  __wbg_set_1b: function(a) {\n  }\n};\n\
                      x = { \"./index_bg.js\": import0 };\nfunction run_2c() {\n  return wasm.run_2c(of.wasm.run_2c);\n}\n";
        let (wasm, script) = shorten(&module(&["__wbg_get_0a", "__wbg_set_1b"], &["run_2c"]), script).unwrap();
        assert_eq!(names(&wasm), ["a", "b", "a"]);
        let expected = "const import0 = {\n  a: function(a) {\n  },\n  b: function(a) {\n  }\n};\n\
                        x = { \"_\": import0 };\nfunction run_2c() {\n  return wasm.a(of.wasm.run_2c);\n}\n";
        assert_eq!(script, expected);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let wasm = module(&["get"], &["run"]);
        let fits = "{get: f}; {\"./index_bg.js\": g}; wasm.run()";
        assert!(shorten(&wasm, fits).is_ok());
        for wrong in ["{get: f}, {get: f}", "{}"] {
            assert!(shorten(&wasm, &fits.replace("{get: f}", wrong)).is_err(), "{wrong}");
        }
        assert!(shorten(&wasm, &fits.replace("wasm.run", "wasm.walk")).is_err());
        assert!(shorten(&wasm, &fits.replace("./index", "./other")).is_err());
        assert!(shorten(b"<html>", fits).is_err());
    }

    #[test]
    fn short_names_are_all_different() {
        let names: Vec<String> = (0..800).map(|name| name.to_string()).collect();
        let mut known = std::collections::BTreeMap::new();
        let all: Vec<String> = names.iter().map(|name| short(&mut known, name)).collect();
        assert_eq!([0, 25, 26, 701, 702].map(|at| all[at].as_str()), ["a", "z", "aa", "zz", "aaa"]);
        assert_eq!(short(&mut known, "26"), "aa");
    }
}
