//! CSV (RFC 4180) with a first row of names, as password managers write it.

use super::limits;

/// A table.
pub(super) struct Table {
    names: Vec<String>,
    pub(super) rows: Vec<csv::StringRecord>,
}

impl Table {
    /// Reads a text; `None` if it has no row of names.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let delimiter = match text.lines().next()? {
            line if line.contains(';') && !line.contains(',') => b';',
            _ => b',',
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut rows = reader.records().take(limits::MAX_ENTRIES + 1);
        let names = rows.next()?.ok()?;
        let names: Vec<String> = names
            .iter()
            .map(|name| name.trim().to_lowercase())
            .collect();
        // Each cell is looked up by its name.
        if names.len() > limits::MAX_COLUMNS {
            return None;
        }
        let rows = rows.collect::<Result<Vec<_>, _>>().ok()?;
        Some(Self { names, rows })
    }

    /// Whether there are columns of all these names, in lower case.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names
            .iter()
            .all(|name| self.names.iter().any(|known| known == name))
    }

    /// A cell; empty when there is no such column, or the row is shorter.
    pub(super) fn cell<'a>(&self, row: &'a csv::StringRecord, name: &str) -> &'a str {
        let column = self.names.iter().position(|known| known == name);
        column
            .and_then(|column| row.get(column))
            .unwrap_or_default()
    }
}
