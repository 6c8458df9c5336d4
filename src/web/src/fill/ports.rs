//! What this task needs of the browser beyond storage: scripts in tabs, and the vault's writer.

use holdfast_core::fill::Origin;
use holdfast_core::fill::page::Frame;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::flow::Tab;
use crate::browser::{BrowserError, from_js, to_js};
use crate::message::{Answer, Failure, VaultRequest};

#[wasm_bindgen]
extern "C" {
    /// What `extension/fill/pages.js` exports: the functions that a script is injected by.
    pub type Pages;
    #[wasm_bindgen(method, js_name = tabInView, catch)]
    async fn js_tab(this: &Pages) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = origin, catch)]
    async fn js_origin(this: &Pages, tab: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = collect, catch)]
    async fn js_collect(this: &Pages, tab: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = collectTop, catch)]
    async fn js_collect_top(this: &Pages, tab: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = offerOn, catch)]
    async fn js_offer_on(this: &Pages, matches: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = write, catch)]
    async fn js_write(
        this: &Pages,
        tab: i32,
        frame: f64,
        document: Option<String>,
        order: JsValue,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = openPopup, catch)]
    async fn js_open_popup(this: &Pages) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = mayClear, catch)]
    async fn js_may_clear(this: &Pages) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = clear, catch)]
    async fn js_clear(this: &Pages, salt: &str, digest: &str) -> Result<JsValue, JsValue>;

    /// A function that sends a request to the vault's only writer.
    pub type Vault;
    #[wasm_bindgen(method, js_name = ask, catch)]
    async fn js_ask(this: &Vault, request: JsValue) -> Result<JsValue, JsValue>;
}

/// A document of the tab, and what was written down in it.
pub struct Document {
    /// The browser's number of the frame: in Firefox beyond 32 bits.
    pub frame_id: f64,
    /// The browser's name of the document, where it has one.
    pub document_id: Option<String>,
    /// The features.
    pub frame: Frame,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Collected {
    frame_id: f64,
    document_id: Option<String>,
    frame: String,
}

/// What to write where.
#[derive(Serialize)]
pub struct Order<'a> {
    /// The features' own mark: the boxes' numbers mean something in that document only.
    pub nonce: &'a str,
    /// The document's origin.
    pub origin: &'a str,
    /// The boxes.
    pub boxes: &'a [usize],
    /// The code.
    pub code: &'a str,
    /// Whether to submit.
    pub submit: bool,
}

/// What became of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Written {
    /// The boxes hold the code.
    pub filled: bool,
    /// Why not.
    pub why: Option<String>,
}

impl Pages {
    /// The tab in view.
    pub async fn tab_in_view(&self) -> Result<Option<Tab>, BrowserError> {
        from_js(self.js_tab().await?)
    }

    /// The origin of what a tab shows, if a code may go there and the browser lets us look.
    pub async fn origin(&self, tab: Tab) -> Option<Origin> {
        Origin::parse(&self.js_origin(tab.id).await.ok()?.as_string()?)
    }

    /// The documents of a tab that the browser lets us look into.
    pub async fn collect(&self, tab: Tab) -> Result<Vec<Document>, BrowserError> {
        let collected: Vec<Collected> = from_js(self.js_collect(tab.id).await?)?;
        // A document that can't be read is none to fill; it must not keep the others from it.
        let read = |document: Collected| {
            Some(Document {
                frame: serde_json::from_str(&document.frame).ok()?,
                frame_id: document.frame_id,
                document_id: document.document_id,
            })
        };
        Ok(collected.into_iter().filter_map(read).collect())
    }

    /// The page of a tab, without its frames.
    pub async fn collect_top(&self, tab: Tab) -> Option<Frame> {
        let collected = self.js_collect_top(tab.id).await.ok()?.as_string()?;
        serde_json::from_str(&collected).ok()
    }

    /// Has the script that offers run in the pages of these match patterns, and of no other.
    pub async fn offer_on(&self, patterns: &[String]) -> Result<(), BrowserError> {
        self.js_offer_on(to_js(patterns)?).await?;
        Ok(())
    }

    /// Writes a code into boxes of a document.
    pub async fn write(
        &self,
        tab: Tab,
        document: &Document,
        order: &Order<'_>,
    ) -> Result<Written, BrowserError> {
        let order = to_js(order)?;
        let name = document.document_id.clone();
        from_js(
            self.js_write(tab.id, document.frame_id, name, order)
                .await?,
        )
    }

    /// Whether the person lets us look at the clipboard.
    pub async fn may_clear(&self) -> bool {
        self.js_may_clear().await.is_ok_and(|may| may.is_truthy())
    }

    /// Clears the clipboard if it holds the text of this digest. A browser that refuses leaves it as
    /// it is.
    pub async fn clear(&self, salt: &str, digest: &str) {
        let _ = self.js_clear(salt, digest).await;
    }

    /// Opens the popup. A browser that refuses leaves it to the person.
    pub async fn open_popup(&self) {
        let _ = self.js_open_popup().await;
    }
}

impl Vault {
    /// Asks the vault's only writer.
    pub async fn ask(&self, request: &VaultRequest) -> Answer {
        let sent = async { from_js::<Answer>(self.js_ask(to_js(request)?).await?) };
        sent.await.unwrap_or_else(|BrowserError(detail)| {
            Err(Failure::new("background_unreachable").detailed(detail))
        })
    }
}
