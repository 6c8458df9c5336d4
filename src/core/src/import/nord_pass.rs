//! NordPass' CSV. It has a column for codes in some versions; otherwise they are among the fields
//! that the user has added.

use super::collect::Collector;
use super::json::Value;
use super::login::Login;
use super::table::Table;
use super::{Format, Import, lines};

/// Whether this is a table of NordPass'.
pub(super) fn is_table(table: &Table) -> bool {
    table.has(&[
        "name",
        "url",
        "username",
        "password",
        "note",
        "cardholdername",
        "folder",
    ])
}

/// Reads a table.
pub(super) fn read_table(table: &Table) -> Import {
    let mut collector = Collector::new(Format::NordPass);
    for row in &table.rows {
        let cell = |name| table.cell(row, name);
        let fields = Value::parse(cell("custom_fields").as_bytes()).unwrap_or(Value::Null);
        let columns = [cell("totp"), cell("otp"), cell("otpauth")];
        let code = columns
            .into_iter()
            .find(|code| !code.trim().is_empty())
            .or_else(|| uri_in(&fields));
        let more = cell("additional_urls");
        let mut urls = vec![cell("url")];
        urls.extend(
            more.split([',', '"', '[', ']', ' '])
                .filter(|url| !url.is_empty()),
        );
        let login = Login {
            title: cell("name"),
            username: cell("username"),
            note: cell("note"),
            urls,
            groups: vec![cell("folder").to_owned()],
            totp: code.unwrap_or_default(),
        };
        // A folder has a row of its own.
        if cell("type") != "folder" {
            collector.add(&login.name(), login.draft());
        }
    }
    collector.finish()
}

/// The first Key URI among the fields' values.
fn uri_in(fields: &Value) -> Option<&str> {
    let values = fields.items().iter();
    values
        .filter_map(|field| field.get("value").as_str())
        .find(|value| lines::is(value))
}
