//! Finding the boxes that take a code.
//!
//! Evidence comes in families, each capped, so that no pile of one kind of hint outweighs the lack
//! of the others: what the field calls itself, what is said around it, and how it is built. A veto
//! is absolute: it holds against any evidence, a declared `one-time-code` included.

use super::evidence::{Evidence, own_words};
use super::lexicon::{Concept, Lexicon};
use super::page::{Field, Frame};
use super::row::{Row, rows};
use super::text::Words;

/// What is enough.
const ENOUGH: i32 = 55;
const MOST_TEXT: i32 = 80;
const MOST_CONTEXT: i32 = 42;
const MOST_STRUCTURE: i32 = 28;

/// Boxes that take a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which of the frames.
    pub frame: usize,
    /// Which of its fields, in the order in which they are filled.
    pub fields: Vec<usize>,
    /// How much speaks for it.
    pub score: i32,
}

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
}

/// The boxes to fill on a page: those that most speaks for, if it is enough.
#[must_use]
pub fn detect(frames: &[Frame]) -> Option<Target> {
    let lexicon = Lexicon::load();
    let found = frames.iter().enumerate().flat_map(|(index, frame)| {
        let targets = if frame.frame.rendered && frame.frame.opacity >= 0.7 {
            in_frame(&lexicon, frame)
        } else {
            Vec::new()
        };
        targets.into_iter().map(move |(fields, score)| Target {
            frame: index,
            fields,
            score,
        })
    });
    // Of equals the first.
    found.reduce(|best, other| {
        if other.score > best.score {
            other
        } else {
            best
        }
    })
}

/// The boxes around the field that a person chose: its row, or the field itself. They can see what
/// it is; only what can't be filled is refused.
#[must_use]
pub fn chosen(frame: &Frame, field: usize) -> Option<Vec<usize>> {
    let row = rows(frame)
        .into_iter()
        .find(|row| row.fields.contains(&field));
    if let Some(row) = row {
        return Some(row.fields);
    }
    let own = frame.fields.get(field)?;
    (own.is_seen() && own.is_typed() && !own.readonly && !own.disabled).then(|| vec![field])
}

/// What was made of every field and row of a document: for tests that print what they measure.
#[must_use]
pub fn explain(frame: &Frame) -> Vec<(Vec<usize>, Result<i32, Veto>)> {
    let lexicon = Lexicon::load();
    let rows = rows(frame);
    let single = (0..frame.fields.len()).map(|index| (vec![index], None));
    let several = rows.iter().map(|row| (row.fields.clone(), Some(row)));
    several
        .chain(single)
        .map(|(fields, row)| {
            let verdict = judge(&lexicon, frame, &fields, row);
            (fields, verdict)
        })
        .collect()
}

fn in_frame(lexicon: &Lexicon, frame: &Frame) -> Vec<(Vec<usize>, i32)> {
    let rows = rows(frame);
    let single = (0..frame.fields.len())
        .filter(|index| !rows.iter().any(|row| row.fields.contains(index)))
        .map(|index| (vec![index], None));
    let several = rows.iter().map(|row| (row.fields.clone(), Some(row)));
    several
        .chain(single)
        .filter_map(|(fields, row)| {
            let score = judge(lexicon, frame, &fields, row).ok()?;
            (score >= ENOUGH).then_some((fields, score))
        })
        .collect()
}

