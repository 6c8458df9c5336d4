//! What the settings page does about what happens: no browser in here.

use super::checklist;
use super::clouds::SignIn;
use super::history;
use super::model::{Action, Asked, Effect, Model, Msg, Section, Setting};
use super::nextcloud;
use super::security;
use super::settings::set;
use super::submit::{signed_in, submit};
use super::transfer::{self, export};
use crate::message::{
    Answer, BackupRequest, DestinationRequest, Failure, Reply, Request, SignInPlace, VaultRequest,
};
use crate::pages::form::{Form, failure_text};
use crate::pages::status::{Press, StatusView};
use crate::pages::text::Text;
use crate::pages::world::{VaultState, World};
use holdfast_core::vault::Vault;

/// Takes what happened at `now` (milliseconds since the Unix epoch) into the model and returns
/// what is to be done.
pub fn update(model: &mut Model, msg: Msg, now: u64) -> Vec<Effect> {
    match msg {
        Msg::World(world) => take(model, *world),
        Msg::Go(place) => go(model, &place),
        Msg::Act(action) => act(model, action, now),
        Msg::Submit(form, fields) => submit(model, form, &fields),
        Msg::SignedIn(form, draft) => signed_in(model, form, *draft),
        Msg::Set(name, setting) => set(model, &name, &setting),
        Msg::Answered(asked, answer) => answered(model, asked, answer, now),
        Msg::Transfer(msg) => pass_on(model, msg),
        Msg::Checklist(msg) => {
            let vault = open_vault(&model.world);
            let effect = checklist::update(&mut model.checklist, msg, vault);
            effect.into_iter().map(Effect::Checklist).collect()
        }
        Msg::Backup(bytes) => {
            model.file = Some(bytes);
            Vec::new()
        }
        Msg::Copied(Some(text)) => toast(model, text),
        Msg::Copied(None) => toast(model, Text::new("copy_failed")),
        Msg::PollNextcloud => nextcloud::poll(model),
        Msg::ToastGone(number) => {
            model.toast.take_if(|(own, _)| *own == number);
            Vec::new()
        }
        Msg::History(msg) => history::update(model, msg),
        Msg::Security(msg) => security::took(model, msg),
    }
}

fn take(model: &mut Model, world: World) -> Vec<Effect> {
    let first = model.world.is_none();
    let is_open = |world: &World| matches!(world.vault, VaultState::Open(_));
    let was_open = model.world.as_ref().is_some_and(is_open);
    let locked_now = !is_open(&world);
    let mut effects = vec![Effect::Mirror(world.settings.clone())];
    if locked_now {
        // Nothing secret stays on the page of a locked vault.
        model.exported = None;
        security::locked(model);
        history::locked(&mut model.history);
    }
    if locked_now && was_open {
        model.forms = Default::default();
        effects.extend(Form::all().map(|(form, _)| Effect::Clear(form)));
    }
    let gone = |id: &String| world.places.iter().all(|place| place.id != *id);
    model.chains.retain(|id, _| !gone(id));
    model.disconnecting.take_if(|id| gone(id));
    model.changing.take_if(|id| gone(id));
    let open = match &world.vault {
        VaultState::Open(vault) => Some(&**vault),
        _ => None,
    };
    // Nobody looks at the section: nothing is reckoned out for it.
    if open.is_none() || model.section == Section::Transfer {
        transfer::vault_changed(&mut model.transfer, open);
        checklist::look(&mut model.checklist, open);
    }
    if open.is_none() {
        effects.extend(leave_camera(model));
    }
    model.world = Some(world);
    if !locked_now {
        effects.extend(security::opened(model));
        effects.extend(history::opened(model));
    }
    if first && model.changing.is_some() {
        effects.push(Effect::FillConnect(model.changing.clone()));
    }
    effects
}

