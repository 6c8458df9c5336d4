//! Signing in to Nextcloud. What waits for the person is kept in the session's memory, so that the
//! worker may die meanwhile, and the password never reaches a page.

use holdfast_backup::destination::nextcloud::{Login, begin, poll, server};
use serde::{Deserialize, Serialize};

use super::connections::Connections;
use super::reach::refused;
use crate::browser::storage::{Area, get, remove, set};
use crate::http::Fetch;
use crate::message::{Answer, Failure, NextcloudRequest, Reply};

const KEY: &str = "nextcloud_login";

#[derive(Default, Serialize, Deserialize)]
struct Entry {
    nextcloud_login: Option<Login>,
}

impl Connections {
    pub(super) async fn nextcloud(&self, request: NextcloudRequest) -> Answer {
        match request {
            NextcloudRequest::Begin { address } => {
                let server = server(&address).map_err(Failure::of_form)?;
                let login = begin(&Fetch, &server).await.map_err(refused)?;
                let page = login.page.clone();
                let entry = Entry {
                    nextcloud_login: Some(login),
                };
                set(Area::Session, &entry).await?;
                Ok(Reply::Page { url: page })
            }
            NextcloudRequest::Poll { destination } => {
                let entry = get::<Entry>(Area::Session, &[KEY]).await?;
                let Some(login) = entry.nextcloud_login else {
                    return Err(Failure::new("nothing_chosen"));
                };
                let Some(draft) = poll(&Fetch, &login).await.map_err(refused)? else {
                    return Ok(Reply::NotYet);
                };
                // The server gives the password once.
                remove(Area::Session, &[KEY]).await?;
                match destination {
                    Some(destination) => self.reconnect(&destination, draft).await,
                    None => self.connect(draft).await,
                }
            }
        }
    }
}
