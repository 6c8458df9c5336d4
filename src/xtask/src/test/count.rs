//! Counting tests by what `cargo test` says about them.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::project::Project;
use crate::shell;

/// How many tests passed and failed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Count {
    /// Those that passed.
    pub passed: usize,
    /// Those that failed.
    pub failed: usize,
}

impl Count {
    /// A single test.
    pub fn one(passed: bool) -> Self {
        Self {
            passed: usize::from(passed),
            failed: usize::from(!passed),
        }
    }

    /// What a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; …` says.
    fn parse(line: &str) -> Option<Self> {
        let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut count = Self::default();
        for part in numbers.split("; ") {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => count.passed = number.parse().ok()?,
                Some((number, "failed")) => count.failed = number.parse().ok()?,
                _ => {}
            }
        }
        Some(count)
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs `cargo test` with its output shown, and counts.
pub fn cargo_test(project: &Project, arguments: &[&str]) -> Result<Count> {
    let mut ignored = Vec::new();
    cargo_test_noting(project, arguments, &mut ignored)
}

/// The same, and notes the names of the tests that failed.
pub fn cargo_test_noting(
    project: &Project,
    arguments: &[&str],
    failed: &mut Vec<String>,
) -> Result<Count> {
    let mut command = shell::cargo();
    command
        .current_dir(&project.root)
        .args(["test", "--quiet", "--no-fail-fast"])
        .env("HOLDFAST_PYTHON", project.tools().join("venv/bin/python"))
        .args(arguments);
    let mut list = FailureList::default();
    counted_noting(&mut command, |line| failed.extend(list.take(line)))
}

/// The list that ends the output of a test binary in which something failed.
#[derive(Default)]
struct FailureList(bool);

impl FailureList {
    /// The name that stands in the line, if the line is one of the list.
    fn take(&mut self, line: &str) -> Option<String> {
        // The same word also begins the list of what they printed, which is not indented.
        if line == "failures:" {
            self.0 = true;
            return None;
        }
        let name = line.strip_prefix("    ").map(str::trim);
        match name.filter(|name| self.0 && name.contains("::") && !name.contains(' ')) {
            Some(name) => Some(name.to_owned()),
            None => {
                self.0 &= line.is_empty();
                None
            }
        }
    }
}

/// Runs a program that counts as `cargo test` does, with its output shown. What does not even
/// build, or ends without a count, is one that failed.
pub fn counted(command: &mut Command) -> Result<Count> {
    counted_noting(command, |_| {})
}

fn counted_noting(command: &mut Command, mut note: impl FnMut(&str)) -> Result<Count> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shell::describe(command)))?;
    let mut count = Count::default();
    for line in BufReader::new(child.stdout.take().context("it has no output")?).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        note(&line);
        if let Some(more) = Count::parse(&line) {
            count += more;
        }
    }
    if !child.wait()?.success() && count.failed == 0 {
        count += Count::one(false);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_and_summed() {
        let mut sum = Count::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 5 filtered out",
        ] {
            sum += Count::parse(line).unwrap_or_default();
        }
        assert_eq!(sum.to_string(), "13 passed, 2 failed");
    }

    #[test]
    fn failed_tests_are_known_by_name() {
        let output = "failures:\n\n---- a::b stdout ----\nError: x\n    at a::c\n\n\nfailures:\n    a::b\n    a::firefox::d\n\ntest result: FAILED.\n    a::e";
        let mut list = FailureList::default();
        let names: Vec<String> = output.lines().filter_map(|line| list.take(line)).collect();
        assert_eq!(names, ["a::b", "a::firefox::d"]);
    }
}