fn go(model: &mut Model, place: &str) -> Vec<Effect> {
    model.section = Section::of(place);
    model.forms = Default::default();
    if model.section != Section::Security {
        security::left(model);
    }
    let change = place.strip_prefix("change/").map(str::to_owned);
    if place == "connect" || change.is_some() {
        model.changing = change;
        return open_connect(model);
    }
    let mut effects = security::place(model, place);
    match model.section {
        Section::Autofill => effects.push(Effect::ShowSubmitSites),
        Section::History => effects.extend(history::entered(model, place)),
        _ => {}
    }
    export::hide(&mut model.transfer.export);
    let account = place.strip_prefix("transfer/");
    model.transfer.export.only = account.and_then(holdfast_core::vault::Id::parse);
    effects.extend(leave_camera(model));
    if model.section == Section::Transfer {
        let vault = open_vault(&model.world);
        if vault.is_some() {
            transfer::vault_changed(&mut model.transfer, vault);
            checklist::look(&mut model.checklist, vault);
        }
        if model.checklist.list.is_none() {
            effects.push(Effect::Checklist(checklist::Effect::Load));
        }
    }
    effects
}

/// What is shown: a profile without a vault has only the first run and restoring.
pub fn shown(model: &Model) -> Option<Section> {
    let section = model.section;
    Some(match model.world.as_ref()?.vault {
        VaultState::Nothing
            if matches!(
                section,
                Section::Restore | Section::About | Section::Appearance
            ) =>
        {
            section
        }
        VaultState::Nothing => Section::Welcome,
        VaultState::Damaged if matches!(section, Section::Restore | Section::About) => section,
        VaultState::Damaged => Section::Damaged,
        VaultState::Newer if section == Section::About => section,
        VaultState::Newer => Section::Newer,
        _ if section == Section::Welcome => Section::Backup,
        _ => section,
    })
}

/// Whether the passphrase is asked for above the section.
pub fn gated(model: &Model) -> bool {
    let locked = model
        .world
        .as_ref()
        .is_some_and(|world| world.vault == VaultState::Locked);
    locked && shown(model).is_some_and(|section| section.needs_key() || section == Section::Backup)
}

fn act(model: &mut Model, action: Action, now: u64) -> Vec<Effect> {
    match action {
        Action::Lock => vec![Effect::Ask(
            Asked::Silent,
            Request::Vault(VaultRequest::Lock),
        )],
        Action::Remedy => {
            let button = model
                .world
                .as_ref()
                .and_then(|world| world.status.as_ref())
                .and_then(|status| status.remedy.clone());
            press(model, button.map(|button| button.press))
        }
        Action::RemedyAt(id) => {
            let button = place_view(model, &id, now).and_then(|view| view.remedy);
            press(model, button.map(|button| button.press))
        }
        Action::Warning(number) => {
            let status = model.world.as_ref().and_then(|world| world.status.as_ref());
            let warning = status
                .and_then(|status| status.warnings.get(number))
                .and_then(|warning| warning.press.clone());
            press(model, warning.map(|(_, press)| press))
        }
        Action::CheckNow(id) => {
            if model.checking.is_some() {
                return Vec::new();
            }
            model.checking = Some(id.clone());
            model.chains.remove(&id);
            vec![Effect::Ask(
                Asked::Check(id.clone()),
                Request::Destination(DestinationRequest::CheckNow { destination: id }),
            )]
        }
        Action::Change(id) => {
            model.changing = Some(id);
            open_connect(model)
        }
        Action::Disconnect(id) => {
            model.disconnecting = Some(id.clone());
            vec![Effect::FocusDisconnect(id)]
        }
        Action::Nextcloud(address) => nextcloud::begin(model, address),
        Action::Download => vec![Effect::Download(Asked::Silent)],
        Action::PickFolder(prefix) => vec![Effect::PickFolder(prefix)],
        Action::ConnectToggled(open) => {
            model.connecting = open;
            if open {
                Vec::new()
            } else {
                close_connect(model)
            }
        }
        Action::AnswerMerge(accept) => {
            let status = model.world.as_ref().and_then(|world| world.status.as_ref());
            let question = status.and_then(|status| status.question.clone());
            let answer = |question| {
                let request = DestinationRequest::AnswerMerge { question, accept };
                Effect::Ask(Asked::Silent, Request::Destination(request))
            };
            question.map(answer).into_iter().collect()
        }
        Action::CopyText(text) => vec![Effect::Copy(text, Text::new("address_copied"))],
        Action::CopyExport => model.exported.clone().map_or_else(Vec::new, |text| {
            vec![Effect::Copy(text, Text::new("export_copied"))]
        }),
        Action::SaveExport => model.exported.clone().map_or_else(Vec::new, |text| {
            vec![Effect::Save("holdfast-otpauth.txt", text)]
        }),
        Action::HideExport => {
            model.exported = None;
            vec![Effect::Focus("export-passphrase")]
        }
        Action::CopyDiagnosis => vec![Effect::CopyDiagnosis],
        Action::SaveDamaged => vec![Effect::SaveDamaged],
        Action::History(action) => history::act(model, action),
        Action::Security(action) => security::act(model, action, now),
    }
}

