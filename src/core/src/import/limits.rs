//! How much of anything is read.

/// The largest file. Ten thousand accounts take less than a tenth of it in the wordiest format;
/// exports with icons and attachments in them are what takes more.
pub const MAX_FILE_BYTES: usize = 48 << 20;
/// The most that is unpacked from one archive, or decrypted from one file.
pub(super) const MAX_UNPACKED_BYTES: usize = 64 << 20;
/// The most entries that are looked at.
pub(super) const MAX_ENTRIES: usize = 100_000;
/// The most columns of a table.
pub(super) const MAX_COLUMNS: usize = 200;
/// The most values in one JSON document.
pub(super) const MAX_JSON_VALUES: usize = 2_000_000;
/// The deepest nesting of JSON and XML.
pub(super) const MAX_DEPTH: usize = 64;
/// The longest line of text that is looked at, in bytes.
pub(super) const MAX_LINE_BYTES: usize = 64 << 10;
