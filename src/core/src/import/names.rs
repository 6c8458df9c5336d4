//! Groups that a file names in one place, and entries refer to by an id.

use std::collections::BTreeMap;

use super::json::Value;
use crate::account::{MAX_GROUP_BYTES, MAX_GROUPS};

/// Names by their ids. Of two with one id the first counts.
pub(super) struct Names<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Names<'a> {
    /// From a list of objects, by what its members for id and name are called.
    pub(super) fn of(list: &'a Value, id: &str, name: &str) -> Self {
        let mut names = BTreeMap::new();
        for entry in list.items() {
            if let (Some(id), Some(name)) = (entry.get(id).as_str(), entry.get(name).as_str()) {
                names.entry(id).or_insert(name);
            }
        }
        Self(names)
    }

    /// The names that some ids stand for. Of more, or of longer ones, than an account can have only so
    /// much as shows it: an entry may have any number of ids, of a name of any length.
    pub(super) fn groups(&self, ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let names = ids.into_iter().filter_map(|id| self.0.get(id));
        names
            .filter(|name| !name.trim().is_empty())
            .take(MAX_GROUPS + 1)
            .map(|name| name.chars().take(MAX_GROUP_BYTES + 1).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_entry_has_more_than_shows_that_it_is_too_much() {
        let list = format!(
            r#"[{{"id":"1","name":"{}"}},{{"id":"1","name":"b"}},{{"id":"2","name":" "}}]"#,
            "a".repeat(10_000)
        );
        let list = Value::parse(list.as_bytes()).unwrap();
        let names = Names::of(&list, "id", "name");
        let groups = names.groups(["2", "3"].into_iter().chain(vec!["1"; 10_000]));
        assert_eq!(groups, vec!["a".repeat(257); 65]);
    }
}
