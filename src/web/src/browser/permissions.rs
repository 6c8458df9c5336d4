//! Permissions: asked for in the click that needs them, never before.

use std::future::Future;

use holdfast_backup::destination::config::DestinationConfig;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{BrowserError, to_js};

#[derive(serde::Serialize)]
struct Origins<'a> {
    origins: &'a [String],
}

/// Whether requests to all these match patterns (`https://cloud.example/*`) are allowed.
pub async fn contains(patterns: &[String]) -> bool {
    let Ok(wanted) = to_js(&Origins { origins: patterns }) else {
        return false;
    };
    // A browser that can't tell has not granted it.
    js_contains(wanted)
        .await
        .is_ok_and(|granted| granted.is_truthy())
}

#[derive(serde::Serialize)]
struct Named<'a> {
    permissions: &'a [&'a str],
}

/// Whether all these named permissions are held.
pub async fn holds(names: &[&str]) -> bool {
    let Ok(wanted) = to_js(&Named { permissions: names }) else {
        return false;
    };
    js_contains(wanted).await.is_ok_and(|held| held.is_truthy())
}

/// Asks the person for named permissions, in the very click, as [`request`] does.
///
/// # Errors
/// When one is not listed as optional in the manifest.
pub fn request_named(names: &[&str]) -> impl Future<Output = Result<bool, BrowserError>> + use<> {
    let asked = to_js(&Named { permissions: names }).and_then(|wanted| Ok(js_request(wanted)?));
    async move { Ok(JsFuture::from(asked?).await?.is_truthy()) }
}

/// Gives named permissions back.
///
/// # Errors
/// When the browser refuses.
pub async fn give_back(names: &[&str]) -> Result<(), BrowserError> {
    js_remove(to_js(&Named { permissions: names })?).await?;
    Ok(())
}

/// Asks the person for match patterns, all at once. Must be called inside a click: the browser is asked at
/// once, before the returned future is awaited, because Firefox looks at the very call.
///
/// # Errors
/// When a pattern is not one that the manifest lists as optional.
pub fn request(patterns: &[String]) -> impl Future<Output = Result<bool, BrowserError>> + use<> {
    let asked = to_js(&Origins { origins: patterns }).and_then(|wanted| Ok(js_request(wanted)?));
    async move { Ok(JsFuture::from(asked?).await?.is_truthy()) }
}

/// The match patterns of a destination; none for one that needs no permission.
#[must_use]
pub fn patterns(config: &DestinationConfig) -> Vec<String> {
    let origins = config.origins();
    origins
        .iter()
        .filter_map(|origin| pattern(origin))
        .collect()
}

/// The match pattern of an address: its scheme and host, without the port, which match patterns
/// can't express in every browser.
///
/// `None` when the address has no host.
#[must_use]
pub fn pattern(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(v6) => format!("[{}]", v6.split(']').next()?),
        None => host.split(':').next()?.to_string(),
    };
    (!host.is_empty()).then(|| format!("{scheme}://{host}/*"))
}

/// Whether a permission that came or went says something about a match pattern of ours. People may
/// give and take it for many hosts at once, in the browser's own settings.
#[must_use]
pub fn covers(changed: &str, needed: &str) -> bool {
    if changed == needed || changed == "<all_urls>" {
        return true;
    }
    fn parts(pattern: &str) -> Option<(&str, &str)> {
        let (scheme, rest) = pattern.split_once("://")?;
        Some((scheme, rest.split('/').next()?))
    }
    let (Some((scheme, host)), Some((needed_scheme, needed_host))) =
        (parts(changed), parts(needed))
    else {
        return false;
    };
    let below = host.strip_prefix('*').is_some_and(|end| {
        // `*` is every host, `*.example` that one and all below it.
        needed_host.ends_with(end) || end.strip_prefix('.') == Some(needed_host)
    });
    (scheme == "*" || scheme == needed_scheme) && (host == needed_host || below)
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], js_name = contains, catch)]
    async fn js_contains(wanted: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], js_name = request, catch)]
    fn js_request(wanted: JsValue) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], js_name = remove, catch)]
    async fn js_remove(given: JsValue) -> Result<JsValue, JsValue>;
}

#[cfg(test)]
mod tests {
    use super::{covers, pattern};

    #[test]
    fn a_permission_may_be_for_many_hosts() {
        let own = "https://cloud.example/*";
        for changed in [
            own,
            "<all_urls>",
            "*://*/*",
            "https://*/*",
            "https://*.example/*",
            "*://*.cloud.example/*",
        ] {
            assert!(covers(changed, own), "{changed}");
        }
        for changed in [
            "https://other.example/*",
            "http://cloud.example/*",
            "http://*/*",
            "https://loud.example/*",
            "https://*.loud.example/*",
            "https://cloud.example.org/*",
            "cloud.example",
        ] {
            assert!(!covers(changed, own), "{changed}");
        }
    }

    #[test]
    fn a_pattern_is_scheme_and_host() {
        assert_eq!(
            pattern("https://cloud.example:8443/remote.php/dav").as_deref(),
            Some("https://cloud.example/*")
        );
        assert_eq!(
            pattern("http://127.0.0.1:8101/").as_deref(),
            Some("http://127.0.0.1/*")
        );
        assert_eq!(
            pattern("http://[::1]:80/x").as_deref(),
            Some("http://[::1]/*")
        );
        assert_eq!(
            pattern("https://*.storage.example").as_deref(),
            Some("https://*.storage.example/*")
        );
        assert_eq!(pattern("https://").as_deref(), None);
        assert_eq!(pattern("cloud.example").as_deref(), None);
    }
}
