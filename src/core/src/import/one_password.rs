//! 1Password: the JSON in its archive (1PUX), and CSV.

use super::collect::Collector;
use super::json::Value;
use super::login::Login;
use super::table::Table;
use super::{Format, Import, Reason};

const FORMAT: Format = Format::OnePassword;

/// Whether this is the `export.data` of a 1PUX.
pub(super) fn is(json: &Value) -> bool {
    let vaults = |account: &Value| account.get("vaults").as_array().is_some();
    json.get("accounts").items().first().is_some_and(vaults)
}

/// Whether this is 1Password's CSV.
pub(super) fn is_table(table: &Table) -> bool {
    table.has(&["title", "username", "otpauth"])
}

/// Reads an `export.data`.
pub(super) fn read(json: &Value) -> Import {
    let mut collector = Collector::new(FORMAT);
    for account in json.get("accounts").items() {
        for vault in account.get("vaults").items() {
            let name = vault.get("attrs").get("name").as_str().unwrap_or_default();
            for item in vault.get("items").items() {
                if collector.is_full() {
                    return collector.finish();
                }
                // Once the item stood in an object of its own.
                let inner = item.get("item");
                let item = if inner.is_object() { inner } else { item };
                add(item, name, &mut collector);
            }
        }
    }
    collector.finish()
}

fn add(item: &Value, vault: &str, collector: &mut Collector) {
    let (overview, details) = (item.get("overview"), item.get("details"));
    let name = |field: &&Value| field.get("designation").as_str() == Some("username");
    let username = details.get("loginFields").items().iter().find(name);
    let tags = overview.get("tags").items().iter().filter_map(Value::plain);
    let mut urls: Vec<&str> = overview.get("url").as_str().into_iter().collect();
    let more = overview.get("urls").items().iter();
    urls.extend(more.filter_map(|url| url.get("url").as_str()));
    let mut login = Login {
        title: overview.get("title").as_str().unwrap_or_default(),
        username: username
            .and_then(|field| field.get("value").as_str())
            .unwrap_or_default(),
        note: details.get("notesPlain").as_str().unwrap_or_default(),
        urls,
        groups: std::iter::once(vault.to_owned()).chain(tags).collect(),
        totp: "",
    };
    if item.get("state").as_str() == Some("deleted") || item.get("trashed").is_true() {
        collector.add(&login.name(), Err(Reason::InBin));
        return;
    }
    let sections = details.get("sections").items().iter();
    let fields = sections.flat_map(|section| section.get("fields").items());
    let codes: Vec<&str> = fields
        .filter_map(|field| field.get("value").get("totp").as_str())
        .filter(|totp| !totp.trim().is_empty())
        .collect();
    if codes.is_empty() {
        collector.add(&login.name(), Err(Reason::NoCode));
    }
    for totp in codes {
        login.totp = totp;
        collector.add(&login.name(), login.draft());
    }
}

/// Reads 1Password's CSV.
pub(super) fn read_table(table: &Table) -> Import {
    let mut collector = Collector::new(FORMAT);
    for row in &table.rows {
        let cell = |name| table.cell(row, name);
        let tags = cell("tags").split([';', ',']);
        let login = Login {
            title: cell("title"),
            username: cell("username"),
            note: cell("notes"),
            urls: vec![cell("url"), cell("website")],
            groups: tags.map(|tag| tag.trim().to_owned()).collect(),
            totp: cell("otpauth"),
        };
        collector.add(&login.name(), login.draft());
    }
    collector.finish()
}
