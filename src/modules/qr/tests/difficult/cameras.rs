//! Codes as cameras, paper and messengers leave them.

use qrcode::EcLevel::{H, L, M, Q};

use super::distort;
use super::image::{Code, Image, Look, Random, paint, place, project, turn};
use super::page::{account, grey, migration, page};

pub fn perspective(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = if number == 5 {
        migration(random, 250)
    } else {
        account(random, number * 12)
    };
    let code = Code::new(&text, if number == 5 { L } else { M });
    let mut image = Image::new(1000, 800, [205, 200, 190]);
    let corners = [
        [
            (300.0, 250.0),
            (620.0, 230.0),
            (660.0, 560.0),
            (280.0, 540.0),
        ],
        [
            (350.0, 260.0),
            (560.0, 220.0),
            (640.0, 560.0),
            (260.0, 500.0),
        ],
        [
            (200.0, 300.0),
            (700.0, 380.0),
            (720.0, 480.0),
            (180.0, 560.0),
        ],
        [
            (420.0, 200.0),
            (560.0, 260.0),
            (520.0, 520.0),
            (300.0, 400.0),
        ],
        [
            (300.0, 300.0),
            (620.0, 420.0),
            (520.0, 640.0),
            (120.0, 420.0),
        ],
        [
            (250.0, 150.0),
            (760.0, 190.0),
            (700.0, 650.0),
            (300.0, 600.0),
        ],
    ][number];
    project(
        &mut image,
        &code,
        &Look {
            dark: grey(30),
            light: grey(235),
            ..Look::default()
        },
        corners,
    );
    distort::gaussian(&mut image, 0.8);
    distort::noise(&mut image, random, 4.0);
    (image, vec![text])
}

pub fn blurred(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 5);
    let code = Code::new(&text, [M, M, Q, M, M, L][number]);
    let mut image = page(random, 900, 700, false);
    let module = 5.0;
    turn(
        &mut image,
        &code,
        &Look::default(),
        420.0,
        370.0,
        module,
        [0.0, 5.0, 20.0, 0.0, 10.0, 2.0][number],
    );
    match number {
        0 => distort::gaussian(&mut image, module * 0.5),
        1 => distort::gaussian(&mut image, module * 0.65),
        2 => distort::defocus(&mut image, module * 0.9),
        3 => distort::motion(&mut image, module * 1.3, 0.0),
        4 => distort::motion(&mut image, module * 1.2, 40.0),
        _ => distort::gaussian(&mut image, module * 0.75),
    }
    distort::noise(&mut image, random, 1.5);
    (image, vec![text])
}

pub fn noisy(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 5);
    let code = Code::new(&text, M);
    let mut image = page(random, 800, 640, number == 5);
    turn(
        &mut image,
        &code,
        &Look::default(),
        400.0,
        330.0,
        [4.0, 5.0, 5.0, 3.0, 4.0, 3.0][number],
        f64::from(random.below(8)),
    );
    match number {
        0 => distort::noise(&mut image, random, 40.0),
        1 => distort::noise(&mut image, random, 75.0),
        2 => distort::salt_and_pepper(&mut image, random, 0.12),
        3 => distort::jpeg(&mut image, 12),
        4 => {
            distort::noise(&mut image, random, 25.0);
            distort::jpeg(&mut image, 10);
        }
        _ => {
            image = distort::resize(&distort::resize(&image, 0.7, true), 1.0 / 0.7, true);
            distort::jpeg(&mut image, 25);
        }
    }
    (image, vec![text])
}

pub fn light(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 6);
    let mut image = Image::new(800, 700, grey(240));
    turn(
        &mut image,
        &Code::new(&text, if number == 3 { H } else { M }),
        &Look {
            light: grey(240),
            ..Look::default()
        },
        400.0,
        340.0,
        7.0,
        4.0,
    );
    distort::each(&mut image, |x, y, value| {
        let (x, y) = (x as f64, y as f64);
        let from_middle = (x - 400.0).hypot(y - 340.0);
        match number {
            0 => 20.0 + value * (1.0 - 0.85 * x / 800.0),
            1 => {
                if x + y * 0.6 < 560.0 {
                    value
                } else {
                    value * 0.25
                }
            }
            2 => 10.0 + value * (1.0 - from_middle / 420.0).clamp(0.08, 1.0),
            3 => value + 400.0 * (-(x - 430.0).hypot(y - 370.0) / 28.0).exp(),
            _ => value * 0.3 + 170.0 * y / 700.0 + 20.0 * (x / 60.0).sin(),
        }
    });
    distort::gaussian(&mut image, 1.2);
    distort::noise(&mut image, random, 4.0);
    (image, vec![text])
}

