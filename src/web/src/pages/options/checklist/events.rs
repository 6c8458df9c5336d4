//! What people do with the list, as messages.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

use super::Msg;
use crate::pages::app::App;
use crate::pages::dom;
use crate::pages::options::Options;
use crate::pages::options::model::Msg as PageMsg;

/// Takes a click on one of its buttons. Whether it was one.
pub fn click(app: &App<Options>, name: &str, button: &HtmlElement) -> bool {
    let msg = match name {
        "checklist-drop" => match place_of(button) {
            Some(place) => Msg::Drop(place),
            None => return true,
        },
        "checklist-finish" => Msg::Finish,
        "checklist-undo" => Msg::Undo,
        _ => return false,
    };
    app.dispatch(PageMsg::Checklist(msg));
    // The button went with its row: on to the one that brings it back, while that is there.
    let undo = dom::by_id("checklist-gone").filter(|notice| !notice.hidden());
    let next = undo.and_then(|notice| dom::find(&notice, "button"));
    if let Some(text) = next.or_else(|| dom::by_id("checklist-text")) {
        dom::focus(&text);
    }
    true
}

/// Takes its form. Whether it was that.
pub fn submit(app: &App<Options>, form: &HtmlElement) -> bool {
    if form.id() != "checklist-form" {
        return false;
    }
    let mut lines = Vec::new();
    for chosen in dom::find_all(form, "input[type=\"checkbox\"]:checked") {
        lines.extend(dom::value(&chosen));
        if let Some(chosen) = chosen.dyn_ref::<HtmlInputElement>() {
            chosen.set_checked(false);
        }
    }
    if let Some(text) = dom::by_id("checklist-text") {
        lines.extend(dom::value(&text));
        dom::set_value(&text, "");
    }
    app.dispatch(PageMsg::Checklist(Msg::Add(lines.join("\n"))));
    true
}

/// Takes a tick. Whether it was one.
pub fn change(app: &App<Options>, event: &Event) -> bool {
    let Some(input) = dom::closest(event, "#checklist-rows input") else {
        return false;
    };
    let on = input
        .dyn_ref::<HtmlInputElement>()
        .is_some_and(HtmlInputElement::checked);
    if let Some(place) = place_of(&input) {
        app.dispatch(PageMsg::Checklist(Msg::Tick(place, on)));
    }
    true
}

fn place_of(element: &HtmlElement) -> Option<usize> {
    let row = element.closest("[data-place]").ok()??;
    row.get_attribute("data-place")?.parse().ok()
}
