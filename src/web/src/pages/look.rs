//! How an account looks in the list: its initial and colour, and its code in groups.

/// The letter of an account's picture: the first letter or digit of its names.
#[must_use]
pub fn initial(issuer: &str, label: &str) -> String {
    let mut characters = issuer.chars().chain(label.chars());
    match characters.find(|c| c.is_alphanumeric()) {
        Some(character) => character.to_uppercase().collect(),
        None => "·".to_owned(),
    }
}

/// The hue of an account's picture in degrees: the same for the same issuer on every device, and
/// one of few, so that neighbours differ visibly.
#[must_use]
pub fn hue(issuer: &str, label: &str) -> u16 {
    let name = if issuer.trim().is_empty() {
        label
    } else {
        issuer
    };
    // FNV-1a: short, and spreads short names well.
    let hash = name
        .trim()
        .to_lowercase()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
    (hash % 18) as u16 * 20
}

/// A code in groups that are easy to read and carry over: 3-3, 4-4, 3-4, 5-5; five stay together.
#[must_use]
pub fn grouped(code: &str) -> String {
    let length = code.chars().count();
    if length < 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return code.to_owned();
    }
    let (first, second) = if length == 9 {
        (3, Some(6))
    } else {
        (length / 2, None)
    };
    let mut groups = String::with_capacity(length + 2);
    for (index, digit) in code.chars().enumerate() {
        if index == first || Some(index) == second {
            // A no-break space: a code never wraps.
            groups.push('\u{a0}');
        }
        groups.push(digit);
    }
    groups
}

/// What stands where a code is not shown, with as many dots as the code has characters.
#[must_use]
pub fn dots(length: usize) -> String {
    grouped(&"0".repeat(length)).replace('0', "•")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_grouped_by_length() {
        for (code, expected) in [
            ("12345", "12345"),
            ("123456", "123 456"),
            ("1234567", "123 4567"),
            ("12345678", "1234 5678"),
            ("123456789", "123 456 789"),
            ("1234567890", "12345 67890"),
            ("R7KQ2", "R7KQ2"),
            ("", ""),
        ] {
            assert_eq!(grouped(code).replace('\u{a0}', " "), expected);
        }
        assert_eq!(dots(6), "•••\u{a0}•••");
    }

    #[test]
    fn initials_come_from_the_first_letter() {
        assert_eq!(initial("GitHub", "jane"), "G");
        assert_eq!(initial(" “émile”", ""), "É");
        assert_eq!(initial("", "jane@example.org"), "J");
        assert_eq!(initial("---", "…"), "·");
        assert_eq!(initial("ßeta", ""), "SS");
    }

    #[test]
    fn colours_stay_with_the_issuer() {
        assert_eq!(hue("GitHub", "jane"), hue("github ", "john"));
        assert_ne!(hue("", "jane"), hue("", "john"));
        let hues: std::collections::BTreeSet<_> =
            ["GitHub", "GitLab", "Google", "Nextcloud", "Steam", "Zoo"]
                .iter()
                .map(|name| hue(name, ""))
                .collect();
        assert!(hues.len() >= 4, "{hues:?}");
    }
}
