//! OneDrive by Microsoft Graph, version 1.0 (`learn.microsoft.com/graph/api/resources/onedrive`),
//! in the application's own folder (`special/approot`).
//!
//! Bytes are read from an address that Graph hands out and that carries its own permission: the
//! access token is never sent there.

use serde_json::{Value, json};

use super::address::Address;
use super::cloud::access::Access;
use super::cloud::json::{self, answer, plain_cause};
use super::cloud::{Account, CloudConfig};
use super::pages::Pages;
use super::{Answer, Destination, Entry, Failure, Listing, Put};
use crate::cause::Cause;
use crate::http::{HttpRequest, HttpResponse};
use crate::http_date::parse_rfc3339;

/// An application folder in OneDrive as a destination.
pub struct OneDrive<A> {
    access: A,
    api: String,
    account: String,
}

/// Up to so many bytes go up in one request. Graph takes 250 MB; a slow line does not bring that
/// across within the time limit of a request. Pieces must be multiples of 320 KiB.
const PIECE: usize = 12 * (320 << 10);

const NEW_ONLY: &str = "@microsoft.graph.conflictBehavior";

impl<A: Access> OneDrive<A> {
    /// Speaks to the configured account through `access`.
    pub fn new(access: A, config: &CloudConfig) -> Self {
        Self {
            access,
            api: config.api().to_owned(),
            account: config.account.id.clone(),
        }
    }

    /// An address below the application's folder; `rest` is what is wanted of it.
    fn url(&self, path: &str, rest: &str) -> String {
        let colon = match (path, rest) {
            ("", rest) => return format!("{}v1.0/me/drive/special/approot{rest}", self.api),
            (_, "") => "",
            _ => ":",
        };
        format!(
            "{}v1.0/me/drive/special/approot:/{path}{colon}{rest}",
            self.api
        )
    }

    async fn call(
        &self,
        method: &'static str,
        url: String,
        body: Option<&Value>,
    ) -> Result<HttpResponse, Failure> {
        self.access.send(json::request(method, url, body)).await
    }

    async fn put_once(&self, path: &str, bytes: &[u8]) -> Result<HttpResponse, Failure> {
        if bytes.len() > PIECE {
            return self.in_pieces(path, bytes).await;
        }
        let kind = "application/octet-stream".to_owned();
        let request = HttpRequest {
            method: "PUT",
            url: self.url(path, &format!("/content?{NEW_ONLY}=fail")),
            headers: vec![("content-type", kind)],
            body: bytes.to_vec(),
        };
        self.access.send(request).await
    }

    /// Sends a long content in pieces to an address that Graph hands out for it.
    async fn in_pieces(&self, path: &str, bytes: &[u8]) -> Result<HttpResponse, Failure> {
        let wish = json!({ "item": { NEW_ONLY: "fail" } });
        let url = self.url(path, "/createUploadSession");
        let begun = self.call("POST", url, Some(&wish)).await?;
        if begun.status != 200 {
            return Ok(begun);
        }
        let session = json::expect(&begun)?;
        let url = handed_out(&session, "/uploadUrl", &begun)?;
        let mut from = 0;
        let mut last = begun;
        for piece in bytes.chunks(PIECE) {
            let range = format!(
                "bytes {from}-{}/{}",
                from + piece.len().saturating_sub(1),
                bytes.len()
            );
            let request = HttpRequest {
                method: "PUT",
                url: url.clone(),
                headers: vec![("content-range", range)],
                body: piece.to_vec(),
            };
            last = expired(self.access.send_bare(request).await?)?;
            if last.status != 202 {
                break;
            }
            from += piece.len();
        }
        Ok(last)
    }

    async fn make_folder(&self, name: &str) -> Result<(), Failure> {
        let wish = json!({ "name": name, "folder": {}, NEW_ONLY: "fail" });
        let url = self.url("", "/children");
        let response = self.call("POST", url, Some(&wish)).await?;
        match response.status {
            200 | 201 => Ok(()),
            409 if code(&response) == "nameAlreadyExists" => Ok(()),
            _ => Err(failure(&response)),
        }
    }

