//! What S3 answers: errors, lists, and what they mean.

use percent_encoding::percent_decode_str;

use super::config::is_region;
use crate::cause::Cause;
use crate::destination::xml::Element;
use crate::destination::{Entry, Failure, Hint, cause_of_status, is_html};
use crate::http::HttpResponse;
use crate::http_date::parse_rfc3339;

/// An error document ("Error Responses", Amazon S3 API Reference).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Its code; empty if there is no error document.
    pub code: String,
    /// The region that the bucket is in, where the server tells.
    pub region: Option<String>,
    /// The server's clock, in milliseconds, where the server tells.
    pub server_time: Option<u64>,
    /// What it says to people, in lower case: it may quote anything, so it is looked at and not kept.
    said: String,
}

/// A page of a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Objects directly in the folder, by their names in it.
    pub files: Vec<Entry>,
    /// Folders directly in it.
    pub folders: Vec<String>,
    /// What to ask for the next page with.
    pub next: Option<String>,
}

impl Refusal {
    /// Reads what a response says beyond its status.
    pub(super) fn read(response: &HttpResponse) -> Self {
        // It goes into a header of the next request: anything could stand there.
        let region = |text: Option<&str>| {
            let text = text.filter(|text| !text.is_empty() && is_region(text));
            text.map(str::to_owned)
        };
        let header = region(response.header("x-amz-bucket-region"));
        let root = Element::parse(&response.body);
        // Amazon's errors have no namespace, those of some others do.
        let Some(root) = root.ok().filter(|root| root.name == "Error") else {
            return Self {
                region: header,
                ..Self::default()
            };
        };
        Self {
            code: text(&root, "Code").unwrap_or_default().to_owned(),
            region: header.or_else(|| region(text(&root, "Region"))),
            server_time: text(&root, "ServerTime").and_then(parse_rfc3339),
            said: text(&root, "Message").unwrap_or_default().to_lowercase(),
        }
    }

    /// The object is not there, and nothing else is wrong. An answer without a document (to `HEAD`,
    /// or of a small server) says no more than its status.
    pub(super) fn is_missing_object(&self, response: &HttpResponse) -> bool {
        let known = matches!(
            self.code.as_str(),
            "NoSuchKey" | "NoSuchVersion" | "NotFound" | "NoSuchObject"
        );
        matches!(response.status, 404 | 410) && (known || response.body.is_empty())
    }

    /// What it means.
    pub(super) fn failure(self, response: &HttpResponse) -> Failure {
        let (cause, hint) = self.meaning(response);
        let mut failure = Failure::from_response(cause, response).with_code(&self.code);
        failure.server_time = self.server_time.or(failure.server_time);
        failure.hint = hint;
        failure
    }

    fn meaning(&self, response: &HttpResponse) -> (Cause, Option<Hint>) {
        let status = response.status;
        let says = |words: &[&str]| words.iter().any(|word| self.said.contains(word));
        let cause = match self.code.as_str() {
            // Garage, and Backblaze at the limit that a person has set, say so in words only.
            "AccessDenied" | "Forbidden" if says(&["quota", "cap exceeded", "storage limit"]) => {
                Cause::StorageFull
            }
            // Cloudflare R2, of a key of another kind.
            "InvalidArgument" if says(&["access key", "credential"]) => Cause::SignedOut,
            "NoSuchBucket" => Cause::FolderMissing,
            "AccessDenied" | "AllAccessDisabled" | "AccountProblem" | "Forbidden"
            | "UnauthorizedAccess" => Cause::PermissionMissing,
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "ExpiredToken"
            | "InvalidToken"
            | "InvalidSecurity"
            | "NotSignedUp"
            | "InactiveAccessKey" => Cause::SignedOut,
            "RequestTimeTooSkewed" | "RequestExpired" => Cause::ClockWrong,
            "QuotaExceeded"
            | "XMinioStorageFull"
            | "XMinioAdminBucketQuotaExceeded"
            | "EntityTooLarge"
            | "InsufficientCapacity" => Cause::StorageFull,
            "SlowDown" | "TooManyRequests" | "RequestLimitExceeded" | "ThrottlingException" => {
                Cause::AskedToWait
            }
            "RequestTimeout" | "IncompleteBody" => Cause::Unreachable,
            "AuthorizationHeaderMalformed"
            | "PermanentRedirect"
            | "TemporaryRedirect"
            | "IllegalLocationConstraintException" => {
                return (Cause::NotAStorageServer, Some(Hint::OtherRegion));
            }
            // It speaks the protocol, whatever is wrong.
            code if !code.is_empty() && matches!(status, 400 | 404 | 409) => Cause::ServerFault,
            _ if is_html(response) || (200..300).contains(&status) => Cause::NotAStorageServer,
            // Redirects aren't followed, and browsers tell nothing of them.
            _ if status == 0 || (300..400).contains(&status) => {
                return (Cause::NotAStorageServer, Some(Hint::OtherRegion));
            }
            // Without a document, 404 is the answer of something else.
            "" if matches!(status, 404 | 409 | 410) && !response.body.is_empty() => {
                Cause::NotAStorageServer
            }
            _ => cause_of_status(status, response.header("retry-after").is_some()),
        };
        (cause, None)
    }
}

impl Page {
    /// Reads an answer to `ListObjectsV2` whose keys begin with `folder`.
    pub(super) fn read(folder: &str, response: &HttpResponse) -> Result<Self, Failure> {
        let root = match Element::parse(&response.body) {
            Ok(root) if root.name == "ListBucketResult" => root,
            Ok(_) => return Err(Failure::from_response(Cause::NotAStorageServer, response)),
            Err(_) if is_html(response) => {
                return Err(Failure::from_response(Cause::NotAStorageServer, response));
            }
            // Cut off on its way.
            Err(_) => return Err(Failure::from_response(Cause::ServerFault, response)),
        };
        let encoded = text(&root, "EncodingType") == Some("url");
        let name = |key: &str| -> Option<String> {
            let key = if encoded {
                // As in a form, a blank may be written as a plus sign.
                let spaced = key.replace('+', " ");
                percent_decode_str(&spaced).decode_utf8().ok()?.into_owned()
            } else {
                key.to_owned()
            };
            let name = key.strip_prefix(folder)?;
            (!name.is_empty()).then(|| name.to_owned())
        };
        let mut page = Self::default();
        for child in &root.children {
            match child.name.as_str() {
                "Contents" => {
                    let Some(name) = text(child, "Key").and_then(name) else {
                        continue;
                    };
                    // Programs that show folders store empty objects for them.
                    if name.contains('/') {
                        continue;
                    }
                    page.files.push(Entry {
                        name,
                        size: text(child, "Size").and_then(|size| size.parse().ok()),
                        modified: text(child, "LastModified").and_then(parse_rfc3339),
                    });
                }
                "CommonPrefixes" => {
                    let found = text(child, "Prefix").and_then(name);
                    if let Some(folder) = found.as_deref().and_then(|name| name.strip_suffix('/')) {
                        page.folders.push(folder.to_owned());
                    }
                }
                _ => {}
            }
        }
        if text(&root, "IsTruncated") == Some("true") {
            let token = text(&root, "NextContinuationToken").filter(|token| !token.is_empty());
            // A list that goes on, nobody knows where, must not be taken for a whole one.
            let Some(token) = token else {
                return Err(Failure::from_response(Cause::ServerFault, response));
            };
            page.next = Some(token.to_owned());
        }
        Ok(page)
    }
}

fn text<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    let child = element.children.iter().find(|child| child.name == name)?;
    Some(child.text.as_str())
}
