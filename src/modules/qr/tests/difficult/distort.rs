//! What screens, cameras and messengers do to an image.

use super::image::{Image, Random};

/// Applies a function to every channel of every pixel.
pub fn each(image: &mut Image, mut change: impl FnMut(usize, usize, f64) -> f64) {
    let width = image.width;
    for (index, pixel) in image.pixels.iter_mut().enumerate() {
        for channel in pixel.iter_mut() {
            *channel = change(index % width, index / width, f64::from(*channel))
                .round()
                .clamp(0.0, 255.0) as u8;
        }
    }
}

/// Adds independent normal noise to every channel.
pub fn noise(image: &mut Image, random: &mut Random, deviation: f64) {
    each(image, |_, _, value| value + random.normal(deviation));
}

/// Turns a part of the pixels black or white.
pub fn salt_and_pepper(image: &mut Image, random: &mut Random, part: f64) {
    for pixel in &mut image.pixels {
        if random.range(0.0, 1.0) < part {
            *pixel = if random.below(2) == 0 {
                [0; 3]
            } else {
                [255; 3]
            };
        }
    }
}

/// Gaussian blur, `sigma` in pixels.
pub fn gaussian(image: &mut Image, sigma: f64) {
    let reach = (sigma * 3.0).ceil() as i64;
    let kernel: Vec<(i64, i64, f64)> = (-reach..=reach)
        .map(|d| (d, 0, (-((d * d) as f64) / (2.0 * sigma * sigma)).exp()))
        .collect();
    convolve(image, &kernel);
    let upright: Vec<_> = kernel
        .into_iter()
        .map(|(x, y, weight)| (y, x, weight))
        .collect();
    convolve(image, &upright);
}

/// A lens out of focus: the mean over a disc, `radius` in pixels.
pub fn defocus(image: &mut Image, radius: f64) {
    let reach = radius.ceil() as i64;
    let kernel: Vec<_> = (-reach..=reach)
        .flat_map(|y| (-reach..=reach).map(move |x| (x, y)))
        .filter(|&(x, y)| (x as f64).hypot(y as f64) <= radius)
        .map(|(x, y)| (x, y, 1.0))
        .collect();
    convolve(image, &kernel);
}

/// A hand that moved: the mean along a line of `length` pixels.
pub fn motion(image: &mut Image, length: f64, degrees: f64) {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let kernel: Vec<_> = (0..=20)
        .map(|i| (f64::from(i) / 20.0 - 0.5) * length)
        .map(|t| ((t * cos).round() as i64, (t * sin).round() as i64, 1.0))
        .collect();
    convolve(image, &kernel);
}

fn convolve(image: &mut Image, kernel: &[(i64, i64, f64)]) {
    let source = image.clone();
    let (width, height) = (image.width as i64, image.height as i64);
    let total: f64 = kernel.iter().map(|k| k.2).sum();
    for y in 0..height {
        for x in 0..width {
            let mut sum = [0.0; 3];
            for &(dx, dy, weight) in kernel {
                let (column, row) = ((x + dx).clamp(0, width - 1), (y + dy).clamp(0, height - 1));
                let pixel = source.pixels[(row * width + column) as usize];
                for (part, value) in sum.iter_mut().zip(pixel) {
                    *part += f64::from(value) * weight;
                }
            }
            image.pixels[(y * width + x) as usize] = sum.map(|part| (part / total).round() as u8);
        }
    }
}

/// Resizes as a browser does when the page is zoomed: nearest neighbour or bilinear.
pub fn resize(image: &Image, factor: f64, smooth: bool) -> Image {
    let (width, height) = (
        (image.width as f64 * factor) as usize,
        (image.height as f64 * factor) as usize,
    );
    let mut result = Image::new(width, height, [0; 3]);
    let at = |x: i64, y: i64| {
        let (x, y) = (
            x.clamp(0, image.width as i64 - 1),
            y.clamp(0, image.height as i64 - 1),
        );
        image.pixels[y as usize * image.width + x as usize]
    };
    for y in 0..height {
        for x in 0..width {
            let (sx, sy) = ((x as f64 + 0.5) / factor, (y as f64 + 0.5) / factor);
            result.pixels[y * width + x] = if smooth {
                let (sx, sy) = (sx - 0.5, sy - 0.5);
                let (left, top) = (sx.floor(), sy.floor());
                let (fx, fy) = (sx - left, sy - top);
                let (left, top) = (left as i64, top as i64);
                let corners = [
                    at(left, top),
                    at(left + 1, top),
                    at(left, top + 1),
                    at(left + 1, top + 1),
                ];
                let weights = [
                    (1.0 - fx) * (1.0 - fy),
                    fx * (1.0 - fy),
                    (1.0 - fx) * fy,
                    fx * fy,
                ];
                std::array::from_fn(|c| {
                    corners
                        .iter()
                        .zip(weights)
                        .map(|(p, w)| f64::from(p[c]) * w)
                        .sum::<f64>()
                        .round() as u8
                })
            } else {
                at(sx as i64, sy as i64)
            };
        }
    }
    result
}

/// What JPEG loses (ITU-T T.81): the quantised cosine transform of 8 × 8 blocks of each channel,
/// with the example luminance table of annex K scaled by `quality` (1 to 100) as libjpeg does.
pub fn jpeg(image: &mut Image, quality: u32) {
    const TABLE: [u32; 64] = [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69,
        56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81,
        104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];
    let scale = if quality < 50 {
        5000 / quality
    } else {
        200 - 2 * quality
    };
    let table = TABLE.map(|q| f64::from(((q * scale + 50) / 100).clamp(1, 255)));
    let basis: [[f64; 8]; 8] = std::array::from_fn(|k| {
        let norm = if k == 0 { (1.0f64 / 8.0).sqrt() } else { 0.5 };
        std::array::from_fn(|n| {
            norm * (std::f64::consts::PI * (n as f64 + 0.5) * k as f64 / 8.0).cos()
        })
    });
    for top in (0..image.height).step_by(8) {
        for left in (0..image.width).step_by(8) {
            for channel in 0..3 {
                let index = |i: usize| {
                    let (x, y) = (
                        (left + i % 8).min(image.width - 1),
                        (top + i / 8).min(image.height - 1),
                    );
                    y * image.width + x
                };
                let block: [f64; 64] =
                    std::array::from_fn(|i| f64::from(image.pixels[index(i)][channel]) - 128.0);
                let rows: [f64; 64] = std::array::from_fn(|i| {
                    (0..8).map(|n| block[i / 8 * 8 + n] * basis[i % 8][n]).sum()
                });
                let mut both: [f64; 64] = std::array::from_fn(|i| {
                    (0..8).map(|n| rows[n * 8 + i % 8] * basis[i / 8][n]).sum()
                });
                for (value, step) in both.iter_mut().zip(table) {
                    *value = (*value / step).round() * step;
                }
                let rows: [f64; 64] = std::array::from_fn(|i| {
                    (0..8).map(|k| both[k * 8 + i % 8] * basis[k][i / 8]).sum()
                });
                for i in 0..64 {
                    let value: f64 = (0..8).map(|k| rows[i / 8 * 8 + k] * basis[k][i % 8]).sum();
                    if left + i % 8 < image.width && top + i / 8 < image.height {
                        image.pixels[index(i)][channel] =
                            (value + 128.0).round().clamp(0.0, 255.0) as u8;
                    }
                }
            }
        }
    }
}
