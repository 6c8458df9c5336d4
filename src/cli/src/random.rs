//! Randomness from the system.

use crate::failure::{Exit, Failure};

/// Fills the slice.
pub fn fill(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes).map_err(|error| {
        Failure::new(
            Exit::File,
            "no_randomness",
            format!("The system gives no random numbers: {error}."),
            "Nothing was written.",
        )
    })
}
