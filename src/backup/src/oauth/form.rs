//! `application/x-www-form-urlencoded`, as OAuth uses it in addresses and bodies (RFC 6749,
//! appendix B).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes one value.
#[must_use]
pub fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes pairs; those with an empty value are left out.
#[must_use]
pub fn encode(pairs: &[(&str, &str)]) -> String {
    let mut encoded = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        if !encoded.is_empty() {
            encoded.push('&');
        }
        encoded.push_str(name);
        encoded.push('=');
        encoded.push_str(&escape(value));
    }
    encoded
}

/// The value of a name in an encoded form. `None` if it is not there, there twice (RFC 6749,
/// section 3.1), or not UTF-8.
#[must_use]
pub fn value(form: &str, name: &str) -> Option<String> {
    let mut found = form
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(own, _)| *own == name);
    let (_, value) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let spaced = value.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repeated_names_have_no_value() {
        assert_eq!(value("a=1&b=2", "b").as_deref(), Some("2"));
        assert_eq!(value("a=1&a=2", "a"), None);
        assert_eq!(value("ab=1", "a"), None);
        assert_eq!(value("a=x+y%20z", "a").as_deref(), Some("x y z"));
        assert_eq!(value("a=%ff", "a"), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_again(one in ".+", other in ".+") {
            let form = encode(&[("one", &one), ("none", ""), ("other", &other)]);
            prop_assert_eq!(value(&form, "one"), Some(one));
            prop_assert_eq!(value(&form, "other"), Some(other));
            prop_assert_eq!(value(&form, "none"), None);
        }
    }
}
