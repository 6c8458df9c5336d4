//! The modules in `dist/wasm`: while one is made small, the next is compiled.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};

use super::Mode;
use super::cargo_wasm::{self, Package};
use super::{bindgen, optimise, recover};
use crate::files;
use crate::project::Project;

/// Builds each of them into `dist`, a folder to be.
///
/// The compiler's last step has one thread, and so has what makes a module small: on two cores they
/// take little more than half the time side by side.
pub fn build(project: &Project, mode: Mode, dist: &Path) -> Result<()> {
    let raw = project.target.join("wasm-raw");
    files::remove_dir(&raw)?;
    fs::create_dir_all(&raw)?;
    let (compiled, to_finish) = mpsc::channel::<(Package, PathBuf)>();
    thread::scope(|threads| {
        let finishing = threads.spawn(move || -> Result<()> {
            for (package, module) in to_finish {
                finish(project, mode, &package, &module, dist)?;
            }
            Ok(())
        });
        let compiling = compile(project, mode, &raw, compiled);
        let finished = finishing.join();
        // Where finishing failed, compiling only found nobody to hand over to.
        finished.map_err(|_| anyhow!("a module could not be finished"))??;
        compiling
    })
}

fn compile(
    project: &Project,
    mode: Mode,
    raw: &Path,
    compiled: mpsc::Sender<(Package, PathBuf)>,
) -> Result<()> {
    for package in cargo_wasm::packages(project)? {
        let start = Instant::now();
        let built = cargo_wasm::build(project, &package, mode)?;
        // Modules of one crate are built one over the other.
        let module = raw.join(format!("{}.wasm", package.module));
        fs::copy(&built, &module).with_context(|| format!("cannot copy {}", built.display()))?;
        let took = start.elapsed().as_secs_f32();
        println!("  {} compiled in {took:.1} s", package.module);
        if compiled.send((package, module)).is_err() {
            break;
        }
    }
    Ok(())
}

fn finish(
    project: &Project,
    mode: Mode,
    package: &Package,
    module: &Path,
    dist: &Path,
) -> Result<()> {
    let start = Instant::now();
    let bound = bindgen::generate(project, package, module, mode)?;
    if mode == Mode::Release {
        optimise::shrink(project, &bound.join(format!("{}.wasm", package.module)))?;
    }
    if package.module == recover::MODULE {
        recover::assemble(project, &bound, dist)?;
    } else {
        files::copy_tree(&bound, &dist.join("wasm"), |_| true)?;
    }
    let took = start.elapsed().as_secs_f32();
    println!("  {} finished in {took:.1} s", package.module);
    Ok(())
}

/// Every module that was built, for weighing them.
pub fn built(project: &Project) -> Result<Vec<PathBuf>> {
    let mut found = files::walk(&project.dist().join("wasm"))?;
    found.retain(|file| files::has_extension(file, &["wasm"]));
    found.push(recover::built_module(project));
    Ok(found)
}
