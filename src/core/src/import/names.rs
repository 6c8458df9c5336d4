//! What entries refer to by an id: groups, folders, categories.

use super::json::Value;

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
}
