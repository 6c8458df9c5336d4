//! `storage.local` (on disk) and `storage.session` (in memory, gone when the browser closes).

use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{BrowserError, from_js, to_js};

/// A storage area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// On disk.
    Local,
    /// In memory.
    Session,
}

/// Reads some keys at once into a struct whose fields are named like the keys.
///
/// # Errors
/// When the browser can't read, or a value has another shape.
pub async fn get<T: DeserializeOwned>(area: Area, keys: &[&str]) -> Result<T, BrowserError> {
    from_js(read(area, keys).await?)
}

/// Reads some keys at once, whatever lies there; `None` where nothing does.
///
/// # Errors
/// When the browser can't read.
pub async fn get_each(area: Area, keys: &[&str]) -> Result<Vec<Option<JsValue>>, BrowserError> {
    let found: Entries = read(area, keys).await?.unchecked_into();
    let each = keys.iter().map(|key| found.entry(key));
    Ok(each.collect())
}

/// The keys of everything that lies there.
///
/// # Errors
/// When the browser can't read.
pub async fn names(area: Area) -> Result<Vec<String>, BrowserError> {
    let all = match area {
        Area::Local => local_get(JsValue::NULL).await,
        Area::Session => session_get(JsValue::NULL).await,
    }?;
    let keys = js_sys::Object::keys(all.unchecked_ref::<js_sys::Object>());
    Ok(keys.iter().filter_map(|key| key.as_string()).collect())
}

/// Reads some keys at once as the JSON text of an object, whatever lies there.
///
/// # Errors
/// When the browser can't read.
pub async fn get_text(area: Area, keys: &[&str]) -> Result<String, BrowserError> {
    let text = js_sys::JSON::stringify(&read(area, keys).await?)?;
    Ok(text.into())
}

async fn read(area: Area, keys: &[&str]) -> Result<JsValue, BrowserError> {
    let keys = to_js(keys)?;
    Ok(match area {
        Area::Local => local_get(keys).await,
        Area::Session => session_get(keys).await,
    }?)
}

/// Writes all fields of a struct at once, under their names. Fields that are `None` must be
/// skipped when serialising.
///
/// # Errors
/// When the browser can't write (quota, disk full).
pub async fn set<T: Serialize>(area: Area, values: &T) -> Result<(), BrowserError> {
    let values = to_js(values)?;
    match area {
        Area::Local => local_set(values).await,
        Area::Session => session_set(values).await,
    }?;
    Ok(())
}

/// Writes as [`set`] does, but tells the browser at once, before the returned future is awaited: for a
/// page that may be closed at any moment.
pub fn set_at_once<T: Serialize>(
    area: Area,
    values: &T,
) -> impl Future<Output = Result<(), BrowserError>> + use<T> {
    let written = to_js(values).and_then(|values| {
        Ok(match area {
            Area::Local => local_set_now(values),
            Area::Session => session_set_now(values),
        }?)
    });
    async move {
        JsFuture::from(written?).await?;
        Ok(())
    }
}

/// Writes several entries in one step.
///
/// # Errors
/// When the browser can't write (quota, disk full).
pub async fn set_entries(area: Area, entries: &[(&str, JsValue)]) -> Result<(), BrowserError> {
    let pairs: js_sys::Array = entries
        .iter()
        .map(|(key, value)| js_sys::Array::of2(&JsValue::from_str(key), value))
        .collect();
    let values = js_sys::Object::from_entries(&pairs)?.into();
    match area {
        Area::Local => local_set(values).await,
        Area::Session => session_set(values).await,
    }?;
    Ok(())
}

/// Removes keys.
///
/// # Errors
/// When the browser can't write.
pub async fn remove(area: Area, keys: &[&str]) -> Result<(), BrowserError> {
    let keys = to_js(keys)?;
    match area {
        Area::Local => local_remove(keys).await,
        Area::Session => session_remove(keys).await,
    }?;
    Ok(())
}

/// Calls back with the area's name (`"local"`, `"session"`) and the changed keys, for as long as
/// the page lives.
///
/// # Errors
/// When the browser refuses the listener.
pub fn on_changed(
    mut callback: impl FnMut(String, Vec<String>) + 'static,
) -> Result<(), BrowserError> {
    let listener =
        Closure::<dyn FnMut(js_sys::Object, String)>::new(move |changes: js_sys::Object, area| {
            let keys = js_sys::Object::keys(&changes)
                .iter()
                .filter_map(|key| key.as_string())
                .collect();
            callback(area, keys);
        });
    // The listener lives as long as the page: it is handed to JavaScript for good.
    add_changed_listener(&listener.into_js_value())?;
    Ok(())
}

#[wasm_bindgen]
extern "C" {
    /// What lies under each key.
    type Entries;
    #[wasm_bindgen(method, structural, indexing_getter)]
    fn entry(this: &Entries, key: &str) -> Option<JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "storage", "local"], js_name = get, catch)]
    async fn local_get(keys: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "local"], js_name = set, catch)]
    async fn local_set(values: JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "local"], js_name = remove, catch)]
    async fn local_remove(keys: JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "session"], js_name = get, catch)]
    async fn session_get(keys: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "session"], js_name = set, catch)]
    async fn session_set(values: JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "local"], js_name = set, catch)]
    fn local_set_now(values: JsValue) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "session"], js_name = set, catch)]
    fn session_set_now(values: JsValue) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "session"], js_name = remove, catch)]
    async fn session_remove(keys: JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "onChanged"], js_name = addListener, catch)]
    fn add_changed_listener(listener: &JsValue) -> Result<(), JsValue>;
}
