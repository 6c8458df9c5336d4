//! The few things the page does to its document. Only text and attributes are ever set.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, HtmlTemplateElement, Window};

/// The window.
#[expect(
    clippy::disallowed_methods,
    reason = "this is a page, and pages have one"
)]
pub fn window() -> Window {
    web_sys::window().unwrap_or_else(|| wasm_bindgen::throw_str("no window"))
}

/// The document.
pub fn document() -> Document {
    window()
        .document()
        .unwrap_or_else(|| wasm_bindgen::throw_str("no document"))
}

/// The element of that id, which stands in the page that this module is built into.
pub fn by_id<T: JsCast>(id: &str) -> T {
    document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into().ok())
        .unwrap_or_else(|| wasm_bindgen::throw_str(id))
}

/// All elements of the page that match.
pub fn all(selector: &str) -> Vec<Element> {
    let Ok(list) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|index| list.get(index)?.dyn_into().ok())
        .collect()
}

/// The first element below `root` that matches.
pub fn find(root: &Element, selector: &str) -> Option<HtmlElement> {
    root.query_selector(selector).ok()??.dyn_into().ok()
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

/// Shows the element of that id, or hides it.
pub fn show(id: &str, shown: bool) {
    by_id::<HtmlElement>(id).set_hidden(!shown);
}

/// Shows the element of that id with a text, or hides it.
pub fn show_text(id: &str, text: Option<&str>) {
    set_text(&by_id::<Element>(id), text.unwrap_or_default());
    show(id, text.is_some());
}

/// Sets an attribute, or removes it.
pub fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    // Names are ours and valid.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// A copy of the only element in the template of that id.
pub fn instantiate(template: &str) -> HtmlElement {
    by_id::<HtmlTemplateElement>(template)
        .content()
        .first_element_child()
        .and_then(|element| element.clone_node_with_deep(true).ok())
        .and_then(|node| node.dyn_into().ok())
        .unwrap_or_else(|| wasm_bindgen::throw_str(template))
}

/// Moves the focus.
pub fn focus(id: &str) {
    let _ = by_id::<HtmlElement>(id).focus();
}
