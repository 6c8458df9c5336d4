//! The pictures in a PDF: where a page was scanned or printed, its code is mostly one of them.
//!
//! A page is not drawn: that takes an interpreter, fonts and all, which nothing here is worth. The
//! streams of images (ISO 32000-1, 7.3.8 and 8.9.5) are looked for in the bytes, without the table of
//! objects: their dictionary stands before them in every PDF, since a stream is never in another one.
//! What it refers to elsewhere is done without: the length ends where the stream says so, the colours
//! follow from how much there is.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// A dictionary of an image has at most so many bytes; what is further before the stream is another
/// object's.
const MAX_DICTIONARY: usize = 4096;
/// As many pixels as an 8K screen has.
const MAX_PIXELS: usize = 33_200_000;
/// Bytes for each pixel: CMYK in 16 bits is the most that there is.
const MAX_DEPTH: usize = 8;

/// A picture in a PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// A JPEG file.
    Jpeg(Vec<u8>),
    /// Greyscale, one byte for each pixel, row by row from the top left; 0 is black.
    Grey {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// `width * height` values.
        pixels: Vec<u8>,
    },
}

/// Whether these bytes are a PDF. What stands before its first line is allowed by all who read them.
#[must_use]
pub fn is_pdf(bytes: &[u8]) -> bool {
    let start = bytes.get(..1024).unwrap_or(bytes);
    find(start, b"%PDF-").is_some()
}

/// What became of an image in a PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The picture, if it can be read.
    pub picture: Option<Picture>,
    /// Where the next one is looked for.
    pub end: usize,
}

/// The first image from a place on, which is 0 or the end of the one before; `None` behind the last.
/// Those that are of fax machines, or larger than an 8K screen, are passed over.
///
/// The bytes are gone through once, and no more than one image is unpacked in one call, whatever comes
/// of it: so whoever calls can look at the clock, and no file takes more time than it has bytes.
#[must_use]
pub fn image(bytes: &[u8], from: usize) -> Option<Image> {
    let mut at = from;
    // Where the object begins whose stream is still to come.
    let mut object = None;
    loop {
        let place = at + find(bytes.get(at..)?, b"stream")?;
        if let Some(begins) = rfind(bytes.get(at..place)?, b"obj") {
            object = Some(at + begins);
        }
        at = place + b"stream".len();
        let head = object.and_then(|object| bytes.get(object..place));
        let Some(dictionary) = head.and_then(dictionary) else {
            continue;
        };
        // It has no other one.
        object = None;
        let Some(head) = Head::read(dictionary) else {
            continue;
        };
        // Without an end to this stream, there is none to any that follows.
        let (data, end) = data(dictionary, bytes, at)?;
        let picture = head.picture(data);
        return Some(Image { picture, end });
    }
}

/// The dictionary between the beginning of an object and its stream.
fn dictionary(head: &[u8]) -> Option<&[u8]> {
    let short = head.len() <= MAX_DICTIONARY;
    let head = head.trim_ascii_end();
    (short && head.ends_with(b">>")).then_some(head)
}

fn is_image(dictionary: &[u8]) -> bool {
    value(dictionary, b"/Subtype").is_some_and(|value| value.starts_with(b"/Image"))
}

/// An image that may be read.
struct Head<'a> {
    dictionary: &'a [u8],
    width: usize,
    height: usize,
    filters: Vec<&'a [u8]>,
}

impl<'a> Head<'a> {
    fn read(dictionary: &'a [u8]) -> Option<Self> {
        if !is_image(dictionary) {
            return None;
        }
        let number = |name: &[u8]| integer(value(dictionary, name)?);
        let (width, height) = (number(b"/Width")?, number(b"/Height")?);
        if width == 0 || height == 0 || width.checked_mul(height)? > MAX_PIXELS {
            return None;
        }
        let filters = filters(dictionary)?;
        let known = match filters.split_first() {
            None => true,
            Some((&b"FlateDecode" | &b"Fl", others)) => {
                matches!(others, [] | [b"DCTDecode" | b"DCT"])
            }
            Some((&b"DCTDecode" | &b"DCT", [])) => true,
            Some(_) => false,
        };
        known.then_some(Self {
            dictionary,
            width,
            height,
            filters,
        })
    }

