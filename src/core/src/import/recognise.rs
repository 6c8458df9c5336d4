//! Whose format a file has, by its content.

use super::json::Value;
use super::table::Table;
use super::xml::Element;
use super::{
    Import, ImportError, aegis, and_otp, archives, authenticator_extension, authy, battle_net,
    bitwarden, dashlane, databases, duo, ente, free_otp, java, kee_pass, kee_pass_xc, last_pass,
    limits, lines, nord_pass, one_password, proton, raivo, sqlite, steam, stratum,
    totp_authenticator, two_f_auth, two_fas, zip,
};
use crate::account::AccountError;
use crate::otpauth;

/// Where the bytes come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// They are the file.
    File,
    /// They lie in an archive, so they are none.
    InArchive,
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    let password = password.filter(|password| !password.is_empty());
    read_inner(bytes, password, Depth::File)
}

/// Reads a file, or a file in an archive.
pub(super) fn read_inner(
    bytes: &[u8],
    password: Option<&str>,
    depth: Depth,
) -> Result<Import, ImportError> {
    if bytes.len() > limits::MAX_FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    if zip::is(bytes) && depth == Depth::File {
        archives::read(bytes, password)
    } else if sqlite::is(bytes) {
        databases::read(bytes)
    } else if kee_pass::is(bytes) {
        kee_pass::read(bytes, password)
    } else if java::is(bytes) {
        free_otp::read_map(bytes, password)
    } else if stratum::is_sealed(bytes) {
        stratum::read_sealed(bytes, password)
    } else if let Some(text) = text(bytes) {
        read_text(text, password)
    } else if and_otp::is_sealed(bytes) {
        and_otp::read_sealed(bytes, password)
    } else {
        Err(ImportError::NotRecognised)
    }
}

fn read_text(text: &str, password: Option<&str>) -> Result<Import, ImportError> {
    let start = text.trim_start();
    if start.starts_with(['{', '['])
        && let Some(json) = Value::parse(text.trim().as_bytes())
    {
        return read_json(&json, password);
    }
    if start.starts_with('<') {
        if stratum::is_html(text) {
            return Ok(stratum::read_html(text));
        }
        return match Element::parse(text) {
            Some(root) => read_xml(&root, password),
            None => Err(ImportError::NotRecognised),
        };
    }
    if let Some(table) = Table::parse(start)
        && let Some(import) = read_table(&table)
    {
        return Ok(import);
    }
    if lines::is(text) {
        return Ok(lines::read(text));
    }
    if totp_authenticator::is_sealed(text) {
        return totp_authenticator::read_sealed(text, password);
    }
    Err(something_else(text))
}

/// The most particular first.
fn read_json(json: &Value, password: Option<&str>) -> Result<Import, ImportError> {
    if aegis::is(json) {
        aegis::read(json, password)
    } else if two_fas::is(json) {
        two_fas::read(json, password)
    } else if bitwarden::is(json) {
        bitwarden::read(json, password)
    } else if ente::is(json) {
        ente::read(json, password)
    } else if stratum::is(json) {
        Ok(stratum::read(json))
    } else if two_f_auth::is(json) {
        two_f_auth::read(json)
    } else if proton::is_pass(json) {
        proton::read_pass(json)
    } else if proton::is_authenticator(json) {
        proton::read_authenticator(json, password)
    } else if free_otp::is_plus(json) {
        Ok(free_otp::read_plus(json))
    } else if last_pass::is(json) {
        last_pass::read(json)
    } else if one_password::is(json) {
        Ok(one_password::read(json))
    } else if steam::is(json) {
        Ok(steam::read(json))
    } else if raivo::is(json) {
        Ok(raivo::read(json))
    } else if duo::is(json) {
        Ok(duo::read(json))
    } else if and_otp::is(json) {
        Ok(and_otp::read(json))
    } else if authenticator_extension::is(json) {
        authenticator_extension::read(json, password)
    } else {
        Err(ImportError::NotRecognised)
    }
}

fn read_xml(root: &Element, password: Option<&str>) -> Result<Import, ImportError> {
    let entries = root.preferences().ok_or(ImportError::NotRecognised)?;
    if authy::is_preferences(&entries) {
        authy::read_preferences(&entries, password)
    } else if battle_net::is_preferences(&entries) {
        battle_net::read_preferences(&entries)
    } else if totp_authenticator::is_preferences(&entries) {
        totp_authenticator::read_preferences(&entries)
    } else if free_otp::is_preferences(&entries) {
        Ok(free_otp::read_preferences(&entries))
    } else {
        Err(ImportError::NotRecognised)
    }
}

fn read_table(table: &Table) -> Option<Import> {
    let read = if bitwarden::is_table(table) {
        bitwarden::read_table
    } else if proton::is_pass_table(table) {
        proton::read_pass_table
    } else if last_pass::is_table(table) {
        last_pass::read_table
    } else if kee_pass_xc::is_table(table) {
        kee_pass_xc::read_table
    } else if dashlane::is_table(table) {
        dashlane::read_table
    } else if nord_pass::is_table(table) {
        nord_pass::read_table
    } else if one_password::is_table(table) {
        one_password::read_table
    } else {
        return None;
    };
    Some(read(table))
}

/// The file as UTF-8, without a byte order mark.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
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
