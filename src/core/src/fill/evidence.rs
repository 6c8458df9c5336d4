//! What is to be read on and around a field, gathered into the few texts that rules ask about.

use super::lexicon::{Concept, Lexicon};
use super::own::{Own, is_plain};
use super::page::{Field, Form, Frame, Item};
use super::text::Words;

/// How much text before a field still speaks of it, in characters.
const REACH: usize = 320;
/// How long a label is at most, in characters.
pub const LABEL: usize = 36;
/// How far the nearest text may be in the stream.
const NEARBY: usize = 12;

/// The texts of a field, or of a row of boxes.
pub struct Evidence {
    /// Name, id, label, placeholder: what the field calls itself.
    pub own: Words,
    /// The part of it that people read: its labels, its placeholder.
    pub spoken: Words,
    /// Class names.
    pub classes: Words,
    /// The text right before it.
    pub closest: Words,
    /// Text before it, up to the field before, and its description.
    pub near: Words,
    /// Text after it, up to the next field.
    pub after: Words,
    /// The headings above it.
    pub heading: Words,
    /// Where the form leads.
    pub action: Words,
    /// Title, form and buttons.
    pub page: Words,
    /// The first button after it.
    pub button: Words,
    /// All buttons of its form.
    pub buttons: Words,
    /// Pictures beside it.
    pub pictures: Words,
    /// How many pictures lie right beside it.
    pub adjacent_pictures: usize,
    /// A picture as wide and low as a line of characters lies by it.
    pub line_of_characters: bool,
}

impl Evidence {
    /// Reads what belongs to these fields, which are one field or a row.
    pub fn of(frame: &Frame, fields: &[usize]) -> Self {
        let all = || fields.iter().filter_map(|index| frame.fields.get(*index));
        let mut own: Vec<Words> = all().flat_map(own_words).collect();
        let classes: Vec<Words> = all().map(|field| Words::named(&field.classes)).collect();
        let form = all().next().map_or(-1, |field| field.form);
        let places: Vec<usize> = frame
            .stream
            .iter()
            .enumerate()
            .filter(|(_, item)| item.field.is_some_and(|field| fields.contains(&field)))
            .map(|(place, _)| place)
            .collect();
        let first = places.first().copied();
        let last = places.last().copied();
        let before = first.map_or(&[][..], |first| frame.stream.get(..first).unwrap_or(&[]));
        let behind = last.map_or(&[][..], |last| frame.stream.get(last + 1..).unwrap_or(&[]));
        let labels: Vec<Words> = all()
            .flat_map(|field| [Words::spoken(&field.label), Words::spoken(aria(field))])
            .collect();
        let described: Vec<Words> = all().map(|field| Words::spoken(&field.described)).collect();
        let mut told: Vec<Words> = all().flat_map(spoken_words).collect();
        let (closest, mut near) = before_it(frame, before);
        // A short text right before a field that has no label is its label, whatever sample or hint
        // the field shows.
        let labelled = all().next().is_some_and(|field| {
            [&field.label, aria(field)]
                .iter()
                .any(|text| !text.trim().is_empty())
        });
        let is_label = closest.len() <= LABEL && !tells_a_value(&closest) && is_beside(before);
        if !labelled && is_label && fields.len() == 1 {
            own.push(closest.clone());
            told.push(closest.clone());
            near.pop();
        }
        // What a field is labelled with is read once: as its own, not as what surrounds it.
        near.retain(|words| !is_part_of(words, &labels));
        Self {
            own: Words::apart(&own),
            spoken: Words::apart(&told),
            classes: Words::all(&classes),
            closest,
            near: Words::all(described.iter().chain(&near)),
            after: after_it(frame, behind, &labels),
            heading: headings(before),
            action: form_of(frame, form)
                .map(|form| Words::named(&form.action))
                .unwrap_or_default(),
            page: page(frame, form, before, behind),
            button: button(behind, form),
            buttons: buttons(frame, form),
            pictures: pictures(before, behind, form),
            adjacent_pictures: adjacent(before, behind),
            line_of_characters: line_of_characters(before, behind),
        }
    }

