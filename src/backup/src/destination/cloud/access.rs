//! Requests that carry an access token.

use crate::destination::Failure;
use crate::http::{Http, HttpRequest, HttpResponse};
use crate::secret::Secret;

/// Sends requests in the name of whoever signed in.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and the simulation")]
pub trait Access {
    /// Sends a request with an access token, with a fresh one if the first is refused.
    ///
    /// # Errors
    /// When no response came, or nobody is signed in (any more).
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure>;

    /// Sends a request to an address that the service handed out and that needs no token: it must
    /// not get one (Microsoft Graph, *Download files*: such addresses are on hosts that have
    /// nothing to do with the sign-in).
    ///
    /// # Errors
    /// When no response came.
    async fn send_bare(&self, request: HttpRequest) -> Result<HttpResponse, Failure>;
}

/// One access token, for the first requests after a sign-in.
pub struct Fixed<'a, H> {
    /// Sends.
    pub http: &'a H,
    /// The token.
    pub token: &'a Secret,
}

impl<H: Http> Access for Fixed<'_, H> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        Ok(self.http.send(bearing(request, self.token)).await?)
    }

    async fn send_bare(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        Ok(self.http.send_anywhere(request).await?)
    }
}

/// The request with the token (RFC 6750, section 2.1).
pub(super) fn bearing(mut request: HttpRequest, token: &Secret) -> HttpRequest {
    let bearer = format!("Bearer {}", token.expose());
    request.headers.push(("authorization", bearer));
    request
}
