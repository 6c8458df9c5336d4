//! A small RGB canvas, deterministic randomness, and how one QR code gets onto the canvas.

use qrcode::{Color, EcLevel, QrCode};

/// An RGB image, row by row from the top left.
#[derive(Clone)]
pub struct Image {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<[u8; 3]>,
}

impl Image {
    pub fn new(width: usize, height: usize, colour: [u8; 3]) -> Self {
        Self {
            width,
            height,
            pixels: vec![colour; width * height],
        }
    }

    pub fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, colour: [u8; 3]) {
        for row in y..(y + height).min(self.height) {
            for column in x..(x + width).min(self.width) {
                self.pixels[row * self.width + column] = colour;
            }
        }
    }

    /// Bytes as a canvas holds them: red, green, blue, opaque.
    pub fn rgba(&self) -> Vec<u8> {
        self.pixels
            .iter()
            .flat_map(|&[r, g, b]| [r, g, b, 255])
            .collect()
    }
}

/// PCG-XSH-RR 32 (O'Neill 2014): the same set on every machine and in every year.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x853c_49e6_748f_ea9b);
        random.next();
        random.next();
        random
    }

    pub fn next(&mut self) -> u32 {
        let state = self.0;
        self.0 = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let xorshifted = (((state >> 18) ^ state) >> 27) as u32;
        xorshifted.rotate_right((state >> 59) as u32)
    }

    pub fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }

    pub fn range(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * f64::from(self.next()) / f64::from(u32::MAX)
    }

    /// Roughly normal with the given standard deviation (the sum of three uniform values).
    pub fn normal(&mut self, deviation: f64) -> f64 {
        let sum: f64 = (0..3).map(|_| self.range(-1.0, 1.0)).sum();
        sum * deviation
    }
}

/// The look of one code.
#[derive(Clone)]
pub struct Look {
    pub dark: [u8; 3],
    pub light: [u8; 3],
    /// Light border, in modules.
    pub quiet: f64,
    /// Radius of each dark module outside the finder patterns as a circle, in modules.
    pub dots: Option<f64>,
    /// Side of the square logo in the middle, as a part of the code's side.
    pub logo: f64,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            dark: [0; 3],
            light: [255; 3],
            quiet: 4.0,
            dots: None,
            logo: 0.0,
        }
    }
}

/// The modules of one code.
pub struct Code {
    pub size: usize,
    dark: Vec<bool>,
}

impl Code {
    pub fn new(text: &str, level: EcLevel) -> Self {
        Self::from(QrCode::with_error_correction_level(text, level).unwrap())
    }

    /// The colour at a place in module coordinates; `None` outside the quiet zone.
    pub fn colour(&self, look: &Look, u: f64, v: f64) -> Option<[u8; 3]> {
        let size = self.size as f64;
        if u < -look.quiet || v < -look.quiet || u >= size + look.quiet || v >= size + look.quiet {
            return None;
        }
        if u < 0.0 || v < 0.0 || u >= size || v >= size {
            return Some(look.light);
        }
        let half = size * look.logo / 2.0;
        let (du, dv) = ((u - size / 2.0).abs(), (v - size / 2.0).abs());
        if du < half && dv < half {
            return Some(if du.hypot(dv) < half * 0.8 {
                [200, 60, 40]
            } else {
                look.light
            });
        }
        let (column, row) = (u as usize, v as usize);
        if !self.dark[row * self.size + column] {
            return Some(look.light);
        }
        let in_finder = (row < 7 && (column < 7 || column >= self.size - 7))
            || (row >= self.size - 7 && column < 7);
        if let (Some(radius), false) = (look.dots, in_finder)
            && (u.fract() - 0.5).hypot(v.fract() - 0.5) > radius
        {
            return Some(look.light);
        }
        Some(look.dark)
    }
}

impl From<QrCode> for Code {
    fn from(code: QrCode) -> Self {
        Self {
            size: code.width(),
            dark: code
                .to_colors()
                .into_iter()
                .map(|c| c == Color::Dark)
                .collect(),
        }
    }
}

