//! From what was typed into the popup's forms to requests.

use holdfast_core::account::Account;

use super::model::{Asked, Effect, Model, Screen};
use super::rows::draft_of;
use super::update::{back, refuse};
use crate::message::{AccountEdit, Failure, Request, VaultRequest};
use crate::pages::form::{Fields, Form};

/// Takes a form that was submitted: a request, or why there is none.
pub(super) fn submit(model: &mut Model, form: Form, fields: &Fields) -> Vec<Effect> {
    let request = match &form {
        Form::Create => fields.new_passphrase("passphrase").map(|passphrase| {
            Request::Vault(VaultRequest::CreateVault {
                passphrase: passphrase.to_owned(),
            })
        }),
        Form::Unlock => filled(fields, "passphrase", "passphrase_empty")
            .map(|passphrase| Request::Vault(VaultRequest::Unlock { passphrase })),
        Form::Uri => filled(fields, "uri", "input_empty")
            .map(|text| Request::Vault(VaultRequest::AddUris { text })),
        Form::Add => Ok(Request::Vault(VaultRequest::AddByHand {
            draft: fields.account(),
        })),
        Form::Edit => match edit(model, fields) {
            Some(request) => Ok(request),
            None => return back(model),
        },
        _ => return Vec::new(),
    };
    if model.forms.busy.is_some() {
        return Vec::new();
    }
    model.refused.clear();
    match request {
        Ok(request) => {
            model.forms.start(form.clone());
            vec![Effect::Ask(Asked::Form(form), request)]
        }
        Err(failure) => refuse(model, form, failure),
    }
}

fn filled(fields: &Fields, name: &str, code: &str) -> Result<String, Failure> {
    let text = fields.get(name);
    if text.trim().is_empty() {
        Err(Failure::of_field(code, name))
    } else {
        Ok(text.to_owned())
    }
}

/// The changes that were typed; `None` when there are none.
fn edit(model: &Model, fields: &Fields) -> Option<Request> {
    let Screen::Edit(id) = model.screen else {
        return None;
    };
    let account = model.vault.as_ref()?.get(id)?;
    let changed = |name: &str, value: &String| {
        let typed = fields.get(name).trim();
        (typed != value).then(|| typed.to_owned())
    };
    let edit = AccountEdit {
        issuer: changed("issuer", &account.issuer.value),
        label: changed("label", &account.label.value),
        note: changed("note", &account.note.value),
        sites: None,
        credential: credential_changed(account, fields).then(|| fields.account()),
    };
    let something = edit.issuer.is_some()
        || edit.label.is_some()
        || edit.note.is_some()
        || edit.credential.is_some();
    something.then_some(Request::Vault(VaultRequest::Edit { id, edit }))
}

/// Whether anything about the secret was typed. Changed parameters without a secret count too, so
/// that they are answered rather than ignored.
fn credential_changed(account: &Account, fields: &Fields) -> bool {
    if !fields.get("secret").trim().is_empty() {
        return true;
    }
    let shown = draft_of(account);
    let same = |name: &str, value: &str| fields.get(name).trim() == value;
    let parameters = match shown.kind.as_str() {
        "totp" => {
            same("algorithm", &shown.algorithm)
                && same("digits", &shown.digits)
                && same("period", &shown.period)
        }
        "hotp" => {
            same("algorithm", &shown.algorithm)
                && same("digits", &shown.digits)
                && same("counter", &shown.counter)
        }
        _ => true,
    };
    !(same("type", &shown.kind) && parameters)
}
