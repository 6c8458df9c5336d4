//! `dist/`: the extension as a browser loads it.

mod bindgen;
mod cargo_wasm;
mod modules;
mod optimise;
mod parts;
pub mod recover;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

pub use cargo_wasm::packages;
pub use modules::built as modules;

use crate::project::Project;
use crate::{budgets, files};

/// How much care to take with the WebAssembly.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// What ships: smallest, without names.
    Release,
    /// For trying things out: quick to build, with function names in stack traces.
    Dev,
}

/// Builds everything and replaces `dist/` in one step, so that a browser never sees half of it.
pub fn run(project: &Project, mode: Mode) -> Result<()> {
    let fresh = project.target.join("dist-new");
    files::remove_dir(&fresh)?;
    fs::create_dir_all(fresh.join("wasm"))?;

    modules::build(project, mode, &fresh)?;
    files::copy_tree(&project.root.join("extension"), &fresh, ships)?;
    let www = project.root.join("www");
    files::copy_tree(&www, &fresh, ships)?;
    parts::assemble(&www, &fresh)?;
    replace(project, &fresh)?;
    report(project)
}

/// The demo sign-in page is served by the demo, it is no part of the extension; the parts of
/// `recover.html` and of other pages are put together into one file each.
fn ships(name: &Path) -> bool {
    let first = name
        .iter()
        .next()
        .and_then(|part| part.to_str())
        .unwrap_or_default();
    let is_part = first == recover::MODULE || parts::FOLDERS.contains(&first);
    !first.starts_with("demo") && !is_part && !files::has_extension(name, &["md"])
}

fn replace(project: &Project, fresh: &Path) -> Result<()> {
    let old = project.target.join("dist-old");
    files::remove_dir(&old)?;
    let dist = project.dist();
    if dist.exists() {
        fs::rename(&dist, &old).context("cannot move the old dist/ away")?;
    }
    fs::rename(fresh, &dist).context("cannot put the new dist/ in place")?;
    files::remove_dir(&old)
}

fn report(project: &Project) -> Result<()> {
    println!("dist/ is ready:");
    for file in modules::built(project)? {
        let name = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let size = fs::metadata(&file)?.len();
        match budgets::of(name) {
            Some(budget) => println!(
                "  {name:<10} {size:>9} of {:>7} bytes  ({})",
                budget.bytes, budget.why
            ),
            None => println!("  {name:<10} {size:>9} bytes, with no budget"),
        }
    }
    if !project.dist().join("manifest.json").exists() {
        bail!("dist/ holds no manifest.json, so no browser will load it");
    }
    Ok(())
}
