//! What the popup does about what happens: no browser in here.

use holdfast_core::vault::Id;

use super::codes::{copy, next_hotp};
use super::fill;
use super::model::{Action, Asked, Effect, Focus, Model, Msg, Screen, Toast};
use super::scan;
use super::submit::submit;
use crate::message::{
    Answer, BackupRequest, Failure, Refused, Reply, Request, Settings, VaultRequest,
};
use crate::pages::form::{Form, account_name, added, failure_text};
use crate::pages::qr::Seen;
use crate::pages::status::Press;
use crate::pages::text::{Arg, Text};
use crate::pages::world::VaultState;

/// Takes what happened at `now` (milliseconds since the Unix epoch) into the model and returns
/// what is to be done.
pub fn update(model: &mut Model, msg: Msg, now: u64) -> Vec<Effect> {
    match msg {
        Msg::Vault(vault, settings) => {
            let mut effects = take(model, *vault, settings);
            effects.extend(fill::opened(model));
            effects
        }
        Msg::Status(status) => {
            let known = has_status(model.screen);
            model.status = status.filter(|_| known);
            Vec::new()
        }
        Msg::Unlocking(goes_on) => unlocking(model, goes_on),
        Msg::Fill(answer) => fill::answered(model, answer, now),
        Msg::Search(query) => search(model, query),
        Msg::Act(action) => act(model, action, now),
        Msg::Submit(form, fields) => submit(model, form, &fields),
        Msg::Answered(asked, answer) => answered(model, asked, answer),
        Msg::Copied(id, true) => {
            model.copied = Some(id);
            model.fill.copied = true;
            vec![
                Effect::Say(vec![Text::new("copied_live").with(name(model, id))]),
                Effect::CopiedTimer(id),
            ]
        }
        Msg::Copied(_, false) => toast(model, vec![Text::new("copy_failed")], Vec::new()),
        Msg::Looking => {
            model.forms.start(Form::Uri);
            Vec::new()
        }
        Msg::Read(seen) => read(model, seen),
        Msg::ReadPage(seen) => scan::seen_page(model, seen),
        Msg::ReadRegion(seen) => scan::seen_region(model, seen),
        Msg::ToastGone(number) => {
            model.toast.take_if(|toast| toast.number == number);
            Vec::new()
        }
        Msg::CopiedGone(id) => {
            model.copied.take_if(|copied| *copied == id);
            Vec::new()
        }
    }
}

/// What the backup of a vault is like that can't be read, nobody can say.
fn has_status(screen: Screen) -> bool {
    !matches!(screen, Screen::Welcome | Screen::Damaged | Screen::Newer)
}

/// Storage was read: the vault may have come, changed or gone.
fn take(model: &mut Model, vault: VaultState, settings: Settings) -> Vec<Effect> {
    let before = model.screen;
    model.settings = settings;
    model.vault = None;
    model.revision = model.revision.wrapping_add(1);
    model.screen = match vault {
        VaultState::Nothing => Screen::Welcome,
        VaultState::Locked => Screen::Locked,
        VaultState::Damaged => Screen::Damaged,
        VaultState::Newer => Screen::Newer,
        VaultState::Open(vault) => {
            let vault = model.vault.insert(*vault);
            match before {
                Screen::Add | Screen::Region => before,
                Screen::Edit(id) | Screen::Details(id) if vault.get(id).is_some() => before,
                _ => Screen::List,
            }
        }
    };
    if !has_status(model.screen) {
        model.status = None;
    }
    if model.vault.is_none() {
        // Nothing of an open vault outlives its lock.
        model.hotp.clear();
        model.query.clear();
        model.menu = None;
        model.toast = None;
        model.refused.clear();
        model.scan = None;
    }
    if model.screen == before {
        return Vec::new();
    }
    model.forms = Default::default();
    match model.screen {
        Screen::Welcome => vec![Effect::Focus(Focus::Element("create-passphrase"))],
        Screen::Locked => {
            // Nor does anything that was being typed.
            let mut effects: Vec<Effect> =
                Form::all().map(|(form, _)| Effect::Clear(form)).collect();
            effects.push(Effect::Focus(Focus::Element("unlock-passphrase")));
            effects
        }
        Screen::Damaged => vec![Effect::Focus(Focus::Element("damaged-heading"))],
        Screen::Newer => vec![Effect::Focus(Focus::Element("newer-heading"))],
        _ => vec![
            Effect::Clear(Form::Create),
            Effect::Clear(Form::Unlock),
            focus_list(model),
        ],
    }
}

