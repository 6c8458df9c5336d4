//! From the issuer that an account names to the domains where its codes are asked for: only ever to
//! suggest an account, never to fill one.

use super::text::Words;

/// The list: a name, a tab, its domains.
const LIST: &str = include_str!("issuers.txt");

/// Whether a registrable domain is known, or named, as this issuer's.
pub fn is_at(issuer: &str, domain: &str) -> bool {
    let wanted = key(issuer);
    if wanted.is_empty() {
        return false;
    }
    if wanted == key(domain)
        || domain
            .split('.')
            .next()
            .is_some_and(|name| key(name) == wanted)
    {
        return true;
    }
    domains(&wanted).any(|known| known == domain)
}

/// The domains of an issuer.
pub fn of(issuer: &str) -> Vec<&'static str> {
    domains(&key(issuer)).collect()
}

fn domains(wanted: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    LIST.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter(move |(name, _)| key(name) == wanted)
        .flat_map(|(_, domains)| domains.split(' '))
}

/// Letters and digits only: "1&1 IONOS" and "1&1-Ionos" are one.
fn key(name: &str) -> String {
    Words::spoken(name).as_str().split(' ').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(of("1Password").contains(&"1password.eu"));
    }
}
