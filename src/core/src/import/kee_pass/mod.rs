//! KeePass: databases of version 4 (keepass.info, "KDBX file format"), opened with a password.

mod entries;
mod header;
mod keys;

use super::xml::Element;
use super::{Format, Import, ImportError};

const FORMAT: Format = Format::KeePass;

/// Whether the bytes begin as a KeePass database does.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(&header::SIGNATURE)
}

/// Reads a database.
pub(super) fn read(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    let header = header::Header::read(bytes)?;
    let password = password.ok_or(ImportError::NeedsPassword(FORMAT))?;
    let keys = keys::Keys::derive(&header, password)?;
    let content = keys.open(&header)?;
    let inner = header::Inner::read(&content)?;
    let text = std::str::from_utf8(inner.xml).map_err(|_| FORMAT.damaged("XML"))?;
    let mut root = Element::parse(text).ok_or(FORMAT.damaged("XML"))?;
    let mut stream = keys::Stream::new(inner.stream, inner.key)?;
    stream.unprotect(&mut root)?;
    entries::read(&root)
}

#[cfg(test)]
mod entries_tests;
