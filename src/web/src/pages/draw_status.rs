//! Drawing the status line, the warnings and the toast, which both pages have.

use super::dom;
use super::status::StatusView;
use super::text::Text;
use super::words::{say, say_all, say_if_known};

/// Draws the status, or hides it.
pub fn draw(status: Option<&StatusView>) {
    let Some(section) = dom::by_id("status") else {
        return;
    };
    dom::show(&section, status.is_some());
    let Some(status) = status else {
        return;
    };
    dom::set_attribute(&section, "data-state", Some(&status.state));
    dom::show_text("status-title", Some(&say(&status.title)));
    dom::show_text("status-detail", status.detail.as_ref().map(say).as_deref());
    dom::show_text("status-risk", status.risk.as_ref().map(say).as_deref());
    dom::show_text("status-cause", status.cause.as_ref().map(say).as_deref());
    dom::show_text(
        "status-advice",
        status.advice.as_ref().and_then(say_if_known).as_deref(),
    );
    let repair = status.repair.iter().map(say).collect::<Vec<_>>().join(" ");
    dom::show_text(
        "status-repair",
        Some(repair.as_str()).filter(|repair| !repair.is_empty()),
    );
    dom::show_text(
        "remedy",
        status
            .remedy
            .as_ref()
            .map(|remedy| say(&remedy.label))
            .as_deref(),
    );
    if let Some(more) = dom::by_id("status-more") {
        let something = status.risk.is_some() || status.cause.is_some() || status.remedy.is_some();
        dom::show(&more, something || !status.repair.is_empty());
    }
}

/// Draws the warnings, if they are others than those shown.
pub fn draw_warnings(status: Option<&StatusView>) {
    let Some(list) = dom::by_id("warnings") else {
        return;
    };
    let warnings = status.map_or(&[][..], |status| &status.warnings);
    let said: Vec<(String, Option<String>)> = warnings
        .iter()
        .map(|w| (say(&w.text), w.press.as_ref().map(|(label, _)| say(label))))
        .collect();
    let key = said
        .iter()
        .map(|(text, _)| text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    if list.get_attribute("data-shown").as_deref() == Some(&key) {
        return;
    }
    dom::set_attribute(&list, "data-shown", Some(&key));
    dom::clear(&list);
    for (index, (text, press)) in said.iter().enumerate() {
        let Some(notice) = dom::instantiate("t-warning") else {
            continue;
        };
        dom::set_text_in(&notice, ".notice-text", text);
        if let (Some(button), Some(label)) = (dom::find(&notice, "button"), press) {
            dom::set_text(&button, label);
            dom::set_attribute(&button, "data-number", Some(&index.to_string()));
            dom::show(&button, true);
        }
        dom::append(&list, &notice);
    }
}

/// Draws the short message, or hides it.
pub fn draw_toast(text: Option<&[Text]>, action: Option<&str>) {
    let Some(toast) = dom::by_id("toast") else {
        return;
    };
    if let Some(text) = text {
        dom::show_text("toast-text", Some(&say_all(text)));
    }
    dom::show_text(
        "toast-action",
        action.map(|key| say(&Text::new(key.to_owned()))).as_deref(),
    );
    dom::show(&toast, text.is_some());
}

/// Says something to a screen reader, also the same thing twice.
pub fn announce(text: &[Text]) {
    if let Some(live) = dom::by_id("live") {
        let said = say_all(text);
        let again = live.text_content().is_some_and(|before| before == said);
        // A no-break space makes it a change that is announced and not heard.
        dom::set_text(&live, &if again { format!("{said}\u{a0}") } else { said });
    }
}
