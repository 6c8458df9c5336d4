//! Import from other apps with a preview, and export to them: the page's part of it. Files are
//! read and written by a module of its own, see `www/transfer.js`.

mod draw;
pub(super) mod effects;

use holdfast_core::account::{AccountDraft, NewAccount};
use holdfast_core::handover::{FileFailure, FileOutcome, LostField};
use holdfast_core::vault::{Choice, Plan, Planned, Vault};

pub(super) use draw::draw;

use crate::message::{Failure, Refused, Reply};
use crate::pages::form::added;
use crate::pages::text::Text;
use crate::transfer::TransferRequest;

/// What the section knows.
#[derive(Clone, Default)]
pub struct Model {
    /// What was chosen, dropped or scanned so far, with its name. Holds secrets: dropped with the
    /// preview.
    pub files: Vec<(String, Vec<u8>)>,
    /// A file is being read or written.
    pub busy: bool,
    /// What came of the files, one for each.
    pub outcomes: Vec<FileOutcome>,
    /// What becomes of accounts that are there already.
    pub choice: Choice,
    /// What the last import came to.
    pub done: Option<(Vec<Text>, Vec<Refused>)>,
    /// The format that is exported to; empty for otpauth links.
    pub target: String,
    /// What that format can't carry.
    pub lost: Vec<LostField>,
    /// The password of an encrypted format, between its form and the file.
    pub password: Option<String>,
}

/// What can happen.
#[derive(Clone)]
pub enum Msg {
    /// Files were opened, with their names and contents.
    Opened(Vec<(String, Vec<u8>)>),
    /// They were read.
    Read(Result<Vec<FileOutcome>, String>),
    /// The password was given.
    Password(String),
    /// What becomes of accounts that are there already.
    Choose(Choice),
    /// Import what is shown.
    Import,
    /// Drop what is shown.
    Cancel,
    /// The background answered.
    Imported(Result<Reply, Failure>),
    /// Another format was chosen for the export.
    Target(String),
    /// What that format can't carry.
    Lost(Vec<LostField>),
    /// The file was written, or why not.
    Written(Result<(), String>),
}

