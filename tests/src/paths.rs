//! Where the checkout keeps what the tests need.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR");
    root().join(set.map_or_else(|| PathBuf::from("target"), PathBuf::from))
}

/// The built extension.
pub fn dist() -> Result<PathBuf> {
    let dist = root().join("dist");
    if !dist.join("manifest.json").exists() {
        bail!("there is no dist/ to load into a browser: run `make build`");
    }
    Ok(dist)
}

/// A file or folder below `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures").join(name)
}

/// The Python with the packages that `make setup` installs.
pub fn python() -> PathBuf {
    target().join("tools/venv/bin/python")
}

/// Firefox's driver.
pub fn geckodriver() -> PathBuf {
    target().join("tools/bin/geckodriver")
}

/// The folder with the packages that `make setup` installs from npm.
pub fn node_modules() -> PathBuf {
    target().join("tools/npm")
}
