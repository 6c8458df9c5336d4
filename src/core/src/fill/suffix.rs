//! Which part of a host name one person or firm registered: the Public Suffix List, with its
//! private section, so that `one.github.io` and `other.github.io` are two sites.

/// The list: what rules end in, then the first labels of those rules. It is half as long as with a
/// rule a line.
const RULES: &str = include_str!("suffixes.txt");

/// The registrable domain of a host name in ASCII, lower case, without a dot at its end; `None` if
/// the name is itself a public suffix. The algorithm of <https://publicsuffix.org/list/>.
pub fn registrable(host: &str) -> Option<&str> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(host.match_indices('.').map(|(at, _)| at + 1))
        .collect();
    let mut suffix = 1;
    let mut exception = None;
    for line in RULES.lines().filter(|line| !line.starts_with('#')) {
        let Some((parent, rules)) = line.split_once(':') else {
            continue;
        };
        // The label before the parent is the one that a rule may name.
        let Some(before) = before(host, parent) else {
            continue;
        };
        let label = before.rsplit('.').next().unwrap_or(before);
        let labels = starts.len() - before.split('.').count() + 1;
        for rule in rules.split_whitespace() {
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

/// What stands before a parent in a host name; all of it before none.
fn before<'a>(host: &'a str, parent: &str) -> Option<&'a str> {
    if parent.is_empty() {
        return Some(host);
    }
    host.strip_suffix(parent)?.strip_suffix('.')
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