/// The vault is being unlocked, or no longer, by what an earlier popup has asked for. What this one
/// has asked for is answered.
fn unlocking(model: &mut Model, goes_on: bool) -> Vec<Effect> {
    let here = model.screen == Screen::Locked;
    let began = here && goes_on && model.forms.busy.is_none();
    let ended = here && !goes_on && model.unlocking;
    model.unlocking = here && goes_on && (began || model.unlocking);
    if began {
        model.forms.start(Form::Unlock);
        return vec![Effect::Say(vec![Text::new("unlocking")])];
    }
    if ended {
        return refuse(model, Form::Unlock, Failure::new("unlock_unfinished"));
    }
    Vec::new()
}

fn search(model: &mut Model, query: String) -> Vec<Effect> {
    model.query = query;
    model.menu = None;
    if model.query.trim().is_empty() {
        return Vec::new();
    }
    vec![Effect::Say(vec![Text::plural(
        "matches",
        model.matches().len() as u64,
    )])]
}

fn act(model: &mut Model, action: Action, now: u64) -> Vec<Effect> {
    match action {
        Action::OpenAdd => go(model, Screen::Add, Focus::Element("uri")),
        Action::Edit(id) => go(model, Screen::Edit(id), Focus::Element("edit-issuer")),
        Action::Details(id) => go(model, Screen::Details(id), Focus::Element("bar-heading")),
        Action::Back => back(model),
        Action::Open(section) => vec![Effect::Open(section.to_owned())],
        Action::Qr(id) => vec![Effect::Open(format!("transfer/{id}"))],
        Action::Passkey => {
            model.forms.start(Form::Unlock);
            let passkeys = model.status.as_ref().map(|status| status.passkeys.clone());
            vec![Effect::UsePasskey(passkeys.unwrap_or_default())]
        }
        Action::Lock => vec![Effect::Ask(
            Asked::Silent,
            Request::Vault(VaultRequest::Lock),
        )],
        Action::Copy(id, credential) => copy(model, id, credential, now),
        Action::Enter => {
            fill::entered(model).map_or_else(Vec::new, |action| act(model, action, now))
        }
        Action::Fill(press) => fill::press(model, press, now),
        Action::Menu(id) => {
            model.menu = if model.menu == Some(id) {
                None
            } else {
                Some(id)
            };
            Vec::new()
        }
        Action::MoveUp(id) => moved(model, id, -1),
        Action::MoveDown(id) => moved(model, id, 1),
        Action::Delete(id) => vec![Effect::Ask(
            Asked::Delete(id),
            Request::Vault(VaultRequest::Delete { ids: vec![id] }),
        )],
        Action::NextHotp(id, credential) => next_hotp(model, id, credential),
        Action::Keep(id, credential) => {
            vec![
                Effect::Ask(
                    Asked::Silent,
                    Request::Vault(VaultRequest::KeepCredential { id, credential }),
                ),
                Effect::Focus(Focus::Account(id)),
            ]
        }
        Action::Remedy => press(
            &model.settings,
            model
                .status
                .as_ref()
                .and_then(|status| status.remedy.clone())
                .map(|remedy| remedy.press),
        ),
        Action::Warning(number) => {
            let warnings = model
                .status
                .as_ref()
                .map_or(&[][..], |status| &status.warnings);
            press(
                &model.settings,
                warnings
                    .get(number)
                    .and_then(|warning| warning.press.clone())
                    .map(|(_, press)| press),
            )
        }
        Action::Toast => {
            let Some(toast) = model.toast.take() else {
                return Vec::new();
            };
            vec![
                Effect::Ask(
                    Asked::Silent,
                    Request::Vault(VaultRequest::Undelete {
                        ids: toast.undelete,
                    }),
                ),
                focus_list(model),
            ]
        }
        Action::Scan(press) => scan::press(model, press),
        Action::SaveDamaged => vec![Effect::SaveDamaged],
    }
}

