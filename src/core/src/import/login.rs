//! A login of a password manager, with a one-time password among its fields.

use super::lines;
use super::{Reason, collect};
use crate::account::AccountDraft;

/// The fields of a login.
#[derive(Default)]
pub(super) struct Login<'a> {
    pub(super) title: &'a str,
    pub(super) username: &'a str,
    pub(super) note: &'a str,
    pub(super) urls: Vec<&'a str>,
    pub(super) groups: Vec<String>,
    /// A Key URI, or a bare secret, which means the defaults of the Key URI format.
    pub(super) totp: &'a str,
}

impl Login<'_> {
    /// What a list names it by.
    pub(super) fn name(&self) -> String {
        collect::name(self.title, self.username)
    }

    /// The account. What the Key URI leaves open, the login says.
    pub(super) fn draft(&self) -> Result<AccountDraft, Reason> {
        let totp = self.totp.trim();
        if totp.is_empty() {
            return Err(Reason::NoCode);
        }
        let mut draft = if lines::is(totp) {
            lines::uri(totp)?
        } else if totp.contains("://") {
            return Err(Reason::UnknownEncoding);
        } else {
            let mut draft = AccountDraft::default();
            totp.clone_into(&mut draft.secret);
            draft
        };
        if draft.issuer.trim().is_empty() && draft.label.trim() != self.title.trim() {
            self.title.clone_into(&mut draft.issuer);
        }
        if draft.label.trim().is_empty() {
            let named = [self.username, self.title];
            let other = |name: &&str| !name.trim().is_empty() && *name != draft.issuer;
            draft.label = named.into_iter().find(other).unwrap_or_default().to_owned();
        }
        if draft.note.is_empty() {
            self.note.clone_into(&mut draft.note);
        }
        draft.groups.extend(self.groups.iter().cloned());
        draft.groups.retain(|group| !group.trim().is_empty());
        draft.sites = sites(self.urls.iter().copied());
        Ok(draft)
    }
}

/// The hosts of web addresses, each once. Whatever is no web address is no site.
fn sites<'a>(urls: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut sites: Vec<String> = Vec::new();
    for site in urls.filter_map(host) {
        if !sites.contains(&site) && sites.len() < crate::account::MAX_SITES {
            sites.push(site);
        }
    }
    sites
}

/// The host of an address, with the port if it has one (RFC 3986, section 3.2).
fn host(url: &str) -> Option<String> {
    let url = url.trim();
    let rest = match url.split_once("://") {
        Some((scheme, rest))
            if ["http", "https"]
                .iter()
                .any(|s| scheme.eq_ignore_ascii_case(s)) =>
        {
            rest
        }
        Some(_) => return None,
        None => url,
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let possible = host.contains('.')
        && host.len() <= 253
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.:".contains(&b));
    possible.then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_have_hosts() {
        for (url, expected) in [
            ("https://GitHub.com/login?x=1#y", Some("github.com")),
            (
                "http://localhost.example:8080",
                Some("localhost.example:8080"),
            ),
            ("https://user:pw@a.example\\@b.example", Some("a.example")),
            ("example.org", Some("example.org")),
            ("androidapp://com.example", None),
            ("https://", None),
            ("https://exa mple.org", None),
            ("just words", None),
            ("", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }
}
