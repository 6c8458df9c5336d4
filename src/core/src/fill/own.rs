//! What a field calls itself.

use super::evidence::Evidence;
use super::lexicon::{Concept, Lexicon};
use super::page::Field;
use super::text::Words;

/// What a field calls itself.
pub struct Own {
    /// It names a one-time code.
    pub otp: bool,
    /// It says so to people, not just to programs.
    pub otp_spoken: bool,
    /// It says to people that it is for a recovery code.
    pub recovery_spoken: bool,
    /// It names a code, or `autocomplete` does.
    pub code: bool,
    /// The longest term that names a one-time code, in bytes.
    pub otp_length: usize,
    /// The longest term that speaks for a code, in bytes.
    pub good: usize,
    /// How much that speaks for it.
    pub score: i32,
}

impl Own {
    /// Reads it.
    pub fn of(lexicon: &Lexicon, evidence: &Evidence, field: &Field) -> Self {
        let own = &evidence.own;
        let [otp, code, word] =
            [Concept::Otp, Concept::Code, Concept::Word].map(|c| lexicon.longest(own, c));
        let spoken = [&field.label, &field.aria, &field.placeholder, &field.title];
        let [otp_spoken, recovery_spoken] = [Concept::Otp, Concept::Recovery].map(|concept| {
            spoken
                .iter()
                .any(|text| lexicon.says(&Words::spoken(text), concept))
        });
        let by_class = lexicon.says(&evidence.classes, Concept::Otp);
        let score = match (otp > 0, code > 0, word > 0) {
            (true, _, _) => 60,
            // "PIN and token", "code digit".
            (_, true, true) => 46,
            (_, true, _) => 42,
            (_, _, true) => 20,
            _ => 0,
        };
        Self {
            otp: otp > 0,
            otp_spoken,
            recovery_spoken,
            otp_length: otp,
            code: code > 0 || field.is_declared(),
            good: otp.max(code),
            score: (score + if by_class { 18 } else { 0 }).min(60),
        }
    }
}
