//! Google Drive's API, version 3 (`developers.google.com/workspace/drive/api/reference/rest/v3`):
//! in the hidden folder of the application, or in a folder that a person sees.
//!
//! Names are not unique in Drive, and nothing keeps two requests from making two folders of one
//! name: so everything of that name counts, and of two files with one name the older is *the*
//! file, in lists as in downloads.

use holdfast_json::map::Map;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::cloud::access::Access;
use super::cloud::json::{self, answer, plain_cause};
use super::cloud::{Account, CloudConfig};
use super::pages::Pages;
use super::{Answer, Destination, Entry, Failure, Listing, Put};
use crate::cause::Cause;
use crate::http::{HttpRequest, HttpResponse};
use crate::http_date::parse_rfc3339;
use crate::oauth::form;

/// An application's folder in Google Drive as a destination.
pub struct GoogleDrive<A> {
    access: A,
    api: String,
    visible: bool,
    account: String,
}

/// Up to so many bytes go up together with their name; Google wants no more than 5 MB there.
const TOGETHER: usize = 4 << 20;

/// The folder that a person sees.
const FOLDER: &str = "Holdfast";

const FOLDERS: &str = "application/vnd.google-apps.folder";

/// A file or a folder.
struct Item {
    id: String,
    name: String,
    folder: bool,
    size: Option<u64>,
    created: Option<u64>,
}

impl<A: Access> GoogleDrive<A> {
    /// Speaks to the configured account through `access`.
    pub fn new(access: A, config: &CloudConfig) -> Self {
        Self {
            access,
            api: config.api().to_owned(),
            visible: config.visible,
            account: config.account.id.clone(),
        }
    }

