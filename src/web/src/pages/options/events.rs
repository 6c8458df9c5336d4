//! What people do on the settings page, as messages.

use holdfast_core::vault::Choice;
use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, DataTransfer, DragEvent, Event, HtmlDetailsElement, HtmlElement,
    HtmlInputElement,
};

use super::model::{Action, Msg, Section, Setting};
use super::transfer as own;
use super::transfer::effects::open;
use super::{Options, effects, history, security};
use crate::pages::app::App;
use crate::pages::form::Form;
use crate::pages::{dom, draw_forms, own_app, transfer};

/// Where images and text files are dropped.
const DROP: &str = "#import-text, #transfer-drop";

/// Listens, for as long as the page is open.
pub fn listen(app: &App<Options>) {
    app.on("click", click);
    app.on("submit", submit);
    app.on("input", |_, event| draw_forms::on_input(event));
    app.on("change", change);
    app.on("paste", paste);
    app.on("dragover", |_, event| transfer::drag(event, DROP, true));
    app.on("dragleave", |_, event| transfer::drag(event, DROP, false));
    app.on("drop", drop);
    app.on_window("hashchange", |app, _| {
        app.dispatch(Msg::Go(effects::place()))
    });
    // After sleep no timer may have run: what is shown is read anew before anybody looks.
    app.on("visibilitychange", |app, _| effects::reload(app));
    app.on_window("focus", |app, _| effects::reload(app));
    effects::watch_storage(app);
}

fn click(app: &App<Options>, event: &Event) {
    effects::touch(app);
    // A summary toggles by itself; the model is told what it will be.
    if let Some(details) =
        dom::closest(event, "#connect > summary").and_then(|summary| summary.parent_element())
        && let Some(details) = details.dyn_ref::<HtmlDetailsElement>()
    {
        event.prevent_default();
        app.dispatch(Msg::Act(Action::ConnectToggled(!details.open())));
        return;
    }
    if let Some(action) = history::open_log(event) {
        app.dispatch(Msg::Act(Action::History(action)));
        return;
    }
    let Some(button) = dom::closest(event, "[data-action]") else {
        return;
    };
    match button.get_attribute("data-action").as_deref() {
        Some("reveal") => draw_forms::reveal(&button),
        Some("choose-file") => {
            if let Some(input) = dom::by_id("import-file") {
                input.click();
            }
        }
        Some("transfer-import") => app.dispatch(Msg::Transfer(own::Msg::Import)),
        Some("transfer-cancel") => app.dispatch(Msg::Transfer(own::Msg::Cancel)),
        Some(name) => {
            if let Some(action) = action(name, &button) {
                app.dispatch(Msg::Act(action));
            }
        }
        None => {}
    }
}

fn action(name: &str, button: &HtmlElement) -> Option<Action> {
    let destination = || destination_of(button);
    Some(match name {
        "lock" => Action::Lock,
        "remedy" => Action::Remedy,
        "destination-remedy" => Action::RemedyAt(destination()?),
        "warning" => Action::Warning(button.get_attribute("data-number")?.parse().ok()?),
        "check-now" => Action::CheckNow(destination()?),
        "change-destination" => Action::Change(destination()?),
        "nextcloud" => Action::Nextcloud(
            dom::by_id("connect-address")
                .and_then(|input| dom::value(&input))
                .unwrap_or_default(),
        ),
        "download" => Action::Download,
        "pick-folder" => Action::PickFolder(prefix_of(button)?),
        "copy-redirect" => Action::CopyText(own_app::address_beside(button)?),
        "disconnect" => Action::Disconnect(destination()?),
        "merge-accept" => Action::AnswerMerge(true),
        "merge-refuse" => Action::AnswerMerge(false),
        "copy-export" => Action::CopyExport,
        "save-export" => Action::SaveExport,
        "hide-export" => Action::HideExport,
        "copy-diagnosis" => Action::CopyDiagnosis,
        "save-damaged" => Action::SaveDamaged,
        name => {
            let own = history::action(name, button).map(Action::History);
            return own.or_else(|| security::action(name, button).map(Action::Security));
        }
    })
}

