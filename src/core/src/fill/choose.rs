//! Which accounts may fill on a site, and what a person must confirm first.

use super::alike::{imitated, unicode};
use super::host::{Origin, Scheme, Site};
use super::issuers;
use crate::vault::Id;

/// An account, as far as choosing goes.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Which one.
    pub id: Id,
    /// Who issued it.
    pub issuer: &'a str,
    /// Its sites, as stored.
    pub sites: &'a [String],
    /// When it last filled, in milliseconds since the Unix epoch; 0 for never.
    pub used: u64,
}

/// The accounts for a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Bound to it by the person: the last used first.
    pub bound: Vec<Id>,
    /// Not bound to any site, but of an issuer that is at home here.
    pub suggested: Vec<Id>,
}

/// Whether an account may fill in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The person has bound it to this site.
    Allowed,
    /// It is bound to no site: ask, naming the real host.
    FirstUse,
    /// It is bound to other sites: ask, naming both.
    Mismatch,
    /// It is bound to this site encrypted, or to encrypted ones alone, and this is not encrypted:
    /// never.
    Insecure,
}

/// What a person should know of a host before they say yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// It is written in letters beyond ASCII, and reads like this.
    Reads(String),
    /// It looks like this other one, which the account or its issuer is known by.
    LooksLike(String),
    /// It is not encrypted.
    NotEncrypted,
}

