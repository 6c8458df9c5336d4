//! Archives: Raivo, Authenticator Plus, WinAuth, 1Password, Proton Pass, Dashlane.

use super::collect::Collector;
use super::recognise::{Depth, read_inner};
use super::zip::{Archive, File, ZipError};
use super::{Format, Import, ImportError};
use crate::account::AccountError;

/// Reads the first file of an archive that is of a known format.
pub(super) fn read(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    let archive = Archive::open(bytes).ok_or(ImportError::NotRecognised)?;
    let format = format_of(&archive);
    if archive.files.is_empty() {
        return Ok(Collector::new(Format::OtpauthLines).finish());
    }
    if archive.is_encrypted() && password.is_none() {
        return Err(ImportError::NeedsPassword(format.unwrap_or(Format::Raivo)));
    }
    let mut found = Err(ImportError::NotRecognised);
    for file in archive.files.iter().filter(|file| is_text(file)).take(16) {
        let named = format.unwrap_or(Format::Raivo);
        let content = archive.read(file, password).map_err(|error| match error {
            ZipError::NeedsPassword => ImportError::NeedsPassword(named),
            ZipError::WrongPassword => ImportError::WrongPassword(named),
            ZipError::Damaged => named.damaged("ZIP"),
            ZipError::Unsupported => named.unsupported("ZIP"),
            ZipError::TooLarge => ImportError::TooLarge,
        })?;
        match read_inner(&content, password, Depth::InArchive) {
            Ok(mut import) => {
                // Neither Key URIs nor an empty list say whose they are; the archive does.
                let is_empty = import.accounts.is_empty() && import.refused.is_empty();
                if let Some(format) = format
                    && (is_empty || import.format == Format::OtpauthLines)
                {
                    import.format = format;
                }
                return Ok(import);
            }
            Err(ImportError::NotAccounts(AccountError::Empty)) if format.is_some() => {
                found = Ok(Collector::new(named).finish());
            }
            Err(ImportError::NotRecognised | ImportError::NotAccounts(_)) => {}
            Err(error) => found = Err(error),
        }
    }
    if archive.files.iter().any(|file| file.name.ends_with(".pgp")) {
        return Err(Format::ProtonPass.unsupported("PGP"));
    }
    found
}

/// Whose archive it is, by the names in it.
fn format_of(archive: &Archive<'_>) -> Option<Format> {
    archive.files.iter().find_map(|file| {
        let name = file.name.rsplit('/').next().unwrap_or_default();
        match name {
            "Accounts.txt" => Some(Format::AuthenticatorPlus),
            "raivo-otp-export.json" => Some(Format::Raivo),
            "export.data" => Some(Format::OnePassword),
            _ if file.name.starts_with("Proton Pass/") => Some(Format::ProtonPass),
            _ if name.starts_with("winauth") => Some(Format::WinAuth),
            "credentials.csv" => Some(Format::Dashlane),
            _ => None,
        }
    })
}

fn is_text(file: &File) -> bool {
    let name = file.name.to_ascii_lowercase();
    [".txt", ".json", ".csv", "export.data"]
        .iter()
        .any(|end| name.ends_with(end))
}
