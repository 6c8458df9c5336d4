//! A browser's profile: everything it remembers.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

/// A profile folder, removed when this value is dropped.
pub struct Profile {
    folder: TempDir,
}

impl Profile {
    /// An empty one.
    pub fn fresh() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("holdfast-profile-")
            .tempdir()?;
        Ok(Self { folder })
    }

    /// A copy, as somebody makes when moving to a new computer, or a virtual machine's image does.
    /// The browser must not be running.
    pub fn duplicate(&self) -> Result<Self> {
        let copy = Self::fresh()?;
        copy_folder(self.path(), copy.path())?;
        Ok(copy)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_folder(&source, &target)?;
        } else if kind.is_file() {
            fs::copy(&source, &target)
                .with_context(|| format!("cannot copy {}", source.display()))?;
        }
        // What is left are the locks of a browser that is no longer running: links and sockets.
    }
    Ok(())
}
