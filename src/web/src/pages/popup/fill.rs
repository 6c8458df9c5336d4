//! Filling from the popup: the accounts for the tab in view, and the questions before a code goes
//! to a site. No browser in here.

use holdfast_core::vault::Id;

use super::codes::copy;
use super::model::{Action, Effect as PopupEffect, Focus, Model};
use super::update::toast;
use crate::message::fill::{Consent, FillReply, FillRequest, Outcome, Question, TabView};
use crate::message::{Answer, Reply};
use crate::pages::form::failure_text;
use crate::pages::text::Text;

/// What the popup knows of filling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// The tab was asked about since the vault was opened.
    pub looked: bool,
    /// The tab in view.
    pub tab: TabView,
    /// What came of the last gesture, while it is shown.
    pub outcome: Option<Outcome>,
    /// A request is under way.
    pub busy: bool,
    /// The code was put into the clipboard instead.
    pub copied: bool,
}

/// What can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Fill this account.
    Account(Id),
    /// Fill, and bind the account to the site.
    Remember,
    /// Fill this once.
    Once,
    /// Ask the browser for the frame, then fill.
    Permit,
    /// Copy the code that was not filled.
    Copy,
    /// Don't fill.
    Cancel,
}

/// What filling asks of the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the task that fills.
    Ask(FillRequest),
    /// Ask the person for this match pattern, in this very click; the task has kept what is to be
    /// filled then.
    Permit(String),
    /// Close the popup: the page is what counts now.
    Close,
}

/// Asks about the tab once the vault is open, and forgets all of it when it is not.
pub fn opened(model: &mut Model) -> Vec<PopupEffect> {
    if model.vault.is_none() {
        model.fill = Fill::default();
        return Vec::new();
    }
    if std::mem::replace(&mut model.fill.looked, true) {
        return Vec::new();
    }
    vec![PopupEffect::Fill(Effect::Ask(FillRequest::Look))]
}

/// Takes an answer into the model.
pub fn answered(model: &mut Model, answer: Answer, now: u64) -> Vec<PopupEffect> {
    model.fill.busy = false;
    match answer {
        Ok(Reply::Fill(FillReply::Tab(tab))) => {
            let outcome = tab.outcome.clone();
            model.fill.tab = tab;
            outcome.map_or_else(Vec::new, |outcome| settle(model, outcome, now))
        }
        Ok(Reply::Fill(FillReply::Outcome(outcome))) => settle(model, outcome, now),
        // It goes on without us.
        Ok(Reply::Fill(FillReply::Noted)) => vec![PopupEffect::Fill(Effect::Close)],
        Ok(_) => Vec::new(),
        Err(failure) => toast(model, vec![failure_text(&failure)], Vec::new()),
    }
}

/// Something was pressed.
pub fn press(model: &mut Model, press: Press, now: u64) -> Vec<PopupEffect> {
    if model.fill.busy {
        return Vec::new();
    }
    match (press, model.fill.outcome.clone()) {
        (Press::Account(id), _) => ask(model, id, None),
        (Press::Remember, Some(Outcome::Confirm(question))) => agree(model, question, true),
        (Press::Once, Some(Outcome::Confirm(question))) => agree(model, question, false),
        (Press::Permit, Some(Outcome::Permit { pattern, .. })) => {
            model.fill.busy = true;
            vec![PopupEffect::Fill(Effect::Permit(pattern))]
        }
        (Press::Copy, Some(Outcome::NotFilled { account, code, .. })) => {
            instead(model, account, code, now)
        }
        (Press::Cancel, _) => {
            model.fill.outcome = None;
            vec![PopupEffect::Focus(Focus::Element("search"))]
        }
        _ => Vec::new(),
    }
}

/// What Enter means in the search field: fill the first match into a page that can be filled, else
/// copy it. Without a search, the only account of the site.
#[must_use]
pub fn entered(model: &Model) -> Option<Action> {
    let first = model.first_match();
    if model.fill.tab.host.is_none() {
        return first.map(|id| Action::Copy(id, None));
    }
    let only = match model.fill.tab.bound.as_slice() {
        [only] if model.query.trim().is_empty() => Some(*only),
        _ => None,
    };
    first.or(only).map(|id| Action::Fill(Press::Account(id)))
}

fn ask(model: &mut Model, account: Id, consent: Option<Consent>) -> Vec<PopupEffect> {
    model.fill.busy = true;
    model.fill.copied = false;
    vec![PopupEffect::Fill(Effect::Ask(FillRequest::Fill {
        account,
        consent,
    }))]
}

fn agree(model: &mut Model, question: Question, remember: bool) -> Vec<PopupEffect> {
    let consent = Consent {
        host: question.host,
        frame: question.frame,
        remember,
    };
    ask(model, question.account, Some(consent))
}

fn settle(model: &mut Model, outcome: Outcome, now: u64) -> Vec<PopupEffect> {
    model.menu = None;
    model.fill.outcome = Some(outcome.clone());
    match outcome {
        Outcome::Filled => vec![
            PopupEffect::Say(vec![Text::new("fill_done")]),
            PopupEffect::Fill(Effect::Close),
        ],
        // An Enter that was meant for something else is no answer to where a code may go.
        Outcome::Confirm(_) => vec![PopupEffect::Focus(Focus::Element("fill-heading"))],
        Outcome::Permit { .. } => vec![PopupEffect::Focus(Focus::Element("fill-permit"))],
        Outcome::Choose if model.fill.tab.bound.is_empty() => {
            vec![PopupEffect::Focus(Focus::Element("search"))]
        }
        Outcome::Choose => vec![PopupEffect::Focus(Focus::Element("fill-first"))],
        Outcome::NotFilled { account, code, why } => {
            let mut effects = vec![PopupEffect::Focus(Focus::Element("fill-heading"))];
            // A code that must not go to this page must not be pasted there either.
            if why != "insecure" {
                effects.extend(instead(model, account, code, now));
            }
            effects
        }
    }
}

/// The code goes into the clipboard instead.
fn instead(
    model: &mut Model,
    account: Option<Id>,
    code: Option<String>,
    now: u64,
) -> Vec<PopupEffect> {
    match (account, code) {
        (Some(id), Some(code)) => vec![PopupEffect::Copy(id, code)],
        (Some(id), None) => copy(model, id, None, now)
            .into_iter()
            .filter(|effect| matches!(effect, PopupEffect::Copy(..)))
            .collect(),
        (None, _) => Vec::new(),
    }
}

#[cfg(test)]
#[path = "fill_tests.rs"]
mod tests;
