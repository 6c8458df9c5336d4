//! Addresses that people type, checked and brought into one form without a URL library.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// A base address in normal form: `https://host[:port]/path/`, the path percent-encoded and
/// ending in `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `https://host[:port]`, for the browser's permission and for comparing.
    pub origin: String,
    /// The path, beginning and ending with `/`, percent-encoded.
    pub path: String,
}

/// What is wrong with an input field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The form field.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was entered.
    Empty,
    /// The address must begin with `https://` (or be `http://localhost` or `http://127.0.0.1`).
    NotHttps,
    /// User name or password inside the address: they have fields of their own.
    HasCredentials,
    /// A `?` or `#` part: this is the address of a page, not of a folder.
    HasQuery,
    /// The host is missing or malformed.
    BadHost,
    /// The host has non-ASCII letters; its ASCII form (`xn--…`) is needed.
    NonAsciiHost,
    /// The port is not a number from 1 to 65535.
    BadPort,
    /// The path has `.` or `..` segments, or encodes a `/`.
    BadPath,
    /// The folder name has a character that can't be part of one.
    BadFolder,
    /// A user name can't contain a colon (RFC 7617, section 2).
    ColonInUser,
    /// A control character.
    ControlCharacter,
    /// The name does not follow the rules of buckets.
    BadBucket,
    /// The region has a character that regions don't have.
    BadRegion,
    /// This build has no client id of its own, and none was entered.
    NoClientId,
    /// A client id or secret has a character that neither can have.
    BadClientId,
}

impl FieldError {
    /// The stable identifier, in snake case: `err_<code>` in `_locales`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.reason {
            Reason::Empty => "field_empty",
            Reason::NotHttps => "address_not_https",
            Reason::HasCredentials => "address_has_credentials",
            Reason::HasQuery => "address_has_query",
            Reason::BadHost => "address_bad_host",
            Reason::NonAsciiHost => "address_non_ascii_host",
            Reason::BadPort => "address_bad_port",
            Reason::BadPath => "address_bad_path",
            Reason::BadFolder => "folder_bad_name",
            Reason::ColonInUser => "user_has_colon",
            Reason::ControlCharacter => "field_control_character",
            Reason::BadBucket => "bucket_bad_name",
            Reason::BadRegion => "region_bad_name",
            Reason::NoClientId => "client_id_missing",
            Reason::BadClientId => "client_id_bad",
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.code())
    }
}

impl std::error::Error for FieldError {}

impl Address {
    /// Reads an address as typed or pasted. `https` is required, except for this very computer:
    /// there, nothing can listen in on the way. It is called `localhost` or `127.0.0.1`, as in the
    /// manifest; a content security policy can't name `[::1]` nor a range of addresses (Content
    /// Security Policy Level 3, section 2.3.1).
    ///
    /// # Errors
    /// What is wrong with it, for the form field `field`.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, FieldError> {
        let fail = |reason| FieldError { field, reason };
        let text = text.trim();
        if text.is_empty() {
            return Err(fail(Reason::Empty));
        }
        if text.chars().any(char::is_control) {
            return Err(fail(Reason::ControlCharacter));
        }
        let (scheme, rest) = text.split_once("://").ok_or(fail(Reason::NotHttps))?;
        let scheme = scheme.to_ascii_lowercase();
        if rest.contains(['?', '#']) {
            return Err(fail(Reason::HasQuery));
        }
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        if authority.contains('@') {
            return Err(fail(Reason::HasCredentials));
        }
        let (host, port) = split_port(authority);
        let host = host.to_ascii_lowercase();
        if !host.is_ascii() {
            return Err(fail(Reason::NonAsciiHost));
        }
        if !is_host(&host) {
            return Err(fail(Reason::BadHost));
        }
        let port = match port {
            None => None,
            Some(port) => Some(read_port(port).ok_or(fail(Reason::BadPort))?),
        };
        let default_port = match scheme.as_str() {
            "https" => 443,
            "http" if is_loopback(&host) => 80,
            _ => return Err(fail(Reason::NotHttps)),
        };
        let origin = match port {
            Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        };
        let path = normal_path(path).ok_or(fail(Reason::BadPath))?;
        Ok(Self { origin, path })
    }

    /// The whole address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// The host without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.origin.split_once("://").map_or("", |(_, rest)| rest);
        split_port(authority).0
    }
}

/// Reads a folder as typed: segments separated by `/`, none of them `.`, `..` or with a control
/// character or backslash in it. Returned without slashes at the ends; may be empty.
///
/// # Errors
/// What is wrong with it, for the form field `field`.
pub fn parse_folder(field: &'static str, text: &str) -> Result<String, FieldError> {
    let mut segments = Vec::new();
    for segment in text.trim().split('/') {
        let segment = segment.trim();
        if segment.is_empty() {
            continue;
        }
        let bad = segment == "."
            || segment == ".."
            || segment.chars().any(|c| c.is_control() || c == '\\');
        if bad {
            return Err(FieldError {
                field,
                reason: Reason::BadFolder,
            });
        }
        segments.push(segment);
    }
    Ok(segments.join("/"))
}

