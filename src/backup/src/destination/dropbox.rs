//! Dropbox's API, version 2 (`www.dropbox.com/developers/documentation/http`), in an application's
//! own folder.
//!
//! Uploads carry the content's hash: the server itself refuses what arrived damaged, and never
//! overwrites (`mode: add`, `strict_conflict`).

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

/// A Dropbox application folder as a destination.
pub struct Dropbox<A> {
    access: A,
    api: String,
    content: String,
    account: String,
}

/// Up to so many bytes go up in one request. Dropbox takes 150 MiB; a slow line does not bring
/// that across within the time limit of a request.
const PIECE: usize = 4 << 20;

impl<A: Access> Dropbox<A> {
    /// Speaks to the configured account through `access`.
    pub fn new(access: A, config: &CloudConfig) -> Self {
        Self {
            access,
            api: config.api().to_owned(),
            content: content_base(config.api()),
            account: config.account.id.clone(),
        }
    }

    /// A request of the RPC style: JSON in, JSON out.
    async fn call(&self, route: &str, argument: &Value) -> Result<HttpResponse, Failure> {
        call(&self.access, &self.api, route, argument).await
    }

    /// A request of the content style: the argument in a header, bytes in the body.
    async fn transfer(
        &self,
        route: &str,
        argument: &Value,
        bytes: Option<&[u8]>,
    ) -> Result<HttpResponse, Failure> {
        // Our own names are ASCII; anything else would have to be escaped here.
        let mut headers = vec![("dropbox-api-arg", argument.to_string())];
        if bytes.is_some() {
            headers.push(("content-type", "application/octet-stream".to_owned()));
        }
        let request = HttpRequest {
            method: "POST",
            url: format!("{}2/{route}", self.content),
            headers,
            body: bytes.unwrap_or_default().to_vec(),
        };
        self.access.send(request).await
    }

    /// Sends a long content in pieces, and commits it under its name with the last one.
    async fn in_pieces(&self, commit: &Value, bytes: &[u8]) -> Result<HttpResponse, Failure> {
        let mut session = String::new();
        let mut offset = 0;
        let mut pieces = bytes.chunks(PIECE).peekable();
        while let Some(piece) = pieces.next() {
            let hash = content_hash(piece);
            let cursor = json!({ "session_id": session, "offset": offset });
            let (route, argument) = if session.is_empty() {
                ("start", json!({ "close": false, "content_hash": hash }))
            } else if pieces.peek().is_some() {
                (
                    "append_v2",
                    json!({ "cursor": cursor, "close": false, "content_hash": hash }),
                )
            } else {
                (
                    "finish",
                    json!({ "cursor": cursor, "commit": commit, "content_hash": hash }),
                )
            };
            let route = format!("files/upload_session/{route}");
            let response = self.transfer(&route, &argument, Some(piece)).await?;
            if pieces.peek().is_none() || response.status != 200 {
                return Ok(response);
            }
            if session.is_empty() {
                let begun = json::expect(&response)?;
                let id = json::text(&begun, "/session_id").unwrap_or_default();
                id.clone_into(&mut session);
            }
            offset += piece.len();
        }
        Err(Failure::new(Cause::ServerFault))
    }

    /// How many bytes are left, if Dropbox tells.
    async fn available(&self) -> Option<u64> {
        let response = self.call("users/get_space_usage", &Value::Null).await;
        let usage = json::read(&response.ok().filter(|response| response.status == 200)?)?;
        let at = |place| json::number(&usage, place);
        let left = |allocated: u64, used: u64| allocated.saturating_sub(used);
        let stops = json::text(&usage, "/allocation/user_within_team_space_limit_type/.tag");
        let whole = left(
            at("/allocation/allocated")?,
            at("/allocation/used").or(at("/used"))?,
        );
        // A member of a team may have a limit of its own; 0 is none, and some only warn.
        let own = at("/allocation/user_within_team_space_allocated")
            .filter(|limit| *limit > 0 && stops == Some("stop_sync"));
        Some(own.map_or(whole, |own| whole.min(left(own, at("/used").unwrap_or(0)))))
    }
}

