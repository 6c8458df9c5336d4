//! What both measuring programs do: run something several times.

use std::time::Instant;

/// The median of so many rounds, in milliseconds.
#[allow(
    clippy::disallowed_methods,
    reason = "whoever measures looks at the clock"
)]
pub fn median<const ROUNDS: usize>(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}
