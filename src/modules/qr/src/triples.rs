//! Which three finder patterns may belong to one code.

use rxing::Point;
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

/// Each pattern is combined with at most so many near it; text and noise make thousands.
const NEIGHBOURS: usize = 14;
/// Seen at a slant, the patterns of one code may differ this much in size and its sides in length.
const MAX_SIZE_RATIO: f32 = 2.0;
const MAX_SIDE_RATIO: f32 = 3.2;
/// The cosine of the sharpest (and, negated, the bluntest) angle a slant leaves of the right one.
const MAX_COSINE: f32 = 0.78;
/// Sides of a code in modules, between the middles of its finder patterns, with room for error.
const SIDE_IN_MODULES: std::ops::RangeInclusive<f32> = 11.0..=250.0;

/// All plausible triples, most plausible first.
pub fn triples(patterns: &[ConcentricPattern]) -> Vec<FinderPatternSet> {
    let mut result: Vec<(f32, FinderPatternSet)> = Vec::new();
    for (index, corner) in patterns.iter().enumerate() {
        let mut near: Vec<(f32, &ConcentricPattern)> = patterns
            .iter()
            .enumerate()
            .filter(|(other, pattern)| *other != index && comparable(corner, pattern))
            .map(|(_, pattern)| (Point::distance(corner.p, pattern.p), pattern))
            .filter(|(distance, _)| {
                SIDE_IN_MODULES.contains(&(distance * 7.0 / corner.size.max(1) as f32))
            })
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        near.truncate(NEIGHBOURS);
        for (position, (first_side, first)) in near.iter().enumerate() {
            for (second_side, second) in near.iter().skip(position + 1) {
                result.extend(triple(corner, (*first_side, first), (*second_side, second)));
            }
        }
    }
    result.sort_by(|a, b| a.0.total_cmp(&b.0));
    result.into_iter().map(|(_, set)| set).collect()
}

/// Pairs of patterns of a flat code whose third one is hidden, with that third where it must be.
pub fn completed(patterns: &[ConcentricPattern]) -> impl Iterator<Item = FinderPatternSet> {
    let pairs = patterns
        .iter()
        .flat_map(move |a| patterns.iter().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| a != b && comparable(a, b))
        .flat_map(|(a, b)| {
            let (dx, dy) = (b.p.x - a.p.x, b.p.y - a.p.y);
            let at = |x: f32, y: f32| ConcentricPattern {
                p: Point { x, y },
                size: a.size.midpoint(b.size),
            };
            [
                FinderPatternSet {
                    tl: *a,
                    tr: *b,
                    bl: at(a.p.x - dy, a.p.y + dx),
                },
                FinderPatternSet {
                    tl: *a,
                    bl: *b,
                    tr: at(a.p.x + dy, a.p.y - dx),
                },
                FinderPatternSet {
                    tr: *a,
                    bl: *b,
                    tl: at(a.p.x + (dx - dy) / 2.0, a.p.y + (dy + dx) / 2.0),
                },
            ]
        })
}

fn comparable(a: &ConcentricPattern, b: &ConcentricPattern) -> bool {
    let (small, large) = (a.size.min(b.size), a.size.max(b.size));
    small > 0 && large as f32 <= small as f32 * MAX_SIZE_RATIO
}

/// The triple with `corner` at the top left, and how little it looks like one (0 is a square).
fn triple(
    corner: &ConcentricPattern,
    (first_side, first): (f32, &ConcentricPattern),
    (second_side, second): (f32, &ConcentricPattern),
) -> Option<(f32, FinderPatternSet)> {
    if !comparable(first, second) || second_side > first_side * MAX_SIDE_RATIO {
        return None;
    }
    let (a, b) = (first.p - corner.p, second.p - corner.p);
    let cosine = (a.x * b.x + a.y * b.y) / (first_side * second_side);
    if cosine.abs() > MAX_COSINE {
        return None;
    }
    // With y pointing down, the top right pattern turns clockwise into the bottom left one.
    let (tr, bl) = if a.x * b.y - a.y * b.x > 0.0 {
        (first, second)
    } else {
        (second, first)
    };
    let sizes = [corner.size, first.size, second.size].map(|size| size as f32);
    let module = sizes.iter().sum::<f32>() / 21.0;
    let spread = sizes.iter().fold(0.0f32, |most, size| {
        most.max((size / (7.0 * module) - 1.0).abs())
    });
    let skew = cosine.abs() + (second_side / first_side - 1.0) + spread;
    let score = skew * 60.0 + (first_side + second_side) / (2.0 * module);
    Some((
        score,
        FinderPatternSet {
            bl: *bl,
            tl: *corner,
            tr: *tr,
        },
    ))
}
