//! From raw WebAssembly to a module a page can import.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::Mode;
use super::cargo_wasm::Package;
use crate::files;
use crate::project::Project;

/// Writes `<module>.js` and `<module>.wasm` into a folder of their own and returns it.
///
/// The generator is a library pinned by the lock file, and so always of the version that the
/// `wasm-bindgen` in the module expects.
pub fn generate(project: &Project, package: &Package, raw: &Path, mode: Mode) -> Result<PathBuf> {
    let folder = project.target.join("wasm-bindgen").join(&package.module);
    files::remove_dir(&folder)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(raw)
        .out_name(&package.module)
        .typescript(false)
        // So that `init()` finds the binary next to the script by itself.
        .omit_default_module_path(false)
        // A module for one heavy task is dropped afterwards, to give its memory back.
        .reset_state_function(package.feature.is_none())
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(mode == Mode::Release)
        .keep_debug(false)
        .web(true)?
        .generate(&folder)
        .with_context(|| format!("wasm-bindgen cannot bind {}", package.name))?;
    drop_suffix(&folder, &package.module)?;
    Ok(folder)
}

/// The generator names the binary `<module>_bg.wasm`; here it is just `<module>.wasm`.
fn drop_suffix(folder: &Path, module: &str) -> Result<()> {
    let (old, new) = (format!("{module}_bg.wasm"), format!("{module}.wasm"));
    fs::rename(folder.join(&old), folder.join(&new))?;
    let script = folder.join(format!("{module}.js"));
    let text = files::read(&script)?;
    if !text.contains(&old) {
        bail!(
            "{} does not mention {old}: the generator's output has changed",
            script.display()
        );
    }
    Ok(fs::write(script, text.replace(&old, &new))?)
}
