//! What the engine gets of this browser: the clock, randomness, and its turn.

use holdfast_backup::destination::config::DestinationId;
use holdfast_backup::env::Env;

use crate::browser::turn::Turn;
use crate::browser::{clock, random};

/// This computer's clock and the browser's randomness.
pub struct BrowserEnv;

/// The turn of a destination: whoever writes its journal takes it first, in whichever module. A
/// browser that refuses locks is left with the engine's own claim.
pub(super) async fn turn(id: &DestinationId) -> Option<Turn> {
    Turn::take(&format!("backup/{id}")).await.ok()
}

impl Env for BrowserEnv {
    fn now_millis(&self) -> u64 {
        clock::now_millis()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        // Names and jitter only. The browser has never refused; should it, names still differ by
        // device and sequence.
        let _ = random::fill(bytes);
    }
}
