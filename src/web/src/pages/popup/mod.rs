//! The popup: the status line, the accounts and their codes.

mod codes;
mod draw;
mod effects;
mod events;
mod fill;
mod fill_draw;
mod list;
mod model;
mod region;
mod region_draw;
mod row;
mod rows;
mod scan;
mod submit;
mod update;

use std::cell::RefCell;
use std::rc::Rc;

use super::app::{App, Page};
use super::passkeys::Passkeys;
use super::qr::Reader;
use super::status_module::StatusModule;
use super::{dom, draw_forms};
use list::List;
use model::{Effect, Model, Msg, Screen};
pub use region::Region;

/// The popup in the document.
pub struct Popup {
    list: List,
    drawn: Option<Screen>,
    reader: Reader,
    status: StatusModule,
    passkeys: Passkeys,
    /// Reads storage once it has been quiet for a moment.
    settling: Option<gloo::timers::callback::Timeout>,
    /// Forgets the key's deadline when replaced.
    deadline: Option<gloo::timers::callback::Timeout>,
    /// Where the box over the page's picture was begun, in fractions of the picture.
    corner: Option<(f64, f64)>,
}

impl Page for Popup {
    type Model = Model;
    type Msg = Msg;
    type Effect = Effect;

    fn update(model: &mut Model, msg: Msg, now: u64) -> Vec<Effect> {
        update::update(model, msg, now)
    }

    fn draw(&mut self, model: &Model, app: &App<Self>) {
        draw::draw(self, model, app);
    }

    fn run(effect: Effect, app: &App<Self>) {
        effects::run(effect, app);
    }
}

/// Starts the popup.
pub fn start(reader: Reader, status: StatusModule, passkeys: Passkeys) {
    draw_forms::build(".credential-fields", "t-credential");
    let container = dom::by_id("accounts").unwrap_or_else(dom::body);
    // The list's observer needs the app, which needs the list.
    let later = Rc::new(RefCell::new(None));
    let list = List::new(container, later.clone());
    let app = App::new(Popup {
        list,
        drawn: None,
        reader,
        status,
        passkeys,
        settling: None,
        deadline: None,
        corner: None,
    });
    later.borrow_mut().replace(app.clone());
    events::listen(&app);
    effects::reload(&app);
}
