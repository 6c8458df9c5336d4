//! One type for all kinds of destinations: whoever runs the engine knows none of them, and the
//! engine is compiled once.
//!
//! A new kind is a file of its own, a variant in [`DestinationConfig`] with its [`Kind`], one in
//! [`DestinationDraft`](super::draft::DestinationDraft), and one here.

use super::browser_sync::{BrowserSync, SyncArea};
use super::cloud::CloudConfig;
use super::config::DestinationConfig;
use super::folder::{Files, Folder};
use super::s3::S3;
use super::webdav::WebDav;
use super::{Answer, Destination, Failure, Listing, Put};
use crate::env::Env;
use crate::http::Http;

/// How this device reaches places: what the browser, or a test, lends to destinations.
pub trait Reach {
    /// Sends requests.
    type Http: Http;
    /// Tells the time, for signatures, and has randomness.
    type Env: Env;
    /// A folder on this computer.
    type Files: Files;
    /// Any of the clouds.
    type Cloud: Destination;
    /// The browser's own sync storage.
    type Sync: SyncArea;

    /// Something to send requests with.
    fn http(&self) -> Self::Http;

    /// The time.
    fn env(&self) -> Self::Env;

    /// The folder whose handle is kept under that key.
    fn files(&self, key: &str) -> Self::Files;

    /// The configured cloud.
    fn cloud(&self, config: &CloudConfig) -> Self::Cloud;

    /// The sync storage.
    fn sync(&self) -> Self::Sync;
}

/// A destination of any kind.
pub enum AnyDestination<R: Reach> {
    /// WebDAV.
    WebDav(WebDav<R::Http>),
    /// S3 and compatibles.
    S3(S3<R::Http, R::Env>),
    /// A folder on this computer.
    Folder(Folder<R::Files>),
    /// OneDrive, Google Drive or Dropbox.
    Cloud(R::Cloud),
    /// The browser's own sync storage: [`Engine::keep`](crate::engine::Engine::keep) only.
    BrowserSync(BrowserSync<R::Sync>),
}

impl<R: Reach> AnyDestination<R> {
    /// The configured destination, within this device's reach. `None` for a downloaded file, which
    /// only the person can reach. What [`DestinationConfig::is_checkable`] denies is for
    /// [`Engine::keep`](crate::engine::Engine::keep).
    pub fn new(reach: &R, config: &DestinationConfig) -> Option<Self> {
        Some(match config {
            DestinationConfig::WebDav(config) => Self::WebDav(WebDav::new(reach.http(), config)),
            DestinationConfig::S3(config) => Self::S3(S3::new(reach.http(), reach.env(), config)),
            DestinationConfig::Folder { key, .. } => Self::Folder(Folder::new(reach.files(key))),
            DestinationConfig::Cloud(config) => Self::Cloud(reach.cloud(config)),
            DestinationConfig::BrowserSync => Self::BrowserSync(BrowserSync::new(reach.sync())),
            DestinationConfig::Download => return None,
        })
    }
}

/// Calls the same verb of whichever kind it is.
macro_rules! each {
    ($any:expr, $kind:ident => $call:expr) => {
        match $any {
            AnyDestination::WebDav($kind) => $call,
            AnyDestination::S3($kind) => $call,
            AnyDestination::Folder($kind) => $call,
            AnyDestination::Cloud($kind) => $call,
            AnyDestination::BrowserSync($kind) => $call,
        }
    };
}

impl<R: Reach> Destination for AnyDestination<R> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        each!(self, kind => kind.put(path, bytes).await)
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        each!(self, kind => kind.list(folder).await)
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        each!(self, kind => kind.get(path).await)
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        each!(self, kind => kind.delete(path).await)
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        each!(self, kind => kind.prepare().await)
    }

    fn account(&self) -> Option<String> {
        each!(self, kind => kind.account())
    }
}
