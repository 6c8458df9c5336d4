//! `make check`: everything that can be said about the project without running it.

mod files_length;
mod lints;
mod locales;
mod manifest;
mod purity;
mod sizes;
mod wording;

use std::time::Instant;

use anyhow::Result;

use crate::project::Project;

pub use locales::keys_in_html;

/// What a check found: a sentence each; none when all is well.
type Complaints = Vec<String>;

/// One check: what it makes sure of, and how.
type Check = (&'static str, fn(&Project) -> Result<Complaints>);

const CHECKS: &[Check] = &[
    ("the code is formatted", lints::formatting),
    ("no lint complains", lints::clippy),
    (
        "no lint complains about the code for the browser",
        lints::clippy_wasm,
    ),
    ("the pure crates are pure", purity::check),
    ("no file is too long", files_length::check),
    ("no module is too large", sizes::check),
    ("every text exists in every language", locales::check),
    (
        "the manifest asks for no more than it should",
        manifest::check,
    ),
    ("the project speaks of itself alone", wording::check),
];

/// How many checks there are.
pub fn number() -> usize {
    CHECKS.len()
}

/// Runs every check, also after one has failed, and returns how many did.
pub fn run(project: &Project) -> usize {
    let mut failed = 0;
    for (promise, check) in CHECKS {
        let start = Instant::now();
        let complaints = match check(project) {
            Ok(complaints) => complaints,
            Err(error) => vec![format!("{error:#}")],
        };
        let verdict = if complaints.is_empty() {
            "ok  "
        } else {
            "FAIL"
        };
        println!(
            "{verdict}  {promise} ({:.1} s)",
            start.elapsed().as_secs_f32()
        );
        for complaint in &complaints {
            println!("      {complaint}");
        }
        failed += usize::from(!complaints.is_empty());
    }
    println!("{} checks passed, {failed} failed", number() - failed);
    failed
}
