//! Codes as screens show them: exact pixels, other people's colours, pages around them.

use qrcode::EcLevel::{H, L, M, Q};

use super::distort;
use super::image::{Code, Image, Look, Random, place, turn};
use super::page::{account, grey, migration, page};

pub fn one_pixel(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, [0, 20, 60, 140, 30, 10][number]);
    let code = Code::new(&text, M);
    let dark_page = number == 4;
    let mut image = if number == 5 {
        Image::new(220, 220, [255; 3])
    } else {
        page(random, 1920, 1080, dark_page)
    };
    let mut look = Look {
        quiet: if number == 2 { 2.0 } else { 4.0 },
        ..Look::default()
    };
    if number == 3 {
        look.dark = grey(90);
    }
    let (x, y) = if number == 5 {
        (61.0, 47.0)
    } else {
        (403.0 + random.below(500) as f64, 402.0)
    };
    place(&mut image, &code, &look, x, y, 1.0);
    (image, vec![text])
}

/// A code drawn at 1 or 2 pixels per module and then zoomed by the browser.
pub fn pixel_ratio(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, [0, 10, 30, 60][number % 4]);
    let code = Code::new(&text, M);
    let mut image = page(random, 900, 620, number == 7);
    place(
        &mut image,
        &code,
        &Look::default(),
        301.0,
        203.0,
        if number < 4 { 1.0 } else { 2.0 },
    );
    let (factor, smooth) = [
        (1.25, true),
        (1.5, true),
        (1.75, true),
        (1.5, false),
        (0.75, true),
        (0.8, true),
        (1.1, false),
        (0.67, true),
    ][number];
    (distort::resize(&image, factor, smooth), vec![text])
}

pub fn inverted(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 12);
    let code = Code::new(&text, M);
    let mut image = page(random, 1280, 800, true);
    let look = Look {
        dark: [grey(255), grey(220), [160, 200, 255], grey(150), grey(255)][number],
        light: [grey(0), [24, 26, 30], [24, 26, 30], grey(60), grey(10)][number],
        quiet: [4.0, 2.0, 1.0, 4.0, 4.0][number],
        dots: (number == 4).then_some(0.45),
        ..Look::default()
    };
    place(
        &mut image,
        &code,
        &look,
        333.0,
        240.0,
        [4.0, 3.0, 2.0, 3.0, 5.0][number],
    );
    (image, vec![text])
}

pub fn rotated(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 15);
    let mut image = page(random, 1000, 800, false);
    let code = Code::new(&text, [L, M, Q, M, L][number]);
    let (module, degrees) = [
        (4.0, 7.0),
        (3.0, 45.0),
        (2.5, 61.0),
        (2.0, 137.0),
        (1.7, 203.0),
    ][number];
    turn(
        &mut image,
        &code,
        &Look::default(),
        450.0,
        420.0,
        module,
        degrees,
    );
    (image, vec![text])
}

pub fn low_contrast(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 8);
    let (dark, light, deviation) = [
        (170, 200, 2.0),
        (60, 80, 1.5),
        (232, 246, 0.5),
        (120, 132, 1.0),
        (18, 30, 1.0),
    ][number];
    let mut image = page(random, 1100, 700, number == 4);
    let look = Look {
        dark: grey(dark),
        light: grey(light),
        ..Look::default()
    };
    place(&mut image, &Code::new(&text, M), &look, 420.0, 300.0, 4.0);
    distort::noise(&mut image, random, deviation);
    (image, vec![text])
}

/// Colours that differ much to a person and little in luminance.
pub fn coloured(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 8);
    let (dark, light) = [
        ([255, 225, 40], [255; 3]),
        ([0; 3], [20, 30, 160]),
        ([200, 40, 40], [30, 130, 40]),
        ([120, 0, 200], [230, 120, 20]),
        ([0, 130, 255], [120, 120, 120]),
        ([180, 240, 250], [255, 250, 240]),
    ][number];
    let mut image = page(random, 1100, 700, false);
    place(
        &mut image,
        &Code::new(&text, M),
        &Look {
            dark,
            light,
            ..Look::default()
        },
        420.0,
        300.0,
        4.0,
    );
    distort::noise(&mut image, random, 1.0);
    (image, vec![text])
}

