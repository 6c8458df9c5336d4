//! Dashlane: `credentials.csv`, alone or in its archive.

use super::collect::Collector;
use super::login::Login;
use super::table::Table;
use super::{Format, Import};

/// Whether this is a table of Dashlane's.
pub(super) fn is_table(table: &Table) -> bool {
    table.has(&["username", "username2", "title"])
        && (table.has(&["otpurl"]) || table.has(&["otpsecret"]))
}

/// Reads a table.
pub(super) fn read_table(table: &Table) -> Import {
    let mut collector = Collector::new(Format::Dashlane);
    for row in &table.rows {
        let cell = |name| table.cell(row, name);
        // Which of the two depends on the version.
        let codes = [cell("otpurl"), cell("otpsecret")];
        let code = codes.into_iter().find(|code| !code.trim().is_empty());
        let login = Login {
            title: cell("title"),
            username: cell("username"),
            note: cell("note"),
            urls: vec![cell("url")],
            groups: vec![cell("category").to_owned()],
            totp: code.unwrap_or_default(),
        };
        collector.add(&login.name(), login.draft());
    }
    collector.finish()
}
