//! A folder on this computer, as the browser lends it (File System Access, and the Origin Private
//! File System of the File System standard).
//!
//! It is this computer's own disk: what lies there survives the loss of the browser, and the loss
//! of the computer only if something else carries the folder away.

use super::{Answer, Destination, Failure, Hint, Listing, Put};
use crate::cause::Cause;

/// A folder with files and one level of folders in it.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and the simulation")]
pub trait Files {
    /// Writes a new file, and its folder where that is missing. `false`, and nothing is touched, if
    /// one of that name is there.
    ///
    /// # Errors
    /// Why it could not be written whole.
    async fn write_new(&self, place: Place<'_>, bytes: &[u8]) -> Result<bool, FileError>;

    /// Reads a file; `None` if it is not there.
    ///
    /// # Errors
    /// Why it could not be read.
    async fn read(&self, place: Place<'_>) -> Result<Option<Vec<u8>>, FileError>;

    /// Lists a folder, `""` being the whole; `None` for one that is not there.
    ///
    /// # Errors
    /// Why it could not be listed.
    async fn list(&self, folder: &str) -> Result<Option<Listing>, FileError>;

    /// Removes a file; one that isn't there is no error.
    ///
    /// # Errors
    /// Why it could not be removed.
    async fn remove(&self, place: Place<'_>) -> Result<(), FileError>;
}

/// Where a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Its folder; `""` for the whole.
    pub folder: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Why a file can't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// The browser's permission has lapsed, as it does when the browser is closed.
    Lapsed,
    /// The folder itself is not there any more, or the browser has forgotten which it was.
    Gone,
    /// The disk is full.
    Full,
    /// Anything else: the disk failed, another program holds the file.
    Failed,
}

/// A folder on this computer as a destination.
pub struct Folder<F>(F);

impl<F: Files> Folder<F> {
    /// Keeps snapshots in these files.
    pub fn new(files: F) -> Self {
        Self(files)
    }
}

impl<F: Files> Destination for Folder<F> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        let created = self.0.write_new(place(path), bytes).await?;
        Ok(answer(match created {
            true => Put::Created,
            false => Put::AlreadyThere,
        }))
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        match self.0.list(folder).await? {
            Some(listing) => Ok(answer(listing)),
            None if folder.is_empty() => Err(FileError::Gone.into()),
            // The vault's folder is missing; is that all?
            None => match self.0.list("").await? {
                Some(_) => Ok(answer(Listing::default())),
                None => Err(FileError::Gone.into()),
            },
        }
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        Ok(answer(self.0.read(place(path)).await?))
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        Ok(answer(self.0.remove(place(path)).await?))
    }

    /// The person has picked a folder that exists; a browser can't make it anew.
    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        self.list("").await.map(|_| answer(()))
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Lapsed => Self {
                hint: Some(Hint::GrantInBrowser),
                ..Self::new(Cause::PermissionMissing)
            },
            FileError::Gone => Self::new(Cause::FolderMissing),
            FileError::Full => Self::new(Cause::StorageFull),
            FileError::Failed => Self::new(Cause::ServerFault),
        }
    }
}

fn place(path: &str) -> Place<'_> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    Place { folder, name }
}

/// A disk's clock is this computer's own: it says nothing about being right.
fn answer<T>(value: T) -> Answer<T> {
    Answer {
        value,
        server_time: None,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    use super::*;
    use crate::destination::Entry;
    use crate::test_support::now;

    /// A disk in memory.
    #[derive(Default)]
    struct Disk {
        files: RefCell<BTreeMap<String, Vec<u8>>>,
        error: Cell<Option<FileError>>,
        gone: Cell<bool>,
    }

    impl Disk {
        fn path(place: Place<'_>) -> String {
            format!("{}/{}", place.folder, place.name)
        }

        fn works(&self) -> Result<(), FileError> {
            self.error.get().map_or(Ok(()), Err)
        }
    }

    impl Files for &Disk {
        async fn write_new(&self, place: Place<'_>, bytes: &[u8]) -> Result<bool, FileError> {
            self.works()?;
            let mut files = self.files.borrow_mut();
            let new = !files.contains_key(&Disk::path(place));
            if new {
                files.insert(Disk::path(place), bytes.to_vec());
            }
            Ok(new)
        }

        async fn read(&self, place: Place<'_>) -> Result<Option<Vec<u8>>, FileError> {
            self.works()?;
            Ok(self.files.borrow().get(&Disk::path(place)).cloned())
        }

        async fn list(&self, folder: &str) -> Result<Option<Listing>, FileError> {
            self.works()?;
            let files = self.files.borrow();
            let names: Vec<_> = files
                .keys()
                .filter_map(|path| path.strip_prefix(&format!("{folder}/")))
                .collect();
            if self.gone.get() || (names.is_empty() && !folder.is_empty()) {
                return Ok(None);
            }
            let entry = |name: &str| Entry {
                name: name.to_owned(),
                size: None,
                modified: None,
            };
            Ok(Some(Listing {
                files: names.into_iter().map(entry).collect(),
                ..Listing::default()
            }))
        }

        async fn remove(&self, place: Place<'_>) -> Result<(), FileError> {
            self.works()?;
            self.files.borrow_mut().remove(&Disk::path(place));
            Ok(())
        }
    }

    #[test]
    fn a_file_is_written_once_listed_read_and_removed() {
        let disk = Disk::default();
        let folder = Folder::new(&disk);
        let put = |bytes: &'static [u8]| now(folder.put("vault/name", bytes)).unwrap().value;
        assert_eq!(now(folder.list("vault")).unwrap().value, Listing::default());
        assert_eq!(put(b"one"), Put::Created);
        assert_eq!(put(b"two"), Put::AlreadyThere);
        let read = now(folder.get("vault/name")).unwrap().value;
        assert_eq!(read.as_deref(), Some(b"one".as_slice()));
        assert_eq!(
            now(folder.list("vault")).unwrap().value.files[0].name,
            "name"
        );
        now(folder.delete("vault/name")).unwrap();
        assert_eq!(now(folder.get("vault/name")).unwrap().value, None);
    }

    #[test]
    fn each_error_has_its_cause() {
        for (error, cause) in [
            (FileError::Lapsed, Cause::PermissionMissing),
            (FileError::Gone, Cause::FolderMissing),
            (FileError::Full, Cause::StorageFull),
            (FileError::Failed, Cause::ServerFault),
        ] {
            let disk = Disk::default();
            disk.error.set(Some(error));
            let failed = now(Folder::new(&disk).put("vault/name", b"x")).unwrap_err();
            assert_eq!(failed.cause, cause);
        }
    }

    #[test]
    fn a_folder_that_was_removed_is_missing_and_not_empty() {
        let disk = Disk::default();
        disk.gone.set(true);
        for folder in ["", "vault"] {
            let failed = now(Folder::new(&disk).list(folder)).unwrap_err();
            assert_eq!(failed.cause, Cause::FolderMissing, "{folder}");
        }
    }
}
