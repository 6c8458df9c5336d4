//! Which part of a host name one person or firm registered: the Public Suffix List, with its
//! private section, so that `one.github.io` and `other.github.io` are two sites.

use std::cmp::Ordering;

/// The list: what rules end in, then the first labels of those rules, both sorted by their bytes. It
/// is half as long as with a rule a line.
const RULES: &str = include_str!("suffixes.txt");

#[cfg(test)]
thread_local! {
    /// How often the list was asked.
    pub static ASKED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The registrable domain of a host name in ASCII, lower case, without a dot at its end; `None` if
/// the name is itself a public suffix. The algorithm of <https://publicsuffix.org/list/>.
pub fn registrable(host: &str) -> Option<&str> {
    #[cfg(test)]
    ASKED.set(ASKED.get() + 1);
    let lines = rules();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(host.match_indices('.').map(|(at, _)| at + 1))
        .collect();
    let mut suffix = 1;
    let mut exception = None;
    for (start, labels) in starts.iter().zip((1..=starts.len()).rev()) {
        let tail = host.get(*start..)?;
        let (label, parent) = tail.split_once('.').unwrap_or((tail, ""));
        let Some(rules) = find(lines, '\n', parent) else {
            continue;
        };
        let has = |rule: &str| find(rules.trim_start_matches([':', ' ']), ' ', rule).is_some();
        if has(&format!("!{label}")) {
            exception = Some(labels - 1);
        }
        if has("*") || has(label) {
            suffix = suffix.max(labels);
        }
    }
    let suffix = exception.unwrap_or(suffix);
    let start = starts.len().checked_sub(suffix + 1)?;
    host.get(*starts.get(start)?..)
}

/// The lines without the comment that stands before them.
fn rules() -> &'static str {
    let mut rules = RULES;
    while let Some((_, rest)) = rules
        .strip_prefix('#')
        .and_then(|rest| rest.split_once('\n'))
    {
        rules = rest;
    }
    rules.trim_end()
}

/// What follows a name where it is that of one of several sorted parts, up to a colon. They are halved
/// again and again, since every account is asked for its site whenever the popup opens.
fn find<'a>(mut parts: &'a str, separator: char, wanted: &str) -> Option<&'a str> {
    while !parts.is_empty() {
        // The list is in ASCII.
        let (before, after) = parts.split_at_checked(parts.len() / 2)?;
        let start = before.rfind(separator).map_or(0, |at| at + 1);
        let end = after.find(separator);
        let end = end.map_or(parts.len(), |at| before.len() + at);
        let part = parts.get(start..end)?;
        let name = part.split(':').next().unwrap_or(part);
        parts = match wanted.cmp(name) {
            Ordering::Equal => return part.get(name.len()..),
            Ordering::Less => parts.get(..start.saturating_sub(1))?,
            Ordering::Greater => parts.get(end + 1..).unwrap_or_default(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{find, registrable, rules};

    #[test]
    fn every_rule_is_found() {
        let mut count = 0;
        let mut before = None;
        for line in rules().lines() {
            let (parent, labels) = line.split_once(": ").unwrap();
            assert!(before < Some(parent), "{parent}: the lines are sorted");
            before = Some(parent);
            assert_eq!(find(rules(), '\n', parent), line.get(parent.len()..));
            assert_eq!(find(rules(), '\n', &format!("{parent}~")), None);
            assert!(
                labels.split(' ').is_sorted(),
                "{parent}: its labels are sorted"
            );
            for label in labels.split(' ') {
                assert_eq!(find(labels, ' ', label), Some(""), "{label}.{parent}");
                assert_eq!(find(labels, ' ', &format!("{label}~")), None);
                count += 1;
            }
        }
        assert!(count > 10_000);
        assert_eq!(find("", ' ', "com"), None);
    }

    #[test]
    fn the_lists_own_examples() {
        // From the list's test data, which is in the public domain.
        for (host, domain) in [
            ("com", None),
            ("example.com", Some("example.com")),
            ("a.b.example.com", Some("example.com")),
            ("example.example", Some("example.example")),
            ("b.c.mm", Some("b.c.mm")),
            ("c.mm", None),
            ("a.b.c.mm", Some("b.c.mm")),
            ("uk.com", None),
            ("b.example.uk.com", Some("example.uk.com")),
            ("test.ac", Some("test.ac")),
            ("kyoto.jp", None),
            ("test.kyoto.jp", Some("test.kyoto.jp")),
            ("ide.kyoto.jp", None),
            ("b.ide.kyoto.jp", Some("b.ide.kyoto.jp")),
            ("c.kobe.jp", None),
            ("a.b.c.kobe.jp", Some("b.c.kobe.jp")),
            ("city.kobe.jp", Some("city.kobe.jp")),
            ("www.city.kobe.jp", Some("city.kobe.jp")),
            ("www.ck", Some("www.ck")),
            ("www.www.ck", Some("www.ck")),
            ("test.ck", None),
            ("a.b.k12.ak.us", Some("b.k12.ak.us")),
            ("xn--85x722f.com.cn", Some("xn--85x722f.com.cn")),
            (
                "a.xn--85x722f.xn--55qx5d.cn",
                Some("xn--85x722f.xn--55qx5d.cn"),
            ),
            ("xn--55qx5d.cn", None),
        ] {
            assert_eq!(registrable(host), domain, "{host}");
        }
    }

    #[test]
    fn shared_hosting_is_told_apart() {
        assert_eq!(registrable("one.github.io"), Some("one.github.io"));
        assert_eq!(registrable("github.io"), None);
        assert_eq!(
            registrable("a.one.azurewebsites.net"),
            Some("one.azurewebsites.net")
        );
        assert_eq!(registrable("a.b.co.uk"), Some("b.co.uk"));
    }
}
