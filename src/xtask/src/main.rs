//! Builds, checks, runs and tests Holdfast. `make help` lists what a person needs.
// A command line tool speaks on its standard output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod budgets;
mod check;
mod dist;
mod files;
mod fuzz;
mod project;
mod run;
mod setup;
mod shell;
mod test;

use std::process::ExitCode;

use project::Project;

const USAGE: &str = "\
usage: cargo xtask <command>
  setup [build|test|bench]
                       install what building (or testing, or measuring too) needs and this machine lacks
  dist [--dev]         build the extension into dist/ (--dev: quicker, larger, with names)
  build [--dev]        setup and dist
  check                formatting, lints, purity, sizes, translations, manifest
  fuzz [SECONDS]       run every fuzzer for so long, 600 if nothing is said
  coverage             say which lines of the sources the fuzzers' corpus reaches
  bench                measure deriving keys, opening, merging, and what a change costs
  run                  build it, start a server and a browser, and try it
  test                 everything; the last line is the sum
  simulate [FLAG …]    play seeds: --seeds COUNT, --from FIRST, --seed ONE (with its trace)
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        // What failed has been said.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\nfailed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is well.
fn run(args: &[&str]) -> anyhow::Result<bool> {
    let project = Project::find()?;
    match args {
        ["setup"] | ["setup", "build"] => setup::run(&project, setup::Scope::Build)?,
        ["setup", "test"] => setup::run(&project, setup::Scope::Test)?,
        ["setup", "bench"] => setup::run(&project, setup::Scope::Bench)?,
        ["dist"] => dist::run(&project, dist::Mode::Release)?,
        ["dist", "--dev"] => dist::run(&project, dist::Mode::Dev)?,
        ["build", rest @ ..] => {
            setup::run(&project, setup::Scope::Build)?;
            return run(&[&["dist"], rest].concat());
        }
        ["check"] => {
            setup::run(&project, setup::Scope::Build)?;
            dist::run(&project, dist::Mode::Release)?;
            return Ok(check::run(&project) == 0);
        }
        ["fuzz", seconds @ ..] => {
            let seconds = seconds.first().map_or(Ok(600), |text| text.parse())?;
            return Ok(fuzz::run(&project, seconds, fuzz::Seed::Fresh)?
                .loud
                .is_empty());
        }
        ["coverage"] => fuzz::coverage::run(&project)?,
        ["bench"] => {
            bench::run(&project)?;
            test::simulation::bench(&project)?;
        }
        ["run"] => run::run(&project)?,
        ["test"] => return test::run(&project),
        ["simulate", rest @ ..] => return test::simulation::run(&project, rest),
        _ => {
            eprint!("{USAGE}");
            anyhow::bail!("unknown command: {}", args.join(" "))
        }
    }
    Ok(true)
}
