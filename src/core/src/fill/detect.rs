//! Finding the boxes that take a code.
//!
//! Evidence comes in families, each capped, so that no pile of one kind of hint outweighs the lack
//! of the others: what the field calls itself, what is said around it, and how it is built. A veto
//! is absolute: it holds against any evidence, a declared `one-time-code` included.

use super::evidence::Evidence;
use super::facts::Facts;
use super::lexicon::{Concept, Lexicon};
use super::own::{Own, is_plain};
use super::page::{Field, Frame};
use super::row::{Row, rows};
use super::text::Words;
pub use super::veto::Veto;
use super::veto::{
    built_for_it, declared_otherwise, is_part, meant_otherwise, sample, shows_letters,
};

/// What is enough.
const ENOUGH: i32 = 55;
/// What is enough for one field around which something speaks of a code, so that it is not all by what
/// it is called and how it is built.
const ENOUGH_IN_CONTEXT: i32 = 47;
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
    let row = rows(&Lexicon::load(), frame)
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
    let facts = Facts::of(&lexicon, frame);
    let rows = rows(&lexicon, frame);
    let single = (0..frame.fields.len()).map(|index| (vec![index], None));
    let several = rows.iter().map(|row| (row.fields.clone(), Some(row)));
    several
        .chain(single)
        .map(|(fields, row)| {
            let verdict = judge(&lexicon, frame, &facts, &fields, row);
            (fields, verdict.map(|worth| worth.score))
        })
        .collect()
}

fn in_frame(lexicon: &Lexicon, frame: &Frame) -> Vec<(Vec<usize>, i32)> {
    let facts = Facts::of(lexicon, frame);
    let rows = rows(lexicon, frame);
    let single = (0..frame.fields.len())
        .filter(|index| !rows.iter().any(|row| row.fields.contains(index)))
        .map(|index| (vec![index], None));
    let several = rows.iter().map(|row| (row.fields.clone(), Some(row)));
    several
        .chain(single)
        .filter_map(|(fields, row)| {
            let Worth { score, enough } = judge(lexicon, frame, &facts, &fields, row).ok()?;
            (score >= enough).then_some((fields, score))
        })
        .collect()
}

/// How much speaks for fields, and how much would do.
struct Worth {
    score: i32,
    enough: i32,
}

/// How much speaks for these fields.
fn judge(
    lexicon: &Lexicon,
    frame: &Frame,
    facts: &Facts,
    fields: &[usize],
    row: Option<&Row>,
) -> Result<Worth, Veto> {
    let first = fields
        .first()
        .and_then(|index| frame.fields.get(*index))
        .ok_or(Veto::Untyped)?;
    built_for_it(first, row)?;
    if row.is_none() && is_part(frame, first) {
        return Err(Veto::Part);
    }
    if row.is_some_and(|row| shows_letters(frame, row)) {
        return Err(Veto::Meaning(Concept::Other));
    }
    let evidence = Evidence::of(frame, fields);
    let own = Own::of(lexicon, &evidence, first);
    declared_otherwise(first, &own)?;
    // A shop may ask for the bank's code beside the card; it was sent, and is called so.
    let of_the_bank =
        own.otp_spoken && is_plain(&evidence.spoken) && lexicon.is_meant(&evidence.near);
    if facts.asks_for_a_card(frame, first) && !of_the_bank {
        return Err(Veto::Card);
    }
    meant_otherwise(lexicon, frame, first, row, &evidence, &own)?;

    let text = (own.score + if first.is_declared() { 50 } else { 0 }).min(MOST_TEXT);
    let context = context(lexicon, &evidence, &own).min(MOST_CONTEXT);
    let structure = structure(frame, first, fields, row).min(MOST_STRUCTURE);
    let shape = row.map_or(0, shape);
    let lonely = 20 * i32::from(is_lonely(lexicon, frame, fields, &evidence, &own));
    let crowd = crowd(lexicon, frame, facts, fields, &evidence, &own, row);
    let preference = preference(lexicon, &evidence, first);
    Ok(Worth {
        score: text + context + structure + shape + lonely + crowd + preference,
        enough: if row.is_none() && context > 0 {
            ENOUGH_IN_CONTEXT
        } else {
            ENOUGH
        },
    })
}

