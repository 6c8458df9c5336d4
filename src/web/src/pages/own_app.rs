//! The part of the forms that is about a cloud's application: which one this build was given, and
//! what to do where it was given none.

use holdfast_backup::destination::config::Kind;
use web_sys::{Element, HtmlElement};

use super::dom;
use super::text::Text;
use super::words::say;
use crate::browser::identity;

/// Completes the fields of every cloud: the address to register, and the steps where there is no
/// other way.
pub fn build(part: &HtmlElement) {
    for details in dom::find_all(part, ".own-app") {
        let code = details.get_attribute("data-provider").unwrap_or_default();
        let Some(provider) = Kind::of_code(&code).and_then(Kind::provider) else {
            continue;
        };
        if let Some(redirect) = dom::find(&details, ".redirect") {
            dom::set_attribute(&redirect, "value", Some(&identity::redirect(provider)));
        }
        let missing = provider.built_in_client().is_none();
        dom::mark(&details, "open", missing);
        let group = details.closest("fieldset").ok().flatten();
        if let Some(notice) = group.and_then(|group| dom::find(&group, ".no-client")) {
            dom::show(&notice, missing);
        }
    }
}

/// The button of a form says what it does: with a cloud, a sign-in comes first.
pub fn draw_submit(root: &Element, kind: &str) {
    let form = root.closest("form").ok().flatten();
    let Some(button) = form.and_then(|form| dom::find(&form, "button[type=\"submit\"]")) else {
        return;
    };
    let provider = Kind::of_code(kind).and_then(Kind::provider);
    let text = match provider {
        Some(_) => Text::new("sign_in_with").with(Text::new(format!("kind_{kind}"))),
        None => Text::new(button.get_attribute("data-i18n").unwrap_or_default()),
    };
    dom::set_text(&button, &say(&text));
}

/// The address to register that stands beside a button.
#[must_use]
pub fn address_beside(button: &HtmlElement) -> Option<String> {
    let row = button.closest(".with-text-button").ok()??;
    let redirect: Element = dom::find(&row, ".redirect")?.into();
    dom::value(&redirect)
}
