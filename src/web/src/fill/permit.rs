//! A fill that goes on once the browser has been asked to let us into a frame.
//!
//! The browser's question may close the popup, so that nobody is left there to go on, or to send what
//! is to be filled. That is kept for a moment as soon as the popup's question is drawn; the event that a
//! permission was granted goes on with it, or the popup where it is still open, whichever comes first.

use holdfast_core::vault::Id;

use super::FillTask;
use super::flow::{Gesture, Tab};
use crate::browser::BrowserError;
use crate::browser::clock::now_millis;
use crate::browser::permissions;
use crate::message::fill::Outcome;
use crate::store::fill::Permitting;
use crate::store::vault::{self, VaultState};

/// One at a time: the browser's event, the popup that asked and the one after it all want to know.
pub(super) const TURN: &str = "fill-permit";

/// Keeps what is to be filled once the frame is open to us.
pub(super) async fn keep(tab: Tab, account: Id, pattern: &str) -> Result<(), BrowserError> {
    let waiting = Permitting {
        tab: tab.id,
        private: tab.private,
        at: now_millis(),
        account,
        pattern: pattern.to_owned(),
    };
    waiting.keep().await
}

impl FillTask {
    /// Fills what waited for a permission. `None` where the browser was asked for nothing, and, if it
    /// is `only_granted` that counts, where the permission is another. The caller has the [`TURN`].
    pub(super) async fn go_on(&self, only_granted: bool) -> Option<(Tab, Outcome)> {
        let waiting = Permitting::look(now_millis()).await?;
        let granted = permissions::contains(std::slice::from_ref(&waiting.pattern)).await;
        if only_granted && !granted {
            return None;
        }
        Permitting::forget().await;
        let tab = Tab {
            id: waiting.tab,
            private: waiting.private,
        };
        if !granted {
            return Some((tab, refusal(waiting.account)));
        }
        let VaultState::Open(contents) = vault::load().await.ok()? else {
            return None;
        };
        let gesture = Gesture {
            account: Some(waiting.account),
            consent: None,
            frame: None,
        };
        Some((tab, self.fill(&contents.vault, tab, gesture).await))
    }

    /// What to say of a permission that was asked for in this tab and not given. The caller has the
    /// [`TURN`].
    pub(super) async fn refused(&self, tab: Tab) -> Option<Outcome> {
        let waiting = Permitting::look(now_millis()).await?;
        if waiting.tab != tab.id {
            return None;
        }
        let (_, outcome) = self.go_on(false).await?;
        Some(outcome)
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
