//! Telling pictures, which may show QR codes, from files.

/// How the formats that browsers show begin.
const STARTS: [&[u8]; 5] = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
];

/// Whether these bytes are a picture of a kind that browsers show: PNG, JPEG, GIF, WebP, AVIF,
/// BMP or SVG; or a PDF, which may hold some. Decided by the content; whether it can be decoded is not looked at.
#[must_use]
pub fn is_picture(bytes: &[u8]) -> bool {
    let at = |place: usize, text: &[u8]| bytes.get(place..place + text.len()) == Some(text);
    STARTS.iter().any(|start| bytes.starts_with(start))
        || (at(0, b"RIFF") && at(8, b"WEBP"))
        || (at(4, b"ftyp") && (at(8, b"avif") || at(8, b"avis")))
        // Two reserved fields, which are 0: a text may begin with the same two letters.
        || (at(0, b"BM") && at(6, &[0; 4]))
        || is_svg(bytes)
}

/// An `<svg>` element before any other: HTML may hold pictures, and is none.
fn is_svg(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 2048;
    let start = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('<') && text.split('<').skip(1).find_map(element) == Some("svg".to_owned())
}

/// The name of a tag; `None` for comments, declarations and processing instructions.
fn element(tag: &str) -> Option<String> {
    let name: String = tag
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_how_they_begin() {
        for picture in [
            &b"\x89PNG\r\n\x1a\n\0\0"[..],
            b"\xff\xd8\xff\xe0",
            b"GIF89a\x01",
            b"%PDF-1.4\n",
            b"RIFF\x10\0\0\0WEBPVP8 ",
            b"\0\0\0\x1cftypavif",
            b"BM\x36\0\x0c\0\0\0\0\0\x36",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"\xef\xbb\xbf <?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<!-- made by hand -->\n<SVG>",
        ] {
            assert!(is_picture(picture), "{picture:?}");
        }
        for other in [
            &b""[..],
            b"RIFF\x10\0\0\0WAVE",
            b"otpauth://totp/a?secret=MFRGG",
            b"<map><string name=\"a\">svg</string></map>",
            b"<!doctype html><html><svg></svg></html>",
            b"BMW,jane,MFRGG",
            b"{\"svg\": \"<svg>\"}",
            b"SQLite format 3\0",
        ] {
            assert!(!is_picture(other), "{other:?}");
        }
    }
}
