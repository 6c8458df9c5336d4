//! Puts codes into pages: on a person's gesture, into the tab in view, and nowhere else.
//!
//! `background.js` hands gestures in: the shortcut, the context menu, the popup's requests. Two
//! scripts run in the page: one writes down plain features of its fields, the other writes the code
//! into the boxes that were decided on here. Between the two lies only this task, and the second is
//! sent to the very document that the first came from.

mod clipboard;
mod flow;
mod offer;
mod permit;
mod ports;

use std::cell::Cell;

use wasm_bindgen::prelude::*;

use crate::browser::clock::now_millis;
use crate::browser::{BrowserError, runtime, to_js};
use crate::message::fill::{FillReply, FillRequest, Outcome, TabView};
use crate::message::{Answer, Failure, Reply};
use crate::store::fill::{Memory, Permitting, Waiting};
use crate::store::vault::{self, VaultState};
use flow::{Gesture, Tab};
pub use ports::{Pages, Vault};

/// A gesture that is made again so soon, in milliseconds, while the first is under way, is the same.
const TWICE: u64 = 1_500;

/// The task, as `background.js` holds it.
#[wasm_bindgen]
pub struct FillTask {
    pages: Pages,
    vault: Vault,
    /// The tab that a gesture is filling, and when it was made.
    filling: Cell<Option<(i32, u64)>>,
}

#[wasm_bindgen]
impl FillTask {
    /// Starts it. `pages` runs scripts in tabs; `vault` sends requests to the vault's only writer.
    #[must_use]
    pub fn start(pages: Pages, vault: Vault) -> FillTask {
        Self {
            pages,
            vault,
            filling: Cell::new(None),
        }
    }

    /// The shortcut was pressed, or the context menu's entry chosen (then `frame` is the frame that
    /// the field lies in, which has the focus).
    pub async fn gesture(&self, tab: i32, private: bool, frame: Option<f64>) {
        let tab = Tab { id: tab, private };
        let now = now_millis();
        // Made twice, it is one: a counter would move past a code.
        let again = |(filling, at): (i32, u64)| filling == tab.id && now.abs_diff(at) < TWICE;
        if self.filling.get().is_some_and(again) {
            return;
        }
        self.filling.set(Some((tab.id, now)));
        self.fill_on(tab, frame).await;
        self.filling.take();
    }

    /// The browser has let us into more than before.
    pub async fn permitted(&self) {
        if self.permission_came().await {
            self.pages.open_popup().await;
        }
    }

    /// The time has come to take a code off the clipboard.
    pub async fn clear_clipboard(&self) {
        clipboard::clear(&self.pages).await;
    }

    /// Answers a request of one of our own pages.
    pub async fn message(&self, message: JsValue, url: String, origin: String) -> JsValue {
        let answer = match own_request(message, &url, &origin) {
            Ok(request) => self.answer(request).await.map(Reply::Fill),
            Err(failure) => Err(failure),
        };
        to_js::<Answer>(&answer).unwrap_or(JsValue::NULL)
    }
}

impl FillTask {
    async fn fill_on(&self, tab: Tab, frame: Option<f64>) {
        let outcome = match vault::load().await {
            Ok(VaultState::Open(contents)) => {
                let gesture = Gesture {
                    account: None,
                    consent: None,
                    frame,
                };
                Some(self.fill(&contents.vault, tab, gesture).await)
            }
            Ok(_) => None,
            Err(_) => Some(Outcome::nothing("storage")),
        };
        self.tell(tab, frame, outcome).await;
    }

