//! Everything comes in, everything can leave: other apps' files and QR codes.

mod import;
mod pictures;
mod support;
