//! Maps and sets, sorted by key.
//!
//! They are sorted vectors: a tenth of the code of the standard library's trees, of which every
//! module would carry one copy for each type that is kept in one. Inserting in the middle moves
//! what lies behind it, so whoever inserts thousands collects them first and extends at once.

use std::borrow::Borrow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A map, sorted by key.
pub type Map<K, V> = litemap::LiteMap<K, V>;

/// A set, sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set<T>(Map<T, ()>);

impl<T: Ord> Set<T> {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self(Map::new())
    }

    /// Adds an element; whether it was not there before.
    pub fn insert(&mut self, element: T) -> bool {
        self.0.insert(element, ()).is_none()
    }

    /// Takes an element out; whether it was there.
    pub fn remove(&mut self, element: &T) -> bool {
        self.0.remove(element).is_some()
    }

    /// Whether the element is there.
    #[must_use]
    pub fn contains<Q: Ord + ?Sized>(&self, element: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(element)
    }
}

impl<T> Set<T> {
    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements, ascending.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.0.keys()
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Map::new())
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        for element in elements {
            self.insert(element);
        }
    }
}

impl<'a, T: Ord + Copy + 'a> Extend<&'a T> for Set<T> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, elements: I) {
        self.extend(elements.into_iter().copied());
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self(elements.into_iter().map(|element| (element, ())).collect())
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|(element, ())| element)
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (T, ())>, fn(&'a (T, ())) -> &'a T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.as_slice().iter().map(|(element, ())| element)
    }
}

/// As a list, ascending.
impl<T: Serialize> Serialize for Set<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Ord + Deserialize<'de>> Deserialize<'de> for Set<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_set_is_what_the_standard_one_is(
            elements in proptest::collection::vec(0_u8..40, 0..60),
            removed in proptest::collection::vec(0_u8..40, 0..20),
        ) {
            let (mut ours, mut theirs) = (Set::new(), BTreeSet::new());
            for element in elements {
                prop_assert_eq!(ours.insert(element), theirs.insert(element));
            }
            for element in removed {
                prop_assert_eq!(ours.remove(&element), theirs.remove(&element));
                prop_assert!(!ours.contains(&element));
            }
            prop_assert_eq!((ours.len(), ours.is_empty()), (theirs.len(), theirs.is_empty()));
            prop_assert!(ours.iter().eq(theirs.iter()) && (&ours).into_iter().eq(&theirs));
            prop_assert!(ours.into_iter().eq(theirs));
        }
    }
}