/// How much speaks for these fields.
fn judge(
    lexicon: &Lexicon,
    frame: &Frame,
    fields: &[usize],
    row: Option<&Row>,
) -> Result<i32, Veto> {
    let first = fields
        .first()
        .and_then(|index| frame.fields.get(*index))
        .ok_or(Veto::Untyped)?;
    built_for_it(first, row)?;
    let evidence = Evidence::of(frame, fields);
    let own = Own::of(lexicon, &evidence, first);
    declared_otherwise(first, &own)?;
    beside_a_card(lexicon, frame, first)?;
    meant_otherwise(lexicon, frame, first, &evidence, &own)?;

    let text = (own.score + if first.is_declared() { 50 } else { 0 }).min(MOST_TEXT);
    let context = context(lexicon, &evidence).min(MOST_CONTEXT);
    let structure = structure(frame, first, fields, row).min(MOST_STRUCTURE);
    let shape = row.map_or(0, shape);
    let crowd = if own.otp || own.code || first.is_declared() || row.is_some() {
        0
    } else {
        -12 * i32::from(has_sign_in(lexicon, frame, first, fields))
    };
    Ok(text + context + structure + shape + crowd + preference(lexicon, &evidence))
}

fn built_for_it(field: &Field, row: Option<&Row>) -> Result<(), Veto> {
    if !field.is_seen() {
        return Err(Veto::Unseen);
    }
    if !field.is_typed() || field.readonly || field.disabled || field.filled > 12 {
        return Err(Veto::Untyped);
    }
    if matches!(field.role.as_str(), "searchbox" | "combobox" | "spinbutton") {
        return Err(Veto::Untyped);
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

/// What a field calls itself.
struct Own {
    otp: bool,
    code: bool,
    /// The longest term that names a one-time code, in bytes.
    otp_length: usize,
    /// The longest term that speaks for a code, in bytes.
    good: usize,
    score: i32,
}

impl Own {
    fn of(lexicon: &Lexicon, evidence: &Evidence, field: &Field) -> Self {
        let own = &evidence.own;
        let [otp, code, word] =
            [Concept::Otp, Concept::Code, Concept::Word].map(|c| lexicon.longest(own, c));
        let by_class = lexicon.says(&evidence.classes, Concept::Otp);
        let score = match (otp > 0, code > 0, word > 0) {
            (true, _, _) => 60,
            (_, true, _) => 42,
            (_, _, true) => 20,
            _ => 0,
        };
        Self {
            otp: otp > 0,
            otp_length: otp,
            code: code > 0 || field.is_declared(),
            good: otp.max(code),
            score: (score + if by_class { 18 } else { 0 }).min(60),
        }
    }
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

fn declared_otherwise(field: &Field, own: &Own) -> Result<(), Veto> {
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

fn beside_a_card(lexicon: &Lexicon, frame: &Frame, field: &Field) -> Result<(), Veto> {
    let asks = |other: &Field| {
        other.autocomplete.contains("cc-number")
            || own_words(other).iter().any(|words| {
                lexicon.says(words, Concept::Card) && !lexicon.says(words, Concept::Otp)
            })
    };
    let beside = frame
        .fields
        .iter()
        .filter(|other| other.form == field.form && (other.is_seen() || other.kind == "select"));
    if beside.into_iter().any(asks) {
        return Err(Veto::Card);
    }
    Ok(())
}

/// Kinds of fields that also say "code", and mean another.
const HARD: [Concept; 5] = [
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

fn meant_otherwise(
    lexicon: &Lexicon,
    frame: &Frame,
    field: &Field,
    evidence: &Evidence,
    own: &Own,
) -> Result<(), Veto> {
    let said = |words: &Words, concept| lexicon.longest(words, concept);
    // "One-time or recovery code" takes either.
    if said(&evidence.own, Concept::Recovery) > 0 && !own.otp {
        return Err(Veto::Meaning(Concept::Recovery));
    }
    for concept in HARD {
        let bad = said(&evidence.own, concept);
        if bad > 0 && bad >= own.otp_length {
            return Err(Veto::Meaning(concept));
        }
    }
    for concept in SOFT {
        let bad = said(&evidence.own, concept);
        if bad > own.good && !own.otp && !field.is_declared() {
            return Err(Veto::Meaning(concept));
        }
    }
    let otp_around = evidence.around(lexicon, Concept::Otp);
    if !own.otp {
        around_it(lexicon, evidence, own, otp_around)?;
        captcha(lexicon, frame, field, evidence)?;
    }
    if field.r#type == "password" && !own.otp && !own.code && !otp_around {
        return Err(Veto::Meaning(Concept::Password));
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
            let short = evidence.closest.len() <= 40;
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
) -> Result<(), Veto> {
    let named = lexicon.says(&evidence.pictures, Concept::Captcha)
        || lexicon.says(&evidence.after, Concept::Captcha);
    let beside_password = frame
        .fields
        .iter()
        .any(|other| other.form == field.form && other.r#type == "password" && other.is_seen());
    if named || (evidence.adjacent_pictures > 0 && beside_password) {
        return Err(Veto::Meaning(Concept::Captcha));
    }
    Ok(())
}

fn context(lexicon: &Lexicon, evidence: &Evidence) -> i32 {
    let around = |concept| evidence.around(lexicon, concept);
    let named = around(Concept::Otp) || around(Concept::Code);
    let mut score = match (named, around(Concept::Context)) {
        (true, true) => 36,
        (true, false) => 30,
        (false, true) => 26,
        (false, false) if around(Concept::Word) => 8,
        _ => 0,
    };
    if lexicon.says(&evidence.after, Concept::Context)
        || lexicon.says(&evidence.after, Concept::Otp)
    {
        score += 12;
    }
    if lexicon.says(&evidence.page, Concept::Otp) || lexicon.says(&evidence.page, Concept::Context)
    {
        score += 12;
    }
    score
}

fn structure(frame: &Frame, field: &Field, fields: &[usize], row: Option<&Row>) -> i32 {
    let mut score = 0;
    let numeric = matches!(field.inputmode.as_str(), "numeric" | "decimal" | "tel")
        || matches!(field.r#type.as_str(), "tel" | "number");
    score += 8 * i32::from(numeric);
    if row.is_none() {
        score += match field.max {
            Some(6..=8) => 12,
            Some(4..=10) => 8,
            _ => 0,
        };
    }
    let digits = ["[0-9", "\\d", "{6", "{4"]
        .iter()
        .any(|part| field.pattern.contains(part));
    score += 8 * i32::from(digits);
    let alone = !frame.fields.iter().enumerate().any(|(index, other)| {
        !fields.contains(&index)
            && other.form == field.form
            && other.is_seen()
            && other.kind != "select"
    });
    score += 10 * i32::from(alone);
    score += 4 * i32::from(field.size.is_some_and(|size| size <= 10));
    score += 2 * i32::from(field.autocomplete == "off");
    score
}

fn shape(row: &Row) -> i32 {
    let count = match row.fields.len() {
        6 => 10,
        8 => 8,
        4 | 5 | 7 => 4,
        _ => 0,
    };
    count + if row.limited { 36 } else { 22 }
}

/// Whether the form asks who one is or for a password besides.
fn has_sign_in(lexicon: &Lexicon, frame: &Frame, field: &Field, fields: &[usize]) -> bool {
    frame.fields.iter().enumerate().any(|(index, other)| {
        !fields.contains(&index)
            && other.form == field.form
            && other.is_seen()
            && (other.r#type == "password"
                || own_words(other)
                    .iter()
                    .any(|words| lexicon.says(words, Concept::Login)))
    })
}

/// Where a page asks for several codes: the app's before one that was sent.
fn preference(lexicon: &Lexicon, evidence: &Evidence) -> i32 {
    let app = Words::spoken("authenticator totp 2fa google authenticator");
    let by = |words: &Words| {
        app.as_str()
            .split_whitespace()
            .any(|word| words.as_str().contains(&format!(" {word} ")))
    };
    let own = by(&evidence.own) || by(&evidence.closest);
    let sent =
        lexicon.says(&evidence.own, Concept::Phone) || lexicon.says(&evidence.own, Concept::Login);
    6 * i32::from(own) - 3 * i32::from(sent)
}

#[cfg(test)]
#[path = "detect_tests.rs"]
mod tests;
