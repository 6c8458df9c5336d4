//! Where backups go: four verbs and what can come back.
//!
//! A destination turns the verbs into requests and the responses into values or a [`Failure`]. It
//! keeps no state of its own; whether something is really there is decided by the engine.

pub mod address;
pub mod any;
pub mod browser_sync;
pub mod cloud;
pub mod config;
pub mod draft;
pub mod dropbox;
pub mod folder;
pub mod google_drive;
pub mod nextcloud;
pub mod onedrive;
mod pages;
pub mod probe;
pub mod s3;
pub mod webdav;
pub(crate) mod xml;

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::http::{HttpResponse, NetError};
use crate::http_date::parse_http_date;

/// A place that keeps objects. Paths are relative to the folder or prefix that the person chose,
/// made of `/`-separated segments of `a-z0-9-`.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and the simulation")]
pub trait Destination {
    /// Stores a new object and never overwrites one (as far as the server can be told so). Makes
    /// the folder of the path when only that is missing.
    ///
    /// # Errors
    /// Whatever stopped it. The object may be there all the same: the response can be lost.
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure>;

    /// Lists one folder, not deeper; `""` is the chosen folder itself. A subfolder that doesn't
    /// exist is empty; without the chosen folder it is [`Cause::FolderMissing`].
    ///
    /// # Errors
    /// Whatever stopped it.
    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure>;

    /// Fetches an object; `None` if the server says that it is not there.
    ///
    /// # Errors
    /// Whatever stopped it.
    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure>;

    /// Deletes an object; one that isn't there is no error.
    ///
    /// # Errors
    /// Whatever stopped it.
    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure>;

    /// Makes the chosen folder, with its parents.
    ///
    /// # Errors
    /// Whatever stopped it.
    async fn prepare(&self) -> Result<Answer<()>, Failure>;

    /// Who is signed in, where the destination can tell accounts apart: compared with whom the
    /// snapshots were stored with.
    fn account(&self) -> Option<String> {
        None
    }
}

/// A value and the server's clock, in milliseconds, when it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// The value.
    pub value: T,
    /// The `Date` header.
    pub server_time: Option<u64>,
}

/// What a put did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Put {
    /// The server says that it is stored.
    Created,
    /// The server refuses: something of that name is there (maybe from the same request, sent
    /// twice on the way).
    AlreadyThere,
}

/// A folder's content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Its objects.
    pub files: Vec<Entry>,
    /// Its subfolders, by name.
    pub folders: Vec<String>,
    /// How many bytes can still be stored, where the server tells.
    pub available: Option<u64>,
}

/// An object in a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name within the folder.
    pub name: String,
    /// Its length in bytes, where the server tells.
    pub size: Option<u64>,
    /// When it was stored, by the server's clock, in milliseconds.
    pub modified: Option<u64>,
}

/// A verb that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What it means.
    pub cause: Cause,
    /// The status, if there was a response.
    pub status: Option<u16>,
    /// The server's own error code, cleaned up for a log.
    pub code: Option<String>,
    /// How long the server asks to wait, in milliseconds.
    pub retry_after: Option<u64>,
    /// The `Date` header, in milliseconds.
    pub server_time: Option<u64>,
    /// What would help, beyond the cause's remedy.
    pub hint: Option<Hint>,
}

/// A more specific piece of advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// The server wants an app password: two-factor authentication is on there.
    UseAppPassword,
    /// The browser's permission for this host is missing, not one at the server.
    GrantInBrowser,
    /// The server is in maintenance.
    Maintenance,
    /// The bucket is in another region, or at another address.
    OtherRegion,
}

impl Failure {
    /// A failure without a response.
    #[must_use]
    pub fn new(cause: Cause) -> Self {
        Self {
            cause,
            status: None,
            code: None,
            retry_after: None,
            server_time: None,
            hint: None,
        }
    }

    /// A failure with what a response says about it.
    #[must_use]
    pub fn from_response(cause: Cause, response: &HttpResponse) -> Self {
        Self {
            cause,
            status: Some(response.status),
            code: None,
            retry_after: retry_after(response),
            server_time: server_time(response),
            hint: None,
        }
    }

    /// Whether it may be about the one object that was asked for: the server answered, and neither asked
    /// to wait nor gave a reason that holds for everything there.
    pub(crate) fn may_be_of_one(&self) -> bool {
        self.status.is_some()
            && self.retry_after.is_none()
            && self.hint.is_none()
            && matches!(self.cause, Cause::ServerFault | Cause::PermissionMissing)
    }

    /// Adds the server's error code, as far as it is one: 64 characters of letters, digits and
    /// `. _ - \`. Anything else might quote what was sent.
    #[must_use]
    pub fn with_code(mut self, code: &str) -> Self {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'\\');
        if (1..=64).contains(&code.len()) && code.bytes().all(plain) {
            self.code = Some(code.to_owned());
        }
        self
    }
}

impl From<NetError> for Failure {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Offline | NetError::Unreachable | NetError::Timeout => {
                Self::new(Cause::Unreachable)
            }
            NetError::TooLong => Self::new(Cause::ServerFault),
            NetError::HostPermission => Self {
                hint: Some(Hint::GrantInBrowser),
                ..Self::new(Cause::PermissionMissing)
            },
        }
    }
}