    fn picture(&self, data: &[u8]) -> Option<Picture> {
        let (width, height) = (self.width, self.height);
        let limit = (width * MAX_DEPTH + 1) * height;
        match self.filters.as_slice() {
            [] => unpack(self.dictionary, width, height, data),
            [b"DCTDecode" | b"DCT"] => Some(Picture::Jpeg(data.to_vec())),
            [_] => unpack(self.dictionary, width, height, &inflate(data, limit)?),
            _ => Some(Picture::Jpeg(inflate(data, limit)?)),
        }
    }
}

/// What stands between `stream`, behind which `at` is, and its end; and where that is.
fn data<'a>(dictionary: &[u8], bytes: &'a [u8], at: usize) -> Option<(&'a [u8], usize)> {
    let stream = bytes.get(at..)?;
    let stream = stream.strip_prefix(b"\r").unwrap_or(stream);
    let stream = stream.strip_prefix(b"\n").unwrap_or(stream);
    // The length, unless it is another object's, or wrong.
    let says = value(dictionary, b"/Length").filter(|value| !is_reference(value));
    let data = says.and_then(integer).and_then(|length| {
        let (data, rest) = stream.split_at_checked(length)?;
        let rest = rest.trim_ascii_start();
        rest.starts_with(b"endstream").then_some(data)
    });
    let data = match data {
        Some(data) => data,
        None => stream.get(..find(stream, b"endstream")?)?,
    };
    Some((data, bytes.len() - stream.len() + data.len()))
}

/// Inflated (RFC 1950) as far as that goes; `None` where it gives nothing.
fn inflate(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    match decompress_to_vec_zlib_with_limit(data, limit) {
        Ok(inflated) => Some(inflated),
        // Cut off, or without its checksum: what is there is shown by others too.
        Err(error) => Some(error.output).filter(|output| !output.is_empty()),
    }
}

/// From samples to greyscale.
fn unpack(dictionary: &[u8], width: usize, height: usize, data: &[u8]) -> Option<Picture> {
    let number = |name: &[u8]| integer(value(dictionary, name)?);
    let mask = value(dictionary, b"/ImageMask").is_some_and(|value| value.starts_with(b"true"));
    // The parameters of the filter may repeat it; it is the same then.
    let bits = match (number(b"/BitsPerComponent"), mask) {
        (_, true) => 1,
        (Some(bits @ (1 | 2 | 4 | 8 | 16)), _) => bits,
        _ => return None,
    };
    let predicted = number(b"/Predictor").is_some_and(|predictor| predictor >= 10);
    let tagged = usize::from(predicted);
    let row = |colours: usize| (width * colours * bits).div_ceil(8);
    let colours = [4, 3, 1]
        .into_iter()
        .find(|colours| data.len() >= (row(*colours) + tagged) * height)?;
    let stride = row(colours);
    let rows = match predicted {
        true => unfilter(data, stride, (colours * bits).div_ceil(8), height)?,
        false => data.get(..stride * height)?.to_vec(),
    };
    let mut pixels = Vec::with_capacity(width * height);
    for row in rows.chunks_exact(stride) {
        let sample = |index: usize| -> u8 {
            let byte = |at: usize| row.get(at).copied().unwrap_or_default();
            match bits {
                8 => byte(index),
                16 => byte(index * 2),
                bits => {
                    let (at, shift) = (index * bits / 8, 8 - bits - index * bits % 8);
                    byte(at) >> shift & ((1 << bits) - 1)
                }
            }
        };
        pixels.extend((0..width).map(|x| {
            let of = |colour: usize| u32::from(sample(x * colours + colour));
            match colours {
                1 => sample(x),
                3 => ((of(0) * 77 + of(1) * 150 + of(2) * 29) >> 8) as u8,
                // Ink, which is dark where there is much of it.
                _ => 255_u32.saturating_sub((of(0) + of(1) + of(2)) / 3 + of(3)) as u8,
            }
        }));
    }
    stretch(&mut pixels);
    Some(Picture::Grey {
        width: u32::try_from(width).ok()?,
        height: u32::try_from(height).ok()?,
        pixels,
    })
}

