//! Benchmarks: what a change costs over the wire, and how long merging takes, next to reading and
//! writing the same vault.

use std::io::Write;
use std::time::{Duration, Instant};

use holdfast_core::vault::{FieldChanges, Vault};
use holdfast_simulation::cost::{edit, measure, vault};
use holdfast_simulation::random::Random;

/// Accounts of the vaults that are merged.
const ACCOUNTS: usize = 10_000;
/// Every how many accounts one was renamed on the other device.
const EVERY: usize = 10;

fn main() {
    say("one change: requests and bytes of bodies");
    for accounts in [10, 100, 1000, 10_000] {
        let cost = measure(accounts);
        let (change, idle, daily) = (&cost.change, &cost.idle, &cost.daily);
        say(&format!(
            "  {accounts:>6} accounts, sealed {} bytes: {:?}, {} up, {} down; \
             an hour later {:?}, {} down; a day later {:?}, {} down",
            cost.sealed,
            change.requests,
            change.up,
            change.down,
            idle.requests,
            idle.down,
            daily.requests,
            daily.down,
        ));
    }

    let ours = vault(ACCOUNTS, 1);
    let mut theirs = ours.clone();
    edit(&mut theirs, 2, &mut Random::new(3), |vault, context| {
        let ids: Vec<_> = vault.list().iter().map(|(id, _)| *id).collect();
        for id in ids.into_iter().step_by(EVERY) {
            let changes = FieldChanges {
                issuer: Some("Renamed".to_owned()),
                ..FieldChanges::default()
            };
            // The ids are from the list.
            let _ = vault.edit(id, changes, context);
        }
    });
    let bytes = ours.encode();
    let write = best(|| ours.encode().len());
    let read = best(|| Vault::decode(&bytes).map(|vault| vault.accounts.len()));
    let merge = best(|| {
        let mut merged = ours.clone();
        merged.merge(&theirs);
        merged.accounts.len()
    });
    let plan = best(|| ours.plan_merge(&theirs).changes.changed.len());
    say(&format!(
        "merging two vaults of {ACCOUNTS} accounts, every tenth renamed"
    ));
    for (what, time) in [("merge", merge), ("merge, and what is different", plan)] {
        let ratio = |other: Duration| time.as_secs_f64() / other.as_secs_f64();
        say(&format!(
            "  {what}: {:.1} ms, {:.2} times reading it, {:.2} times writing it",
            time.as_secs_f64() * 1000.0,
            ratio(read),
            ratio(write),
        ));
    }
}

/// The shortest of a few runs: the others were disturbed.
fn best<T>(run: impl Fn() -> T) -> Duration {
    let time = |_| {
        let began = Instant::now();
        std::hint::black_box(run());
        began.elapsed()
    };
    (0..7).map(time).min().unwrap_or_default()
}

fn say(line: &str) {
    // Nobody reads any more: nothing to say it to.
    let _ = writeln!(std::io::stdout(), "{line}");
}
