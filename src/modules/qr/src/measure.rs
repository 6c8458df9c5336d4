//! Measuring the modules of a code in the greyscale image, for codes that a threshold garbles.

use rxing::Point;
use rxing::common::{BitMatrix, PerspectiveTransform, Quadrilateral};
use rxing::qrcode::cpp_port::detector::{FinderPatternSet, Mod2Pix};

use crate::grey::Grey;
use crate::threshold::Polarity;

/// Modules and corners (top left, top right, bottom right, bottom left) of a code.
pub type Grid = (BitMatrix, [(f32, f32); 4]);

/// How often and how strongly to sharpen, to undo a blur about as wide as a module.
const SHARPENING: [(usize, f32); 5] = [(0, 0.0), (1, 0.6), (1, 1.4), (2, 1.4), (2, 2.6)];

/// The modules of the code with these finder patterns, decided in several ways, one after the
/// other. `seen` is the number of modules along a side and the corners as the detector believes
/// them to be. Gives nothing where finder and timing patterns are not where they belong.
pub fn measured(
    set: &FinderPatternSet,
    seen: Option<(u32, [(f32, f32); 4])>,
    grey: &Grey,
    polarity: Polarity,
) -> impl Iterator<Item = Grid> {
    let geometries = geometries(set, seen);
    geometries
        .into_iter()
        .filter(move |(side, map)| is_plausible(grey, *side, map, polarity))
        .flat_map(move |(side, map)| {
            let levels = measure(grey, side, &map, polarity);
            let end = side as f32;
            let corners = [(0.0, 0.0), (end, 0.0), (end, end), (0.0, end)]
                .map(|(x, y)| map.transform_point(Point { x, y }))
                .map(|point| (point.x, point.y));
            SHARPENING.into_iter().filter_map(move |(times, strength)| {
                let sharp = (0..times).fold(levels.clone(), |levels, _| {
                    sharpened(&levels, side, strength)
                });
                Some((modules(&sharp, side)?, corners))
            })
        })
}

/// Where the modules may lie: as seen, and as a flat code from the front with its size guessed
/// from the finder patterns.
fn geometries(
    set: &FinderPatternSet,
    seen: Option<(u32, [(f32, f32); 4])>,
) -> Vec<(usize, PerspectiveTransform)> {
    let mut result = Vec::new();
    let mut extend = |side: i32, middles: Quadrilateral| {
        if (21..=177).contains(&side) {
            let map = Mod2Pix(side, Point { x: 0.0, y: 0.0 }, middles);
            result.extend(map.ok().map(|map| (side as usize, map)));
        }
    };
    let [tl, tr, bl] = [set.tl.p, set.tr.p, set.bl.p];
    if let Some((side, corners)) = seen {
        let quad = Quadrilateral(corners.map(|(x, y)| Point { x, y }));
        let side = side as i32;
        let square = Quadrilateral::rectangle(side, side, None);
        if let Ok(map) = PerspectiveTransform::quadrilateralToQuadrilateral(square, quad) {
            let far = side as f32 - 3.5;
            let middles =
                Quadrilateral([tl, tr, map.transform_point(Point { x: far, y: far }), bl]);
            [side, side - 4, side + 4]
                .into_iter()
                .for_each(|side| extend(side, middles));
        }
    }
    let sides = Point::distance(tl, tr) + Point::distance(tl, bl);
    let module = (set.tl.size + set.tr.size + set.bl.size) as f32 / 21.0;
    let version = ((sides / (2.0 * module) + 7.0 - 17.0) / 4.0).round() as i32;
    let middles = Quadrilateral([tl, tr, tr - tl + bl, bl]);
    [version, version - 1, version + 1]
        .into_iter()
        .for_each(|version| extend(17 + 4 * version, middles));
    result
}

