//! A browser's profile: everything it remembers.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::{Kind, Options, chromium, firefox};
use crate::disk::SmallDisk;

/// A profile folder, removed when this value is dropped.
pub struct Profile {
    /// Goes before the folder that it lies in.
    disk: Option<SmallDisk>,
    folder: TempDir,
}

impl Profile {
    /// An empty one.
    pub fn fresh() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("holdfast-profile-")
            .tempdir()?;
        Ok(Self { disk: None, folder })
    }

    /// An empty one, where what the extension of these options keeps in `storage.local` has a disk of
    /// its own, with room for so many bytes. Only root can make one.
    ///
    /// It is not the whole profile that lies there: the browser's caches and databases would take and
    /// give back room of their own accord, and whether the extension's write fails would be luck.
    pub fn with_small_storage(kind: Kind, options: &Options, bytes: u64) -> Result<Self> {
        let mut this = Self::fresh()?;
        let inside = match kind {
            Kind::Chromium => chromium::storage_of(&options.extension)?,
            Kind::Firefox => firefox::storage(),
        };
        let folder = this.path().join(inside);
        fs::create_dir_all(&folder)?;
        this.disk = Some(SmallDisk::at(&folder, bytes)?);
        Ok(this)
    }

    /// The disk that the extension's storage has for itself.
    pub fn disk(&self) -> Result<&SmallDisk> {
        let disk = self.disk.as_ref();
        disk.context("the profile lies on the machine's own disk")
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
