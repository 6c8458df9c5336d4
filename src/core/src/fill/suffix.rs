//! Which part of a host name one person or firm registered: the Public Suffix List, with its
//! private section, so that `one.github.io` and `other.github.io` are two sites.

use std::cmp::Ordering;

/// The list: what rules end in, then the first labels of those rules, sorted by the bytes of the
/// former. It is half as long as with a rule a line.
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
    let rules = rules();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(host.match_indices('.').map(|(at, _)| at + 1))
        .collect();
    let mut suffix = 1;
    let mut exception = None;
    for (start, labels) in starts.iter().zip((1..=starts.len()).rev()) {
        let tail = host.get(*start..)?;
        let (label, parent) = tail.split_once('.').unwrap_or((tail, ""));
        for rule in labels_before(rules, parent).split_whitespace() {
            match rule.strip_prefix('!') {
                Some(name) if name == label => exception = Some(labels - 1),
                None if rule == "*" || rule == label => suffix = suffix.max(labels),
                _ => {}
            }
        }
    }
    let suffix = exception.unwrap_or(suffix);
    let start = starts.len().checked_sub(suffix + 1)?;
    host.get(*starts.get(start)?..)
}

/// The rules without the comment that stands before them.
fn rules() -> &'static str {
    let mut rules = RULES;
    while let Some((_, rest)) = rules
        .strip_prefix('#')
        .and_then(|rest| rest.split_once('\n'))
    {
        rules = rest;
    }
    rules
}

/// What stands after a parent in lines that are sorted by it. They are halved again and again, since
/// every account is asked for its site whenever the popup opens.
fn labels_before<'a>(mut lines: &'a str, parent: &str) -> &'a str {
    while !lines.is_empty() {
        let bytes = lines.as_bytes();
        let (before, after) = bytes.split_at(bytes.len() / 2);
        let is_end = |byte: &u8| *byte == b'\n';
        let start = before.iter().rposition(is_end).map_or(0, |at| at + 1);
        let end = after.iter().position(is_end);
        let end = end.map_or(lines.len(), |at| before.len() + at);
        // A label has no byte but ASCII, so these are places between characters.
        let (Some(line), Some(smaller)) = (lines.get(start..end), lines.get(..start)) else {
            break;
        };
        let (name, labels) = line.split_once(':').unwrap_or((line, ""));
        lines = match parent.cmp(name) {
            Ordering::Equal => return labels,
            Ordering::Less => smaller,
            Ordering::Greater => lines.get(end + 1..).unwrap_or_default(),
        };
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::{labels_before, registrable, rules};

    #[test]
    fn every_rule_is_found() {
        let parents = || rules().lines().filter_map(|line| line.split_once(':'));
        assert!(parents().is_sorted_by_key(|(parent, _)| parent));
        assert!(parents().flat_map(|(_, labels)| labels.split(' ')).count() > 10_000);
        for (parent, labels) in parents() {
            assert_eq!(labels_before(rules(), parent), labels, "{parent}");
            assert_eq!(
                labels_before(rules(), &format!("{parent}~")),
                "",
                "{parent}~"
            );
        }
        assert_eq!(labels_before("", "com"), "");
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
