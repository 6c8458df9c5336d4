//! Greyscale images and the few ways of making and resizing them that reading codes needs.

/// How three colour channels become one.
///
/// Luminance comes first: it is what designers keep contrast in. The others are for codes whose two
/// colours have about the same luminance (yellow on white, red on green).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// ITU-R BT.601 luma.
    Luma,
    /// The darkest of the three: anything coloured is dark against white.
    Darkest,
    /// The brightest of the three: anything coloured is bright against black.
    Brightest,
    /// Red against green.
    RedGreen,
    /// Blue against the mean of red and green.
    BlueYellow,
}

/// A greyscale image, one byte per pixel, row by row from the top left; 0 is black.
#[derive(Clone, Debug)]
pub struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Grey {
    /// One channel of an RGBA image (8 bits each, not premultiplied), transparent parts over
    /// `paper`. `rgba` holds at least `width * height * 4` bytes; missing ones are black.
    pub fn from_rgba(
        rgba: &[u8],
        width: usize,
        height: usize,
        channel: Channel,
        paper: u8,
    ) -> Self {
        let mut pixels: Vec<u8> = rgba
            .as_chunks::<4>()
            .0
            .iter()
            .take(width * height)
            .map(|&pixel| channel.of(pixel, paper))
            .collect();
        pixels.resize(width * height, 0);
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The rows from the top; none if the image is empty.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.width.max(1))
    }

    /// The row at `y`, or an empty one below the image.
    pub fn row(&self, y: usize) -> &[u8] {
        y.checked_mul(self.width)
            .and_then(|start| self.pixels.get(start..start + self.width))
            .unwrap_or_default()
    }

    /// The brightness at a point in pixel coordinates (the middle of the first pixel is at 0.5),
    /// interpolated between the four nearest pixels; the border is continued outside.
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let mix = |row: &[u8]| {
            let last = row.last().copied().unwrap_or_default();
            let at = |column: usize| f32::from(row.get(column).copied().unwrap_or(last));
            at(left) * (1.0 - fx) + at(left + 1) * fx
        };
        let bottom = self.height.saturating_sub(1);
        mix(self.row(top.min(bottom))) * (1.0 - fy) + mix(self.row((top + 1).min(bottom))) * fy
    }

    /// The part of the image that lies in the given rectangle.
    pub fn crop(&self, x: usize, y: usize, width: usize, height: usize) -> Self {
        let x = x.min(self.width);
        let end = x.saturating_add(width).min(self.width);
        let rows = self.rows().skip(y).take(height);
        let height = rows.len();
        let mut pixels = Vec::with_capacity((end - x) * height);
        rows.for_each(|row| pixels.extend_from_slice(row.get(x..end).unwrap_or_default()));
        Self {
            width: end - x,
            height,
            pixels,
        }
    }

    /// About the standard deviation of the noise: what half of all neighbouring pixels differ by at
    /// most. 0 for what a computer drew.
    pub fn noise(&self) -> f32 {
        let mut counts = [0usize; 256];
        for row in self.rows().step_by(7) {
            for (&a, &b) in row.iter().zip(row.get(1..).unwrap_or_default()) {
                if let Some(count) = counts.get_mut(usize::from(a.abs_diff(b))) {
                    *count += 1;
                }
            }
        }
        let half = counts.iter().sum::<usize>() / 2;
        let mut seen = 0;
        // For normal noise the median difference of two pixels is 0.95 standard deviations.
        counts
            .iter()
            .take_while(|&&count| {
                seen += count;
                seen <= half
            })
            .count() as f32
    }

    /// Whether there is too little in the image for a code: fewer than four of its 16 × 16 blocks
    /// (the smallest code covers that many at 2 pixels per module) hold any contrast.
    pub fn is_flat(&self) -> bool {
        const BLOCK: usize = 16;
        let mut busy = 0;
        for rows in self.pixels.chunks((self.width * BLOCK).max(1)) {
            for x in (0..self.width).step_by(BLOCK) {
                let block = rows
                    .chunks(self.width)
                    .flat_map(|row| row.get(x..(x + BLOCK).min(row.len())).unwrap_or_default());
                let (low, high) = block.fold((u8::MAX, u8::MIN), |sum, &value| {
                    (sum.0.min(value), sum.1.max(value))
                });
                busy += usize::from(high.saturating_sub(low) >= 6);
            }
        }
        busy < 4
    }

    /// Smaller by a whole factor, each pixel the mean of `factor`² ones: noise shrinks with it.
    pub fn shrink(&self, factor: usize) -> Self {
        let (width, height) = (self.width / factor, self.height / factor);
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0u32; width];
        let area = (factor * factor) as u32;
        for rows in self.pixels.chunks_exact((self.width * factor).max(1)) {
            sums.fill(0);
            for row in rows.chunks_exact(self.width.max(1)) {
                for (sum, part) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += part.iter().map(|&value| u32::from(value)).sum::<u32>();
                }
            }
            pixels.extend(sums.iter().map(|sum| ((sum + area / 2) / area) as u8));
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Larger by a whole factor, by Catmull–Rom interpolation, which keeps the edges of modules that
    /// are hardly a pixel wide where a bilinear one would smear them.
    pub fn enlarge(&self, factor: usize) -> Self {
        let weights: Vec<[f32; 4]> = (0..factor)
            .map(|step| catmull_rom(((step as f32 + 0.5) / factor as f32 + 0.5).fract()))
            .collect();
        // The first half of a pixel leans on its left neighbour, the second on its right one.
        let start = |step: usize| if 2 * step + 1 < factor { 2 } else { 1 };
        let wide: Vec<Vec<f32>> = self
            .rows()
            .map(|row| {
                let at = |column: usize| {
                    f32::from(
                        row.get(column.min(self.width - 1))
                            .copied()
                            .unwrap_or_default(),
                    )
                };
                let mut result = Vec::with_capacity(self.width * factor);
                for column in 0..self.width {
                    for (step, weights) in weights.iter().enumerate() {
                        let value = weights.iter().zip(0..).map(|(weight, tap)| {
                            weight * at((column + tap).saturating_sub(start(step)))
                        });
                        result.push(value.sum());
                    }
                }
                result
            })
            .collect();
        let mut pixels = Vec::with_capacity(self.pixels.len() * factor * factor);
        for y in 0..self.height {
            for (step, &[a, b, c, d]) in weights.iter().enumerate() {
                let tap = |tap: usize| {
                    let row = (y + tap).saturating_sub(start(step)).min(self.height - 1);
                    wide.get(row).map(Vec::as_slice).unwrap_or_default()
                };
                let rows = tap(0).iter().zip(tap(1)).zip(tap(2)).zip(tap(3));
                pixels.extend(
                    rows.map(|(((p, q), r), s)| (a * p + b * q + c * r + d * s + 0.5) as u8),
                );
            }
        }
        Self {
            width: self.width * factor,
            height: self.height * factor,
            pixels,
        }
    }
}