pub fn logo(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 6);
    let mut image = page(random, 1100, 800, false);
    let look = Look {
        logo: [0.22, 0.26, 0.3, 0.2, 0.0, 0.28][number],
        dots: [None, None, None, Some(0.45), Some(0.36), Some(0.42)][number],
        ..Look::default()
    };
    turn(
        &mut image,
        &Code::new(&text, H),
        &look,
        480.0,
        400.0,
        [6.0, 4.0, 5.0, 6.0, 8.0, 5.0][number],
        [0.0, 0.0, 12.0, 0.0, 0.0, 30.0][number],
    );
    (image, vec![text])
}

pub fn dense(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let (bytes, module) = [
        (300, 3.0),
        (500, 2.0),
        (800, 2.0),
        (1200, 1.5),
        (1700, 2.0),
        (600, 1.0),
    ][number];
    let text = migration(random, bytes);
    let code = Code::new(&text, L);
    let mut image = page(random, 1280, 900, number == 4);
    if number == 2 {
        turn(&mut image, &code, &Look::default(), 500.0, 450.0, 2.6, 3.0);
    } else {
        place(&mut image, &code, &Look::default(), 300.0, 260.0, module);
    }
    if number == 1 {
        distort::jpeg(&mut image, 60);
    }
    (image, vec![text])
}

pub fn small_in_4k(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 8);
    let code = Code::new(&text, M);
    let mut image = page(random, 3840, 2160, number == 3);
    let module = [3.0, 2.0, 1.0, 2.0, 1.5][number];
    let look = Look {
        quiet: [4.0, 4.0, 4.0, 2.0, 4.0][number],
        dark: grey([0, 60, 0, 40, 20][number]),
        ..Look::default()
    };
    place(
        &mut image,
        &code,
        &look,
        700.0 + random.below(2400) as f64,
        500.0 + random.below(1200) as f64,
        module,
    );
    (image, vec![text])
}

pub fn several(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let mut texts = Vec::new();
    let mut image = if number == 0 {
        page(random, 3840, 2160, false)
    } else {
        page(random, 1920, 1080, number == 2)
    };
    let count = [3, 12, 4, 5][number];
    for i in 0..count {
        let text = if number == 3 {
            migration(random, 150 + i * 120)
        } else {
            account(random, i * 6)
        };
        let code = Code::new(&text, if number == 3 { L } else { M });
        let mut look = Look::default();
        let (x, y, module) = match number {
            0 => (
                500.0 + i as f64 * 1100.0,
                400.0 + i as f64 * 500.0,
                [6.0, 3.0, 2.0][i],
            ),
            1 => (
                140.0 + (i % 4) as f64 * 260.0,
                130.0 + (i / 4) as f64 * 260.0,
                3.0,
            ),
            2 => (
                200.0 + i as f64 * 400.0,
                300.0 + i as f64 * 60.0,
                [2.0, 4.0, 3.0, 5.0][i],
            ),
            _ => (80.0 + i as f64 * 350.0, 260.0, 2.0),
        };
        if number == 2 && i % 2 == 0 {
            (look.dark, look.light) = (grey(255), grey(20));
        }
        place(&mut image, &code, &look, x, y, module);
        texts.push(text);
    }
    (image, texts)
}

pub fn no_quiet_zone(number: usize, random: &mut Random) -> (Image, Vec<String>) {
    let text = account(random, number * 8);
    let code = Code::new(&text, M);
    let module = [4.0, 3.0, 4.0, 2.0, 5.0][number];
    let side = code.size as f64 * module;
    let mut image = page(random, 1000, 700, number == 0);
    let (x, y) = (411, 303);
    let end = |start: usize| start + side as usize;
    let quiet = match number {
        // Straight on a dark page.
        0 => 0.0,
        // A black frame one module away.
        1 => {
            image.fill(
                x - 12,
                y - 12,
                side as usize + 24,
                side as usize + 24,
                grey(0),
            );
            1.0
        }
        // Noise right up to half a module from the code.
        2 => {
            for row in y - 60..end(y) + 60 {
                for column in x - 60..end(x) + 60 {
                    image.pixels[row * image.width + column] = grey(random.below(256) as u8);
                }
            }
            0.5
        }
        // Cut out exactly, on mid grey.
        3 => {
            image.fill(
                x - 80,
                y - 80,
                side as usize + 160,
                side as usize + 160,
                grey(110),
            );
            0.0
        }
        // Text right next to it.
        _ => 0.3,
    };
    place(
        &mut image,
        &code,
        &Look {
            quiet,
            ..Look::default()
        },
        x as f64,
        y as f64,
        module,
    );
    (image, vec![text])
}
