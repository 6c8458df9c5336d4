//! Why an input is no account.

use std::fmt;

use crate::Coded;
use crate::secret::SecretError;

/// Why an input (a Key URI, or the form of an account) is no account. Names the field and the
/// reason, and holds no part of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountError {
    /// The secret can't be read.
    Secret(SecretError),
    /// A field that must be there is missing or empty.
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field is longer than it may be.
    TooLong {
        /// The field.
        field: &'static str,
        /// In bytes of UTF-8; of `sites`, how many there may be.
        max: usize,
    },
    /// A field that must be a whole number is something else.
    NotANumber {
        /// The field.
        field: &'static str,
    },
    /// A number outside of what is possible.
    OutOfRange {
        /// The field.
        field: &'static str,
        /// The least possible.
        min: u64,
        /// The most possible.
        max: u64,
    },
    /// A type of code that is not known here.
    UnknownType,
    /// A hash function that is not known here.
    UnknownAlgorithm,
    /// An encoding of codes that is not known here.
    UnknownEncoder,
    /// Steam Guard with parameters that Steam does not use.
    NotSteam {
        /// The field.
        field: &'static str,
    },
    /// A parameter that this kind of code doesn't have, or has another value of.
    NotOfKind {
        /// The field.
        field: &'static str,
    },
    /// The URI has a parameter twice.
    Repeated {
        /// The parameter.
        field: &'static str,
    },
    /// A field is not UTF-8 after percent-decoding.
    NotUtf8 {
        /// The field.
        field: &'static str,
    },
    /// Nothing was given.
    Empty,
    /// Far more than any Key URI has.
    TooLarge,
    /// Several Key URIs where one belongs.
    SeveralAccounts,
    /// Microsoft's QR code for signing in by phone: only Microsoft's own app can use it.
    MicrosoftPhoneSignIn,
    /// An export of Google Authenticator.
    GoogleMigration,
    /// An address of the web.
    WebLink,
    /// A URI of some other scheme.
    OtherLink,
    /// Text that is no URI at all.
    PlainText,
}

impl Coded for AccountError {
    fn code(&self) -> &'static str {
        match self {
            Self::Secret(error) => error.code(),
            Self::Missing { .. } => "field_missing",
            Self::TooLong { .. } => "field_too_long",
            Self::NotANumber { .. } => "not_a_number",
            Self::OutOfRange { .. } => "out_of_range",
            Self::UnknownType => "unknown_type",
            Self::UnknownAlgorithm => "unknown_algorithm",
            Self::UnknownEncoder => "unknown_encoder",
            Self::NotSteam { .. } => "not_steam",
            Self::NotOfKind { .. } => "not_of_kind",
            Self::Repeated { .. } => "field_repeated",
            Self::NotUtf8 { .. } => "field_not_utf8",
            Self::Empty => "input_empty",
            Self::TooLarge => "input_too_large",
            Self::SeveralAccounts => "several_accounts",
            Self::MicrosoftPhoneSignIn => "microsoft_phone_sign_in",
            Self::GoogleMigration => "google_migration",
            Self::WebLink => "web_link",
            Self::OtherLink => "other_link",
            Self::PlainText => "plain_text",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Secret(error) => error.field(),
            Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::NotANumber { field }
            | Self::OutOfRange { field, .. }
            | Self::NotSteam { field }
            | Self::NotOfKind { field }
            | Self::Repeated { field }
            | Self::NotUtf8 { field } => Some(field),
            Self::UnknownType => Some("type"),
            Self::UnknownAlgorithm => Some("algorithm"),
            Self::UnknownEncoder => Some("encoder"),
            Self::Empty
            | Self::TooLarge
            | Self::SeveralAccounts
            | Self::MicrosoftPhoneSignIn
            | Self::GoogleMigration
            | Self::WebLink
            | Self::OtherLink
            | Self::PlainText => None,
        }
    }
}

impl fmt::Display for AccountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(error) => error.fmt(f),
            Self::Missing { field } => write!(f, "{field} is missing"),
            Self::TooLong { field, max } => write!(f, "{field} is longer than {max}"),
            Self::NotANumber { field } => write!(f, "{field} is not a whole number"),
            Self::OutOfRange { field, min, max } => {
                write!(f, "{field} is not between {min} and {max}")
            }
            Self::UnknownType => {
                f.write_str("the type is none of totp, hotp, steam, motp and yandex")
            }
            Self::UnknownAlgorithm => {
                f.write_str("the algorithm is none of SHA1, SHA256, SHA512 and GOST R 34.11-2012")
            }
            Self::UnknownEncoder => f.write_str("the encoder is unknown"),
            Self::NotSteam { field: "digits" } => {
                f.write_str("Steam Guard does not use this number of digits")
            }
            Self::NotSteam { field } => write!(f, "Steam Guard does not use this {field}"),
            Self::NotOfKind { field } => {
                write!(f, "this kind of code does not use this {field}")
            }
            Self::Repeated { field } => write!(f, "{field} is there twice"),
            Self::NotUtf8 { field } => write!(f, "{field} is not UTF-8"),
            Self::Empty => f.write_str("there is nothing to read"),
            Self::TooLarge => f.write_str("this is too large for one account"),
            Self::SeveralAccounts => f.write_str("there are several accounts here"),
            Self::MicrosoftPhoneSignIn => {
                f.write_str("this is a Microsoft phone sign-in code, not an account")
            }
            Self::GoogleMigration => f.write_str("this is an export of Google Authenticator"),
            Self::WebLink => f.write_str("this is a web address, not an account"),
            Self::OtherLink => f.write_str("this is a link to something else than an account"),
            Self::PlainText => f.write_str("this is plain text, not an otpauth link"),
        }
    }
}

impl std::error::Error for AccountError {}

impl From<SecretError> for AccountError {
    fn from(error: SecretError) -> Self {
        Self::Secret(error)
    }
}
