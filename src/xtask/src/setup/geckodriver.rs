//! Firefox's driver. Neither Debian nor a package registry ships the program itself, so it is
//! compiled, once.

use std::process::Command;

use anyhow::{Context, Result};

use crate::project::Project;
use crate::setup::announce;
use crate::shell;

const VERSION: &str = "0.37.1";

/// Compiles the driver into `target/tools/bin` unless this version is there.
pub fn ensure(project: &Project) -> Result<()> {
    let program = project.tools().join("bin/geckodriver");
    let version = shell::output(Command::new(&program).arg("--version")).unwrap_or_default();
    if version.starts_with(&format!("geckodriver {VERSION}")) {
        return Ok(());
    }
    announce(
        "geckodriver, which is compiled here",
        "two to three minutes, once",
    );
    shell::run(
        shell::cargo()
            .args([
                "install",
                "geckodriver",
                "--locked",
                "--force",
                "--version",
                VERSION,
                "--root",
            ])
            .arg(project.tools())
            .arg("--target-dir")
            .arg(project.target.join("geckodriver"))
            // Its speed does not matter, the time it takes to build does.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    )
    .context("geckodriver cannot be built; is there a network?")
}
