//! What people do in the popup, as messages.

use holdfast_core::vault::Id;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Event, HtmlElement, KeyboardEvent};

use super::Popup;
use super::effects;
use super::fill::Press;
use super::model::{Action, Msg, Screen};
use super::region_draw;
use super::scan::Press as Scan;
use crate::pages::app::App;
use crate::pages::form::{Fields, Form};
use crate::pages::{dom, draw_forms, transfer};

/// Listens, for as long as the popup is open.
pub fn listen(app: &App<Popup>) {
    app.on("click", click);
    app.on("submit", submit);
    app.on("input", |app, event| {
        draw_forms::on_input(event);
        if let Some(search) = dom::closest(event, "#search") {
            app.dispatch(Msg::Search(dom::value(&search).unwrap_or_default()));
        }
    });
    app.on("change", |_, event| draw_forms::on_input(event));
    app.on("keydown", key);
    for name in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
        app.on(name, region_draw::point);
    }
    app.on("paste", paste);
    app.on("dragover", |_, event| transfer::drag(event, ".drop", true));
    app.on("dragleave", |_, event| {
        transfer::drag(event, ".drop", false)
    });
    app.on("drop", drop);
    app.on("visibilitychange", |app, _| {
        app.with_page(|popup, _| popup.list.restart_rings());
        app.redraw();
    });
    effects::watch_storage(app);
}

fn click(app: &App<Popup>, event: &Event) {
    effects::touch(app);
    let Some(button) = dom::closest(event, "[data-action]") else {
        return;
    };
    if button.get_attribute("data-action").as_deref() == Some("reveal") {
        draw_forms::reveal(&button);
    } else if let Some(action) = action(&button) {
        app.dispatch(Msg::Act(action));
    }
}

/// What a button means, by its name and the account it belongs to.
fn action(button: &HtmlElement) -> Option<Action> {
    let id = |attribute: &str| -> Option<Id> {
        let owner = button.closest(&format!("[{attribute}]")).ok()??;
        Id::parse(&owner.get_attribute(attribute)?)
    };
    let account = || id("data-id");
    Some(match button.get_attribute("data-action")?.as_str() {
        "open-add" => Action::OpenAdd,
        "open-options" => Action::Open("backup"),
        "open-backup" => Action::Open("backup"),
        "open-restore" => Action::Open("restore"),
        "open-import" | "choose-image" => Action::Open("transfer"),
        "unlock-passkey" => Action::Passkey,
        "lock" => Action::Lock,
        "back" => Action::Back,
        "copy" => Action::Copy(account()?, id("data-credential")),
        "menu" => Action::Menu(account()?),
        "edit" => Action::Edit(account()?),
        "details" => Action::Details(account()?),
        "qr" => Action::Qr(account()?),
        "move-up" => Action::MoveUp(account()?),
        "move-down" => Action::MoveDown(account()?),
        "delete" => Action::Delete(account()?),
        "next-hotp" => Action::NextHotp(account()?, id("data-credential")),
        "keep" => Action::Keep(account()?, id("data-credential")?),
        "remedy" => Action::Remedy,
        "warning" => Action::Warning(button.get_attribute("data-number")?.parse().ok()?),
        "fill" => Action::Fill(Press::Account(account()?)),
        "fill-remember" => Action::Fill(Press::Remember),
        "fill-once" => Action::Fill(Press::Once),
        "fill-permit" => Action::Fill(Press::Permit),
        "fill-copy" => Action::Fill(Press::Copy),
        "fill-cancel" => Action::Fill(Press::Cancel),
        "toast" => Action::Toast,
        "scan-page" => Action::Scan(Scan::Page),
        "scan-all" => Action::Scan(Scan::All),
        "scan-region" => Action::Scan(Scan::Open),
        "read-region" => Action::Scan(Scan::Read),
        "save-damaged" => Action::SaveDamaged,
        _ => return None,
    })
}

fn submit(app: &App<Popup>, event: &Event) {
    event.prevent_default();
    effects::touch(app);
    let Some(element) = dom::closest(event, "form") else {
        return;
    };
    if let Some(form) = Form::of_id(&element.id()) {
        app.dispatch(Msg::Submit(form, draw_forms::read(&element)));
    }
}

