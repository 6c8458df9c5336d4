//! Origins of pages, and the sites that an account is bound to.

use std::fmt;

use super::suffix::registrable;

/// How a page was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// Anyone on the way can read and change it.
    Http,
    /// Encrypted, from whom the certificate names.
    Https,
}

/// An origin that a code may go to: `http` or `https`, a host, a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The scheme.
    pub scheme: Scheme,
    /// In ASCII and lower case, without a dot at its end; IPv6 in brackets.
    pub host: String,
    /// `None` for the scheme's own.
    pub port: Option<u16>,
}

/// A site that an account is bound to, as stored with it: `example.com`, or an origin where the
/// scheme, the port or the exact host matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site(Origin);

impl Origin {
    /// Reads what a browser calls an origin. `None` for all that no code may go to: opaque origins
    /// (`null`), files, the browser's and extensions' own pages.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#', '\\']).next()?;
        let authority = authority.rsplit('@').next()?;
        Self::from_authority(scheme, authority)
    }

    fn from_authority(scheme: Scheme, authority: &str) -> Option<Self> {
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (v6, after) = rest.split_once(']')?;
                let digits = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
                if v6.is_empty() || !v6.chars().all(digits) {
                    return None;
                }
                (
                    format!("[{}]", v6.to_ascii_lowercase()),
                    after.strip_prefix(':'),
                )
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host.to_ascii_lowercase(), Some(port)),
                None => (authority.to_ascii_lowercase(), None),
            },
        };
        let host = host.strip_suffix('.').unwrap_or(&host).to_owned();
        let port = match port {
            Some("") | None => None,
            Some(port) => Some(port.parse().ok()?),
        };
        let own = match scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        let is_name = |label: &str| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if !host.starts_with('[') && !host.split('.').all(is_name) {
            return None;
        }
        Some(Self {
            scheme,
            host,
            port: port.filter(|port| *port != own),
        })
    }

    /// The registrable domain, where sites are told apart by it: not for numbers, names without a
    /// dot, and other ports than the scheme's own, behind which anybody may be.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        let last = self.host.rsplit('.').next()?;
        let number = last.bytes().all(|byte| byte.is_ascii_digit());
        if self.port.is_some() || number || self.host.starts_with('[') || !self.host.contains('.') {
            return None;
        }
        registrable(&self.host)
    }

    /// What to compare and to show of it: the domain, or the exact host with its port.
    #[must_use]
    pub fn name(&self) -> String {
        match (self.domain(), self.port) {
            (Some(domain), _) => domain.to_owned(),
            (None, Some(port)) => format!("{}:{port}", self.host),
            (None, None) => self.host.clone(),
        }
    }

    /// Whether two origins are of the same site, whatever their schemes.
    #[must_use]
    pub fn is_same_site(&self, other: &Self) -> bool {
        if self.host == other.host {
            return self.port == other.port;
        }
        // A domain has two labels at least, and most hosts differ in these: that needs no list.
        ending(&self.host) == ending(&other.host)
            && self
                .domain()
                .is_some_and(|domain| other.domain() == Some(domain))
    }
}

/// The last two labels of a host.
fn ending(host: &str) -> &str {
    let dot = host.rmatch_indices('.').nth(1);
    dot.map_or(host, |(at, _)| host.get(at + 1..).unwrap_or_default())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        match self.port {
            Some(port) => write!(f, "{scheme}://{}:{port}", self.host),
            None => write!(f, "{scheme}://{}", self.host),
        }
    }
}

impl Site {
    /// The site of a page on which a person wants an account to fill.
    #[must_use]
    pub fn of(origin: &Origin) -> Self {
        let mut site = origin.clone();
        if let Some(domain) = origin.domain() {
            site.host = domain.to_owned();
        }
        Self(site)
    }

    /// Reads a stored site: a host, or an address, of which the path does not matter. A host alone
    /// means `https`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains("://") {
            return Origin::parse(text).map(Self);
        }
        let authority = text.split(['/', '?', '#']).next()?;
        Origin::from_authority(Scheme::Https, authority).map(Self)
    }

    /// Whether a page is of this site. What was bound on `https` never fills on `http`; what was
    /// bound on `http` may move to `https`.
    #[must_use]
    pub fn matches(&self, origin: &Origin) -> bool {
        (self.0.scheme <= origin.scheme) && self.is_same_site(origin)
    }

    /// Whether a page is of this site but for its scheme.
    #[must_use]
    pub fn is_same_site(&self, origin: &Origin) -> bool {
        self.0.is_same_site(origin)
    }

    /// Whether it was bound on `https`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.scheme == Scheme::Https
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.0.host
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.scheme, self.0.port) {
            (Scheme::Https, None) => f.write_str(&self.0.host),
            _ => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
#[path = "host_tests.rs"]
mod tests;
