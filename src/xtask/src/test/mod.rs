//! `make test`: everything there is, stage by stage.

mod count;
pub mod simulation;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::project::Project;
use crate::{check, dist, fuzz, setup, shell};
use count::Count;

/// A stage: its name, and what it does.
type Stage = (&'static str, fn(&Project) -> Result<Count>);

const STAGES: &[Stage] = &[
    ("what is needed", install),
    ("the extension", build),
    ("checks", checks),
    ("unit and property tests", unit),
    ("an independent reader of backups", reader),
    ("the simulation", simulation::stage),
    (
        "deliberate faults, found by the simulation",
        simulation::mutants,
    ),
    ("fuzzers", fuzzers),
    ("browsers and servers", browsers),
];

/// Enough to run all seeds and some hundred thousand changes of them.
const FUZZ_SECONDS: u32 = 30;

/// Browsers need processors; with fewer tests at once than these the machine would idle.
const BROWSERS_AT_ONCE: usize = 2;

/// More failures than these are no disturbance.
const SECOND_TRIES: usize = 5;

/// Runs all stages, also after one has failed. The last line of the output is the sum; true if
/// nothing failed.
pub fn run(project: &Project) -> Result<bool> {
    let start = Instant::now();
    let mut total = Count::default();
    let mut times = Vec::new();
    for (number, (name, stage)) in STAGES.iter().enumerate() {
        println!("\n=== {} of {}: {name} ===", number + 1, STAGES.len());
        let begun = Instant::now();
        let count = stage(project).unwrap_or_else(|error| {
            println!("failed: {error:#}");
            Count::one(false)
        });
        println!("--- {name}: {count} in {}", clock(begun.elapsed()));
        times.push((name, count, begun.elapsed()));
        total += count;
    }
    println!("\n=== all of it, in {} ===", clock(start.elapsed()));
    for (name, count, time) in times {
        println!("  {:>6}  {name}: {count}", clock(time));
    }
    let summary = total.to_string();
    fs::write(project.target.join("test-summary"), format!("{summary}\n"))?;
    println!("{summary}");
    Ok(total.failed == 0)
}

fn install(project: &Project) -> Result<Count> {
    setup::run(project, setup::Scope::Test)?;
    Ok(Count::one(true))
}

fn build(project: &Project) -> Result<Count> {
    dist::run(project, dist::Mode::Release)?;
    Ok(Count::one(true))
}

fn checks(project: &Project) -> Result<Count> {
    let failed = check::run(project);
    Ok(Count {
        passed: check::number() - failed,
        failed,
    })
}

fn unit(project: &Project) -> Result<Count> {
    count::cargo_test(project, &["--workspace", "--exclude", "holdfast-tests"])
}

/// Real browsers on a busy machine are disturbed now and then. A few that failed are tried once more,
/// alone; what fails twice has failed, and what passed at the second try is named.
fn browsers(project: &Project) -> Result<Count> {
    let at_once = format!("--test-threads={BROWSERS_AT_ONCE}");
    let arguments = ["--package", "holdfast-tests", "--", &at_once];
    let mut failed = Vec::new();
    let first = count::cargo_test_noting(project, &arguments, &mut failed)?;
    if first.failed == 0 || first.failed != failed.len() || failed.len() > SECOND_TRIES {
        return Ok(first);
    }
    println!("\ntried once more, alone: {}", failed.join(", "));
    let mut again = vec!["--package", "holdfast-tests", "--"];
    again.extend(["--exact", "--test-threads=1"]);
    again.extend(failed.iter().map(String::as_str));
    let mut twice = Vec::new();
    let second = count::cargo_test_noting(project, &again, &mut twice)?;
    if second.passed + second.failed != failed.len() {
        return Ok(first);
    }
    failed.retain(|name| !twice.contains(name));
    println!("passed at the second try only: {}", failed.join(", "));
    Ok(Count {
        passed: first.passed + second.passed,
        failed: second.failed,
    })
}

/// Each for half a minute, two at a time.
fn fuzzers(project: &Project) -> Result<Count> {
    let outcome = fuzz::run(project, FUZZ_SECONDS, fuzz::Seed::Fixed)?;
    Ok(Count {
        passed: outcome.quiet,
        failed: outcome.loud.len(),
    })
}

/// The reader of the documented format, in another language, opens every vector or refuses it.
fn reader(project: &Project) -> Result<Count> {
    let python = project.tools().join("venv/bin/python");
    shell::run(
        Command::new(python)
            .current_dir(&project.root)
            .arg("tests/vectors/check.py"),
    )?;
    Ok(Count::one(true))
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
