//! Changes good input a little, so that it comes far into a parser before it is wrong. Knows no format.

use crate::chance::Chance;

/// Changes of one input.
const CHANGES: usize = 4;
/// Bytes at the borders of what numbers and lengths mean.
const EDGES: [u8; 9] = [0, 1, 3, 4, 0x20, 0x7f, 0x80, 0xfe, 0xff];

/// One to four changes; now and then none, so that what is good stays in the game.
pub fn mutate(chance: &mut Chance, input: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    if chance.percent(2) {
        return bytes;
    }
    for _ in 0..=chance.below(CHANGES) {
        change(chance, &mut bytes, others);
    }
    bytes
}

fn change(chance: &mut Chance, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    if bytes.is_empty() {
        bytes.push(any(chance));
        return;
    }
    let at = chance.below(bytes.len());
    match chance.below(12) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => bytes[at] = chance.pick(&EDGES).unwrap(),
        2 => bytes[at] = any(chance),
        3 => bytes.insert(at, chance.pick(&EDGES).unwrap()),
        4 => bytes.insert(at, any(chance)),
        5 => {
            let many = some(chance, bytes.len() - at);
            bytes.drain(at..at + many);
        }
        6 => bytes.truncate(at),
        // A stretch twice, there or elsewhere.
        7 => {
            let stretch = bytes[at..at + some(chance, bytes.len() - at)].to_vec();
            let to = chance.below(bytes.len() + 1);
            bytes.splice(to..to, stretch);
        }
        8 => {
            let other = chance.below(bytes.len());
            bytes.swap(at, other);
        }
        9 => length(chance, bytes),
        10 => {
            let more = 1 + chance.below(8);
            bytes.extend((0..more).map(|_| any(chance)));
        }
        _ => splice(chance, bytes, others),
    }
}

fn any(chance: &mut Chance) -> u8 {
    chance.next().to_le_bytes()[0]
}

/// A length from one to this, mostly a short one.
fn some(chance: &mut Chance, most: usize) -> usize {
    let most = if chance.percent(70) { most.min(8) } else { most };
    1 + chance.below(most)
}

/// A length of two or four bytes, or something that could be one: a little off, or far.
fn length(chance: &mut Chance, bytes: &mut [u8]) {
    let width = if chance.percent(70) { 4 } else { 2 };
    let Some(last) = bytes.len().checked_sub(width) else { return };
    let looks = |at: &usize| number(&bytes[*at..at + width]) <= bytes.len() as u64;
    let Some(at) = (chance.below(last + 1)..=last).find(looks) else { return };
    let field = &mut bytes[at..at + width];
    let length = number(field);
    let length = match chance.below(6) {
        0 => length.wrapping_add(1),
        1 => length.wrapping_sub(1),
        2 => 0,
        3 => u64::MAX,
        4 => u64::MAX >> 1,
        _ => length.wrapping_add(chance.next() % 64),
    };
    field.copy_from_slice(&length.to_be_bytes()[8 - width..]);
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The start of this, the end of another.
fn splice(chance: &mut Chance, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    let Some(other) = chance.pick(others) else { return };
    bytes.truncate(chance.below(bytes.len() + 1));
    bytes.extend(&other[chance.below(other.len() + 1)..]);
}

#[test]
fn inputs_change_every_time_in_another_way_and_the_same_seed_tells_the_same_story() {
    let others = [b"another".to_vec()];
    let story = |seed| {
        let mut chance = Chance::new(seed);
        (0..1000).map(|_| mutate(&mut chance, b"\0\0\0\x04good", &others)).collect::<Vec<_>>()
    };
    let mut first = story(1);
    assert!(first == story(1) && first != story(2));
    first.sort();
    first.dedup();
    assert!(first.len() > 800, "{} of 1000 differ", first.len());
}