/// The prefix of the ids in the form that a button stands in.
fn prefix_of(element: &HtmlElement) -> Option<String> {
    element
        .closest("[data-prefix]")
        .ok()??
        .get_attribute("data-prefix")
}

fn destination_of(element: &HtmlElement) -> Option<String> {
    element
        .closest("[data-destination]")
        .ok()??
        .get_attribute("data-destination")
}

fn submit(app: &App<Options>, event: &Event) {
    event.prevent_default();
    effects::touch(app);
    let Some(element) = dom::closest(event, "form") else {
        return;
    };
    if element.id() == "transfer-password-form" {
        if let Some(input) = dom::by_id("transfer-password") {
            let password = dom::value(&input).unwrap_or_default();
            dom::set_value(&input, "");
            app.dispatch(Msg::Transfer(own::Msg::Password(password)));
        }
        return;
    }
    let form = Form::of_id(&element.id())
        .or_else(|| security::form_of(&element).map(Form::Security))
        .or_else(|| destination_of(&element).map(Form::Disconnect));
    if let Some(form) = form {
        app.dispatch(Msg::Submit(form, draw_forms::read(&element)));
    }
}

fn change(app: &App<Options>, event: &Event) {
    draw_forms::on_input(event);
    if let Some(input) = dom::closest(event, "#import-file")
        .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
    {
        if let Some(files) = input.files() {
            open(
                app,
                (0..files.length())
                    .filter_map(|index| files.get(index))
                    .collect(),
            );
        }
        // The same file may be chosen again.
        input.set_value("");
        return;
    }
    if let Some(input) = dom::closest(event, "#transfer-duplicates input") {
        let keep = dom::value(&input).as_deref() == Some("keep_both");
        let choice = if keep {
            Choice::KeepBoth
        } else {
            Choice::Merge
        };
        app.dispatch(Msg::Transfer(own::Msg::Choose(choice)));
        return;
    }
    if let Some(select) = dom::closest(event, "#export-target") {
        let target = dom::value(&select).unwrap_or_default();
        app.dispatch(Msg::Transfer(own::Msg::Target(target)));
        return;
    }
    if let Some(input) = dom::closest(event, "input[name=\"file\"]")
        .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
    {
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            effects::read_backup(app, file);
        }
        return;
    }
    if let Some(msg) = history::changed(event) {
        app.dispatch(Msg::History(msg));
        return;
    }
    let Some(control) = dom::closest(event, "[data-setting]") else {
        return;
    };
    let name = control.get_attribute("data-setting").unwrap_or_default();
    let setting = match control.dyn_ref::<HtmlInputElement>() {
        Some(input) if input.type_() == "checkbox" => Setting::On(input.checked()),
        _ => Setting::Choice(dom::value(&control).unwrap_or_default()),
    };
    app.dispatch(Msg::Set(name, setting));
}

fn paste(app: &App<Options>, event: &Event) {
    let data = event
        .dyn_ref::<ClipboardEvent>()
        .and_then(ClipboardEvent::clipboard_data);
    if data.is_some_and(|data| take(app, &data)) {
        event.prevent_default();
    }
}

fn drop(app: &App<Options>, event: &Event) {
    transfer::drag(event, DROP, false);
    let data = event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer);
    if data.is_some_and(|data| take(app, &data)) {
        event.prevent_default();
    }
}

/// Takes a file where files are imported. Whether it was taken.
fn take(app: &App<Options>, data: &DataTransfer) -> bool {
    if app.look(|model| model.section != Section::Transfer) {
        return false;
    }
    let files = transfer::files(data);
    let taken = !files.is_empty();
    if taken {
        open(app, files);
    }
    taken
}
