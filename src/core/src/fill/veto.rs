//! Vetoes: what rules a field out, whatever speaks for it.

use super::evidence::Evidence;
use super::lexicon::{Concept, Lexicon};
use super::own::{Own, is_plain};
use super::page::{Field, Frame};
use super::row::Row;
use super::text::Words;

/// Why a field takes no code, whatever else speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Veto {
    /// A person can't see it.
    Unseen,
    /// It can't be typed into, or takes no line of text.
    Untyped,
    /// It takes fewer or more characters than any code has.
    Length,
    /// `autocomplete` says what it is for.
    Declared,
    /// A payment card is asked for beside it.
    Card,
    /// Its own words, or those around it, say what it is for.
    Meaning(Concept),
    /// A grid of boxes.
    Grid,
    /// A part of a longer key, which is asked for in several fields.
    Part,
}

/// Whether a code could be typed into it, and seen.
pub fn built_for_it(field: &Field, row: Option<&Row>) -> Result<(), Veto> {
    if !field.is_seen() {
        return Err(Veto::Unseen);
    }
    if !field.is_typed() || field.readonly || field.disabled || field.filled > 12 {
        return Err(Veto::Untyped);
    }
    if matches!(field.role.as_str(), "searchbox" | "combobox" | "spinbutton") {
        return Err(Veto::Untyped);
    }
    if sample(&field.placeholder).is_some_and(|length| length > 9) {
        return Err(Veto::Length);
    }
    match row {
        // Words and puzzles come in grids; a code may be asked for twice.
        Some(row) if row.others >= 2 => Err(Veto::Grid),
        None if field.max.is_some_and(|max| max < 4) || field.min.is_some_and(|min| min > 10) => {
            Err(Veto::Length)
        }
        _ => Ok(()),
    }
}

/// How many characters a placeholder shows as a sample: `123456`, `XXX-XXX`, `••••••`. `None` for
/// words, and for groups of different lengths, which codes don't have.
pub fn sample(placeholder: &str) -> Option<usize> {
    let text = placeholder.trim();
    let is_blank = |c: char| matches!(c, 'x' | 'X' | '#' | '•' | '●' | '*' | '_' | '○' | '·');
    if text.chars().all(|c| c == '-') {
        return Some(text.len()).filter(|length| *length > 0);
    }
    let groups: Vec<&str> = text
        .split([' ', '-'])
        .filter(|group| !group.is_empty())
        .collect();
    let length = groups.first()?.chars().count();
    groups
        .iter()
        .all(|group| {
            group.chars().count() == length
                && group.chars().all(|c| c.is_ascii_digit() || is_blank(c))
        })
        .then_some(length * groups.len())
}

/// Whether boxes show letters as samples, as those of a date do.
pub fn shows_letters(frame: &Frame, row: &Row) -> bool {
    row.fields
        .iter()
        .filter_map(|index| frame.fields.get(*index))
        .any(|field| {
            let text = field.placeholder.trim();
            text.chars().all(char::is_alphabetic) && !matches!(text, "" | "x" | "X" | "o" | "O")
        })
}

/// Whether fields of the same name but for a number lie beside it: licence keys, serial numbers.
pub fn is_part(frame: &Frame, field: &Field) -> bool {
    let stem = |name: &str| {
        name.trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned()
    };
    frame.fields.iter().any(|other| {
        other.form == field.form
            && other.is_seen()
            && other.is_typed()
            && other.name != field.name
            && !stem(&field.name).is_empty()
            && stem(&other.name) == stem(&field.name)
            && (other.y - field.y).abs() <= 4.0
    })
}

/// Values of `autocomplete` that say nothing about what a field takes.
const SILENT: &[&str] = &[
    "",
    "on",
    "off",
    "one-time-code",
    "none",
    "nope",
    "false",
    "disabled",
    "no",
    "code",
    "otp",
    "webauthn",
    "chrome-off",
    "nofill",
    "one-time",
    "otp-code",
    "totp",
    "do-not-autofill",
];

/// Whether `autocomplete` says that it is for something else.
pub fn declared_otherwise(field: &Field, own: &Own) -> Result<(), Veto> {
    let token = field
        .autocomplete
        .split_whitespace()
        .find(|token| !SILENT.contains(token) && !token.starts_with("section-"));
    match token {
        // Said to keep password managers and suggestions away.
        Some("new-password" | "current-password" | "username" | "tel" | "password")
            if own.otp || own.code =>
        {
            Ok(())
        }
        Some(known) if is_known_token(known) => Err(Veto::Declared),
        _ => Ok(()),
    }
}

fn is_known_token(token: &str) -> bool {
    const KNOWN: &[&str] = &[
        "username",
        "email",
        "tel",
        "name",
        "honorific-prefix",
        "given-name",
        "additional-name",
        "family-name",
        "nickname",
        "new-password",
        "current-password",
        "password",
        "organization",
        "organization-title",
        "street-address",
        "postal-code",
        "country",
        "country-name",
        "bday",
        "sex",
        "url",
        "photo",
        "language",
        "shipping",
        "billing",
        "transaction-amount",
        "transaction-currency",
        "impp",
    ];
    KNOWN.contains(&token)
        || ["cc-", "tel-", "address-", "bday-"]
            .iter()
            .any(|start| token.starts_with(start))
}

/// Kinds of fields that also say "code", and mean another.
const HARD: [Concept; 6] = [
    Concept::Setting,
    Concept::Card,
    Concept::Captcha,
    Concept::Promo,
    Concept::Invite,
    Concept::Secret,
];
const SOFT: [Concept; 6] = [
    Concept::Postcode,
    Concept::Phone,
    Concept::Search,
    Concept::Login,
    Concept::Password,
    Concept::Other,
];

