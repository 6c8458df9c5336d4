//! Archives: Raivo, Authenticator Plus, WinAuth, 1Password, Proton Pass, Dashlane.

use super::collect::Collector;
use super::recognise::{self, Depth, read_inner};
use super::zip::{Archive, File, ZipError};
use super::{Format, Import, ImportError, Refused, limits, lines};
use crate::account::AccountError;

/// The most files that are looked into.
const MAX_FILES: usize = 64;

/// Reads all files of an archive that are of a known format. One of them that can't be read is
/// refused, unless there is none that can.
pub(super) fn read(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    let archive = Archive::open(bytes).ok_or(ImportError::NotRecognised)?;
    let format = format_of(&archive);
    if archive.files.is_empty() {
        return Ok(Collector::new(Format::OtpauthLines).finish());
    }
    if archive.is_encrypted() && password.is_none() {
        return Err(ImportError::NeedsPassword(format.unwrap_or(Format::Raivo)));
    }
    let mut reader = Reader {
        archive: &archive,
        format,
        password,
        left: limits::MAX_UNPACKED_BYTES,
    };
    let mut found: Option<Import> = None;
    let mut empty = None;
    let mut failed: Vec<(&str, ImportError)> = Vec::new();
    for file in &archive.files {
        if file.name.ends_with(".pgp") {
            failed.insert(0, (&file.name, Format::ProtonPass.unsupported("PGP")));
        }
    }
    let files = archive.files.iter().filter(|file| is_text(file));
    let files = files.filter(|file| !is_attachment(file, format));
    for (index, file) in files.enumerate() {
        let entries = |import: &Import| import.accounts.len() + import.refused.len();
        let result = match index < MAX_FILES {
            true => reader.read(file),
            false => Err(ImportError::TooLarge),
        };
        match (result, &mut found) {
            (Ok(import), None) => found = Some(import),
            (Ok(import), Some(found))
                if entries(found) + entries(&import) > limits::MAX_ENTRIES =>
            {
                failed.push((&file.name, ImportError::TooLarge));
            }
            (Ok(mut import), Some(found)) => {
                for refused in &mut import.refused {
                    // Its place is one in another file than that of the others.
                    if refused.name.is_empty() {
                        refused.name.clone_from(&file.name);
                    }
                }
                found.join(&mut import);
            }
            (Err(ImportError::NotAccounts(AccountError::Empty)), _) => empty = format,
            (Err(ImportError::NotRecognised | ImportError::NotAccounts(_)), _) => {}
            (Err(error), _) => failed.push((&file.name, error)),
        }
    }
    let asks = |error: &ImportError| matches!(error, ImportError::NeedsPassword(_));
    let asking = failed.iter().find(|(_, error)| asks(error));
    match (found, asking.or(failed.first())) {
        // The other files are asked for too.
        (Some(_), Some((_, error))) if asks(error) => Err(*error),
        (Some(mut import), _) => {
            let place = import.accounts.len() + import.refused.len();
            let refused = failed.into_iter().zip(place + 1..);
            import
                .refused
                .extend(refused.map(|((name, error), position)| Refused {
                    position,
                    name: name.to_owned(),
                    reason: error.into(),
                }));
            Ok(import)
        }
        (None, Some((_, error))) => Err(*error),
        (None, None) => match empty {
            Some(format) => Ok(Collector::new(format).finish()),
            None => Err(ImportError::NotRecognised),
        },
    }
}

struct Reader<'a> {
    archive: &'a Archive<'a>,
    format: Option<Format>,
    password: Option<&'a str>,
    /// How many bytes more are unpacked.
    left: usize,
}

impl Reader<'_> {
    fn read(&mut self, file: &File) -> Result<Import, ImportError> {
        let named = self.format.unwrap_or(Format::Raivo);
        let content = self.archive.read(file, self.password);
        let content = content.map_err(|error| match error {
            ZipError::NeedsPassword => ImportError::NeedsPassword(named),
            ZipError::WrongPassword => ImportError::WrongPassword(named),
            ZipError::Damaged => named.damaged("ZIP"),
            ZipError::Unsupported => named.unsupported("ZIP"),
            ZipError::TooLarge => ImportError::TooLarge,
        })?;
        let left = self.left.checked_sub(content.len());
        self.left = left.ok_or(ImportError::TooLarge)?;
        // Nothing in WinAuth's lines themselves says that they mean something else.
        let is_win_auth = self.format == Some(Format::WinAuth);
        let text = recognise::text(&content).filter(|text| is_win_auth && lines::is(text));
        let mut import = match text {
            Some(text) => lines::read_win_auth(text),
            None => read_inner(&content, self.password, Depth::InArchive)?,
        };
        // Neither Key URIs nor an empty list say whose they are; the archive does.
        let is_empty = import.accounts.is_empty() && import.refused.is_empty();
        if let Some(format) = self.format
            && (is_empty || import.format == Format::OtpauthLines)
        {
            import.format = format;
        }
        Ok(import)
    }
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

/// What was attached to entries, which is no export.
fn is_attachment(file: &File, format: Option<Format>) -> bool {
    let has_some = matches!(format, Some(Format::OnePassword | Format::ProtonPass));
    has_some && file.name.split('/').any(|folder| folder == "files")
}

fn is_text(file: &File) -> bool {
    let name = file.name.to_ascii_lowercase();
    [".txt", ".json", ".csv", "export.data"]
        .iter()
        .any(|end| name.ends_with(end))
}
