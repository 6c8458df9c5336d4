//! Drawing the box over the page's picture, and following the pointer and the keyboard in it.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent, PointerEvent};

use super::Popup;
use super::model::{Action, Model, Msg, Screen};
use super::region::Region;
use super::scan::{Press, Scan};
use crate::pages::app::App;
use crate::pages::dom;
use crate::pages::text::Text;
use crate::pages::words::say;

/// Draws what is asked about the page's codes, and the box.
pub fn draw(model: &Model) {
    let scan = model.scan.as_ref();
    let several = scan.map_or(0, |scan| scan.texts.len());
    let said = (several > 0).then(|| say(&Text::new("scan_several").with(several.to_string())));
    dom::show_text("scan-several", said.as_deref());
    if let Some(all) = dom::by_id("scan-all") {
        dom::show(&all, several > 0);
    }
    if let Some(open) = dom::by_id("scan-region") {
        dom::show(&open, scan.is_some());
    }
    if model.screen == Screen::Region {
        draw_box(&scan.cloned().unwrap_or_default());
    }
}

fn draw_box(scan: &Scan) {
    let Some(shown) = dom::by_id("region-box") else {
        return;
    };
    let style = shown.style();
    let Region {
        x,
        y,
        width,
        height,
    } = scan.region;
    for (property, fraction) in [
        ("left", x),
        ("top", y),
        ("width", width),
        ("height", height),
    ] {
        // A property that the browser refused would leave the box where it was.
        let _ = style.set_property(property, &format!("{:.2}%", fraction * 100.0));
    }
    let words = scan.empty.then(|| say(&Text::new("region_empty")));
    dom::show_text("region-error", words.as_deref());
}

/// The pointer is pressed, moved or let go over the picture.
pub fn point(app: &App<Popup>, event: &Event) {
    let Some(pointer) = event.dyn_ref::<PointerEvent>() else {
        return;
    };
    let Some(frame) = dom::closest(event, "#region") else {
        return;
    };
    let at = place(&frame, pointer);
    match event.type_().as_str() {
        "pointerdown" => {
            event.prevent_default();
            dom::focus(&frame);
            // The rest is heard also where the pointer leaves the picture.
            let _ = frame.set_pointer_capture(pointer.pointer_id());
            app.with_page(|popup, _| popup.corner = Some(at));
        }
        "pointermove" => stretch(app, at),
        _ => {
            stretch(app, at);
            app.with_page(|popup, _| popup.corner = None);
        }
    }
}

fn stretch(app: &App<Popup>, to: (f64, f64)) {
    let corner = app.with_page(|popup, _| popup.corner);
    if let Some(drawn) = corner.and_then(|corner| Region::between(corner, to)) {
        app.dispatch(Msg::Act(Action::Scan(Press::Draw(drawn))));
    }
}

/// Where the pointer is, in fractions of the picture.
fn place(frame: &HtmlElement, pointer: &PointerEvent) -> (f64, f64) {
    let bounds = frame.get_bounding_client_rect();
    (
        (f64::from(pointer.client_x()) - bounds.left()) / bounds.width().max(1.0),
        (f64::from(pointer.client_y()) - bounds.top()) / bounds.height().max(1.0),
    )
}

/// A key in the picture: arrows move the box, with Shift they change its size, Enter reads it.
pub fn key(app: &App<Popup>, event: &KeyboardEvent) {
    let region = app.look(|model| model.scan.as_ref().map(|scan| scan.region));
    let moved = region
        .unwrap_or_default()
        .by_key(&event.key(), event.shift_key());
    let press = match moved {
        Some(region) => Press::Draw(region),
        None if event.key() == "Enter" => Press::Read,
        None => return,
    };
    event.prevent_default();
    app.dispatch(Msg::Act(Action::Scan(press)));
}
