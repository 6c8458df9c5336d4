//! What the section asks of the browser.

use holdfast_core::account::AccountDraft;
use holdfast_core::export::Target;
use holdfast_core::handover::FileOutcome;
use holdfast_core::import::MAX_FILE_BYTES;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;
use zeroize::Zeroizing;

use super::import::Source;
use super::{Effect, Msg, camera, export, import};
use crate::browser::runtime;
use crate::message::Request;
use crate::message::keys::KeysRequest;
use crate::pages::app::App;
use crate::pages::dom;
use crate::pages::options::Options;
use crate::pages::options::effects::reload;
use crate::pages::options::model::Msg as PageMsg;
use crate::pages::options::qr_codes::{self, Drawn};
use crate::pages::qr::Seen;

/// The most that is opened at once, in bytes: files are kept until they are imported.
const MAX_TOGETHER: f64 = 2.0 * MAX_FILE_BYTES as f64;

#[wasm_bindgen]
extern "C" {
    /// The exports of `transfer.js`, handed in by the page's entry script.
    #[derive(Clone)]
    pub type Transfer;
    #[wasm_bindgen(method, catch, js_name = readFiles)]
    async fn read_files(
        this: &Transfer,
        files: &Array,
        passwords: Vec<String>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = writeFile)]
    async fn write_file(
        this: &Transfer,
        target: &str,
        drafts: &str,
        password: Option<String>,
    ) -> Result<JsValue, JsValue>;
}

/// Runs an effect.
pub fn run(effect: Effect, app: &App<Options>) {
    let transfer = app.with_page(|page, _| page.transfer.clone());
    let app = app.clone();
    match effect {
        Effect::Import(import::Effect::Read(files)) => spawn_local(async move {
            let (list, mut passwords) = (Array::new(), Vec::new());
            for (file, password) in &files {
                list.push(&Uint8Array::from(file.as_slice()));
                passwords.push(password.to_string());
            }
            let read = transfer.read_files(&list, passwords).await;
            tell(&app, import::Msg::Read(json::<Vec<FileOutcome>>(read)));
        }),
        Effect::Import(import::Effect::Camera(true)) => camera::start(&app),
        Effect::Import(import::Effect::Camera(false)) => camera::stop(&app),
        Effect::Import(import::Effect::Ask(request)) => spawn_local(async move {
            let request = Request::Keys(KeysRequest::Transfer(request));
            tell(&app, import::Msg::Imported(runtime::ask(&request).await));
        }),
        Effect::Export(export::Effect::Write(target, drafts, password)) => {
            spawn_local(async move {
                let written = write(&transfer, target, &drafts, password).await;
                let written = written
                    .map(|bytes| crate::pages::transfer::save_bytes(target.file_name(), &bytes));
                let msg = Msg::Export(export::Msg::Written(written));
                app.dispatch(PageMsg::Transfer(msg));
            });
        }
        Effect::Export(export::Effect::Draw(choice, drafts)) => spawn_local(async move {
            let drawn = draw(&app, &transfer, choice.target(), &drafts).await;
            let msg = Msg::Export(export::Msg::Drawn(choice, drafts, drawn));
            app.dispatch(PageMsg::Transfer(msg));
        }),
        Effect::Export(export::Effect::Print) => {
            let _ = dom::window().print();
        }
        Effect::Focus(id) => {
            if let Some(element) = dom::by_id(id) {
                dom::focus(&element);
            }
        }
        Effect::Reload => reload(&app),
    }
}

/// Opens files: the texts of the codes in pictures, anything else as it is. What can't be opened,
/// or is too large, comes with its reason.
pub fn open(app: &App<Options>, files: Vec<File>) {
    let app = app.clone();
    let reader = app.with_page(|page, _| page.reader.clone());
    spawn_local(async move {
        let (mut opened, mut together) = (Vec::new(), 0.0);
        for file in files {
            let name = file.name();
            // Before anything of it is read.
            if file.size() > MAX_FILE_BYTES as f64 || together + file.size() > MAX_TOGETHER {
                opened.push(Source::unopened(name, "import_too_large"));
                continue;
            }
            let Ok(buffer) = JsFuture::from(file.array_buffer()).await else {
                opened.push(Source::unopened(name, "file_unreadable"));
                continue;
            };
            let bytes = Uint8Array::new(&buffer).to_vec();
            if !holdfast_core::import::is_picture(&bytes) {
                together += file.size();
                opened.push(Source::file(name, bytes));
                continue;
            }
            opened.push(match reader.image(&file).await {
                Seen::Texts(texts) => Source::codes(name, &texts),
                Seen::Nothing => Source::unopened(name, "no_qr"),
                Seen::Failed(code) => Source::unopened(name, code),
            });
        }
        if !opened.is_empty() {
            tell(&app, import::Msg::Opened(opened));
        }
    });
}

fn tell(app: &App<Options>, msg: import::Msg) {
    app.dispatch(PageMsg::Transfer(Msg::Import(msg)));
}

async fn write(
    transfer: &Transfer,
    target: Target,
    drafts: &[AccountDraft],
    password: Option<Zeroizing<String>>,
) -> Result<Uint8Array, String> {
    let drafts = Zeroizing::new(serde_json::to_string(drafts).unwrap_or_default());
    let password = password.map(|password| password.to_string());
    let file = transfer.write_file(target.name(), &drafts, password);
    Ok(Uint8Array::new(&file.await.map_err(|error| code(&error))?))
}

/// Each line of a format as a QR code.
async fn draw(
    app: &App<Options>,
    transfer: &Transfer,
    target: Target,
    drafts: &[AccountDraft],
) -> Result<Vec<Drawn>, String> {
    let bytes = write(transfer, target, drafts, None).await?;
    let bytes = Zeroizing::new(bytes.to_vec());
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let reader = app.with_page(|page, _| page.reader.clone());
    qr_codes::write(&reader, text.lines().map(str::to_owned).collect()).await
}

fn json<T: serde::de::DeserializeOwned>(result: Result<JsValue, JsValue>) -> Result<T, String> {
    let text = result.map_err(|error| code(&error))?;
    let text = text.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|_| "module_failed".to_owned())
}

/// A code that was thrown; anything else is the module's own failure.
fn code(error: &JsValue) -> String {
    error
        .as_string()
        .unwrap_or_else(|| "module_failed".to_owned())
}
