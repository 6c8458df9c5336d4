//! What is pasted and dropped, and files that are offered for saving.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, DataTransfer, DragEvent, Event, File, HtmlAnchorElement, Url,
};

use super::dom;
use crate::browser::storage::{Area, get_text};
use crate::store::local;

/// The largest image or file that is looked at, in bytes.
pub const MAX_FILE: f64 = 40.0 * 1024.0 * 1024.0;

/// The first image, or PDF with images, among what is pasted or dropped.
#[must_use]
pub fn image(data: &DataTransfer) -> Option<File> {
    let shows = |kind: String| kind.starts_with("image/") || kind == "application/pdf";
    file(data).filter(|file| shows(file.type_()))
}

/// All files among what is pasted or dropped, of any size.
#[must_use]
pub fn files(data: &DataTransfer) -> Vec<File> {
    let Some(files) = data.files() else {
        return Vec::new();
    };
    (0..files.length())
        .filter_map(|index| files.get(index))
        .collect()
}

/// The first file among what is pasted or dropped.
#[must_use]
pub fn file(data: &DataTransfer) -> Option<File> {
    data.files()?.get(0).filter(|file| file.size() <= MAX_FILE)
}

/// The text that is pasted or dropped, if it begins like an otpauth link.
#[must_use]
pub fn otpauth(data: &DataTransfer) -> Option<String> {
    let text = data.get_data("text/plain").ok()?;
    let start: String = text
        .trim_start()
        .chars()
        .take(10)
        .collect::<String>()
        .to_ascii_lowercase();
    (start.starts_with("otpauth") || start.starts_with("steam://")).then_some(text)
}

/// Accepts what is dragged over the page, and marks where it may be dropped.
pub fn drag(event: &Event, target: &str, over: bool) {
    if event.dyn_ref::<DragEvent>().is_none() {
        return;
    }
    event.prevent_default();
    for place in dom::all(target) {
        dom::mark(&place, "data-over", over);
    }
}

/// Offers what lies where the vault should be, as a file.
pub async fn save_damaged() {
    if let Ok(text) = get_text(Area::Local, &local::KEYS).await {
        save("holdfast-damaged-vault.json", &text, "application/json");
    }
}

/// Offers a text as a file.
pub fn save(name: &str, text: &str, kind: &str) {
    offer(name, &Array::of1(&JsValue::from_str(text)), kind);
}

/// Offers bytes as a file.
pub fn save_bytes(name: &str, bytes: &Uint8Array) {
    offer(name, &Array::of1(bytes), "application/octet-stream");
}

fn offer(name: &str, parts: &Array, kind: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let address = Blob::new_with_u8_array_sequence_and_options(parts, &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    let (Ok(address), Ok(link)) = (address, dom::document().create_element("a")) else {
        return;
    };
    if let Some(link) = link.dyn_ref::<HtmlAnchorElement>() {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    // The browser has taken what it needs by the time the click returns … after a moment.
    gloo::timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
}
