use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;

use super::*;

const TEXT: &str = "otpauth://totp/Harbour:jane?secret=GEZDGNBVGY3TQOJQ&issuer=Harbour";

/// A code as one byte for each pixel, three pixels a module.
fn code() -> (usize, Vec<u8>) {
    let matrix = crate::encode(TEXT).unwrap();
    let side = (matrix.size + 8) * 3;
    let dark = |x: usize, y: usize| {
        let (column, row) = ((x / 3).checked_sub(4)?, (y / 3).checked_sub(4)?);
        (column < matrix.size && row < matrix.size)
            .then(|| matrix.modules[row * matrix.size + column] == 1)
    };
    let pixels = (0..side * side)
        .map(|i| {
            if dark(i % side, i / side) == Some(true) {
                0
            } else {
                255
            }
        })
        .collect();
    (side, pixels)
}

/// A PDF with one image, as some producer may write it.
fn pdf(entries: &str, data: &[u8]) -> Vec<u8> {
    let length = data.len();
    let mut bytes = format!(
        "%PDF-1.7\n1 0 obj\n<</Type /XObject /Subtype /Image {entries} /Length {length}>>\nstream\n"
    )
    .into_bytes();
    bytes.extend_from_slice(data);
    bytes.extend_from_slice(b"\nendstream\nendobj\ntrailer\n<<>>\n%%EOF\n");
    bytes
}

/// The images from the first on, read or not.
fn images(bytes: &[u8]) -> impl Iterator<Item = Option<Picture>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let image = image(bytes, from)?;
        from = image.end;
        Some(image.picture)
    })
}

/// The picture of that number, from 0, among those that can be read.
fn picture(bytes: &[u8], number: usize) -> Option<Picture> {
    images(bytes).flatten().nth(number)
}

fn texts(bytes: &[u8]) -> Vec<String> {
    let Some(Picture::Grey {
        width,
        height,
        pixels,
    }) = picture(bytes, 0)
    else {
        panic!("no picture")
    };
    let rgba = pixels.iter().flat_map(|&grey| [grey, grey, grey, 255]);
    let found = crate::read(rgba.collect(), width, height).unwrap();
    found.into_iter().map(|found| found.text).collect()
}

#[test]
fn grey_colour_ink_and_two_colours_are_read() {
    let (side, pixels) = code();
    let size = format!("/Width {side} /Height {side}");
    let spread =
        |of: fn(u8) -> Vec<u8>| -> Vec<u8> { pixels.iter().copied().flat_map(of).collect() };
    let bits: Vec<u8> = pixels
        .chunks(side)
        .flat_map(|row| {
            row.chunks(8).map(|eight| {
                let bit = |(place, value): (usize, &u8)| (value >> 7) << (7 - place);
                eight.iter().enumerate().map(bit).sum()
            })
        })
        .collect();
    for (entries, data) in [
        (
            "/BitsPerComponent 8 /ColorSpace /DeviceGray",
            pixels.clone(),
        ),
        (
            "/BitsPerComponent 8 /ColorSpace 9 0 R",
            spread(|v| vec![v, v, v]),
        ),
        (
            "/BitsPerComponent 8 /ColorSpace /DeviceCMYK",
            spread(|v| vec![0, 0, 0, 255 - v]),
        ),
        ("/BitsPerComponent 16", spread(|v| vec![v, 9])),
        (
            "/BitsPerComponent 8 /ColorSpace [/Indexed /DeviceRGB 1 7 0 R]",
            spread(|v| vec![v / 255]),
        ),
        ("/BitsPerComponent 1", bits.clone()),
        ("/ImageMask true", bits),
    ] {
        let entries = format!("{size} {entries}");
        assert_eq!(texts(&pdf(&entries, &data)), [TEXT], "{entries}");
        let flat = format!("{entries} /Filter[ /FlateDecode ]");
        let deflated = compress_to_vec_zlib(&data, 6);
        assert_eq!(texts(&pdf(&flat, &deflated)), [TEXT], "{flat}");
        // Its length stands elsewhere, or is wrong.
        let bytes = pdf(&flat.replace("/Filter", "/Length 8 0 R /Filter"), &deflated);
        assert_eq!(texts(&bytes), [TEXT], "{flat}");
    }
}

#[test]
fn what_png_filters_did_is_taken_back() {
    let (side, pixels) = code();
    // Each row by another filter, in turn, with three bytes for each pixel.
    let stride = side * 3;
    let rows: Vec<u8> = pixels.iter().flat_map(|&v| [v, v, v]).collect();
    let at = |x: Option<usize>, y: Option<usize>| match (x, y) {
        (Some(x), Some(y)) => rows[y * stride + x],
        _ => 0,
    };
    let mut data = Vec::new();
    for y in 0..side {
        let filter = (y % 5) as u8;
        data.push(filter);
        for x in 0..stride {
            let (back, above) = (x.checked_sub(3), y.checked_sub(1));
            let (left, up) = (at(back, Some(y)), at(Some(x), above));
            let guess = match filter {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                _ => paeth(left, up, at(back, above)),
            };
            data.push(at(Some(x), Some(y)).wrapping_sub(guess));
        }
    }
    let entries = format!(
        "/Width {side} /Height {side} /BitsPerComponent 8 /Filter /FlateDecode \
         /DecodeParms <</Predictor 15 /Colors 3 /Columns {side}>>"
    );
    assert_eq!(
        texts(&pdf(&entries, &compress_to_vec_zlib(&data, 6))),
        [TEXT]
    );
}

