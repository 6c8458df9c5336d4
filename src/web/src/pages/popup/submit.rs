//! From what was typed into the popup's forms to requests.

use holdfast_core::account::Account;
use holdfast_core::fill::Site;

use super::model::{Asked, Effect, Model, Screen};
use super::rows::draft_of;
use super::update::{back, refuse};
use crate::message::{AccountEdit, Failure, NewVault, Request, VaultRequest};
use crate::pages::form::{Fields, Form};

/// Takes a form that was submitted: a request, or why there is none.
pub(super) fn submit(model: &mut Model, form: Form, fields: &Fields) -> Vec<Effect> {
    let request = match &form {
        Form::Create => fields.new_passphrase("passphrase").map(|passphrase| {
            Request::Create(NewVault {
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
            Ok(Some(request)) => Ok(request),
            Ok(None) => return back(model),
            Err(failure) => Err(failure),
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
fn edit(model: &Model, fields: &Fields) -> Result<Option<Request>, Failure> {
    let Screen::Edit(id) = model.screen else {
        return Ok(None);
    };
    let Some(account) = model.vault.as_ref().and_then(|vault| vault.get(id)) else {
        return Ok(None);
    };
    let changed = |name: &str, value: &String| {
        let typed = fields.get(name).trim();
        (typed != value).then(|| typed.to_owned())
    };
    let edit = AccountEdit {
        issuer: changed("issuer", &account.issuer.value),
        label: changed("label", &account.label.value),
        note: changed("note", &account.note.value),
        sites: sites_changed(account, fields)?,
        credential: credential_changed(account, fields).then(|| fields.account()),
    };
    let something = edit.issuer.is_some()
        || edit.label.is_some()
        || edit.note.is_some()
        || edit.sites.is_some()
        || edit.credential.is_some();
    Ok(something.then_some(Request::Vault(VaultRequest::Edit { id, edit })))
}

/// The sites that were typed, one a line, in the form in which they are kept.
fn sites_changed(account: &Account, fields: &Fields) -> Result<Option<Vec<String>>, Failure> {
    let lines = fields.get("sites").lines().map(str::trim);
    let typed: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    if typed == account.sites.value {
        return Ok(None);
    }
    let read = |line: &&str| match Site::parse(line) {
        Some(site) => Ok(site.to_string()),
        // What an import or a later version put there stays as it is.
        None if account.sites.value.iter().any(|known| known == line) => Ok((*line).to_owned()),
        None => Err(Failure::of_field("site_invalid", "sites")),
    };
    typed.iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// Whether anything about the secret was typed. Changed parameters without a secret count too, so
/// that they are answered rather than ignored.
fn credential_changed(account: &Account, fields: &Fields) -> bool {
    if ["secret", "pin"]
        .iter()
        .any(|name| !fields.get(name).trim().is_empty())
    {
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
