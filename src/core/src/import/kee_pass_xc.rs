//! KeePassXC's CSV. Its databases are KeePass', see `kee_pass`.

use super::collect::Collector;
use super::login::Login;
use super::table::Table;
use super::{Format, Import, Reason};
use crate::account::AccountDraft;

/// What the app calls the group that is its bin, in the languages that many people have it in: in a
/// table nothing else tells.
const BINS: [&str; 22] = [
    "Recycle Bin",
    "Papierkorb",
    "Corbeille",
    "Papelera",
    "Papelera de reciclaje",
    "Cestino",
    "Lixeira",
    "Reciclagem",
    "Prullenbak",
    "Kosz",
    "Корзина",
    "Смітник",
    "Papperskorg",
    "Papirkurv",
    "Koš",
    "Kôš",
    "Kuka",
    "ゴミ箱",
    "回收站",
    "Çöp kutusu",
    "Geri Dönüşüm Kutusu",
    "Roskakori",
];

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
            Some(name) if BINS.contains(&name) => Err(Reason::InBin),
            _ => login.draft().map(|draft| named(draft, &login)),
        };
        collector.add(&login.name(), draft);
    }
    collector.finish()
}

/// The account without the names that the app puts into a Key URI when its entry has none: then what
/// the entry says counts, be it nothing.
pub(super) fn named(mut draft: AccountDraft, login: &Login<'_>) -> AccountDraft {
    if draft.issuer == "KeePassXC" {
        login.title.clone_into(&mut draft.issuer);
    }
    if draft.label == "none" {
        login.username.clone_into(&mut draft.label);
    }
    draft
}

/// The path of a group without the root, which all have.
fn group(path: &str) -> Option<String> {
    let rest = path.split_once('/').map(|(_, rest)| rest)?;
    (!rest.is_empty()).then(|| rest.to_owned())
}
