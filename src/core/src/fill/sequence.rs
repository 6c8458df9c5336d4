//! Boxes that are a row by what they say of themselves, or by what is said before them, however they lie.

use super::evidence::Evidence;
use super::lexicon::{Concept, Lexicon};
use super::page::{Field, Frame};
use super::row::{FEWEST, MOST, SLACK, follows, is_limited};
use super::text::Words;

/// Boxes that say that they are one of several, and lie as they may: wide ones, or ones that wrap to
/// the next line, as on a page without its style sheet.
pub fn sequences(lexicon: &Lexicon, frame: &Frame, rows: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut current: Vec<usize> = Vec::new();
    for (index, field) in frame.fields.iter().enumerate() {
        if !field.is_seen() {
            continue;
        }
        let last = current.last().and_then(|last| frame.fields.get(*last));
        let fits = field.kind == "input"
            && field.is_typed()
            && last.is_none_or(|last| are_of_a_kind(last, field));
        if !fits {
            found.push(std::mem::take(&mut current));
        }
        if field.kind == "input" && field.is_typed() {
            current.push(index);
        }
    }
    found.push(current);
    found.retain(|fields| {
        let taken = |index: &usize| rows.iter().any(|row| row.contains(index));
        (FEWEST..=MOST).contains(&fields.len())
            && !fields.iter().any(taken)
            && ((is_limited(frame, fields)
                && (is_aligned(frame, fields) || is_announced(lexicon, frame, fields)))
                || is_numbered(lexicon, frame, fields)
                || is_counted(lexicon, frame, fields)
                || are_declared(frame, fields)
                || is_nameless(lexicon, frame, fields))
    });
    found
}

/// Whether each of them declares that it takes a one-time code: nobody asks for so many of those.
fn are_declared(frame: &Frame, fields: &[usize]) -> bool {
    let mut all = fields.iter().filter_map(|index| frame.fields.get(*index));
    all.all(|field| field.is_declared() && field.max.is_none())
}

/// Whether some of them lie in one line.
fn is_aligned(frame: &Frame, fields: &[usize]) -> bool {
    let tops: Vec<f64> = fields
        .iter()
        .filter_map(|index| frame.fields.get(*index))
        .map(|field| field.y)
        .collect();
    tops.windows(2)
        .any(|pair| matches!(pair, [a, b] if (a - b).abs() <= SLACK))
}

/// Whether two fields are alike in all but their number.
fn are_of_a_kind(a: &Field, b: &Field) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= SLACK;
    let limits = a.max == b.max || b.max == Some(1);
    // What comes before a row, where nothing gives it a width, looks like one of its boxes.
    let begins = b.is_declared() && !a.is_declared();
    !begins
        && a.form == b.form
        && a.r#type == b.r#type
        && limits
        && near(a.w, b.w)
        && near(a.h, b.h)
}

/// Whether the words before the first of them ask for a one-time code, and no words lie between them.
fn is_announced(lexicon: &Lexicon, frame: &Frame, fields: &[usize]) -> bool {
    let evidence = Evidence::of(frame, fields);
    let asked = evidence.around(lexicon, Concept::Otp)
        || ([&evidence.near, &evidence.heading].iter().any(|words| {
            lexicon.is_meant(words)
                && [Concept::Code, Concept::Weak, Concept::Word]
                    .iter()
                    .any(|concept| lexicon.says(words, *concept))
        }));
    asked
        && fields
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if follows(frame, &[*a], &[*b])))
}

