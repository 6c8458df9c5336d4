//! Writing a QR code, for moving an account to a phone and for the recovery sheet.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::Error;

/// The modules of a code, without the quiet zone of four light modules that must surround it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// Modules along each side: 21 to 177.
    pub size: usize,
    /// `size`² values row by row from the top left; 1 is dark.
    pub modules: Vec<u8>,
}

/// Writes `text` as a QR code (ISO/IEC 18004) of the smallest version that holds it, with at least
/// error correction level M and more where that needs no larger version.
///
/// # Errors
/// [`Error::TextTooLong`] if it does not fit even at level L.
pub fn encode(text: &str) -> Result<Matrix, Error> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)
        .or_else(|_| QrCode::encode_text(text, QrCodeEcc::Low))
        .map_err(|_| Error::TextTooLong)?;
    let places = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    let modules: Vec<u8> = places
        .map(|(x, y)| u8::from(code.get_module(x, y)))
        .collect();
    Ok(Matrix {
        size: code.size().unsigned_abs() as usize,
        modules,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Painted at 3 pixels per module and read by the reader of this module.
    fn read_back(matrix: &Matrix) -> Vec<String> {
        let side = (matrix.size + 8) * 3;
        let dark = |x: usize, y: usize| {
            let (column, row) = ((x / 3).checked_sub(4)?, (y / 3).checked_sub(4)?);
            (column < matrix.size && row < matrix.size)
                .then(|| matrix.modules[row * matrix.size + column] == 1)
        };
        let rgba = (0..side * side)
            .flat_map(|i| {
                if dark(i % side, i / side) == Some(true) {
                    [0, 0, 0, 255]
                } else {
                    [255; 4]
                }
            })
            .collect();
        crate::read(rgba, side as u32, side as u32)
            .unwrap()
            .into_iter()
            .map(|found| found.text)
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn what_is_written_can_be_read(text in "\\PC{1,300}|[0-9]{1,400}|[A-Z0-9 $%*+./:-]{1,300}|otpauth://totp/[a-z]{1,30}\\?secret=[A-Z2-7]{16,64}") {
            prop_assert_eq!(read_back(&encode(&text).unwrap()), vec![text]);
        }
    }

    #[test]
    fn the_largest_text_fits_and_one_more_byte_does_not() {
        let matrix = encode(&"a".repeat(2953)).unwrap();
        assert_eq!(matrix.size, 177);
        assert_eq!(matrix.modules.len(), 177 * 177);
        assert_eq!(encode(&"a".repeat(2954)), Err(Error::TextTooLong));
    }
}
