//! What pages see of this module. What is thrown is the error's code as a string.

use wasm_bindgen::prelude::*;

use crate::{Error, Found};

/// A code in an image: its text and the upright rectangle around it, in pixels of the image.
#[wasm_bindgen(getter_with_clone)]
pub struct Code {
    /// The content.
    #[wasm_bindgen(readonly)]
    pub text: String,
    /// Left edge.
    #[wasm_bindgen(readonly)]
    pub x: f32,
    /// Top edge.
    #[wasm_bindgen(readonly)]
    pub y: f32,
    /// Width.
    #[wasm_bindgen(readonly)]
    pub width: f32,
    /// Height.
    #[wasm_bindgen(readonly)]
    pub height: f32,
}

impl From<&Found> for Code {
    fn from(found: &Found) -> Self {
        let (x, y, width, height) = found.bounds();
        Self {
            text: found.text.clone(),
            x,
            y,
            width,
            height,
        }
    }
}

/// A scan in steps of some tens of milliseconds, between which the page can draw or give up.
#[wasm_bindgen]
pub struct Scan(crate::Scan);

#[wasm_bindgen]
impl Scan {
    /// Takes the bytes, width and height of an `ImageData`.
    #[wasm_bindgen(constructor)]
    pub fn new(rgba: Vec<u8>, width: u32, height: u32) -> Result<Self, String> {
        crate::Scan::new(rgba, width, height)
            .map(Self)
            .map_err(thrown)
    }

    /// Does a part of the work and says whether any is left.
    pub fn step(&mut self) -> bool {
        self.0.step()
    }

    /// The codes found so far.
    pub fn codes(&self) -> Vec<Code> {
        self.0.found().iter().map(Code::from).collect()
    }
}

/// All codes of an image, in one go: the bytes, width and height of an `ImageData`.
#[wasm_bindgen]
pub fn read(rgba: Vec<u8>, width: u32, height: u32) -> Result<Vec<Code>, String> {
    crate::read(rgba, width, height)
        .map(|found| found.iter().map(Code::from).collect())
        .map_err(thrown)
}

/// The first image from a place on in the bytes of a PDF, which is 0 or the end of the one before;
/// nothing behind the last one.
#[wasm_bindgen]
pub fn pdf_image(bytes: &[u8], from: usize) -> Option<Image> {
    crate::pdf::image(bytes, from).map(Image)
}

/// An image in a PDF.
#[wasm_bindgen]
pub struct Image(crate::pdf::Image);

#[wasm_bindgen]
impl Image {
    /// Where the next one is looked for.
    pub fn end(&self) -> usize {
        self.0.end
    }

    /// Width in pixels; 0 for a JPEG file, which says it itself.
    pub fn width(&self) -> u32 {
        match self.0.picture {
            Some(crate::pdf::Picture::Grey { width, .. }) => width,
            _ => 0,
        }
    }

    /// The JPEG file, or the pixels as `ImageData` holds them; nothing if it can't be read.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self.0.picture.as_ref()? {
            crate::pdf::Picture::Jpeg(file) => Some(file.clone()),
            crate::pdf::Picture::Grey { pixels, .. } => Some(
                pixels
                    .iter()
                    .flat_map(|&grey| [grey, grey, grey, 255])
                    .collect(),
            ),
        }
    }
}

/// The modules of a code to draw, row by row from the top left; 1 is dark. The quiet zone of four
/// modules around it is not included.
#[wasm_bindgen(getter_with_clone)]
pub struct Matrix {
    /// Modules along each side.
    #[wasm_bindgen(readonly)]
    pub size: u32,
    /// `size`² values.
    #[wasm_bindgen(readonly)]
    pub modules: Vec<u8>,
}

/// Writes a text as a QR code.
#[wasm_bindgen]
pub fn encode(text: &str) -> Result<Matrix, String> {
    let matrix = crate::encode(text).map_err(thrown)?;
    Ok(Matrix {
        size: matrix.size as u32,
        modules: matrix.modules,
    })
}

fn thrown(error: Error) -> String {
    error.code().to_owned()
}