#[test]
fn jpegs_are_handed_on_and_what_is_no_picture_is_passed_over() {
    let jpeg = b"\xff\xd8\xff\xe0 not looked at here \xff\xd9";
    let plain = pdf("/Width 9 /Height 9 /Filter /DCTDecode", jpeg);
    assert_eq!(picture(&plain, 0), Some(Picture::Jpeg(jpeg.to_vec())));
    assert_eq!(picture(&plain, 1), None);
    let wrapped = pdf(
        "/Width 9 /Height 9 /Filter [/FlateDecode /DCTDecode]",
        &compress_to_vec_zlib(jpeg, 6),
    );
    assert_eq!(picture(&wrapped, 0), Some(Picture::Jpeg(jpeg.to_vec())));
    let fonts = pdf("/Subtype /Type1 /Widths 9", b"stream of words");
    for other in [
        &b""[..],
        b"stream",
        b"endstream",
        &fonts[..60],
        &pdf("/Width 9 /Height 9 /Filter /JBIG2Decode", b"x"),
        &pdf("/Width 0 /Height 9 /BitsPerComponent 8", b"x"),
        &pdf("/Width 9 /Height 9 /BitsPerComponent 8", b"too little"),
        &pdf(
            "/Width 99999 /Height 99999 /BitsPerComponent 1 /Filter /FlateDecode",
            b"x",
        ),
        &pdf(
            "/Width 9 /Height 9 /BitsPerComponent 8 /Filter /FlateDecode",
            b"encrypted",
        ),
    ] {
        assert_eq!(picture(other, 0), None);
    }
}

/// As a browser prints them: a JPEG and a GIF, each on a page; and a code that is drawn in lines.
#[test]
fn what_a_browser_has_printed_is_read() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/fixtures/pictures"
    );
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
    let printed = read("printed.pdf");
    assert!(is_pdf(&printed));
    let pictures: Vec<Picture> = images(&printed).flatten().collect();
    let jpegs = pictures.iter().filter(|it| matches!(it, Picture::Jpeg(_)));
    assert_eq!(jpegs.count(), 1);
    assert!(pictures.len() > 1, "the GIF is not there");
    assert_eq!(picture(&read("lines.pdf"), 0), None);
}

/// Were the rest of the file looked at for each of them, these would take days.
#[test]
fn a_file_is_gone_through_once() {
    const IMAGE: &[u8] =
        b"obj<</Subtype/Image/Width 1/Height 1/BitsPerComponent 8/Length 9>>stream ";
    const MANY: usize = 200_000;
    let endless = IMAGE.repeat(MANY);
    assert_eq!(image(&endless, 0), None);
    // One end for all of them: it is that of the first.
    let ended = [&endless[..], b"endstream"].concat();
    let found: Vec<_> = images(&ended).collect();
    assert_eq!(found.len(), 1);
    // Beginnings without an end, and ends without a beginning.
    for part in [
        &b"obj<<"[..],
        b">>stream",
        b"stream",
        b"endstream",
        b"obj>> stream",
    ] {
        assert_eq!(image(&part.repeat(2 * MANY), 0), None);
        let after = [b"obj<</Subtype/Image ", &part.repeat(2 * MANY)[..]].concat();
        assert_eq!(image(&after, 0), None);
    }
}

#[test]
fn an_image_that_can_not_be_read_is_one_of_those_that_were_tried() {
    let entries = "/Width 3 /Height 3 /BitsPerComponent 8 /Filter /FlateDecode";
    let short = pdf(entries, &compress_to_vec_zlib(&[7; 8], 6));
    let whole = pdf(entries, &compress_to_vec_zlib(&[7; 9], 6));
    let found: Vec<bool> = images(&[&short[..], &short, &whole, &short].concat())
        .map(|picture| picture.is_some())
        .collect();
    assert_eq!(found, [false, false, true, false]);
}

#[test]
fn a_bomb_is_cut_off() {
    // A hundred megabytes of zeros in a hundred kilobytes, said to be a picture of nine pixels.
    let bomb = compress_to_vec_zlib(&vec![0; 100_000_000], 6);
    let entries = "/Width 3 /Height 3 /BitsPerComponent 8 /Filter /FlateDecode";
    let Some(Picture::Grey { pixels, .. }) = picture(&pdf(entries, &bomb), 0) else {
        panic!("the first bytes are a picture")
    };
    assert_eq!(pixels.len(), 9);
}

proptest! {
    #[test]
    fn any_bytes_are_looked_at_without_harm(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..300),
        entries in "(/(Width|Height|BitsPerComponent|Filter|Predictor|Length|ImageMask) ?([0-9]{0,5}|true|/FlateDecode|\\[/DCTDecode| 1 0 R) ?){0,8}",
    ) {
        assert!(images(&bytes).count() < 30);
        assert!(images(&pdf(&entries, &bytes)).count() < 40);
        bytes.truncate(40);
        let _ = is_pdf(&bytes);
    }
}
