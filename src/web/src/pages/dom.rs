//! The few things the pages do to the document, typed. Only text and attributes are ever set:
//! Trusted Types would refuse anything else.

use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTemplateElement, HtmlTextAreaElement, Window,
};

/// The window.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "pages have a window; only pages call this"
)]
pub fn window() -> Window {
    // A page without a window is not a page: wasm-bindgen reports it to the entry script.
    web_sys::window().unwrap_or_else(|| wasm_bindgen::throw_str("no window"))
}

/// The document.
#[must_use]
pub fn document() -> Document {
    window()
        .document()
        .unwrap_or_else(|| wasm_bindgen::throw_str("no document"))
}

/// The body.
#[must_use]
pub fn body() -> HtmlElement {
    document()
        .body()
        .unwrap_or_else(|| wasm_bindgen::throw_str("no body"))
}

/// The element of that id.
#[must_use]
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The first element below `root` that matches. The selectors are ours and valid.
#[must_use]
pub fn find(root: &Element, selector: &str) -> Option<HtmlElement> {
    root.query_selector(selector).ok()??.dyn_into().ok()
}

/// All elements below `root` that match.
#[must_use]
pub fn find_all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = root.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|index| list.get(index)?.dyn_into().ok())
        .collect()
}

/// All elements of the page that match.
#[must_use]
pub fn all(selector: &str) -> Vec<HtmlElement> {
    find_all(&body(), selector)
}

/// The element that an event is about, or its nearest ancestor, that matches.
#[must_use]
pub fn closest(event: &Event, selector: &str) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok()??.dyn_into().ok()
}

/// Sets the text, if it is another.
pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Sets the text of the first element below `root` that matches.
pub fn set_text_in(root: &Element, selector: &str, text: &str) {
    if let Some(element) = find(root, selector) {
        set_text(&element, text);
    }
}

/// Shows or hides.
pub fn show(element: &HtmlElement, shown: bool) {
    if element.hidden() == shown {
        element.set_hidden(!shown);
    }
}

/// Shows the element of that id with a text, or hides it.
pub fn show_text(id: &str, text: Option<&str>) {
    if let Some(element) = by_id(id) {
        set_text(&element, text.unwrap_or_default());
        show(&element, text.is_some());
    }
}

/// Sets an attribute, or removes it.
pub fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    if element.get_attribute(name).as_deref() != value {
        // Names are ours and valid.
        let _ = match value {
            Some(value) => element.set_attribute(name, value),
            None => element.remove_attribute(name),
        };
    }
}

/// Sets or removes an attribute without a value.
pub fn mark(element: &Element, name: &str, set: bool) {
    set_attribute(element, name, set.then_some(""));
}

/// A copy of the only element in the template of that id.
#[must_use]
pub fn instantiate(template: &str) -> Option<HtmlElement> {
    let template: HtmlTemplateElement = document().get_element_by_id(template)?.dyn_into().ok()?;
    template
        .content()
        .first_element_child()?
        .clone_node_with_deep(true)
        .ok()?
        .dyn_into()
        .ok()
}

/// Removes all children.
pub fn clear(element: &Element) {
    element.replace_children_with_node_0();
}

/// Appends.
pub fn append(parent: &Element, child: &Element) {
    // Fails only where a node would contain itself.
    let _ = parent.append_child(child);
}

/// Moves the focus.
pub fn focus(element: &HtmlElement) {
    let _ = element.focus();
}

/// Whether the element of that id has the focus.
#[must_use]
pub fn has_focus(id: &str) -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.id() == id)
}

/// What a control holds; a checkbox or radio button that is not chosen holds nothing.
#[must_use]
pub fn value(control: &Element) -> Option<String> {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        let choice = matches!(input.type_().as_str(), "radio" | "checkbox");
        return (!choice || input.checked()).then(|| input.value());
    }
    if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        return Some(select.value());
    }
    control
        .dyn_ref::<HtmlTextAreaElement>()
        .map(HtmlTextAreaElement::value)
}

/// Puts a value into a control.
pub fn set_value(control: &Element, value: &str) {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        input.set_value(value);
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(value);
    }
}