    /// Whether anything around it speaks of a second factor.
    pub fn is_meant(&self, lexicon: &Lexicon) -> bool {
        // "The confirmation code on the label" is none that is sent.
        let named = |words: &Words| {
            lexicon.says(words, Concept::Otp)
                && (is_plain(words) || !lexicon.says(words, Concept::Thing))
        };
        // Who is paid is told by the page of a card's issuer, not by a shop.
        let paid = self.around(lexicon, Concept::Issuer);
        let around = [&self.near, &self.heading, &self.after, &self.page];
        (paid && !lexicon.says(&self.own, Concept::Card))
            || around
                .iter()
                .any(|words| lexicon.is_meant(words) || named(words))
    }

    /// Whether a code is awaited here: because a second factor is spoken of, because the field
    /// says where its code comes from, or because a button beside it sends one.
    pub fn is_awaited(&self, lexicon: &Lexicon, own: &Own) -> bool {
        self.is_meant(lexicon) || own.told || (own.code && self.sends(lexicon))
    }

    /// Whether something beside it, or a button of its form, has a code sent.
    pub fn sends(&self, lexicon: &Lexicon) -> bool {
        [&self.after, &self.page, &self.buttons]
            .iter()
            .any(|words| lexicon.says(words, Concept::Send))
    }

    /// Whether anything around it says so.
    pub fn around(&self, lexicon: &Lexicon, concept: Concept) -> bool {
        lexicon.says(&self.near, concept) || lexicon.says(&self.heading, concept)
    }
}

/// What a field calls itself.
pub fn own_words(field: &Field) -> Vec<Words> {
    let named = [&field.name, &field.id, &field.names, &field.host].map(|text| Words::named(text));
    named.into_iter().chain(spoken_words(field)).collect()
}

/// What a field says to people.
fn spoken_words(field: &Field) -> [Words; 4] {
    [&field.label, aria(field), &field.placeholder, &field.title].map(Words::spoken)
}

/// The label for readers of the screen; where it only repeats a name that programs use, there is none.
fn aria(field: &Field) -> &str {
    match field.aria.contains('_') {
        true => "",
        false => &field.aria,
    }
}

fn is_other_field(frame: &Frame, item: &Item) -> bool {
    item.field
        .and_then(|index| frame.fields.get(index))
        .is_some_and(|field| field.is_seen() && field.kind != "select")
}

fn before_it(frame: &Frame, before: &[Item]) -> (Words, Vec<Words>) {
    let mut parts: Vec<Words> = Vec::new();
    let mut length = 0;
    for item in before.iter().rev().take(NEARBY) {
        if is_other_field(frame, item) || length > REACH {
            break;
        }
        if matches!(item.kind.as_str(), "text" | "heading") {
            let words = Words::spoken(&item.words);
            length += words.len();
            parts.push(words);
        }
    }
    parts.reverse();
    if parts
        .first()
        .is_some_and(|words| is_behind_its_field(frame, before, words))
    {
        parts.remove(0);
    }
    let closest = parts.last().cloned().unwrap_or_default();
    (closest, parts)
}

/// Whether the first words after the field before are its label, and not that of the next: it has none
/// before it.
fn is_behind_its_field(frame: &Frame, before: &[Item], words: &Words) -> bool {
    let Some(place) = before.iter().rposition(|item| is_other_field(frame, item)) else {
        return false;
    };
    let field = before.get(place).and_then(|item| item.field);
    let Some(field) = field.and_then(|field| frame.fields.get(field)) else {
        return false;
    };
    let label = [Words::spoken(&field.label)];
    let ahead = place.checked_sub(1).and_then(|place| before.get(place));
    let labelled_before = ahead.is_some_and(|item| is_part_of(&Words::spoken(&item.words), &label));
    !labelled_before && is_part_of(words, &label)
}

/// Whether the last thing before is text.
fn is_beside(before: &[Item]) -> bool {
    before.last().is_some_and(|item| item.kind == "text")
}

