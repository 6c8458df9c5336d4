//! Plays seeds: `simulation [--seeds COUNT] [--from FIRST] [--seed ONE] [--brief]`. A seed that
//! breaks a promise is played again with its trace, unless it is to be brief.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use holdfast_simulation::{Outcome, run_seed};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |flag: &str| {
        let place = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(place + 1)?.parse::<u64>().ok()
    };
    let brief = arguments.iter().any(|argument| argument == "--brief");
    if let Some(seed) = number("--seed") {
        return show(seed, brief);
    }
    let (first, count) = (
        number("--from").unwrap_or(0),
        number("--seeds").unwrap_or(1000),
    );
    let began = Instant::now();
    let next = AtomicU64::new(first);
    let runs = AtomicU64::new(0);
    let broken = AtomicU64::new(u64::MAX);
    let work = || {
        while broken.load(Ordering::Relaxed) == u64::MAX {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                break;
            }
            let outcome = play(seed, false);
            runs.fetch_add(outcome.runs, Ordering::Relaxed);
            if outcome.violation.is_some() {
                broken.fetch_min(seed, Ordering::Relaxed);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let broken = broken.load(Ordering::Relaxed);
    if broken != u64::MAX {
        return show(broken, brief);
    }
    let seconds = began.elapsed().as_secs_f64();
    let runs = runs.load(Ordering::Relaxed);
    say(&format!(
        "{count} seeds, {runs} runs of the engine, {seconds:.1} s: every promise held"
    ));
    say("test result: ok. 1 passed; 0 failed");
    ExitCode::SUCCESS
}

/// Plays one seed. A panic, of the engine or of this world, breaks a promise too.
fn play(seed: u64, traced: bool) -> Outcome {
    std::panic::catch_unwind(|| run_seed(seed, traced)).unwrap_or_else(|_| Outcome {
        violation: Some("a panic".to_owned()),
        trace: Vec::new(),
        runs: 0,
    })
}

/// Plays one seed with its trace.
fn show(seed: u64, brief: bool) -> ExitCode {
    let outcome = play(seed, true);
    for line in outcome.trace.iter().filter(|_| !brief) {
        say(line);
    }
    match outcome.violation {
        Some(violation) => {
            say(&format!("seed {seed}: {violation}"));
            say("test result: FAILED. 0 passed; 1 failed");
            ExitCode::FAILURE
        }
        None => {
            say(&format!("seed {seed}: every promise held"));
            say("test result: ok. 1 passed; 0 failed");
            ExitCode::SUCCESS
        }
    }
}

fn say(line: &str) {
    // Nobody reads any more: nothing to say it to.
    let _ = writeln!(std::io::stdout(), "{line}");
}
