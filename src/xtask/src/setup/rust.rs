//! The WebAssembly target of the pinned toolchain.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::setup::announce;
use crate::shell;

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target unless the compiler has it.
pub fn ensure_wasm_target(project: &Project) -> Result<()> {
    if has_target()? {
        return Ok(());
    }
    if shell::find("rustup").is_none() {
        bail!(
            "the compiler has no {TARGET} target, and there is no rustup to add it. Install rustup \
             (https://rustup.rs) or your distribution's package of the Rust library for {TARGET}"
        );
    }
    announce(&format!("the {TARGET} target"), "some seconds");
    shell::run(
        Command::new("rustup")
            .current_dir(&project.root)
            .args(["target", "add", TARGET]),
    )
    .context("rustup cannot add the target; is there a network?")
}

fn has_target() -> Result<bool> {
    let folder = shell::output(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]))?;
    Ok(std::path::Path::new(folder.trim()).is_dir())
}
