//! IndexedDB, for the few things that only it can keep: keys that can't be exported, and handles
//! of folders.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

use super::BrowserError;

/// A database with one object store. Closed when dropped.
pub struct Database {
    database: IdbDatabase,
    store: &'static str,
}

impl Database {
    /// Opens a database, or makes it.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn open(name: &str, store: &'static str) -> Result<Self, BrowserError> {
        let request: IdbOpenDbRequest = indexed_db().open_with_u32(name, 1)?;
        let upgrading = request.clone();
        let upgrade = Closure::once(move || {
            let database = upgrading
                .result()
                .and_then(|result| result.dyn_into::<IdbDatabase>());
            if let Ok(database) = database {
                // A store that can't be made shows as a failing transaction right after.
                let _ = database.create_object_store(store);
            }
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let database = settled(&request).await?.unchecked_into();
        Ok(Self { database, store })
    }

    /// What is kept under a name; `undefined` if nothing is.
    ///
    /// # Errors
    /// When the browser can't read.
    pub async fn get(&self, name: &str) -> Result<JsValue, BrowserError> {
        let transaction = self.database.transaction_with_str(self.store)?;
        let store = transaction.object_store(self.store)?;
        settled(&store.get(&name.into())?).await
    }

    /// Keeps a value under a name that is not taken yet. Of two that write at once the first wins.
    ///
    /// # Errors
    /// When the name is taken, or the browser can't write.
    pub async fn add(&self, name: &str, value: &JsValue) -> Result<(), BrowserError> {
        let mode = IdbTransactionMode::Readwrite;
        let transaction = self
            .database
            .transaction_with_str_and_mode(self.store, mode)?;
        let store = transaction.object_store(self.store)?;
        settled(&store.add_with_key(value, &name.into())?).await?;
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.database.close();
    }
}

/// Waits for a request.
async fn settled(request: &IdbRequest) -> Result<JsValue, BrowserError> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    let outcome = JsFuture::from(promise).await;
    request.set_onsuccess(None);
    request.set_onerror(None);
    outcome.map_err(|_| BrowserError("IndexedDB refused".into()))?;
    Ok(request.result()?)
}

fn indexed_db() -> IdbFactory {
    INDEXED_DB.with(Clone::clone)
}

#[wasm_bindgen]
extern "C" {
    // Pages and workers share it; `web_sys::window` would be absent in a worker.
    #[wasm_bindgen(thread_local_v2, js_name = indexedDB)]
    static INDEXED_DB: IdbFactory;
}
