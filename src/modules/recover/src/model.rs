//! What the page shows, and how that changes. No browser is needed to decide it.

use holdfast_core::Coded;
use holdfast_core::open::OpenError;
use holdfast_core::seal::{self, RecoveryKeyError, SealError, SlotKind, limits};
use zeroize::Zeroizing;

use crate::session::Session;
use crate::words::Text;

/// Everything the page shows.
#[derive(Default)]
pub struct Model {
    /// The backup that was chosen.
    pub file: Option<File>,
    /// What is wrong.
    pub problem: Option<Problem>,
    /// A key is being derived.
    pub busy: bool,
    /// The opened backup.
    pub session: Option<Session>,
}

/// A backup that was chosen and found to be one.
pub struct File {
    /// The file's name.
    pub name: String,
    /// Its bytes: sealed.
    pub bytes: Vec<u8>,
    /// What it opens with.
    pub keys: Text,
}

/// Something is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// With what.
    pub field: Field,
    /// What is wrong.
    pub what: Text,
    /// What to do; may be missing.
    pub advice: Option<Text>,
    /// The group of the recovery key to look at, counted from 0.
    pub group: Option<usize>,
}

/// What a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The file.
    File,
    /// The passphrase or recovery key.
    Secret,
}

/// What happened.
pub enum Msg {
    /// A file was read.
    Picked {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A file was chosen that the browser can't read, or that is too large to be a backup.
    Refused {
        /// Its size in bytes.
        size: f64,
    },
    /// The secret was typed and sent.
    Submitted(Zeroizing<String>),
    /// Opening is over.
    Opened(Result<Session, OpenError>),
    /// Everything is to be forgotten.
    Forgotten,
}

/// What is to be done outside of the model.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Show that it takes a moment, then open the file with this secret.
    Open(Zeroizing<String>),
    /// Move the focus to this field.
    Focus(Field),
    /// Move the focus to the accounts.
    FocusAccounts,
}

impl Model {
    /// Takes in what happened.
    pub fn update(&mut self, msg: Msg) -> Option<Effect> {
        match msg {
            Msg::Picked { name, bytes } => self.pick(name, bytes),
            Msg::Refused { size } => {
                self.file = None;
                self.problem = Some(match size > limits::FILE as f64 {
                    true => Problem::of_seal(&SealError::FileTooLarge),
                    false => Problem::new(Field::File, Text::new("recover_file_unreadable")),
                });
                Some(Effect::Focus(Field::File))
            }
            Msg::Submitted(_) if self.busy => None,
            Msg::Submitted(secret) => self.submit(secret),
            Msg::Opened(result) => self.opened(result),
            Msg::Forgotten => {
                *self = Self::default();
                Some(Effect::Focus(Field::File))
            }
        }
    }

    fn pick(&mut self, name: String, bytes: Vec<u8>) -> Option<Effect> {
        match seal::read(&bytes) {
            Ok(sealed) => {
                let has = |kind| sealed.header().slots_of(kind).next().is_some();
                let keys = match (has(SlotKind::Passphrase), has(SlotKind::Recovery)) {
                    (true, true) => "recover_opens_with_both",
                    (false, true) => "recover_opens_with_key",
                    _ => "recover_opens_with_passphrase",
                };
                self.problem = None;
                self.file = Some(File {
                    name,
                    keys: Text::new(keys),
                    bytes,
                });
                Some(Effect::Focus(Field::Secret))
            }
            Err(error) => {
                self.file = None;
                self.problem = Some(Problem::of_seal(&error));
                Some(Effect::Focus(Field::File))
            }
        }
    }

    fn submit(&mut self, secret: Zeroizing<String>) -> Option<Effect> {
        self.problem = if self.file.is_none() {
            Some(Problem::new(Field::File, Text::new("recover_choose_first")))
        } else if secret.is_empty() {
            Some(Problem::new(Field::Secret, Text::new("recover_type_first")))
        } else {
            None
        };
        match &self.problem {
            Some(problem) => Some(Effect::Focus(problem.field)),
            None => {
                self.busy = true;
                Some(Effect::Open(secret))
            }
        }
    }

    fn opened(&mut self, result: Result<Session, OpenError>) -> Option<Effect> {
        self.busy = false;
        match result {
            Ok(session) => {
                self.session = Some(session);
                self.problem = None;
                Some(Effect::FocusAccounts)
            }
            Err(error) => {
                let problem = Problem::of(&error);
                let field = problem.field;
                self.problem = Some(problem);
                Some(Effect::Focus(field))
            }
        }
    }
}

impl Problem {
    fn new(field: Field, what: Text) -> Self {
        Self {
            field,
            what,
            advice: None,
            group: None,
        }
    }

    fn of_seal(error: &SealError) -> Self {
        Self::coded(error, Field::File)
    }

    fn of(error: &OpenError) -> Self {
        match error {
            OpenError::RecoveryKey(error) => Self::of_recovery_key(error),
            OpenError::Contents(contents) => {
                let about_secret = matches!(
                    contents.code(),
                    "wrong_passphrase"
                        | "wrong_recovery_key"
                        | "passphrase_empty"
                        | "passphrase_too_long"
                        | "slot_not_found"
                );
                Self::coded(
                    contents,
                    if about_secret {
                        Field::Secret
                    } else {
                        Field::File
                    },
                )
            }
        }
    }

    /// A typing mistake, with the place to look at.
    fn of_recovery_key(error: &RecoveryKeyError) -> Self {
        let mut problem = Self::coded(error, Field::Secret);
        problem.group = match error {
            RecoveryKeyError::Character { position } => Some(position / 5),
            RecoveryKeyError::Length { group, .. } => *group,
            RecoveryKeyError::Groups(groups) => groups.first().copied(),
            RecoveryKeyError::Checksum => None,
        };
        if let Some(group) = problem.group {
            problem.advice = Some(Text::new("recover_look_at_group").with(group + 1));
        }
        problem
    }

    /// An error with its message in `_locales`. What to do is another thing here than in the
    /// extension, which can fetch another snapshot by itself.
    fn coded(error: &impl Coded, field: Field) -> Self {
        let code = error.code();
        let advice = match code {
            "wrong_passphrase" => "rec_wrong_passphrase",
            "wrong_recovery_key" => "rec_wrong_recovery_key",
            "recovery_key_checksum" => "rec_recovery_key_checksum",
            "recovery_key_length" => "rec_recovery_key_length",
            "newer_format" => "recover_get_newer",
            "not_holdfast" => "recover_which_file",
            "slot_not_found" | "recovery_key_character" | "passphrase_too_long" => {
                "recover_other_secret"
            }
            _ => "recover_other_backup",
        };
        Self {
            advice: Some(Text::new(advice)),
            ..Self::new(field, Text::new(&format!("err_{code}")))
        }
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
