//! From the issuer that an account names to the domains where its codes are asked for: only ever to
//! suggest an account, never to fill one.

use std::collections::BTreeSet;

use super::text::Words;

/// The list: a name, a tab, its domains.
const LIST: &str = include_str!("issuers.txt");

/// Who is at home on a registrable domain.
pub struct Home(BTreeSet<String>);

impl Home {
    /// All issuers that are known there, and whoever is named like it.
    pub fn of(domain: &str) -> Self {
        let name = domain.split('.').next().unwrap_or_default();
        let known = entries().filter(|(_, domains)| domains.split(' ').any(|it| it == domain));
        let names = known.map(|(issuer, _)| issuer).chain([domain, name]);
        Self(names.map(key).filter(|key| !key.is_empty()).collect())
    }

    /// Whether this issuer is.
    pub fn has(&self, issuer: &str) -> bool {
        self.0.contains(&key(issuer))
    }
}

/// The domains of an issuer.
pub fn of(issuer: &str) -> Vec<&'static str> {
    let wanted = key(issuer);
    entries()
        .filter(|(name, _)| key(name) == wanted)
        .flat_map(|(_, domains)| domains.split(' '))
        .collect()
}

#[cfg(test)]
thread_local! {
    /// How often the list was read.
    pub static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Names and domains.
fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    #[cfg(test)]
    READ.set(READ.get() + 1);
    LIST.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
}

/// Letters and digits only: "1&1 IONOS" and "1&1-Ionos" are one.
fn key(name: &str) -> String {
    Words::spoken(name).as_str().split(' ').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_at(issuer: &str, domain: &str) -> bool {
        Home::of(domain).has(issuer)
    }

    #[test]
    fn names_lead_to_domains() {
        assert!(is_at("GitHub", "github.com"));
        assert!(
            is_at("git-hub", "github.com"),
            "only letters and digits count"
        );
        assert!(is_at("github.com", "github.com"));
        assert!(!is_at("GitHub", "gitlab.com"));
        assert!(!is_at("", "github.com"));
        assert!(is_at("1Password", "1password.eu"));
        assert!(!is_at("1Password", "github.com"));
        assert!(of("1Password").contains(&"1password.eu"));
    }
}
