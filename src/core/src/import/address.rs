//! From the web addresses of a login to the sites of an account.

use super::punycode::to_ascii;
use crate::account::{MAX_SITE_BYTES, MAX_SITES};
use crate::fill::Site;

/// The sites of web addresses, each once, in the form in which a learned one is stored. Whatever is
/// no web address is no site.
pub(super) fn sites<'a>(urls: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut sites: Vec<String> = Vec::new();
    for site in urls.filter_map(site) {
        if !sites.contains(&site) && sites.len() < MAX_SITES {
            sites.push(site);
        }
    }
    sites
}

/// The site of an address (RFC 3986, section 3.2). Of `http` the scheme stays: a host alone means
/// `https`, and would never fill on it.
fn site(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => {
            let known = |known: &&str| scheme.eq_ignore_ascii_case(known);
            (Some(["http", "https"].into_iter().find(known)?), rest)
        }
        None => (None, url),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    // All that is under a domain is of its site anyway.
    let authority = authority.strip_prefix("*.").unwrap_or(authority);
    let Some(scheme) = scheme else {
        // A word alone is rather a word.
        let local = authority.split(':').next() == Some("localhost");
        let possible = authority.contains('.') || authority.starts_with('[') || local;
        return Site::parse(&ascii(authority)?)
            .filter(|_| possible)
            .map(|site| site.to_string());
    };
    let read = ascii(authority).and_then(|ascii| Site::parse(&format!("{scheme}://{ascii}")));
    match read {
        Some(site) => Some(site.to_string()),
        // Kept as it is: the account is bound to somewhere else than where it is used.
        None => Some(format!("{scheme}://{authority}"))
            .filter(|site| !authority.is_empty() && site.len() <= MAX_SITE_BYTES),
    }
}

/// Host and port with the host in ASCII.
fn ascii(authority: &str) -> Option<String> {
    match authority.rsplit_once(':') {
        _ if authority.starts_with('[') => Some(authority.to_owned()),
        Some((host, port)) => Some(format!("{}:{port}", to_ascii(host)?)),
        None => to_ascii(authority),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_have_sites() {
        for (url, expected) in [
            ("https://GitHub.com/login?x=1#y", Some("github.com")),
            (
                "http://NAS.example.lan:5000/login",
                Some("http://nas.example.lan:5000"),
            ),
            (
                "https://nas.example.lan:5001/",
                Some("https://nas.example.lan:5001"),
            ),
            ("https://nas.example.lan:443/", Some("nas.example.lan")),
            ("HTTP://router/", Some("http://router")),
            ("http://localhost:8080/", Some("http://localhost:8080")),
            ("localhost:8443", Some("https://localhost:8443")),
            ("http://[FE80::1]:81/x", Some("http://[fe80::1]:81")),
            ("https://[::1]/", Some("[::1]")),
            ("https://192.0.2.7/", Some("192.0.2.7")),
            ("https://Bücher.example/", Some("xn--bcher-kva.example")),
            (
                "http://bücher.example:81/",
                Some("http://xn--bcher-kva.example:81"),
            ),
            ("https://*.example.com/*", Some("example.com")),
            ("https://user:pw@a.example\\@b.example", Some("a.example")),
            ("example.org", Some("example.org")),
            ("androidapp://com.example", None),
            ("https://", None),
            ("https://exa mple.org/x", Some("https://exa mple.org")),
            (
                "https://example.org:port/",
                Some("https://example.org:port"),
            ),
            ("just words", None),
            ("word", None),
            ("two words. and a full stop.", None),
            ("", None),
        ] {
            assert_eq!(site(url).as_deref(), expected, "{url}");
        }
        assert_eq!(site(&format!("https://{}", " x".repeat(300))), None);
    }

    /// A code is filled on the page whose address the other app knew, and on no other.
    #[test]
    fn sites_fill_where_the_address_leads() {
        use crate::fill::Origin;
        use crate::fill::choose::{Verdict, verdict};
        for url in [
            "http://nas.example.lan:5000",
            "http://router",
            "https://nas.example.lan:5001",
            "http://[fe80::1]",
            "https://xn--bcher-kva.example",
        ] {
            let sites = sites([url].into_iter());
            let page = Origin::parse(url).unwrap();
            assert_eq!(verdict(&sites, &page, &page), Verdict::Allowed, "{url}");
        }
        let sites = sites(["https://bücher.example/"].into_iter());
        let page = Origin::parse("https://xn--bcher-kva.example").unwrap();
        assert_eq!(verdict(&sites, &page, &page), Verdict::Allowed);
    }
}