/// The darkest becomes black and the brightest white: an index into two colours is 0 or 1, and which of
/// them is the dark one is for the reader to find out.
fn stretch(pixels: &mut [u8]) {
    let (Some(&low), Some(&high)) = (pixels.iter().min(), pixels.iter().max()) else {
        return;
    };
    let range = u32::from(high - low).max(1);
    for pixel in pixels {
        *pixel = (u32::from(*pixel - low) * 255 / range) as u8;
    }
}

/// Takes back what PNG's filters did to each row (PNG, section 9), whose number stands before it.
fn unfilter(data: &[u8], stride: usize, pixel: usize, height: usize) -> Option<Vec<u8>> {
    let mut result: Vec<u8> = Vec::with_capacity(stride * height);
    let mut above = vec![0; stride];
    for line in data.chunks_exact(stride + 1).take(height) {
        let (&filter, line) = line.split_first()?;
        let mut row: Vec<u8> = Vec::with_capacity(stride);
        for (x, (&value, &up)) in line.iter().zip(&above).enumerate() {
            let back = |from: &[u8]| x.checked_sub(pixel).and_then(|x| from.get(x).copied());
            let left = back(&row).unwrap_or_default();
            let corner = back(&above).unwrap_or_default();
            row.push(value.wrapping_add(match filter {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, corner),
                _ => return None,
            }));
        }
        result.extend_from_slice(&row);
        above = row;
    }
    Some(result)
}

/// PNG, section 9.4.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let guess = a + b - c;
    let far = |from: i16| (guess - from).abs();
    match (far(a) <= far(b) && far(a) <= far(c), far(b) <= far(c)) {
        (true, _) => left,
        (false, true) => up,
        (false, false) => corner,
    }
}

/// The names of the filters, in the order in which they are taken back.
fn filters(dictionary: &[u8]) -> Option<Vec<&[u8]>> {
    let Some(value) = value(dictionary, b"/Filter") else {
        return Some(Vec::new());
    };
    let names = match value.strip_prefix(b"[") {
        Some(list) => list.get(..find(list, b"]")?)?,
        None => {
            let name = value.strip_prefix(b"/")?;
            let ends = name.iter().position(|byte| !is_regular(*byte));
            return Some(vec![name.get(..ends.unwrap_or(name.len()))?]);
        }
    };
    let names = names.split(|byte| *byte == b'/').map(<[u8]>::trim_ascii);
    Some(names.filter(|name| !name.is_empty()).collect())
}

/// What follows a name in a dictionary, without the white space between.
fn value<'a>(dictionary: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = dictionary;
    loop {
        rest = rest.get(find(rest, name)? + name.len()..)?;
        // `/Width` is not the beginning of `/Widths`.
        if !rest.first().is_some_and(|byte| is_regular(*byte)) {
            return Some(rest.trim_ascii_start());
        }
    }
}

fn integer(value: &[u8]) -> Option<usize> {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit());
    let text: String = digits.map(|digit| char::from(*digit)).take(10).collect();
    text.parse().ok()
}

/// `12 0 R`: the value of another object.
fn is_reference(value: &[u8]) -> bool {
    let mut words = value.split(u8::is_ascii_whitespace).take(3);
    let is_number = |word: Option<&[u8]>| {
        word.is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit))
    };
    is_number(words.next())
        && is_number(words.next())
        && words.next().is_some_and(|word| word.starts_with(b"R"))
}

/// Neither white space nor one of the delimiters (ISO 32000-1, 7.2.2).
fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && byte != 0 && !b"()<>[]{}/%".contains(&byte)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

#[cfg(test)]
#[path = "pdf_tests.rs"]
mod tests;
