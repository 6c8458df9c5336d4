//! Drawing forms: busy or not, what is wrong with which field, and the parts that are shared.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlButtonElement, HtmlElement, HtmlFormElement, HtmlInputElement};

use super::form::{Fields, Form, Forms, Sentence};
use super::text::Text;
use super::words::{say, say_if_known};
use super::{dom, own_app};
use crate::message::{Failure, Refused};
use holdfast_core::passphrase::Strength;

/// The controls that hold what was typed.
const CONTROLS: &str = "input[name]:enabled, select[name]:enabled, textarea[name]:enabled";

/// Fills every place for a shared part of a form (`credential`, `draft`) from its template, with
/// ids made of the place's prefix and the part's own.
pub fn build(places: &str, template: &str) {
    for place in dom::all(places) {
        let Some(part) = dom::instantiate(template) else {
            continue;
        };
        let prefix = place.get_attribute("data-prefix").unwrap_or_default();
        for control in dom::find_all(&part, "[data-id]") {
            let id = format!(
                "{prefix}-{}",
                control.get_attribute("data-id").unwrap_or_default()
            );
            control.set_id(&id);
        }
        for label in dom::find_all(&part, "[data-for]") {
            let id = format!(
                "{prefix}-{}",
                label.get_attribute("data-for").unwrap_or_default()
            );
            let attribute = if label.tag_name() == "LABEL" {
                "for"
            } else {
                "data-for"
            };
            dom::set_attribute(&label, attribute, Some(&id));
        }
        for error in dom::find_all(&part, "[data-error]") {
            let field = error.get_attribute("data-error").unwrap_or_default();
            let group = error.closest("[data-kind]").ok().flatten();
            let group = group.as_ref().unwrap_or(&part);
            if let Some(control) = dom::find(group, &format!("[name=\"{field}\"]")) {
                error.set_id(&format!("{}-error", control.id()));
                dom::set_attribute(&control, "aria-describedby", Some(&error.id()));
            }
        }
        for other in dom::find_all(&part, "[data-only]") {
            if other.get_attribute("data-only").as_deref() != Some(&prefix) {
                other.remove();
            }
        }
        own_app::build(&part);
        dom::append(&place, &part);
        draw_groups(&place);
    }
}

/// Draws a form's state.
pub fn draw(form: &Form, element: &HtmlElement, forms: &Forms) {
    let busy = forms.busy.as_ref() == Some(form);
    dom::set_attribute(element, "aria-busy", busy.then_some("true"));
    let failure = forms.failure_of(form);
    let place = failure.map(|failure| place_of(element, failure));
    for error in dom::find_all(element, "[data-error]") {
        let text = match (&place, failure) {
            (Some(Some(place)), Some(failure)) if *place == error => {
                Some(sentence(failure, is_general(&error)))
            }
            _ => None,
        };
        dom::set_text(&error, text.as_deref().unwrap_or_default());
        dom::show(&error, text.is_some());
    }
    let field = failure.and_then(|failure| failure.field.as_deref());
    for control in dom::find_all(element, CONTROLS) {
        let name = control.get_attribute("name").unwrap_or_default();
        let own = field == Some(name.as_str())
            || (failure.is_some() && only_control(element) == Some(control.clone()));
        dom::set_attribute(&control, "aria-invalid", own.then_some("true"));
        if own && let Ok(Some(details)) = control.closest("details") {
            dom::mark(&details, "open", true);
        }
    }
}

/// Moves the focus to the first field that has an error.
pub fn focus_error() {
    if let Some(control) = dom::find(&dom::body(), "form [aria-invalid=\"true\"]:enabled") {
        dom::focus(&control);
    }
}

/// What was typed into a form.
#[must_use]
pub fn read(form: &HtmlElement) -> Fields {
    let mut fields = Fields::default();
    for control in dom::find_all(form, CONTROLS) {
        if let (Some(name), Some(value)) = (control.get_attribute("name"), dom::value(&control)) {
            fields.insert(&name, value);
        }
    }
    fields
}

/// Empties a form, with what was shown of it.
pub fn clear(id: &str) {
    let Some(form) = dom::by_id(id).and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else {
        return;
    };
    form.reset();
    for button in dom::find_all(&form, "[data-action=\"reveal\"][aria-pressed=\"true\"]") {
        reveal(&button);
    }
    draw_groups(&form);
    draw_kind(&form);
    draw_strength(&form);
}

/// Chooses the kind of destination in the form of that prefix.
pub fn choose_kind(prefix: &str, kind: &str) {
    let radio = dom::by_id(&format!("{prefix}-kind-{kind}"))
        .and_then(|radio| radio.dyn_into::<HtmlInputElement>().ok());
    if let Some(radio) = radio {
        radio.set_checked(true);
        if let Some(form) = radio.form() {
            draw_groups(&form);
        }
    }
}

