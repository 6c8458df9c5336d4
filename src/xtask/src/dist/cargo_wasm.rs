//! From Rust to raw WebAssembly.
#![allow(
    clippy::indexing_slicing,
    reason = "a JSON value gives null where there is nothing"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Mode;
use crate::project::Project;
use crate::shell;

/// The standard library is compiled anew, for size, and without its panic messages: a tenth of each
/// module. Its sources come with the pinned toolchain, so this is as stable as the toolchain is,
/// though the compiler wants `RUSTC_BOOTSTRAP` to be told that one means it.
const SMALL_STD: &[&str] = &[
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

/// What goes with it: a panic traps at once, and neither places in the source nor `Debug` texts
/// (which nobody would see, and which must never show a secret) are carried along. Hashes are
/// computed in loops instead of unrolled.
const SMALL_CODE: &[&str] = &[
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "--cfg=sha2_backend=\"soft\"",
    "--cfg=sha2_backend_soft=\"compact\"",
];

/// A crate that becomes a WebAssembly module.
pub struct Package {
    /// The crate's name.
    pub name: String,
    /// The module's file name without extension.
    pub module: String,
    /// The one feature it is built with, where a crate becomes several modules.
    pub feature: Option<String>,
}

/// Every module that ships, found by asking cargo, so that a new one needs no entry anywhere but in
/// the budgets. A crate that becomes several modules lists them in its manifest under
/// `package.metadata.holdfast.modules`: each is a feature of the crate.
pub fn packages(project: &Project) -> Result<Vec<Package>> {
    let text = shell::output(shell::cargo().current_dir(&project.root).args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata is no JSON")?;
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let is_cdylib = package["targets"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|target| target["kind"].as_array().into_iter().flatten())
            .any(|kind| kind == "cdylib");
        if let (true, Some(name)) = (is_cdylib, package["name"].as_str()) {
            let several = package["metadata"]["holdfast"]["modules"].as_array();
            match several {
                Some(features) => found.extend(features.iter().filter_map(Value::as_str).map(
                    |feature| Package {
                        name: name.to_owned(),
                        module: feature.to_owned(),
                        feature: Some(feature.to_owned()),
                    },
                )),
                None => found.push(Package {
                    name: name.to_owned(),
                    module: name.strip_prefix("holdfast-").unwrap_or(name).to_owned(),
                    feature: None,
                }),
            }
        }
    }
    found.sort_by(|a, b| (&a.name, &a.module).cmp(&(&b.name, &b.module)));
    Ok(found)
}

/// Compiles one module. Each is a build of its own: together they would share the union of the
/// features of their dependencies, and all of them would grow.
pub fn build(project: &Project, package: &Package, mode: Mode) -> Result<PathBuf> {
    let profile = match mode {
        Mode::Release => "release",
        Mode::Dev => "wasm-dev",
    };
    let features = match &package.feature {
        Some(feature) => vec!["--no-default-features", "--features", feature],
        None => Vec::new(),
    };
    println!("compiling {} …", package.module);
    let mut cargo = shell::cargo();
    if mode == Mode::Release {
        cargo.env("RUSTC_BOOTSTRAP", "1").args(SMALL_STD);
    }
    shell::run(
        cargo
            .current_dir(&project.root)
            .args([
                "build",
                "--quiet",
                "--lib",
                "--target",
                "wasm32-unknown-unknown",
            ])
            .args(["--package", &package.name, "--profile", profile])
            .args(features)
            .args(["--config", &compiler_flags(project, package, mode)?]),
    )?;
    let file = format!("{}.wasm", package.name.replace('-', "_"));
    let path = project
        .target
        .join("wasm32-unknown-unknown")
        .join(profile)
        .join(file);
    if !path.exists() {
        bail!(
            "cargo built {} but left nothing at {}",
            package.name,
            path.display()
        );
    }
    Ok(path)
}

/// What the compiler is told besides the profile, as an argument for cargo's `--config`.
fn compiler_flags(project: &Project, package: &Package, mode: Mode) -> Result<String> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .context("neither CARGO_HOME nor a home folder is known")?;
    let sysroot = shell::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    // Panic messages carry source paths. They must not depend on where the sources happen to lie:
    // that would make the build differ between machines and tell whose machine it was.
    let mut prefixes = vec![
        (project.root.clone(), "/holdfast"),
        (
            Path::new(sysroot.trim()).join("lib/rustlib/src/rust"),
            "/rust",
        ),
    ];
    // One folder per registry, named by a hash of the address it is reached at.
    if let Ok(registries) = std::fs::read_dir(home.join("registry/src")) {
        for registry in registries {
            prefixes.push((registry?.path(), "/registry"));
        }
    }
    // Modules share a crate: what one leaves unused, another needs. `make check` sees all at once.
    let small = if mode == Mode::Release {
        SMALL_CODE
    } else {
        &[]
    };
    let shared = package.feature.as_ref().map(|_| Value::from("-Adead_code"));
    let flags = prefixes
        .iter()
        .map(|(from, to)| Value::from(format!("--remap-path-prefix={}={to}", from.display())));
    Ok(format!(
        "target.wasm32-unknown-unknown.rustflags={}",
        Value::Array(
            flags
                .chain(shared)
                .chain(small.iter().copied().map(Value::from))
                .collect()
        )
    ))
}
