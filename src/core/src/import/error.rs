//! Why a file was not read, and why an entry was not taken.

use std::fmt;

use super::Format;
use crate::Coded;
use crate::account::AccountError;
use crate::secret::SecretError;

/// Why a file gave nothing. Holds no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// It is larger than [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES), or unpacks to far too much.
    TooLarge,
    /// It is no format that is known here.
    NotRecognised,
    /// It is a text that is no account, and what it is instead is known.
    NotAccounts(AccountError),
    /// It is encrypted: read it again with the password that it was exported with.
    NeedsPassword(Format),
    /// The password is not the one it was exported with.
    WrongPassword(Format),
    /// It is not as the format has it.
    Damaged {
        /// Whose format.
        format: Format,
        /// Where: the format's own name of the part.
        part: &'static str,
    },
    /// It is of a version, or encrypted in a way, that is not known here.
    Unsupported {
        /// Whose format.
        format: Format,
        /// What is not known: the format's own name of the part.
        part: &'static str,
    },
    /// To decrypt it would take more time or memory than any real export does.
    TooCostly(Format),
}

/// Why an entry was not taken. Holds no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A field can't be read, or means something that is not known here.
    Account(AccountError),
    /// It is a file in an archive, another file of which was read.
    File(ImportError),
    /// The entry has no one-time password: a login without one, a note, a card.
    NoCode,
    /// The other app has it in its bin.
    InBin,
    /// The app keeps its secret somewhere else than in this file.
    SecretElsewhere,
    /// The app signs in by confirming on the phone: there is no secret that makes codes.
    PhoneSignIn,
    /// The entry itself does not decrypt, though others do.
    NotDecrypted,
    /// The secret is written in a way that is not known here.
    UnknownEncoding,
    /// The field is not a text, or not an object, or not a number, where the format has one.
    WrongShape {
        /// The field.
        field: &'static str,
    },
}

impl Coded for ImportError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "import_too_large",
            Self::NotRecognised => "import_not_recognised",
            Self::NotAccounts(error) => error.code(),
            Self::NeedsPassword(_) => "import_needs_password",
            Self::WrongPassword(_) => "import_wrong_password",
            Self::Damaged { .. } => "import_damaged",
            Self::Unsupported { .. } => "import_unsupported",
            Self::TooCostly(_) => "import_too_costly",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NeedsPassword(_) | Self::WrongPassword(_) => Some("password"),
            Self::NotAccounts(error) => error.field(),
            _ => None,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::NeedsPassword(format) | Self::WrongPassword(format) | Self::TooCostly(format) => {
                Some(format.title().to_owned())
            }
            Self::Damaged { format, part } | Self::Unsupported { format, part } => {
                Some(format!("{}: {part}", format.title()))
            }
            Self::TooLarge | Self::NotRecognised | Self::NotAccounts(_) => None,
        }
    }
}

impl ImportError {
    /// Whose format the file has, as far as that was found out.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        match self {
            Self::NeedsPassword(format)
            | Self::WrongPassword(format)
            | Self::TooCostly(format)
            | Self::Damaged { format, .. }
            | Self::Unsupported { format, .. } => Some(*format),
            Self::TooLarge | Self::NotRecognised | Self::NotAccounts(_) => None,
        }
    }
}

impl Coded for Reason {
    fn code(&self) -> &'static str {
        match self {
            Self::Account(error) => error.code(),
            Self::File(error) => error.code(),
            Self::NoCode => "entry_without_code",
            Self::InBin => "entry_in_bin",
            Self::SecretElsewhere => "entry_secret_elsewhere",
            Self::PhoneSignIn => "entry_phone_sign_in",
            Self::NotDecrypted => "entry_not_decrypted",
            Self::UnknownEncoding => "entry_unknown_encoding",
            Self::WrongShape { .. } => "entry_wrong_shape",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Account(error) => error.field(),
            Self::File(error) => error.field(),
            Self::WrongShape { field } => Some(field),
            Self::SecretElsewhere | Self::NotDecrypted | Self::UnknownEncoding => Some("secret"),
            Self::PhoneSignIn => Some("type"),
            Self::NoCode | Self::InBin => None,
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the file is too large"),
            Self::NotRecognised => f.write_str("the file is of no known format"),
            Self::NotAccounts(error) => error.fmt(f),
            Self::NeedsPassword(format) => {
                write!(f, "{}: the file is encrypted", format.title())
            }
            Self::WrongPassword(format) => {
                write!(f, "{}: the password is wrong", format.title())
            }
            Self::Damaged { format, part } => {
                write!(f, "{}: the file is damaged at {part}", format.title())
            }
            Self::Unsupported { format, part } => {
                write!(f, "{}: this {part} is not known", format.title())
            }
            Self::TooCostly(format) => write!(
                f,
                "{}: decrypting the file would take too much time or memory",
                format.title()
            ),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::NoCode => f.write_str("it has no one-time password"),
            Self::InBin => f.write_str("it is in the other app's bin"),
            Self::SecretElsewhere => f.write_str("its secret is not in this file"),
            Self::PhoneSignIn => f.write_str("it confirms on the phone and has no codes"),
            Self::NotDecrypted => f.write_str("it does not decrypt"),
            Self::UnknownEncoding => f.write_str("its secret is written in an unknown way"),
            Self::WrongShape { field } => write!(f, "{field} is not of the shape it has"),
        }
    }
}

impl std::error::Error for ImportError {}
impl std::error::Error for Reason {}

impl From<ImportError> for Reason {
    fn from(error: ImportError) -> Self {
        Self::File(error)
    }
}

impl From<AccountError> for Reason {
    fn from(error: AccountError) -> Self {
        Self::Account(error)
    }
}

impl From<SecretError> for Reason {
    fn from(error: SecretError) -> Self {
        Self::Account(error.into())
    }
}