/// Whether words say that it is for something else.
pub fn meant_otherwise(
    lexicon: &Lexicon,
    frame: &Frame,
    field: &Field,
    row: Option<&Row>,
    evidence: &Evidence,
    own: &Own,
) -> Result<(), Veto> {
    let said = |words: &Words, concept| lexicon.longest(words, concept);
    // "One-time or recovery code" takes either.
    if said(&evidence.own, Concept::Recovery) > 0 && !own.otp_spoken {
        return Err(Veto::Meaning(Concept::Recovery));
    }
    // Some call the code itself a "secret key", and say in passing what they mean.
    let misnamed = !own.otp && field.is_declared() && lexicon.is_meant(&evidence.own);
    for concept in HARD {
        let bad = said(&evidence.own, concept);
        if bad > 0 && bad >= own.otp_length && !(concept == Concept::Secret && misnamed) {
            return Err(Veto::Meaning(concept));
        }
    }
    for concept in SOFT {
        let bad = said(&evidence.own, concept);
        // Programs call a field an "answer"; people are told that it is for a code.
        let unsaid = concept == Concept::Other
            && said(&evidence.spoken, concept) == 0
            && lexicon.is_meant(&evidence.near);
        let excused = own.otp || own.told || unsaid || field.is_declared();
        if bad > own.good && !excused {
            return Err(Veto::Meaning(concept));
        }
    }
    // "Filter by 2FA status".
    let search = said(&evidence.own, Concept::Search);
    if own.otp && search > own.otp_length {
        return Err(Veto::Meaning(Concept::Search));
    }
    // `+49` is the beginning of a telephone number.
    if field.placeholder.trim().starts_with('+') {
        return Err(Veto::Meaning(Concept::Phone));
    }
    let otp_around = evidence.around(lexicon, Concept::Otp);
    // Where to send a code to, in a form that sends one.
    let sends = |words: &Words| lexicon.says(words, Concept::Send) && !lexicon.is_meant(words);
    let names_code = own.otp || own.code || row.is_some();
    if !names_code
        && [&evidence.button, &evidence.near]
            .iter()
            .any(|words| sends(words))
    {
        return Err(Veto::Meaning(Concept::Send));
    }
    let meant = evidence.is_awaited(lexicon, own);
    captcha(lexicon, frame, field, evidence, own)?;
    let certain = meant || field.is_declared() || is_plain(&evidence.own);
    if !certain {
        belongs_to_a_thing(lexicon, evidence, own)?;
    }
    if !own.otp || !certain {
        around_it(lexicon, evidence, own, otp_around || misnamed)?;
        if !meant && !field.is_declared() {
            sold(lexicon, evidence)?;
        }
        // Several lines are for text.
        if field.kind == "area" {
            return Err(Veto::Untyped);
        }
    }
    if own.otp && !own.otp_spoken {
        let rescue =
            |words: &Words| lexicon.says(words, Concept::Recovery) && !lexicon.is_meant(words);
        if rescue(&evidence.heading) || rescue(&evidence.closest) {
            return Err(Veto::Meaning(Concept::Recovery));
        }
    }
    // Hidden from view like a password: one that says "verification code" and stands alone may be
    // a code; a "token" or a "passcode" may be anything that lets one in.
    let alone = !frame
        .fields
        .iter()
        .any(|other| !std::ptr::eq(other, field) && other.form == field.form && other.is_seen());
    let code = own.strong && alone;
    if field.r#type == "password" && !(own.otp || meant || code || field.is_declared()) {
        return Err(Veto::Meaning(Concept::Password));
    }
    Ok(())
}

/// A paper, a ware or a lock around a field that says no more than "code": printed codes and codes
/// known by heart.
fn belongs_to_a_thing(lexicon: &Lexicon, evidence: &Evidence, own: &Own) -> Result<(), Veto> {
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
fn sold(lexicon: &Lexicon, evidence: &Evidence) -> Result<(), Veto> {
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
fn around_it(
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
            if bad > 0 && bad >= is_code(words) && !otp_around {
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
    if own.good == 0 && !own.code && !lexicon.says(&evidence.closest, Concept::Context) {
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

/// A picture with characters beside the field.
fn captcha(
    lexicon: &Lexicon,
    frame: &Frame,
    field: &Field,
    evidence: &Evidence,
    own: &Own,
) -> Result<(), Veto> {
    let named = lexicon.says(&evidence.pictures, Concept::Captcha)
        || lexicon.says(&evidence.after, Concept::Captcha);
    let mut others = frame.fields.iter().filter(|other| {
        !std::ptr::eq(*other, field) && other.form == field.form && other.is_seen()
    });
    let line = evidence.line_of_characters
        && others.clone().next().is_some()
        && ![&evidence.near, &evidence.heading, &evidence.after]
            .iter()
            .any(|words| lexicon.is_meant(words));
    let by_password =
        evidence.adjacent_pictures > 0 && others.any(|other| other.r#type == "password");
    if line || (!own.otp && (named || by_password)) {
        return Err(Veto::Meaning(Concept::Captcha));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn a_sample_shows_how_long_a_code_is() {
        for (placeholder, length) in [
            ("123456", Some(6)),
            ("123 456", Some(6)),
            ("XXX-XXX", Some(6)),
            ("••••••", Some(6)),
            ("------", Some(6)),
            ("XXXX-XXXX-XXXX-XXXX", Some(16)),
            ("00000-000", None),
            ("555-0123", None),
            ("Code", None),
            ("MM/YY", None),
            ("", None),
        ] {
            assert_eq!(sample(placeholder), length, "{placeholder}");
        }
    }
}
