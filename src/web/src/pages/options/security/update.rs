//! What the section does about what happens: no browser in here.

use zeroize::Zeroizing;

use super::{Action, Effect, Form, Msg, Pending, Sheet};
use crate::message::keys::{KeysAtDestinations, KeysRequest, Route, Way};
use crate::message::{Answer, DestinationRequest, Failure, Reply, Request, VaultRequest};
use crate::pages::form::{Fields, Form as AnyForm, failure_text};
use crate::pages::options::model::{self, Asked, Model};
use crate::pages::options::update::{refuse, toast};
use crate::pages::text::Text;

type Effects = Vec<model::Effect>;

/// Takes a form that was submitted: a request, or why there is none.
pub fn submit(model: &mut Model, form: Form, fields: &Fields) -> Effects {
    let field = |name: &str| match fields.get(name) {
        "" => Err(Failure::of_field("passphrase_empty", name)),
        typed => Ok(typed.to_owned()),
    };
    let both = || -> Result<(String, String), Failure> {
        Ok((field("current")?, fields.new_passphrase("new")?.to_owned()))
    };
    let request = match &form {
        Form::Passphrase => both()
            .map(|(current, new)| Request::Keys(KeysRequest::ChangePassphrase { current, new })),
        Form::VaultKey => {
            both().map(|(current, new)| keys(KeysRequest::ChangeVaultKey { current, new }))
        }
        Form::Recovery => field("passphrase")
            .map(|passphrase| Request::Keys(KeysRequest::RenewRecoveryKey { passphrase })),
        Form::Confirm => confirm(model, fields),
        Form::Check => match fields.get("key").trim() {
            "" => Err(Failure::of_field("input_empty", "key")),
            key => Ok(keys(KeysRequest::CheckSheet {
                key: key.to_owned(),
            })),
        },
        Form::Passkey => field("passphrase").map(|passphrase| {
            model.security.pending = Some(Pending {
                passphrase: Zeroizing::new(passphrase.clone()),
                label: fields.get("label").trim().to_owned(),
            });
            keys(KeysRequest::Prove { passphrase })
        }),
        Form::Remove(slot) => field("passphrase").map(|passphrase| {
            keys(KeysRequest::RemoveSlot {
                slot: *slot,
                passphrase,
            })
        }),
        Form::Way(destination) => way(fields).map(|way| {
            keys(KeysRequest::SetWay {
                destination: destination.clone(),
                way,
            })
        }),
        Form::Learn => field("secret").map(|secret| {
            Request::Destination(DestinationRequest::Keys(KeysAtDestinations::Learn {
                secret,
            }))
        }),
    };
    match request {
        Ok(request) => ask(model, form, request),
        Err(failure) => refuse(model, AnyForm::Security(form), failure),
    }
}

/// The background has done what a form asked for.
pub fn accepted(model: &mut Model, form: Form, reply: Reply, now: u64) -> Effects {
    let clear = model::Effect::Clear(AnyForm::Security(form.clone()));
    let mut effects = vec![clear];
    match (form, reply) {
        (Form::Recovery | Form::VaultKey, Reply::RecoveryKey { text }) => {
            effects.extend(show_sheet(model, text, now, false));
        }
        (Form::Passphrase, _) => effects.extend(toast(model, Text::new("passphrase_changed"))),
        (Form::Confirm, _) => {
            let next = close_sheet(model);
            effects.extend(toast(model, Text::new("recovery_confirmed")));
            effects.extend(next);
        }
        (Form::Check, _) => effects.extend(toast(model, Text::new("recovery_confirmed"))),
        (Form::Passkey, _) => match model.security.pending.clone() {
            // The passphrase was right. The form waits on, for the passkey.
            Some(pending) => {
                model.forms.start(AnyForm::Security(Form::Passkey));
                return vec![model::Effect::Security(Effect::MakePasskey(pending.label))];
            }
            None => effects.extend(toast(model, Text::new("passkey_added"))),
        },
        (Form::Remove(_), _) => {
            model.security.removing = None;
            effects.extend(toast(model, Text::new("slot_removed")));
        }
        (Form::Way(_), _) => {
            model.security.asking = None;
            effects.extend(toast(model, Text::new("saved")));
            effects.push(model::Effect::Focus("ways-heading"));
        }
        (Form::Learn, _) => effects.extend(toast(model, Text::new("key_learnt"))),
        _ => {}
    }
    effects
}

