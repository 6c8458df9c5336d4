//! Several files, or several QR codes, at once.

use std::ops::Range;

use super::google_migration::{Gave, Part};
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
        let place = |part: &Part| self.parts.binary_search_by_key(part, |(part, _)| *part);
        let known = other.parts.iter().filter(|(part, _)| place(part).is_ok());
        let (accounts, refused): (Vec<_>, Vec<_>) = known
            .map(|(_, gave)| (gave.accounts.clone(), gave.refused.clone()))
            .unzip();
        self.accounts
            .extend(without(std::mem::take(&mut other.accounts), &accounts));
        self.refused
            .extend(without(std::mem::take(&mut other.refused), &refused));
        self.parts.append(&mut other.parts);
        self.parts.sort_by_key(|(part, _)| *part);
        self.parts.dedup_by_key(|(part, _)| *part);
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

pub(super) fn missing(parts: &[(Part, Gave)]) -> Vec<MissingParts> {
    let batches = parts.chunk_by(|(a, _), (b, _)| a.batch == b.batch);
    let missing = batches.map(|batch| {
        let of = batch.iter().map(|(part, _)| part.size).max();
        let of = of.unwrap_or_default();
        let is_missing = |index: &u32| {
            let found = batch.binary_search_by_key(index, |(part, _)| part.index);
            found.is_err()
        };
        let numbers = (0..of).filter(is_missing).map(|index| index + 1);
        MissingParts {
            numbers: numbers.collect(),
            of,
        }
    });
    missing.filter(|batch| !batch.numbers.is_empty()).collect()
}
