//! A Python of the project's own, for the implementations the tests compare against and the
//! servers that come that way.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::project::Project;
use crate::setup::announce;
use crate::shell;

/// What is installed, pinned.
const REQUIREMENTS: &str = include_str!("../../python/requirements.txt");

/// Makes the virtual environment unless it holds exactly these packages.
pub fn ensure(project: &Project) -> Result<()> {
    let folder = folder(project);
    let stamp = folder.join("installed-requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == REQUIREMENTS)
        && shell::succeeds(Command::new(folder.join("bin/python")).args(["-c", "import argon2"]))?
    {
        return Ok(());
    }
    announce("Python packages to compare with", "half a minute");
    shell::run(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    let wanted = folder.join("requirements.txt");
    fs::write(&wanted, REQUIREMENTS)?;
    shell::run(
        Command::new(folder.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(&wanted),
    )
    .context("pip cannot install its packages; is there a network?")?;
    Ok(fs::write(stamp, REQUIREMENTS)?)
}

fn folder(project: &Project) -> PathBuf {
    project.tools().join("venv")
}