/// What a status means when neither the verb nor the kind of destination says more.
#[must_use]
pub fn cause_of_status(status: u16, has_retry_after: bool) -> Cause {
    match status {
        401 => Cause::SignedOut,
        403 => Cause::PermissionMissing,
        404 | 409 | 410 => Cause::FolderMissing,
        // Redirects are not followed: the address has moved, or it is a sign-in page. 511 is a
        // captive portal by its own word (RFC 6585, section 6).
        0 | 300..=399 | 405 | 511 => Cause::NotAStorageServer,
        408 => Cause::Unreachable,
        413 | 507 => Cause::StorageFull,
        // 425: what was just put is still being looked at (ownCloud Infinite Scale).
        425 | 429 | 509 => Cause::AskedToWait,
        451 => Cause::NotAllowed,
        503 if has_retry_after => Cause::AskedToWait,
        423 | 500..=599 => Cause::ServerFault,
        // Whatever speaks HTTP but answers these verbs with anything else is no storage server.
        _ => Cause::NotAStorageServer,
    }
}

/// The `Date` header, in milliseconds.
pub(crate) fn server_time(response: &HttpResponse) -> Option<u64> {
    parse_http_date(response.header("date")?)
}

/// `Retry-After` (RFC 9110, section 10.2.3) in milliseconds: seconds, or a date to be compared
/// with the same server's `Date`, never with our own clock.
fn retry_after(response: &HttpResponse) -> Option<u64> {
    let text = response.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return seconds.checked_mul(1000);
    }
    Some(parse_http_date(text)?.saturating_sub(server_time(response)?))
}

/// The body is a page for people: a captive portal or a sign-in page where data was expected.
pub(crate) fn is_html(response: &HttpResponse) -> bool {
    let declared = response.header("content-type").is_some_and(|value| {
        let kind = value.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
    });
    let start: Vec<u8> = response
        .body
        .iter()
        .copied()
        .skip_while(u8::is_ascii_whitespace)
        .take(14)
        .map(|b| b.to_ascii_lowercase())
        .collect();
    declared || start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

impl<T: Destination + ?Sized> Destination for &T {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        (**self).put(path, bytes).await
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        (**self).list(folder).await
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        (**self).get(path).await
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        (**self).delete(path).await
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        (**self).prepare().await
    }

    fn account(&self) -> Option<String> {
        (**self).account()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> HttpResponse {
        HttpResponse {
            status,
            headers: headers
                .iter()
                .map(|(n, v)| ((*n).into(), (*v).into()))
                .collect(),
            body: body.to_vec(),
        }
    }

    #[test]
    fn each_status_has_its_cause() {
        for (status, cause) in [
            (0, Cause::NotAStorageServer),
            (302, Cause::NotAStorageServer),
            (401, Cause::SignedOut),
            (403, Cause::PermissionMissing),
            (404, Cause::FolderMissing),
            (405, Cause::NotAStorageServer),
            (425, Cause::AskedToWait),
            (408, Cause::Unreachable),
            (409, Cause::FolderMissing),
            (413, Cause::StorageFull),
            (418, Cause::NotAStorageServer),
            (423, Cause::ServerFault),
            (429, Cause::AskedToWait),
            (451, Cause::NotAllowed),
            (500, Cause::ServerFault),
            (502, Cause::ServerFault),
            (503, Cause::ServerFault),
            (507, Cause::StorageFull),
            (509, Cause::AskedToWait),
            (511, Cause::NotAStorageServer),
        ] {
            assert_eq!(cause_of_status(status, false), cause, "{status}");
        }
        assert_eq!(cause_of_status(503, true), Cause::AskedToWait);
    }

    #[test]
    fn an_answer_without_an_end_is_the_servers_fault() {
        let failure = Failure::from(NetError::TooLong);
        assert_eq!(failure, Failure::new(Cause::ServerFault));
    }

    #[test]
    fn retry_after_is_relative_to_the_servers_own_clock() {
        let seconds = response(429, &[("retry-after", "120")], b"");
        assert_eq!(
            Failure::from_response(Cause::AskedToWait, &seconds).retry_after,
            Some(120_000)
        );
        let date = response(
            503,
            &[
                ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"),
            ],
            b"",
        );
        assert_eq!(
            Failure::from_response(Cause::AskedToWait, &date).retry_after,
            Some(60_000)
        );
        for bad in [
            "-1",
            "soon",
            "Sun, 06 Nov 1994 08:50:37 GMT",
            "99999999999999999999",
        ] {
            let bad = response(503, &[("retry-after", bad)], b"");
            assert_eq!(
                Failure::from_response(Cause::AskedToWait, &bad).retry_after,
                None
            );
        }
    }

    #[test]
    fn a_page_for_people_is_recognised() {
        assert!(is_html(&response(
            200,
            &[("content-type", "text/html; charset=utf-8")],
            b""
        )));
        assert!(is_html(&response(
            200,
            &[],
            b"\n <!DOCTYPE HTML><title>Hello</title>"
        )));
        assert!(is_html(&response(200, &[], b"<html>")));
        assert!(!is_html(&response(
            200,
            &[("content-type", "text/plain")],
            b"HOLDFAST"
        )));
    }

    #[test]
    fn a_code_that_might_quote_something_is_dropped() {
        let failure = Failure::new(Cause::ServerFault);
        assert_eq!(
            failure.clone().with_code("NoSuchBucket").code.as_deref(),
            Some("NoSuchBucket")
        );
        assert_eq!(
            failure
                .clone()
                .with_code("user jane@example.org unknown")
                .code,
            None
        );
        assert_eq!(failure.with_code(&"a".repeat(65)).code, None);
    }
}