impl<A: Access> Destination for Dropbox<A> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        let hash = content_hash(bytes);
        // Missing folders are made on the way.
        let mut commit = json!({
            "path": format!("/{path}"), "mode": "add", "autorename": false, "mute": true,
            "strict_conflict": true,
        });
        let response = if bytes.len() > PIECE {
            self.in_pieces(&commit, bytes).await?
        } else {
            if let Some(commit) = commit.as_object_mut() {
                commit.insert("content_hash".to_owned(), json!(hash));
            }
            self.transfer("files/upload", &commit, Some(bytes)).await?
        };
        if response.status == 200 {
            let stored = json::expect(&response)?;
            return match json::text(&stored, "/content_hash") {
                Some(stored) if stored != hash => {
                    Err(Failure::from_response(Cause::Damaged, &response))
                }
                _ => Ok(answer(Put::Created, &response)),
            };
        }
        if response.status == 409 && is_file_in_the_way(&response) {
            return Ok(answer(Put::AlreadyThere, &response));
        }
        Err(failure(&response))
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let path = match folder {
            "" => String::new(),
            folder => format!("/{folder}"),
        };
        let mut listing = Listing::default();
        if folder.is_empty() {
            listing.available = self.available().await;
        }
        let argument = json!({ "path": path, "recursive": false, "limit": 2000 });
        let mut response = self.call("files/list_folder", &argument).await?;
        let mut pages = Pages::default();
        loop {
            // Folders are made by what is put into them, the application's own one too.
            if response.status == 409 && tags(&response).iter().any(|tag| tag == "not_found") {
                return Ok(answer(Listing::default(), &response));
            }
            if response.status != 200 {
                return Err(failure(&response));
            }
            let page = json::expect(&response)?;
            json::list(&page, "/entries")
                .iter()
                .for_each(|entry| add(&mut listing, entry));
            if page.get("has_more") != Some(&Value::Bool(true)) {
                return Ok(answer(listing, &response));
            }
            let cursor = json::text(&page, "/cursor").unwrap_or_default();
            pages.follow(cursor, &response)?;
            let argument = json!({ "cursor": cursor });
            response = self.call("files/list_folder/continue", &argument).await?;
        }
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        let argument = json!({ "path": format!("/{path}") });
        let mut response = self.transfer("files/download", &argument, None).await?;
        // The metadata that comes along tells a download from a page for people.
        let told = response.header("dropbox-api-result");
        match response.status {
            200 if told.is_none() => Err(failure(&response)),
            200 => {
                let body = std::mem::take(&mut response.body);
                Ok(answer(Some(body), &response))
            }
            409 if tags(&response).iter().any(|tag| tag == "not_found") => {
                Ok(answer(None, &response))
            }
            _ => Err(failure(&response)),
        }
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        let argument = json!({ "path": format!("/{path}") });
        let response = self.call("files/delete_v2", &argument).await?;
        match response.status {
            200 => Ok(answer((), &response)),
            409 if tags(&response).iter().any(|tag| tag == "not_found") => {
                Ok(answer((), &response))
            }
            _ => Err(failure(&response)),
        }
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        // The application's folder is made by Dropbox, and others on the way.
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
    let route = "users/get_current_account";
    let response = call(access, api, route, &Value::Null).await?;
    if response.status != 200 {
        return Err(failure(&response));
    }
    let account = json::expect(&response)?;
    let text = |place| json::text(&account, place).map(str::to_owned);
    let incomplete = || Failure::from_response(Cause::ServerFault, &response);
    Ok(Account {
        id: text("/account_id").ok_or_else(incomplete)?,
        name: text("/email")
            .or_else(|| text("/name/display_name"))
            .unwrap_or_default(),
    })
}

/// Where bytes go to and come from: a host of its own.
pub(super) fn content_base(api: &str) -> String {
    api.replacen("://api.", "://content.", 1)
}

/// Dropbox's hash of a content: SHA-256 over the SHA-256 of each block of 4 MiB
/// (`www.dropbox.com/developers/reference/content-hash`).
#[must_use]
pub fn content_hash(bytes: &[u8]) -> String {
    let mut whole = Sha256::new();
    for block in bytes.chunks(4 << 20) {
        whole.update(Sha256::digest(block));
    }
    base16ct::lower::encode_string(&whole.finalize())
}