/// Something was pressed.
pub fn act(model: &mut Model, action: Action, now: u64) -> Effects {
    let section = &mut model.security;
    match action {
        Action::Print => vec![model::Effect::Security(Effect::Print)],
        Action::CloseSheet => close_sheet(model),
        Action::Places => {
            section.sheet = Some(Sheet {
                groups: Vec::new(),
                ask: (0, 0),
                made_at: now,
                qr: None,
                first_run: false,
            });
            vec![model::Effect::Focus("sheet-heading")]
        }
        Action::ReplaceOlder if section.replacing => Vec::new(),
        Action::ReplaceOlder => {
            (section.replacing, section.replaced) = (true, None);
            let request = DestinationRequest::Keys(KeysAtDestinations::ReplaceOlder);
            vec![model::Effect::Ask(
                Asked::Replaced,
                Request::Destination(request),
            )]
        }
        Action::KeepOlder => {
            section.replaced = None;
            vec![model::Effect::Ask(
                Asked::Silent,
                keys(KeysRequest::KeepOlder),
            )]
        }
        Action::Remove(slot) => {
            section.removing = (section.removing != Some(slot)).then_some(slot);
            Vec::new()
        }
        Action::Ask(destination) => {
            let open = section.asking.as_ref() == Some(&destination);
            section.asking = (!open).then_some(destination);
            Vec::new()
        }
        Action::Unlock => {
            model.forms.start(AnyForm::Unlock);
            vec![model::Effect::Security(Effect::UsePasskey)]
        }
    }
}

/// Something else happened.
pub fn took(model: &mut Model, msg: Msg) -> Effects {
    match msg {
        Msg::Qr(qr) => {
            if let Some(sheet) = &mut model.security.sheet {
                sheet.qr = Some(qr);
            }
            Vec::new()
        }
        Msg::Offered(offered) => {
            model.security.passkeys = Some(offered);
            Vec::new()
        }
        Msg::Made(made) => match (made, model.security.pending.take()) {
            (Ok(made), Some(pending)) => ask(
                model,
                Form::Passkey,
                keys(KeysRequest::AddPasskey {
                    passphrase: pending.passphrase.to_string(),
                    label: pending.label,
                    made,
                }),
            ),
            (Err(failure), _) => refuse(model, AnyForm::Security(Form::Passkey), failure),
            (Ok(_), None) => Vec::new(),
        },
        Msg::Used(Ok(used)) => vec![model::Effect::Ask(
            Asked::Form(AnyForm::Unlock),
            Request::Vault(VaultRequest::UnlockWithPasskey {
                slot: used.slot,
                output: used.output,
            }),
        )],
        Msg::Used(Err(failure)) => refuse(model, AnyForm::Unlock, failure),
    }
}

/// The answer to replacing older snapshots.
pub fn answered(model: &mut Model, answer: Answer) -> Effects {
    model.security.replacing = false;
    let mut effects = match answer {
        Ok(Reply::Replaced(replaced)) => {
            model.security.replaced = Some(replaced);
            vec![model::Effect::Focus("older-heading")]
        }
        Ok(_) => Vec::new(),
        Err(failure) => toast(model, failure_text(&failure)),
    };
    effects.push(model::Effect::Reload);
    effects
}

/// Nothing secret stays on the page of a locked vault.
pub fn locked(model: &mut Model) {
    let passkeys = model.security.passkeys;
    model.security = super::Model {
        passkeys,
        ..super::Model::default()
    };
}

/// Another section is shown: a recovery key is not left behind in this one.
pub fn left(model: &mut Model) {
    model.security.sheet = None;
    model.security.replaced = None;
}

