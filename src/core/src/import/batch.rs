//! Several files, or several QR codes, at once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::google_migration::Parts;
use serde::{Deserialize, Serialize};

use super::{Import, ImportError, read};

/// Codes of one batch of Google Authenticator's that were not among what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingParts {
    /// Their numbers, from 1, as the app shows them.
    pub numbers: Vec<u32>,
    /// How many the batch has.
    pub of: u32,
}

/// A file, or a text of a QR code, and the password that it is encrypted with.
pub type Input<'a> = (&'a [u8], Option<&'a str>);

/// Reads several files, or texts of QR codes, and answers for each, in order.
///
/// The parts of Google Authenticator's codes are put together wherever they were: the first of
/// them has all accounts, and the later ones come out empty.
pub fn read_all(inputs: &[Input<'_>]) -> Vec<Result<Import, ImportError>> {
    let mut results: Vec<Result<Import, ImportError>> = Vec::with_capacity(inputs.len());
    let mut first: Option<usize> = None;
    for (input, password) in inputs {
        let mut result = read(input, *password);
        let place = results.len();
        if let Ok(import) = &mut result
            && !import.parts.is_empty()
        {
            match first.and_then(|first| results.get_mut(first)) {
                Some(Ok(whole)) => whole.join(import),
                _ => first = Some(place),
            }
        }
        results.push(result);
    }
    results
}

impl Import {
    /// Moves what `other` has to this, but for what came from parts that are here already.
    pub(super) fn join(&mut self, other: &mut Self) {
        let known = other
            .parts
            .iter()
            .filter(|(part, _)| self.parts.contains_key(part));
        let (accounts, refused): (Vec<_>, Vec<_>) = known
            .map(|(_, gave)| (gave.accounts.clone(), gave.refused.clone()))
            .unzip();
        self.accounts
            .extend(without(std::mem::take(&mut other.accounts), &accounts));
        self.refused
            .extend(without(std::mem::take(&mut other.refused), &refused));
        self.parts.append(&mut other.parts);
    }
}

/// A list without these parts of it.
fn without<T>(list: Vec<T>, gone: &[Range<usize>]) -> impl Iterator<Item = T> {
    let mut stays = vec![true; list.len()];
    for range in gone {
        if let Some(these) = stays.get_mut(range.clone()) {
            these.fill(false);
        }
    }
    let list = list.into_iter().zip(stays);
    list.filter_map(|(one, stays)| stays.then_some(one))
}

pub(super) fn missing(parts: &Parts) -> Vec<MissingParts> {
    let mut batches: BTreeMap<i32, (u32, BTreeSet<u32>)> = BTreeMap::new();
    for part in parts.keys() {
        let (of, found) = batches.entry(part.batch).or_default();
        *of = part.size.max(*of);
        found.insert(part.index);
    }
    let missing = batches.into_values().map(|(of, found)| MissingParts {
        numbers: (0..of)
            .filter(|index| !found.contains(index))
            .map(|index| index + 1)
            .collect(),
        of,
    });
    missing.filter(|batch| !batch.numbers.is_empty()).collect()
}