/// The accounts for a page. The page's title and addresses that it names play no part.
#[must_use]
pub fn choose(page: &Origin, accounts: &[Candidate<'_>]) -> Choice {
    let mut bound: Vec<&Candidate> = accounts
        .iter()
        .filter(|account| sites(account.sites).any(|site| site.matches(page)))
        .collect();
    bound.sort_by_key(|account| std::cmp::Reverse(account.used));
    let home = page.domain().map(issuers::Home::of);
    let at_home = |account: &&Candidate| home.as_ref().is_some_and(|home| home.has(account.issuer));
    let suggested = accounts
        .iter()
        .filter(|account| account.sites.is_empty())
        .filter(at_home);
    Choice {
        suggested: suggested.map(|account| account.id).collect(),
        bound: bound.into_iter().map(|account| account.id).collect(),
    }
}

/// Whether an account with these sites may fill in `frame`, a document of the page `top`.
#[must_use]
pub fn verdict(stored: &[String], top: &Origin, frame: &Origin) -> Verdict {
    let known: Vec<Site> = sites(stored).collect();
    let matches = |origin| known.iter().any(|site| site.matches(origin));
    if matches(top) && matches(frame) {
        return Verdict::Allowed;
    }
    let is_open = |origin: &&Origin| origin.scheme == Scheme::Http;
    let mut open = [top, frame].into_iter().filter(is_open).peekable();
    if open.peek().is_some() {
        let all = !known.is_empty() && known.iter().all(Site::is_secure);
        let secure = |origin: &Origin| {
            let mut known = known.iter().filter(|site| site.is_secure());
            known.any(|site| site.is_same_site(origin))
        };
        if all || open.any(secure) {
            return Verdict::Insecure;
        }
    }
    // Sites that can't be read are sites all the same: the account is bound to something else.
    if stored.is_empty() {
        Verdict::FirstUse
    } else {
        Verdict::Mismatch
    }
}

/// What to say of a page before it gets a code of this account.
#[must_use]
pub fn warnings(page: &Origin, issuer: &str, stored: &[String]) -> Vec<Warning> {
    let mut found = Vec::new();
    let known: Vec<String> = sites(stored).map(|site| site.host().to_owned()).collect();
    let of_issuer = issuers::of(issuer);
    let hosts = known
        .iter()
        .map(String::as_str)
        .chain(of_issuer.iter().copied());
    let home = page
        .domain()
        .is_some_and(|domain| of_issuer.contains(&domain));
    if let Some(other) = imitated(page, hosts).filter(|_| !home) {
        found.push(Warning::LooksLike(other.to_owned()));
    }
    if let Some(shown) = unicode(&page.host) {
        found.push(Warning::Reads(shown));
    }
    let local = page.host == "localhost" || page.host.starts_with("127.") || page.host == "[::1]";
    if page.scheme == Scheme::Http && !local {
        found.push(Warning::NotEncrypted);
    }
    found
}

fn sites(stored: &[String]) -> impl Iterator<Item = Site> {
    stored.iter().filter_map(|site| Site::parse(site))
}

#[cfg(test)]
mod tests {
    use super::super::suffix;
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap()
    }

    fn stored(sites: &[&str]) -> Vec<String> {
        sites.iter().map(|site| (*site).to_owned()).collect()
    }

    fn judged(sites: &[&str], top: &str, frame: &str) -> Verdict {
        verdict(&stored(sites), &origin(top), &origin(frame))
    }

    #[test]
    fn frame_and_page_must_both_match() {
        let good = "https://www.example.com";
        let sites = ["example.com"];
        assert_eq!(
            judged(&sites, good, "https://id.example.com"),
            Verdict::Allowed
        );
        assert_eq!(judged(&sites, "https://evil.test", good), Verdict::Mismatch);
        assert_eq!(judged(&sites, good, "https://ads.test"), Verdict::Mismatch);
        assert_eq!(judged(&[], good, good), Verdict::FirstUse);
        assert_eq!(
            judged(&["example.com", "ads.test"], good, "https://ads.test"),
            Verdict::Allowed
        );
    }

    #[test]
    fn what_was_bound_encrypted_stays_encrypted() {
        let open = "http://example.com";
        assert_eq!(judged(&["example.com"], open, open), Verdict::Insecure);
        assert_eq!(judged(&["other.com"], open, open), Verdict::Insecure);
        assert_eq!(
            judged(&["example.com"], "https://example.com", open),
            Verdict::Insecure
        );
        assert_eq!(
            judged(&["http://example.com"], open, open),
            Verdict::Allowed
        );
        assert_eq!(judged(&[], open, open), Verdict::FirstUse);
        // Whatever else it is bound to.
        let mixed = ["example.com", "http://router.lan"];
        for (top, frame) in [
            (open, open),
            ("https://example.com", open),
            (open, "https://www.example.com"),
            ("http://router.lan", open),
            ("http://www.example.com", "http://router.lan"),
        ] {
            assert_eq!(
                judged(&mixed, top, frame),
                Verdict::Insecure,
                "{top} {frame}"
            );
        }
        let router = "http://router.lan";
        assert_eq!(judged(&mixed, router, router), Verdict::Allowed);
        let other = "http://other.test";
        assert_eq!(judged(&mixed, other, other), Verdict::Mismatch);
        let both = ["example.com", "http://example.com"];
        assert_eq!(judged(&both, open, open), Verdict::Allowed);
    }

    #[test]
    fn an_unreadable_site_is_no_first_use() {
        let page = "https://example.com";
        assert_eq!(judged(&["bücher"], page, page), Verdict::Mismatch);
    }

    #[test]
    fn bound_accounts_come_last_used_first_and_issuers_only_suggest() {
        let [one, two, three, four] = [1, 2, 3, 4].map(|byte| Id::from_bytes([byte; 16]));
        let github = stored(&["github.com"]);
        let account = |id, issuer, sites, used| Candidate {
            id,
            issuer,
            sites,
            used,
        };
        let none: &[String] = &[];
        let accounts = [
            account(one, "GitHub", &github, 5),
            account(two, "Anything", &github, 9),
            account(three, "GitHub", none, 99),
            account(four, "GitLab", none, 0),
        ];
        let choice = choose(&origin("https://github.com"), &accounts);
        assert_eq!(choice.bound, [two, one]);
        assert_eq!(choice.suggested, [three]);
        assert_eq!(
            choose(&origin("https://github.com.evil.test"), &accounts),
            Choice::default()
        );
        assert_eq!(
            choose(&origin("https://someone.github.io"), &accounts),
            Choice::default()
        );
    }

    #[test]
    fn the_lists_are_looked_at_for_the_page_and_not_for_each_account() {
        let id = Id::from_bytes([1; 16]);
        let sites: Vec<Vec<String>> = (0..1000)
            .map(|number| stored(&[&format!("www.site-{number}.com")]))
            .collect();
        let with_sites = sites.iter().map(|sites| (sites.as_slice(), ""));
        let without = (0..1000).map(|_| (&[] as &[String], "GitHub"));
        let accounts: Vec<Candidate> = with_sites
            .chain(without)
            .map(|(sites, issuer)| Candidate {
                id,
                issuer,
                sites,
                used: 0,
            })
            .collect();
        let before = (suffix::ASKED.get(), issuers::READ.get());
        let choice = choose(&origin("https://site-7.com"), &accounts);
        assert_eq!((choice.bound.len(), choice.suggested.len()), (1, 0));
        // For the page, and for both hosts where the ends are the same.
        assert!(suffix::ASKED.get() - before.0 <= 3);
        assert_eq!(issuers::READ.get() - before.1, 1);
        let choice = choose(&origin("https://github.com"), &accounts);
        assert_eq!((choice.bound.len(), choice.suggested.len()), (0, 1000));
    }

    #[test]
    fn warnings_name_what_a_host_pretends_to_be() {
        let github = stored(&["github.com"]);
        assert_eq!(
            warnings(&origin("https://githab.com"), "", &github),
            [Warning::LooksLike("github.com".into())]
        );
        assert_eq!(
            warnings(&origin("http://xn--bcher-kva.example"), "", &[]),
            [
                Warning::Reads("bücher.example".into()),
                Warning::NotEncrypted
            ]
        );
        assert!(warnings(&origin("http://127.0.0.1:80"), "GitHub", &[]).is_empty());
        assert!(warnings(&origin("https://github.com"), "GitHub", &[]).is_empty());
    }
}