pub(super) fn go(model: &mut Model, screen: Screen, focus: Focus) -> Vec<Effect> {
    model.screen = screen;
    model.menu = None;
    model.toast = None;
    model.forms = Default::default();
    model.refused.clear();
    vec![Effect::Focus(focus)]
}

pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    model.scan = None;
    if model.screen == Screen::Region {
        return go(model, Screen::Add, Focus::Element("scan-page"));
    }
    let focus = match model.screen {
        Screen::Edit(id) | Screen::Details(id)
            if model
                .vault
                .as_ref()
                .is_some_and(|vault| vault.get(id).is_some()) =>
        {
            Focus::Account(id)
        }
        _ => Focus::Element("search"),
    };
    let mut effects = go(model, Screen::List, focus);
    effects.extend([
        Effect::Clear(Form::Uri),
        Effect::Clear(Form::Add),
        Effect::Clear(Form::Edit),
    ]);
    effects
}

fn press(settings: &Settings, press: Option<Press>) -> Vec<Effect> {
    match press {
        None => Vec::new(),
        Some(Press::Retry) => vec![Effect::Ask(
            Asked::Silent,
            Request::Backup(BackupRequest::BackUpNow),
        )],
        Some(Press::Open(section)) => vec![Effect::Open(section)],
        Some(Press::CorrectCodes(on)) => {
            let mut settings = settings.clone();
            settings.correct_codes = on;
            let request = Request::Vault(VaultRequest::SaveSettings { settings });
            vec![Effect::Ask(Asked::Silent, request)]
        }
        // Both need a page that stays open.
        Some(Press::GrantFolder(_) | Press::Download) => vec![Effect::Open("backup".into())],
        Some(Press::Grant(patterns)) => vec![Effect::Grant(patterns)],
        // A window that opens closes the popup: the settings page stays.
        Some(Press::SignIn { id, .. }) => vec![Effect::Open(format!("change/{id}"))],
    }
}

/// Moves an account by one place among all accounts, searched for or not.
fn moved(model: &Model, id: Id, by: isize) -> Vec<Effect> {
    let Some(vault) = &model.vault else {
        return Vec::new();
    };
    let list: Vec<Id> = vault.list().into_iter().map(|(id, _)| id).collect();
    let Some(from) = list.iter().position(|other| *other == id) else {
        return Vec::new();
    };
    let Some(to) = from.checked_add_signed(by).filter(|to| *to < list.len()) else {
        return Vec::new();
    };
    // "Before" counts in the list as it is: one further than the place when it moves down.
    let before = list.get(if by > 0 { to + 1 } else { to }).copied();
    vec![
        Effect::Ask(
            Asked::Silent,
            Request::Vault(VaultRequest::Move { id, before }),
        ),
        Effect::Say(vec![
            Text::new("moved_to")
                .with((to + 1).to_string())
                .with(list.len().to_string()),
        ]),
    ]
}

