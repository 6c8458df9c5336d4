//! Packages that come from npm, pinned by lock files and installed into `target/tools`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::setup::announce;
use crate::shell;

/// Packages that are installed together.
struct Set {
    /// The folder below `target/tools`.
    folder: &'static str,
    /// What they are for.
    what: &'static str,
    manifest: &'static str,
    /// The lock file: what it names is what is installed, nothing newer.
    lock: &'static str,
}

const TOOLS: Set = Set {
    folder: "npm",
    what: "wasm-opt and a sign-in server for the tests from npm",
    manifest: include_str!("../../npm/package.json"),
    lock: include_str!("../../npm/package-lock.json"),
};

const WIDGETS: Set = Set {
    folder: "widgets",
    what: "fields for codes from npm, to be filled in the tests",
    manifest: include_str!("../../../../tests/fill/widgets/package.json"),
    lock: include_str!("../../../../tests/fill/widgets/package-lock.json"),
};

const QR_READERS: Set = Set {
    folder: "qr-readers",
    what: "two QR readers from npm, to be measured beside ours",
    manifest: include_str!("../../../../tests/bench/qr/package.json"),
    lock: include_str!("../../../../tests/bench/qr/package-lock.json"),
};

/// The lock file that names the optimiser.
pub const LOCK: &str = TOOLS.lock;

/// Installs the optimiser unless exactly it is there.
pub fn ensure(project: &Project) -> Result<()> {
    install(project, &TOOLS)
}

/// Installs the widgets that are filled in the tests, unless exactly these are there.
pub fn ensure_widgets(project: &Project) -> Result<()> {
    install(project, &WIDGETS)
}

/// Installs the QR readers that ours is measured beside, unless exactly these are there.
pub fn ensure_qr_readers(project: &Project) -> Result<()> {
    install(project, &QR_READERS)
}

/// The optimiser: a script for node.
pub fn wasm_opt(project: &Project) -> Result<PathBuf> {
    let script = folder(project, &TOOLS).join("node_modules/binaryen/bin/wasm-opt");
    if !script.exists() {
        bail!("wasm-opt is not installed: run `make setup`");
    }
    Ok(script)
}

fn install(project: &Project, set: &Set) -> Result<()> {
    let folder = folder(project, set);
    // Written last, so it also tells a finished installation from an interrupted one.
    let stamp = folder.join("installed-package-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == set.lock) {
        return Ok(());
    }
    ensure_node()?;
    announce(set.what, "some seconds");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), set.manifest)?;
    fs::write(folder.join("package-lock.json"), set.lock)?;
    npm_ci(&folder).context("npm cannot install its packages; is there a network?")?;
    Ok(fs::write(stamp, set.lock)?)
}

/// Node.js and its package manager must be there already: distributions' own are often too old.
fn ensure_node() -> Result<()> {
    const HOW: &str =
        "install Node.js 20 or newer with its npm from https://nodejs.org, or with nvm";
    for program in ["node", "npm"] {
        if shell::find(program).is_none() {
            bail!("{program} is missing: {HOW}");
        }
    }
    let output = Command::new("node").arg("--version").output()?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if major(&version).is_none_or(|major| major < 20) {
        bail!("node is version {version}: {HOW}");
    }
    Ok(())
}

/// The first number of what `node --version` prints.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Packages of several frameworks do not agree on who their peers are; each is used with its own.
fn npm_ci(folder: &Path) -> Result<()> {
    shell::run(Command::new("npm").current_dir(folder).args([
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--legacy-peer-deps",
    ]))
}

fn folder(project: &Project, set: &Set) -> PathBuf {
    project.tools().join(set.folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_told_by_its_first_number() {
        assert_eq!(major("v22.14.0"), Some(22));
        assert_eq!(major("v8.1.0-nightly"), Some(8));
        assert_eq!(major("22.14.0"), None);
        assert_eq!(major(""), None);
    }
}
