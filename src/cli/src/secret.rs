//! Secrets: from a prompt that does not show them, or from a file descriptor.

use std::fs::File;
use std::io::{self, IsTerminal, Read};

use holdfast_core::open::Typed;
use zeroize::Zeroizing;

use crate::failure::{Exit, Failure};

/// Where a secret comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum From {
    /// A person is asked.
    #[default]
    Prompt,
    /// A passphrase from this file descriptor.
    Passphrase(u32),
    /// A recovery key from this file descriptor.
    RecoveryKey(u32),
}

/// A secret, and what it is.
pub struct Secret {
    text: Zeroizing<String>,
    from: From,
}

/// More than any secret; a wrong descriptor is noticed by that.
const LIMIT: u64 = 64 * 1024;

impl From {
    /// Takes note of an option. One is enough.
    pub fn set(&mut self, from: Self) -> Result<(), Failure> {
        if *self != Self::Prompt {
            return Err(Failure::usage(
                "Give one of --passphrase-fd and --recovery-key-fd.",
            ));
        }
        *self = from;
        Ok(())
    }

    /// Whether it is the standard input.
    pub fn is_standard_input(self) -> bool {
        matches!(self, Self::Passphrase(0) | Self::RecoveryKey(0))
    }

    /// Reads the secret, asking with these words where a person is to be asked.
    pub fn read(self, words: &str) -> Result<Secret, Failure> {
        let text = match self {
            Self::Prompt => ask(words)?,
            Self::Passphrase(descriptor) => read_from(descriptor, one_line)?,
            Self::RecoveryKey(descriptor) => read_from(descriptor, any_lines)?,
        };
        Ok(Secret { text, from: self })
    }
}

impl Secret {
    /// As the core takes it.
    pub fn typed(&self) -> Typed<'_> {
        match self.from {
            From::Prompt => Typed::Either(&self.text),
            From::Passphrase(_) => Typed::Passphrase(&self.text),
            From::RecoveryKey(_) => Typed::RecoveryKey(&self.text),
        }
    }

    /// Its characters.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A new passphrase: asked for twice, or read once from a descriptor.
pub fn read_new(from: From, what: &str) -> Result<Secret, Failure> {
    let secret = from.read(&format!("New passphrase for {what}: "))?;
    if from == From::Prompt && *ask("The same again: ")? != *secret.text {
        return Err(Failure::new(
            Exit::Secret,
            "passphrases_differ",
            "The two passphrases differ.",
            "Nothing was written. Try again.",
        ));
    }
    Ok(secret)
}

fn ask(words: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(words)
        .map(Zeroizing::new)
        .map_err(|_| {
            let how = if io::stdin().is_terminal() {
                "The terminal does not let itself be read."
            } else {
                "There is no terminal to ask at."
            };
            Failure::new(
                Exit::Secret,
                "secret_missing",
                how,
                "Hand the secret over with --passphrase-fd N or --recovery-key-fd N; 0 is the \
                 standard input.",
            )
        })
}

/// Reads a secret. `of` tells what of the text it is, and nothing if it can't be one.
fn read_from(descriptor: u32, of: fn(&str) -> Option<&str>) -> Result<Zeroizing<String>, Failure> {
    let unreadable = |error: io::Error| {
        Failure::new(
            Exit::Secret,
            "secret_unreadable",
            format!("File descriptor {descriptor} can't be read: {error}."),
            "Open it for this command, as in `holdfast open FILE --passphrase-fd 3 3< passphrase`.",
        )
    };
    let mut source: Box<dyn Read> = match descriptor {
        0 => Box::new(io::stdin().lock()),
        other => Box::new(open(other).map_err(unreadable)?),
    };
    // The room for all of it, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT as usize + 1));
    source
        .by_ref()
        .take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LIMIT {
        return Err(unreadable(io::Error::other("more than any secret has")));
    }
    let text =
        std::str::from_utf8(&bytes).map_err(|_| unreadable(io::Error::other("not UTF-8")))?;
    of(without_mark(text))
        .map(|secret| Zeroizing::new(secret.to_owned()))
        .ok_or_else(|| unreadable(io::Error::other("more than one line")))
}

/// Some editors put a mark before UTF-8, which is part of no secret.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A passphrase: the only line. Neither its end nor empty lines after it are part of it, and nothing of
/// one is passed over.
fn one_line(text: &str) -> Option<&str> {
    let text = text.trim_end_matches(['\r', '\n']);
    (!text.contains('\n')).then_some(text)
}

/// A recovery key: its groups may stand on several lines, as people copy them from the sheet.
fn any_lines(text: &str) -> Option<&str> {
    Some(text)
}

/// An open descriptor by its number, which the standard library gives out only as unsafe.
#[cfg(unix)]
fn open(descriptor: u32) -> io::Result<File> {
    File::open(format!("/dev/fd/{descriptor}"))
}

#[cfg(not(unix))]
fn open(_: u32) -> io::Result<File> {
    Err(io::Error::other(
        "on this system only 0, the standard input, can be read",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_line_whoever_wrote_it() {
        for text in ["a b ", "a b \n", "a b \r\n", "a b \n\n", "\u{feff}a b \r\n"] {
            assert_eq!(one_line(without_mark(text)), Some("a b "), "{text:?}");
        }
        assert_eq!(one_line("\n"), Some(""));
        assert_eq!(one_line("a\nb"), None);
        assert_eq!(one_line("\na"), None);
    }
}
