//! Folders that the browser lends: File System Access (Chromium), and the Origin Private File
//! System, which has the same interface.

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::{BrowserError, to_js};

/// Whether people can pick a folder in this browser.
#[must_use]
pub fn can_pick() -> bool {
    Reflect::has(&js_sys::global(), &"showDirectoryPicker".into()).unwrap_or(false)
}

/// Lets the person pick a folder to read and write. Must be called inside a click.
///
/// # Errors
/// When nothing was picked, or the browser can't.
pub fn pick() -> impl Future<Output = Result<Directory, BrowserError>> + use<> {
    #[derive(serde::Serialize)]
    struct Options {
        id: &'static str,
        mode: &'static str,
    }
    let picked = to_js(&Options {
        id: "holdfast",
        mode: "readwrite",
    })
    .and_then(|options| Ok(show_directory_picker(&options)?));
    async move { Ok(JsFuture::from(picked?).await?.unchecked_into()) }
}

/// What stands in a folder.
pub struct Found {
    /// Its name.
    pub name: String,
    /// It is a file, and how to reach it.
    pub file: Option<FileHandle>,
}

impl Directory {
    /// Whether it may be read and written now.
    pub async fn is_granted(&self) -> bool {
        let Ok(mode) = read_write() else {
            return false;
        };
        let state = self.js_query_permission(&mode).await;
        state.is_ok_and(|state| state.as_string().as_deref() == Some("granted"))
    }

    /// Asks the person for reading and writing again. Must be called inside a click.
    ///
    /// # Errors
    /// When the browser can't ask here.
    pub fn ask(&self) -> impl Future<Output = Result<bool, BrowserError>> + use<> {
        let asked = read_write().and_then(|mode| Ok(self.js_request_permission(&mode)?));
        async move {
            let state = JsFuture::from(asked?).await?;
            Ok(state.as_string().as_deref() == Some("granted"))
        }
    }

    /// A folder in it.
    ///
    /// # Errors
    /// The browser's own error.
    pub async fn folder(&self, name: &str, create: bool) -> Result<Directory, JsValue> {
        let handle = self.js_get_directory(name, &creating(create)?).await?;
        Ok(handle.unchecked_into())
    }

    /// A file in it.
    ///
    /// # Errors
    /// The browser's own error.
    pub async fn file(&self, name: &str, create: bool) -> Result<FileHandle, JsValue> {
        let handle = self.js_get_file(name, &creating(create)?).await?;
        Ok(handle.unchecked_into())
    }

    /// Removes a file.
    ///
    /// # Errors
    /// The browser's own error.
    pub async fn remove(&self, name: &str) -> Result<(), JsValue> {
        self.js_remove_entry(name).await.map(|_| ())
    }

    /// Everything in it.
    ///
    /// # Errors
    /// The browser's own error.
    pub async fn entries(&self) -> Result<Vec<Found>, JsValue> {
        let iterator = self.js_values();
        let mut found = Vec::new();
        loop {
            let step: Step = iterator.js_next().await?.unchecked_into();
            if step.js_done() {
                return Ok(found);
            }
            let handle = step.js_value();
            let is_file = handle.js_kind() == "file";
            found.push(Found {
                name: handle.js_name(),
                file: is_file.then_some(handle),
            });
        }
    }
}

impl FileHandle {
    /// The file as it is now.
    ///
    /// # Errors
    /// The browser's own error.
    pub async fn read(&self) -> Result<File, JsValue> {
        Ok(self.js_get_file().await?.unchecked_into())
    }

    /// Replaces what is in it: all of it, or nothing.
    ///
    /// # Errors
    /// The browser's own error.
    pub async fn write(&self, bytes: &[u8]) -> Result<(), JsValue> {
        let writable: Writable = self.js_create_writable().await?.unchecked_into();
        let written = writable.js_write(&Uint8Array::from(bytes)).await;
        match written {
            Ok(_) => writable.js_close().await.map(|_| ()),
            Err(error) => {
                // What was there before stays.
                let _ = writable.js_abort().await;
                Err(error)
            }
        }
    }
}

/// The bytes of a file.
///
/// # Errors
/// The browser's own error.
pub async fn bytes(file: &File) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn creating(create: bool) -> Result<JsValue, JsValue> {
    #[derive(serde::Serialize)]
    struct Options {
        create: bool,
    }
    to_js(&Options { create }).map_err(|error| JsValue::from_str(&error.0))
}

fn read_write() -> Result<JsValue, BrowserError> {
    #[derive(serde::Serialize)]
    struct Mode {
        mode: &'static str,
    }
    to_js(&Mode { mode: "readwrite" })
}

#[wasm_bindgen]
extern "C" {
    /// A `FileSystemDirectoryHandle`.
    #[derive(Clone)]
    pub type Directory;
    /// Its name; empty for the whole Origin Private File System.
    #[wasm_bindgen(method, getter)]
    pub fn name(this: &Directory) -> String;
    #[wasm_bindgen(method, js_name = getDirectoryHandle, catch)]
    async fn js_get_directory(
        this: &Directory,
        name: &str,
        options: &JsValue,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = getFileHandle, catch)]
    async fn js_get_file(
        this: &Directory,
        name: &str,
        options: &JsValue,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = removeEntry, catch)]
    async fn js_remove_entry(this: &Directory, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = values)]
    fn js_values(this: &Directory) -> Handles;
    #[wasm_bindgen(method, js_name = queryPermission, catch)]
    async fn js_query_permission(this: &Directory, mode: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = requestPermission, catch)]
    fn js_request_permission(this: &Directory, mode: &JsValue) -> Result<Promise, JsValue>;

    /// An asynchronous iterator over handles.
    type Handles;
    #[wasm_bindgen(method, js_name = next, catch)]
    async fn js_next(this: &Handles) -> Result<JsValue, JsValue>;

    /// What such an iterator gives.
    type Step;
    #[wasm_bindgen(method, getter, js_name = done)]
    fn js_done(this: &Step) -> bool;
    #[wasm_bindgen(method, getter, js_name = value)]
    fn js_value(this: &Step) -> FileHandle;

    /// A `FileSystemFileHandle`.
    pub type FileHandle;
    #[wasm_bindgen(method, getter, js_name = name)]
    fn js_name(this: &FileHandle) -> String;
    #[wasm_bindgen(method, getter, js_name = kind)]
    fn js_kind(this: &FileHandle) -> String;
    #[wasm_bindgen(method, js_name = getFile, catch)]
    async fn js_get_file(this: &FileHandle) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = createWritable, catch)]
    async fn js_create_writable(this: &FileHandle) -> Result<JsValue, JsValue>;

    /// A `FileSystemWritableFileStream`.
    type Writable;
    #[wasm_bindgen(method, js_name = write, catch)]
    async fn js_write(this: &Writable, bytes: &Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = close, catch)]
    async fn js_close(this: &Writable) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = abort, catch)]
    async fn js_abort(this: &Writable) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = showDirectoryPicker, catch)]
    fn show_directory_picker(options: &JsValue) -> Result<Promise, JsValue>;
}
