//! The order of a program's functions. gzip finds again only what it saw in the last 32 kB, so functions
//! that say the same lie side by side, which makes the compressed program a twentieth smaller.
//!
//! Moving a function changes every call of it, which is left to wasm-opt: it gets each function with its place
//! for a name, and orders by name.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use wasm_encoder::{Module, NameMap, NameSection, RawSection};
use wasmparser::{Encoding, ImportSectionReader, Parser, Payload, TypeRef};

/// How far back gzip looks.
const WINDOW: usize = 32_000;
/// So many bytes in a row count as something to find again: shorter ones are everywhere.
const GRAM: usize = 6;
/// What more functions than these say tells nothing about where one belongs.
const COMMON: usize = 100;

/// What gzip sees whole has its order already.
pub fn matters(wasm: &[u8]) -> bool {
    wasm.len() > WINDOW
}

/// The program with each function named by its place in the order, and with no other name.
pub fn numbered(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    let mut imported = 0_u32;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("this is no WebAssembly")?;
        match &payload {
            Payload::Version { encoding, .. } => ensure!(*encoding == Encoding::Module, "a component, not a module"),
            Payload::ImportSection(imports) => {
                imported = imported_functions(imports)?;
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
        let of_names = matches!(&payload, Payload::CustomSection(custom) if custom.name() == "name");
        if let Some((id, range)) = payload.as_section().filter(|_| !of_names) {
            copy(&mut module, wasm, id, &range)?;
        }
    }
    let mut places: Vec<(usize, usize)> = ordered(&bodies).into_iter().zip(0..).collect();
    places.sort_unstable();
    let mut names = NameMap::new();
    for (index, (_, place)) in (imported..).zip(places) {
        names.append(index, &format!("{place:08}"));
    }
    let mut section = NameSection::new();
    section.functions(&names);
    module.section(&section);
    Ok(module.finish())
}

/// Functions that are imported have the first indices.
pub(super) fn imported_functions(imports: &ImportSectionReader<'_>) -> Result<u32> {
    let mut count = 0;
    for import in imports.clone().into_imports() {
        count += u32::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
    }
    Ok(count)
}

/// A section as it stands.
pub(super) fn copy(module: &mut Module, wasm: &[u8], id: u8, range: &Range<u64>) -> Result<()> {
    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
    module.section(&RawSection { id, data: wasm.get(range).context("a section ends after the file")? });
    Ok(())
}

/// The functions in their new order: after each comes the one that shares most with those in the window,
/// for its size.
fn ordered(bodies: &[&[u8]]) -> Vec<usize> {
    let mut window = Window::new(bodies);
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    while let Some(place) = (0..left.len()).max_by_key(|place| {
        let function = left.get(*place).copied().unwrap_or_default();
        (window.worth(function), Reverse(function))
    }) {
        // The order of those left does not matter: each is asked for its own number.
        let next = left.swap_remove(place);
        window.push(next);
        order.push(next);
    }
    order
}

struct Gram {
    /// The functions that have it.
    holders: Vec<usize>,
    /// How many of those are in the window.
    inside: usize,
}

impl Gram {
    /// The fewer have it, the more it tells.
    fn weight(&self) -> usize {
        ((1 << 24) / self.holders.len().saturating_sub(1).max(1)).isqrt()
    }
}

struct Function {
    size: usize,
    grams: Vec<usize>,
    /// The weight of its grams that are in the window.
    score: usize,
}

/// The functions placed last, as far back as gzip looks.
struct Window {
    grams: Vec<Gram>,
    functions: Vec<Function>,
    inside: VecDeque<usize>,
    size: usize,
}

impl Window {
    fn new(bodies: &[&[u8]]) -> Self {
        let mut functions: Vec<Function> =
            bodies.iter().map(|body| Function { size: body.len(), grams: Vec::new(), score: 0 }).collect();
        let mut found: Vec<(u64, usize)> = Vec::new();
        for (function, body) in bodies.iter().enumerate() {
            let number = |gram: &[u8]| gram.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
            found.extend(body.windows(GRAM).map(|gram| (number(gram), function)));
        }
        found.sort_unstable();
        found.dedup();
        let mut grams = Vec::new();
        for same in found.chunk_by(|one, next| one.0 == next.0) {
            if same.len() < 2 || same.len() > COMMON {
                continue;
            }
            let holders: Vec<usize> = same.iter().map(|(_, function)| *function).collect();
            for holder in &holders {
                if let Some(function) = functions.get_mut(*holder) {
                    function.grams.push(grams.len());
                }
            }
            grams.push(Gram { holders, inside: 0 });
        }
        Self { grams, functions, inside: VecDeque::new(), size: 0 }
    }

    /// What a function shares with the window, for its size to the power of three quarters: by the bare score
    /// the largest would always come first, by the share the smallest.
    fn worth(&self, function: usize) -> usize {
        self.functions.get(function).map_or(0, |function| {
            let root = ((function.size + 16) << 16).isqrt();
            (function.score << 20) / (root * root.isqrt())
        })
    }

    fn push(&mut self, function: usize) {
        self.enter(function, true);
        self.inside.push_back(function);
        self.size += self.size_of(function);
        while let Some(first) = self.inside.front().copied()
            && self.size > WINDOW + self.size_of(first)
        {
            self.inside.pop_front();
            self.size -= self.size_of(first);
            self.enter(first, false);
        }
    }

    fn size_of(&self, function: usize) -> usize {
        self.functions.get(function).map_or(0, |function| function.size)
    }

    /// Counts a function's grams in or out. Only the first to bring a gram and the last to take it change a score.
    fn enter(&mut self, function: usize, enters: bool) {
        let ours = self.functions.get_mut(function).map(|function| std::mem::take(&mut function.grams));
        let ours = ours.unwrap_or_default();
        for gram in &ours {
            let Some(gram) = self.grams.get_mut(*gram) else { continue };
            let before = gram.inside;
            gram.inside = if enters { before + 1 } else { before - 1 };
            if before.min(gram.inside) > 0 {
                continue;
            }
            let weight = gram.weight();
            for holder in &gram.holders {
                if let Some(holder) = self.functions.get_mut(*holder) {
                    holder.score = if enters { holder.score + weight } else { holder.score - weight };
                }
            }
        }
        if let Some(function) = self.functions.get_mut(function) {
            function.grams = ours;
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, CustomSection, EntityType, Function, FunctionSection, ImportSection, Instruction, Module,
        TypeSection,
    };
    use wasmparser::{KnownCustom, Name, Parser, Payload};

    use super::{WINDOW, numbered, ordered};

    #[test]
    fn what_says_the_same_lies_side_by_side() {
        let bodies: [&[u8]; 5] = [b"one thing is said", b"ANOTHER", b"one thing was said", b"ANOTHER!", b"one thing"];
        let order = ordered(&bodies);
        let places = [0, 2, 4].map(|body| order.iter().position(|at| *at == body).unwrap());
        assert_eq!(places.iter().max().unwrap() - places.iter().min().unwrap(), 2, "{order:?}");
        assert_eq!(order, ordered(&bodies));
    }

    #[test]
    fn what_is_too_far_back_counts_no_longer() {
        let filler: Vec<u8> = (0..u32::try_from(WINDOW).unwrap()).flat_map(u32::to_le_bytes).collect();
        let bodies: [&[u8]; 3] = [b"abcdefgh", &filler, b"abcdefgh"];
        let mut window = super::Window::new(&bodies);
        window.push(0);
        assert!(window.worth(2) > 0);
        window.push(1);
        assert_eq!(window.worth(2), 0);
    }

    #[test]
    fn every_function_is_named_by_its_place_and_imports_are_not() {
        let wasm = numbered(&module()).unwrap();
        let mut names = Vec::new();
        let mut sections = Vec::new();
        for payload in Parser::new(0).parse_all(&wasm) {
            let payload = payload.unwrap();
            sections.extend(payload.as_section().map(|(id, _)| id));
            let Payload::CustomSection(custom) = payload else { continue };
            let KnownCustom::Name(reader) = custom.as_known() else { continue };
            for part in reader {
                let Name::Function(map) = part.unwrap() else { panic!("only functions have names") };
                names.extend(map.into_iter().map(|naming| naming.unwrap()).map(|one| (one.index, one.name.to_owned())));
            }
        }
        assert_eq!(sections, [1, 2, 3, 10, 0], "one section of names");
        let indices: Vec<u32> = names.iter().map(|name| name.0).collect();
        assert_eq!(indices, [1, 2, 3]);
        let mut places: Vec<&str> = names.iter().map(|name| name.1.as_str()).collect();
        places.sort_unstable();
        assert_eq!(places, ["00000000", "00000001", "00000002"]);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(numbered(b"\0asm\x01\0\0\0\x0a\x05").is_err());
        assert!(numbered(b"<html>").is_err());
    }

    /// One import, three functions, and names that somebody else gave.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("from", "outside", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for _ in 0..3 {
            functions.function(0);
            let mut body = Function::new([]);
            body.instruction(&Instruction::Call(0)).instruction(&Instruction::End);
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&code);
        module.section(&CustomSection { name: "name".into(), data: (&[]).into() });
        module.finish()
    }
}
