//! The offer beside a code's box, on the sites where a person asked for it.
//!
//! A script of ours runs in the pages of just those origins. It says two words, "look" and "fill", and
//! hears where to draw our sign: nothing of a page is in the question, no account is in the answer, and
//! whether the vault is open or holds an account for the site makes no difference to what is drawn.
//! Filling is then what it is for the shortcut, with the same rules and the same questions.

use holdfast_core::fill::{Origin, detect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::flow::Tab;
use super::{FillTask, Gesture};
use crate::browser::{BrowserError, permissions, to_js};
use crate::message::Failure;
use crate::message::fill::{FillReply, Outcome};
use crate::store::fill::Memory;
use crate::store::vault::{self, VaultState};

/// Where to draw: a number that means something in that document only.
#[derive(Serialize)]
struct Found {
    nonce: String,
    #[serde(rename = "box")]
    field: usize,
}

#[wasm_bindgen]
impl FillTask {
    /// Answers the script. Whence it speaks is what the browser says.
    pub async fn offer(
        &self,
        verb: String,
        url: String,
        origin: String,
        tab: Option<i32>,
        private: Option<bool>,
        frame: Option<f64>,
    ) -> JsValue {
        let (Some(id), Some(private), Some(0.0)) = (tab, private, frame) else {
            return JsValue::NULL;
        };
        let tab = Tab { id, private };
        let said = if origin.is_empty() { url } else { origin };
        let Some(origin) = Origin::parse(&said).filter(|_| !said.is_empty()) else {
            return JsValue::NULL;
        };
        if !is_offered(&Memory::load().await, &origin) {
            return JsValue::NULL;
        }
        match verb.as_str() {
            "look" => self.find(tab, &origin).await.unwrap_or(JsValue::NULL),
            "fill" => {
                self.pressed(tab, &origin).await;
                JsValue::NULL
            }
            _ => JsValue::NULL,
        }
    }

    /// The browser forgets the script at every update, and a person may take a permission back.
    pub async fn offer_again(&self) {
        let memory = Memory::load().await;
        if !memory.offers.is_empty() {
            let _ = self.register(&memory.offers).await;
        }
    }
}

impl FillTask {
    /// Keeps the origins in whose pages codes are offered.
    pub(super) async fn offer_on(&self, origins: Vec<String>) -> Result<FillReply, Failure> {
        let mut memory = Memory::load().await;
        let origins = self.register(&origins).await?;
        memory.offers.clone_from(&origins);
        memory.save().await?;
        Ok(FillReply::Offering { origins })
    }

    /// Has the script run where the browser lets us; gives those origins.
    async fn register(&self, origins: &[String]) -> Result<Vec<String>, BrowserError> {
        let (mut kept, mut patterns) = (Vec::new(), Vec::new());
        for origin in origins.iter().filter_map(|text| Origin::parse(text)) {
            let Some(pattern) = permissions::pattern(&origin.to_string()) else {
                continue;
            };
            if permissions::contains(std::slice::from_ref(&pattern)).await {
                kept.push(origin.to_string());
                patterns.push(pattern);
            }
        }
        self.pages.offer_on(&patterns).await?;
        Ok(kept)
    }

    async fn find(&self, tab: Tab, origin: &Origin) -> Option<JsValue> {
        let page = self.pages.collect_top(tab).await?;
        if Origin::parse(&page.origin)? != *origin {
            return None;
        }
        let target = detect(std::slice::from_ref(&page))?;
        // Beside the last of several boxes.
        let field = *target.fields.last()?;
        let found = Found {
            nonce: page.nonce,
            field,
        };
        to_js(&found).ok()
    }

    async fn pressed(&self, tab: Tab, origin: &Origin) {
        // What is pressed is in view; and the page is still the one in which it was.
        let in_view = self.pages.tab_in_view().await.ok().flatten();
        let same = in_view.is_some_and(|view| view.id == tab.id)
            && self.pages.origin(tab).await.as_ref() == Some(origin);
        if !same {
            return;
        }
        let outcome = match vault::load().await {
            Ok(VaultState::Open(contents)) => {
                let gesture = Gesture {
                    account: None,
                    consent: None,
                    frame: None,
                };
                Some(self.fill(&contents.vault, tab, gesture).await)
            }
            Ok(_) => None,
            Err(_) => Some(Outcome::nothing("storage")),
        };
        self.tell(tab, None, outcome).await;
    }
}

fn is_offered(memory: &Memory, origin: &Origin) -> bool {
    let offered = memory.offers.iter().filter_map(|text| Origin::parse(text));
    // Match patterns know no ports.
    offered
        .into_iter()
        .any(|site| site.scheme == origin.scheme && site.host == origin.host)
}
