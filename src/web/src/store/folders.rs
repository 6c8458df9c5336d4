//! Folders on this computer that a person has picked: their handles, which only IndexedDB can
//! keep. A handle is no permission; the browser asks for that.

use wasm_bindgen::JsCast;

use crate::browser::BrowserError;
use crate::browser::files::Directory;
use crate::browser::indexed_db::Database;

const DATABASE: &str = "holdfast-folders";
const STORE: &str = "handles";

/// Keeps a handle under a new key.
///
/// # Errors
/// When the browser can't write.
pub async fn keep(key: &str, directory: &Directory) -> Result<(), BrowserError> {
    let database = Database::open(DATABASE, STORE).await?;
    database.add(key, directory).await
}

/// The handle under a key; `None` when the browser has forgotten it.
///
/// # Errors
/// When the browser can't read.
pub async fn find(key: &str) -> Result<Option<Directory>, BrowserError> {
    let database = Database::open(DATABASE, STORE).await?;
    let found = database.get(key).await?;
    // It is this type or nothing: nobody else writes there.
    Ok(found.is_object().then(|| found.unchecked_into()))
}