/// The status at one destination, in words.
pub fn place_view(model: &Model, id: &str, now: u64) -> Option<StatusView> {
    let place = model
        .world
        .as_ref()?
        .places
        .iter()
        .find(|place| place.id == id)?;
    Some(StatusView::of(&place.status, Some(place), now))
}

fn press(model: &mut Model, press: Option<Press>) -> Vec<Effect> {
    match press {
        None => Vec::new(),
        Some(Press::Retry) => vec![Effect::Ask(
            Asked::Silent,
            Request::Backup(BackupRequest::BackUpNow),
        )],
        Some(Press::Grant(patterns)) => vec![Effect::AskWithPermission(
            Asked::Silent,
            patterns,
            Request::Backup(BackupRequest::BackUpNow),
        )],
        Some(Press::SignIn { id, patterns }) => vec![Effect::SignIn(SignIn {
            asked: Asked::Silent,
            patterns,
            place: SignInPlace::Destination(id),
        })],
        Some(Press::GrantFolder(key)) => vec![Effect::GrantFolder(key)],
        Some(Press::CorrectCodes(on)) => set(model, "correct_codes", &Setting::On(on)),
        Some(Press::Download) => vec![Effect::Download(Asked::Silent)],
        // The form may be open already, at a place that the address names already.
        Some(Press::Open(place)) if Section::of(&place) == Section::Backup => go(model, &place),
        Some(Press::Open(place)) => vec![Effect::Go(place)],
    }
}

fn open_connect(model: &mut Model) -> Vec<Effect> {
    model.connecting = true;
    let mut effects = vec![Effect::FillConnect(model.changing.clone())];
    if model.changing.is_none() {
        effects.push(Effect::Focus("connect-kind-web_dav"));
    }
    effects
}

fn close_connect(model: &mut Model) -> Vec<Effect> {
    model.connecting = false;
    if model.waiting.take().is_some() {
        // Nobody waits for that login any more.
        model.forms = Default::default();
    }
    model.changing = None;
    vec![Effect::Clear(Form::Connect), Effect::FillConnect(None)]
}

fn answered(model: &mut Model, asked: Asked, answer: Answer, now: u64) -> Vec<Effect> {
    let (asked, answer) = match (asked, answer) {
        (Asked::Nextcloud, answer) => {
            if let Ok(reply) = &answer
                && let Some(effects) = nextcloud::answered(model, reply)
            {
                return effects;
            }
            model.waiting = None;
            (Asked::Form(Form::Connect), answer)
        }
        other => other,
    };
    match (asked, answer) {
        (Asked::Form(form), Err(failure)) => refuse(model, form, failure),
        (Asked::Form(form), Ok(reply)) => {
            model.forms.succeed();
            let mut effects = accepted(model, form, reply, now);
            effects.push(Effect::Reload);
            effects
        }
        (Asked::Check(id), answer) => {
            model.checking = None;
            match answer {
                Ok(Reply::Chain { steps }) => {
                    model.chains.insert(id, steps);
                    vec![Effect::Reload]
                }
                Ok(_) => vec![Effect::Reload],
                Err(failure) => toast(model, failure_text(&failure)),
            }
        }
        (Asked::Replaced, answer) => security::answered(model, answer),
        (Asked::History(asked), answer) => history::answered(model, asked, answer),
        (Asked::Silent | Asked::Nextcloud, Ok(_)) => vec![Effect::Reload],
        (Asked::Silent | Asked::Nextcloud, Err(failure)) => {
            let mut effects = toast(model, failure_text(&failure));
            effects.push(Effect::Reload);
            effects
        }
    }
}

