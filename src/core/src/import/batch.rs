//! Several files, or several QR codes, at once.

use super::google_migration::Part;
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
    /// Moves the accounts of parts that are not here yet from `other` to this.
    fn join(&mut self, other: &mut Self) {
        let known = |part: &Part| self.parts.contains(part);
        if !other.parts.is_empty() && other.parts.iter().all(known) {
            other.accounts.clear();
            other.refused.clear();
        }
        self.accounts.append(&mut other.accounts);
        self.refused.append(&mut other.refused);
        self.parts.append(&mut other.parts);
        self.parts.sort_unstable();
        self.parts.dedup();
    }
}

pub(super) fn missing(parts: &[Part]) -> Vec<MissingParts> {
    let mut batches: Vec<i32> = parts.iter().map(|part| part.batch).collect();
    batches.sort_unstable();
    batches.dedup();
    let mut missing = Vec::new();
    for batch in batches {
        let of_batch = || parts.iter().filter(|part| part.batch == batch);
        let of = of_batch().map(|part| part.size).max().unwrap_or_default();
        let numbers: Vec<u32> = (0..of)
            .filter(|index| !of_batch().any(|part| part.index == *index))
            .map(|index| index + 1)
            .collect();
        if !numbers.is_empty() {
            missing.push(MissingParts { numbers, of });
        }
    }
    missing
}
