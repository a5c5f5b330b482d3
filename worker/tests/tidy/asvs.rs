//! The table of OWASP ASVS 5.0 in `docs/security.md`: each requirement of levels 1 and 2 is answered once, in
//! order, and what an answer names is in the tree.

use super::{files, none, root};
use std::fs;

const STATES: [&str; 4] = ["met", "platform", "no use", "not met"];

/// The requirements that may not stand as not met.
const REQUIRED: [&str; 13] = [
    "2.4.1", "3.7.2", "6.1.2", "6.2.4", "6.2.11", "6.2.12", "7.1.2", "7.3.2", "7.5.2", "11.2.2", "14.2.1", "15.1.1",
    "15.1.2",
];

/// The numbers of the standard, in its order: a line of `asvs.txt` is a section and its numbers.
fn numbers() -> Vec<String> {
    let lines = include_str!("asvs.txt").lines().filter_map(|line| line.split_once(": "));
    lines.flat_map(|(section, numbers)| numbers.split(' ').map(move |number| format!("{section}.{number}"))).collect()
}

struct Row {
    /// A number, or the first and the last of several in a row.
    first: String,
    last: String,
    state: String,
    why: String,
}

fn rows() -> Vec<Row> {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let section = page.split("\n## ").find(|section| section.starts_with("OWASP ASVS 5.0")).unwrap();
    let cells = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| number"));
    cells
        .map(|line| {
            let [number, state, why] = line.trim_matches('|').splitn(3, '|').collect::<Vec<_>>()[..] else {
                panic!("not three cells: {line}");
            };
            let (first, last) = number.trim().split_once('–').unwrap_or((number.trim(), number.trim()));
            let text = |text: &str| text.trim().to_owned();
            Row { first: text(first), last: text(last), state: text(state), why: text(why) }
        })
        .collect()
}

#[test]
fn each_requirement_of_the_standard_is_answered_once() {
    let numbers = numbers();
    assert_eq!(numbers.len(), 253);
    let place = |number: &str| numbers.iter().position(|known| known == number).unwrap_or_else(|| panic!("{number}"));
    let mut next = 0;
    for row in rows() {
        assert_eq!(place(&row.first), next, "{} is out of order", row.first);
        assert!(place(&row.last) >= next, "{} is before {}", row.last, row.first);
        next = place(&row.last) + 1;
        assert!(STATES.contains(&row.state.as_str()), "{}: {}", row.first, row.state);
        assert!(row.why.ends_with('.'), "{} has no reason", row.first);
        if row.state == "not met" {
            let answered = &numbers[place(&row.first)..next];
            assert!(!answered.iter().any(|number| REQUIRED.contains(&number.as_str())), "{} is not met", row.first);
        }
    }
    assert_eq!(next, numbers.len(), "the table ends before {}", numbers[next.min(252)]);
}

/// Paths in backticks are looked at with those of all documents; the other names are tests and headings.
#[test]
fn the_tests_and_sections_that_the_table_names_are_there() {
    let tests: String = files()
        .into_iter()
        .filter(|file| file.is_test() || file.has_extension(&["rs"]))
        .map(|file| file.text)
        .collect();
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let mut wrong = vec![];
    for Row { first, why, .. } in rows() {
        for name in why.split('`').skip(1).step_by(2) {
            let is_test = name.contains('_')
                && !name.contains(['/', '.'])
                && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
            if is_test && !tests.contains(&format!("fn {name}()")) {
                wrong.push(format!("{first}: there is no test `{name}`"));
            }
        }
        for title in why.split('"').skip(1).step_by(2) {
            if !page.contains(&format!("\n## {title}\n")) {
                wrong.push(format!("{first}: there is no section \"{title}\""));
            }
        }
    }
    none(&wrong);
}
