//! Deciding what is black: every pixel against its surroundings.

use rxing::common::BitMatrix;

use crate::grey::Grey;

/// Which of the two colours of a code is the darker one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// Dark modules on light ground, as ISO/IEC 18004 draws it.
    DarkOnLight,
    /// Light modules on dark ground, as pages in dark mode draw it.
    LightOnDark,
}

/// The pixels that stand out from their surroundings; those that don't are in neither.
#[derive(Debug)]
pub struct Marked {
    /// The dark ones.
    pub dark: BitMatrix,
    /// The light ones.
    pub light: BitMatrix,
}

impl Marked {
    fn none(image: &Grey) -> Option<Self> {
        let (width, height) = (
            image.width().try_into().ok()?,
            image.height().try_into().ok()?,
        );
        let dark = BitMatrix::new(width, height).ok()?;
        Some(Self {
            light: dark.clone(),
            dark,
        })
    }
}

/// The lowest and highest value of a part of the image.
#[derive(Clone, Copy)]
struct Extremes {
    low: u8,
    high: u8,
}

impl Extremes {
    const NONE: Self = Self {
        low: u8::MAX,
        high: u8::MIN,
    };

    fn with(self, other: &Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// The middle between them, unless they are closer than `contrast`.
    fn middle(self, contrast: u8) -> Option<u8> {
        let range = self.high.checked_sub(self.low)?;
        (range >= contrast).then_some(self.low + range / 2)
    }
}

/// The image is cut into blocks of 8 × 8 pixels; a block's surroundings are two blocks each way.
const BLOCK: usize = 8;
const REACH: usize = 2;

/// Divides by the middle between the darkest and the brightest of the surroundings (40 × 40
/// pixels). Where those differ by less than `contrast` nothing is marked: flat ground would only
/// become a pattern of noise. `None` for an image without pixels.
pub fn midrange(image: &Grey, contrast: u8) -> Option<Marked> {
    let mut marked = Marked::none(image)?;
    let bands = extremes(image);
    for (band, _) in bands.iter().enumerate() {
        let around = bands.get(band.saturating_sub(REACH)..(band + REACH + 1).min(bands.len()));
        let thresholds: Vec<Option<u8>> = (0..image.width().div_ceil(BLOCK))
            .map(|column| {
                let near = around
                    .into_iter()
                    .flatten()
                    .filter_map(|line| line.get(column));
                near.fold(Extremes::NONE, Extremes::with).middle(contrast)
            })
            .collect();
        for y in band * BLOCK..((band + 1) * BLOCK).min(image.height()) {
            let blocks = image.row(y).chunks(BLOCK).zip(&thresholds).enumerate();
            for (column, (block, threshold)) in blocks {
                let Some(threshold) = *threshold else {
                    continue;
                };
                for (x, &value) in (column * BLOCK..).zip(block) {
                    let matrix = if value <= threshold {
                        &mut marked.dark
                    } else {
                        &mut marked.light
                    };
                    matrix.set(x as u32, y as u32);
                }
            }
        }
    }
    Some(marked)
}

/// For each row of blocks the extremes of each block and its neighbours to the left and right.
fn extremes(image: &Grey) -> Vec<Vec<Extremes>> {
    let columns = image.width().div_ceil(BLOCK);
    (0..image.height())
        .step_by(BLOCK)
        .map(|top| {
            let mut line = vec![Extremes::NONE; columns];
            for y in top..(top + BLOCK).min(image.height()) {
                for (sum, block) in line.iter_mut().zip(image.row(y).chunks(BLOCK)) {
                    *sum = block.iter().fold(*sum, |sum, &value| {
                        sum.with(&Extremes {
                            low: value,
                            high: value,
                        })
                    });
                }
            }
            (0..columns)
                .map(|column| {
                    let near =
                        line.get(column.saturating_sub(REACH)..(column + REACH + 1).min(columns));
                    near.into_iter()
                        .flatten()
                        .fold(Extremes::NONE, Extremes::with)
                })
                .collect()
        })
        .collect()
}

/// Marks what differs by more than `bias` from the mean of the square of `2 * radius + 1` pixels
/// around it. Radius at most 2000. `None` for an image without pixels.
pub fn mean(image: &Grey, radius: usize, bias: u8) -> Option<Marked> {
    let (width, height) = (image.width(), image.height());
    let mut marked = Marked::none(image)?;
    // The sum of each column over the rows in the window; one row enters and one leaves at a time.
    let mut columns = vec![0u32; width];
    for row in image.rows().take(radius) {
        columns
            .iter_mut()
            .zip(row)
            .for_each(|(sum, &value)| *sum += u32::from(value));
    }
    // Sums of all columns to the left; those of a window are the difference of two.
    let mut left_of = vec![0u64; width + 1];
    for y in 0..height {
        let enters = image.row(y + radius);
        columns
            .iter_mut()
            .zip(enters)
            .for_each(|(sum, &value)| *sum += u32::from(value));
        let leaves = y
            .checked_sub(radius + 1)
            .map(|gone| image.row(gone))
            .unwrap_or_default();
        columns
            .iter_mut()
            .zip(leaves)
            .for_each(|(sum, &value)| *sum -= u32::from(value));
        let mut total = 0;
        for (sum, column) in left_of.iter_mut().skip(1).zip(&columns) {
            total += u64::from(*column);
            *sum = total;
        }
        let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
        for (x, &value) in image.row(y).iter().enumerate() {
            let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
            let area = (rows * (right - left)) as u64;
            let sum = left_of.get(right)?.checked_sub(*left_of.get(left)?)?;
            if (u64::from(value) + u64::from(bias)) * area < sum {
                marked.dark.set(x as u32, y as u32);
            } else if u64::from(value) * area > sum + u64::from(bias) * area {
                marked.light.set(x as u32, y as u32);
            }
        }
    }
    Some(marked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grey::Channel;

    fn image(width: usize, height: usize, of: impl Fn(usize, usize) -> u8) -> Grey {
        let rgba: Vec<u8> = (0..width * height)
            .map(|i| of(i % width, i / width))
            .flat_map(|value| [value, value, value, 255])
            .collect();
        Grey::from_rgba(&rgba, width, height, Channel::Luma, 255)
    }

    /// A faint square in a corner that is darker than the rest of the image by far.
    #[test]
    fn local_contrast_counts() {
        let square = |x, y| (4..9).contains(&x) && (5..8).contains(&y);
        let image = image(120, 90, |x, y| {
            if x > 60 {
                250
            } else if square(x, y) {
                20
            } else {
                40
            }
        });
        for marked in [midrange(&image, 12), mean(&image, 20, 2)] {
            let marked = marked.unwrap();
            for (x, y) in (0..20).flat_map(|x| (0..20).map(move |y| (x, y))) {
                assert_eq!(marked.dark.get(x as u32, y as u32), square(x, y), "{x} {y}");
            }
            assert!(!marked.dark.get(119, 89), "flat ground is not dark");
        }
    }

    #[test]
    fn mean_is_that_of_the_window() {
        let pattern = |x: usize, y: usize| ((x * 37 + y * 91 + x * y * 13) % 256) as u8;
        let (width, height, radius) = (23, 17, 3);
        let marked = mean(&image(width, height, pattern), radius, 5).unwrap();
        for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
            let window = (y.saturating_sub(radius)..(y + radius + 1).min(height)).flat_map(|row| {
                (x.saturating_sub(radius)..(x + radius + 1).min(width))
                    .map(move |column| (column, row))
            });
            let values: Vec<f64> = window.map(|(x, y)| f64::from(pattern(x, y))).collect();
            let above = f64::from(pattern(x, y)) - values.iter().sum::<f64>() / values.len() as f64;
            assert_eq!(
                marked.dark.get(x as u32, y as u32),
                above < -5.0,
                "{x} {y}: {above}"
            );
            assert_eq!(
                marked.light.get(x as u32, y as u32),
                above > 5.0,
                "{x} {y}: {above}"
            );
        }
    }

    #[test]
    fn no_pixels_no_marks() {
        assert!(midrange(&image(0, 0, |_, _| 0), 12).is_none());
        assert!(mean(&image(0, 0, |_, _| 0), 20, 2).is_none());
    }
}
