//! How strong a passphrase is, as far as that can be told from its characters.
//!
//! Deliberately coarse: an estimate of guesses that errs on the low side, a few kilobytes in the
//! module that the popup loads. What it can't know (a song's line, a pet's name) it can't count.
//! An estimator with frequency lists of its own would take more room than all the rest.

use crate::map::Set;

/// How strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Nothing typed.
    Empty,
    /// Guessed in days by somebody with a few machines.
    Weak,
    /// In years.
    Fair,
    /// Good.
    Good,
    /// Strong.
    Strong,
}

/// The bits from which a passphrase is no longer weak: at one Argon2id run of 64 MiB for each
/// guess, that many take one machine some decades.
const FAIR_BITS: f64 = 34.0;

/// Words that are tried first, and their kin.
const COMMON: [&str; 53] = [
    "password",
    "passwort",
    "passphrase",
    "passwd",
    "holdfast",
    "qwerty",
    "qwertz",
    "asdf",
    "yxcv",
    "zxcv",
    "1q2w",
    "1qaz",
    "letmein",
    "welcome",
    "willkommen",
    "hallo",
    "hello",
    "admin",
    "master",
    "secret",
    "geheim",
    "schatz",
    "iloveyou",
    "ichliebe",
    "dragon",
    "monkey",
    "sunshine",
    "princess",
    "football",
    "fussball",
    "baseball",
    "superman",
    "batman",
    "shadow",
    "michael",
    "jennifer",
    "charlie",
    "summer",
    "sommer",
    "winter",
    "abc",
    "abcd",
    "login",
    "changeme",
    "changeit",
    "computer",
    "internet",
    "samsung",
    "google",
    "authenticator",
    "trustno1",
    "starwars",
    "pokemon",
];

impl Strength {
    /// Estimates.
    #[must_use]
    pub fn of(passphrase: &str) -> Self {
        match bits(passphrase) {
            _ if passphrase.is_empty() => Self::Empty,
            bits if bits < FAIR_BITS => Self::Weak,
            bits if bits < 48.0 => Self::Fair,
            bits if bits < 64.0 => Self::Good,
            _ => Self::Strong,
        }
    }

    /// From 0 (empty) to 4 (strong).
    #[must_use]
    pub fn level(self) -> u8 {
        self as u8
    }
}

/// The lower of two views: as words of a list, and as characters.
fn bits(passphrase: &str) -> f64 {
    let mut reduced = passphrase.to_owned();
    for common in COMMON {
        reduced = without(&reduced, common);
    }
    let each = bits_per_character(passphrase);
    let (mut by_characters, mut besides) = (0.0, 0.0);
    let mut words = Set::new();
    for token in reduced.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = token.trim_end_matches(|c: char| !c.is_alphanumeric());
        if is_language(word) {
            // About two bits a letter, and some for what is unusual in it.
            by_characters += 2.4 * effective_length(word);
            words.insert(word.to_lowercase());
        } else {
            besides += each * effective_length(word);
        }
        if token.ends_with(|c: char| !c.is_alphanumeric() && c != ' ') {
            besides += each / 2.0;
        }
    }
    // A list of some 7,000 words, as dice give them: 12.9 bits each. Fewer than three words are
    // rather a name or a phrase, which the letters tell better.
    if words.len() >= 3 {
        by_characters = by_characters.min(12.9 * words.len() as f64);
    }
    by_characters + besides
}

/// Leaves a single mark where a common word stood, whatever its case.
fn without(text: &str, common: &str) -> String {
    let mut rest = text;
    let mut reduced = String::with_capacity(text.len());
    // Lower case may have another length in bytes; common words are ASCII, and so is their place.
    while let Some(at) = rest.to_ascii_lowercase().find(common) {
        let (before, after) = rest.split_at(at);
        reduced.push_str(before);
        reduced.push('*');
        rest = after.get(common.len()..).unwrap_or_default();
    }
    reduced + rest
}

/// Letters only, in one case or with a capital at the start.
fn is_language(word: &str) -> bool {
    let mut rest = word.chars();
    let Some(first) = rest.next() else {
        return false;
    };
    let rest = rest.as_str();
    let letters = word.chars().count() > 2 && word.chars().all(char::is_alphabetic);
    letters
        && (!rest.chars().any(char::is_uppercase)
            || (first.is_uppercase() && !rest.chars().any(char::is_lowercase)))
}

/// What a character that is no part of a word may be worth, by how many kinds there are.
fn bits_per_character(passphrase: &str) -> f64 {
    let has = |test: fn(&char) -> bool| passphrase.chars().any(|c| test(&c));
    let kinds = [
        has(char::is_ascii_lowercase),
        has(char::is_ascii_uppercase),
        has(char::is_ascii_digit),
        has(|c| !c.is_ascii_alphanumeric() && *c != ' '),
    ];
    match kinds.iter().filter(|kind| **kind).count() {
        0 | 1 => 3.3,
        2 => 3.6,
        3 => 4.4,
        _ => 4.9,
    }
}

/// A repetition or the next one of a row ("aaa", "123", "cba") adds next to nothing.
fn effective_length(word: &str) -> f64 {
    let pairs = word.chars().zip(word.chars().skip(1));
    let easy = pairs
        .filter(|(a, b)| u32::from(*a).abs_diff(u32::from(*b)) <= 1)
        .count();
    let length = word.chars().count();
    length as f64 - 0.8 * easy as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_weak() {
        for weak in [
            "a",
            "secret",
            "password",
            "Passwort123!",
            "password password password",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "1234567890",
            "19840521",
            "qwertz123456",
            "jennifer",
            "Holdfast2026",
        ] {
            assert_eq!(Strength::of(weak), Strength::Weak, "{weak}: {}", bits(weak));
        }
        assert_eq!(Strength::of(""), Strength::Empty);
    }

    #[test]
    fn random_words_and_random_characters_are_not() {
        for (passphrase, least) in [
            ("correct horse battery staple", Strength::Good),
            ("ropes-and-tides-and-lanterns-ahoy", Strength::Good),
            (
                "abacus lantern ropes tiger velvet whistle",
                Strength::Strong,
            ),
            ("tR7$kq2!Lm", Strength::Fair),
            ("kaktus laterne wolke", Strength::Fair),
            ("漁船と灯台の夜の歌をうたう人々", Strength::Fair),
        ] {
            assert!(
                Strength::of(passphrase) >= least,
                "{passphrase}: {}",
                bits(passphrase)
            );
        }
    }

    #[test]
    fn one_more_character_never_makes_it_much_weaker() {
        let text = "kX9 laterne wolke whistle 77!";
        let mut before = 0.0;
        for (end, _) in text.char_indices() {
            let now = bits(&text[..end]);
            assert!(now >= before - 20.0, "{end}: {before} → {now}");
            before = now;
        }
    }
}
