//! A server's disk, seen without the server.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// The folder a server keeps its files in.
pub struct Folder {
    folder: TempDir,
    mounted: bool,
}

impl Folder {
    /// A folder on the machine's own disk.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("holdfast-server-")
            .tempdir()?;
        Ok(Self {
            folder,
            mounted: false,
        })
    }

    /// A disk of its own with room for so many bytes (rounded up to pages of 4 KiB). Only root can
    /// make one.
    pub fn small(bytes: u64) -> Result<Self> {
        let mut this = Self::new()?;
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(this.path())
            .status()
            .context("cannot start mount")?;
        if !status.success() {
            bail!("a full disk can be had only as root, in a place where mounting is allowed");
        }
        this.mounted = true;
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

    /// Writes until not one more byte fits.
    pub fn fill(&self) -> Result<()> {
        let mut file = fs::File::create(self.filler())?;
        for size in [4096, 1] {
            let piece = vec![b'.'; size];
            loop {
                match file.write_all(&piece).and_then(|()| file.flush()) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error).context("cannot fill the disk"),
                }
            }
        }
        Ok(())
    }

    /// Undoes [`Folder::fill`].
    pub fn free(&self) -> Result<()> {
        Ok(fs::remove_file(self.filler())?)
    }

    fn filler(&self) -> PathBuf {
        self.path().join(".filler")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.mounted {
            // Lazily, since the server may not be quite gone.
            let _ = Command::new("umount").arg("-l").arg(self.path()).status();
        }
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
