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
    let mut command = shell::cargo();
    command
        .current_dir(&project.root)
        .args(["test", "--quiet", "--no-fail-fast"])
        .env("HOLDFAST_PYTHON", project.tools().join("venv/bin/python"))
        .args(arguments);
    counted(&mut command)
}

/// Runs a program that counts as `cargo test` does, with its output shown. What does not even
/// build, or ends without a count, is one that failed.
pub fn counted(command: &mut Command) -> Result<Count> {
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
}
