//! Blanks what only a panic would have read of the Worker's data: the places in the source that it may come
//! from, and the names of their files. Zeros cost nothing in a program: wasm-opt leaves them out.
//!
//! The compiler writes a place as four words: where the file's name is, its length, line and column. One goes
//! where no number of the code and no word of the data leads into it any more.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result};
use wasmparser::{DataKind, Operator, Parser, Payload};

/// Bytes of a word, and of a place.
const WORD: usize = 4;
const PLACE: usize = 4 * WORD;
/// No file has more lines, no line more characters.
const LINES: usize = 100_000;
const COLUMNS: usize = 1_000;

/// A stretch of the memory as it is at the start.
struct Segment {
    address: usize,
    /// Where its bytes begin in the program.
    offset: usize,
    size: usize,
}

/// The program with zeros where the places were that nobody reads.
pub fn blank(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut segments = Vec::new();
    // Numbers that may be addresses.
    let mut numbers = BTreeSet::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("this is no WebAssembly")? {
            Payload::DataSection(section) => {
                for data in section {
                    let data = data?;
                    let DataKind::Active { offset_expr, .. } = data.kind else { continue };
                    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else { continue };
                    let offset = usize::try_from(data.range.end)? - data.data.len();
                    segments.push(Segment { address: address(value), offset, size: data.data.len() });
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    if let Operator::I32Const { value } = operator? {
                        numbers.insert(address(value));
                    }
                }
            }
            _ => {}
        }
    }
    let memory = Memory { wasm, segments };
    let mut out = wasm.to_vec();
    for stretch in memory.unread(numbers) {
        if let Some(bytes) = out.get_mut(stretch) {
            bytes.fill(0);
        }
    }
    Ok(out)
}

fn address(value: i32) -> usize {
    usize::try_from(value.cast_unsigned()).unwrap_or_default()
}

struct Memory<'a> {
    wasm: &'a [u8],
    segments: Vec<Segment>,
}

impl Memory<'_> {
    /// Where the bytes of an address lie in the program.
    fn stretch(&self, address: usize, size: usize) -> Option<Range<usize>> {
        let holds = |segment: &&Segment| {
            segment.address <= address
                && address.checked_add(size).is_some_and(|end| end <= segment.address + segment.size)
        };
        let segment = self.segments.iter().find(holds)?;
        let start = segment.offset + address - segment.address;
        Some(start..start + size)
    }

    fn word(&self, address: usize) -> Option<usize> {
        let bytes = self.wasm.get(self.stretch(address, WORD)?)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    }

    /// The name of the file of a place, if this is one.
    fn file(&self, place: usize) -> Option<Range<usize>> {
        let [name, length, line, column] = [0, 1, 2, 3].map(|word| self.word(place + word * WORD));
        let (name, length) = (name?, length?);
        let is_place = (1..LINES).contains(&line?) && (1..COLUMNS).contains(&column?);
        let text = self.wasm.get(self.stretch(name, length)?)?;
        (is_place && text.ends_with(b".rs")).then_some(name..name + length)
    }

    /// The bytes of the program that nobody reads.
    fn unread(&self, mut numbers: BTreeSet<usize>) -> Vec<Range<usize>> {
        let mut places = BTreeMap::new();
        for segment in &self.segments {
            let end = segment.address + segment.size;
            let mut at = segment.address.next_multiple_of(WORD);
            while at < end {
                let file = self.file(at);
                at += if let Some(file) = file {
                    places.insert(at, file);
                    PLACE
                } else {
                    numbers.extend(self.word(at));
                    WORD
                };
            }
        }
        let leads_into =
            |numbers: &BTreeSet<usize>, range: &Range<usize>| numbers.range(range.clone()).next().is_some();
        let (read, unread): (Vec<_>, Vec<_>) =
            places.into_iter().partition(|(place, _)| leads_into(&numbers, &(*place..place + PLACE)));
        numbers.extend(read.into_iter().map(|(_, file)| file.start));
        let files: BTreeSet<_> = unread.iter().map(|(_, file)| (file.start, file.end)).collect();
        let files = files.into_iter().map(|(start, end)| start..end).filter(|file| !leads_into(&numbers, file));
        let places = unread.iter().map(|(place, _)| *place..place + PLACE);
        places.chain(files).filter_map(|range| self.stretch(range.start, range.len())).collect()
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, DataSection, Function, FunctionSection, Instruction, MemorySection, MemoryType, Module,
        TypeSection,
    };
    use wasmparser::{Parser, Payload};

    use super::blank;

    const START: i32 = 4096;

    /// A program that has this in its memory, and these numbers in its code.
    fn module(data: &[u8], numbers: &[i32]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let memory = MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
        let mut memories = MemorySection::new();
        memories.memory(memory);
        let mut body = Function::new([]);
        for number in numbers {
            body.instruction(&Instruction::I32Const(*number)).instruction(&Instruction::Drop);
        }
        body.instruction(&Instruction::End);
        let mut code = CodeSection::new();
        code.function(&body);
        let mut section = DataSection::new();
        section.active(0, &ConstExpr::i32_const(START), data.iter().copied());
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&memories).section(&code).section(&section);
        module.finish()
    }

    fn data(wasm: &[u8]) -> Vec<u8> {
        let mut all = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::DataSection(section) = payload.unwrap() {
                all.extend(section.into_iter().flat_map(|data| data.unwrap().data.to_vec()));
            }
        }
        all
    }

    fn words(words: [u32; 4]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// A file's name at 4096, two places in it at 4104 and 4120, and a word.
    fn memory(word: u32) -> Vec<u8> {
        let mut memory = b"a/lib.rs".to_vec();
        memory.extend([words([4096, 8, 12, 5]), words([4096, 8, 13, 5])].concat());
        memory.extend(word.to_le_bytes());
        memory
    }

    #[test]
    fn what_nobody_reads_is_blank() {
        let blanked = data(&blank(&module(&memory(7), &[1, 2])).unwrap());
        assert_eq!(blanked, [vec![0; 40], vec![7, 0, 0, 0]].concat());
    }

    #[test]
    fn what_the_code_reads_stays_with_its_file() {
        let whole = memory(7);
        for read in [4104, 4108] {
            let blanked = data(&blank(&module(&whole, &[read])).unwrap());
            assert_eq!(blanked, [&whole[..24], &[0; 16], &whole[40..]].concat(), "{read}");
        }
        assert_eq!(data(&blank(&module(&whole, &[4104, 4120])).unwrap()), whole);
        let name = data(&blank(&module(&whole, &[4098])).unwrap());
        assert_eq!(name, [&whole[..8], &[0; 32], &whole[40..]].concat());
    }

    #[test]
    fn what_the_data_reads_stays() {
        let whole = memory(4124);
        let blanked = data(&blank(&module(&whole, &[])).unwrap());
        assert_eq!(blanked, [&whole[..8], &[0; 16], &whole[24..]].concat());
    }

    #[test]
    fn what_is_no_place_stays() {
        for other in
            [words([4096, 8, 0, 5]), words([4096, 7, 12, 5]), words([9000, 8, 12, 5]), words([4096, 8, 12, 5000])]
        {
            let whole = [b"a/lib.rs".to_vec(), other].concat();
            assert_eq!(data(&blank(&module(&whole, &[])).unwrap()), whole);
        }
        assert!(blank(b"<html>").is_err());
    }
}
