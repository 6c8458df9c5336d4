//! Signing in to Nextcloud by its Login Flow v2: the person confirms on the server's own page, with
//! whatever second factor it asks for, and the server hands out an app password ("Login Flow",
//! Nextcloud Developer Manual). No password is ever typed into Holdfast.

use holdfast_json::typed;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::address::{Address, FieldError};
use super::draft::DestinationDraft;
use super::webdav::failure;
use super::{Failure, is_html};
use crate::cause::Cause;
use crate::env::Memory;
use crate::http::{Http, HttpRequest, HttpResponse};
use crate::secret::Secret;

/// So long, in milliseconds, the server keeps a login that waits.
pub const LIFETIME: u64 = 20 * 60_000;

/// Where a password that was granted is kept until the destination is connected.
const GRANTED: &str = "nextcloud_granted";

/// A login that waits for the person. The server forgets it after twenty minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The page to be shown to the person.
    pub page: String,
    /// Where to ask how it went.
    endpoint: String,
    /// What to ask with: whoever has it gets the password.
    token: Secret,
    /// The server's origin.
    origin: String,
}

/// The server's address as typed: its root, or its WebDAV address, or what stands in the address
/// bar.
///
/// # Errors
/// What is wrong with it, for the form field `address`.
pub fn server(typed: &str) -> Result<Address, FieldError> {
    let page = typed.split(['?', '#']).next().unwrap_or_default();
    let mut address = Address::parse("address", page)?;
    for part in ["/remote.php/", "/index.php/", "/apps/"] {
        if let Some(at) = address.path.find(part) {
            address.path.truncate(at + 1);
        }
    }
    Ok(address)
}

/// Begins a login.
///
/// # Errors
/// Why there is none: no Nextcloud there, or one that would send us elsewhere.
pub async fn begin<H: Http>(http: &H, server: &Address) -> Result<Login, Failure> {
    let url = format!("{}index.php/login/v2", server.url());
    let response = post(http, url, &[]).await?;
    let begun: Begun = read(&response)?;
    let login = Login {
        page: begun.login,
        endpoint: begun.poll.endpoint,
        token: begun.poll.token,
        origin: server.origin.clone(),
    };
    // Where the password is typed, and where it is fetched, is the server that the person named.
    if !login.is_own(&login.page) || !login.is_own(&login.endpoint) {
        return Err(Failure::from_response(Cause::NotAStorageServer, &response));
    }
    Ok(login)
}

/// Asks whether the person has confirmed; `None` while not. The server answers with the password
/// once.
///
/// # Errors
/// Why it can't be asked.
pub async fn poll<H: Http>(http: &H, login: &Login) -> Result<Option<DestinationDraft>, Failure> {
    let token = utf8_percent_encode(login.token.expose(), NON_ALPHANUMERIC);
    let body = Secret::new(format!("token={token}"));
    let response = post(http, login.endpoint.clone(), body.expose().as_bytes()).await?;
    if response.status == 404 {
        return Ok(None);
    }
    let granted: Granted = read(&response)?;
    let server = format!("{}/", granted.server.trim_end_matches('/'));
    if !login.is_own(&server) {
        return Err(Failure::from_response(Cause::NotAStorageServer, &response));
    }
    Ok(Some(DestinationDraft::WebDav {
        // Unlike `remote.php/dav/files/…`, it needs no user id, which may differ from the name.
        address: format!("{server}remote.php/webdav/"),
        user: granted.login_name,
        password: granted.app_password.expose().to_owned(),
    }))
}

/// Asks as [`poll`] does, and keeps what is granted before anything else is done with it: the server
/// gives it once, and connecting takes a while. What is kept already is given again.
///
/// # Errors
/// Why the server can't be asked.
pub async fn collect<H: Http>(
    http: &H,
    memory: &impl Memory,
    login: &Login,
) -> Result<Option<DestinationDraft>, Failure> {
    let at = |address: &Address| address.origin == login.origin;
    if let Some(kept) = kept(memory, at).await {
        return Ok(Some(kept));
    }
    let granted = poll(http, login).await?;
    if let Some(granted) = &granted {
        // Who can't keep it now can still connect with it.
        let document = Document {
            format: 1,
            granted: Some(granted.clone()),
        };
        let _ = save(memory, &document).await;
    }
    Ok(granted)
}

/// What was granted there and not connected yet: an earlier try was cut off, or failed.
pub async fn granted(memory: &impl Memory, server: &Address) -> Option<DestinationDraft> {
    let at = |address: &Address| address.origin == server.origin;
    kept(memory, at).await
}

/// Forgets what was granted: it lies with the destination by now, or a new login was begun.
pub async fn forget(memory: &impl Memory) {
    if let Ok(Some(_)) = memory.load(GRANTED).await {
        let document = Document {
            format: 1,
            granted: None,
        };
        // What stays is asked about once more, and no harm.
        let _ = save(memory, &document).await;
    }
}

#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    granted: Option<DestinationDraft>,
}

async fn save(memory: &impl Memory, document: &Document) -> Option<()> {
    let bytes = serde_json::to_vec(document).ok()?;
    memory.save(GRANTED, &bytes).await.ok()
}

async fn kept(
    memory: &impl Memory,
    is_there: impl Fn(&Address) -> bool,
) -> Option<DestinationDraft> {
    let bytes = memory.load(GRANTED).await.ok()??;
    let document: Document = typed::from_slice(&bytes).ok()?;
    let granted = document.granted.filter(|_| document.format == 1)?;
    match &granted {
        DestinationDraft::WebDav { address, .. } => Address::parse("address", address).ok(),
        _ => None,
    }
    .filter(is_there)
    .map(|_| granted)
}

impl Login {
    /// It is at the server that the login was begun at.
    fn is_own(&self, url: &str) -> bool {
        Address::parse("address", url.split(['?', '#']).next().unwrap_or_default())
            .is_ok_and(|address| address.origin == self.origin)
    }
}

#[derive(Deserialize)]
struct Begun {
    poll: Poll,
    login: String,
}

#[derive(Deserialize)]
struct Poll {
    token: Secret,
    endpoint: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Granted {
    server: String,
    login_name: String,
    app_password: Secret,
}

async fn post<H: Http>(http: &H, url: String, body: &[u8]) -> Result<HttpResponse, Failure> {
    let form = "application/x-www-form-urlencoded".to_owned();
    let request = HttpRequest {
        method: "POST",
        url,
        headers: vec![("content-type", form)],
        body: body.to_vec(),
    };
    Ok(http.send(request).await?)
}

/// serde's error may quote the password: it is not passed on.
fn read<T: serde::de::DeserializeOwned>(response: &HttpResponse) -> Result<T, Failure> {
    let no_nextcloud = || Failure::from_response(Cause::NotAStorageServer, response);
    match response.status {
        200 => typed::from_slice(&response.body).map_err(|_| no_nextcloud()),
        // Without a Nextcloud there is nothing at that address.
        404 => Err(no_nextcloud()),
        _ if is_html(response) && response.status < 500 => Err(no_nextcloud()),
        _ => Err(failure(response)),
    }
}

#[cfg(test)]
#[path = "nextcloud_tests.rs"]
mod tests;