    /// How many bytes are left, if Graph tells an application that sees only its own folder.
    async fn available(&self) -> Option<u64> {
        let url = format!("{}v1.0/me/drive?$select=quota", self.api);
        let response = self.call("GET", url, None).await.ok()?;
        let drive = json::read(&response).filter(|_| response.status == 200)?;
        room(&drive)
    }
}

impl<A: Access> Destination for OneDrive<A> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        let mut response = self.put_once(path, bytes).await?;
        if let (404, Some((folder, _))) = (response.status, path.rsplit_once('/')) {
            self.make_folder(folder).await?;
            response = self.put_once(path, bytes).await?;
        }
        match response.status {
            200 | 201 => {
                let stored = json::expect(&response)?;
                match json::number(&stored, "/size") {
                    Some(size) if size != bytes.len() as u64 => {
                        Err(Failure::from_response(Cause::Damaged, &response))
                    }
                    _ => Ok(answer(Put::Created, &response)),
                }
            }
            409 if code(&response) == "nameAlreadyExists" => {
                Ok(answer(Put::AlreadyThere, &response))
            }
            _ => Err(failure(&response)),
        }
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let mut listing = Listing::default();
        if folder.is_empty() {
            listing.available = self.available().await;
        }
        let fields = "$select=name,size,file,folder,createdDateTime&$top=200";
        let url = self.url(folder, &format!("/children?{fields}"));
        let mut response = self.call("GET", url, None).await?;
        if response.status == 404 && !folder.is_empty() {
            // Without the folder above it, that is what is missing.
            response = self.call("GET", self.url("", ""), None).await?;
            return match response.status {
                200 => Ok(answer(Listing::default(), &response)),
                _ => Err(failure(&response)),
            };
        }
        let mut pages = Pages::default();
        loop {
            if response.status != 200 {
                return Err(failure(&response));
            }
            let page = json::expect(&response)?;
            json::list(&page, "/value")
                .iter()
                .for_each(|item| add(&mut listing, item));
            let Some(next) = json::text(&page, "/@odata.nextLink") else {
                return Ok(answer(listing, &response));
            };
            // It gets the token: only at the place that was asked.
            if !next.starts_with(&self.api) {
                return Err(Failure::from_response(Cause::NotAStorageServer, &response));
            }
            pages.follow(next, &response)?;
            response = self.call("GET", next.to_owned(), None).await?;
        }
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        let response = self.call("GET", self.url(path, ""), None).await?;
        match response.status {
            200 => {}
            404 if code(&response) == "itemNotFound" => return Ok(answer(None, &response)),
            _ => return Err(failure(&response)),
        }
        let item = json::expect(&response)?;
        let url = handed_out(&item, "/@microsoft.graph.downloadUrl", &response)?;
        let download = self.access.send_bare(json::request("GET", url, None));
        let mut download = expired(download.await?)?;
        match download.status {
            200 => {
                let body = std::mem::take(&mut download.body);
                Ok(answer(Some(body), &download))
            }
            _ => Err(failure(&download)),
        }
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        let response = self.call("DELETE", self.url(path, ""), None).await?;
        match response.status {
            200..=204 => Ok(answer((), &response)),
            404 if code(&response) == "itemNotFound" => Ok(answer((), &response)),
            _ => Err(failure(&response)),
        }
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        // Asking for the application's folder makes it.
        let response = self.call("GET", self.url("", ""), None).await?;
        match response.status {
            200 => Ok(answer((), &response)),
            _ => Err(failure(&response)),
        }
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
    let url = format!("{api}v1.0/me?$select=id,userPrincipalName,displayName");
    let response = access.send(json::request("GET", url, None)).await?;
    if response.status != 200 {
        return Err(failure(&response));
    }
    let me = json::expect(&response)?;
    let text = |place| json::text(&me, place).map(str::to_owned);
    let incomplete = || Failure::from_response(Cause::ServerFault, &response);
    Ok(Account {
        id: text("/id").ok_or_else(incomplete)?,
        name: text("/userPrincipalName")
            .or_else(|| text("/displayName"))
            .unwrap_or_default(),
    })
}

/// An address that Graph hands out. It carries its own permission, so it has to be secret on its
/// way, too.
fn handed_out(value: &Value, place: &str, response: &HttpResponse) -> Result<String, Failure> {
    let fault = || Failure::from_response(Cause::ServerFault, response);
    let url = json::text(value, place).ok_or_else(fault)?;
    let origin: Vec<&str> = url.splitn(4, '/').take(3).collect();
    match Address::parse("address", &origin.join("/")) {
        Ok(_) => Ok(url.to_owned()),
        Err(_) => Err(fault()),
    }
}

