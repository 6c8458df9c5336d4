//! One type for all clouds.

use super::session::{Session, SessionPort};
use super::{CloudConfig, Provider};
use crate::destination::dropbox::Dropbox;
use crate::destination::google_drive::GoogleDrive;
use crate::destination::onedrive::OneDrive;
use crate::destination::{Answer, Destination, Failure, Listing, Put};

/// A cloud of any kind, signed in to.
pub enum AnyCloud<P: SessionPort> {
    /// OneDrive.
    OneDrive(OneDrive<Session<P>>),
    /// Google Drive.
    GoogleDrive(GoogleDrive<Session<P>>),
    /// Dropbox.
    Dropbox(Dropbox<Session<P>>),
}

impl<P: SessionPort> AnyCloud<P> {
    /// The configured cloud.
    pub fn new(port: P, config: &CloudConfig) -> Self {
        let session = Session::new(port, config);
        match config.provider {
            Provider::OneDrive => Self::OneDrive(OneDrive::new(session, config)),
            Provider::GoogleDrive => Self::GoogleDrive(GoogleDrive::new(session, config)),
            Provider::Dropbox => Self::Dropbox(Dropbox::new(session, config)),
        }
    }
}

/// Calls the same verb of whichever cloud it is.
macro_rules! each {
    ($any:expr, $cloud:ident => $call:expr) => {
        match $any {
            AnyCloud::OneDrive($cloud) => $call,
            AnyCloud::GoogleDrive($cloud) => $call,
            AnyCloud::Dropbox($cloud) => $call,
        }
    };
}

impl<P: SessionPort> Destination for AnyCloud<P> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        each!(self, cloud => cloud.put(path, bytes).await)
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        each!(self, cloud => cloud.list(folder).await)
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        each!(self, cloud => cloud.get(path).await)
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        each!(self, cloud => cloud.delete(path).await)
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        each!(self, cloud => cloud.prepare().await)
    }

    fn account(&self) -> Option<String> {
        each!(self, cloud => cloud.account())
    }
}
