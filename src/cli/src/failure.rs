//! Why a command failed: a stable code, a sentence, what to do, and the exit status.

use std::path::Path;
use std::process::ExitCode;
use std::{fmt, io};

use holdfast_core::Coded;

use crate::messages;

/// The exit status; `holdfast --help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Done = 0,
    /// The file can't be read, or a check of it failed.
    File = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The passphrase or the recovery key is wrong, or there is none.
    Secret = 3,
    /// A newer version made the file.
    Newer = 4,
    /// Done, but for some accounts.
    Partly = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed. Holds no secret and nothing of the file's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The stable code, as in the extension and in `docs/format.md`.
    pub code: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do.
    pub advice: Option<String>,
    /// The exit status.
    pub exit: Exit,
}

impl Failure {
    /// A failure of this program's own.
    pub fn new(exit: Exit, code: &str, message: impl Into<String>, advice: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            advice: (!advice.is_empty()).then(|| advice.to_owned()),
            exit,
        }
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(
            Exit::Usage,
            "usage",
            message,
            "`holdfast --help` lists the commands and their options.",
        )
    }

    /// What was to be written can't be.
    pub fn output(error: io::Error) -> Self {
        Self::unwritten(None, &error)
    }

    /// What was to be written to that file, or to the standard output, can't be.
    pub fn unwritten(path: Option<&Path>, error: &io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "Free some space there, or write it to another place."
            }
            _ => "Write it to another place.",
        };
        let message = match path {
            Some(path) => format!("{} can't be written: {error}.", path.display()),
            None => format!("The output can't be written: {error}."),
        };
        Self::new(Exit::File, "output_failed", message, advice)
    }

    /// What the core says about a file or a secret.
    pub fn of(error: &(impl Coded + ?Sized)) -> Self {
        let code = error.code();
        Self {
            code: code.to_owned(),
            message: sentence(&error.to_string()),
            advice: messages::advice(code).map(str::to_owned),
            exit: exit_of(code),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error[{}]: {}", self.code, self.message)?;
        match &self.advice {
            Some(advice) => writeln!(f, "  {advice}"),
            None => Ok(()),
        }
    }
}

/// The core's words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase());
    let mut sentence: String = first.into_iter().flatten().chain(letters).collect();
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}

fn exit_of(code: &str) -> Exit {
    match code {
        "newer_format" => Exit::Newer,
        "slot_not_found"
        | "import_wrong_password"
        | "import_needs_password"
        | "export_needs_password" => Exit::Secret,
        _ if ["wrong_", "passphrase_", "recovery_key_"]
            .iter()
            .any(|secret| code.starts_with(secret)) =>
        {
            Exit::Secret
        }
        _ => Exit::File,
    }
}
