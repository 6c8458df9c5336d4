//! A fill that goes on once the browser has been asked to let us into a frame.
//!
//! The browser's question may close the popup, so that nobody is left there to go on, or to send what
//! is to be filled. That is kept for a moment as soon as the popup's question is drawn; the event that a
//! permission was granted goes on with it, or the popup where it is still open, whichever comes first.

use holdfast_core::vault::Id;

use super::flow::{Gesture, Tab};
use super::{FillTask, keep_for_popup};
use crate::browser::BrowserError;
use crate::browser::clock::now_millis;
use crate::browser::permissions;
use crate::browser::turn::Turn;
use crate::message::fill::Outcome;
use crate::store::fill::{Permitting, Waiting};
use crate::store::vault::{self, VaultState};

/// One at a time: the browser's event, the popup that asked and the one after it all want to know.
const TURN: &str = "fill-permit";

/// Keeps what is to be filled once the frame is open to us.
pub(super) async fn keep(tab: Tab, account: Id, pattern: &str) -> Result<(), BrowserError> {
    let waiting = Permitting {
        tab: tab.id,
        private: tab.private,
        account,
        pattern: pattern.to_owned(),
    };
    waiting.keep().await
}

/// What became of a fill that waited for a permission.
enum Permitted {
    /// It was given, and this came of it.
    Given(Outcome),
    /// It was not. That stays to be said until it is.
    Refused(Outcome),
}

impl FillTask {
    /// Fills what waited for a permission. `None` where the browser was asked for nothing. The caller has
    /// the [`TURN`].
    async fn go_on(&self) -> Option<Permitted> {
        let waiting = Permitting::look(now_millis()).await?;
        if !permissions::contains(std::slice::from_ref(&waiting.pattern)).await {
            return Some(Permitted::Refused(refusal(waiting.account)));
        }
        Permitting::forget().await;
        let tab = Tab {
            id: waiting.tab,
            private: waiting.private,
        };
        let VaultState::Open(contents) = vault::load().await.ok()? else {
            return None;
        };
        let gesture = Gesture {
            account: Some(waiting.account),
            consent: None,
            frame: None,
        };
        let outcome = self.fill(&contents.vault, tab, gesture).await;
        if outcome != Outcome::Filled {
            // Whichever popup is there, the one that asked or the next, says it.
            keep_for_popup(tab, None, Some(outcome.clone())).await;
        }
        Some(Permitted::Given(outcome))
    }

    /// The browser has let us into more than before. Returns whether there is something to be said.
    pub(super) async fn permission_came(&self) -> bool {
        let _turn = Turn::take(TURN).await;
        let done = self.go_on().await;
        matches!(done, Some(Permitted::Given(outcome)) if outcome != Outcome::Filled)
    }

    /// The browser was answered, says the popup that asked. Where the event was first, what came of it.
    pub(super) async fn permission_asked(&self) -> Option<Outcome> {
        let _turn = Turn::take(TURN).await;
        match self.go_on().await {
            Some(Permitted::Given(outcome) | Permitted::Refused(outcome)) => Some(outcome),
            None => Waiting::take(now_millis()).await?.outcome,
        }
    }

    /// What to say of a permission that was asked for in this tab: its popup was closed by the question.
    pub(super) async fn permission_answered(&self, tab: Tab) -> Option<Outcome> {
        // Nobody waits for what another tab has asked for.
        Permitting::look(now_millis())
            .await
            .filter(|waiting| waiting.tab == tab.id)?;
        let _turn = Turn::take(TURN).await;
        match self.go_on().await {
            Some(Permitted::Refused(outcome)) => {
                Permitting::forget().await;
                Some(outcome)
            }
            // What came of it is kept for a popup, which this one is.
            Some(Permitted::Given(outcome)) => {
                let _ = Waiting::take(now_millis()).await;
                Some(outcome)
            }
            None => Waiting::take(now_millis()).await?.outcome,
        }
    }
}

/// The code goes into the clipboard instead.
fn refusal(account: Id) -> Outcome {
    Outcome::NotFilled {
        why: "refused".to_owned(),
        account: Some(account),
        code: None,
    }
}
