//! Signing in to Nextcloud. What waits for the person is kept in the session's memory, so that the
//! worker may die meanwhile, and the password never reaches a page. What the server has granted is
//! kept in the device-local store until the destination is connected.

use holdfast_backup::destination::draft::DestinationDraft;
use holdfast_backup::destination::nextcloud::{
    LIFETIME, Login, begin, collect, forget, granted, server,
};
use serde::{Deserialize, Serialize};

use super::connections::Connections;
use super::reach::refused;
use crate::browser::clock::now_millis;
use crate::browser::storage::{Area, get, remove, set};
use crate::http::Fetch;
use crate::message::{Answer, Failure, NextcloudRequest, Reply};
use crate::store::session::LOGIN;

/// The fields are named like the keys in [`LOGIN`].
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    nextcloud_login: Option<Login>,
    nextcloud_login_until: u64,
}

impl Connections {
    pub(super) async fn nextcloud(&self, request: NextcloudRequest) -> Answer {
        let store = &self.keeper.writer.store;
        match request {
            NextcloudRequest::Begin { address } => {
                let server = server(&address).map_err(Failure::of_form)?;
                // An earlier login came so far: perhaps nobody has to sign in again.
                if let Some(draft) = granted(store, &server).await
                    && let Ok(reply) = self.finish_nextcloud(draft, None).await
                {
                    return Ok(reply);
                }
                let login = begin(&Fetch, &server).await.map_err(refused)?;
                forget(store).await;
                let page = login.page.clone();
                let entry = Entry {
                    nextcloud_login: Some(login),
                    nextcloud_login_until: now_millis().saturating_add(LIFETIME),
                };
                set(Area::Session, &entry).await?;
                Ok(Reply::Page { url: page })
            }
            NextcloudRequest::Poll { destination } => {
                let entry = get::<Entry>(Area::Session, &LOGIN).await?;
                let Some(login) = entry.nextcloud_login else {
                    return Err(Failure::new("nothing_chosen"));
                };
                let collected = collect(&Fetch, store, &login).await.map_err(refused)?;
                match collected {
                    Some(draft) => self.finish_nextcloud(draft, destination).await,
                    None if now_millis() >= entry.nextcloud_login_until => {
                        remove(Area::Session, &LOGIN).await?;
                        Err(Failure::new("login_expired"))
                    }
                    None => Ok(Reply::NotYet),
                }
            }
        }
    }

    /// Connects with what was granted. Only then is it forgotten here: after a fault, or the worker's
    /// death, the next question finds it again.
    async fn finish_nextcloud(
        &self,
        draft: DestinationDraft,
        destination: Option<String>,
    ) -> Answer {
        let reply = match destination {
            Some(destination) => self.reconnect(&destination, draft).await,
            None => self.connect(draft).await,
        }?;
        forget(&self.keeper.writer.store).await;
        remove(Area::Session, &LOGIN).await?;
        Ok(reply)
    }
}
