//! HTTP as plain values. Whoever can do real I/O implements [`Http`]; nothing here does.

/// A request to send. Credentials of the browser (cookies) are never attached, nothing is cached
/// and no redirect is followed (it would carry the `Authorization` header elsewhere): the sender
/// must use `credentials: "omit"`, `cache: "no-store"`, `redirect: "manual"`. An opaque redirect is
/// handed back with status 0.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `"PUT"`, `"PROPFIND"`, …
    pub method: &'static str,
    /// The absolute address.
    pub url: String,
    /// Header names in lower case, with their values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first header of that (lower case) name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

/// Why no response came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetError {
    /// The browser says that it is offline.
    Offline,
    /// Name resolution, connection, TLS or the transfer failed; browsers don't say which.
    Unreachable,
    /// No answer within the time limit (25 s: a worker that waits 30 s for a fetch is killed).
    Timeout,
    /// A body that is longer than anything that is stored: it was not read to its end.
    TooLong,
    /// The browser's own permission for this host is missing (asked for before sending).
    HostPermission,
}

/// Sends requests.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and the simulation")]
pub trait Http {
    /// Sends one request and returns the whole response.
    ///
    /// # Errors
    /// When there was no response at all; any status code is a response.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError>;

    /// The same to an address that a server handed out, on whatever host, which every page may
    /// reach (CORS): the browser's permission for that host is not looked for. Never with
    /// credentials.
    ///
    /// # Errors
    /// As [`send`](Http::send).
    async fn send_anywhere(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        self.send(request).await
    }
}

/// Shows the method and the path only: headers carry credentials.
impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} … ({} bytes)", self.method, self.body.len())
    }
}

impl<T: Http + ?Sized> Http for &T {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        (**self).send(request).await
    }

    async fn send_anywhere(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        (**self).send_anywhere(request).await
    }
}
