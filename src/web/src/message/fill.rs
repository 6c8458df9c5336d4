//! Filling: what the popup says to the task that fills, and what it hears. No code is in it but
//! one by counter that could not be filled, and would be lost otherwise.

use holdfast_core::vault::Id;
use serde::{Deserialize, Serialize};

/// What pages ask of the task that fills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillRequest {
    /// What is to be said of the tab in view? Goes on with what an unlocking interrupted.
    Look,
    /// Fill an account's code into the tab in view.
    Fill {
        /// Which account.
        account: Id,
        /// What the person said to the question, if there was one.
        consent: Option<Consent>,
    },
    /// The browser was answered; what was kept is filled, unless it was refused.
    Permitted,
    /// A code was copied: the clipboard is to be cleared of it, where that is allowed.
    Copied {
        /// The code.
        text: String,
    },
    /// Offer codes in the pages of these origins, and of no other.
    OfferOn {
        /// The origins. The browser has been asked for them.
        origins: Vec<String>,
    },
    /// Submit by itself on these sites, and on no other.
    SubmitOn {
        /// The sites, one a line.
        sites: String,
    },
}

/// A person's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The host they were shown: for another the question is asked anew.
    pub host: String,
    /// The host of the frame they were shown, where it is another.
    pub frame: Option<String>,
    /// Whether the account is to be bound to the site.
    pub remember: bool,
}

/// What the popup hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillReply {
    /// The tab in view.
    Tab(TabView),
    /// What came of filling.
    Outcome(Outcome),
    /// It was noted.
    Noted,
    /// Where codes are offered in pages.
    Offering {
        /// Those origins for which the browser lets us.
        origins: Vec<String>,
    },
    /// The sites on which filling submits.
    Submitting {
        /// As kept.
        sites: Vec<String>,
    },
}

/// The tab in view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabView {
    /// The host, in its real form; `None` where nothing can be filled.
    pub host: Option<String>,
    /// Accounts that are bound to it, the last used first.
    pub bound: Vec<Id>,
    /// Accounts whose issuer is at home there.
    pub suggested: Vec<Id>,
    /// What came of a gesture that had to open the popup.
    pub outcome: Option<Outcome>,
}

/// What came of filling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The page's boxes hold the code.
    Filled,
    /// There is more than one account for this site, or none that is known.
    Choose,
    /// The person must say yes first.
    Confirm(Question),
    /// The field lies in a frame that the browser keeps closed.
    Permit {
        /// Which account.
        account: Id,
        /// The match pattern to ask the browser for.
        pattern: String,
        /// The frame's host.
        host: String,
    },
    /// Nothing was filled.
    NotFilled {
        /// Why: `fill_why_<why>` in `_locales`.
        why: String,
        /// Whose code belongs into the clipboard instead.
        account: Option<Id>,
        /// A code by counter, which has been used up.
        code: Option<String>,
    },
}

/// A question before a code goes to a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Which account.
    pub account: Id,
    /// It is bound to other sites.
    pub elsewhere: bool,
    /// The page's host.
    pub host: String,
    /// The host of the frame that holds the field, where it is another.
    pub frame: Option<String>,
    /// The sites that the account is bound to.
    pub sites: Vec<String>,
    /// Whether the account can be bound to the site: not in a private window.
    pub keeps: bool,
    /// What to warn of: `fill_warn_<name>`, and what it speaks of.
    pub warnings: Vec<(String, String)>,
}

impl Outcome {
    /// Nothing was filled, and there is no code to offer instead.
    #[must_use]
    pub fn nothing(why: &str) -> Self {
        Self::NotFilled {
            why: why.to_owned(),
            account: None,
            code: None,
        }
    }
}