    async fn call(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<HttpResponse, Failure> {
        let url = format!("{}{path}", self.api);
        self.access.send(json::request(method, url, body)).await
    }

    /// Everything that a search finds, oldest first, and the last response.
    async fn search(&self, query: &str) -> Result<(Vec<Item>, HttpResponse), Failure> {
        let space = if self.visible {
            "drive"
        } else {
            "appDataFolder"
        };
        let mut items = Vec::new();
        let mut page = String::new();
        let mut pages = Pages::default();
        loop {
            let pairs = form::encode(&[
                ("spaces", space),
                ("q", query),
                (
                    "fields",
                    "nextPageToken,files(id,name,mimeType,size,createdTime)",
                ),
                ("pageSize", "1000"),
                ("pageToken", &page),
            ]);
            let response = self
                .call("GET", &format!("drive/v3/files?{pairs}"), None)
                .await?;
            if response.status != 200 {
                return Err(failure(&response));
            }
            let found = json::expect(&response)?;
            items.extend(json::list(&found, "/files").iter().filter_map(item));
            match json::text(&found, "/nextPageToken") {
                Some(next) if !next.is_empty() => {
                    pages.follow(next, &response)?;
                    next.clone_into(&mut page);
                }
                _ => {
                    items.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
                    return Ok((items, response));
                }
            }
        }
    }

    /// What of that name is in any of these folders.
    async fn named(
        &self,
        name: &str,
        folders: bool,
        parents: &[String],
    ) -> Result<Vec<Item>, Failure> {
        if parents.is_empty() {
            return Ok(Vec::new());
        }
        let is = if folders { "=" } else { "!=" };
        let query = format!(
            "name = '{name}' and mimeType {is} '{FOLDERS}' and {}",
            within(parents)
        );
        Ok(self.search(&query).await?.0)
    }

    /// The ids of the chosen folder: one, or all of that name, or none.
    async fn roots(&self) -> Result<Vec<String>, Failure> {
        if !self.visible {
            return Ok(vec!["appDataFolder".to_owned()]);
        }
        let found = self.named(FOLDER, true, &["root".to_owned()]).await?;
        Ok(ids(found))
    }

    /// The chosen folder must be there.
    async fn present_roots(&self) -> Result<Vec<String>, Failure> {
        let roots = self.roots().await?;
        if roots.is_empty() {
            return Err(Failure::new(Cause::FolderMissing));
        }
        Ok(roots)
    }

    /// The ids of a folder below the chosen one.
    async fn folders(&self, folder: &str) -> Result<Vec<String>, Failure> {
        let roots = self.present_roots().await?;
        if folder.is_empty() {
            return Ok(roots);
        }
        Ok(ids(self.named(folder, true, &roots).await?))
    }

    async fn make_folder(&self, name: &str, parent: &str) -> Result<String, Failure> {
        let wish = json!({ "name": name, "mimeType": FOLDERS, "parents": [parent] });
        let response = self
            .call("POST", "drive/v3/files?fields=id", Some(&wish))
            .await?;
        if response.status != 200 {
            return Err(failure(&response));
        }
        let made = json::expect(&response)?;
        let id = json::text(&made, "/id").map(str::to_owned);
        id.ok_or_else(|| Failure::from_response(Cause::ServerFault, &response))
    }

    /// All files of that path, oldest first.
    async fn files(&self, path: &str) -> Result<Vec<Item>, Failure> {
        let (folder, name) = split(path);
        let folders = self.folders(folder).await?;
        self.named(name, false, &folders).await
    }

    /// Sends a content with its metadata in one request (*multipart upload*).
    async fn together(
        &self,
        metadata: &Value,
        hash: &str,
        bytes: &[u8],
    ) -> Result<HttpResponse, Failure> {
        // What follows from the content's own hash is not in the content.
        let boundary = hash.get(..32).unwrap_or_default();
        let mut body = format!(
            "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{metadata}\r\n\
             --{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let request = HttpRequest {
            method: "POST",
            url: format!(
                "{}upload/drive/v3/files?uploadType=multipart&{STORED}",
                self.api
            ),
            headers: vec![(
                "content-type",
                format!("multipart/related; boundary={boundary}"),
            )],
            body,
        };
        self.access.send(request).await
    }

    /// Sends the metadata first and a long content after it (*resumable upload*, in one piece: a
    /// browser does not show the 308 that stands between pieces).
    async fn one_after_the_other(
        &self,
        metadata: &Value,
        bytes: &[u8],
    ) -> Result<HttpResponse, Failure> {
        let url = format!(
            "{}upload/drive/v3/files?uploadType=resumable&{STORED}",
            self.api
        );
        let mut request = json::request("POST", url, Some(metadata));
        let kind = "application/octet-stream";
        request
            .headers
            .push(("x-upload-content-type", kind.to_owned()));
        request
            .headers
            .push(("x-upload-content-length", bytes.len().to_string()));
        let begun = self.access.send(request).await?;
        if begun.status != 200 {
            return Ok(begun);
        }
        // It gets the token: only at the place that was asked.
        let session = begun.header("location").unwrap_or_default();
        if !session.starts_with(&self.api) {
            return Err(Failure::from_response(Cause::NotAStorageServer, &begun));
        }
        let request = HttpRequest {
            method: "PUT",
            url: session.to_owned(),
            headers: vec![("content-type", kind.to_owned())],
            body: bytes.to_vec(),
        };
        let sent = self.access.send(request).await?;
        match sent.status {
            // The session has ended: the next try begins another.
            404 | 410 => Err(Failure::from_response(Cause::ServerFault, &sent)),
            _ => Ok(sent),
        }
    }

    async fn available(&self) -> Option<u64> {
        let path = "drive/v3/about?fields=storageQuota(limit,usage)";
        let response = self.call("GET", path, None).await.ok()?;
        let about = json::read(&response).filter(|_| response.status == 200)?;
        // Without a limit there is none.
        let limit = json::number(&about, "/storageQuota/limit")?;
        let usage = json::number(&about, "/storageQuota/usage")?;
        Some(limit.saturating_sub(usage))
    }
}

impl<A: Access> Destination for GoogleDrive<A> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        let (folder, name) = split(path);
        let roots = self.present_roots().await?;
        let mut folders = match folder {
            "" => roots.clone(),
            folder => ids(self.named(folder, true, &roots).await?),
        };
        if folders.is_empty() {
            let parent = roots.first().map_or("", String::as_str);
            folders.push(self.make_folder(folder, parent).await?);
        }
        if !self.named(name, false, &folders).await?.is_empty() {
            return Ok(Answer {
                value: Put::AlreadyThere,
                server_time: None,
            });
        }
        let hash = base16ct::lower::encode_string(&Sha256::digest(bytes));
        let parent = folders.first().map_or("", String::as_str);
        let metadata = json!({ "name": name, "parents": [parent] });
        let response = if bytes.len() > TOGETHER {
            self.one_after_the_other(&metadata, bytes).await?
        } else {
            self.together(&metadata, &hash, bytes).await?
        };
        if !matches!(response.status, 200 | 201) {
            return Err(failure(&response));
        }
        let stored = json::expect(&response)?;
        match json::text(&stored, "/sha256Checksum") {
            Some(told) if told != hash => Err(Failure::from_response(Cause::Damaged, &response)),
            _ => Ok(answer(Put::Created, &response)),
        }
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let folders = self.folders(folder).await?;
        let mut listing = Listing::default();
        if folder.is_empty() {
            listing.available = self.available().await;
        }
        if folders.is_empty() {
            return Ok(Answer {
                value: listing,
                server_time: None,
            });
        }
        let (items, response) = self.search(&within(&folders)).await?;
        let mut files = Map::new();
        for item in items {
            if !item.folder {
                // The oldest came first.
                files.entry(item.name.clone()).or_insert(item);
            } else if !listing.folders.contains(&item.name) {
                listing.folders.push(item.name);
            }
        }
        listing.files = files
            .into_iter()
            .map(|(_, item)| Entry {
                name: item.name,
                size: item.size,
                modified: item.created,
            })
            .collect();
        Ok(answer(listing, &response))
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        let Some(item) = self.files(path).await?.into_iter().next() else {
            return Ok(Answer {
                value: None,
                server_time: None,
            });
        };
        let path = format!("drive/v3/files/{}?alt=media", form::escape(&item.id));
        let mut response = self.call("GET", &path, None).await?;
        match response.status {
            200 if super::is_html(&response) => Err(failure(&response)),
            200 => {
                let body = std::mem::take(&mut response.body);
                Ok(answer(Some(body), &response))
            }
            404 => Ok(answer(None, &response)),
            _ => Err(failure(&response)),
        }
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        let mut last = None;
        for item in self.files(path).await? {
            let path = format!("drive/v3/files/{}", form::escape(&item.id));
            let response = self.call("DELETE", &path, None).await?;
            match response.status {
                200 | 204 | 404 => last = super::server_time(&response),
                _ => return Err(failure(&response)),
            }
        }
        Ok(Answer {
            value: (),
            server_time: last,
        })
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        if self.roots().await?.is_empty() {
            self.make_folder(FOLDER, "root").await?;
        }
        Ok(Answer {
            value: (),
            server_time: None,
        })
    }

    fn account(&self) -> Option<String> {
        Some(self.account.clone())
    }
}

