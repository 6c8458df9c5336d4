//! Copying codes, and moving the counters of those that have one.

use holdfast_core::account::{Account, Credential};
use holdfast_core::code;
use holdfast_core::vault::Id;

use super::model::{Asked, Effect, Model};
use super::update::toast;
use crate::message::{Request, VaultRequest};
use crate::pages::text::Text;

/// Copies the code of an account: of the credential that is named, or of the first.
pub(super) fn copy(model: &mut Model, id: Id, credential: Option<Id>, now: u64) -> Vec<Effect> {
    let Some(account) = model.vault.as_ref().and_then(|vault| vault.get(id)) else {
        return Vec::new();
    };
    let Some((chosen_id, chosen)) = chosen(account, credential) else {
        return toast(model, vec![Text::new("code_unreadable")], Vec::new());
    };
    if chosen.kind().counter().is_none() {
        return vec![Effect::Copy(
            id,
            code::at(chosen, model.settings.corrected(now))
                .text
                .to_string(),
        )];
    }
    // The counter moves only when asked: what was asked for can be copied, nothing else.
    match model.hotp.get(&chosen_id) {
        Some(text) => vec![Effect::Copy(id, text.clone())],
        None => toast(model, vec![Text::new("hotp_hint")], Vec::new()),
    }
}

/// Asks for the next code of a counter.
pub(super) fn next_hotp(model: &mut Model, id: Id, credential: Option<Id>) -> Vec<Effect> {
    let account = model.vault.as_ref().and_then(|vault| vault.get(id));
    match account.and_then(|account| chosen(account, credential)) {
        // A second click would move it past a code that nobody has seen.
        Some((credential, _)) if model.moving.replace(credential) != Some(credential) => {
            vec![Effect::Ask(
                Asked::NextHotp(id, credential),
                Request::Vault(VaultRequest::NextHotp { id, credential }),
            )]
        }
        _ => Vec::new(),
    }
}

/// The credential that is meant: the one that was named, or the first.
fn chosen(account: &Account, credential: Option<Id>) -> Option<(Id, &Credential)> {
    let mut all = account
        .credentials
        .iter()
        .map(|(id, credential)| (*id, credential));
    all.find(|(id, _)| credential.is_none_or(|wanted| wanted == *id))
}
