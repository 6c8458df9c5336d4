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
use crate::http::{Http, HttpRequest, HttpResponse};
use crate::secret::Secret;

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
mod tests {
    use super::*;
    use crate::test_support::{Script, now, response, status};

    const BEGUN: &str = "{\"poll\":{\"token\":\"a b/c\",\
        \"endpoint\":\"https:\\/\\/cloud.example\\/login\\/v2\\/poll\"},\
        \"login\":\"https:\\/\\/cloud.example\\/login\\/v2\\/flow\\/xyz\"}";
    const GRANTED: &str = "{\"server\":\"https:\\/\\/cloud.example\\/nc\",\
        \"loginName\":\"jane\",\"appPassword\":\"canary\"}";

    fn begun(body: &str) -> Result<Login, Failure> {
        let script = Script::new(vec![response(200, &[], body)]);
        now(begin(&script, &server("https://cloud.example").unwrap()))
    }

    #[test]
    fn the_server_is_found_in_whatever_is_pasted() {
        for (typed, root) in [
            ("https://cloud.example", "https://cloud.example/"),
            (
                "https://cloud.example/remote.php/dav/files/jane/",
                "https://cloud.example/",
            ),
            (
                "https://cloud.example/nc/index.php/apps/files/?dir=/x",
                "https://cloud.example/nc/",
            ),
            (
                "https://cloud.example/apps/files/#a",
                "https://cloud.example/",
            ),
        ] {
            assert_eq!(server(typed).unwrap().url(), root);
        }
        assert_eq!(server("cloud.example").unwrap_err().field, "address");
    }

    #[test]
    fn a_login_is_begun_asked_about_and_granted_once() {
        let script = Script::new(vec![response(200, &[], BEGUN)]);
        let login = now(begin(&script, &server("https://cloud.example").unwrap())).unwrap();
        assert_eq!(
            script.lines(),
            ["POST https://cloud.example/index.php/login/v2"]
        );
        assert_eq!(login.page, "https://cloud.example/login/v2/flow/xyz");
        assert!(!format!("{login:?}").contains("a b/c"));
        let script = Script::new(vec![status(404), response(200, &[], GRANTED)]);
        assert_eq!(now(poll(&script, &login)), Ok(None));
        let draft = now(poll(&script, &login)).unwrap().unwrap();
        let DestinationDraft::WebDav {
            address,
            user,
            password,
        } = draft
        else {
            panic!("not WebDAV")
        };
        assert_eq!(address, "https://cloud.example/nc/remote.php/webdav/");
        assert_eq!((user.as_str(), password.as_str()), ("jane", "canary"));
        let asked = script.asked.borrow();
        assert_eq!(asked[0].url, "https://cloud.example/login/v2/poll");
        assert_eq!(asked[0].body, b"token=a%20b%2Fc");
    }

    #[test]
    fn nobody_is_sent_to_another_server() {
        for other in [
            BEGUN.replace(
                "\\/\\/cloud.example\\/login\\/v2\\/flow",
                "\\/\\/evil.example\\/flow",
            ),
            BEGUN.replace(
                "\\/\\/cloud.example\\/login\\/v2\\/poll",
                "\\/\\/evil.example\\/poll",
            ),
            BEGUN.replace(
                "https:\\/\\/cloud.example\\/login\\/v2\\/flow",
                "javascript:alert",
            ),
        ] {
            assert_ne!(other, BEGUN);
            let failed = begun(&other).unwrap_err();
            assert_eq!(failed.cause, Cause::NotAStorageServer);
        }
        let login = begun(BEGUN).unwrap();
        let elsewhere = GRANTED.replace("cloud.example", "evil.example");
        let script = Script::new(vec![response(200, &[], &elsewhere)]);
        let failed = now(poll(&script, &login)).unwrap_err();
        assert_eq!(failed.cause, Cause::NotAStorageServer);
    }

    #[test]
    fn what_is_no_nextcloud_is_called_so() {
        for (answer, cause) in [
            (status(404), Cause::NotAStorageServer),
            (
                response(200, &[], "<!doctype html>"),
                Cause::NotAStorageServer,
            ),
            (response(200, &[], "{}"), Cause::NotAStorageServer),
            (status(503), Cause::ServerFault),
        ] {
            let script = Script::new(vec![answer]);
            let failed = now(begin(&script, &server("https://x.example").unwrap()));
            assert_eq!(failed.unwrap_err().cause, cause);
        }
    }
}