/// Whether text names something and tells what it is, as "Phone: 5550100" does.
fn tells_a_value(words: &Words) -> bool {
    words
        .as_str()
        .split_whitespace()
        .any(|word| word.len() >= 5 && word.chars().all(|c| c.is_ascii_digit()))
}

/// Whether text is a label, or a piece of one.
fn is_part_of(words: &Words, labels: &[Words]) -> bool {
    labels
        .iter()
        .any(|label| !words.is_empty() && label.as_str().contains(words.as_str()))
}

fn after_it(frame: &Frame, behind: &[Item], labels: &[Words]) -> Words {
    // The text before the next field may be its label.
    let next = behind.iter().find(|item| is_other_field(frame, item));
    let next = next.and_then(|item| frame.fields.get(item.field?));
    let theirs = next.map(|field| [Words::spoken(&field.label), Words::spoken(&field.aria)]);
    let theirs = theirs.as_ref().map_or(&[][..], |labels| &labels[..]);
    let parts: Vec<Words> = behind
        .iter()
        .take(6)
        .take_while(|item| !is_other_field(frame, item))
        .filter(|item| item.kind == "text")
        .take(2)
        .map(|item| Words::spoken(&item.words))
        .filter(|words| !is_part_of(words, labels) && !is_part_of(words, theirs))
        .collect();
    Words::all(&parts)
}

fn headings(before: &[Item]) -> Words {
    let parts: Vec<Words> = before
        .iter()
        .rev()
        .filter(|item| item.kind == "heading")
        .take(2)
        .map(|item| Words::spoken(&item.words))
        .collect();
    Words::all(&parts)
}

fn form_of(frame: &Frame, form: i32) -> Option<&Form> {
    let form = usize::try_from(form).ok();
    form.and_then(|form| frame.forms.get(form))
}

fn page(frame: &Frame, form: i32, before: &[Item], behind: &[Item]) -> Words {
    let mut parts = vec![Words::spoken(&frame.title)];
    if let Some(form) = form_of(frame, form) {
        parts.push(Words::named(&form.names));
        parts.push(Words::named(&form.action));
    }
    let beside = before.iter().rev().take(3).chain(behind.iter().take(8));
    let spoken = beside
        .filter(|item| matches!(item.kind.as_str(), "button" | "link"))
        .filter(|item| item.form == form || item.form < 0)
        .map(|item| Words::spoken(&item.words));
    parts.extend(spoken);
    Words::all(&parts)
}

fn button(behind: &[Item], form: i32) -> Words {
    behind
        .iter()
        .take(8)
        .find(|item| item.kind == "button" && (item.form == form || item.form < 0))
        .map(|item| Words::spoken(&item.words))
        .unwrap_or_default()
}

fn buttons(frame: &Frame, form: i32) -> Words {
    let of_the_form = |item: &&Item| item.kind == "button" && item.form == form && form >= 0;
    let parts: Vec<Words> = frame
        .stream
        .iter()
        .filter(of_the_form)
        .map(|item| Words::spoken(&item.words))
        .collect();
    Words::apart(&parts)
}

fn pictures(before: &[Item], behind: &[Item], form: i32) -> Words {
    let parts: Vec<Words> = before
        .iter()
        .rev()
        .take(5)
        .chain(behind.iter().take(4))
        .filter(|item| item.kind == "image" && (item.form == form || form < 0))
        .map(|item| Words::named(&item.words))
        .collect();
    Words::all(&parts)
}

fn adjacent(before: &[Item], behind: &[Item]) -> usize {
    let is_picture = |item: &&Item| item.kind == "image";
    before.last().filter(is_picture).iter().count()
        + behind.first().filter(is_picture).iter().count()
}

/// Few pictures are wide and low and lie by a field; a QR code is square, and a symbol is small.
fn line_of_characters(before: &[Item], behind: &[Item]) -> bool {
    before
        .iter()
        .rev()
        .take(3)
        .chain(behind.iter().take(3))
        .take_while(|item| item.kind != "heading")
        .any(|item| {
            item.kind == "image"
                && (50.0..=320.0).contains(&item.w)
                && (18.0..=110.0).contains(&item.h)
                && item.w >= item.h * 1.5
        })
}