/// Whether fields for digits, or ones before which a code is asked for, lie beside each other with
/// nothing to tell them apart, in one element or in one each.
fn is_nameless(lexicon: &Lexicon, frame: &Frame, fields: &[usize]) -> bool {
    let mut all = fields.iter().filter_map(|index| frame.fields.get(*index));
    let Some(first) = all.next() else {
        return false;
    };
    let numeric = |field: &Field| {
        matches!(field.inputmode.as_str(), "numeric" | "decimal" | "tel")
            || matches!(field.r#type.as_str(), "tel" | "number")
    };
    let nameless = |field: &Field| {
        let called = [&field.name, &field.id, &field.label, &field.aria];
        called.iter().all(|text| text.is_empty())
            && field.classes == first.classes
            && field.placeholder == first.placeholder
            && field.max.is_none()
    };
    let share = |above: usize| {
        let parent = first.path.get(above);
        let mut all = all.clone();
        parent.is_some() && all.all(|field| field.path.get(above) == parent)
    };
    let digits = numeric(first) && all.clone().all(numeric) && share(0);
    nameless(first)
        && all.clone().all(nameless)
        && (digits || ((share(0) || share(1)) && is_announced(lexicon, frame, fields)))
}

/// Whether fields are called `otp1`, `otp2`, … or "Digit 1", "Digit 2", …
pub fn is_numbered(lexicon: &Lexicon, frame: &Frame, fields: &[usize]) -> bool {
    let stem = |field: &Field| {
        let called = [&field.name, &field.id, &field.aria]
            .into_iter()
            .find(|text| text.chars().any(|c| c.is_ascii_digit()))?;
        let words = Words::named(called);
        let words = words.as_str().trim_end();
        let stem = words.trim_end_matches(|c: char| c.is_ascii_digit());
        (stem.len() < words.len()).then(|| stem.to_owned())
    };
    let mut stems = fields
        .iter()
        .filter_map(|index| frame.fields.get(*index))
        .map(stem);
    let Some(Some(first)) = stems.next() else {
        return false;
    };
    let words = Words::spoken(&first);
    let is_code = [Concept::Otp, Concept::Code, Concept::Weak, Concept::Word]
        .iter()
        .any(|concept| lexicon.says(&words, *concept));
    let free = |index: &usize| {
        frame
            .fields
            .get(*index)
            .is_some_and(|field| field.max.is_none_or(|max| max <= 2))
    };
    is_code && fields.iter().all(free) && stems.all(|stem| stem.as_deref() == Some(&*first))
}

/// Whether boxes for one character count themselves: "Code, digit 1", "Digit 2", … or "1 of 6",
/// "2 of 6", … in any language, or `char0`, `char1`, …
fn is_counted(lexicon: &Lexicon, frame: &Frame, fields: &[usize]) -> bool {
    let attributes: [fn(&Field) -> &str; 4] = [|f| &f.aria, |f| &f.label, |f| &f.name, |f| &f.id];
    let counts = |attribute: &fn(&Field) -> &str| {
        let all = fields.iter().filter_map(|index| frame.fields.get(*index));
        let places: Vec<Place> = all
            .map_while(|field| Place::read(attribute(field), fields.len()))
            .collect();
        let Some((first, others)) = places.split_first().filter(|(first, _)| first.number <= 1)
        else {
            return false;
        };
        let stem = others.first().unwrap_or(first).stem.trim();
        let of_a_row = places.iter().zip(first.number..).all(|(place, number)| {
            place.number == number
                // The first may also say what the whole is.
                && place.stem.trim_end().ends_with(stem)
        });
        let words = Words::spoken(stem);
        let is_box = [Concept::Otp, Concept::Code, Concept::Weak, Concept::Word]
            .iter()
            .any(|concept| lexicon.says(&words, *concept))
            || matches!(stem, "char" | "character")
            || places.iter().all(|place| place.total);
        places.len() == fields.len()
            && of_a_row
            && others.iter().all(|place| place.stem.trim() == stem)
            && is_box
    };
    is_limited(frame, fields) && attributes.iter().any(counts)
}

/// What a box says of its place among others.
struct Place {
    stem: String,
    number: usize,
    /// It also says how many there are.
    total: bool,
}

impl Place {
    fn read(text: &str, count: usize) -> Option<Self> {
        let words = Words::named(text);
        let (mut stem, mut numbers) = (String::new(), Vec::new());
        for word in words.as_str().split_whitespace() {
            match word.parse() {
                Ok(number) => numbers.push(number),
                Err(_) => {
                    stem.push_str(word);
                    stem.push(' ');
                }
            }
        }
        let (number, total) = match numbers.as_slice() {
            [number] => (*number, false),
            // "1 of 6"; some languages say "of 6, the 1st".
            [number, total] if *total == count => (*number, true),
            [total, number] if *total == count => (*number, true),
            _ => return None,
        };
        Some(Self {
            stem,
            number,
            total,
        })
    }
}