    async fn answer(&self, request: FillRequest) -> Result<FillReply, Failure> {
        match request {
            FillRequest::Look => Ok(FillReply::Tab(self.look().await?)),
            FillRequest::Fill { account, consent } => {
                let VaultState::Open(contents) = vault::load().await? else {
                    return Err(Failure::new("vault_locked"));
                };
                let Some(tab) = self.pages.tab_in_view().await? else {
                    return Ok(FillReply::Outcome(Outcome::nothing("page_closed")));
                };
                let gesture = Gesture {
                    account: Some(account),
                    consent,
                    frame: None,
                };
                let outcome = self.fill(&contents.vault, tab, gesture).await;
                Ok(FillReply::Outcome(outcome))
            }
            FillRequest::Permitted => Ok(self
                .permission_asked()
                .await
                .map_or(FillReply::Noted, FillReply::Outcome)),
            FillRequest::OfferOn { origins } => self.offer_on(origins).await,
            FillRequest::SubmitOn { sites } => self.submit_on(&sites).await,
            FillRequest::Copied { text } => {
                // What the popup copies it has said.
                let _ = Waiting::take(now_millis()).await;
                Permitting::forget().await;
                clipboard::remember(&self.pages, &text).await?;
                Ok(FillReply::Noted)
            }
        }
    }

    /// What can't be said in the page is said in the popup.
    async fn tell(&self, tab: Tab, frame: Option<f64>, outcome: Option<Outcome>) {
        if outcome == Some(Outcome::Filled) {
            return;
        }
        keep_for_popup(tab, frame, outcome).await;
        self.pages.open_popup().await;
    }

    /// The tab in view, and what a gesture in it left to be said.
    async fn look(&self) -> Result<TabView, Failure> {
        // First of all: what a gesture leaves while this goes on is meant for the popup it opens.
        let waiting = Waiting::take(now_millis()).await;
        let Some(tab) = self.pages.tab_in_view().await? else {
            return Ok(TabView::default());
        };
        let waiting = waiting.filter(|waiting| waiting.tab == tab.id);
        let VaultState::Open(contents) = vault::load().await? else {
            return Ok(TabView::default());
        };
        let Some(top) = self.pages.origin(tab).await else {
            return Ok(TabView {
                outcome: waiting.and_then(|waiting| waiting.outcome),
                ..TabView::default()
            });
        };
        let memory = Memory::load().await;
        let choice = flow::choice(&contents.vault, &memory, &top);
        let outcome = match waiting {
            None => self.permission_answered(tab).await,
            Some(Waiting {
                outcome: Some(outcome),
                ..
            }) => Some(outcome),
            // It was locked; now it is not.
            Some(Waiting { frame, .. }) => {
                let gesture = Gesture {
                    account: None,
                    consent: None,
                    frame,
                };
                Some(self.fill(&contents.vault, tab, gesture).await)
            }
        };
        Ok(TabView {
            host: Some(top.name()),
            bound: choice.bound,
            suggested: choice.suggested,
            outcome,
        })
    }

    /// Keeps the sites on which filling submits. An empty text only asks for them.
    async fn submit_on(&self, sites: &str) -> Result<FillReply, Failure> {
        let mut memory = Memory::load().await;
        let mut kept = Vec::new();
        for line in sites.lines().filter(|line| !line.trim().is_empty()) {
            let site = holdfast_core::fill::Site::parse(line)
                .ok_or_else(|| Failure::of_field("site_invalid", "sites"))?;
            kept.push(site.to_string());
        }
        memory.submit.clone_from(&kept);
        memory.save().await?;
        Ok(FillReply::Submitting { sites: kept })
    }
}

async fn keep_for_popup(tab: Tab, frame: Option<f64>, outcome: Option<Outcome>) {
    let waiting = Waiting {
        tab: tab.id,
        at: now_millis(),
        frame,
        outcome,
    };
    // Without a place to keep it the popup still shows the list, from which one can fill.
    let _ = waiting.keep().await;
}

fn own_request(message: JsValue, url: &str, origin: &str) -> Result<FillRequest, Failure> {
    let own = runtime::own_origin();
    let from_own_page =
        url.starts_with(&own) && (origin.is_empty() || own.trim_end_matches('/') == origin);
    match crate::browser::from_js::<FillRequest>(message) {
        Ok(request) if from_own_page => Ok(request),
        Ok(_) | Err(BrowserError(_)) => Err(Failure::new("request_refused")),
    }
}