fn accepted(model: &mut Model, form: Form, reply: Reply, now: u64) -> Vec<Effect> {
    match (form, reply) {
        (Form::Create, Reply::RecoveryKey { text }) => {
            model.section = Section::Security;
            let mut effects = vec![Effect::Clear(Form::Create), Effect::Go("security".into())];
            effects.extend(security::show_sheet(model, text, now, true));
            effects
        }
        (Form::History(form), reply) => history::accepted(model, form, reply),
        (Form::Security(form), reply) => security::accepted(model, form, reply, now),
        (form @ Form::Unlock, _) => vec![Effect::Clear(form)],
        (Form::Connect, reply) => {
            let said = match reply {
                Reply::Beside => "connected_beside",
                _ => "connected",
            };
            let mut effects = close_connect(model);
            effects.extend(toast(model, Text::new(said)));
            effects
        }
        (Form::Disconnect(_), _) => {
            model.disconnecting = None;
            toast(model, Text::new("disconnected"))
        }
        (Form::Find, Reply::Backups { found }) if found.is_empty() => {
            refuse(model, Form::Find, Failure::new("found_none"))
        }
        (Form::Find, Reply::Backups { found: vaults }) => {
            if let Some((_, found)) = &mut model.found {
                *found = vaults;
            }
            vec![Effect::Focus("found-heading")]
        }
        (Form::Restore, Reply::Restored(restored)) => {
            model.found = None;
            model.file = None;
            model.restored = Some(restored);
            vec![
                Effect::Clear(Form::Find),
                Effect::Clear(Form::Restore),
                Effect::Focus("restored-heading"),
            ]
        }
        (Form::Export, Reply::Text { text }) => {
            model.exported = Some(text);
            vec![Effect::Clear(Form::Export), Effect::Focus("export-text")]
        }
        (Form::Autofill, _) => {
            let mut effects = vec![Effect::ShowSubmitSites];
            effects.extend(toast(model, Text::new("saved")));
            effects
        }
        (Form::Export, Reply::Done) => write(model),
        (Form::Device, _) => toast(model, Text::new("saved")),
        _ => Vec::new(),
    }
}

pub(super) fn refuse(model: &mut Model, form: Form, failure: Failure) -> Vec<Effect> {
    if form == Form::Find {
        model.found = None;
    }
    model.forms.refuse(form, failure);
    vec![Effect::Focus("first-error")]
}

fn pass_on(model: &mut Model, msg: transfer::Msg) -> Vec<Effect> {
    // A file that was written, and codes that could not be drawn, are said at the form.
    let written = match &msg {
        transfer::Msg::Export(export::Msg::Written(result)) => Some(result.clone()),
        transfer::Msg::Export(export::Msg::Drawn(_, _, Err(code))) => Some(Err(code.clone())),
        _ => None,
    };
    let vault = open_vault(&model.world);
    let effects = transfer::update(&mut model.transfer, msg, vault).into_iter();
    let mut effects: Vec<Effect> = effects.map(Effect::Transfer).collect();
    match written {
        Some(Ok(())) => effects.extend(toast(model, Text::new("export_saved"))),
        Some(Err(code)) => effects.extend(refuse(model, Form::Export, Failure::new(&code))),
        None => {}
    }
    effects
}

/// Lets go of the camera: nobody looks at its picture.
fn leave_camera(model: &mut Model) -> Vec<Effect> {
    pass_on(
        model,
        transfer::Msg::Import(transfer::import::Msg::Camera(false)),
    )
}

fn open_vault(world: &Option<World>) -> Option<&Vault> {
    match &world.as_ref()?.vault {
        VaultState::Open(vault) => Some(vault),
        _ => None,
    }
}

/// The passphrase was right: write the file.
fn write(model: &mut Model) -> Vec<Effect> {
    let Some(vault) = open_vault(&model.world) else {
        return Vec::new();
    };
    let effect = export::write(&mut model.transfer.export, vault);
    vec![Effect::Clear(Form::Export), Effect::Transfer(effect)]
}

pub(super) fn toast(model: &mut Model, text: Text) -> Vec<Effect> {
    let number = model
        .toast
        .as_ref()
        .map_or(0, |(number, _)| number.wrapping_add(1));
    model.toast = Some((number, text));
    vec![Effect::ToastTimer(number)]
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