/// Paints a code through a map from pixel to module coordinates, `samples`² points per pixel.
pub fn paint(
    image: &mut Image,
    code: &Code,
    look: &Look,
    samples: usize,
    map: impl Fn(f64, f64) -> (f64, f64),
) {
    let step = 1.0 / samples as f64;
    for y in 0..image.height {
        for x in 0..image.width {
            let (u, v) = map(x as f64 + 0.5, y as f64 + 0.5);
            let reach = code.size as f64 + look.quiet + 8.0;
            if u < -look.quiet - 8.0 || v < -look.quiet - 8.0 || u > reach || v > reach {
                continue;
            }
            let pixel = &mut image.pixels[y * image.width + x];
            let mut sum = [0.0f64; 3];
            for sample in 0..samples * samples {
                let (i, j) = (sample % samples, sample / samples);
                let (u, v) = map(
                    x as f64 + (i as f64 + 0.5) * step,
                    y as f64 + (j as f64 + 0.5) * step,
                );
                let colour = code.colour(look, u, v).unwrap_or(*pixel);
                for (total, part) in sum.iter_mut().zip(colour) {
                    *total += f64::from(part);
                }
            }
            *pixel = sum.map(|total| (total / (samples * samples) as f64).round() as u8);
        }
    }
}

/// Paints a code upright, its first module (not its quiet zone) at `(x, y)`.
pub fn place(image: &mut Image, code: &Code, look: &Look, x: f64, y: f64, module: f64) {
    let samples = if module.fract() == 0.0 && x.fract() == 0.0 && y.fract() == 0.0 {
        1
    } else {
        4
    };
    paint(image, code, look, samples, |px, py| {
        ((px - x) / module, (py - y) / module)
    });
}

/// Paints a code turned by `degrees` around its middle at `(x, y)`.
pub fn turn(
    image: &mut Image,
    code: &Code,
    look: &Look,
    x: f64,
    y: f64,
    module: f64,
    degrees: f64,
) {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let middle = code.size as f64 / 2.0;
    paint(image, code, look, 4, |px, py| {
        let (dx, dy) = ((px - x) / module, (py - y) / module);
        (dx * cos + dy * sin + middle, dy * cos - dx * sin + middle)
    });
}

/// Paints a code with its four outer corners (top left, top right, bottom right, bottom left) at
/// the given pixels, as a camera would see a flat code.
pub fn project(image: &mut Image, code: &Code, look: &Look, corners: [(f64, f64); 4]) {
    let size = code.size as f64;
    let inverse = invert(square_to_quad(corners));
    paint(image, code, look, 4, |x, y| {
        let [a, b, c, d, e, f, g, h, i] = inverse;
        let w = g * x + h * y + i;
        (
            size * (a * x + b * y + c) / w,
            size * (d * x + e * y + f) / w,
        )
    });
}

/// The projective map of the unit square onto four points (Heckbert 1989, section 2.2.3).
fn square_to_quad(q: [(f64, f64); 4]) -> [f64; 9] {
    let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = q;
    let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
    let (dx1, dx2, dy1, dy2) = (x1 - x2, x3 - x2, y1 - y2, y3 - y2);
    let determinant = dx1 * dy2 - dx2 * dy1;
    let g = (sx * dy2 - dx2 * sy) / determinant;
    let h = (dx1 * sy - sx * dy1) / determinant;
    [
        x1 - x0 + g * x1,
        x3 - x0 + h * x3,
        x0,
        y1 - y0 + g * y1,
        y3 - y0 + h * y3,
        y0,
        g,
        h,
        1.0,
    ]
}

/// The inverse up to a factor, which a projective map does not see.
fn invert(m: [f64; 9]) -> [f64; 9] {
    let [a, b, c, d, e, f, g, h, i] = m;
    [
        e * i - f * h,
        c * h - b * i,
        b * f - c * e,
        f * g - d * i,
        a * i - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d,
    ]
}
