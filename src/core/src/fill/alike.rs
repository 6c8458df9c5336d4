//! Hosts that are made to be taken for another.

use super::host::Origin;
use super::punycode::decode;

/// A host as people read it: labels in punycode (RFC 3492) are decoded. `None` if it has none, or
/// they are no valid punycode.
#[must_use]
pub fn unicode(host: &str) -> Option<String> {
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let labels: Option<Vec<String>> = host
        .split('.')
        .map(|label| match label.strip_prefix("xn--") {
            Some(encoded) => decode(encoded),
            None => Some(label.to_owned()),
        })
        .collect();
    Some(labels?.join("."))
}

/// The known host that this one imitates, if it does: by letters that look alike, by one letter
/// more, less or exchanged, or by carrying the other's name in front of its own.
#[must_use]
pub fn imitated<'a>(page: &Origin, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let own = page.name();
    let shape = skeleton(&own);
    known.into_iter().find(|known| {
        if *known == own || !known.contains('.') {
            return false;
        }
        let other = skeleton(known);
        let in_front = page.host.len() > known.len()
            && (page.host.starts_with(&format!("{known}."))
                || page.host.starts_with(&format!("{known}-"))
                || page.host.contains(&format!(".{known}.")));
        let bare = |text: &str| text.split('.').next().unwrap_or_default().to_owned();
        let (a, b) = (bare(&shape), bare(&other));
        in_front || shape == other || (b.len() >= 5 && (a == b || differs_by_one(&a, &b)))
    })
}

/// What is left of a host when all letters that look alike are one.
fn skeleton(host: &str) -> String {
    let shown = unicode(host).unwrap_or_else(|| host.to_owned());
    let mut plain: String = shown
        .chars()
        .flat_map(char::to_lowercase)
        .map(look)
        .collect();
    for (pair, one) in [("rn", "m"), ("vv", "w"), ("cl", "d"), ("-", "")] {
        plain = plain.replace(pair, one);
    }
    plain
}

/// The Latin letter that a character looks like.
fn look(character: char) -> char {
    match character {
        '0' | 'о' | 'ο' | 'ö' | 'ó' | 'ò' | 'ô' | 'ø' | 'ọ' => 'o',
        '1' | 'і' | 'ι' | 'ı' | 'í' | 'ì' | 'î' | 'ï' | 'ɩ' | 'i' | 'ӏ' | '|' => 'l',
        'а' | 'α' | 'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ɑ' | 'ạ' => 'a',
        'е' | 'ё' | 'ε' | 'é' | 'è' | 'ê' | 'ë' | 'ẹ' | '3' => 'e',
        'с' | 'ç' | 'ć' | 'č' | 'ϲ' => 'c',
        'р' | 'ρ' => 'p',
        'х' | 'χ' | '×' => 'x',
        'у' | 'γ' | 'ý' | 'ÿ' | 'ү' => 'y',
        'ѕ' | '5' | '$' | 'ś' | 'š' | 'ş' => 's',
        'ј' => 'j',
        'һ' | 'ћ' => 'h',
        'ԁ' | 'ɗ' | 'đ' => 'd',
        'ԛ' => 'q',
        'ԝ' | 'ω' | 'ш' => 'w',
        'в' | 'ß' | '8' => 'b',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'н' => 'h',
        'т' | 'τ' | '7' => 't',
        'ν' | 'ѵ' => 'v',
        'υ' | 'ü' | 'ú' | 'ù' | 'û' | 'ս' => 'u',
        'п' | 'η' | 'ñ' | 'ń' | 'ո' => 'n',
        'ɡ' | 'ğ' | '9' => 'g',
        'г' => 'r',
        'ł' => 'l',
        'ž' | 'ż' | 'ź' | '2' => 'z',
        other => other,
    }
}

fn differs_by_one(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = |skip_a: usize, skip_b: usize| {
        a.get(same + skip_a..).is_some() && a.get(same + skip_a..) == b.get(same + skip_b..)
    };
    let swapped = a.get(same) == b.get(same + 1) && a.get(same + 1) == b.get(same) && tail(2, 2);
    a != b && (tail(1, 1) || tail(0, 1) || tail(1, 0) || swapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punycode_is_shown_as_people_would_read_it() {
        for (host, shown) in [
            ("xn--bcher-kva.example", "bücher.example"),
            ("www.xn--mnchen-3ya.de", "www.münchen.de"),
            ("xn--80ak6aa92e.com", "аррӏе.com"),
            ("xn--fiqs8s", "中国"),
            ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ] {
            assert_eq!(unicode(host).as_deref(), Some(shown));
        }
        assert_eq!(unicode("example.com"), None);
        for broken in ["xn--!", "xn--99999999", "xn--a-ü"] {
            assert_eq!(unicode(broken), None, "{broken}");
        }
    }

    #[test]
    fn imitations_are_recognised() {
        let of = |page: &str| {
            let page = Origin::parse(&format!("https://{page}")).unwrap();
            imitated(&page, ["paypal.com", "apple.com", "github.com"]).map(str::to_owned)
        };
        for (page, known) in [
            ("paypa1.com", "paypal.com"),
            ("paypal.com.evil.example", "paypal.com"),
            ("login.paypal.com.evil.example", "paypal.com"),
            ("paypal.com-secure.example", "paypal.com"),
            ("xn--80ak6aa92e.com", "apple.com"),
            ("gihtub.com", "github.com"),
            ("githuub.com", "github.com"),
            ("github.io.example", "github.com"),
            ("github.org", "github.com"),
        ] {
            let expected = (page != "github.io.example").then_some(known);
            assert_eq!(of(page).as_deref(), expected, "{page}");
        }
        assert_eq!(of("github.com"), None);
        assert_eq!(of("gist.github.com"), None);
        assert_eq!(of("example.org"), None);
    }
}
