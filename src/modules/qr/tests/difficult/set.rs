//! The difficult images: 19 kinds of trouble, each from mild to hard.

use super::image::{Image, Random};
use super::{cameras, screens};

/// One image of the set, painted only when asked for: a 4K image takes 25 MB.
pub struct Case {
    pub category: &'static str,
    pub number: usize,
    paint: fn(usize, &mut Random) -> (Image, Vec<String>),
}

impl Case {
    /// The image and the texts of all codes in it, in no particular order. Another `seed` gives
    /// other texts, places and noise for the same kind of trouble.
    pub fn build(&self, seed: u64) -> (Image, Vec<String>) {
        let kind = self
            .category
            .bytes()
            .fold(7, |hash: u64, byte| hash.wrapping_mul(31) + u64::from(byte));
        (self.paint)(
            self.number,
            &mut Random::new(kind.wrapping_add(self.number as u64 + seed * 1_000_003)),
        )
    }
}

type Paint = fn(usize, &mut Random) -> (Image, Vec<String>);

const CATEGORIES: [(&str, usize, Paint); 19] = [
    ("one pixel per module", 6, screens::one_pixel),
    ("fractional pixel ratio", 8, screens::pixel_ratio),
    ("inverted", 5, screens::inverted),
    ("rotated", 5, screens::rotated),
    ("low contrast", 5, screens::low_contrast),
    ("coloured", 6, screens::coloured),
    ("logo and dots", 6, screens::logo),
    ("dense migration", 6, screens::dense),
    ("perspective", 6, cameras::perspective),
    ("blurred", 6, cameras::blurred),
    ("noise and JPEG", 6, cameras::noisy),
    ("small in 4K", 5, screens::small_in_4k),
    ("several at once", 4, screens::several),
    ("uneven light", 5, cameras::light),
    ("no quiet zone", 5, screens::no_quiet_zone),
    ("curved", 4, cameras::curved),
    ("photo of a screen", 5, cameras::screen_photo),
    ("damaged", 5, cameras::damaged),
    ("huge modules", 3, cameras::huge),
];

/// Every image of the set.
pub fn cases() -> impl Iterator<Item = Case> {
    CATEGORIES.into_iter().flat_map(|(category, count, paint)| {
        (0..count).map(move |number| Case {
            category,
            number,
            paint,
        })
    })
}
