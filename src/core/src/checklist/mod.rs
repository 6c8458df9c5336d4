//! The checklist for leaving an authenticator that has no export: the accounts that a person reads
//! off its screen, where each site explains how to add another app, and which have arrived.

use serde::{Deserialize, Serialize};

/// Names, and the page of that site.
const SITES: &str = include_str!("sites.txt");
/// More accounts than anybody reads off a screen.
const MAX_ENTRIES: usize = 500;
/// The longest name that is kept, in characters.
const MAX_NAME: usize = 120;

/// An account that is to arrive. No secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The site, as the other app shows it.
    pub site: String,
    /// The user's name there, if it was given.
    #[serde(default)]
    pub user: String,
    /// The person says that nothing is to be done about it any more.
    #[serde(default)]
    pub ticked: bool,
}

/// A site that is offered to be ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: &'static str,
    /// Its own page about adding an authenticator; `https:`.
    pub page: &'static str,
}

/// Adds the accounts of a text, one a line: the site, then perhaps the user in parentheses or after
/// a colon, or, as copied from a list, in the line below. What is in the list already stays single.
pub fn read(text: &str, entries: &mut Vec<Entry>) {
    let mut fresh = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let is_address = line.contains('@') && !line.contains([' ', ':']);
        match fresh.last_mut() {
            Some(Entry { user, .. }) if is_address && user.is_empty() => *user = shortened(line),
            _ => fresh.push(entry(line)),
        }
    }
    for entry in fresh {
        let same = |other: &Entry| {
            key(&other.site) == key(&entry.site) && other.user.eq_ignore_ascii_case(&entry.user)
        };
        if entries.len() < MAX_ENTRIES && !entries.iter().any(same) {
            entries.push(entry);
        }
    }
}

/// Which entries have arrived among the accounts of a vault (issuer, label), in the order of the
/// entries. An account ticks one entry at most, so two accounts of one site are two.
#[must_use]
pub fn arrived(entries: &[Entry], accounts: &[(&str, &str)]) -> Vec<bool> {
    let mut free: Vec<Option<(String, &str)>> = accounts
        .iter()
        .map(|(issuer, label)| Some((key(issuer), label.trim())))
        .collect();
    let mut arrived = vec![false; entries.len()];
    // Those whose user is known choose first.
    for with_user in [true, false] {
        for (entry, arrived) in entries.iter().zip(&mut arrived) {
            if *arrived {
                continue;
            }
            let keys = keys(&entry.site);
            let fits = |account: &Option<(String, &str)>| {
                account.as_ref().is_some_and(|(issuer, label)| {
                    let user = &entry.user;
                    let same_user = !user.is_empty() && label.eq_ignore_ascii_case(user);
                    keys.contains(issuer) && (same_user || (!with_user && user.is_empty()))
                })
            };
            if let Some(account) = free.iter_mut().find(|account| fits(account)) {
                *account = None;
                *arrived = true;
            }
        }
    }
    arrived
}

/// The site's own page about adding an authenticator, if it is a known one.
#[must_use]
pub fn page(site: &str) -> Option<&'static str> {
    let key = key(site);
    rows().find_map(|(names, page)| {
        names
            .split('|')
            .any(|name| self::key(name) == key)
            .then_some(page)
    })
}

/// The sites that are offered, by name.
pub fn sites() -> impl Iterator<Item = Site> {
    rows().map(|(names, page)| Site {
        name: names.split('|').next().unwrap_or_default(),
        page,
    })
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    SITES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
}

fn entry(line: &str) -> Entry {
    let parts = line
        .strip_suffix(')')
        .and_then(|line| line.split_once('('))
        .or_else(|| line.split_once(": "));
    let (site, user) = parts.unwrap_or((line, ""));
    Entry {
        site: shortened(site),
        user: shortened(user),
        ticked: false,
    }
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(MAX_NAME).collect()
}

/// What a site's codes may be called: its name, and the others it goes by.
fn keys(site: &str) -> Vec<String> {
    let own = key(site);
    let known = rows().find(|(names, _)| names.split('|').any(|name| key(name) == own));
    let mut keys: Vec<String> = known
        .map(|(names, _)| names.split('|').map(key).collect())
        .unwrap_or_default();
    keys.push(own);
    keys
}

/// What a name comes to: letters and digits, without "www." and the ending of a domain.
fn key(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let name = name.trim_start_matches("www.");
    let name = match name.rsplit_once('.') {
        Some((start, end)) if !start.is_empty() && end.chars().all(char::is_alphabetic) => start,
        _ => name,
    };
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<Entry> {
        let mut entries = Vec::new();
        read(text, &mut entries);
        entries
    }

    fn pair(entry: &Entry) -> (&str, &str) {
        (&entry.site, &entry.user)
    }

    #[test]
    fn lists_are_read_as_people_write_them() {
        let entries = list(
            "GitHub\n\nGoogle (jane@example.org)\nContoso: joe\nAcme\njoe@acme.example\n github \n",
        );
        let pairs: Vec<_> = entries.iter().map(pair).collect();
        assert_eq!(
            pairs,
            [
                ("GitHub", ""),
                ("Google", "jane@example.org"),
                ("Contoso", "joe"),
                ("Acme", "joe@acme.example"),
            ]
        );
        let many: String = (0..1000).map(|n| format!("site {n}\n")).collect();
        assert_eq!(list(&many).len(), MAX_ENTRIES);
        assert_eq!(list(&"ä".repeat(1000))[0].site.chars().count(), MAX_NAME);
    }

    #[test]
    fn each_account_ticks_one_entry() {
        let entries = list("Google\nGoogle (jane)\ngithub.com\nTwitter\nAmazon\nBank (jim)");
        let accounts = [
            ("Google", "jane"),
            ("GitHub", "x"),
            ("X", "jane"),
            ("Amazon Web Services", "ops"),
            ("Bank", "joe"),
        ];
        assert_eq!(
            arrived(&entries, &accounts),
            [false, true, true, true, false, false]
        );
        let more = [&accounts[..], &[("google.com", "joe"), ("Bank", "JIM")]].concat();
        assert_eq!(
            arrived(&entries, &more),
            [true, true, true, true, false, true]
        );
        assert_eq!(arrived(&entries, &[]), [false; 6]);
    }

    #[test]
    fn every_site_has_a_page_of_its_own_and_is_found_by_its_names() {
        assert!(sites().count() > 80);
        for (names, address) in rows() {
            assert!(address.starts_with("https://"), "{address}");
            assert!(!address.contains([' ', '"', '<']), "{address}");
            for name in names.split('|') {
                assert_eq!(page(name), Some(address), "{name} leads to two sites");
            }
        }
        assert_eq!(page("www.GitHub.com"), page("GitHub"));
        assert_eq!(page("The bank next door"), None);
    }
}
