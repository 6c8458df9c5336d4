//! Amazon S3 and servers that speak the same protocol: `PutObject`, `GetObject`, `DeleteObject`,
//! `ListObjectsV2` and `CreateBucket` of the Amazon S3 API Reference, signed with Signature
//! Version 4.

mod answer;
pub mod config;
mod sign;

use std::cell::{Cell, RefCell};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use self::answer::{Page, Refusal};
use self::config::S3Config;
use self::sign::{Key, Unsigned, checksum, sign};
use super::address::encode_path;
use super::pages::Pages;
use super::{Answer, Destination, Failure, Listing, Put, is_html, server_time};
use crate::cause::Cause;
use crate::env::Env;
use crate::http::{Http, HttpRequest, HttpResponse};

/// A prefix in a bucket as a destination.
pub struct S3<H, E> {
    http: H,
    env: E,
    config: S3Config,
    bucket: String,
    /// The region that the server wants, once it has told so.
    region: RefCell<Option<String>>,
    manner: Cell<Manner>,
}

/// How objects are put there, as far as the server has told.
#[derive(Clone, Copy)]
struct Manner {
    /// With `If-None-Match: *`. Some don't implement it and say so.
    conditional: bool,
    /// With a checksum of its own, as buckets with Object Lock demand.
    checksum: bool,
}

impl<H: Http, E: Env> S3<H, E> {
    /// Speaks to the configured bucket through `http`, with signatures of `env`'s time.
    pub fn new(http: H, env: E, config: &S3Config) -> Self {
        Self {
            http,
            env,
            bucket: config.bucket_url(),
            config: config.clone(),
            region: RefCell::default(),
            manner: Cell::new(Manner {
                conditional: true,
                checksum: false,
            }),
        }
    }

    /// The key of an object, or what all keys in a folder begin with.
    fn key(&self, path: &str) -> String {
        match self.config.prefix.as_str() {
            "" => path.to_owned(),
            prefix => format!("{prefix}/{path}"),
        }
    }

    /// What the keys of all objects in a folder begin with.
    fn beginning(&self, folder: &str) -> String {
        let mut begin = self.key(folder);
        if !begin.is_empty() && !begin.ends_with('/') {
            begin.push('/');
        }
        begin
    }

    /// The key of an object, percent-encoded.
    fn path(&self, path: &str) -> String {
        encode_path(&self.key(path))
    }

