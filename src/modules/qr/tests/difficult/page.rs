//! What stands in the codes, and the pages around them.

use super::image::{Image, Random};

/// An otpauth URI as an issuer shows it; `extra` more characters make the code larger.
pub fn account(random: &mut Random, extra: usize) -> String {
    let issuer = ["Example", "Acme", "Contoso", "Globex", "Initech"][random.below(5) as usize];
    let secret: String = (0..32)
        .map(|_| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random.below(32) as usize] as char)
        .collect();
    let name: String = (0..extra + 4)
        .map(|_| (b'a' + random.below(26) as u8) as char)
        .collect();
    format!("otpauth://totp/{issuer}:{name}@example.org?secret={secret}&issuer={issuer}")
}

/// A migration URI of `bytes` random payload bytes, percent-encoded as the exporting app does.
pub fn migration(random: &mut Random, bytes: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let data: String = (0..bytes * 4 / 3)
        .map(|_| match ALPHABET[random.below(64) as usize] {
            b'+' => "%2B".to_owned(),
            b'/' => "%2F".to_owned(),
            plain => (plain as char).to_string(),
        })
        .collect();
    format!("otpauth-migration://offline?data={data}%3D%3D")
}

/// A page with headings, lines of text, boxes and a picture, light or dark.
pub fn page(random: &mut Random, width: usize, height: usize, dark: bool) -> Image {
    let (paper, ink) = if dark {
        ([24, 26, 30], [220, 222, 226])
    } else {
        ([255; 3], [32, 33, 36])
    };
    let mut image = Image::new(width, height, paper);
    image.fill(
        0,
        0,
        width,
        56,
        if dark { [40, 44, 52] } else { [235, 238, 242] },
    );
    let mut y = 80;
    while y + 20 < height {
        let size = [9, 9, 9, 14, 22][random.below(5) as usize];
        let mut x = 40 + random.below(200) as usize;
        let end = width - random.below(width as u32 / 2) as usize;
        while x + size < end {
            // A "letter": a stem, and a bar or a bowl; about as black as text is.
            let stroke = 1 + size / 8;
            image.fill(x, y, stroke, size, ink);
            match random.below(4) {
                0 => image.fill(x, y + size / 2, size / 2, stroke, ink),
                1 => {
                    image.fill(x, y, size / 2, stroke, ink);
                    image.fill(x + size / 2, y, stroke, size, ink);
                }
                2 => image.fill(x, y + size - stroke, size / 2, stroke, ink),
                _ => x += size / 2,
            }
            x += size / 2 + 1 + stroke;
        }
        y += size * 2;
    }
    // A picture, and a checkerboard and nested squares that are not codes.
    let (left, top) = (width * 2 / 3, height / 8);
    for row in 0..height / 5 {
        for column in 0..width / 5 {
            let wave = ((column as f64 / 37.0).sin() + (row as f64 / 23.0).cos()) * 50.0
                + random.normal(8.0);
            let pixel = [128.0 + wave, 100.0 + wave * 0.7, 90.0 - wave * 0.5]
                .map(|c| c.clamp(0.0, 255.0) as u8);
            image.pixels[(top + row) * width + left + column] = pixel;
        }
    }
    for i in 0..14 * 14 {
        if (i % 14 + i / 14) % 2 == 0 {
            image.fill(60 + i % 14 * 9, height - 200 + i / 14 * 9, 9, 9, ink);
        }
    }
    for (inset, colour) in [(0, ink), (6, paper), (12, ink)] {
        image.fill(
            260 + inset,
            height - 180 + inset,
            42 - 2 * inset,
            42 - 2 * inset,
            colour,
        );
    }
    image
}

pub fn grey(level: u8) -> [u8; 3] {
    [level; 3]
}