pub fn curved(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, [0, 30, 80, 120][number]);
    let code = Code::new(&text, [Q, M, M, M][number]);
    let mut image = Image::new(900, 800, grey(210));
    let (module, middle) = (8.0, code.size as f64 / 2.0);
    paint(
        &mut image,
        &code,
        &Look {
            dark: grey(25),
            light: grey(235),
            ..Look::default()
        },
        3,
        |x, y| {
            let (dx, dy) = (x - 450.0, y - 400.0);
            let (u, v) = match number {
                // Around a bottle of radius 260 pixels.
                0 => (260.0 * (dx / 260.0).clamp(-1.0, 1.0).asin(), dy),
                1 => (dx + 9.0 * (dy / 70.0).sin(), dy),
                2 => (dx, dy + 14.0 * (dx / 130.0).cos()),
                // A barrel-shaped lens.
                _ => (
                    dx * (1.0 + dx.hypot(dy).powi(2) * 4e-7),
                    dy * (1.0 + dx.hypot(dy).powi(2) * 4e-7),
                ),
            };
            (u / module + middle, v / module + middle)
        },
    );
    distort::gaussian(&mut image, 1.0);
    distort::noise(&mut image, random, 3.0);
    (image, vec![text])
}

pub fn screen_photo(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = if number == 4 {
        migration(random, 200)
    } else {
        account(random, number * 10)
    };
    let code = Code::new(&text, if number == 4 { L } else { M });
    let mut image = Image::new(1200, 900, grey(60));
    let shift = |random: &mut Random| random.range(-45.0, 45.0);
    let corners = [
        (380.0, 230.0),
        (810.0, 230.0),
        (810.0, 660.0),
        (380.0, 660.0),
    ]
    .map(|(x, y)| (x + shift(random), y + shift(random)));
    project(
        &mut image,
        &code,
        &Look {
            light: grey(225),
            dark: grey(40),
            ..Look::default()
        },
        corners,
    );
    let period = [2.9, 3.3, 2.3, 4.1, 3.7][number];
    distort::each(&mut image, |x, y, value| {
        let (x, y) = (x as f64 + y as f64 * 0.03, y as f64 - x as f64 * 0.02);
        let grid = 0.7
            + 0.3
                * ((x * std::f64::consts::TAU / period).sin()
                    * (y * std::f64::consts::TAU / period).sin());
        value * grid * (0.75 + 0.25 * (x / 300.0 + number as f64).sin())
    });
    distort::gaussian(&mut image, [1.0, 1.6, 2.0, 2.4, 1.2][number]);
    distort::noise(&mut image, random, [6.0, 8.0, 10.0, 8.0, 5.0][number]);
    distort::jpeg(&mut image, 55);
    (image, vec![text])
}

pub fn damaged(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 5);
    let code = Code::new(&text, [M, Q, H, M, H][number]);
    let mut image = Image::new(700, 700, [255; 3]);
    let (module, left) = (7.0, 120usize);
    place(
        &mut image,
        &code,
        &Look::default(),
        left as f64,
        left as f64,
        module,
    );
    let side = code.size * 7;
    match number {
        // Scratches across.
        0 => (0..3).for_each(|i| image.fill(left, left + 75 + i * 60, side, 3, [255; 3])),
        // The corner without a finder pattern is torn off.
        1 => image.fill(
            left + side * 4 / 5,
            left + side * 4 / 5,
            side,
            side,
            grey(230),
        ),
        // A sticker over a part of the data.
        2 => image.fill(
            left + side / 2,
            left + side / 3,
            side / 4,
            side / 4,
            [40, 90, 200],
        ),
        // A line through a finder pattern.
        3 => image.fill(left, left + 22, side, 3, grey(0)),
        // A corner of a finder pattern is gone.
        _ => image.fill(left + side - 12, left, 12, 12, [255; 3]),
    }
    distort::gaussian(&mut image, 0.8);
    distort::noise(&mut image, random, 5.0);
    (image, vec![text])
}

pub fn huge(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 10);
    let code = Code::new(&text, M);
    let mut image = Image::new(2400, 2400, grey(240));
    turn(
        &mut image,
        &code,
        &Look {
            dots: (number == 2).then_some(0.4),
            ..Look::default()
        },
        1200.0,
        1200.0,
        38.0,
        [0.0, 14.0, 0.0][number],
    );
    distort::noise(&mut image, random, [20.0, 60.0, 45.0][number]);
    (image, vec![text])
}
