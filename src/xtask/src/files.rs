//! Walking and copying folders.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Every file below `folder`, in a stable order. A folder that does not exist holds none.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        collect(folder, &mut found)?;
    }
    found.sort();
    Ok(found)
}

/// Copies every file below `from` for which `wanted` holds into `to`, keeping sub-folders. Refuses
/// to overwrite, because two sources for one file is a mistake.
pub fn copy_tree(from: &Path, to: &Path, wanted: impl Fn(&Path) -> bool) -> Result<()> {
    for file in walk(from)? {
        let name = file.strip_prefix(from)?;
        if !wanted(name) {
            continue;
        }
        let target = to.join(name);
        if target.exists() {
            bail!("{} exists twice among the sources of dist/", name.display());
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(&file, &target).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// A file's text; the path is part of the error.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Removes a folder if it is there.
pub fn remove_dir(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// Keeps the `keep` files of a cache folder that were written last.
pub fn remove_old(folder: &Path, keep: usize) -> Result<()> {
    let mut dated = Vec::new();
    for file in walk(folder)? {
        dated.push((fs::metadata(&file)?.modified()?, file));
    }
    dated.sort();
    let surplus = dated.len().saturating_sub(keep);
    for (_, file) in dated.into_iter().take(surplus) {
        fs::remove_file(file)?;
    }
    Ok(())
}

/// Whether a path ends in one of these extensions.
pub fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .and_then(|e| e.to_str())
        .is_some_and(|e| extensions.contains(&e))
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