/// Asks who is signed in.
///
/// # Errors
/// Whatever stopped it.
pub(super) async fn account<A: Access>(access: &A, api: &str) -> Result<Account, Failure> {
    let url = format!("{api}drive/v3/about?fields=user(permissionId,emailAddress,displayName)");
    let response = access.send(json::request("GET", url, None)).await?;
    if response.status != 200 {
        return Err(failure(&response));
    }
    let about = json::expect(&response)?;
    let text = |place| json::text(&about, place).map(str::to_owned);
    let incomplete = || Failure::from_response(Cause::ServerFault, &response);
    Ok(Account {
        id: text("/user/permissionId").ok_or_else(incomplete)?,
        name: text("/user/emailAddress")
            .or_else(|| text("/user/displayName"))
            .unwrap_or_default(),
    })
}

/// What is told of a file that was stored.
const STORED: &str = "fields=id,size,sha256Checksum";

/// Not in the bin, and in one of these folders.
fn within(parents: &[String]) -> String {
    let each: Vec<String> = parents
        .iter()
        .map(|id| format!("'{}' in parents", id.replace(['\\', '\''], "")))
        .collect();
    format!("trashed = false and ({})", each.join(" or "))
}

fn ids(items: Vec<Item>) -> Vec<String> {
    items.into_iter().map(|item| item.id).collect()
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn item(value: &Value) -> Option<Item> {
    Some(Item {
        id: json::text(value, "/id")?.to_owned(),
        name: json::text(value, "/name")?.to_owned(),
        folder: json::text(value, "/mimeType") == Some(FOLDERS),
        size: json::number(value, "/size"),
        created: json::text(value, "/createdTime").and_then(parse_rfc3339),
    })
}

fn failure(response: &HttpResponse) -> Failure {
    let body = json::read(response).unwrap_or_default();
    // The older form of errors has the finer reasons; the newer one is in `details`.
    let reasons = [
        json::text(&body, "/error/errors/0/reason"),
        json::text(&body, "/error/details/0/reason"),
        json::text(&body, "/error/status"),
    ];
    let known = reasons
        .into_iter()
        .flatten()
        .find_map(|reason| Some((cause_of_reason(reason)?, reason)));
    let (cause, code) = match known {
        Some((cause, reason)) => (cause, Some(reason)),
        None => (plain_cause(response), reasons.into_iter().flatten().next()),
    };
    Failure::from_response(cause, response).with_code(code.unwrap_or_default())
}

fn cause_of_reason(reason: &str) -> Option<Cause> {
    Some(match reason {
        "authError" | "UNAUTHENTICATED" => Cause::SignedOut,
        "insufficientPermissions"
        | "insufficientFilePermissions"
        | "appNotAuthorizedToFile"
        | "insufficientParentPermissions"
        | "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
        | "insufficientScopes" => Cause::PermissionMissing,
        "storageQuotaExceeded"
        | "quotaExceeded"
        | "activeItemCreationLimitExceeded"
        | "numChildrenInNonRootLimitExceeded" => Cause::StorageFull,
        "userRateLimitExceeded"
        | "rateLimitExceeded"
        | "dailyLimitExceeded"
        | "sharingRateLimitExceeded"
        | "RESOURCE_EXHAUSTED" => Cause::AskedToWait,
        "domainPolicy" | "abuse" | "cannotDownloadAbusiveFile" => Cause::NotAllowed,
        // The application's project, not the person's account: the API is switched off there, or
        // the project is.
        "accessNotConfigured" | "SERVICE_DISABLED" | "CONSUMER_INVALID" | "CONSUMER_SUSPENDED" => {
            Cause::AppOutdated
        }
        "notFound" => Cause::FolderMissing,
        "backendError" | "internalError" | "transientError" => Cause::ServerFault,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "google_drive_tests.rs"]
mod tests;