/// What it asks of the browser.
#[derive(Clone)]
pub enum Effect {
    /// Read the files.
    Read(Vec<Vec<u8>>, Option<String>),
    /// Ask the background.
    Ask(TransferRequest),
    /// Say what a format would lose.
    Losses(String, Vec<AccountDraft>),
    /// Write a file and offer it.
    Write(String, Vec<AccountDraft>, Option<String>),
    /// Move the focus.
    Focus(&'static str),
    /// Read storage again.
    Reload,
}

/// Takes what happened into the model.
pub fn update(model: &mut Model, msg: Msg, vault: Option<&Vault>) -> Vec<Effect> {
    match msg {
        Msg::Opened(files) => {
            model.done = None;
            model.files.extend(files);
            read(model, None)
        }
        Msg::Password(password) => read(model, Some(password)),
        Msg::Read(result) => {
            model.busy = false;
            model.outcomes = result.unwrap_or_else(|code| {
                let failure = FileFailure {
                    code,
                    title: None,
                    detail: None,
                };
                vec![FileOutcome::Failed(failure)]
            });
            vec![Effect::Focus(match wants_password(model) {
                Some(_) => "transfer-password",
                None => "transfer-preview-heading",
            })]
        }
        Msg::Choose(choice) => {
            model.choice = choice;
            Vec::new()
        }
        Msg::Import if model.busy => Vec::new(),
        Msg::Import => {
            model.busy = true;
            vec![Effect::Ask(TransferRequest::Add {
                drafts: drafts(model),
                choice: model.choice,
            })]
        }
        Msg::Cancel => {
            forget(model);
            vec![Effect::Focus("import-choose")]
        }
        Msg::Imported(answer) => {
            model.busy = false;
            match answer {
                Ok(Reply::Added {
                    ids,
                    refused,
                    duplicates,
                }) => {
                    forget(model);
                    model.done = Some((added(ids.len(), duplicates), refused));
                }
                Ok(_) => forget(model),
                Err(why) => {
                    model.done = Some((Vec::new(), vec![Refused { line: 0, why }]));
                }
            }
            vec![Effect::Reload]
        }
        Msg::Target(target) => {
            model.lost.clear();
            model.target = target.clone();
            match vault {
                Some(vault) => vec![Effect::Losses(target, of_vault(vault))],
                None => Vec::new(),
            }
        }
        Msg::Lost(lost) => {
            model.lost = lost;
            Vec::new()
        }
        Msg::Written(_) => {
            model.busy = false;
            Vec::new()
        }
    }
}

/// Drops all that was read: it holds secrets.
pub fn forget(model: &mut Model) {
    model.files.clear();
    model.outcomes.clear();
    model.choice = Choice::default();
}

/// The accounts of a vault, as they leave it.
#[must_use]
pub fn of_vault(vault: &Vault) -> Vec<AccountDraft> {
    let accounts = vault.to_new_accounts();
    accounts.iter().map(NewAccount::to_draft).collect()
}

/// The file that waits for a password, and whether one was wrong.
#[must_use]
pub fn wants_password(model: &Model) -> Option<&FileFailure> {
    model.outcomes.iter().find_map(|outcome| match outcome {
        FileOutcome::Failed(failure)
            if matches!(
                failure.code.as_str(),
                "import_needs_password" | "import_wrong_password"
            ) =>
        {
            Some(failure)
        }
        _ => None,
    })
}

/// The accounts of all files, in order.
fn drafts(model: &Model) -> Vec<AccountDraft> {
    let read = model.outcomes.iter().filter_map(|outcome| match outcome {
        FileOutcome::Read(content) => Some(&content.accounts),
        FileOutcome::Failed(_) => None,
    });
    read.flatten().cloned().collect()
}

/// Each account of the preview, and where it goes.
fn planned(model: &Model, vault: &Vault) -> Vec<(AccountDraft, Planned)> {
    let drafts = drafts(model);
    let accounts: Vec<NewAccount> = drafts
        .iter()
        .filter_map(|draft| draft.parse().ok())
        .collect();
    let plan = Plan::new(vault, &accounts);
    drafts.into_iter().zip(plan.accounts).collect()
}

fn read(model: &mut Model, password: Option<String>) -> Vec<Effect> {
    if model.busy || model.files.is_empty() {
        return Vec::new();
    }
    model.busy = true;
    let files = model.files.iter().map(|(_, bytes)| bytes.clone());
    vec![Effect::Read(files.collect(), password)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_core::handover::FileContent;

    fn content(secret: &str) -> FileOutcome {
        let mut draft = AccountDraft::default();
        draft.secret = secret.to_owned();
        FileOutcome::Read(FileContent {
            title: "Aegis".into(),
            accounts: vec![draft],
            refused: Vec::new(),
            missing: Vec::new(),
        })
    }

    fn failed(code: &str) -> FileOutcome {
        FileOutcome::Failed(FileFailure {
            code: code.into(),
            title: Some("Aegis".into()),
            detail: None,
        })
    }

    #[test]
    fn a_password_is_asked_for_and_the_files_are_read_again_with_it() {
        let mut model = Model::default();
        let files = vec![("a.json".to_owned(), b"{}".to_vec())];
        let effects = update(&mut model, Msg::Opened(files), None);
        assert!(matches!(&effects[..], [Effect::Read(files, None)] if files.len() == 1));
        assert!(model.busy);
        let sealed = Msg::Read(Ok(vec![failed("import_needs_password")]));
        let effects = update(&mut model, sealed, None);
        assert!(matches!(&effects[..], [Effect::Focus("transfer-password")]));
        assert!(wants_password(&model).is_some());
        let effects = update(&mut model, Msg::Password("x".into()), None);
        assert!(matches!(&effects[..], [Effect::Read(_, Some(password))] if password == "x"));
        update(&mut model, Msg::Read(Ok(vec![content("MY")])), None);
        assert!(wants_password(&model).is_none());
        // More files come to those that are there: further parts of a batch.
        let effects = update(&mut model, Msg::Opened(vec![("b".into(), vec![1])]), None);
        assert!(matches!(&effects[..], [Effect::Read(files, None)] if files.len() == 2));
    }

    #[test]
    fn importing_sends_what_is_shown_and_then_forgets_it() {
        let mut model = Model {
            outcomes: vec![content("MY"), failed("import_damaged"), content("MZXQ")],
            files: vec![("a".into(), vec![1])],
            ..Model::default()
        };
        update(&mut model, Msg::Choose(Choice::KeepBoth), None);
        let effects = update(&mut model, Msg::Import, None);
        let [Effect::Ask(TransferRequest::Add { drafts, choice })] = &effects[..] else {
            panic!("a request")
        };
        assert_eq!((drafts.len(), *choice), (2, Choice::KeepBoth));
        assert!(update(&mut model, Msg::Import, None).is_empty());
        let reply = Reply::Added {
            ids: Vec::new(),
            refused: Vec::new(),
            duplicates: 2,
        };
        update(&mut model, Msg::Imported(Ok(reply)), None);
        assert!(model.files.is_empty() && model.outcomes.is_empty());
        assert!(model.done.is_some());
    }

    #[test]
    fn an_error_leaves_the_preview() {
        let mut model = Model {
            outcomes: vec![content("MY")],
            ..Model::default()
        };
        update(&mut model, Msg::Import, None);
        update(&mut model, Msg::Imported(Err(Failure::new("locked"))), None);
        assert_eq!(model.outcomes.len(), 1);
        assert!(!model.busy);
    }
}
