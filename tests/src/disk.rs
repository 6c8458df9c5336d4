//! A disk of its own that can be full.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A small file system in memory, in the place of a folder. It goes when this value is dropped.
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// With room for so many bytes (rounded up to pages of 4 KiB). Only root can make one.
    pub fn at(folder: &Path, bytes: u64) -> Result<Self> {
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(folder)
            .status()
            .context("cannot start mount")?;
        if !status.success() {
            bail!("a full disk can be had only as root, in a place where mounting is allowed");
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
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

    /// Undoes [`SmallDisk::fill`].
    pub fn free(&self) -> Result<()> {
        Ok(fs::remove_file(self.filler())?)
    }

    fn filler(&self) -> PathBuf {
        self.folder.join(".filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, since whoever writes there may not be quite gone.
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}
