//! The fuzzers' driver, compiled once.

use std::process::Command;

use anyhow::{Context, Result};

use crate::project::Project;
use crate::setup::announce;
use crate::shell;

const VERSION: &str = "0.13.2";

/// Compiles cargo-fuzz into `target/tools/bin` unless this version is there.
pub fn ensure(project: &Project) -> Result<()> {
    let program = project.tools().join("bin/cargo-fuzz");
    let version = shell::output(Command::new(&program).arg("--version")).unwrap_or_default();
    if version.trim() == format!("cargo-fuzz {VERSION}") {
        return Ok(());
    }
    announce("cargo-fuzz, which is compiled here", "half a minute, once");
    shell::run(
        shell::cargo()
            .args([
                "install",
                "cargo-fuzz",
                "--locked",
                "--force",
                "--version",
                VERSION,
                "--root",
            ])
            .arg(project.tools())
            .arg("--target-dir")
            .arg(project.target.join("cargo-fuzz")),
    )
    .context("cargo-fuzz cannot be built; is there a network?")
}
