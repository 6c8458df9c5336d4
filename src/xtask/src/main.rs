//! Builds, checks, runs and tests Holdfast. `make help` lists what a person needs.
// A command line tool speaks on its standard output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod budgets;
mod check;
mod dist;
mod files;
mod project;
mod setup;
mod shell;

use project::Project;

const USAGE: &str = "\
usage: cargo xtask <command>
  setup [build|test]   install what building (or testing as well) needs and this machine lacks
  dist [--dev]         build the extension into dist/ (--dev: quicker, larger, with names)
  build [--dev]        setup and dist
  check                formatting, lints, purity, sizes, translations, manifest
";

fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nfailed: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> anyhow::Result<()> {
    let project = Project::find()?;
    match args {
        ["setup"] | ["setup", "build"] => setup::run(&project, setup::Scope::Build),
        ["setup", "test"] => setup::run(&project, setup::Scope::Test),
        ["dist"] => dist::run(&project, dist::Mode::Release),
        ["dist", "--dev"] => dist::run(&project, dist::Mode::Dev),
        ["build", rest @ ..] => {
            setup::run(&project, setup::Scope::Build)?;
            run(&[&["dist"], rest].concat())
        }
        ["check"] => check::run(&project),
        _ => {
            eprint!("{USAGE}");
            anyhow::bail!("unknown command: {}", args.join(" "))
        }
    }
}
