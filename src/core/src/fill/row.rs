//! Rows of boxes that take a character each, found by where they lie.

use super::lexicon::{Concept, Lexicon};
use super::page::{Field, Frame, Item};
use super::text::Words;

/// The fewest and most boxes of a code.
const FEWEST: usize = 4;
const MOST: usize = 10;
/// How far edges may differ that are meant to be equal, in CSS pixels.
const SLACK: f64 = 4.0;
/// The widest gap between two boxes, which may hold a dash.
const GAP: f64 = 90.0;
/// A box for one character is hardly wider than this.
const WIDEST: f64 = 110.0;

/// A row of boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The fields, in the order in which they are filled.
    pub fields: Vec<usize>,
    /// The boxes say themselves that they take one character.
    pub limited: bool,
    /// How many rows like this one lie above and below it.
    pub others: usize,
    /// One of them follows it, or it follows one, with no word between them.
    pub stacked: bool,
}

/// All rows of a document.
pub fn rows(lexicon: &Lexicon, frame: &Frame) -> Vec<Row> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut current: Vec<usize> = Vec::new();
    for (index, field) in frame.fields.iter().enumerate() {
        // What nobody sees does not interrupt a row: widgets keep the whole code in such fields.
        if !is_box(field) {
            if is_in_the_way(field) {
                found.push(std::mem::take(&mut current));
            }
            continue;
        }
        let fits = current
            .last()
            .and_then(|last| frame.fields.get(*last))
            .is_none_or(|last| are_neighbours(last, field));
        if !fits {
            found.push(std::mem::take(&mut current));
        }
        current.push(index);
    }
    found.push(current);
    found.retain(|fields| (FEWEST..=MOST).contains(&fields.len()));
    found.retain(|fields| is_limited(frame, fields) || is_plausible(frame, fields));
    found.extend(sequences(lexicon, frame, &found));
    for fields in &mut found {
        complete(lexicon, frame, fields);
    }
    found
        .iter()
        .map(|fields| Row {
            fields: fields.clone(),
            limited: is_limited(frame, fields),
            others: found
                .iter()
                .filter(|other| *other != fields && are_alike(frame, other, fields))
                .count(),
            stacked: found.iter().any(|other| {
                are_alike(frame, other, fields)
                    && (follows(frame, fields, other) || follows(frame, other, fields))
            }),
        })
        .collect()
}

fn is_box(field: &Field) -> bool {
    field.kind != "area"
        && field.is_typed()
        && field.is_seen()
        && field.w <= WIDEST
        && field.w >= 10.0
        && field.w <= field.h * 3.0
}

/// Boxes that say that they are one of several, and lie as they may: wide ones, or ones that wrap to
/// the next line, as on a page without its style sheet.
fn sequences(lexicon: &Lexicon, frame: &Frame, rows: &[Vec<usize>]) -> Vec<Vec<usize>> {
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
            && ((is_limited(frame, fields) && is_aligned(frame, fields))
                || is_numbered(lexicon, frame, fields)
                || is_counted(lexicon, frame, fields)
                || are_declared(frame, fields)
                || is_nameless(frame, fields))
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
    a.form == b.form && a.r#type == b.r#type && limits && near(a.w, b.w) && near(a.h, b.h)
}

/// Whether fields for digits lie beside each other in one element, with nothing to tell them apart.
fn is_nameless(frame: &Frame, fields: &[usize]) -> bool {
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
            && field.path.first() == first.path.first()
            && field.max.is_none()
            && numeric(field)
    };
    nameless(first) && all.all(nameless)
}

