//! `make fuzz`: every fuzzer for a while.

pub mod coverage;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::project::Project;
use crate::{files, setup, shell};

/// How many fuzzers found nothing, and how many something.
pub struct Outcome {
    /// Those that found nothing.
    pub quiet: usize,
    /// The names of those that found something; what they found has been said.
    pub loud: Vec<String>,
}

/// Where the chance of the fuzzers begins.
#[derive(Clone, Copy)]
pub enum Seed {
    /// At the same place each time: what one run finds, the next one finds too.
    Fixed,
    /// Somewhere else each time.
    Fresh,
}

/// Builds the fuzzers and runs each for so many seconds, two at a time, going on from the corpus
/// that is there.
pub fn run(project: &Project, seconds: u32, seed: Seed) -> Result<Outcome> {
    prepare(project)?;
    let start = Instant::now();
    shell::run(&mut cargo_fuzz(
        project,
        "build",
        &project.target.join("fuzz"),
    ))?;
    println!("fuzzers built in {:.1} s", start.elapsed().as_secs_f32());

    let mut outcome = Outcome {
        quiet: 0,
        loud: Vec::new(),
    };
    for pair in targets(project)?.chunks(2) {
        let running = pair
            .iter()
            .map(|target| start_one(project, target, seconds, seed))
            .collect::<Result<Vec<_>>>()?;
        for (target, child) in pair.iter().zip(running) {
            let output = child.wait_with_output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            if output.status.success() {
                println!("  {target:<14} {}", summary(&said));
                outcome.quiet += 1;
            } else {
                println!("  {target:<14} found something:\n{said}");
                outcome.loud.push(target.clone());
            }
        }
    }
    Ok(outcome)
}

/// Installs what fuzzing needs, and lays out the first corpus.
fn prepare(project: &Project) -> Result<()> {
    setup::compiled::ensure(project)?;
    setup::python::ensure(project)?;
    let python = project.tools().join("venv/bin/python");
    let seed = project.root.join("tests/fuzz/seed.py");
    shell::run_quietly(Command::new(python).arg(seed))
}

/// The fuzzers are the files that are there.
fn targets(project: &Project) -> Result<Vec<String>> {
    let folder = project.root.join("tests/fuzz/fuzz_targets");
    let files = files::walk(&folder)?;
    let names = files.iter().filter_map(|file| file.file_stem()?.to_str());
    let names: Vec<String> = names.map(str::to_owned).collect();
    ensure!(!names.is_empty(), "there are no fuzzers");
    Ok(names)
}

fn start_one(
    project: &Project,
    target: &str,
    seconds: u32,
    seed: Seed,
) -> Result<std::process::Child> {
    let built = project.target.join("fuzz").join(host()?);
    let program = built.join("release").join(target);
    if !program.exists() {
        bail!("cargo-fuzz left nothing at {}", program.display());
    }
    let folder = project.root.join("tests/fuzz");
    let (corpus, artifacts) = (
        folder.join("corpus").join(target),
        folder.join("artifacts").join(target),
    );
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    Command::new(program)
        .arg(corpus)
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-max_total_time={seconds}"))
        .args(match seed {
            Seed::Fixed => Some("-seed=1"),
            Seed::Fresh => None,
        })
        .args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start the fuzzer {target}"))
}

/// The target triple of this machine.
fn host() -> Result<String> {
    let host = shell::output(Command::new("rustc").args(["--print", "host-tuple"]))?;
    Ok(host.trim().to_owned())
}

fn cargo_fuzz(project: &Project, what: &str, target_dir: &Path) -> Command {
    let mut command = Command::new(project.tools().join("bin/cargo-fuzz"));
    command
        .current_dir(&project.root)
        .args(["fuzz", what])
        .arg("--fuzz-dir")
        .arg(project.root.join("tests/fuzz"))
        .arg("--target-dir")
        .arg(target_dir)
        // There is no `unsafe` in the code under test for a sanitizer to watch.
        .args(["--sanitizer", "none"])
        // Lets the stable compiler take the flags for coverage.
        .env("RUSTC_BOOTSTRAP", "1");
    command
}

/// What libFuzzer says at the end: executions, and edges and features reached.
fn summary(said: &str) -> String {
    let last = said.lines().rfind(|line| line.contains(" cov: "));
    let words: Vec<&str> = last.unwrap_or_default().split_whitespace().collect();
    let after = |name: &str| {
        let at = words.iter().position(|word| *word == name)?;
        words.get(at + 1).copied()
    };
    let runs = said
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .unwrap_or("?");
    format!(
        "nothing found in {} runs; {} edges, {} features",
        runs.trim(),
        after("cov:").unwrap_or("?"),
        after("ft:").unwrap_or("?"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_run_is_read() {
        let said = "#2\tINITED cov: 3 ft: 4 corp: 1/1b\n\
                    #900\tDONE   cov: 812 ft: 2301 corp: 90/12Kb lim: 1 exec/s: 3 rss: 60Mb\n\
                    stat::number_of_executed_units: 900\n";
        assert_eq!(
            summary(said),
            "nothing found in 900 runs; 812 edges, 2301 features"
        );
    }
}
