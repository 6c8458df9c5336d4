//! rustfmt and clippy, with warnings denied.

use anyhow::Result;

use super::Complaints;
use crate::dist;
use crate::project::Project;
use crate::shell;

/// `cargo fmt --check` over the workspace.
pub fn formatting(project: &Project) -> Result<Complaints> {
    cargo(
        project,
        &["fmt", "--all", "--", "--check"],
        "run `cargo fmt --all`",
    )
}

/// clippy over every target of every crate, as the host sees them.
pub fn clippy(project: &Project) -> Result<Complaints> {
    let arguments = [
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ];
    cargo(project, &arguments, "see clippy's messages above")
}

/// clippy over what becomes WebAssembly, as that target sees it: each crate once, with all of its
/// modules, since what one of them leaves unused another needs.
pub fn clippy_wasm(project: &Project) -> Result<Complaints> {
    let mut arguments = vec![
        "clippy",
        "--quiet",
        "--lib",
        "--target",
        "wasm32-unknown-unknown",
    ];
    let packages = dist::packages(project)?;
    if packages.is_empty() {
        return Ok(Vec::new());
    }
    let mut names: Vec<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    names.dedup();
    for name in names {
        arguments.extend(["--package", name]);
    }
    arguments.extend(["--", "--deny", "warnings"]);
    cargo(project, &arguments, "see clippy's messages above")
}

fn cargo(project: &Project, arguments: &[&str], advice: &str) -> Result<Complaints> {
    let status = shell::cargo()
        .current_dir(&project.root)
        .args(arguments)
        .status()?;
    if status.success() {
        Ok(Vec::new())
    } else {
        Ok(vec![advice.to_owned()])
    }
}