/// Percent-encodes a path, all but the unreserved characters and the slashes (RFC 3986, section
/// 2.3), which is also what AWS signatures want.
#[must_use]
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'!')
    .add(b'"')
    .add(b'#')
    .add(b'$')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b'+')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
const PATH: &AsciiSet = &QUERY.remove(b'/');

fn split_port(authority: &str) -> (&str, Option<&str>) {
    // The colons inside `[::1]` belong to the address.
    let after_bracket = authority.rfind(']').map_or(0, |at| at + 1);
    match authority
        .get(after_bracket..)
        .and_then(|rest| rest.rfind(':'))
    {
        Some(at) => {
            let (host, port) = authority.split_at(after_bracket + at);
            (host, port.strip_prefix(':'))
        }
        None => (authority, None),
    }
}

fn read_port(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port != 0)
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return inner.parse::<core::net::Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1")
}

/// Decodes and encodes again, so that one place has one spelling; `None` for what would lead
/// elsewhere.
fn normal_path(path: &str) -> Option<String> {
    let mut out = String::from("/");
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let decoded = percent_decode_str(segment).decode_utf8().ok()?;
        let leads_elsewhere = decoded == "."
            || decoded == ".."
            || decoded.contains(['/', '\\'])
            || decoded.chars().any(char::is_control);
        if leads_elsewhere {
            return None;
        }
        out.push_str(&encode_path(&decoded));
        out.push('/');
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> Result<String, Reason> {
        Address::parse("address", text)
            .map(|a| a.url())
            .map_err(|e| e.reason)
    }

    #[test]
    fn addresses_have_one_form() {
        for (typed, normal) in [
            ("https://cloud.example", "https://cloud.example/"),
            (
                " HTTPS://Cloud.Example:443/dav ",
                "https://cloud.example/dav/",
            ),
            (
                "https://cloud.example:8443//a//b/",
                "https://cloud.example:8443/a/b/",
            ),
            (
                "https://cloud.example/M%C3%BCller ä/%7Ejane",
                "https://cloud.example/M%C3%BCller%20%C3%A4/~jane/",
            ),
            (
                "https://cloud.example/a@b+c",
                "https://cloud.example/a%40b%2Bc/",
            ),
            ("http://localhost:8080/dav", "http://localhost:8080/dav/"),
            ("http://127.0.0.1:80", "http://127.0.0.1/"),
            (
                "https://[2001:db8::1]:8443/x",
                "https://[2001:db8::1]:8443/x/",
            ),
        ] {
            assert_eq!(url(typed).as_deref(), Ok(normal), "{typed}");
        }
    }

    #[test]
    fn each_mistake_is_named() {
        for (typed, reason) in [
            ("", Reason::Empty),
            ("cloud.example", Reason::NotHttps),
            ("http://cloud.example/", Reason::NotHttps),
            ("http://127.0.0.1.evil.example/", Reason::NotHttps),
            // This computer, too, but by no name that the manifest could give.
            ("http://127.0.0.2", Reason::NotHttps),
            ("http://[::1]:8080", Reason::NotHttps),
            ("http://localhost./", Reason::NotHttps),
            ("http://localhost.evil.example/", Reason::NotHttps),
            ("ftp://cloud.example/", Reason::NotHttps),
            ("https://jane:secret@cloud.example/", Reason::HasCredentials),
            ("https://cloud.example/?dir=/", Reason::HasQuery),
            ("https://cloud.example/#x", Reason::HasQuery),
            ("https:///dav", Reason::BadHost),
            ("https://cloud..example", Reason::BadHost),
            ("https://-cloud.example", Reason::BadHost),
            ("https://[::1", Reason::BadHost),
            ("https://cloud.example\\evil/", Reason::BadHost),
            ("https://müller.example/", Reason::NonAsciiHost),
            ("https://cloud.example:0", Reason::BadPort),
            ("https://cloud.example:65536", Reason::BadPort),
            ("https://cloud.example:+80", Reason::BadPort),
            ("https://cloud.example:", Reason::BadPort),
            ("https://cloud.example/a/../b", Reason::BadPath),
            ("https://cloud.example/%2e%2e/b", Reason::BadPath),
            ("https://cloud.example/a%2Fb", Reason::BadPath),
            ("https://cloud.example/%ff", Reason::BadPath),
            ("https://cloud.example/a\nb", Reason::ControlCharacter),
        ] {
            assert_eq!(url(typed), Err(reason), "{typed}");
        }
    }

    #[test]
    fn folders() {
        assert_eq!(
            parse_folder("folder", "/Apps/ Holdfast/").as_deref(),
            Ok("Apps/Holdfast")
        );
        assert_eq!(parse_folder("folder", "").as_deref(), Ok(""));
        for bad in ["..", "a/../b", "a\\b", "a/\u{0}b"] {
            assert!(parse_folder("folder", bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn normal_form_is_stable(text in "https://[a-z.:0-9\\[\\]]{1,20}/[ -~äß/%]{0,30}") {
            if let Ok(address) = Address::parse("address", &text) {
                prop_assert_eq!(Address::parse("address", &address.url()).unwrap(), address);
            }
        }

        #[test]
        fn any_text_is_an_address_or_an_error(text in ".{0,60}") {
            let _ = Address::parse("address", &text);
            let _ = Address::parse("address", &format!("https://{text}"));
        }
    }
}
