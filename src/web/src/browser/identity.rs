//! Sign-in windows (`identity`): the browser opens an address and gives back where it was sent.

use holdfast_backup::destination::cloud::Provider;
use wasm_bindgen::prelude::*;

use super::{BrowserError, to_js};

/// The address that the browser is sent back to, as it has to be registered with the provider.
///
/// Each provider has one of its own, so that the answer of one is never taken for another's
/// (RFC 9700, section 4.4). Only Google gets another form in Firefox: it takes loopback addresses
/// of clients on a computer, and Firefox catches exactly this one.
#[must_use]
pub fn redirect(provider: Provider) -> String {
    let own = get_redirect_url(provider.code());
    match firefox_host(&own) {
        Some(host) if provider == Provider::GoogleDrive => {
            format!("http://127.0.0.1/mozoauth2/{host}")
        }
        _ => own,
    }
}

/// Opens an address in a window and waits until the browser is sent back.
///
/// # Errors
/// When the window was closed, or the address could not be opened.
pub async fn authorize(url: &str) -> Result<String, BrowserError> {
    launch(&Details {
        url,
        interactive: true,
        abort: None,
        timeout: None,
    })
    .await
}

/// The same without a window: whoever is signed in at the provider already is signed in here.
///
/// # Errors
/// When somebody would have to press something.
pub async fn authorize_silently(url: &str) -> Result<String, BrowserError> {
    // Firefox knows neither, and refuses what it doesn't know.
    let chromium = firefox_host(&get_redirect_url("")).is_none();
    launch(&Details {
        url,
        interactive: false,
        // Providers lead through pages of their own before they send back.
        abort: chromium.then_some(false),
        timeout: chromium.then_some(8_000),
    })
    .await
}

#[derive(serde::Serialize)]
struct Details<'a> {
    url: &'a str,
    interactive: bool,
    #[serde(
        rename = "abortOnLoadForNonInteractive",
        skip_serializing_if = "Option::is_none"
    )]
    abort: Option<bool>,
    #[serde(
        rename = "timeoutMsForNonInteractive",
        skip_serializing_if = "Option::is_none"
    )]
    timeout: Option<u32>,
}

async fn launch(details: &Details<'_>) -> Result<String, BrowserError> {
    let address = launch_web_auth_flow(to_js(details)?).await?;
    address
        .as_string()
        .ok_or_else(|| BrowserError("the browser was not sent back".into()))
}

/// The part of Firefox's address that stands for this extension.
fn firefox_host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (name, host) = rest.split('/').next()?.split_once('.')?;
    (host == "extensions.allizom.org").then_some(name)
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "identity"], js_name = getRedirectURL)]
    fn get_redirect_url(path: &str) -> String;
    #[wasm_bindgen(js_namespace = ["chrome", "identity"], js_name = launchWebAuthFlow, catch)]
    async fn launch_web_auth_flow(details: JsValue) -> Result<JsValue, JsValue>;
}

#[cfg(test)]
mod tests {
    use super::firefox_host;

    #[test]
    fn firefox_is_known_by_its_address() {
        assert_eq!(
            firefox_host(
                "https://35b64b676900f491c00e7f618d43f7040e88422e.extensions.allizom.org/x"
            ),
            Some("35b64b676900f491c00e7f618d43f7040e88422e")
        );
        assert_eq!(firefox_host("https://abc.chromiumapp.org/x"), None);
    }
}
