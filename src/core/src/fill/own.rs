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
    /// It names a code, or `autocomplete` does.
    pub code: bool,
    /// It names one that is mostly a one-time code.
    pub strong: bool,
    /// It says itself that a code was sent, or where it is to be read.
    pub told: bool,
    /// It says nothing that any table knows, but for names that programs give to any field.
    pub silent: bool,
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
        let [otp, code, weak, word] = [Concept::Otp, Concept::Code, Concept::Weak, Concept::Word]
            .map(|concept| lexicon.longest(own, concept));
        let by_class = lexicon.says(&evidence.classes, Concept::Otp);
        // "The digits we texted": a label that tells the whole story.
        let told = otp == 0
            && code == 0
            && word > 0
            && lexicon.is_meant(own)
            && ![Concept::Password, Concept::Login]
                .iter()
                .any(|concept| lexicon.says(own, *concept));
        let score = match (otp > 0, code > 0 || told, weak > 0, word > 0) {
            (true, ..) => 60,
            (_, true, ..) => 46,
            (_, _, true, _) => 26,
            (.., true) => 20,
            _ => 0,
        };
        Self {
            otp: otp > 0,
            otp_spoken: lexicon.says(&evidence.spoken, Concept::Otp),
            otp_length: otp,
            code: code > 0 || weak > 0 || told || field.is_declared(),
            strong: code > 0 || told,
            told,
            silent: lexicon.is_silent(&evidence.spoken, &[])
                && lexicon.is_silent(own, &[Concept::Other, Concept::Login]),
            good: otp.max(code).max(weak),
            score: (score + if by_class { 18 } else { 0 }).min(60),
        }
    }
}

/// Whether it is called what nothing else is called.
pub fn is_plain(own: &Words) -> bool {
    const PLAIN: &[&str] = &[
        "otp",
        "2fa",
        "mfa",
        "tfa",
        "one time",
        "onetime",
        "two factor",
        "twofactor",
        "authenticator",
        " sms",
        " tan ",
    ];
    PLAIN.iter().any(|term| own.as_str().contains(term))
}
