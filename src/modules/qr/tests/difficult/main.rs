//! How much of the difficult set is read, kind by kind. On the same images zxing-cpp reads 80 and
//! jsQR 46 of 101 (`tests/bench/qr`).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "painting images with known bounds"
)]
#![allow(clippy::print_stdout, reason = "the table is what one runs this for")]

mod cameras;
mod distort;
mod image;
mod page;
mod screens;
mod set;

use std::collections::HashSet;

use image::{Code, Image, Look, Random, place};

/// Images of which every code must be read; a change that reads fewer is a step back.
const FLOOR: usize = 95;

#[test]
fn the_difficult_set() {
    let mut table: Vec<(&str, usize, usize)> = Vec::new();
    for case in set::cases() {
        let (image, texts) = case.build(0);
        let found =
            holdfast_qr::read(image.rgba(), image.width as u32, image.height as u32).unwrap();
        let found: HashSet<String> = found.into_iter().map(|code| code.text).collect();
        let texts: HashSet<String> = texts.into_iter().collect();
        assert!(
            found.is_subset(&texts),
            "{} {}: a code was read that is not there",
            case.category,
            case.number
        );
        if table.last().is_none_or(|line| line.0 != case.category) {
            table.push((case.category, 0, 0));
        }
        let line = table.last_mut().unwrap();
        line.1 += usize::from(found == texts);
        line.2 += 1;
    }
    for (category, read, all) in &table {
        println!("{category:24} {read:2} of {all}");
    }
    let (read, all) = table
        .iter()
        .fold((0, 0), |sum, line| (sum.0 + line.1, sum.1 + line.2));
    println!("{:24} {read} of {all}", "all");
    assert!(read >= FLOOR, "{read} of {all} read, {FLOOR} before");
}

/// Where a code lies is what draws its frame and tells two codes on one page apart.
#[test]
fn corners_are_where_the_code_is() {
    let code = Code::new(
        "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ",
        qrcode::EcLevel::M,
    );
    for module in [1.0, 4.0, 40.0] {
        let side = code.size as f64 * module;
        let mut image = Image::new(side as usize + 300, side as usize + 400, [255; 3]);
        place(&mut image, &code, &Look::default(), 170.0, 210.0, module);
        let found =
            holdfast_qr::read(image.rgba(), image.width as u32, image.height as u32).unwrap();
        let (x, y, width, height) = found[0].bounds();
        for (value, expected) in [(x, 170.0), (y, 210.0), (width, side), (height, side)] {
            let off = (f64::from(value) - expected).abs();
            assert!(
                off <= 1.0 + module,
                "{value} is not {expected} at {module} pixels per module"
            );
        }
    }
}

/// Light on a transparent ground, as icons for dark pages are made.
#[test]
fn transparent_images() {
    let code = Code::new(
        "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ",
        qrcode::EcLevel::M,
    );
    let mut image = Image::new(200, 200, [0; 3]);
    let look = Look {
        dark: [255; 3],
        light: [0; 3],
        ..Look::default()
    };
    place(&mut image, &code, &look, 40.0, 40.0, 4.0);
    for (shade, name) in [(255, "light"), (0, "dark")] {
        let rgba = image
            .pixels
            .iter()
            .flat_map(|pixel| [shade, shade, shade, pixel[0]])
            .collect();
        let found = holdfast_qr::read(rgba, 200, 200).unwrap();
        assert_eq!(found.len(), 1, "{name} modules");
    }
}

/// Nothing that looks like data and is none may stop the reader, or be read.
#[test]
fn images_without_a_code() {
    let mut random = Random::new(99);
    for round in 0..60 {
        let (width, height) = (
            1 + random.below(500) as usize,
            1 + random.below(400) as usize,
        );
        let mut image = Image::new(width, height, [random.below(256) as u8; 3]);
        match round % 5 {
            // Squares in squares: finder patterns all over the place, cut by the border.
            0 => (0..60).for_each(|_| {
                let unit = 1 + random.below(6) as usize;
                let (x, y) = (
                    random.below(width as u32) as usize,
                    random.below(height as u32) as usize,
                );
                for (inset, shade) in [(0, 0), (1, 255), (2, 0)] {
                    let side = (7 - 2 * inset) * unit;
                    image.fill(x + inset * unit, y + inset * unit, side, side, [shade; 3]);
                }
            }),
            1 => distort::noise(&mut image, &mut random, 80.0),
            2 => distort::salt_and_pepper(&mut image, &mut random, 0.5),
            // Modules without a meaning.
            3 => image.pixels.iter_mut().enumerate().for_each(|(i, pixel)| {
                let (x, y) = (i % width / 3, i / width / 3);
                *pixel = [if (x * 7919 + y * 104_729 + x * y * 31) % 5 < 2 {
                    0
                } else {
                    255
                }; 3];
            }),
            // Codes whose data was shuffled: all patterns in place, nothing to decode.
            _ => {
                let code = Code::new(&"x".repeat(1 + round * 5), qrcode::EcLevel::L);
                place(&mut image, &code, &Look::default(), 12.0, 12.0, 3.0);
                let side = (code.size * 3).min(width.min(height));
                for y in 12 + 27..side {
                    for x in 12 + 27..side {
                        if x < width && y < height && (x / 3 + y / 3) % 2 == 0 {
                            let pixel = &mut image.pixels[y * width + x];
                            *pixel = pixel.map(|value| 255 - value);
                        }
                    }
                }
            }
        }
        let found = holdfast_qr::read(image.rgba(), width as u32, height as u32).unwrap();
        assert!(found.is_empty(), "round {round}: {found:?}");
    }
}

/// The same work gives the same answer, whether in one go or in steps.
#[test]
fn steps_end_and_give_the_same() {
    let case = set::cases()
        .find(|case| case.category == "several at once" && case.number == 1)
        .unwrap();
    let (image, texts) = case.build(0);
    let mut scan =
        holdfast_qr::Scan::new(image.rgba(), image.width as u32, image.height as u32).unwrap();
    let mut steps = 0;
    while scan.step() {
        steps += 1;
        assert!(steps < 1000);
    }
    assert_eq!(scan.found().len(), texts.len());
    assert!(!scan.step(), "a scan that has ended does no more");
    assert_eq!(
        scan.found(),
        holdfast_qr::read(image.rgba(), image.width as u32, image.height as u32).unwrap()
    );
}
