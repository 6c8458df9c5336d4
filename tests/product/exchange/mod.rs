//! Everything comes in, everything can leave: other apps' files and QR codes.

mod camera;
mod checklist;
mod export;
mod import;
mod pictures;
mod support;
