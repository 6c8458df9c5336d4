//! The page at work: events in, effects out.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::{Interval, Timeout};
use holdfast_core::seal::kdf;
use holdfast_core::seal::limits;
use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, DragEvent, Element, Event, File, HtmlAnchorElement, HtmlElement,
    HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, Url,
};
use zeroize::Zeroizing;

use crate::model::{Effect, Field, Model, Msg};
use crate::session::Session;
use crate::words::{Text, Words, language};
use crate::{dom, draw};

/// The page's state. Cheap to clone: all clones are the same.
#[derive(Clone)]
struct Page(Rc<RefCell<State>>);

struct State {
    model: Model,
    words: Words,
    /// Seconds since 1970 at which the codes were last drawn.
    drawn: u64,
    listeners: Vec<EventListener>,
    ticker: Option<Interval>,
}

/// Starts the page. `messages` are its texts, see [`Words::new`].
#[wasm_bindgen]
pub fn start(messages: &str) {
    let preferred = dom::window().navigator().language().unwrap_or_default();
    let page = Page(Rc::new(RefCell::new(State {
        model: Model::default(),
        words: Words::new(messages, &preferred),
        drawn: 0,
        listeners: Vec::new(),
        ticker: None,
    })));
    page.listen();
    draw::language(&page.0.borrow().words);
    dom::show("not-started", false);
    dom::show("main", true);
    page.draw();
    page.keep_counting();
}

impl Page {
    fn send(&self, msg: Msg) {
        let forgotten = matches!(msg, Msg::Forgotten);
        let opened = matches!(msg, Msg::Opened(Ok(_)));
        let effect = self.0.borrow_mut().model.update(msg);
        if forgotten {
            draw::forget();
            dom::by_id::<HtmlElement>("export")
                .remove_attribute("open")
                .ok();
        }
        if opened {
            let state = self.0.borrow();
            if let Some(session) = &state.model.session {
                draw::accounts(session, &state.words, now());
            }
            dom::by_id::<HtmlInputElement>("secret").set_value("");
        }
        self.draw();
        match effect {
            Some(Effect::Open(secret)) => self.open(secret),
            Some(Effect::Focus(Field::File)) => dom::focus("choose"),
            Some(Effect::Focus(Field::Secret)) => self.focus_secret(),
            Some(Effect::FocusAccounts) => dom::focus("accounts-heading"),
            None => {}
        }
    }

    fn draw(&self) {
        let state = self.0.borrow();
        draw::page(&state.model, &state.words);
    }

    /// Derives the key, which keeps the page busy for a moment; before that it says so.
    fn open(&self, secret: Zeroizing<String>) {
        let page = self.clone();
        let open = move || {
            measuring("open");
            let result = {
                let state = page.0.borrow();
                let bytes = state.model.file.as_ref().map(|file| file.bytes.as_slice());
                Session::open(bytes.unwrap_or_default(), &secret, &|text, params, salt| {
                    // The browser has the tables for it.
                    let normalised = JsString::from(text).normalize("NFC");
                    let normalised = Zeroizing::new(String::from(normalised));
                    kdf::derive_normalised(&normalised, params, salt)
                })
            };
            measured("open");
            page.send(Msg::Opened(result));
        };
        // A few frames, so that what was drawn is seen.
        Timeout::new(60, open).forget();
    }

    /// Selects the group of the recovery key that has the typing mistake.
    fn focus_secret(&self) {
        dom::focus("secret");
        let field: HtmlInputElement = dom::by_id("secret");
        let group = self
            .0
            .borrow()
            .model
            .problem
            .as_ref()
            .and_then(|problem| problem.group);
        if let Some((start, end)) = group.and_then(|group| place_of_group(&field.value(), group)) {
            let _ = field.set_selection_range(start, end);
        }
    }

