//! The popup and the settings page.
//!
//! Each is a model, messages, an update function that knows no browser, and a view that patches
//! the document from templates. What a page shows it reads itself (`world`); what shall change it
//! asks of the background.
#![cfg_attr(
    not(all(feature = "popup", feature = "options")),
    allow(
        dead_code,
        reason = "a module with one page uses a part of what both share"
    )
)]

mod app;
pub mod cause;
mod dom;
mod draw_forms;
mod draw_status;
pub mod form;
pub mod look;
#[cfg(feature = "options")]
pub mod options;
mod own_app;
mod passkeys;
pub mod past;
#[cfg(feature = "popup")]
pub mod popup;
mod qr;
mod question;
pub mod status;
mod status_module;
pub mod text;
mod transfer;
mod words;
pub mod world;

#[cfg(any(feature = "popup", feature = "options"))]
use wasm_bindgen::prelude::*;

/// Starts the popup. `reader` are the exports of `qr-image.js`, `passkeys` those of `passkeys.js`;
/// `status` reads the status line.
#[cfg(feature = "popup")]
#[wasm_bindgen(js_name = popup)]
pub fn start_popup(
    reader: qr::Reader,
    status: status_module::StatusModule,
    passkeys: passkeys::Passkeys,
) {
    popup::start(reader, status, passkeys);
}

/// Starts the settings page. `reader` are the exports of `qr-image.js`, `passkeys` those of
/// `passkeys.js`, `transfer` those of `transfer.js`, `camera` those of `camera.js`.
#[cfg(feature = "options")]
#[wasm_bindgen(js_name = options)]
pub fn start_options(
    reader: qr::Reader,
    passkeys: passkeys::Passkeys,
    transfer: options::Transfer,
    camera: options::Camera,
) {
    options::start(reader, passkeys, transfer, camera);
}
