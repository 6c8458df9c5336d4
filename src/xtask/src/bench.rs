//! `make bench`: measures what ships. The numbers are of this machine; the ratios tell something.

use anyhow::Result;

use crate::project::Project;
use crate::{dist, setup, shell};

/// Builds what is measured, then measures.
pub fn run(project: &Project) -> Result<()> {
    setup::run(project, setup::Scope::Bench)?;
    dist::run(project, dist::Mode::Release)?;
    shell::run(shell::cargo().current_dir(&project.root).args([
        "run",
        "--quiet",
        "--package",
        "holdfast-tests",
        "--bin",
        "bench",
    ]))
}
