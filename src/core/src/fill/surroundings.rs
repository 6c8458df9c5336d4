//! What text around a field says that it is for, where the field itself does not say "one-time".

use super::evidence::Evidence;
use super::lexicon::{Concept, Lexicon};
use super::own::{Own, is_plain};
use super::text::Words;
use super::veto::Veto;

/// Kinds of fields that also say "code", and mean another.
pub const HARD: [Concept; 5] = [
    Concept::Card,
    Concept::Captcha,
    Concept::Promo,
    Concept::Invite,
    Concept::Secret,
];
/// Kinds of fields that are none for a code, unless they say so.
pub const SOFT: [Concept; 6] = [
    Concept::Postcode,
    Concept::Phone,
    Concept::Search,
    Concept::Login,
    Concept::Password,
    Concept::Other,
];

/// A paper, a ware or a lock around a field that says no more than "code": printed codes and codes
/// known by heart.
pub fn belongs_to_a_thing(lexicon: &Lexicon, evidence: &Evidence, own: &Own) -> Result<(), Veto> {
    let beside = [&evidence.own, &evidence.near, &evidence.heading];
    let pin = |words: &Words| words.as_str().contains(" pin ");
    if !own.otp && beside.iter().any(|words| pin(words)) {
        return Err(Veto::Meaning(Concept::Password));
    }
    let around = [&evidence.after, &evidence.page];
    if beside
        .iter()
        .chain(&around)
        .any(|words| lexicon.says(words, Concept::Thing))
    {
        return Err(Veto::Meaning(Concept::Thing));
    }
    Ok(())
}

/// A basket or a payment around a field that says no more than "code".
pub fn sold(lexicon: &Lexicon, evidence: &Evidence) -> Result<(), Veto> {
    let around = [
        &evidence.near,
        &evidence.heading,
        &evidence.after,
        &evidence.page,
    ];
    for (concept, veto) in [
        (Concept::Card, Concept::Card),
        (Concept::Shop, Concept::Promo),
    ] {
        if around.iter().any(|words| lexicon.says(words, concept)) {
            return Err(Veto::Meaning(veto));
        }
    }
    Ok(())
}

/// Text around a field that says what it is for, where the field itself does not say "one-time".
pub fn around_it(
    lexicon: &Lexicon,
    evidence: &Evidence,
    own: &Own,
    otp_around: bool,
) -> Result<(), Veto> {
    let is_code = |words: &Words| {
        lexicon
            .longest(words, Concept::Otp)
            .max(lexicon.longest(words, Concept::Code))
    };
    for (words, concepts) in [
        (&evidence.closest, &HARD[..]),
        (
            &evidence.heading,
            &[Concept::Promo, Concept::Invite, Concept::Captcha][..],
        ),
    ] {
        for concept in concepts {
            let bad = lexicon.longest(words, *concept);
            // "Scan the image above with your authenticator app."
            let scanned = *concept == Concept::Captcha && is_plain(words);
            if bad > 0 && bad >= is_code(words) && !otp_around && !scanned {
                return Err(Veto::Meaning(*concept));
            }
        }
    }
    let recovery = lexicon.says(&evidence.closest, Concept::Recovery)
        || (lexicon.says(&evidence.heading, Concept::Recovery)
            && !lexicon.says(&evidence.closest, Concept::Context));
    if recovery && !otp_around {
        return Err(Veto::Meaning(Concept::Recovery));
    }
    // A field with a label of its own may follow anything, as a code does that a transfer is
    // confirmed by.
    let is_word = |words: &Words| lexicon.says(words, Concept::Word);
    let follows = (is_word(&evidence.spoken) && lexicon.is_meant(&evidence.near))
        || (is_word(&evidence.own) && is_word(&evidence.after));
    let named = own.good > 0 || own.code || follows;
    if !named && !lexicon.says(&evidence.closest, Concept::Context) {
        for concept in SOFT {
            let bad = lexicon.longest(&evidence.closest, concept);
            // A sentence may well speak of a phone, or of an e-mail.
            let sentence = match concept {
                Concept::Phone | Concept::Login => evidence.closest.len() > 36,
                _ => evidence.closest.len() > 80,
            };
            let short = !sentence;
            if bad > is_code(&evidence.closest) && short && !otp_around {
                return Err(Veto::Meaning(concept));
            }
        }
    }
    Ok(())
}
