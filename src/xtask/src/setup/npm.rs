//! Tools that come from npm, pinned by a lock file and installed into `target/tools`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::setup::announce;
use crate::shell;

/// The lock file: what it names is what is installed, nothing newer.
pub const LOCK: &str = include_str!("../../npm/package-lock.json");
const MANIFEST: &str = include_str!("../../npm/package.json");

/// Installs the locked packages unless exactly these are there.
pub fn ensure(project: &Project) -> Result<()> {
    let folder = folder(project);
    // Written last, so it also tells a finished installation from an interrupted one.
    let stamp = folder.join("installed-package-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == LOCK) {
        return Ok(());
    }
    for program in ["node", "npm"] {
        if shell::find(program).is_none() {
            bail!(
                "{program} is missing: install Node.js 20 or newer (Debian: apt-get install nodejs npm)"
            );
        }
    }
    announce(
        "wasm-opt and a sign-in server for the tests from npm",
        "some seconds",
    );
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), MANIFEST)?;
    fs::write(folder.join("package-lock.json"), LOCK)?;
    shell::run(Command::new("npm").current_dir(&folder).args([
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
    ]))
    .context("npm cannot install its packages; is there a network?")?;
    Ok(fs::write(stamp, LOCK)?)
}

/// The optimiser: a script for node.
pub fn wasm_opt(project: &Project) -> Result<PathBuf> {
    let script = folder(project).join("node_modules/binaryen/bin/wasm-opt");
    if !script.exists() {
        bail!("wasm-opt is not installed: run `make setup`");
    }
    Ok(script)
}

fn folder(project: &Project) -> PathBuf {
    project.tools().join("npm")
}
