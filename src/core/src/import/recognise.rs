//! Whose format a file has, by its content.

use super::json::Value;
use super::{Import, ImportError, aegis, limits, lines};
use crate::account::AccountError;
use crate::otpauth;

/// Reads a file.
pub(super) fn read(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    if bytes.len() > limits::MAX_FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    let password = password.filter(|password| !password.is_empty());
    match text(bytes) {
        Some(text) => read_text(text, password),
        None => Err(ImportError::NotRecognised),
    }
}

fn read_text(text: &str, password: Option<&str>) -> Result<Import, ImportError> {
    let start = text.trim_start();
    if start.starts_with(['{', '['])
        && let Some(json) = Value::parse(text.trim().as_bytes())
    {
        return read_json(&json, password);
    }
    if lines::is(text) {
        return Ok(lines::read(text));
    }
    Err(something_else(text))
}

fn read_json(json: &Value, password: Option<&str>) -> Result<Import, ImportError> {
    if aegis::is(json) {
        aegis::read(json, password)
    } else {
        Err(ImportError::NotRecognised)
    }
}

/// The file as UTF-8, without a byte order mark.
fn text(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).ok()
}

/// A text that is no account: what it is instead, if that is known.
fn something_else(text: &str) -> ImportError {
    match otpauth::read(text) {
        Err(
            error @ (AccountError::Empty
            | AccountError::MicrosoftPhoneSignIn
            | AccountError::WebLink
            | AccountError::OtherLink),
        ) => ImportError::NotAccounts(error),
        _ => ImportError::NotRecognised,
    }
}
