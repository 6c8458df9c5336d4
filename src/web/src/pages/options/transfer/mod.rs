//! Import from other apps with a preview, and export to them: the page's part of it. Files are
//! read and written by a module of its own, see `www/transfer.js`.

pub(super) mod camera;
mod draw_export;
mod draw_import;
pub(super) mod effects;
pub(super) mod events;
pub mod export;
pub mod import;

use holdfast_core::vault::Vault;

/// What the section knows.
#[derive(Clone, Default)]
pub struct Model {
    /// What comes in.
    pub import: import::Model,
    /// What leaves.
    pub export: export::Model,
}

/// What can happen.
#[derive(Clone)]
pub enum Msg {
    /// To what comes in.
    Import(import::Msg),
    /// To what leaves.
    Export(export::Msg),
}

/// What it asks of the browser.
#[derive(Clone)]
pub enum Effect {
    /// For what comes in.
    Import(import::Effect),
    /// For what leaves.
    Export(export::Effect),
    /// Move the focus.
    Focus(&'static str),
    /// Read storage again.
    Reload,
}

/// Takes what happened into the model. `vault` is the open one.
pub fn update(model: &mut Model, msg: Msg, vault: Option<&Vault>) -> Vec<Effect> {
    match msg {
        Msg::Import(msg) => import::update(&mut model.import, msg, vault),
        Msg::Export(msg) => export::update(&mut model.export, msg, vault),
    }
}

/// The vault was read again, or is locked now: then all that was read or shown goes, since it
/// holds secrets.
pub fn vault_changed(model: &mut Model, vault: Option<&Vault>) {
    match vault {
        Some(vault) => {
            import::plan(&mut model.import, Some(vault));
            export::weigh(&mut model.export, Some(vault));
        }
        None => {
            import::forget(&mut model.import);
            export::forget(&mut model.export);
        }
    }
}

/// Draws the section's own part.
pub fn draw(model: &Model) {
    draw_import::draw(&model.import);
    draw_export::draw(&model.export);
}
