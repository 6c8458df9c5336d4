//! WebDAV (RFC 4918): MKCOL, PUT, GET, DELETE, PROPFIND, with Basic authentication (RFC 7617).

use base64ct::{Base64, Encoding};
use percent_encoding::percent_decode_str;

use super::address::encode_path;
use super::config::WebDavConfig;
use super::xml::Element;
use super::{
    Answer, Destination, Entry, Failure, Hint, Listing, Put, cause_of_status, is_html, server_time,
};
use crate::cause::Cause;
use crate::http::{Http, HttpRequest, HttpResponse};
use crate::http_date::parse_http_date;
use crate::secret::Secret;

/// A WebDAV folder as a destination.
pub struct WebDav<H> {
    http: H,
    base: String,
    folder: String,
    user: String,
    authorization: Secret,
}

impl<H: Http> WebDav<H> {
    /// Speaks to the configured folder through `http`.
    pub fn new(http: H, config: &WebDavConfig) -> Self {
        let pair = Secret::new(format!("{}:{}", config.user, config.password.expose()));
        let mut folder = encode_path(&config.folder);
        if !folder.is_empty() {
            folder.push('/');
        }
        Self {
            http,
            base: config.address.clone(),
            folder,
            user: config.user.clone(),
            authorization: Secret::new(format!(
                "Basic {}",
                Base64::encode_string(pair.expose().as_bytes())
            )),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.base, self.folder)
    }