async fn call<A: Access>(
    access: &A,
    api: &str,
    route: &str,
    argument: &Value,
) -> Result<HttpResponse, Failure> {
    let url = format!("{api}2/{route}");
    access
        .send(json::request("POST", url, Some(argument)))
        .await
}

fn add(listing: &mut Listing, entry: &Value) {
    let Some(name) = json::text(entry, "/name").map(str::to_owned) else {
        return;
    };
    match json::text(entry, "/.tag") {
        Some("folder") => listing.folders.push(name),
        Some("file") => listing.files.push(Entry {
            name,
            size: json::number(entry, "/size"),
            modified: json::text(entry, "/server_modified").and_then(parse_rfc3339),
        }),
        // Deleted entries come only when asked for.
        _ => {}
    }
}

/// Every `.tag` in the error: from the union's outermost member to its innermost.
fn tags(response: &HttpResponse) -> Vec<String> {
    fn collect(value: &Value, tags: &mut Vec<String>) {
        let Some(object) = value.as_object() else {
            return;
        };
        tags.extend(
            object
                .get(".tag")
                .and_then(Value::as_str)
                .map(str::to_owned),
        );
        object.values().for_each(|value| collect(value, tags));
    }
    let mut found = Vec::new();
    if let Some(error) = json::read(response)
        .as_ref()
        .and_then(|body| body.get("error"))
    {
        collect(error, &mut found);
    }
    found
}

/// What is in the way of an upload is a file of that name: not a folder, and no file where the
/// folder should be (`WriteConflictError`).
fn is_file_in_the_way(response: &HttpResponse) -> bool {
    let tags = tags(response);
    let mut conflict = tags.iter().skip_while(|tag| *tag != "conflict");
    conflict.next().is_some() && conflict.next().is_some_and(|what| what == "file")
}

fn failure(response: &HttpResponse) -> Failure {
    let tags = tags(response);
    let known = tags
        .iter()
        .rev()
        .find_map(|tag| Some((cause_of_tag(tag)?, tag.as_str())));
    let (cause, code) = match known {
        Some((cause, tag)) if response.status < 500 => (cause, Some(tag)),
        // Paths are never told about by this status: the request itself is not known there.
        _ if response.status == 404 => (Cause::AppOutdated, None),
        _ => (plain_cause(response), tags.last().map(String::as_str)),
    };
    let mut failure = Failure::from_response(cause, response);
    if let Some(code) = code {
        failure = failure.with_code(code);
    }
    let body = json::read(response);
    let seconds = body.and_then(|body| json::number(&body, "/error/retry_after"));
    let asked = seconds.map(|seconds| seconds.saturating_mul(1000));
    failure.retry_after = failure.retry_after.max(asked);
    failure
}

fn cause_of_tag(tag: &str) -> Option<Cause> {
    Some(match tag {
        "expired_access_token" | "invalid_access_token" => Cause::SignedOut,
        "missing_scope" | "no_write_permission" | "no_permission" => Cause::PermissionMissing,
        "insufficient_space" | "payload_too_large" => Cause::StorageFull,
        "too_many_requests" | "too_many_write_operations" => Cause::AskedToWait,
        "content_hash_mismatch" => Cause::Damaged,
        "not_found" => Cause::FolderMissing,
        "user_suspended"
        | "team_access_denied"
        | "encryption_not_supported"
        | "invalid_account_type"
        | "access_restricted"
        | "team_folder"
        | "restricted_content"
        | "operation_suppressed" => Cause::NotAllowed,
        "route_access_denied" => Cause::AppOutdated,
        // Something else is in the way: a folder, or a file where the folder should be.
        "conflict" | "locked" => Cause::ServerFault,
        // A cursor that is too old, a session that ended: begun anew the next time.
        "reset" | "closed" | "incorrect_offset" | "internal_error" => Cause::ServerFault,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "dropbox_tests.rs"]
mod tests;
