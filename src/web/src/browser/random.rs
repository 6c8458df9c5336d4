//! Randomness from the browser's own generator.

use super::BrowserError;

/// Fills the buffer with random bytes.
///
/// # Errors
/// When the browser has no source of randomness; nothing may be sealed then.
pub fn fill(bytes: &mut [u8]) -> Result<(), BrowserError> {
    getrandom::fill(bytes).map_err(|error| BrowserError(error.to_string()))
}

/// An array of random bytes.
///
/// # Errors
/// As [`fill`].
pub fn array<const N: usize>() -> Result<[u8; N], BrowserError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}
