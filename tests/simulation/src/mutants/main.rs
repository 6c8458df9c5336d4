//! Makes deliberate faults in a copy of the sources and looks whether the simulation finds each of
//! them: `mutants [NAME …]`. A simulation that finds nothing proves nothing.
//!
//! All faults are built into one copy, each behind a switch, so that it is compiled once; the
//! sources that ship know nothing of them.

mod copy;
mod table;

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use copy::{SWITCH, make_copy};
use table::MUTANTS;

/// Seeds that must do without a fault before one is switched on.
const HEALTHY: u64 = 200;
/// Seeds that are played to find a fault, at most. Most are found within a hundred.
const SEEDS: u64 = 6_000;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let began = Instant::now();
    let program = match make_copy() {
        Ok(program) => program,
        Err(error) => {
            say(&format!("the copy with faults can't be built: {error}"));
            return ExitCode::FAILURE;
        }
    };
    say(&format!("built in {:.0} s", began.elapsed().as_secs_f64()));
    let (mut found, mut missed) = (0, 0);
    let mut count = |good: bool| match good {
        true => found += 1,
        false => missed += 1,
    };
    let healthy = play(&program, "", HEALTHY);
    if let Some(violation) = &healthy {
        say(&format!("  BROKEN without a fault: {violation}"));
    }
    count(healthy.is_none());
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    for mutant in MUTANTS.iter().filter(|mutant| chosen(mutant.name)) {
        let began = Instant::now();
        let violation = play(&program, mutant.name, SEEDS);
        let seconds = began.elapsed().as_secs_f64();
        let name = mutant.name;
        say(&match &violation {
            Some(violation) => format!("  {seconds:>5.1} s  {name}: {violation}"),
            None => format!("  MISSED   {name}: {}", mutant.fault),
        });
        count(violation.is_some());
    }
    let verdict = if missed == 0 { "ok" } else { "FAILED" };
    say(&format!(
        "test result: {verdict}. {found} passed; {missed} failed"
    ));
    ExitCode::from(u8::from(missed > 0))
}

/// Plays seeds with a fault switched on; gives the promise that was broken.
fn play(program: &Path, name: &str, seeds: u64) -> Option<String> {
    let output = Command::new(program)
        .args(["--brief", "--seeds", &seeds.to_string()])
        .env(SWITCH, name)
        .stderr(Stdio::null())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) => return Some(format!("does not start: {error}")),
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let broken = text.lines().find(|line| line.starts_with("seed "));
    let short = |line: &str| line.chars().take(120).collect();
    (!output.status.success()).then(|| broken.map_or("ended early".to_owned(), short))
}

fn say(line: &str) {
    // Nobody reads any more: nothing to say it to.
    let _ = writeln!(std::io::stdout(), "{line}");
}
