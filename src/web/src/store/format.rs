//! Which version a stored document has, and moving it up to today's.
//!
//! Every document says its version in `format`. What a later version wrote is refused and left
//! alone. What an earlier one wrote is moved up step by step, and its bytes stay beside the new ones
//! until those were read back and can be used: wherever the worker dies, one of the two is there.

use serde::Deserialize;

/// A kind of document, and how it came to be what it is.
pub struct Kind {
    /// The version that this code writes: one more than there are steps.
    pub current: u32,
    /// From version 1 to 2, from 2 to 3, … Each gets the whole document, and gives `None` for one
    /// that can't be of its version.
    pub steps: &'static [Step],
}

/// One version up.
pub type Step = fn(&[u8]) -> Option<Vec<u8>>;

/// A document of which there has been one version only.
pub const FIRST: Kind = Kind {
    current: 1,
    steps: &[],
};

/// Where documents lie.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and tests")]
pub trait Shelf {
    /// What goes wrong there.
    type Error;

    /// The bytes under a name.
    async fn take(&self, name: &str) -> Result<Option<Vec<u8>>, Self::Error>;

    /// Replaces what is under a name, wholly or not at all.
    async fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Removes what is under a name.
    async fn remove(&self, name: &str) -> Result<(), Self::Error>;
}

/// Why a document can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable<E> {
    /// The shelf failed.
    Shelf(E),
    /// A later version of Holdfast wrote it.
    Newer,
    /// It can't be moved up: it is not what its version says.
    Damaged,
}

/// The version that a document says it has; 1 for one that says nothing.
#[must_use]
pub fn version(bytes: &[u8]) -> u32 {
    #[derive(Deserialize)]
    struct Says {
        format: Option<u32>,
    }
    holdfast_json::typed::from_slice::<Says>(bytes)
        .ok()
        .and_then(|says| says.format)
        .unwrap_or(1)
}

/// Reads a document in today's version, moving it up if it is older.
///
/// # Errors
/// See [`Unusable`]. Nothing is lost by any of them.
pub async fn read<S: Shelf>(
    shelf: &S,
    kind: &Kind,
    name: &str,
) -> Result<Option<Vec<u8>>, Unusable<S::Error>> {
    let aside = format!("{name}.before");
    let Some(bytes) = shelf.take(name).await.map_err(Unusable::Shelf)? else {
        return Ok(None);
    };
    let version = version(&bytes);
    if version > kind.current {
        return Err(Unusable::Newer);
    }
    if version == kind.current {
        // Kinds that never moved have nothing aside, and need not look.
        if !kind.steps.is_empty() && shelf.take(&aside).await.map_err(Unusable::Shelf)?.is_some() {
            // The move was cut off behind its last writing. The new bytes are here, and of today.
            shelf.remove(&aside).await.map_err(Unusable::Shelf)?;
        }
        return Ok(Some(bytes));
    }
    let moved = move_up(kind, version, &bytes).ok_or(Unusable::Damaged)?;
    shelf.put(&aside, &bytes).await.map_err(Unusable::Shelf)?;
    shelf.put(name, &moved).await.map_err(Unusable::Shelf)?;
    if shelf.take(name).await.map_err(Unusable::Shelf)?.as_ref() != Some(&moved) {
        // What was put is not what is there: the old bytes go back and stay.
        shelf.put(name, &bytes).await.map_err(Unusable::Shelf)?;
        return Err(Unusable::Damaged);
    }
    shelf.remove(&aside).await.map_err(Unusable::Shelf)?;
    Ok(Some(moved))
}

/// All steps from a version to today's. The result says that it is of today's.
fn move_up(kind: &Kind, from: u32, bytes: &[u8]) -> Option<Vec<u8>> {
    let done = usize::try_from(from.checked_sub(1)?).ok()?;
    let mut document = bytes.to_vec();
    for step in kind.steps.get(done..)? {
        document = step(&document)?;
    }
    (version(&document) == kind.current).then_some(document)
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
