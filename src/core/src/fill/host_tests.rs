use super::*;

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

fn matches(site: &str, page: &str) -> bool {
    Site::parse(site).unwrap().matches(&origin(page))
}

#[test]
fn only_pages_of_the_web_have_an_origin_to_fill_on() {
    for text in [
        "null",
        "",
        "file://",
        "data:text/html,x",
        "about:blank",
        "chrome-extension://abc",
        "moz-extension://abc",
        "view-source:https://example.com",
        "blob:https://example.com/1",
        "ftp://example.com",
        "https://",
        "https://exa mple.com",
        "https://bücher.example",
        "https://a..b",
        "https://[zz]",
        "https://example.com:99999",
    ] {
        assert_eq!(Origin::parse(text), None, "{text}");
    }
    assert_eq!(
        origin("HTTPS://Example.COM.:443/path?q#f").to_string(),
        "https://example.com"
    );
    assert_eq!(origin("http://[::1]:8080").to_string(), "http://[::1]:8080");
    assert_eq!(origin("https://user@evil.example").host, "evil.example");
    assert_eq!(
        origin("https://good.example\\@evil.example").host,
        "good.example"
    );
}

#[test]
fn sites_are_registrable_domains() {
    assert!(matches("example.com", "https://login.example.com"));
    assert!(matches("login.example.com", "https://www.example.com"));
    assert!(matches(
        "https://example.com/sign-in",
        "https://example.com"
    ));
    assert!(!matches("example.com", "https://example.com.evil.test"));
    assert!(!matches("example.com", "https://notexample.com"));
    assert!(!matches("example.com", "https://example.co"));
    assert!(!matches("one.github.io", "https://two.github.io"));
    assert!(!matches("github.io", "https://two.github.io"));
    assert!(!matches("a.co.uk", "https://b.co.uk"));
    assert!(matches("example.com.", "https://example.com."));
}

#[test]
fn schemes_and_ports_matter() {
    assert!(!matches("example.com", "http://example.com"));
    assert!(!matches("https://example.com", "http://www.example.com"));
    assert!(matches("http://example.com", "https://example.com"));
    assert!(!matches("example.com", "https://example.com:8443"));
    assert!(matches(
        "https://example.com:8443",
        "https://example.com:8443"
    ));
    assert!(!matches(
        "https://example.com:8443",
        "https://www.example.com:8443"
    ));
    assert!(!matches("https://example.com:8443", "https://example.com"));
}

#[test]
fn numbers_and_short_names_are_compared_exactly() {
    assert!(matches("http://127.0.0.1:8080", "http://127.0.0.1:8080"));
    assert!(!matches("http://127.0.0.1:8080", "http://127.0.0.1:8081"));
    assert!(!matches("https://1.2.3.4", "https://9.2.3.4"));
    assert!(!matches("http://localhost:3000", "http://localhost:3001"));
    assert!(matches("https://intranet", "https://intranet"));
    assert!(!matches("https://intranet", "https://wiki.intranet"));
    assert!(matches("http://[::1]:1", "http://[::1]:1"));
}

#[test]
fn a_learned_site_is_stored_in_its_shortest_form() {
    for (page, site) in [
        ("https://login.example.com", "example.com"),
        ("http://login.example.com", "http://example.com"),
        (
            "https://login.example.com:8443",
            "https://login.example.com:8443",
        ),
        ("https://one.github.io", "one.github.io"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://10.0.0.1", "10.0.0.1"),
    ] {
        let learned = Site::of(&origin(page));
        assert_eq!(learned.to_string(), site);
        assert_eq!(Site::parse(site), Some(learned.clone()));
        assert!(learned.matches(&origin(page)));
    }
}
