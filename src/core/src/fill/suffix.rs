//! Which part of a host name one person or firm registered: the Public Suffix List, with its
//! private section, so that `one.github.io` and `other.github.io` are two sites.

/// The list: a rule a line.
const RULES: &str = include_str!("suffixes.txt");

/// The registrable domain of a host name in ASCII, lower case, without a dot at its end; `None` if
/// the name is itself a public suffix. The algorithm of <https://publicsuffix.org/list/>.
pub fn registrable(host: &str) -> Option<&str> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(host.match_indices('.').map(|(at, _)| at + 1))
        .collect();
    let mut suffix = 1;
    let mut exception = None;
    for rule in RULES.lines().filter(|line| !line.starts_with('#')) {
        let (name, excepted) = match rule.strip_prefix('!') {
            Some(name) => (name, true),
            None => (rule, false),
        };
        let labels = name.bytes().filter(|byte| *byte == b'.').count() + 1;
        let Some(start) = starts
            .len()
            .checked_sub(labels)
            .and_then(|at| starts.get(at))
        else {
            continue;
        };
        let Some(tail) = host.get(*start..) else {
            continue;
        };
        let fits = match name.strip_prefix("*.") {
            Some(rest) => tail.split_once('.').is_some_and(|(_, after)| after == rest),
            None => tail == name,
        };
        if fits && excepted {
            exception = Some(labels - 1);
        } else if fits {
            suffix = suffix.max(labels);
        }
    }
    let suffix = exception.unwrap_or(suffix);
    let start = starts.len().checked_sub(suffix + 1)?;
    host.get(*starts.get(start)?..)
}

#[cfg(test)]
mod tests {
    use super::registrable;

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
