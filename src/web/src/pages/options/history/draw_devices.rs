//! Drawing the devices.

use holdfast_core::vault::DeviceView;
use web_sys::HtmlElement;

use super::Model;
use crate::pages::dom;
use crate::pages::text::{Text, ago};
use crate::pages::words::{say, say_arg};
use crate::pages::world::World;

/// Makes the list show who takes part.
pub fn draw(own: &Model, world: &World, now: u64) {
    let Some(list) = dom::by_id("devices") else {
        return;
    };
    let mut views = world
        .open_vault()
        .map(|vault| vault.device_views())
        .unwrap_or_default();
    // This one first: whoever looks at the list looks from here.
    views.sort_by_key(|view| world.own_device() != Some(view.id));
    let key: String = views.iter().map(|view| format!("{} ", view.id)).collect();
    if list.get_attribute("data-shown").as_deref() != Some(&key) {
        dom::set_attribute(&list, "data-shown", Some(&key));
        dom::clear(&list);
        for view in &views {
            if let Some(item) = dom::instantiate("t-device") {
                dom::set_attribute(&item, "data-device", Some(&view.id.to_string()));
                dom::append(&list, &item);
            }
        }
    }
    for (view, item) in views.iter().zip(dom::find_all(&list, ".device")) {
        draw_device(own, world, view, &item, now);
    }
}

fn draw_device(own: &Model, world: &World, view: &DeviceView, item: &HtmlElement, now: u64) {
    let is_own = world.own_device() == Some(view.id);
    dom::mark(item, "data-own", is_own);
    dom::mark(item, "data-retired", view.retired);
    let name = say_arg(&world.name_of_device(view.id));
    dom::set_text_in(item, ".device-name", &name);
    let seen = match (is_own, view.last_seen) {
        (true, _) => Text::new("device_this"),
        (false, Some(at)) => Text::new("device_seen").with(ago(now, at)),
        (false, None) => Text::new("device_not_seen"),
    };
    let detail = match view.retired {
        true => Text::new("device_retired_detail").with(seen),
        false => seen,
    };
    dom::set_text_in(item, ".device-detail", &say(&detail));
    let asking = own.retiring == Some(view.id);
    for (action, shown) in [
        ("ask-retire", !is_own && !view.retired),
        ("unretire", view.retired),
    ] {
        if let Some(button) = dom::find(item, &format!("[data-action=\"{action}\"]")) {
            dom::show(&button, shown);
            let label = format!("{} — {name}", button.text_content().unwrap_or_default());
            dom::set_attribute(&button, "aria-label", Some(&label));
            if action == "ask-retire" {
                let expanded = if asking { "true" } else { "false" };
                dom::set_attribute(&button, "aria-expanded", Some(expanded));
            }
        }
    }
    if let Some(question) = dom::find(item, ".retire-question") {
        dom::show(&question, asking);
    }
}
