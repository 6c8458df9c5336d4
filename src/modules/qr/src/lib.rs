//! Reading and writing QR codes: a wasm module of its own, which pages load only when somebody
//! drops an image, points at a code on a page, or wants to see one.
//!
//! **Budget: 300 KB** of wasm after `wasm-opt -Oz`, of which writing is under 30 KB.
//!
//! Finding and decoding a code in a black and white image is `rxing`'s work (the detector it ported
//! from zxing-cpp). What is here makes it read codes that one look misses: several ways to decide
//! what is black ([`threshold`]), several sizes and colour channels ([`scan`]), wider limits for
//! which finder patterns belong together ([`triples`]), and measuring the modules in the greyscale
//! image where black and white are not enough ([`measure`]). Everything is deterministic and
//! bounded: an image has at most [`MAX_PIXELS`], and each part of the work has a ceiling.
//!
//! What a code *means* (an account, a migration part, something else) is decided elsewhere; here it
//! is text.

mod encode;
mod grey;
mod locate;
mod measure;
pub mod pdf;
mod scan;
mod threshold;
mod triples;
#[cfg(target_arch = "wasm32")]
mod wasm;

pub use encode::{Matrix, encode};
pub use scan::Scan;

/// The largest image that is read, in pixels; a larger one is refused before any work.
pub const MAX_PIXELS: usize = 64_000_000;

/// A QR code in an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its content. Anything: this is input from a stranger.
    pub text: String,
    /// Its corners in pixels from the top left of the image, in the order top left, top right,
    /// bottom right, bottom left of the code itself, which may be turned or mirrored.
    pub corners: [(f32, f32); 4],
}

impl Found {
    /// The upright rectangle around the code: x, y, width, height in pixels.
    pub fn bounds(&self) -> (f32, f32, f32, f32) {
        let limit = |start: f32, pick: fn(f32, f32) -> f32, part: fn(&(f32, f32)) -> f32| {
            self.corners.iter().map(part).fold(start, pick)
        };
        let (left, top) = (
            limit(f32::MAX, f32::min, |c| c.0),
            limit(f32::MAX, f32::min, |c| c.1),
        );
        let (right, bottom) = (
            limit(f32::MIN, f32::max, |c| c.0),
            limit(f32::MIN, f32::max, |c| c.1),
        );
        (left, top, right - left, bottom - top)
    }
}

/// Reads all QR codes of an RGBA image (8 bits each, not premultiplied, row by row from the top
/// left, as `ImageData` holds it). Each content is given once; an image without a code gives none.
///
/// # Errors
/// When the image cannot be one: see [`Error`].
pub fn read(rgba: Vec<u8>, width: u32, height: u32) -> Result<Vec<Found>, Error> {
    Ok(Scan::new(rgba, width, height)?.finish())
}

/// Why an image was not looked at, or a text not written as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Width or height is 0.
    Empty,
    /// More than [`MAX_PIXELS`].
    TooLarge,
    /// Not four bytes for each pixel.
    Length,
    /// The text does not fit into the largest code (2953 bytes).
    TextTooLong,
}

impl Error {
    /// The stable identifier, which names the message in `_locales`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "qr_image_empty",
            Self::TooLarge => "qr_image_too_large",
            Self::Length => "qr_image_length",
            Self::TextTooLong => "qr_text_too_long",
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "the image has no pixels",
            Self::TooLarge => "the image has more than 64 million pixels",
            Self::Length => "the image does not hold four bytes for each pixel",
            Self::TextTooLong => "the text is longer than a QR code can hold",
        })
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_that_cannot_be_are_refused() {
        assert_eq!(read(Vec::new(), 0, 7), Err(Error::Empty));
        assert_eq!(read(vec![0; 15], 2, 2), Err(Error::Length));
        assert_eq!(read(vec![0; 17], 2, 2), Err(Error::Length));
        assert_eq!(read(Vec::new(), 8001, 8000), Err(Error::TooLarge));
        assert_eq!(read(Vec::new(), u32::MAX, u32::MAX), Err(Error::TooLarge));
    }

    #[test]
    fn bounds_surround_a_turned_code() {
        let found = Found {
            text: String::new(),
            corners: [(50.0, 10.0), (90.0, 50.0), (50.0, 90.0), (10.0, 50.0)],
        };
        assert_eq!(found.bounds(), (10.0, 10.0, 80.0, 80.0));
    }
}
