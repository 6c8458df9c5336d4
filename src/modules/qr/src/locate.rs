//! One attempt: finding and decoding the codes in one image made black and white.

use rxing::Point;
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, SampleQR};

use crate::grey::Grey;
use crate::measure::measured;
use crate::threshold::Polarity;
use crate::triples::{completed, triples};

/// A code that was read, in the pixel coordinates of the image of this attempt.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The bytes of all segments, in order.
    pub bytes: Vec<u8>,
    /// Top left, top right, bottom right, bottom left, as the code's own orientation has it.
    pub corners: [(f32, f32); 4],
}

/// What one attempt gave.
#[derive(Debug, Default)]
pub struct Attempt {
    /// The codes that were read.
    pub readings: Vec<Reading>,
    /// Three finder patterns lay like those of a code, yet it could not be read.
    pub unread: bool,
}

/// Noise and text are full of what looks like finder patterns; these bounds keep an attempt short.
const MAX_PATTERNS: usize = 600;
const MAX_TRIPLES: usize = 400;
const MAX_COMPLETED: usize = 24;

/// Reads the codes whose finder patterns show in `bits`. Where the bits alone don't decode, the
/// modules are measured again in `grey`, the image that `bits` were made from.
pub fn attempt(bits: &BitMatrix, grey: &Grey, polarity: Polarity) -> Attempt {
    let noise = grey.noise();
    let mut patterns = FindFinderPatterns(bits, true, 0);
    patterns.retain(|pattern| contrast(pattern, grey, polarity) > noise * 3.0);
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.size));
    patterns.truncate(MAX_PATTERNS);
    let mut used: Vec<ConcentricPattern> = Vec::new();
    let mut result = Attempt::default();
    for set in triples(&patterns).into_iter().take(MAX_TRIPLES) {
        let members = [set.bl, set.tl, set.tr];
        if members.iter().any(|pattern| used.contains(pattern)) {
            continue;
        }
        let sampled = SampleQR(bits, &set).ok();
        let mut reading = sampled
            .as_ref()
            .and_then(|code| read(code.getBits(), corners(code.getPoints())));
        if reading.is_none() {
            let seen = sampled
                .as_ref()
                .map(|code| (code.getBits().width(), corners(code.getPoints())));
            let mut grids = measured(&set, seen, grey, polarity).peekable();
            result.unread |= grids.peek().is_some();
            reading = grids.find_map(|(modules, corners)| read(&modules, corners));
        }
        if let Some(reading) = reading {
            used.extend(members);
            result.readings.push(reading);
        }
    }
    if result.readings.is_empty() && patterns.len() <= MAX_COMPLETED {
        let hidden = completed(&patterns).find_map(|set| {
            measured(&set, None, grey, polarity)
                .find_map(|(modules, corners)| read(&modules, corners))
        });
        result.readings.extend(hidden);
    }
    result
}

/// How much the middle of a finder pattern differs from the light ring around it.
fn contrast(pattern: &ConcentricPattern, grey: &Grey, polarity: Polarity) -> f32 {
    let ring = pattern.size as f32 * 2.0 / 7.0;
    let around = [(ring, 0.0), (0.0, ring), (-ring, 0.0), (0.0, -ring)];
    let light = around
        .iter()
        .map(|(dx, dy)| grey.sample(pattern.p.x + dx, pattern.p.y + dy))
        .sum::<f32>()
        / 4.0;
    let difference = light - grey.sample(pattern.p.x, pattern.p.y);
    match polarity {
        Polarity::DarkOnLight => difference,
        Polarity::LightOnDark => -difference,
    }
}

/// The detector gives top left, top right, bottom left, bottom right.
fn corners(points: &[Point]) -> [(f32, f32); 4] {
    match points {
        [tl, tr, bl, br, ..] => [tl, tr, br, bl].map(|point| (point.x, point.y)),
        _ => [(0.0, 0.0); 4],
    }
}

fn read(modules: &BitMatrix, corners: [(f32, f32); 4]) -> Option<Reading> {
    let decoded = Decode(modules).ok().filter(|decoded| decoded.isValid())?;
    let bytes = decoded.content().bytes().to_vec();
    (!bytes.is_empty()).then_some(Reading { bytes, corners })
}