    /// Sends a request; once more where the server tells that it wants another region.
    async fn send(
        &self,
        method: &'static str,
        path: &str,
        query: &str,
        headers: &[(&'static str, String)],
        body: &[u8],
    ) -> Result<HttpResponse, Failure> {
        let response = self.send_once(method, path, query, headers, body).await?;
        if !matches!(response.status, 301 | 400) {
            return Ok(response);
        }
        let refusal = Refusal::read(&response);
        let wanted = refusal.region.filter(|region| {
            matches!(
                refusal.code.as_str(),
                "AuthorizationHeaderMalformed" | "PermanentRedirect" | ""
            ) && *region != self.region()
        });
        let Some(wanted) = wanted else {
            return Ok(response);
        };
        self.region.replace(Some(wanted));
        self.send_once(method, path, query, headers, body).await
    }

    async fn send_once(
        &self,
        method: &'static str,
        path: &str,
        query: &str,
        headers: &[(&'static str, String)],
        body: &[u8],
    ) -> Result<HttpResponse, Failure> {
        let mut url = format!("{}{path}", self.bucket);
        let (host, path) = host_and_path(&url);
        let (region, secret) = (self.region(), &self.config.secret_key);
        let key = Key {
            id: &self.config.access_key,
            secret,
            region: &region,
        };
        let unsigned = Unsigned {
            method,
            host,
            path,
            query,
            headers,
            body,
        };
        let headers = sign(&key, &unsigned, self.env.now_millis());
        if !query.is_empty() {
            url.push('?');
            url.push_str(query);
        }
        let request = HttpRequest {
            method,
            url,
            headers,
            body: body.to_vec(),
        };
        Ok(self.http.send(request).await?)
    }

    fn region(&self) -> String {
        let told = self.region.borrow();
        told.as_ref().unwrap_or(&self.config.region).clone()
    }

    async fn put_once(&self, path: &str, bytes: &[u8]) -> Result<HttpResponse, Failure> {
        let manner = self.manner.get();
        let mut headers = Vec::new();
        if manner.conditional {
            headers.push(("if-none-match", "*".to_owned()));
        }
        if manner.checksum {
            headers.push(("x-amz-checksum-sha256", checksum(bytes)));
        }
        self.send("PUT", &self.path(path), "", &headers, bytes)
            .await
    }

    async fn page(&self, folder: &str, next: Option<&str>) -> Result<HttpResponse, Failure> {
        let mut query = String::new();
        if let Some(token) = next {
            query = format!("continuation-token={}&", encode_query(token));
        }
        query.push_str("delimiter=%2F&encoding-type=url&list-type=2&prefix=");
        query.push_str(&encode_query(folder));
        self.send("GET", "", &query, &[], &[]).await
    }
}

impl<H: Http, E: Env> Destination for S3<H, E> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        loop {
            let response = self.put_once(path, bytes).await?;
            let refusal = Refusal::read(&response);
            let manner = self.manner.get();
            // Each refusal that another manner may cure is met once.
            self.manner.set(match response.status {
                200 | 201 | 204 if !is_html(&response) => {
                    return Ok(answer(Put::Created, &response));
                }
                412 => return Ok(answer(Put::AlreadyThere, &response)),
                // A name that is never used again protects there as well.
                501 if manner.conditional => Manner {
                    conditional: false,
                    ..manner
                },
                400 if !manner.checksum && refusal.code == "InvalidRequest" => Manner {
                    checksum: true,
                    ..manner
                },
                _ => return Err(refusal.failure(&response)),
            });
        }
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let begin = self.beginning(folder);
        let mut listing = Listing::default();
        let mut next: Option<String> = None;
        let mut pages = Pages::default();
        loop {
            let response = self.page(&begin, next.as_deref()).await?;
            if response.status != 200 {
                return Err(Refusal::read(&response).failure(&response));
            }
            let page = Page::read(&begin, &response)?;
            listing.files.extend(page.files);
            listing.folders.extend(page.folders);
            let Some(token) = page.next else {
                return Ok(answer(listing, &response));
            };
            pages.follow(&token, &response)?;
            next = Some(token);
        }
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        let mut response = self.send("GET", &self.path(path), "", &[], &[]).await?;
        if response.status == 200 && !is_html(&response) {
            let body = std::mem::take(&mut response.body);
            return Ok(answer(Some(body), &response));
        }
        let refusal = Refusal::read(&response);
        if refusal.is_missing_object(&response) {
            return Ok(answer(None, &response));
        }
        Err(refusal.failure(&response))
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        let response = self.send("DELETE", &self.path(path), "", &[], &[]).await?;
        let refusal = Refusal::read(&response);
        match response.status {
            200..=299 if !is_html(&response) => Ok(answer((), &response)),
            _ if refusal.is_missing_object(&response) => Ok(answer((), &response)),
            _ => Err(refusal.failure(&response)),
        }
    }

    /// Makes the bucket if it isn't there and the key may make one.
    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        // Some keys may see their own prefix only.
        let begin = self.beginning("");
        let response = self.page(&begin, None).await?;
        if response.status == 200 {
            return Ok(answer((), &response));
        }
        let missing = Refusal::read(&response).failure(&response);
        if missing.cause != Cause::FolderMissing {
            return Err(missing);
        }
        let body = match self.region().as_str() {
            "us-east-1" => String::new(),
            region => format!(
                "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                 <LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
            ),
        };
        let made = self.send("PUT", "", "", &[], body.as_bytes()).await?;
        if !(200..300).contains(&made.status) {
            // Who may not make buckets is told that it is missing.
            return Err(missing);
        }
        // Not every part of a storage service knows of it at once.
        for _ in 0..NEW_BUCKET {
            if self.page(&begin, None).await?.status == 200 {
                break;
            }
        }
        Ok(answer((), &made))
    }
}

/// How often a bucket that was made is looked for.
const NEW_BUCKET: usize = 5;

/// All but the unreserved characters (RFC 3986, section 2.3).
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encode_query(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    }
}

fn answer<T>(value: T, response: &HttpResponse) -> Answer<T> {
    Answer {
        value,
        server_time: server_time(response),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
