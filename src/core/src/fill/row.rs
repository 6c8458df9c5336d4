//! Rows of boxes that take a character each, found by where they lie.

use super::lexicon::Lexicon;
use super::page::{Field, Frame, Item};
use super::sequence::{is_numbered, sequences};

/// The fewest and most boxes of a code.
pub const FEWEST: usize = 4;
pub const MOST: usize = 10;
/// How far edges may differ that are meant to be equal, in CSS pixels.
pub const SLACK: f64 = 4.0;
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
        unwrap(frame, fields);
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

pub fn is_limited(frame: &Frame, fields: &[usize]) -> bool {
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

/// Adds the boxes that a narrow page wraps to the next line, where fewer of them than in the first
/// follow with no word between: a grid has as many in each.
fn unwrap(frame: &Frame, fields: &mut Vec<usize>) {
    let Some(last) = fields.last().copied().filter(|_| is_limited(frame, fields)) else {
        return;
    };
    let mut wrapped = Vec::new();
    let mut end = last;
    for (index, field) in frame.fields.iter().enumerate().skip(last + 1) {
        let fits = frame.fields.get(end).is_some_and(|end| {
            field.max == Some(1) && is_box(field) && end.form == field.form && end.y <= field.y
        });
        if !fits || !follows(frame, &[end], &[index]) {
            break;
        }
        wrapped.push(index);
        end = index;
    }
    if wrapped.len() < fields.len() && fields.len() + wrapped.len() <= MOST {
        fields.extend(wrapped);
    }
}

/// Whether one row comes right after another. A code that is to be typed twice has words between.
pub fn follows(frame: &Frame, one: &[usize], other: &[usize]) -> bool {
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
#[path = "row_tests.rs"]
mod tests;
