//! From what was typed into the settings page's forms to requests.

use super::clouds::SignIn;
use super::history;
use super::model::{Asked, Effect, Model, Source};
use super::security;
use super::transfer;
use super::update::refuse;
use crate::browser::permissions;
use crate::message::fill::FillRequest;
use crate::message::keys::KeysRequest;
use crate::message::{
    DestinationDraft, DestinationRequest, Failure, FileRequest, FoundVault, Request, SignInPlace,
    VaultRequest,
};
use crate::pages::form::{Fields, Form};
use crate::transfer::TransferRequest;

/// Takes a form that was submitted: a request, or why there is none.
pub(super) fn submit(model: &mut Model, form: Form, fields: &Fields) -> Vec<Effect> {
    if model.forms.busy.is_some() {
        return Vec::new();
    }
    let text = |name: &str| fields.get(name).to_owned();
    let passphrase = || match fields.get("passphrase") {
        "" => Err(Failure::of_field("passphrase_empty", "passphrase")),
        typed => Ok(typed.to_owned()),
    };
    let request = match &form {
        Form::Create => fields.new_passphrase("passphrase").map(|new| {
            // With a recovery key, which is to be printed at once.
            Request::Keys(KeysRequest::Begin {
                passphrase: new.to_owned(),
            })
        }),
        Form::Unlock => {
            passphrase().map(|passphrase| Request::Vault(VaultRequest::Unlock { passphrase }))
        }
        Form::Connect | Form::Find => return submit_destination(model, form, fields.destination()),
        Form::Restore => restore(model, fields),
        Form::Autofill => Ok(Request::Fill(FillRequest::SubmitOn {
            sites: text("sites"),
        })),
        Form::Device => Ok(Request::Vault(VaultRequest::NameDevice {
            name: text("name"),
        })),
        Form::Import => match fields.get("text").trim() {
            "" => Err(Failure::of_field("input_empty", "text")),
            // Whatever is more than plain links is shown before it is added.
            text if text.contains("otpauth-migration:") || !text.contains("://") => {
                let files = vec![(String::new(), text.to_owned().into_bytes())];
                let opened = transfer::Msg::Opened(files);
                let effects = transfer::update(&mut model.transfer, opened, None);
                return effects.into_iter().map(Effect::Transfer).collect();
            }
            _ => Ok(Request::Vault(VaultRequest::AddUris { text: text("text") })),
        },
        Form::Export if !model.transfer.target.is_empty() => {
            let password = fields.get("password");
            if model.transfer.target == "aegis_encrypted" && password.is_empty() {
                return refuse(
                    model,
                    form,
                    Failure::of_field("export_needs_password", "password"),
                );
            }
            model.transfer.password = Some(password.to_owned()).filter(|p| !p.is_empty());
            passphrase().map(|passphrase| {
                Request::Keys(KeysRequest::Transfer(TransferRequest::CheckPassphrase {
                    passphrase,
                }))
            })
        }
        Form::Export => {
            passphrase().map(|passphrase| Request::Keys(KeysRequest::ExportUris { passphrase }))
        }
        Form::Disconnect(destination) => passphrase().map(|passphrase| {
            Request::Destination(DestinationRequest::Disconnect {
                destination: destination.clone(),
                passphrase,
            })
        }),
        Form::History(form) => return history::submit(model, *form, fields),
        Form::Security(form) => return security::submit(model, form.clone(), fields),
        Form::Uri | Form::Add | Form::Edit => return Vec::new(),
    };
    match request {
        Ok(request) => ask(model, form, request),
        Err(failure) => refuse(model, form, failure),
    }
}

/// Sends a form's request.
pub(super) fn ask(model: &mut Model, form: Form, request: Request) -> Vec<Effect> {
    model.forms.start(form.clone());
    vec![Effect::Ask(Asked::Form(form), request)]
}

/// The permission for what was typed is asked for in this very click; whether it was given, the
/// request itself finds out.
fn submit_destination(model: &mut Model, form: Form, draft: DestinationDraft) -> Vec<Effect> {
    match (&form, &draft) {
        (Form::Connect, DestinationDraft::Download) => {
            model.forms.start(form.clone());
            return vec![Effect::Download(Asked::Form(form))];
        }
        (Form::Find, DestinationDraft::Download) => return open_file(model, form),
        _ => {}
    }
    // Nobody is asked for a permission that a wrong form would make pointless.
    let config = match draft.parse() {
        Ok(config) => config,
        Err(error) => return refuse(model, form, Failure::of_form(error)),
    };
    let patterns = permissions::patterns(&config);
    if let DestinationDraft::Cloud(draft) = draft {
        model.forms.start(form.clone());
        let destination = model.changing.clone().filter(|_| form == Form::Connect);
        return vec![Effect::SignIn(SignIn {
            asked: Asked::Form(form),
            patterns,
            place: SignInPlace::Form { draft, destination },
        })];
    }
    let request = of_destination(model, &form, draft);
    model.forms.start(form.clone());
    vec![Effect::AskWithPermission(
        Asked::Form(form),
        patterns,
        request,
    )]
}

/// Goes on with a form once somebody has signed in.
pub(super) fn signed_in(model: &mut Model, form: Form, draft: DestinationDraft) -> Vec<Effect> {
    let request = of_destination(model, &form, draft);
    vec![Effect::Ask(Asked::Form(form), request)]
}

fn of_destination(model: &mut Model, form: &Form, draft: DestinationDraft) -> Request {
    match (form, &model.changing) {
        (Form::Find, _) => {
            model.restored = None;
            // Kept for restoring; dropped when that is done.
            model.found = Some((Source::Place(draft.clone()), Vec::new()));
            Request::Destination(DestinationRequest::FindBackups { draft })
        }
        (_, Some(destination)) => Request::Destination(DestinationRequest::Reconnect {
            destination: destination.clone(),
            draft,
        }),
        (_, None) => Request::Destination(DestinationRequest::Connect { draft }),
    }
}

/// Looks for a backup in the file that was chosen: it is one, or it will not open.
fn open_file(model: &mut Model, form: Form) -> Vec<Effect> {
    let Some(bytes) = model.file.clone() else {
        return refuse(model, form, Failure::of_field("file_missing", "file"));
    };
    model.restored = None;
    let vault = FoundVault {
        vault: "file".into(),
        snapshots: Vec::new(),
    };
    model.found = Some((Source::File { bytes }, vec![vault]));
    vec![Effect::Focus("found-heading")]
}

fn restore(model: &Model, fields: &Fields) -> Result<Request, Failure> {
    let Some((source, _)) = &model.found else {
        return Err(Failure::new("nothing_chosen"));
    };
    let choice = fields.get("choice");
    if choice.is_empty() {
        return Err(Failure::new("nothing_chosen"));
    }
    let secret = fields.get("secret");
    if secret.trim().is_empty() {
        return Err(Failure::of_field("passphrase_empty", "secret"));
    }
    let draft = match source {
        Source::Place(draft) => draft,
        Source::File { bytes } => {
            return Ok(Request::Destination(DestinationRequest::File(
                FileRequest::Restore {
                    bytes: bytes.clone(),
                    secret: secret.to_owned(),
                },
            )));
        }
    };
    // The vault's tag alone, or with a snapshot's name.
    let (vault, snapshot) = match choice.split_once('|') {
        Some((vault, name)) => (vault, Some(name.to_owned())),
        None => (choice, None),
    };
    Ok(Request::Destination(DestinationRequest::Restore {
        draft: draft.clone(),
        vault: vault.to_owned(),
        snapshot,
        secret: secret.to_owned(),
    }))
}
