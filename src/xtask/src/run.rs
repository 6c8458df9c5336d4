//! `make run`: see it work.

use anyhow::Result;

use crate::project::Project;
use crate::{dist, setup, shell};

/// Builds everything, then hands over to the demo, which is where the browsers' harness is.
pub fn run(project: &Project) -> Result<()> {
    setup::run(project, setup::Scope::Test)?;
    dist::run(project, dist::Mode::Release)?;
    println!("compiling the demo …");
    shell::run(shell::cargo().current_dir(&project.root).args([
        "run",
        "--quiet",
        "--package",
        "holdfast-tests",
        "--bin",
        "demo",
    ]))
}
