//! A hint at how strong a passphrase is. (What is refused is decided in `holdfast_core::passphrase`.)
//!
//! Deliberately coarse: an estimate of guesses that errs on the low side, small enough for the
//! module that the popup loads. What it can't know (a song's line, a pet's name) it can't count.

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
const COMMON: [&str; 14] = [
    "password",
    "passwort",
    "passphrase",
    "holdfast",
    "qwerty",
    "qwertz",
    "asdf",
    "letmein",
    "welcome",
    "admin",
    "secret",
    "iloveyou",
    "abc",
    "login",
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
    let mut lower = passphrase.to_lowercase();
    for common in COMMON {
        lower = lower.replace(common, "*");
    }
    let by_characters = character_bits(&lower, passphrase);
    let mut words: Vec<&str> = lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().count() > 2)
        .collect();
    if words.len() < 3 {
        return by_characters;
    }
    words.sort_unstable();
    words.dedup();
    // A list of some 7,000 words, as dice give them: 12.9 bits each; and what stands between them.
    let between = lower
        .chars()
        .filter(|c| !c.is_alphabetic() && *c != ' ')
        .count();
    by_characters.min(12.9 * words.len() as f64 + 2.0 * between as f64)
}

fn character_bits(reduced: &str, original: &str) -> f64 {
    let has = |test: fn(&char) -> bool| original.chars().any(|c| test(&c));
    let kinds = [
        has(char::is_ascii_lowercase),
        has(char::is_ascii_uppercase),
        has(char::is_ascii_digit),
        has(|c| !c.is_ascii_alphanumeric() && *c != ' '),
    ];
    // Letters alone are usually language, which holds about two bits a letter (and a bit for what
    // is unusual in it); mixed kinds are nearer to random.
    let each = match kinds.iter().filter(|kind| **kind).count() {
        _ if kinds == [false, false, true, false] => 3.3,
        0 | 1 => 2.4,
        2 => 3.6,
        3 => 4.4,
        _ => 4.9,
    };
    let mut effective = 0.0;
    let mut before: Option<char> = None;
    for character in reduced.chars() {
        // A repetition or the next one of a row ("aaa", "123", "cba") adds next to nothing.
        let easy =
            before.is_some_and(|before| u32::from(before).abs_diff(u32::from(character)) <= 1);
        effective += if easy { 0.2 } else { 1.0 };
        before = Some(character);
    }
    effective * each
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