    fn read(&self, file: File) {
        let page = self.clone();
        spawn_local(async move {
            let refused = Msg::Refused { size: file.size() };
            if file.size() > limits::FILE as f64 {
                return page.send(refused);
            }
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => page.send(Msg::Picked {
                    name: file.name(),
                    bytes: Uint8Array::new(&buffer).to_vec(),
                }),
                Err(_) => page.send(refused),
            }
        });
    }

    /// Draws the codes again at every full second.
    fn keep_counting(&self) {
        let page = self.clone();
        let ticker = Interval::new(250, move || page.tick());
        self.0.borrow_mut().ticker = Some(ticker);
    }

    fn tick(&self) {
        let (now, mut state) = (now(), self.0.borrow_mut());
        if state.model.session.is_none() || state.drawn == now / 1000 {
            return;
        }
        state.drawn = now / 1000;
        let Some(session) = &state.model.session else {
            return;
        };
        let height = dom::window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64());
        for item in dom::all("#accounts > li") {
            // Those out of sight are drawn when they come into it.
            let place = item.get_bounding_client_rect();
            if place.bottom() < 0.0 || height.is_some_and(|height| place.top() > height) {
                continue;
            }
            if let Some(row) = index_of(&item).and_then(|index| session.rows.get(index)) {
                draw::code(&item, row, now);
            }
        }
    }

    fn listen(&self) {
        self.on("choose", "click", |_, _| {
            dom::by_id::<HtmlInputElement>("file").click()
        });
        self.on("file", "change", |page, _| {
            let files = dom::by_id::<HtmlInputElement>("file").files();
            if let Some(file) = files.and_then(|files| files.get(0)) {
                page.read(file);
            }
        });
        self.on("page", "dragover", |_, event| event.prevent_default());
        self.on("page", "drop", |page, event| {
            event.prevent_default();
            let files = event
                .dyn_ref::<DragEvent>()
                .and_then(DragEvent::data_transfer)
                .and_then(|transfer| transfer.files());
            if let Some(file) = files.and_then(|files| files.get(0)) {
                page.read(file);
            }
        });
        self.on("open-form", "submit", |page, event| {
            event.prevent_default();
            let secret = dom::by_id::<HtmlInputElement>("secret").value();
            page.send(Msg::Submitted(Zeroizing::new(secret)));
        });
        self.on("reveal", "click", |_, _| reveal());
        self.on("forget", "click", |page, _| page.send(Msg::Forgotten));
        self.on("language", "change", |page, _| page.speak());
        self.on("accounts", "click", |page, event| page.copy_code(event));
        self.on("export", "toggle", |page, _| page.fill_export());
        self.on("copy-links", "click", |page, _| page.copy_links());
        self.on("save-links", "click", |_, _| save_links());
        self.on("print", "click", |page, _| page.print());
    }

    fn on(&self, id: &str, event: &'static str, act: impl Fn(&Self, &Event) + 'static) {
        let page = self.clone();
        let target: Element = dom::by_id(id);
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&target, event, options, move |event| {
            act(&page, event);
        });
        self.0.borrow_mut().listeners.push(listener);
    }

    fn speak(&self) {
        let chosen = dom::by_id::<HtmlSelectElement>("language").value();
        self.0.borrow_mut().words.language = language(&chosen);
        let state = self.0.borrow();
        draw::language(&state.words);
        draw::page(&state.model, &state.words);
        if let Some(session) = &state.model.session {
            draw::notes(session, &state.words);
        }
    }

    fn copy_code(&self, event: &Event) {
        let item = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("li").ok().flatten());
        let Some(item) = item else { return };
        let state = self.0.borrow();
        let row = index_of(&item)
            .zip(state.model.session.as_ref())
            .and_then(|(index, session)| session.rows.get(index));
        let Some(row) = row else { return };
        draw::code(&item, row, now());
        copy(row.code(now()).text.clone());
        say("copied_live", &state.words);
        dom::set_attribute(&item, "data-copied", Some(""));
        Timeout::new(1500, move || dom::set_attribute(&item, "data-copied", None)).forget();
    }

    fn fill_export(&self) {
        if let Some(session) = &self.0.borrow().model.session {
            draw::export(session);
        }
    }

    fn copy_links(&self) {
        let state = self.0.borrow();
        if let Some(session) = &state.model.session {
            copy(session.links());
            say("export_copied", &state.words);
        }
    }

    fn print(&self) {
        if let Some(session) = &self.0.borrow().model.session {
            draw::paper(session);
        }
        let _ = dom::window().print();
        // The secrets need not stay in the page.
        dom::by_id::<Element>("paper-rows").replace_children_with_node_0();
    }
}

/// Where a group of five stands in what was typed, in UTF-16 units.
fn place_of_group(typed: &str, group: usize) -> Option<(u32, u32)> {
    let mut symbols = 0;
    let (mut start, mut place) = (None, 0);
    for character in typed.chars() {
        let next = place + character.len_utf16() as u32;
        if character.is_alphanumeric() {
            if symbols == group * 5 {
                start = Some(place);
            }
            symbols += 1;
            if symbols == group * 5 + 5 {
                return start.map(|start| (start, next));
            }
        }
        place = next;
    }
    start.map(|start| (start, place))
}

fn index_of(item: &Element) -> Option<usize> {
    item.get_attribute("data-index")?.parse().ok()
}

fn reveal() {
    let field: HtmlInputElement = dom::by_id("secret");
    let shown = field.type_() == "password";
    field.set_type(if shown { "text" } else { "password" });
    let button: Element = dom::by_id("reveal");
    dom::set_attribute(
        &button,
        "aria-pressed",
        Some(if shown { "true" } else { "false" }),
    );
}

/// Puts a text on the clipboard. Where the browser refuses that to a file, an invisible field and
/// the old command do.
fn copy(text: Zeroizing<String>) {
    spawn_local(async move {
        let clipboard = dom::window().navigator().clipboard();
        if !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(&text)).await.is_ok() {
            return;
        }
        let field: HtmlTextAreaElement = dom::by_id("clipboard");
        field.set_value(&text);
        field.set_hidden(false);
        field.select();
        exec_command("copy");
        field.set_value("");
        field.set_hidden(true);
    });
}

/// Notes when something begins, and with [`measured`] how long it took: in the developer tools'
/// timeline, and for `make bench`. What can't be noted is missed by nobody.
fn measuring(name: &str) {
    if let Some(clock) = dom::window().performance() {
        let _ = clock.mark(name);
    }
}

/// See [`measuring`].
fn measured(name: &str) {
    if let Some(clock) = dom::window().performance() {
        let _ = clock.measure_with_start_mark(name, name);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = document, js_name = execCommand)]
    fn exec_command(name: &str) -> bool;
}

/// Saves the links as a file.
fn save_links() {
    let text = dom::by_id::<HtmlTextAreaElement>("links").value();
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain");
    let parts = Array::of1(&JsValue::from_str(&text));
    let url = Blob::new_with_str_sequence_and_options(&parts, &kind)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    if let Ok(url) = url {
        let link: HtmlAnchorElement = dom::by_id("save-target");
        link.set_href(&url);
        link.click();
        // The browser begins to read it only after this.
        Timeout::new(10_000, move || drop(Url::revoke_object_url(&url))).forget();
        let _ = link.remove_attribute("href");
    }
}

/// Tells those who don't see the page.
fn say(key: &str, words: &Words) {
    dom::set_text(&dom::by_id::<Element>("live"), &words.say(&Text::new(key)));
}

fn now() -> u64 {
    js_sys::Date::now() as u64
}
