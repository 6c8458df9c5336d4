//! A destination as the engine sees it, watched where it is a cloud: there a verb takes several
//! requests, and only the verb knows which snapshot is meant. WebDAV is watched on its way.

use holdfast_backup::cause::Cause;
use holdfast_backup::destination::cloud::any::AnyCloud;
use holdfast_backup::destination::webdav::WebDav;
use holdfast_backup::destination::{Answer, Destination, Failure, Listing, Put};

use crate::checks;
use crate::server::{Outcome, object_path};
use crate::way::Way;

/// A destination of either kind.
pub enum Place {
    /// A folder at a WebDAV server, and the way there.
    Dav(WebDav<Way>, Way),
    /// A cloud, and the way there.
    Cloud(Box<AnyCloud<Way>>, Way),
}

impl Place {
    /// A list that the engine does not see.
    pub async fn look(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        match self {
            Self::Dav(dav, _) => dav.list(folder).await,
            Self::Cloud(cloud, way) => watched(way, cloud.list(folder).await),
        }
    }
}

impl Destination for Place {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        match self {
            Self::Dav(dav, _) => dav.put(path, bytes).await,
            Self::Cloud(cloud, way) => {
                way.check_put(&object_path(path));
                watched(way, cloud.put(path, bytes).await)
            }
        }
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let answer = self.look(folder).await;
        let (Self::Dav(_, way) | Self::Cloud(_, way)) = self;
        if let Ok(listing) = &answer {
            way.note_missing(&listing.value);
        }
        answer
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        let (cloud, way) = match self {
            Self::Dav(dav, _) => return dav.get(path).await,
            Self::Cloud(cloud, way) => (cloud, way),
        };
        let asked_at = way.now();
        let answer = watched(way, cloud.get(path).await);
        let outcome = match &answer {
            Ok(Answer { value: None, .. }) => Outcome::Absent,
            Ok(Answer {
                value: Some(bytes), ..
            }) => match way.scene.open(bytes) {
                Some(opened) => Outcome::Opens(opened.digest),
                None => Outcome::Altered,
            },
            Err(_) => Outcome::NoAnswer,
        };
        way.note_read(object_path(path), asked_at, outcome);
        answer
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        match self {
            Self::Dav(dav, _) => dav.delete(path).await,
            Self::Cloud(cloud, way) => {
                way.check_delete(&object_path(path));
                watched(way, cloud.delete(path).await)
            }
        }
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        match self {
            Self::Dav(dav, _) => dav.prepare().await,
            Self::Cloud(cloud, way) => watched(way, cloud.prepare().await),
        }
    }

    fn account(&self) -> Option<String> {
        match self {
            Self::Dav(dav, _) => dav.account(),
            Self::Cloud(cloud, _) => cloud.account(),
        }
    }
}

fn watched<T>(way: &Way, answer: Result<T, Failure>) -> Result<T, Failure> {
    if let Err(failure) = &answer
        && failure.cause == Cause::SignedOut
    {
        checks::signed_out(&way.scene, &way.home.borrow(), way.number);
    }
    answer
}
