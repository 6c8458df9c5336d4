//! `make run`: see it work.

use anyhow::Result;

use crate::project::Project;
use crate::{dist, setup, shell};

/// Builds everything, then hands over to the demo, which is where the browsers' harness is.
pub fn run(project: &Project) -> Result<()> {
    setup::run(project, setup::Scope::Test)?;
    dist::run(project, dist::Mode::Release)?;
    println!("compiling the demo …");
    // Whoever tries it out wants a sentence, not a stack.
    shell::run(
        shell::cargo()
            .current_dir(&project.root)
            .env("RUST_BACKTRACE", "0")
            .args([
                "run",
                "--quiet",
                "--package",
                "holdfast-tests",
                "--bin",
                "demo",
            ]),
    )
}
