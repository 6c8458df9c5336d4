//! LastPass Authenticator's JSON, and LastPass' CSV.

use super::collect::{Collector, bare, known_as, required, text};
use super::json::Value;
use super::login::Login;
use super::names::Names;
use super::table::Table;
use super::{Format, Import, ImportError, Reason, limits};
use crate::account::AccountDraft;

const FORMAT: Format = Format::LastPass;

/// Whether this is an export of LastPass Authenticator's.
pub(super) fn is(json: &Value) -> bool {
    json.get("accounts").as_array().is_some() && json.has("folders") && json.has("version")
}

/// Whether this is LastPass' CSV.
pub(super) fn is_table(table: &Table) -> bool {
    table.has(&["url", "username", "totp", "extra", "name", "grouping"])
}

/// Reads an export of LastPass Authenticator's.
pub(super) fn read(json: &Value) -> Result<Import, ImportError> {
    if json
        .get("version")
        .as_u64()
        .is_none_or(|version| version > 3)
    {
        return Err(FORMAT.unsupported("version"));
    }
    let folders = json.get("folders").items().iter();
    let folders = Names::new(
        folders
            .filter_map(|folder| Some((folder.get("id").as_u64()?, folder.get("name").as_str()?))),
    );
    let mut collector = Collector::new(FORMAT);
    for item in json
        .get("accounts")
        .items()
        .iter()
        .take(limits::MAX_ENTRIES)
    {
        collector.add(
            &known_as(item, "issuerName", "userName"),
            entry(item, &folders),
        );
    }
    Ok(collector.finish())
}

fn entry(item: &Value, folders: &Names<'_, u64>) -> Result<AccountDraft, Reason> {
    let mut draft = bare();
    draft.kind = "totp".to_owned();
    draft.issuer = text(item, "issuerName", "issuer")?;
    draft.label = text(item, "userName", "label")?;
    draft.secret = required(item, "secret", "secret")?;
    draft.algorithm = required(item, "algorithm", "algorithm")?;
    draft.digits = required(item, "digits", "digits")?;
    draft.period = required(item, "timeStep", "period")?;
    // Folder 0 is "Other accounts": those in none.
    let folder = item.get("folderData").get("folderId").as_u64();
    let folder = folder.filter(|id| *id > 0);
    draft.groups = folders.groups(folder);
    Ok(draft)
}

/// Reads LastPass' CSV.
pub(super) fn read_table(table: &Table) -> Import {
    let mut collector = Collector::new(FORMAT);
    for row in &table.rows {
        let cell = |name| table.cell(row, name);
        let login = Login {
            title: cell("name"),
            username: cell("username"),
            note: cell("extra"),
            urls: vec![cell("url")],
            groups: vec![cell("grouping").to_owned()],
            totp: cell("totp"),
        };
        collector.add(&login.name(), login.draft());
    }
    collector.finish()
}