    async fn send(
        &self,
        method: &'static str,
        url: String,
        headers: &[(&'static str, &str)],
        body: &[u8],
    ) -> Result<HttpResponse, Failure> {
        let mut all = vec![("authorization", self.authorization.expose().to_owned())];
        all.extend(
            headers
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let request = HttpRequest {
            method,
            url,
            headers: all,
            body: body.to_vec(),
        };
        Ok(self.http.send(request).await?)
    }

    /// Makes one folder; one that exists is fine.
    async fn make_folder(&self, url: String) -> Result<HttpResponse, Failure> {
        let response = self.send("MKCOL", url, &[], &[]).await?;
        match response.status {
            200..=299 | 405 => Ok(response),
            _ => Err(failure(&response)),
        }
    }

    async fn put_once(&self, path: &str, bytes: &[u8]) -> Result<HttpResponse, Failure> {
        let headers = [
            ("content-type", "application/octet-stream"),
            ("if-none-match", "*"),
        ];
        self.send("PUT", self.url(path), &headers, bytes).await
    }

    /// Why nothing could be written. Some servers answer 403 or 405 to whatever went wrong; what
    /// they say about the folder tells more.
    async fn not_written(&self, response: &HttpResponse, length: usize) -> Failure {
        let said = failure(response);
        let folder = match self.list("").await {
            Ok(folder) => folder,
            // Who asks to wait now is not to be asked again sooner.
            Err(asked) => {
                let retry_after = said.retry_after.max(asked.retry_after);
                return Failure {
                    retry_after,
                    ..said
                };
            }
        };
        let cause = match folder.value.available {
            Some(available) if available < length as u64 => Cause::StorageFull,
            // It is a storage server, after all.
            _ if response.status == 405 => Cause::ServerFault,
            _ => said.cause,
        };
        Failure { cause, ..said }
    }

    async fn propfind(&self, url: String, depth: &str) -> Result<HttpResponse, Failure> {
        let headers = [
            ("content-type", "application/xml; charset=utf-8"),
            ("depth", depth),
        ];
        self.send("PROPFIND", url, &headers, PROPFIND.as_bytes())
            .await
    }
}

impl<H: Http> Destination for WebDav<H> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        let mut response = self.put_once(path, bytes).await?;
        // A missing parent is 409 (RFC 4918, section 9.7.1); some servers say 404.
        if let (404 | 409, Some((parent, _))) = (response.status, path.rsplit_once('/')) {
            self.make_folder(self.url(&format!("{parent}/"))).await?;
            response = self.put_once(path, bytes).await?;
        }
        let value = match response.status {
            200 | 201 | 204 => Put::Created,
            412 => Put::AlreadyThere,
            400 | 403 | 405 => return Err(self.not_written(&response, bytes.len()).await),
            _ => return Err(failure(&response)),
        };
        Ok(answer(value, &response))
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let path = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let url = self.url(&path);
        let response = self.propfind(url.clone(), "1").await?;
        match response.status {
            207 => {
                let listing = read_listing(&url, &response)?;
                Ok(answer(listing, &response))
            }
            404 if !folder.is_empty() => {
                let parent = self.propfind(self.url(""), "0").await?;
                match parent.status {
                    207 => Ok(answer(Listing::default(), &parent)),
                    _ => Err(failure(&parent)),
                }
            }
            _ => Err(failure(&response)),
        }
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        let mut response = self.send("GET", self.url(path), &[], &[]).await?;
        match response.status {
            200 if is_html(&response) => Err(not_a_storage_server(&response)),
            200 => {
                let body = std::mem::take(&mut response.body);
                Ok(answer(Some(body), &response))
            }
            404 | 410 => Ok(answer(None, &response)),
            _ => Err(failure(&response)),
        }
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        let response = self.send("DELETE", self.url(path), &[], &[]).await?;
        match response.status {
            // 207 reports members that could not be deleted (RFC 4918, section 9.6.1).
            200..=206 | 404 | 410 => Ok(answer((), &response)),
            207 => Err(Failure::from_response(Cause::ServerFault, &response)),
            _ => Err(failure(&response)),
        }
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        let mut made = String::new();
        let mut last = None;
        for segment in self.folder.split_terminator('/') {
            made.push_str(segment);
            made.push('/');
            match self.make_folder(format!("{}{made}", self.base)).await {
                Ok(response) => last = server_time(&response),
                // Not even the base is there, and making folders is not what is wrong.
                Err(failure) if failure.cause == Cause::FolderMissing => {
                    return Err(Failure {
                        cause: Cause::NotAStorageServer,
                        ..failure
                    });
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(Answer {
            value: (),
            server_time: last,
        })
    }

    fn account(&self) -> Option<String> {
        Some(self.user.clone())
    }
}

const DAV: &str = "DAV:";

const PROPFIND: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
<D:propfind xmlns:D=\"DAV:\"><D:prop><D:resourcetype/><D:getcontentlength/>\
<D:getlastmodified/><D:quota-available-bytes/></D:prop></D:propfind>";

fn answer<T>(value: T, response: &HttpResponse) -> Answer<T> {
    Answer {
        value,
        server_time: server_time(response),
    }
}

fn not_a_storage_server(response: &HttpResponse) -> Failure {
    Failure::from_response(Cause::NotAStorageServer, response)
}

/// The cause of a response that is no success, with what SabreDAV and Nextcloud add to it.
pub(super) fn failure(response: &HttpResponse) -> Failure {
    let waits = response.header("retry-after").is_some();
    let maintenance = response.header("x-nextcloud-maintenance-mode").is_some();
    let mut cause = cause_of_status(response.status, waits);
    // A success that none of the verbs expects comes from something else: a portal, a web site.
    if (200..300).contains(&response.status) {
        cause = Cause::NotAStorageServer;
    }
    let mut failure = Failure::from_response(cause, response);
    if let Some(exception) = sabre_exception(response) {
        // Whoever speaks like that is a storage server, whatever is wrong.
        if cause == Cause::NotAStorageServer && (400..500).contains(&response.status) {
            failure.cause = match response.status {
                415 => Cause::NotAllowed,
                _ => Cause::ServerFault,
            };
        }
        if exception.ends_with("PasswordLoginForbidden") {
            failure.hint = Some(Hint::UseAppPassword);
        }
        failure = failure.with_code(&exception);
    }
    if maintenance && failure.cause != Cause::SignedOut {
        failure.hint = Some(Hint::Maintenance);
    }
    failure
}

/// The class name that SabreDAV puts into the body of an error.
fn sabre_exception(response: &HttpResponse) -> Option<String> {
    let root = Element::parse(&response.body)
        .ok()
        .filter(|root| root.is(DAV, "error"))?;
    Some(
        root.first("http://sabredav.org/ns", "exception")?
            .text
            .clone(),
    )
}

/// Reads a multistatus (RFC 4918, section 13) about the folder at `url` and its members.
fn read_listing(url: &str, response: &HttpResponse) -> Result<Listing, Failure> {
    let root = match Element::parse(&response.body) {
        Ok(root) if root.is(DAV, "multistatus") => root,
        _ if is_html(response) => return Err(not_a_storage_server(response)),
        // Cut off on its way, or the server failed halfway.
        _ => return Err(Failure::from_response(Cause::ServerFault, response)),
    };
    let members: Vec<Member> = root.all(DAV, "response").filter_map(read_member).collect();
    let requested = path_of(url);
    // Behind a proxy that rewrites paths, the folder itself has another one: the shortest.
    let own = members
        .iter()
        .find(|member| Some(&member.path) == requested.as_ref())
        .or_else(|| members.iter().min_by_key(|member| member.path.len()));
    let Some(own) = own else {
        return Err(Failure::from_response(Cause::ServerFault, response));
    };
    let mut listing = Listing {
        available: own.available,
        ..Listing::default()
    };
    for member in &members {
        let below = member.path.strip_prefix(own.path.as_str());
        let name = below.and_then(|rest| rest.strip_prefix('/'));
        let Some(name) = name.filter(|name| !name.is_empty() && !name.contains('/')) else {
            continue;
        };
        if member.collection {
            listing.folders.push(name.to_owned());
        } else {
            let (size, modified) = (member.size, member.modified);
            listing.files.push(Entry {
                name: name.to_owned(),
                size,
                modified,
            });
        }
    }
    Ok(listing)
}

/// One `response` of a multistatus.
struct Member {
    /// Decoded, without a slash at its end.
    path: String,
    collection: bool,
    size: Option<u64>,
    modified: Option<u64>,
    available: Option<u64>,
}

fn read_member(response: &Element) -> Option<Member> {
    let mut member = Member {
        path: path_of(&response.first(DAV, "href")?.text)?,
        collection: false,
        size: None,
        modified: None,
        available: None,
    };
    let mut found = false;
    for propstat in response.all(DAV, "propstat") {
        let status = propstat
            .first(DAV, "status")
            .map_or("200", |status| &status.text);
        // 425: it is there, and still being looked at.
        found |= status.contains(" 425 ");
        let (true, Some(prop)) = (status.contains("200"), propstat.first(DAV, "prop")) else {
            continue;
        };
        found = true;
        let text = |name| prop.first(DAV, name).map(|element| element.text.as_str());
        member.collection |= prop
            .first(DAV, "resourcetype")
            .is_some_and(|t| t.first(DAV, "collection").is_some());
        member.size = member
            .size
            .or(text("getcontentlength").and_then(|t| t.parse().ok()));
        member.modified = member
            .modified
            .or(text("getlastmodified").and_then(parse_http_date));
        // Negative numbers mean "unknown" and "unlimited" at Nextcloud.
        member.available = member
            .available
            .or(text("quota-available-bytes").and_then(|t| t.parse().ok()));
    }
    found.then_some(member)
}

/// The decoded path of an absolute address or an absolute path.
fn path_of(href: &str) -> Option<String> {
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => href,
    };
    let decoded = percent_decode_str(path.trim_end_matches('/'))
        .decode_utf8()
        .ok()?;
    (decoded.is_empty() || decoded.starts_with('/')).then(|| decoded.into_owned())
}

#[cfg(test)]
#[path = "webdav_tests.rs"]
mod tests;
