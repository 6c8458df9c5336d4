//! From a correct module to a small one.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::files;
use crate::project::Project;
use crate::setup::npm;
use crate::shell;

/// What the compiler may have used; a feature that is not named here makes `wasm-opt` refuse the
/// module, and so shows up when a new compiler starts using it.
const FLAGS: &[&str] = &[
    "-Oz",
    "--converge",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// Replaces the module by its optimised form. The result is kept by the hash of input, flags and
/// tool, since most builds change one module only.
pub fn shrink(project: &Project, module: &Path) -> Result<()> {
    let input = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let mut hash = Sha256::new();
    hash.update(npm::LOCK);
    hash.update(FLAGS.join(" "));
    hash.update(&input);
    let kept = project
        .target
        .join("wasm-opt")
        .join(HEXLOWER.encode(&hash.finalize()));
    if !kept.exists() {
        let folder = project.target.join("wasm-opt");
        files::remove_old(&folder, 16)?;
        fs::create_dir_all(&folder)?;
        let mut half = OsString::from(&kept);
        half.push(".half");
        shell::run_quietly(
            Command::new("node")
                .arg(npm::wasm_opt(project)?)
                .args(FLAGS)
                .arg(module)
                .arg("-o")
                .arg(&half),
        )?;
        fs::rename(half, &kept)?;
    }
    fs::copy(kept, module)?;
    Ok(())
}