/// Whether it is the one field under "we sent you a code", and says nothing of itself.
fn is_lonely(
    lexicon: &Lexicon,
    frame: &Frame,
    fields: &[usize],
    evidence: &Evidence,
    own: &Own,
) -> bool {
    let first = fields.first().and_then(|index| frame.fields.get(*index));
    let near = [Concept::Otp, Concept::Code, Concept::Weak, Concept::Word]
        .iter()
        .any(|concept| lexicon.says(&evidence.near, *concept));
    own.silent
        && near
        && lexicon.is_meant(&evidence.near)
        && first.is_some_and(|first| Facts::others(frame, first, fields) == 0)
}

/// A field that does not say "one-time" is less likely one among others.
fn crowd(
    lexicon: &Lexicon,
    frame: &Frame,
    facts: &Facts,
    fields: &[usize],
    evidence: &Evidence,
    own: &Own,
    row: Option<&Row>,
) -> i32 {
    let first = fields.first().and_then(|index| frame.fields.get(*index));
    let Some(first) = first.filter(|first| !own.otp && row.is_none() && !first.is_declared())
    else {
        return 0;
    };
    let mut score = 0;
    if !own.code && facts.has_sign_in(frame, first, fields) {
        score -= 12;
    }
    score
        - match Facts::others(frame, first, fields) {
            // What is said around one of several that says nothing itself may be said of any of them.
            1 | 2 if own.score == 0 => 24,
            others if others >= 3 && own.score == 0 => 48,
            _ if evidence.is_awaited(lexicon, own) => 0,
            0 => 0,
            1 | 2 => 24,
            _ => 48,
        }
}

fn context(lexicon: &Lexicon, evidence: &Evidence, own: &Own) -> i32 {
    let around = |concept| evidence.around(lexicon, concept);
    let named = around(Concept::Otp) || around(Concept::Code);
    let meant = [&evidence.near, &evidence.heading]
        .iter()
        .any(|words| lexicon.is_meant(words));
    let mut score = match (named, meant) {
        (true, true) => 36,
        (true, false) => 30,
        (false, true) => 26,
        (false, false) if around(Concept::Verify) => 20,
        (false, false) if evidence.is_awaited(lexicon, own) => 16,
        (false, false) if around(Concept::Weak) => 8,
        (false, false) if around(Concept::Word) => 8,
        _ => 0,
    };
    if lexicon.says(&evidence.after, Concept::Context)
        || lexicon.says(&evidence.after, Concept::Otp)
    {
        score += 12;
    }
    // The words right before a field without a label.
    score += 6 * i32::from(lexicon.says(&evidence.closest, Concept::Otp));
    if lexicon.says(&evidence.page, Concept::Otp) || lexicon.says(&evidence.page, Concept::Context)
    {
        score += 12;
    } else if lexicon.says(&evidence.page, Concept::Verify) {
        score += 8;
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
    let sample = sample(&field.placeholder).is_some_and(|length| (4..=8).contains(&length));
    score += 14 * i32::from(row.is_none() && sample);
    // Passwords were ruled out before.
    score += 10 * i32::from(field.r#type == "password");
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

/// Where a page asks for several codes: a declared one before others, the app's before one that was
/// sent.
fn preference(lexicon: &Lexicon, evidence: &Evidence, field: &Field) -> i32 {
    let app = Words::spoken("authenticator totp 2fa google authenticator");
    let by = |words: &Words| {
        app.as_str()
            .split_whitespace()
            .any(|word| words.as_str().contains(&format!(" {word} ")))
    };
    let own = by(&evidence.own) || by(&evidence.closest);
    let sent =
        lexicon.says(&evidence.own, Concept::Phone) || lexicon.says(&evidence.own, Concept::Login);
    6 * i32::from(own) - 3 * i32::from(sent) + 10 * i32::from(field.is_declared())
}

#[cfg(test)]
#[path = "detect_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "captcha_tests.rs"]
mod captcha;

#[cfg(test)]
#[path = "told_tests.rs"]
mod told;

#[cfg(test)]
#[path = "labels_tests.rs"]
mod labels;

#[cfg(test)]
#[path = "boxes_tests.rs"]
mod boxes;
