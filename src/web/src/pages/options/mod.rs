//! The settings page: backup, security, import and export, appearance, about; and the first run.

mod checklist;
mod clipboard;
mod clouds;
mod download;
mod draw;
mod draw_backup;
mod draw_restore;
mod effects;
mod events;
pub mod history;
mod model;
mod nextcloud;
mod offer;
mod qr_codes;
mod report;
pub mod security;
mod settings;
mod submit;
mod transfer;
mod update;

use super::app::{App, Page};
use super::draw_forms;
use super::passkeys::Passkeys;
use super::qr::Reader;
use model::{Effect, Model, Msg, Section};
pub use transfer::camera::Camera;
pub use transfer::effects::Transfer;

/// The settings page in the document.
pub struct Options {
    reader: Reader,
    transfer: Transfer,
    camera: Camera,
    passkeys: Passkeys,
    drawn: Option<Section>,
    /// What the lists were drawn from, so that they are drawn anew only when that changes.
    places: String,
    found: String,
    /// Reads storage once it has been quiet for a moment.
    settling: Option<gloo::timers::callback::Timeout>,
    /// Forgets the key's deadline when replaced.
    deadline: Option<gloo::timers::callback::Timeout>,
}

impl Page for Options {
    type Model = Model;
    type Msg = Msg;
    type Effect = Effect;

    fn update(model: &mut Model, msg: Msg, now: u64) -> Vec<Effect> {
        update::update(model, msg, now)
    }

    fn draw(&mut self, model: &Model, _: &App<Self>) {
        draw::draw(self, model);
    }

    fn run(effect: Effect, app: &App<Self>) {
        effects::run(effect, app);
    }
}

/// Starts the settings page.
pub fn start(reader: Reader, passkeys: Passkeys, transfer: Transfer, camera: Camera) {
    draw_forms::build(".draft-fields", "t-draft");
    let page = Options {
        reader,
        passkeys,
        transfer,
        camera,
        drawn: None,
        places: String::new(),
        found: String::new(),
        settling: None,
        deadline: None,
    };
    let app = App::new(page);
    events::listen(&app);
    clipboard::start(&app);
    offer::start(&app);
    security::passkeys_offered(&app);
    app.dispatch(Msg::Go(effects::place()));
    effects::reload(&app);
}
