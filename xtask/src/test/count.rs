//! How many tests passed and failed, read from what the runners print at their end.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A step that could not be done counts as one failure.
    pub fn fail(&mut self, error: &anyhow::Error) {
        eprintln!("\n{error:#}\n");
        self.failed += 1;
    }

    pub fn take(&mut self, result: Result<Self>) {
        match result {
            Ok(count) => self.add(count),
            Err(error) => self.fail(&error),
        }
    }
}

pub fn cargo(command: &mut Command) -> Result<Count> {
    counted(command, of_cargo)
}

pub fn node(command: &mut Command) -> Result<Count> {
    counted(command, of_node)
}

/// Shows the output, counts its lines, and agrees with the exit code: a runner that fails
/// without a failed test, or that ran none, has failed.
fn counted(command: &mut Command, read: fn(&str) -> Count) -> Result<Count> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", command.get_program().display()))?;
    let mut count = Count::default();
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            count.add(read(&line));
        }
    }
    let status = child.wait()?;
    if count.failed == 0 && !status.success() {
        eprintln!("the runner ended with {status} though it names no failed test");
        count.failed = 1;
    }
    if count == Count::default() {
        eprintln!("no test was run");
        count.failed = 1;
    }
    Ok(count)
}

/// `test result: ok. 3 passed; 0 failed; …`
fn of_cargo(line: &str) -> Count {
    let Some(result) = line.trim().strip_prefix("test result: ") else {
        return Count::default();
    };
    let number = |what: &str| {
        let words: Vec<&str> = result.split_whitespace().collect();
        words.windows(2).find_map(|pair| match pair {
            [number, word] if word.trim_end_matches(';') == what => number.parse().ok(),
            _ => None,
        })
    };
    Count { passed: number("passed").unwrap_or(0), failed: number("failed").unwrap_or(0) }
}

/// `ℹ pass 3`; a cancelled test has not passed.
fn of_node(line: &str) -> Count {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [_, what, number] = words.as_slice() else {
        return Count::default();
    };
    if !line.starts_with('ℹ') && !line.starts_with('#') {
        return Count::default();
    }
    let number = number.parse().unwrap_or(0);
    match *what {
        "pass" => Count { passed: number, failed: 0 },
        "fail" | "cancelled" => Count { passed: 0, failed: number },
        _ => Count::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, of_cargo, of_node};

    #[test]
    fn the_closing_lines_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(of_cargo(line), Count { passed: 12, failed: 3 });
        assert_eq!(of_cargo("test a::b ... ok"), Count::default());
        assert_eq!(of_node("ℹ pass 7"), Count { passed: 7, failed: 0 });
        assert_eq!(of_node("ℹ cancelled 2"), Count { passed: 0, failed: 2 });
        assert_eq!(of_node("✔ the pass 7"), Count::default());
    }
}