/// The keyboard: arrows move between accounts, letters search, Enter fills or copies, Escape goes back.
fn key(app: &App<Popup>, event: &Event) {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
        return;
    };
    effects::touch(app);
    if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let in_list = app.look(|model| model.screen == Screen::List);
    let key = event.key();
    let in_search = dom::closest(event, "#search").is_some();
    let in_field = dom::closest(event, "input, textarea, select").is_some();
    if dom::closest(event, "#region").is_some() && key != "Escape" {
        return region_draw::key(app, event);
    }
    match key.as_str() {
        "Escape" => escape(app, event, in_list),
        "ArrowDown" | "ArrowUp" if in_list => step(event, key == "ArrowDown"),
        "Home" | "End" if in_list && !in_search => jump(event, key == "Home"),
        "Enter" if in_search => {
            event.prevent_default();
            app.dispatch(Msg::Act(Action::Enter));
        }
        // A letter typed on a row goes into the search field.
        _ if in_list && !in_field && key.chars().count() == 1 && key != " " => {
            if let Some(search) = dom::by_id("search") {
                dom::focus(&search);
            }
        }
        _ => {}
    }
}

/// Escape closes what is open, one after the other; with nothing open the browser closes the popup.
fn escape(app: &App<Popup>, event: &KeyboardEvent, in_list: bool) {
    let (menu, query, screen) = app.look(|model| (model.menu, model.query.clone(), model.screen));
    if let (true, Some(id)) = (in_list, menu) {
        event.prevent_default();
        app.dispatch(Msg::Act(Action::Menu(id)));
    } else if in_list && !query.is_empty() {
        event.prevent_default();
        if let Some(search) = dom::by_id("search") {
            dom::set_value(&search, "");
            dom::focus(&search);
        }
        app.dispatch(Msg::Search(String::new()));
    } else if matches!(
        screen,
        Screen::Add | Screen::Region | Screen::Edit(_) | Screen::Details(_)
    ) {
        event.prevent_default();
        app.dispatch(Msg::Act(Action::Back));
    }
}

/// The rows that can be reached, in order.
fn reachable() -> Vec<HtmlElement> {
    dom::all(".account:not([hidden]) > .account-main")
}

fn step(event: &KeyboardEvent, down: bool) {
    let rows = reachable();
    let here = dom::closest(event, ".account").and_then(|row| dom::find(&row, ".account-main"));
    let place = here.and_then(|here| rows.iter().position(|row| *row == here));
    let to = match (place, down) {
        (None, true) => Some(0),
        (None, false) => return,
        (Some(place), true) => Some(place + 1),
        // Up from the first row goes back to the search field.
        (Some(place), false) => place.checked_sub(1),
    };
    event.prevent_default();
    match to {
        Some(to) => {
            if let Some(row) = rows.get(to) {
                dom::focus(row);
            }
        }
        None => {
            if let Some(search) = dom::by_id("search") {
                dom::focus(&search);
            }
        }
    }
}

fn jump(event: &KeyboardEvent, first: bool) {
    let rows = reachable();
    if let Some(row) = if first { rows.first() } else { rows.last() } {
        event.prevent_default();
        dom::focus(row);
    }
}

fn paste(app: &App<Popup>, event: &Event) {
    let Some(data) = event
        .dyn_ref::<ClipboardEvent>()
        .and_then(ClipboardEvent::clipboard_data)
    else {
        return;
    };
    if take(app, &data, dom::closest(event, "input, textarea").is_some()) {
        event.prevent_default();
    }
}

fn drop(app: &App<Popup>, event: &Event) {
    transfer::drag(event, ".drop", false);
    let Some(data) = event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer)
    else {
        return;
    };
    if take(app, &data, false) {
        event.prevent_default();
    }
}

/// Takes an image, or an otpauth link that is not being pasted into a field. Whether it was taken.
fn take(app: &App<Popup>, data: &web_sys::DataTransfer, into_field: bool) -> bool {
    let screen = app.look(|model| model.screen);
    if !matches!(screen, Screen::List | Screen::Add) {
        return false;
    }
    let open = || {
        if screen != Screen::Add {
            app.dispatch(Msg::Act(Action::OpenAdd));
        }
    };
    if let Some(image) = transfer::image(data) {
        open();
        effects::read_image(app, image);
        return true;
    }
    match transfer::otpauth(data) {
        Some(text) if !into_field => {
            open();
            let mut fields = Fields::default();
            fields.insert("uri", text);
            app.dispatch(Msg::Submit(Form::Uri, fields));
            true
        }
        _ => false,
    }
}
