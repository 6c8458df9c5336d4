//! What this browser lends to destinations: fetch, the clock, and folders on this computer.

use holdfast_backup::destination::Failure as Refusal;
use holdfast_backup::destination::any::{AnyDestination, Reach};
use holdfast_backup::destination::cloud::CloudConfig;
use holdfast_backup::destination::cloud::any::AnyCloud;
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::destination::folder::{FileError, Files, Place};
use holdfast_backup::destination::{Entry, Listing};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

use super::env::BrowserEnv;
use super::session::BrowserSession;
use crate::browser::files::{Directory, FileHandle, bytes};
use crate::browser::sync::BrowserSyncArea;
use crate::http::Fetch;
use crate::message::Failure;
use crate::store::folders;

/// This browser.
pub struct Browser;

/// A destination within this browser's reach.
pub(super) type Reached = AnyDestination<Browser>;

/// The configured place, within this browser's reach.
pub(super) fn reach(config: &DestinationConfig) -> Result<Reached, Failure> {
    AnyDestination::new(&Browser, config).ok_or_else(|| Failure::new("destination_not_checkable"))
}

/// A destination's refusal: the cause is the code, as everywhere; the status is the detail.
pub(super) fn refused(refusal: Refusal) -> Failure {
    let failure = Failure::new(refusal.cause.code());
    match refusal.status {
        Some(status) => failure.detailed(status.to_string()),
        None => failure,
    }
}

impl Reach for Browser {
    type Http = Fetch;
    type Env = BrowserEnv;
    type Files = PickedFolder;
    type Cloud = AnyCloud<BrowserSession>;
    type Sync = BrowserSyncArea;

    fn http(&self) -> Fetch {
        Fetch
    }

    fn env(&self) -> BrowserEnv {
        BrowserEnv
    }

    fn files(&self, key: &str) -> PickedFolder {
        PickedFolder(key.to_owned())
    }

    fn cloud(&self, config: &CloudConfig) -> AnyCloud<BrowserSession> {
        AnyCloud::new(BrowserSession::default(), config)
    }

    fn sync(&self) -> BrowserSyncArea {
        BrowserSyncArea
    }
}

/// A folder that a person has picked: the key of its handle.
pub struct PickedFolder(String);

impl Files for PickedFolder {
    async fn write_new(&self, place: Place<'_>, bytes: &[u8]) -> Result<bool, FileError> {
        let root = self.root().await?;
        let folder = match place.folder {
            "" => root,
            name => root.folder(name, true).await.map_err(in_root)?,
        };
        match folder.file(place.name, false).await {
            Ok(_) => return Ok(false),
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(in_root(error)),
        }
        let file = folder.file(place.name, true).await.map_err(in_root)?;
        if let Err(error) = file.write(bytes).await {
            // Nothing of it may be taken for a snapshot; should it stay, reading it back tells.
            let _ = folder.remove(place.name).await;
            return Err(in_root(error));
        }
        Ok(true)
    }

    async fn read(&self, place: Place<'_>) -> Result<Option<Vec<u8>>, FileError> {
        let Some(file) = self.find(place).await? else {
            return Ok(None);
        };
        let read = async { bytes(&file.read().await?).await };
        match read.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(in_root(error)),
        }
    }

    async fn list(&self, folder: &str) -> Result<Option<Listing>, FileError> {
        let root = self.root().await?;
        let found = match folder {
            "" => root.entries().await,
            name => match root.folder(name, false).await {
                Ok(folder) => folder.entries().await,
                Err(error) => Err(error),
            },
        };
        let found = match found {
            Ok(found) => found,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(in_root(error)),
        };
        let mut listing = Listing::default();
        for entry in found {
            match entry.file {
                None => listing.folders.push(entry.name),
                // Whose files they are in the folder itself is no business of ours.
                Some(_) if folder.is_empty() => {}
                Some(file) => listing.files.extend(describe(entry.name, &file).await),
            }
        }
        Ok(Some(listing))
    }

    async fn remove(&self, place: Place<'_>) -> Result<(), FileError> {
        let root = self.root().await?;
        let removed = match place.folder {
            "" => root.remove(place.name).await,
            name => match root.folder(name, false).await {
                Ok(folder) => folder.remove(place.name).await,
                Err(error) => Err(error),
            },
        };
        match removed {
            Err(error) if !is_missing(&error) => Err(in_root(error)),
            _ => Ok(()),
        }
    }
}

impl PickedFolder {
    async fn root(&self) -> Result<Directory, FileError> {
        let found = folders::find(&self.0)
            .await
            .map_err(|_| FileError::Failed)?;
        let root = found.ok_or(FileError::Gone)?;
        match root.is_granted().await {
            true => Ok(root),
            false => Err(FileError::Lapsed),
        }
    }

    async fn find(&self, place: Place<'_>) -> Result<Option<FileHandle>, FileError> {
        let root = self.root().await?;
        let folder = match place.folder {
            "" => Ok(root),
            name => root.folder(name, false).await,
        };
        let file = match folder {
            Ok(folder) => folder.file(place.name, false).await,
            Err(error) => Err(error),
        };
        match file {
            Ok(file) => Ok(Some(file)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(in_root(error)),
        }
    }
}

/// A file in a list; one that has gone in the meantime is none.
async fn describe(name: String, file: &FileHandle) -> Option<Entry> {
    let file = file.read().await.ok()?;
    Some(Entry {
        name,
        size: Some(file.size() as u64),
        modified: Some(file.last_modified() as u64),
    })
}

fn is_missing(error: &JsValue) -> bool {
    name_of(error) == "NotFoundError"
}

/// The names are those of the File System standard and of Web IDL.
fn in_root(error: JsValue) -> FileError {
    match name_of(&error).as_str() {
        "NotAllowedError" | "SecurityError" => FileError::Lapsed,
        "NotFoundError" => FileError::Gone,
        "QuotaExceededError" => FileError::Full,
        _ => FileError::Failed,
    }
}

fn name_of(error: &JsValue) -> String {
    error
        .dyn_ref::<DomException>()
        .map_or_else(String::new, DomException::name)
}
