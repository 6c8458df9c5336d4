//! The simulation as a stage of `make test`, and on its own with `make simulate`.

use anyhow::Result;

use super::count::{Count, counted};
use crate::project::Project;
use crate::shell;

/// Seeds of every `make test`.
const SEEDS: &str = "100000";

/// Plays the seeds of every `make test`.
pub fn stage(project: &Project) -> Result<Count> {
    counted(&mut cargo_run(
        project,
        &["--bin", "simulation", "--", "--seeds", SEEDS],
    ))
}

/// Makes deliberate faults in a copy of the sources, and looks whether the simulation finds them.
pub fn mutants(project: &Project) -> Result<Count> {
    counted(&mut cargo_run(project, &["--bin", "mutants"]))
}

/// Plays seeds as asked for. Whether every promise held.
pub fn run(project: &Project, arguments: &[&str]) -> Result<bool> {
    let arguments = [&["--bin", "simulation", "--"], arguments].concat();
    let count = counted(&mut cargo_run(project, &arguments))?;
    Ok(count.failed == 0)
}

/// Measures: what a change costs, how long merging takes.
pub fn bench(project: &Project) -> Result<()> {
    shell::run(&mut cargo_run(project, &["--bin", "bench"]))
}

fn cargo_run(project: &Project, arguments: &[&str]) -> std::process::Command {
    let mut command = shell::cargo();
    command
        .current_dir(&project.root)
        .args(["run", "--quiet", "--profile", "simulation"])
        .args(["--package", "holdfast-simulation"])
        .args(arguments);
    command
}