/// An address that was handed out has ended, or the item is gone since: that says nothing about who
/// is signed in, nor about the folder, and the next try gets a new one.
fn expired(response: HttpResponse) -> Result<HttpResponse, Failure> {
    match response.status {
        401 | 403 | 404 | 410 => Err(Failure::from_response(Cause::ServerFault, &response)),
        _ => Ok(response),
    }
}

/// The quota's rest, an `Int64`: below zero where more is stored than the account has room for, as
/// after the end of a subscription.
fn room(drive: &Value) -> Option<u64> {
    let place = "/quota/remaining";
    let overdrawn = || {
        let left = drive.pointer(place)?.as_i64()?;
        (left < 0).then_some(0)
    };
    json::number(drive, place).or_else(overdrawn)
}

fn add(listing: &mut Listing, item: &Value) {
    let Some(name) = json::text(item, "/name").map(str::to_owned) else {
        return;
    };
    // What it is has a facet; those of what it is not may be left out or null.
    let has = |facet: &str| item.get(facet).is_some_and(Value::is_object);
    if has("folder") {
        listing.folders.push(name);
    } else if has("file") {
        listing.files.push(Entry {
            name,
            size: json::number(item, "/size"),
            modified: json::text(item, "/createdDateTime").and_then(parse_rfc3339),
        });
    }
}

/// The error's code; the innermost that says more than the one above it.
fn code(response: &HttpResponse) -> String {
    let body = json::read(response).unwrap_or_default();
    let mut error = body.get("error");
    let mut found = String::new();
    // A handful of levels at most, whatever was sent.
    for _ in 0..4 {
        let Some(present) = error else { break };
        if let Some(code) = json::text(present, "/code")
            && (found.is_empty() || cause_of_code(code).is_some())
        {
            code.clone_into(&mut found);
        }
        error = present.get("innerError").or(present.get("innererror"));
    }
    found
}

fn failure(response: &HttpResponse) -> Failure {
    let code = code(response);
    let challenge = response.header("www-authenticate").unwrap_or_default();
    let cause = if challenge.contains("insufficient_claims") {
        // Conditional access: a token alone is not enough.
        Cause::NotAllowed
    } else {
        match cause_of_code(&code) {
            Some(Cause::ServerFault) if response.status == 429 => Cause::AskedToWait,
            Some(cause) => cause,
            None => plain_cause(response),
        }
    };
    Failure::from_response(cause, response).with_code(&code)
}

fn cause_of_code(code: &str) -> Option<Cause> {
    Some(match code {
        "InvalidAuthenticationToken" | "unauthenticated" | "tokenExpired" => Cause::SignedOut,
        // *Restricted to the item's owner*, says the reference of the second.
        "accessDenied" | "accessRestricted" | "Authorization_RequestDenied" | "Forbidden" => {
            Cause::PermissionMissing
        }
        "quotaLimitReached"
        | "insufficientStorage"
        | "childItemCountExceeded"
        | "maxDocumentCountExceeded"
        | "maxFolderCountExceeded"
        | "maxItemCountExceeded" => Cause::StorageFull,
        "activityLimitReached" | "throttledRequest" | "tooManyRequests" | "TooManyRequests" => {
            Cause::AskedToWait
        }
        "itemNotFound" => Cause::FolderMissing,
        "notAllowed"
        | "provisioningNotAllowed"
        | "itemAccessBlocked"
        | "mySiteNotFound"
        | "insufficient_claims"
        | "tenantRestricted" => Cause::NotAllowed,
        "malwareDetected" | "virusSuspicious" => Cause::NotAllowed,
        "serviceNotAvailable"
        | "serviceReadOnly"
        | "generalException"
        | "resourceModified"
        | "resourceLocked"
        | "resourceBeingProvisioned"
        | "lockMismatch"
        | "lockOwnerMismatch"
        | "uploadSessionFailed"
        | "uploadSessionIncomplete"
        | "uploadSessionNotFound"
        | "timeout" => Cause::ServerFault,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "onedrive_tests.rs"]
mod tests;
