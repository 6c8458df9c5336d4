//! Requests and answers as the stand-ins see them.

use data_encoding::HEXLOWER;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// A request.
pub struct Call {
    /// Its method.
    pub method: String,
    /// Scheme and host that were asked, with a slash at the end.
    pub base: String,
    /// The path, decoded.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The time, in milliseconds since 1970.
    pub now: u64,
}

/// What the access token turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// There is none.
    Missing,
    /// It is unknown, ended or taken back.
    Dead,
    /// It is good somewhere else.
    OtherAudience,
    /// It is good.
    Good(Caller),
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: String,
    /// What was granted.
    pub scopes: Vec<String>,
}

/// An answer.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Call {
    /// Reads a request for `target`, which is path and query; `None` if it can't be read.
    pub fn read(
        method: &str,
        base: String,
        target: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
        now: u64,
    ) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let decode = |text: &str| -> Option<String> {
            let decoded = percent_decode_str(text).decode_utf8();
            Some(decoded.ok()?.into_owned())
        };
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=')?;
                // In a query, a plus is a space (the URL standard's form encoding).
                Some((decode(name)?, decode(&value.replace('+', " "))?))
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            method: method.to_owned(),
            base,
            path: decode(path)?,
            query,
            headers,
            body,
            now,
        })
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The kind of the body, without its parameters.
    pub fn kind(&self) -> &str {
        let kind = self.header("content-type").unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim()
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The access token (RFC 6750).
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }
}

impl Reply {
    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self::bytes(status, Vec::new())
    }

    /// Bytes.
    pub fn bytes(status: u16, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    /// Text for people.
    pub fn text(status: u16, text: &str) -> Self {
        Self::bytes(status, text.as_bytes().to_vec()).with("Content-Type", "text/plain")
    }

    /// JSON.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::bytes(status, value.to_string().into_bytes()).with("Content-Type", "application/json")
    }

    /// With one more header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Caller {
    /// Whether a scope was granted.
    pub fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope)
    }
}

/// Says which members of an object are not among the known ones.
pub fn unknown_member(value: &Value, known: &[&str]) -> Option<String> {
    let members = value.as_object()?;
    members
        .keys()
        .find(|name| !known.contains(&name.as_str()))
        .cloned()
}

/// SHA-256 as hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

/// A time as RFC 3339 writes it.
pub fn rfc3339(millis: u64) -> String {
    let (year, month, day, hour, minute, second) = holdfast_backup::http_date::civil(millis);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// A time as HTTP writes it (RFC 9110, section 5.6.7).
pub fn http_date(millis: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (year, month, day, hour, minute, second) = holdfast_backup::http_date::civil(millis);
    let name = |names: &[&'static str], index: u64| -> &'static str {
        let index = usize::try_from(index).unwrap_or(0) % names.len().max(1);
        names.get(index).copied().unwrap_or_default()
    };
    format!(
        "{}, {day:02} {} {year:04} {hour:02}:{minute:02}:{second:02} GMT",
        name(&DAYS, millis / 86_400_000),
        name(&MONTHS, month.saturating_sub(1)),
    )
}