/// Whether fields are called `otp1`, `otp2`, … or "Digit 1", "Digit 2", …
fn is_numbered(lexicon: &Lexicon, frame: &Frame, fields: &[usize]) -> bool {
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

fn is_in_the_way(field: &Field) -> bool {
    field.is_seen() && field.kind != "select"
}

fn are_neighbours(a: &Field, b: &Field) -> bool {
    let gap = if b.x >= a.x {
        b.x - (a.x + a.w)
    } else {
        a.x - (b.x + b.w)
    };
    let near = |a: f64, b: f64| (a - b).abs() <= SLACK;
    near(a.y, b.y) && near(a.h, b.h) && near(a.w, b.w) && (-SLACK..=GAP).contains(&gap)
}

fn is_limited(frame: &Frame, fields: &[usize]) -> bool {
    let limits: Vec<Option<u32>> = fields
        .iter()
        .filter_map(|index| frame.fields.get(*index))
        .map(|field| field.max)
        .collect();
    let ones = limits.iter().filter(|max| **max == Some(1)).count();
    // The first box may take more, so that a whole code can be pasted into it.
    ones == limits.len()
        || (ones + 1 == limits.len() && limits.first().is_some_and(|max| *max != Some(1)))
}

/// Without a limit of one character: boxes about as high as wide, and none that takes a number of
/// its own, as the parts of an address or a date do.
fn is_plausible(frame: &Frame, fields: &[usize]) -> bool {
    fields
        .iter()
        .filter_map(|index| frame.fields.get(*index))
        .all(|field| {
            let free = field
                .max
                .is_none_or(|max| max == 1 || max == 2 || max as usize == fields.len());
            free && field.w <= field.h * 1.9
        })
}

/// Adds the box before a row that is numbered like its boxes, and built otherwise: the first often
/// takes a whole code that is pasted.
fn complete(lexicon: &Lexicon, frame: &Frame, fields: &mut Vec<usize>) {
    let Some(first) = fields.first().and_then(|first| first.checked_sub(1)) else {
        return;
    };
    let mut longer = vec![first];
    longer.extend(fields.iter());
    let is_box = frame
        .fields
        .get(first)
        .is_some_and(|field| field.is_seen() && field.is_typed());
    if is_box && longer.len() <= MOST && is_numbered(lexicon, frame, &longer) {
        *fields = longer;
    }
}

/// Whether one row comes right after another. A code that is to be typed twice has words between.
fn follows(frame: &Frame, one: &[usize], other: &[usize]) -> bool {
    let place = |field: Option<&usize>| {
        let is_it = |item: &Item| item.field.is_some() && item.field.as_ref() == field;
        frame.stream.iter().position(is_it)
    };
    match (place(one.last()), place(other.first())) {
        (Some(end), Some(start)) => end + 1 == start,
        _ => false,
    }
}

fn are_alike(frame: &Frame, a: &[usize], b: &[usize]) -> bool {
    let first = |fields: &[usize]| fields.first().and_then(|index| frame.fields.get(*index));
    match (first(a), first(b)) {
        (Some(one), Some(other)) => {
            a.len() == b.len()
                && (one.x - other.x).abs() <= SLACK
                && (one.w - other.w).abs() <= SLACK
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(count: usize, change: impl Fn(usize, &mut Field)) -> Frame {
        let fields = (0..count).map(|index| {
            let mut field = Field {
                kind: "input".into(),
                r#type: "text".into(),
                max: Some(1),
                x: 100.0 + 50.0 * index as f64,
                y: 80.0,
                w: 40.0,
                h: 44.0,
                opacity: 1.0,
                rendered: true,
                ..Field::default()
            };
            change(index, &mut field);
            field
        });
        Frame {
            fields: fields.collect(),
            ..Frame::default()
        }
    }

    fn found(frame: &Frame) -> Vec<Row> {
        rows(&Lexicon::load(), frame)
    }

    #[test]
    fn a_row_is_four_to_ten_equal_boxes_beside_each_other() {
        assert_eq!(found(&boxes(6, |_, _| {})).len(), 1);
        assert!(found(&boxes(3, |_, _| {})).is_empty());
        assert!(found(&boxes(11, |_, _| {})).is_empty());
        assert!(found(&boxes(6, |index, field| field.y += 60.0 * index as f64)).is_empty());
        assert!(found(&boxes(6, |index, field| field.w += 9.0 * index as f64)).is_empty());
        assert!(
            found(&boxes(4, |_, field| field.max = Some(3))).is_empty(),
            "parts of an address"
        );
    }

    #[test]
    fn a_hidden_helper_belongs_to_no_row_and_ends_none() {
        let frame = boxes(7, |index, field| {
            if index == 3 {
                field.rendered = false;
            }
        });
        let rows = found(&frame);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].fields, [0, 1, 2, 4, 5, 6]);
    }

    #[test]
    fn a_grid_is_told_from_a_row() {
        let frame = boxes(20, |index, field| {
            field.x = 100.0 + 50.0 * (index % 5) as f64;
            field.y = 80.0 + 50.0 * (index / 5) as f64;
        });
        let rows = found(&frame);
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|row| row.others == 3));
    }

    #[test]
    fn boxes_for_one_character_are_a_row_wherever_they_lie() {
        let wrapped = boxes(6, |index, field| {
            field.w = 170.0;
            field.x = 20.0 + 180.0 * (index % 4) as f64;
            field.y = 80.0 + 30.0 * (index / 4) as f64;
        });
        assert_eq!(found(&wrapped)[0].fields, [0, 1, 2, 3, 4, 5]);
        assert!(
            found(&boxes(30, |index, field| {
                field.w = 170.0;
                field.y = 80.0 + 30.0 * index as f64;
            }))
            .is_empty()
        );
    }

    #[test]
    fn numbered_and_nameless_boxes_are_rows_without_a_limit() {
        let wide = |name: &str| {
            boxes(6, |index, field| {
                field.w = 170.0;
                field.x = 20.0 + 180.0 * index as f64;
                field.max = None;
                field.r#type = "tel".into();
                if !name.is_empty() {
                    field.name = format!("{name}{}", index + 1);
                }
            })
        };
        assert_eq!(found(&wide("otp")).len(), 1);
        assert_eq!(found(&wide("")).len(), 1);
        assert!(found(&wide("amount")).is_empty());
    }

    #[test]
    fn boxes_that_count_themselves_are_a_row_however_they_lie() {
        let stacked = |count, called: fn(usize, &mut Field)| {
            boxes(count, move |index, field| {
                field.w = 170.0;
                field.x = 20.0;
                field.y = 80.0 + 30.0 * index as f64;
                called(index, field);
            })
        };
        let counted: [fn(usize, &mut Field); 5] = [
            |at, field| field.aria = format!("digit {} of 6", at + 1),
            |at, field| field.aria = format!("{} / 6", at + 1),
            |at, field| field.aria = format!("6 桁中 {} 桁目", at + 1),
            |at, field| field.id = format!("char{at}"),
            |at, field| {
                let whole = if at == 0 {
                    "Enter Verification Code "
                } else {
                    ""
                };
                field.aria = format!("{whole}Digit {}", at + 1);
            },
        ];
        for called in counted {
            let frame = stacked(6, called);
            assert_eq!(found(&frame).len(), 1, "{:?}", frame.fields[1]);
        }
        let others: [fn(usize, &mut Field); 5] = [
            |_, field| field.id = format!("char{}", usize::MAX),
            |at, field| field.aria = format!("Player {}", at + 1),
            |at, field| field.aria = format!("digit {} of 9", 2 * at + 1),
            |at, field| {
                field.aria = format!("digit {} of 6", at + 1);
                field.max = None;
            },
            |at, field| field.aria = format!("{} of 10", at + 1),
        ];
        for called in others {
            let frame = stacked(6, called);
            assert!(found(&frame).is_empty(), "{:?}", frame.fields[1]);
        }
    }
}