fn answered(model: &mut Model, asked: Asked, answer: Answer) -> Vec<Effect> {
    if matches!(asked, Asked::NextHotp(..)) {
        model.moving = None;
    }
    match (asked, answer) {
        (Asked::Form(form), Err(failure)) => refuse(model, form, failure),
        (_, Err(failure)) => toast(model, vec![failure_text(&failure)], Vec::new()),
        (Asked::Form(form), Ok(reply)) => {
            model.forms.succeed();
            accepted(model, form, reply)
        }
        (Asked::Delete(id), Ok(_)) => {
            let name = name(model, id);
            model.menu = None;
            let mut effects = if model.screen == Screen::List {
                // The button that was pressed goes with its account.
                vec![Effect::Focus(Focus::Element("toast-action"))]
            } else {
                back(model)
            };
            effects.extend(toast(
                model,
                vec![Text::new("deleted_one").with(name)],
                vec![id],
            ));
            effects.push(Effect::Reload);
            effects
        }
        (Asked::NextHotp(id, credential), Ok(Reply::Code { text })) => {
            model.hotp.insert(credential, text);
            vec![Effect::Reload, Effect::Focus(Focus::Account(id))]
        }
        (Asked::NextHotp(..) | Asked::Silent, Ok(_)) => vec![Effect::Reload],
    }
}

fn accepted(model: &mut Model, form: Form, reply: Reply) -> Vec<Effect> {
    match (form, reply) {
        (
            form @ (Form::Uri | Form::Add),
            Reply::Added {
                ids,
                refused,
                duplicates,
            },
        ) => {
            let mut effects = vec![Effect::Reload];
            let summary = added(ids.len(), duplicates);
            if refused.is_empty() {
                effects.extend(back(model));
                effects.extend(toast(model, summary, Vec::new()));
            } else if let ([only], true) = (refused.as_slice(), ids.is_empty() && duplicates == 0) {
                let failure = only.why.clone();
                effects.extend(refuse(model, form, failure));
            } else {
                effects.extend(listed(model, refused, &ids, summary));
            }
            effects
        }
        (Form::Edit, _) => {
            let mut effects = back(model);
            effects.extend(toast(model, vec![Text::new("saved")], Vec::new()));
            effects.push(Effect::Reload);
            effects
        }
        // The screen changes when storage says so.
        _ => vec![Effect::Reload],
    }
}

/// Some lines were taken and others not: stay, and say which.
fn listed(model: &mut Model, refused: Vec<Refused>, ids: &[Id], summary: Vec<Text>) -> Vec<Effect> {
    model.refused = refused;
    let mut effects = vec![Effect::Focus(Focus::Element("uri-refused"))];
    if !ids.is_empty() {
        effects.extend(toast(model, summary, Vec::new()));
    }
    effects
}

pub(super) fn refuse(model: &mut Model, form: Form, failure: Failure) -> Vec<Effect> {
    model.forms.refuse(form, failure);
    // The view moves the focus to the first field that has an error.
    vec![Effect::Focus(Focus::Element("first-error"))]
}

pub(super) fn read(model: &mut Model, seen: Seen) -> Vec<Effect> {
    match seen {
        Seen::Texts(texts) => {
            model.forms.start(Form::Uri);
            vec![Effect::Ask(
                Asked::Form(Form::Uri),
                Request::Vault(VaultRequest::AddUris {
                    text: texts.join("\n"),
                }),
            )]
        }
        Seen::Nothing => refuse(model, Form::Uri, Failure::new("no_qr")),
        Seen::Failed(code) => refuse(model, Form::Uri, Failure::new(code)),
    }
}

pub(super) fn toast(model: &mut Model, text: Vec<Text>, undelete: Vec<Id>) -> Vec<Effect> {
    let number = model
        .toast
        .as_ref()
        .map_or(0, |toast| toast.number.wrapping_add(1));
    model.toast = Some(Toast {
        number,
        text,
        undelete,
    });
    vec![Effect::ToastTimer(number)]
}

fn focus_list(model: &Model) -> Effect {
    let empty = model
        .vault
        .as_ref()
        .is_some_and(|vault| vault.list().is_empty());
    Effect::Focus(Focus::Element(if empty { "empty-add" } else { "search" }))
}

fn name(model: &Model, id: Id) -> Arg {
    let account = model
        .vault
        .as_ref()
        .and_then(|vault| vault.accounts.get(&id));
    account.map_or_else(
        || Text::new("unnamed").into(),
        |account| account_name(&account.issuer.value, &account.label.value),
    )
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
