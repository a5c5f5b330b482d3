//! Takes the texts of panics out of the Worker. A panic ends in a trap anyway; what comes before puts a text
//! together and prints it, for failures that no request meets. Without it the trap comes at once: the log has
//! it with its stack, and the script makes a new instance as before.

use anyhow::{Context, Result};
use wasm_encoder::{CodeSection, Module};
use wasmparser::{KnownCustom, Name, Parser, Payload};

use super::order::{copy, imported_functions};

/// What never returns, and what is called by a panic only. All that starts with one of these counts; what another
/// compiler calls otherwise stays.
const PANICS: [&str; 19] = [
    "<alloc::vec::Vec<_, _>>::insert_mut::assert_failed",
    "<alloc::vec::Vec<_, _>>::remove::assert_failed",
    "__rustc::rust_begin_unwind",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::panic_already_borrowed",
    "core::cell::panic_already_mutably_borrowed",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "std::panicking::begin_panic",
    "std::panicking::default_hook",
    "std::panicking::panic_handler",
    "std::panicking::panic_with_hook",
    "std::panicking::payload_as_str",
];

/// The program with functions that trap in place of those that panic. It still has its names.
pub fn silence(wasm: &[u8]) -> Result<Vec<u8>> {
    let panics = panics(wasm)?;
    let mut module = Module::new();
    let mut code = CodeSection::new();
    let (mut index, mut bodies) = (0, 0);
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::ImportSection(imports) = &payload {
            index = imported_functions(imports)?;
        }
        match &payload {
            Payload::CodeSectionEntry(body) => {
                // No variables, `unreachable`, `end`.
                code.raw(if panics.contains(&index) { &[0, 0, 0x0b] } else { body.as_bytes() });
                index += 1;
                if code.len() == bodies {
                    module.section(&code);
                }
            }
            Payload::CodeSectionStart { count, .. } => bodies = *count,
            other => {
                if let Some((id, range)) = other.as_section() {
                    copy(&mut module, wasm, id, &range)?;
                }
            }
        }
    }
    Ok(module.finish())
}

/// The functions that panic, by their index.
fn panics(wasm: &[u8]) -> Result<Vec<u32>> {
    let mut panics = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CustomSection(custom) = payload.context("this is no WebAssembly")? else { continue };
        let KnownCustom::Name(names) = custom.as_known() else { continue };
        for part in names {
            let Name::Function(functions) = part? else { continue };
            for function in functions {
                let function = function?;
                let name = plain(function.name);
                if PANICS.iter().any(|panic| name.starts_with(panic)) {
                    panics.push(function.index);
                }
            }
        }
    }
    Ok(panics)
}

/// A function's name without the hashes that the compiler puts in: `core[c5930c85a12de822]::option::unwrap_failed`,
/// `worker::init::on_abort::hde1a7b93b382a1e7`.
fn plain(name: &str) -> String {
    let is_hash = |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name = name.rsplit_once("::h").filter(|(_, hash)| is_hash(hash)).map_or(name, |(name, _)| name);
    let mut parts = name.split('[');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']').filter(|(hash, _)| is_hash(hash)) {
            Some((_, rest)) => plain.push_str(rest),
            None => plain.extend(["[", part]),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, EntityType, Function, FunctionSection, ImportSection, Instruction, MemorySection, MemoryType,
        Module, NameMap, NameSection, TypeSection,
    };
    use wasmparser::{Parser, Payload};

    use super::{plain, silence};

    /// An import, and functions of these names that call it.
    fn module(names: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("from", "outside", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        let mut map = NameMap::new();
        for (index, name) in (1..).zip(names) {
            functions.function(0);
            let mut body = Function::new([]);
            body.instruction(&Instruction::Call(0)).instruction(&Instruction::End);
            code.function(&body);
            map.append(index, name);
        }
        let memory = MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
        let mut memories = MemorySection::new();
        memories.memory(memory);
        let mut section = NameSection::new();
        section.functions(&map);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&memories).section(&code);
        module.section(&section);
        module.finish()
    }

    #[test]
    fn what_panics_traps_and_everything_else_stays() {
        let names = [
            "guildhall_worker::routes::health::get::h0123456789abcdef",
            "core[c5930c85a12de822]::panicking::panic_fmt",
            "core[c5930c85a12de822]::option::unwrap_failed",
            "core[c5930c85a12de822]::option::Option::unwrap_or",
        ];
        let silent = silence(&module(&names)).unwrap();
        let mut bodies = Vec::new();
        let mut sections = Vec::new();
        for payload in Parser::new(0).parse_all(&silent) {
            let payload = payload.unwrap();
            sections.extend(payload.as_section().map(|(id, _)| id));
            if let Payload::CodeSectionEntry(body) = payload {
                bodies.push(body.as_bytes().to_vec());
            }
        }
        let (calls, traps): (&[u8], &[u8]) = (&[0, 0x10, 0, 0x0b], &[0, 0, 0x0b]);
        assert_eq!(bodies, [calls, traps, traps, calls]);
        assert_eq!(sections, [1, 2, 3, 5, 10, 0]);
    }

    #[test]
    fn a_program_without_panics_stays_as_it_is() {
        let whole = module(&["guildhall_worker::json::failed::panics", "core::option::Option::unwrap_or"]);
        assert_eq!(silence(&whole).unwrap(), whole);
        assert!(silence(b"<html>").is_err());
    }

    #[test]
    fn names_lose_their_hashes_and_nothing_else() {
        for (name, expected) in [
            ("core[c5930c85a12de822]::str::slice_error_fail", "core::str::slice_error_fail"),
            (
                "<alloc[3ca501edff3f0c7c]::vec::Vec<_, _>>::remove::assert_failed",
                "<alloc::vec::Vec<_, _>>::remove::assert_failed",
            ),
            ("worker::init::init::{{closure}}::hdb1ec7e9da6177fb", "worker::init::init::{{closure}}"),
            ("core::ptr::drop_in_place<[u8]>::hello", "core::ptr::drop_in_place<[u8]>::hello"),
        ] {
            assert_eq!(plain(name), expected);
        }
    }
}
