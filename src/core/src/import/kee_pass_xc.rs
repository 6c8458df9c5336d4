//! KeePassXC's CSV. Its databases are KeePass', see `kee_pass`.

use super::collect::Collector;
use super::login::Login;
use super::table::Table;
use super::{Format, Import, Reason};

/// Whether this is a table of KeePassXC's.
pub(super) fn is_table(table: &Table) -> bool {
    table.has(&[
        "group", "title", "username", "password", "url", "notes", "totp",
    ])
}

/// Reads a table.
pub(super) fn read_table(table: &Table) -> Import {
    let mut collector = Collector::new(Format::KeePassXc);
    for row in &table.rows {
        let cell = |name| table.cell(row, name);
        let path = cell("group");
        let login = Login {
            title: cell("title"),
            username: cell("username"),
            note: cell("notes"),
            urls: vec![cell("url")],
            groups: group(path).into_iter().collect(),
            totp: cell("totp"),
        };
        let draft = match path.split('/').nth(1) {
            Some("Recycle Bin") => Err(Reason::InBin),
            _ => login.draft(),
        };
        collector.add(&login.name(), draft);
    }
    collector.finish()
}

/// The path of a group without the root, which all have.
fn group(path: &str) -> Option<String> {
    let rest = path.split_once('/').map(|(_, rest)| rest)?;
    (!rest.is_empty()).then(|| rest.to_owned())
}
