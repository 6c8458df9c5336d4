//! A server's disk, seen without the server.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::disk::SmallDisk;

/// The folder a server keeps its files in.
pub struct Folder {
    /// Goes before the folder that it lies on.
    disk: Option<SmallDisk>,
    folder: TempDir,
}

impl Folder {
    /// A folder on the machine's own disk.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("holdfast-server-")
            .tempdir()?;
        Ok(Self { disk: None, folder })
    }

    /// A disk of its own with room for so many bytes (rounded up to pages of 4 KiB). Only root can
    /// make one.
    pub fn small(bytes: u64) -> Result<Self> {
        let mut this = Self::new()?;
        this.disk = Some(SmallDisk::at(this.path(), bytes)?);
        Ok(this)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Every file, as a path relative to the folder, with its bytes; sorted by path. What the server
    /// keeps for itself (names that begin with a dot) is left out.
    pub fn files(&self) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let mut found = Vec::new();
        collect(self.path(), self.path(), &mut found)?;
        found.sort();
        Ok(found)
    }

    /// Loses a file, as named by [`Folder::files`], without the server having a say in it.
    pub fn lose(&self, file: &Path) -> Result<()> {
        Ok(fs::remove_file(self.path().join(file))?)
    }

    /// Writes until not one more byte fits, on a disk of its own.
    pub fn fill(&self) -> Result<()> {
        self.small_disk()?.fill()
    }

    /// Undoes [`Folder::fill`].
    pub fn free(&self) -> Result<()> {
        self.small_disk()?.free()
    }

    fn small_disk(&self) -> Result<&SmallDisk> {
        let disk = self.disk.as_ref();
        disk.context("this folder lies on the machine's own disk")
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, found)?;
        } else {
            found.push((path.strip_prefix(root)?.to_path_buf(), fs::read(&path)?));
        }
    }
    Ok(())
}