impl Channel {
    fn of(self, [red, green, blue, alpha]: [u8; 4], paper: u8) -> u8 {
        let over = |value: u8| match alpha {
            255 => u32::from(value),
            _ => {
                (u32::from(value) * u32::from(alpha) + u32::from(paper) * (255 - u32::from(alpha)))
                    / 255
            }
        };
        let (red, green, blue) = (over(red), over(green), over(blue));
        let value = match self {
            Self::Luma => (red * 19_595 + green * 38_470 + blue * 7_471 + 32_768) >> 16,
            Self::Darkest => red.min(green).min(blue),
            Self::Brightest => red.max(green).max(blue),
            Self::RedGreen => (255 + red - green) / 2,
            Self::BlueYellow => (255 + blue - (red + green) / 2) / 2,
        };
        value as u8
    }
}

/// The weights of four neighbours for a point `t` of the way from the second to the third (Catmull
/// and Rom 1974, tension one half).
fn catmull_rom(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        (-t3 + 2.0 * t2 - t) / 2.0,
        (3.0 * t3 - 5.0 * t2 + 2.0) / 2.0,
        (-3.0 * t3 + 4.0 * t2 + t) / 2.0,
        (t3 - t2) / 2.0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: usize, height: usize, of: impl Fn(usize, usize) -> u8) -> Grey {
        let pixels = (0..width * height)
            .map(|i| of(i % width, i / width))
            .collect();
        Grey {
            width,
            height,
            pixels,
        }
    }

    #[test]
    fn channels_tell_apart_what_luma_does_not() {
        let pixels = [
            [255, 225, 40, 255],
            [255, 255, 255, 255],
            [200, 40, 40, 255],
            [30, 125, 40, 255],
        ];
        let of = |channel: Channel| pixels.map(|pixel| channel.of(pixel, 255));
        let [yellow, white, ..] = of(Channel::Darkest);
        assert!(white - yellow > 200);
        let [.., red, green] = of(Channel::RedGreen);
        assert!(red - green > 80);
        let [.., red, green] = of(Channel::Luma);
        assert!(red.abs_diff(green) < 6);
    }

    #[test]
    fn enlarging_and_shrinking_again_gives_the_image_back() {
        let original = image(13, 9, |x, y| 60 + (x * 11) as u8 + (y * 3) as u8);
        for factor in [2, 3] {
            let large = original.enlarge(factor);
            assert_eq!((large.width, large.height), (13 * factor, 9 * factor));
            let again = large.shrink(factor);
            let off = again
                .pixels
                .iter()
                .zip(&original.pixels)
                .map(|(a, b)| a.abs_diff(*b))
                .max();
            assert!(off <= Some(2), "{factor}: {off:?}");
        }
    }

    #[test]
    fn enlarging_keeps_the_place_of_an_edge() {
        for factor in [2, 3] {
            let large = image(10, 10, |x, _| if x < 4 { 0 } else { 255 }).enlarge(factor);
            let row = large.row(5);
            assert_eq!(row.iter().position(|&value| value > 127), Some(4 * factor));
        }
    }

    #[test]
    fn sampling_interpolates_and_continues_the_border() {
        let image = image(2, 2, |x, y| (x * 100 + y * 50) as u8);
        assert_eq!(image.sample(0.5, 0.5), 0.0);
        assert_eq!(image.sample(1.0, 1.0), 75.0);
        assert_eq!(image.sample(-9.0, 0.5), 0.0);
        assert_eq!(image.sample(99.0, 99.0), 150.0);
    }

    #[test]
    fn a_crop_stays_inside() {
        let image = image(5, 4, |x, y| (y * 5 + x) as u8);
        assert_eq!(image.crop(3, 2, 9, 9).pixels, [13, 14, 18, 19]);
        assert_eq!(image.crop(9, 9, 2, 2).pixels, []);
    }
}