/// Shows the fields of the kind of destination that is chosen; all others are as good as not there.
fn draw_groups(root: &Element) {
    let chosen = dom::find(root, "input[name=\"kind\"]:checked");
    let Some(chosen) = chosen.and_then(|radio| dom::value(&radio)) else {
        return;
    };
    for group in dom::find_all(root, "fieldset[data-kind]") {
        let own = group.get_attribute("data-kind").as_deref() == Some(&chosen);
        dom::show(&group, own);
        dom::mark(&group, "disabled", !own);
    }
    own_app::draw_submit(root, &chosen);
}

/// Shows a field for the kind of code that is chosen only if it has to do with it.
pub fn draw_kind(root: &Element) {
    for select in dom::find_all(root, "select[name=\"type\"]") {
        let kind = dom::value(&select).unwrap_or_default();
        let Ok(Some(form)) = select.closest("form") else {
            continue;
        };
        for field in dom::find_all(&form, "[data-kinds]") {
            let kinds = field.get_attribute("data-kinds").unwrap_or_default();
            dom::show(&field, kinds.split(' ').any(|other| other == kind));
        }
    }
}

/// Shows how strong the passphrase is that is being typed.
pub fn draw_strength(root: &Element) {
    for meter in dom::find_all(root, ".strength") {
        let Some(input) = dom::by_id(meter.id().trim_end_matches("-strength")).or_else(|| {
            // The first form names its meter after itself.
            dom::by_id("create-passphrase")
        }) else {
            continue;
        };
        let strength = Strength::of(&dom::value(&input).unwrap_or_default());
        let level = strength.level();
        dom::set_attribute(&meter, "data-level", Some(&level.to_string()));
        if let Some(text) = dom::by_id(&format!("{}-text", meter.id())) {
            dom::set_text(&text, &say(&Text::new(format!("strength_{level}"))));
        }
    }
}

/// Shows what is typed into a password field, or hides it again.
pub fn reveal(button: &HtmlElement) {
    let id = button.get_attribute("data-for").unwrap_or_default();
    let Some(input) = dom::by_id(&id).and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    let shown = input.type_() == "password";
    input.set_type(if shown { "text" } else { "password" });
    dom::set_attribute(
        button,
        "aria-pressed",
        Some(if shown { "true" } else { "false" }),
    );
}

/// Enables or disables a button.
pub fn enable(button: &HtmlElement, enabled: bool) {
    if let Some(button) = button.dyn_ref::<HtmlButtonElement>() {
        button.set_disabled(!enabled);
    }
}

/// The sentences of a failure, with the field's name where they don't stand at the field.
#[must_use]
pub fn sentence(failure: &Failure, general: bool) -> String {
    let sentence = Sentence::of(failure);
    let unknown = || say(&Text::new("err_unknown").with(failure.code.as_str()));
    let mut text = say_if_known(&sentence.error).unwrap_or_else(unknown);
    if let Some(detail) = &sentence.detail {
        text = format!("{text} ({detail})");
    }
    if general && let Some(field) = sentence.field.as_ref().and_then(say_if_known) {
        text = format!("{field}: {text}");
    }
    match say_if_known(&sentence.advice) {
        Some(advice) => format!("{text} {advice}"),
        None => text,
    }
}

/// Shows lines that were not taken, each with its reason.
pub fn draw_refused(list: &HtmlElement, refused: &[Refused]) {
    dom::clear(list);
    for line in refused {
        let Ok(item) = dom::document().create_element("li") else {
            continue;
        };
        let text = Text::new("refused_line")
            .with(line.line.to_string())
            .with(sentence(&line.why, true));
        dom::set_text(&item, &say(&text));
        dom::append(list, &item);
    }
    dom::show(list, !refused.is_empty());
}

/// Handles what forms do by themselves on `input` and `change`.
pub fn on_input(event: &Event) {
    if let Some(form) = dom::closest(event, "form") {
        draw_groups(&form);
        draw_strength(&form);
        draw_kind(&form);
    }
}

/// Where an error of that field stands: at the field, or at the end of the form.
fn place_of(form: &HtmlElement, failure: &Failure) -> Option<HtmlElement> {
    let mut errors = dom::find_all(form, "[data-error]");
    errors.retain(|error| !matches!(error.closest("fieldset[disabled]"), Ok(Some(_))));
    let field = failure.field.as_deref();
    let own = errors.iter().find(|error| {
        let fields = error.get_attribute("data-error").unwrap_or_default();
        field.is_some_and(|field| fields.split(' ').any(|name| name == field))
    });
    own.or_else(|| errors.iter().find(|error| is_general(error)))
        .cloned()
}

fn is_general(error: &HtmlElement) -> bool {
    error
        .get_attribute("data-error")
        .is_some_and(|field| field.is_empty())
}

/// The control of a form that has only one: any failure is about it.
fn only_control(form: &HtmlElement) -> Option<HtmlElement> {
    match dom::find_all(form, CONTROLS).as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}
