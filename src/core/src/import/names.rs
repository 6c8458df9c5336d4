//! What entries refer to by an id: groups, folders, categories.

use super::json::Value;
use crate::account::{MAX_GROUP_BYTES, MAX_GROUPS};

/// Texts by their ids. Looked up without going through all of them, since a file may have as many
/// as it has entries.
pub(super) struct Names<'a, Id = &'a str>(Vec<(Id, &'a str)>);

impl<'a> Names<'a> {
    /// Those of a list of objects, which have members for both.
    pub(super) fn of(list: &'a Value, id: &str, name: &str) -> Self {
        let pair = |item: &'a Value| Some((item.get(id).as_str()?, item.get(name).as_str()?));
        Self::new(list.items().iter().filter_map(pair))
    }
}

impl<'a, Id: Ord + Copy> Names<'a, Id> {
    pub(super) fn new(pairs: impl Iterator<Item = (Id, &'a str)>) -> Self {
        let mut pairs: Vec<_> = pairs.collect();
        // Stable: what has the same id stays in the file's order.
        pairs.sort_by_key(|(id, _)| *id);
        Self(pairs)
    }

    /// The first text with this id.
    pub(super) fn get(&self, id: Id) -> Option<&'a str> {
        self.all(id).next()
    }

    /// The names of the groups that some ids stand for. Of more, or of longer ones, than an account can
    /// have only so much as shows it: an entry may have any number of ids, of a name of any length.
    pub(super) fn groups(&self, ids: impl IntoIterator<Item = Id>) -> Vec<String> {
        let names = ids.into_iter().filter_map(|id| self.get(id));
        names
            .filter(|name| !name.trim().is_empty())
            .take(MAX_GROUPS + 1)
            .map(|name| name.chars().take(MAX_GROUP_BYTES + 1).collect())
            .collect()
    }

    /// All texts with this id, in the file's order.
    pub(super) fn all(&self, id: Id) -> impl Iterator<Item = &'a str> {
        let start = self.0.partition_point(|(known, _)| *known < id);
        let rest = self.0.get(start..).unwrap_or_default();
        let same = rest.iter().take_while(move |(known, _)| *known == id);
        same.map(|(_, name)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_an_id_is_its_name() {
        let names = Names::new([(2, "b"), (1, "a"), (2, "c"), (1, "d")].into_iter());
        assert_eq!(names.get(1), Some("a"));
        assert_eq!(names.all(2).collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(names.get(0), None);
        assert_eq!(names.get(3), None);
    }

    #[test]
    fn no_entry_has_more_groups_than_shows_that_it_is_too_much() {
        let long = "a".repeat(10_000);
        let names = Names::new([(1, long.as_str()), (1, "b"), (2, " ")].into_iter());
        let groups = names.groups([2, 3].into_iter().chain([1; 10_000]));
        assert_eq!(groups, vec!["a".repeat(257); 65]);
    }
}
