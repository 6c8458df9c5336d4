//! The device-local store: named documents in `storage.local`, each sealed under the device key.
//!
//! Destination credentials, the engine's journal and evidence, and what is known of the vault
//! without its key. None of it is ever in a snapshot.

use base64ct::{Base64, Encoding};
use holdfast_backup::env::{Memory, MemoryError};
use holdfast_json::typed;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use super::device_key::DeviceKey;
use super::format::{self, FIRST, Kind, Shelf, Unusable};
use super::session;
use crate::browser::storage::{Area, get_each, names, remove, set_entries};
use crate::browser::{BrowserError, random};

/// What every key of the store begins with in `storage.local`.
pub const PREFIX: &str = "device.";

/// The store.
#[derive(Clone)]
pub struct DeviceStore {
    key: DeviceKey,
}

impl DeviceStore {
    /// Opens the store.
    ///
    /// # Errors
    /// When the browser has no IndexedDB or no WebCrypto.
    pub async fn open() -> Result<Self, BrowserError> {
        Ok(Self {
            key: DeviceKey::load_or_make().await?,
        })
    }

    /// Reads a document, in today's version; `None` when there is none.
    ///
    /// # Errors
    /// When the browser can't read, or the document is damaged or of a later version.
    pub async fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, BrowserError> {
        let bytes = format::read(self, kind_of(name), name)
            .await
            .map_err(|why| match why {
                Unusable::Shelf(error) => error,
                Unusable::Newer => BrowserError(format!("{name}: made by a newer version")),
                Unusable::Damaged => BrowserError(format!("{name}: not readable")),
            })?;
        let Some(bytes) = bytes else {
            return Ok(None);
        };
        let value =
            typed::from_slice(&bytes).map_err(|_| BrowserError(format!("{name}: not readable")))?;
        Ok(Some(value))
    }

    /// Writes a document.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn write<T: Serialize + ?Sized>(
        &self,
        name: &str,
        value: &T,
    ) -> Result<(), BrowserError> {
        let bytes =
            serde_json::to_vec(value).map_err(|_| BrowserError(format!("{name}: not writable")))?;
        self.write_bytes(name, &bytes).await
    }

    /// A document sealed, with the key it has in `storage.local`: to be written together with the
    /// vault that it describes, in one step.
    ///
    /// # Errors
    /// When WebCrypto fails.
    pub async fn sealed<T: Serialize + ?Sized>(
        &self,
        name: &str,
        value: &T,
    ) -> Result<(String, String), BrowserError> {
        let bytes =
            serde_json::to_vec(value).map_err(|_| BrowserError(format!("{name}: not writable")))?;
        let sealed = self.key.seal(random::array()?, &bytes).await?;
        Ok((key(name), Base64::encode_string(&sealed)))
    }

    /// Removes a document.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn delete(&self, name: &str) -> Result<(), BrowserError> {
        remove(Area::Local, &[&key(name)]).await
    }

    /// Whether there is a document of that name, readable or not.
    ///
    /// # Errors
    /// When the browser can't read.
    pub async fn has(&self, name: &str) -> Result<bool, BrowserError> {
        Ok(stored(name).await?.is_some())
    }

    /// Whether there is no document of that name that this installation's key opens, in whatever
    /// version: it was sealed with another one, or is damaged, or is not there.
    ///
    /// # Errors
    /// When the browser can't read.
    pub async fn has_lost(&self, name: &str) -> Result<bool, BrowserError> {
        Ok(match stored(name).await? {
            Some(value) => !self.opens(&value).await,
            None => true,
        })
    }

    /// Whether what lies in the store was sealed with this installation's key.
    pub async fn opens(&self, value: &JsValue) -> bool {
        self.open_value(value).await.is_ok()
    }

    async fn open_value(&self, value: &JsValue) -> Result<Vec<u8>, BrowserError> {
        // What is no text is not ours, and opens as little as the empty one.
        let text = value.as_string().unwrap_or_default();
        let sealed = Base64::decode_vec(&text).map_err(|_| BrowserError("damaged".into()))?;
        self.key.open(&sealed).await
    }

    async fn read_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, BrowserError> {
        Ok(match stored(name).await? {
            Some(value) => Some(self.open_value(&value).await?),
            None => None,
        })
    }

    async fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), BrowserError> {
        let sealed = self.key.seal(random::array()?, bytes).await?;
        let text = JsValue::from_str(&Base64::encode_string(&sealed));
        set_entries(Area::Local, &[(&key(name), text)]).await
    }
}

/// How each document came to be what it is. A document that takes another shape gets its version and
/// its steps here, and its sample in `tests/fixtures/stored`.
fn kind_of(_: &str) -> &'static Kind {
    &FIRST
}

impl Shelf for DeviceStore {
    type Error = BrowserError;

    async fn take(&self, name: &str) -> Result<Option<Vec<u8>>, BrowserError> {
        self.read_bytes(name).await
    }

    async fn put(&self, name: &str, bytes: &[u8]) -> Result<(), BrowserError> {
        self.write_bytes(name, bytes).await
    }

    async fn remove(&self, name: &str) -> Result<(), BrowserError> {
        self.delete(name).await
    }
}

impl Memory for DeviceStore {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        self.read_bytes(key).await.map_err(|_| MemoryError)
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        self.write_bytes(key, bytes).await.map_err(|_| MemoryError)
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>, MemoryError> {
        let all = names(Area::Local).await.map_err(|_| MemoryError)?;
        let ours = all.iter().filter_map(|name| name.strip_prefix(PREFIX));
        let wanted = ours.filter(|key| key.starts_with(prefix));
        Ok(wanted.map(str::to_owned).collect())
    }

    async fn set_unsaved(&self, key: &str, unsaved: bool) {
        // Where not even memory can be written, nothing can be kept.
        let _ = session::set_unsaved(&format!("{UNSAVED}{key}"), unsaved).await;
    }

    async fn is_unsaved(&self, key: &str) -> bool {
        session::is_unsaved(&format!("{UNSAVED}{key}"))
            .await
            .unwrap_or(false)
    }
}

async fn stored(name: &str) -> Result<Option<JsValue>, BrowserError> {
    Ok(get_each(Area::Local, &[&key(name)]).await?.pop().flatten())
}

/// What the key of a document that could not be written begins with in `storage.session`.
const UNSAVED: &str = "unsaved.";

fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}
