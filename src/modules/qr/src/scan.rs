//! The ladder: one image read again and again, each time made black and white in another way.

use std::collections::VecDeque;

use crate::grey::{Channel, Grey};
use crate::locate::attempt;
use crate::threshold::{Marked, Polarity, mean, midrange};
use crate::{Error, Found, MAX_PIXELS};

/// How large the modules are made before reading.
#[derive(Clone, Copy)]
enum Scale {
    Down(usize),
    Up(usize),
}

#[derive(Clone, Copy)]
enum Threshold {
    Midrange { contrast: u8 },
    Mean { radius: usize, bias: u8 },
}

#[derive(Clone, Copy)]
struct Rung {
    channel: Channel,
    paper: u8,
    scale: Scale,
    threshold: Threshold,
}

/// Part of the image, in its own pixels.
#[derive(Clone, Copy)]
struct Tile {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

/// From the cheap and usually sufficient to the special. Each rung reads images of the difficult
/// set that no rung before it reads.
const RUNGS: [(Channel, Scale, Threshold); 11] = [
    (
        Channel::Luma,
        Scale::Down(1),
        Threshold::Midrange { contrast: 12 },
    ),
    (
        Channel::Luma,
        Scale::Down(2),
        Threshold::Midrange { contrast: 12 },
    ),
    (
        Channel::Luma,
        Scale::Down(4),
        Threshold::Midrange { contrast: 12 },
    ),
    (
        Channel::Luma,
        Scale::Down(1),
        Threshold::Mean {
            radius: 20,
            bias: 2,
        },
    ),
    (
        Channel::Luma,
        Scale::Up(2),
        Threshold::Midrange { contrast: 6 },
    ),
    (
        Channel::Darkest,
        Scale::Down(1),
        Threshold::Midrange { contrast: 12 },
    ),
    (
        Channel::Brightest,
        Scale::Down(1),
        Threshold::Midrange { contrast: 12 },
    ),
    (
        Channel::RedGreen,
        Scale::Down(1),
        Threshold::Mean {
            radius: 40,
            bias: 2,
        },
    ),
    (
        Channel::BlueYellow,
        Scale::Down(1),
        Threshold::Mean {
            radius: 40,
            bias: 2,
        },
    ),
    (
        Channel::Luma,
        Scale::Up(3),
        Threshold::Mean {
            radius: 40,
            bias: 1,
        },
    ),
    (
        Channel::Luma,
        Scale::Down(2),
        Threshold::Mean {
            radius: 100,
            bias: 0,
        },
    ),
];

/// Once a code was read, so many rungs in a row may find nothing new before the scan ends.
const PATIENCE: u32 = 2;
/// The side of the tiles of a rung that does not enlarge, in pixels of the image, and what
/// neighbours share, so that no code is cut by both. (A larger code shows in the rungs that shrink.)
const DOWN_TILE: usize = 4096;
const DOWN_OVERLAP: usize = 1024;
/// The same for a rung that enlarges, in enlarged pixels.
const UP_TILE: usize = 2048;
const UP_OVERLAP: usize = 640;
/// So many pixels may come out of enlarging. What a larger image shows is large enough.
const MAX_ENLARGED: usize = 40_000_000;

/// A scan in steps, so that a page can draw, and stop, in between.
pub struct Scan {
    rgba: Vec<u8>,
    /// One channel of the image, as the current rung wants it.
    image: Grey,
    shown: (Channel, u8),
    /// The current rung and those after it.
    rungs: VecDeque<Rung>,
    /// What is left of the current rung, in reverse.
    tiles: Vec<Tile>,
    found: Vec<Found>,
    /// How many codes were known when the current rung began.
    known: usize,
    /// The current rung saw what may be a code and could not read it.
    unread: bool,
    /// How many rungs in a row brought nothing new since a code was found.
    idle: u32,
}

impl Scan {
    /// Prepares to read an RGBA image (8 bits each, not premultiplied, as `ImageData` holds it).
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::TooLarge`] and [`Error::Length`], before anything is allocated.
    pub fn new(rgba: Vec<u8>, width: u32, height: u32) -> Result<Self, Error> {
        let (width, height) = (width as usize, height as usize);
        let pixels = width
            .checked_mul(height)
            .filter(|&pixels| pixels <= MAX_PIXELS)
            .ok_or(Error::TooLarge)?;
        if pixels == 0 {
            return Err(Error::Empty);
        }
        if rgba.len() != pixels * 4 {
            return Err(Error::Length);
        }
        let first = |paper| {
            RUNGS.map(|(channel, scale, threshold)| Rung {
                channel,
                paper,
                scale,
                threshold,
            })
        };
        let mut rungs = VecDeque::from(first(u8::MAX));
        if rgba
            .as_chunks::<4>()
            .0
            .iter()
            .any(|pixel| pixel[3] != u8::MAX)
        {
            // Light modules on a transparent ground show only over black.
            rungs.extend(first(u8::MIN).into_iter().take(3));
        }
        let image = Grey::from_rgba(&rgba, width, height, Channel::Luma, u8::MAX);
        let mut scan = Self {
            rgba,
            image,
            shown: (Channel::Luma, u8::MAX),
            rungs,
            tiles: Vec::new(),
            found: Vec::new(),
            known: 0,
            unread: false,
            idle: 0,
        };
        scan.tiles = scan.cut();
        Ok(scan)
    }

    /// Does a part of the work (some tens of milliseconds) and says whether any is left.
    pub fn step(&mut self) -> bool {
        let Some(rung) = self.rungs.front().copied() else {
            return false;
        };
        if let Some(tile) = self.tiles.pop() {
            self.read(rung, tile);
        }
        if !self.tiles.is_empty() {
            return true;
        }
        self.rungs.pop_front();
        let news = self.found.len() > self.known;
        self.idle = if news || self.found.is_empty() {
            0
        } else {
            self.idle + 1
        };
        if self.idle >= PATIENCE || (self.idle > 0 && !self.unread) {
            self.rungs.clear();
        }
        self.known = self.found.len();
        self.unread = false;
        self.tiles = self.cut();
        !self.rungs.is_empty()
    }

    /// What was found so far: each content once, from top to bottom as far as one rung found them.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// Does all the work that is left and gives what was found.
    pub fn finish(mut self) -> Vec<Found> {
        while self.step() {}
        self.found
    }

    /// The tiles of the next rung, and its channel in `image`. Skips rungs that enlarge what is
    /// large enough.
    fn cut(&mut self) -> Vec<Tile> {
        let (width, height) = (self.image.width(), self.image.height());
        while let Some(rung) = self.rungs.front().copied() {
            let (side, overlap, most) = match rung.scale {
                Scale::Down(_) => (DOWN_TILE, DOWN_OVERLAP, MAX_PIXELS),
                Scale::Up(factor) => (
                    UP_TILE / factor,
                    UP_OVERLAP / factor,
                    MAX_ENLARGED / factor.pow(2),
                ),
            };
            if width * height > most {
                self.rungs.pop_front();
                continue;
            }
            if self.shown != (rung.channel, rung.paper) {
                self.shown = (rung.channel, rung.paper);
                self.image = Grey::from_rgba(&self.rgba, width, height, rung.channel, rung.paper);
            }
            let (columns, rows) = (pieces(width, side, overlap), pieces(height, side, overlap));
            let row = |&(y, height): &(usize, usize)| {
                columns.iter().rev().map(move |&(x, width)| Tile {
                    x,
                    y,
                    width,
                    height,
                })
            };
            return rows.iter().rev().flat_map(row).collect();
        }
        Vec::new()
    }

    fn read(&mut self, rung: Rung, tile: Tile) {
        let part = self.image.crop(tile.x, tile.y, tile.width, tile.height);
        let (image, scale) = match rung.scale {
            Scale::Down(1) => (part, 1.0),
            Scale::Down(factor) => (part.shrink(factor), 1.0 / factor as f32),
            Scale::Up(_) if part.is_flat() => return,
            Scale::Up(factor) => (part.enlarge(factor), factor as f32),
        };
        let noise = image.noise().min(8.0);
        let marked = match rung.threshold {
            Threshold::Midrange { contrast } => midrange(&image, contrast.max((noise * 5.0) as u8)),
            Threshold::Mean { radius, bias } => mean(&image, radius, bias.max(noise as u8)),
        };
        let Some(Marked { dark, light }) = marked else {
            return;
        };
        for (bits, polarity) in [
            (dark, Polarity::DarkOnLight),
            (light, Polarity::LightOnDark),
        ] {
            let attempt = attempt(&bits, &image, polarity);
            self.unread |= attempt.unread;
            for reading in attempt.readings {
                let corners = reading
                    .corners
                    .map(|(x, y)| (x / scale + tile.x as f32, y / scale + tile.y as f32));
                let text = text(reading.bytes);
                if self.found.iter().all(|found| found.text != text) {
                    self.found.push(Found { text, corners });
                }
            }
        }
    }
}

/// Start and length of the pieces of a line, each of at most `side`, sharing `overlap`.
fn pieces(length: usize, side: usize, overlap: usize) -> Vec<(usize, usize)> {
    let mut result = vec![(0, length.min(side))];
    while let Some(&(start, piece)) = result.last()
        && start + piece < length
    {
        let start = start + side - overlap;
        result.push((start, (length - start).min(side)));
    }
    result
}

/// Writers of codes agree on UTF-8, whatever ISO/IEC 18004 says; where it is not, the bytes are
/// ISO 8859-1, the standard's own default.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_a_line_and_share_the_overlap() {
        for length in [1, 99, 100, 101, 160, 161, 1000] {
            let pieces = pieces(length, 100, 40);
            assert_eq!(pieces.first().map(|piece| piece.0), Some(0));
            assert_eq!(pieces.last().map(|piece| piece.0 + piece.1), Some(length));
            assert!(pieces.iter().all(|piece| piece.1 <= 100));
            assert!(
                pieces
                    .windows(2)
                    .all(|pair| pair[0].0 + pair[0].1 == pair[1].0 + 40)
            );
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_latin_1() {
        assert_eq!(text("Zoë".as_bytes().to_vec()), "Zoë");
        assert_eq!(text(vec![b'Z', b'o', 0xeb]), "Zoë");
    }
}