/// Whether most modules of the finder and timing patterns are as they must be.
fn is_plausible(grey: &Grey, side: usize, map: &PerspectiveTransform, polarity: Polarity) -> bool {
    let level = |column: usize, row: usize| {
        let point = map.transform_point(Point {
            x: column as f32 + 0.5,
            y: row as f32 + 0.5,
        });
        match polarity {
            Polarity::DarkOnLight => grey.sample(point.x, point.y),
            Polarity::LightOnDark => -grey.sample(point.x, point.y),
        }
    };
    let agrees = |expected: &[(bool, f32)], wrong_part: f32| {
        let mean = |dark: bool| {
            let same = expected.iter().filter(|module| module.0 == dark);
            let (count, sum) = same.fold((0u32, 0.0), |(count, sum), module| {
                (count + 1, sum + module.1)
            });
            sum / count as f32
        };
        let middle = (mean(true) + mean(false)) / 2.0;
        let wrong = expected
            .iter()
            .filter(|(dark, level)| (*level < middle) != *dark)
            .count();
        mean(true) < mean(false) && wrong as f32 <= expected.len() as f32 * wrong_part
    };
    let far = side.saturating_sub(7);
    let finders = [(0, 0), (far, 0), (0, far)].into_iter().all(|(left, top)| {
        let ring: Vec<(bool, f32)> = (0..49)
            .map(|i| (i % 7, i / 7))
            .map(|(column, row): (usize, usize)| {
                let distance = column.abs_diff(3).max(row.abs_diff(3));
                (distance != 2, level(left + column, top + row))
            })
            .collect();
        agrees(&ring, 0.25)
    });
    finders && {
        let across: Vec<_> = (8..far)
            .map(|column| (column % 2 == 0, level(column, 6)))
            .collect();
        let down: Vec<_> = (8..far).map(|row| (row % 2 == 0, level(6, row))).collect();
        agrees(&across, 0.35) && agrees(&down, 0.35)
    }
}

/// The mean brightness of the middle of each module, row by row; lower is more likely dark.
fn measure(grey: &Grey, side: usize, map: &PerspectiveTransform, polarity: Polarity) -> Vec<f32> {
    const OFFSETS: [f32; 3] = [0.28, 0.5, 0.72];
    let mut levels = Vec::with_capacity(side * side);
    for row in 0..side {
        for column in 0..side {
            let mut sum = 0.0;
            for dy in OFFSETS {
                for dx in OFFSETS {
                    let point = map.transform_point(Point {
                        x: column as f32 + dx,
                        y: row as f32 + dy,
                    });
                    sum += grey.sample(point.x, point.y);
                }
            }
            levels.push(match polarity {
                Polarity::DarkOnLight => sum,
                Polarity::LightOnDark => -sum,
            });
        }
    }
    levels
}

/// Moves each module away from the mean of its four neighbours.
fn sharpened(levels: &[f32], side: usize, strength: f32) -> Vec<f32> {
    let at = |row: usize, column: usize| {
        levels
            .get(row.min(side - 1) * side + column.min(side - 1))
            .copied()
            .unwrap_or_default()
    };
    (0..side * side)
        .map(|i| {
            let (row, column) = (i / side, i % side);
            let around = at(row.saturating_sub(1), column)
                + at(row + 1, column)
                + at(row, column.saturating_sub(1))
                + at(row, column + 1);
            at(row, column) + strength * (at(row, column) - around / 4.0)
        })
        .collect()
}

/// Compares each module with the mean of those around it.
fn modules(levels: &[f32], side: usize) -> Option<BitMatrix> {
    const REACH: usize = 4;
    let mut result = BitMatrix::with_single_dimension(side.try_into().ok()?).ok()?;
    for row in 0..side {
        for column in 0..side {
            let (top, left) = (row.saturating_sub(REACH), column.saturating_sub(REACH));
            let (bottom, right) = ((row + REACH + 1).min(side), (column + REACH + 1).min(side));
            let window = (top..bottom).flat_map(|y| {
                levels
                    .get(y * side + left..y * side + right)
                    .unwrap_or_default()
            });
            let mean = window.sum::<f32>() / ((bottom - top) * (right - left)) as f32;
            if levels
                .get(row * side + column)
                .is_some_and(|&level| level < mean)
            {
                result.set(column as u32, row as u32);
            }
        }
    }
    Some(result)
}
