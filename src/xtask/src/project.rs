//! Where things lie.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders of the checkout this command runs in.
pub struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
}

impl Project {
    /// Finds the workspace by the manifest folder that `cargo run` names, or by walking up from the
    /// current folder when the program is started directly.
    pub fn find() -> Result<Self> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => std::env::current_dir()?,
        };
        let root = start
            .ancestors()
            .find(|dir| dir.join("Cargo.lock").exists())
            .with_context(|| format!("no workspace around {}", start.display()))?
            .to_path_buf();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The built extension, as a browser loads it.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Tools that belong to this checkout and are not the system's.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// `path` as seen from the workspace, for messages.
    pub fn relative<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
