//! What the section asks of the browser.

use holdfast_core::account::AccountDraft;
use holdfast_core::handover::FileOutcome;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::super::Options;
use super::super::effects::reload;
use super::super::model::Msg as PageMsg;
use super::{Effect, Msg};
use crate::browser::runtime;
use crate::message::Request;
use crate::message::keys::KeysRequest;
use crate::pages::app::App;
use crate::pages::qr::Seen;
use crate::pages::{dom, transfer};

#[wasm_bindgen]
extern "C" {
    /// The exports of `transfer.js`, handed in by the page's entry script.
    #[derive(Clone)]
    pub type Transfer;
    #[wasm_bindgen(method, catch, js_name = readFiles)]
    async fn read_files(
        this: &Transfer,
        files: &Array,
        password: Option<String>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = lostFields)]
    async fn lost_fields(this: &Transfer, target: &str, drafts: &str) -> Result<JsValue, JsValue>;
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
    let later = app.clone();
    let tell = move |msg| later.dispatch(PageMsg::Transfer(msg));
    match effect {
        Effect::Read(files, password) => spawn_local(async move {
            let list = Array::new();
            for file in &files {
                list.push(&Uint8Array::from(file.as_slice()));
            }
            let read = transfer.read_files(&list, password).await;
            tell(Msg::Read(json::<Vec<FileOutcome>>(read)));
        }),
        Effect::Ask(request) => spawn_local(async move {
            let request = Request::Keys(KeysRequest::Transfer(request));
            tell(Msg::Imported(runtime::ask(&request).await));
        }),
        Effect::Losses(target, drafts) => spawn_local(async move {
            let lost = transfer.lost_fields(&target, &written(&drafts)).await;
            tell(Msg::Lost(json(lost).unwrap_or_default()));
        }),
        Effect::Write(target, drafts, password) => spawn_local(async move {
            let drafts = written(&drafts);
            let file = transfer.write_file(&target, &drafts, password);
            tell(Msg::Written(match file.await {
                Ok(bytes) => {
                    transfer::save_bytes(file_name(&target), &Uint8Array::new(&bytes));
                    Ok(())
                }
                Err(error) => Err(code(&error)),
            }));
        }),
        Effect::Focus(id) => {
            if let Some(element) = dom::by_id(id) {
                dom::focus(&element);
            }
        }
        Effect::Reload => reload(app),
    }
}

/// Opens files: the texts of the codes in pictures, anything else as it is.
pub fn open(app: &App<Options>, files: Vec<File>) {
    let app = app.clone();
    let reader = app.with_page(|page, _| page.reader.clone());
    spawn_local(async move {
        let mut opened = Vec::new();
        for file in files {
            if file.type_().starts_with("image/") {
                match reader.image(&file).await {
                    Seen::Texts(texts) => opened.push((file.name(), texts.join("\n").into_bytes())),
                    seen => {
                        app.dispatch(PageMsg::Read(seen));
                        return;
                    }
                }
            } else if let Ok(buffer) = JsFuture::from(file.array_buffer()).await {
                opened.push((file.name(), Uint8Array::new(&buffer).to_vec()));
            }
        }
        if !opened.is_empty() {
            app.dispatch(PageMsg::Transfer(Msg::Opened(opened)));
        }
    });
}

fn file_name(target: &str) -> &'static str {
    match target {
        "aegis" => "aegis-export-plain.json",
        "aegis_encrypted" => "aegis-export.json",
        "two_fas" => "2fas-backup.2fas",
        "bitwarden" => "bitwarden_export.json",
        _ => "accounts.txt",
    }
}

fn written(drafts: &[AccountDraft]) -> String {
    serde_json::to_string(drafts).unwrap_or_default()
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
