//! What comes in: files, pictures and pasted links, what they hold, and what becomes of it. Nothing
//! changes before a person has seen it.

use holdfast_core::account::{AccountDraft, NewAccount};
use holdfast_core::handover::{FileContent, FileFailure, FileOutcome};
use holdfast_core::vault::{Choice, Plan, Planned, Vault};
use zeroize::Zeroizing;

use super::Effect as Outer;
use crate::message::{Failure, Reply};
use crate::pages::form::{account_name, added};
use crate::pages::text::{Arg, Text};
use crate::transfer::TransferRequest;

/// What the import knows.
#[derive(Clone, Default)]
pub struct Model {
    /// What was chosen, dropped, pasted or scanned so far. Holds secrets: dropped with the preview.
    pub files: Vec<Source>,
    /// Files are being read, or accounts stored.
    pub busy: bool,
    /// So many of the files are being read, or their accounts stored; what comes meanwhile is read
    /// afterwards.
    pub reading: usize,
    /// The accounts of all files, and where each goes.
    pub planned: Vec<(AccountDraft, Planned)>,
    /// Moves when the preview is another one.
    pub revision: u32,
    /// What becomes of accounts that are there already.
    pub choice: Choice,
    /// What the last import came to.
    pub done: Option<Done>,
    /// The camera is looking.
    pub camera: bool,
    /// Why there is no picture of it: a failure's code.
    pub no_camera: Option<String>,
}

/// A file, a picture, or a text that was pasted.
#[derive(Clone)]
pub struct Source {
    /// The file's name; none for what was pasted or scanned.
    pub name: String,
    /// Its bytes, or the texts of a picture's codes, one a line; `None` where it could not be opened.
    pub bytes: Option<Zeroizing<Vec<u8>>>,
    /// It is a picture, or came from a camera.
    pub picture: bool,
    /// The password that was given for it.
    pub password: Zeroizing<String>,
    /// What came of it.
    pub outcome: Option<FileOutcome>,
}

/// What an import came to.
#[derive(Clone, Default)]
pub struct Done {
    /// "3 accounts added".
    pub summary: Vec<Text>,
    /// What the vault did not take, and why.
    pub refused: Vec<(Arg, Failure)>,
    /// Why nothing was stored at all.
    pub failure: Option<Failure>,
}

/// What can happen.
#[derive(Clone)]
pub enum Msg {
    /// These were opened.
    Opened(Vec<Source>),
    /// Those that could be opened were read, in order.
    Read(Result<Vec<FileOutcome>, String>),
    /// The password of the file that waits for one.
    Password(String),
    /// Leave out the file that waits for a password.
    Skip,
    /// What becomes of accounts that are there already.
    Choose(Choice),
    /// Import what is shown.
    Import,
    /// Begin to look through the camera, or end it.
    Camera(bool),
    /// There is no picture of it, and why.
    NoCamera(String),
    /// Drop what is shown.
    Cancel,
    /// The background answered.
    Imported(Result<Reply, Failure>),
}

/// What it asks of the browser.
#[derive(Clone)]
pub enum Effect {
    /// Read files, each with its password; an empty one is none.
    Read(Vec<(Zeroizing<Vec<u8>>, Zeroizing<String>)>),
    /// Look through the camera, or let go of it.
    Camera(bool),
    /// Ask the background.
    Ask(TransferRequest),
}

impl Source {
    /// A file that was opened.
    #[must_use]
    pub fn file(name: String, bytes: Vec<u8>) -> Self {
        Self {
            name,
            bytes: Some(Zeroizing::new(bytes)),
            picture: false,
            password: Zeroizing::default(),
            outcome: None,
        }
    }

    /// The texts of the codes in a picture. A line break within one would make two of it.
    #[must_use]
    pub fn codes(name: String, texts: &[String]) -> Self {
        let lines: Vec<String> = texts
            .iter()
            .map(|text| text.replace(['\r', '\n'], " "))
            .collect();
        Self {
            picture: true,
            ..Self::file(name, lines.join("\n").into_bytes())
        }
    }

    /// One that could not be opened, and why: a failure's code.
    #[must_use]
    pub fn unopened(name: String, code: &str) -> Self {
        Self {
            bytes: None,
            outcome: Some(failed(code)),
            ..Self::file(name, Vec::new())
        }
    }
}