/// The vault is open, and its section is there: moves the focus to what was asked for.
pub fn opened(model: &mut Model) -> Option<model::Effect> {
    model.security.focus.take().map(model::Effect::Focus)
}

/// A place within the section or about keys, as it stands after `#`.
pub fn place(model: &mut Model, place: &str) -> Effects {
    let focus = match place {
        "security/sheet" => "recovery-passphrase",
        "security/ways" => "ways-heading",
        "key" => "learn-secret",
        "backup/rehearse" => "rehearse-secret",
        _ => return Vec::new(),
    };
    // The page may still be reading storage.
    model.security.focus = model.world.is_none().then_some(focus);
    vec![model::Effect::Focus(focus)]
}

/// Shows the sheet with a recovery key.
pub fn show_sheet(model: &mut Model, text: String, now: u64, first_run: bool) -> Effects {
    let text = Zeroizing::new(text);
    let groups: Vec<Zeroizing<String>> = text
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|group| !group.is_empty())
        .map(|group| Zeroizing::new(group.to_owned()))
        .collect();
    model.security.sheet = Some(Sheet {
        ask: ask_back(groups.len(), now),
        groups,
        made_at: now,
        qr: None,
        first_run,
    });
    // On the first run the section is there only once storage was read again.
    model.security.focus = first_run.then_some("sheet-heading");
    vec![
        model::Effect::Clear(AnyForm::Security(Form::Confirm)),
        model::Effect::Security(Effect::MakeQr(text)),
        model::Effect::Focus("sheet-heading"),
    ]
}

fn close_sheet(model: &mut Model) -> Effects {
    let sheet = model.security.sheet.take();
    let focus = if sheet.is_some_and(|sheet| sheet.first_run) {
        model::Effect::Go("connect".into())
    } else {
        model::Effect::Focus("recovery-heading")
    };
    vec![
        model::Effect::Clear(AnyForm::Security(Form::Confirm)),
        focus,
    ]
}

fn ask(model: &mut Model, form: Form, request: Request) -> Effects {
    let form = AnyForm::Security(form);
    model.forms.start(form.clone());
    vec![model::Effect::Ask(Asked::Form(form), request)]
}

fn keys(request: KeysRequest) -> Request {
    Request::Keys(request)
}

fn way(fields: &Fields) -> Result<Way, Failure> {
    let chosen = fields.get("route");
    let route = Route::ALL
        .into_iter()
        .find(|(_, name)| *name == chosen)
        .map(|(route, _)| route)
        .ok_or_else(|| Failure::new("nothing_chosen_here"))?;
    Ok(Way {
        route,
        note: fields.get("note").to_owned(),
        second: fields.get("second").to_owned(),
    })
}

fn confirm(model: &Model, fields: &Fields) -> Result<Request, Failure> {
    let plain = |text: &str| -> Zeroizing<String> {
        let characters = text.chars().filter(|c| c.is_alphanumeric());
        Zeroizing::new(characters.map(|c| c.to_ascii_uppercase()).collect())
    };
    let sheet = model.security.sheet.as_ref();
    let shown = sheet.filter(|sheet| {
        let is = |index: usize, name: &str| {
            let group = sheet.groups.get(index).map(|group| plain(group));
            group == Some(plain(fields.get(name)))
        };
        is(sheet.ask.0, "first") && is(sheet.ask.1, "second")
    });
    let shown = shown.ok_or_else(|| Failure::new("groups_differ"))?;
    let groups: Vec<&str> = shown.groups.iter().map(|group| group.as_str()).collect();
    Ok(keys(KeysRequest::CheckSheet {
        key: groups.join("-"),
    }))
}

/// Two different groups to be asked back. Which they are is no secret.
fn ask_back(groups: usize, now: u64) -> (usize, usize) {
    let count = groups.max(2);
    let first = (now % count as u64) as usize;
    let second = (first + count / 2) % count;
    (first.min(second), first.max(second))
}