/// Takes what happened into the model.
pub fn update(model: &mut Model, msg: Msg, vault: Option<&Vault>) -> Vec<Outer> {
    match msg {
        Msg::Opened(files) => {
            model.done = None;
            model.camera = false;
            model.no_camera = None;
            model.files.extend(files);
            read(model)
        }
        Msg::Password(password) => {
            if let Some(place) = waiting(model)
                && let Some(file) = model.files.get_mut(place)
            {
                file.password = Zeroizing::new(password);
            }
            read(model)
        }
        Msg::Skip if model.busy => Vec::new(),
        Msg::Skip => {
            if let Some(place) = waiting(model) {
                model.files.remove(place);
            }
            if model.files.is_empty() {
                return update(model, Msg::Cancel, vault);
            }
            plan(model, vault);
            vec![Outer::Focus(next_focus(model))]
        }
        Msg::Read(result) => {
            model.busy = false;
            took(model, result);
            if model.files.iter().any(|file| file.outcome.is_none()) {
                return read(model);
            }
            plan(model, vault);
            vec![Outer::Focus(next_focus(model))]
        }
        Msg::Camera(on) => {
            model.no_camera = None;
            let was = std::mem::replace(&mut model.camera, on);
            match on == was {
                true => Vec::new(),
                false => vec![Outer::Import(Effect::Camera(on))],
            }
        }
        Msg::NoCamera(code) => {
            model.camera = false;
            model.no_camera = Some(code);
            Vec::new()
        }
        Msg::Choose(choice) => {
            model.choice = choice;
            Vec::new()
        }
        Msg::Import if model.busy => Vec::new(),
        Msg::Import => {
            model.busy = true;
            model.reading = model.files.len();
            let drafts = model.planned.iter().map(|(draft, _)| draft.clone());
            vec![Outer::Import(Effect::Ask(TransferRequest::Add {
                drafts: drafts.collect(),
                choice: model.choice,
            }))]
        }
        Msg::Cancel => {
            forget(model);
            vec![Outer::Focus("import-choose")]
        }
        Msg::Imported(answer) => {
            model.busy = false;
            let new = model.files.split_off(model.reading.min(model.files.len()));
            model.done = Some(imported(model, answer));
            let mut effects = vec![Outer::Focus("transfer-done"), Outer::Reload];
            if !new.is_empty() {
                model.files.extend(new);
                effects.extend(read(model));
            }
            effects
        }
    }
}

/// Drops all that was read: it holds secrets.
pub fn forget(model: &mut Model) {
    *model = Model {
        busy: model.busy,
        revision: model.revision.wrapping_add(1),
        done: model.done.take(),
        camera: model.camera,
        ..Model::default()
    };
}

/// Finds out where each account goes.
pub fn plan(model: &mut Model, vault: Option<&Vault>) {
    let drafts: Vec<AccountDraft> = contents(model)
        .flat_map(|(_, content)| content.accounts.iter().cloned())
        .collect();
    let parsed: Vec<NewAccount> = drafts
        .iter()
        .filter_map(|draft| draft.parse().ok())
        .collect();
    let planned = vault.map(|vault| Plan::new(vault, &parsed).accounts);
    let planned = drafts.into_iter().zip(planned.unwrap_or_default());
    let planned: Vec<_> = planned.collect();
    if planned != model.planned || !model.files.is_empty() {
        model.planned = planned;
        model.revision = model.revision.wrapping_add(1);
    }
}

/// The file that waits for a password: its place.
#[must_use]
pub fn waiting(model: &Model) -> Option<usize> {
    model.files.iter().position(|file| {
        matches!(&file.outcome, Some(FileOutcome::Failed(failure))
            if matches!(failure.code.as_str(), "import_needs_password" | "import_wrong_password"))
    })
}

/// What was read, with the files it comes from.
pub fn contents(model: &Model) -> impl Iterator<Item = (&Source, &FileContent)> {
    model.files.iter().filter_map(|file| match &file.outcome {
        Some(FileOutcome::Read(content)) => Some((file, content)),
        _ => None,
    })
}

fn next_focus(model: &Model) -> &'static str {
    match waiting(model) {
        Some(_) => "transfer-password",
        None => "transfer-preview-heading",
    }
}

fn failed(code: &str) -> FileOutcome {
    FileOutcome::Failed(FileFailure {
        code: code.to_owned(),
        title: None,
        detail: None,
    })
}

fn read(model: &mut Model) -> Vec<Outer> {
    if model.busy || model.files.is_empty() {
        return Vec::new();
    }
    model.busy = true;
    model.reading = model.files.len();
    let opened = model.files.iter().filter_map(|file| {
        let bytes = file.bytes.clone()?;
        Some((bytes, file.password.clone()))
    });
    vec![Outer::Import(Effect::Read(opened.collect()))]
}

fn took(model: &mut Model, result: Result<Vec<FileOutcome>, String>) {
    let mut outcomes = result.map(Vec::into_iter);
    let read = model.files.iter_mut().take(model.reading);
    for file in read.filter(|file| file.bytes.is_some()) {
        let mut outcome = match &mut outcomes {
            Ok(outcomes) => outcomes.next().unwrap_or_else(|| failed("module_failed")),
            Err(code) => failed(code),
        };
        // A file may be an export of an app that is not known; a code is no export at all.
        if let FileOutcome::Failed(failure) = &mut outcome
            && file.picture
            && failure.code == "import_not_recognised"
        {
            failure.code = "qr_no_account".to_owned();
        }
        file.outcome = Some(outcome);
    }
}

fn imported(model: &mut Model, answer: Result<Reply, Failure>) -> Done {
    match answer {
        Ok(Reply::Added {
            ids,
            refused,
            duplicates,
        }) => {
            let refused = refused.into_iter().map(|refused| {
                let place = refused.line.saturating_sub(1);
                let name = model.planned.get(place).map_or_else(
                    || refused.line.to_string().into(),
                    |(draft, _)| account_name(&draft.issuer, &draft.label),
                );
                (name, refused.why)
            });
            let done = Done {
                summary: added(ids.len(), duplicates),
                refused: refused.collect(),
                failure: None,
            };
            forget(model);
            done
        }
        Ok(_) => {
            forget(model);
            Done::default()
        }
        // The preview stays, for another try.
        Err(failure) => Done {
            failure: Some(failure),
            ..Done::default()
        },
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
