//! Installing what is lacking, so that a fresh machine needs two commands and no reading.
//!
//! Every step looks first and installs only what is missing: a second run does nothing and needs
//! no network.

pub mod apt;
pub mod compiled;
pub mod npm;
pub mod python;
pub mod rust;

use std::time::Instant;

use anyhow::Result;

use crate::project::Project;

/// What the machine is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Building `dist/`.
    Build,
    /// Building it and trying it in browsers against servers.
    Test,
    /// That, and measuring it beside others.
    Bench,
}

/// Brings the machine to where `scope` can be done.
pub fn run(project: &Project, scope: Scope) -> Result<()> {
    let start = Instant::now();
    rust::ensure_wasm_target(project)?;
    npm::ensure(project)?;
    if scope != Scope::Build {
        apt::ensure()?;
        python::ensure(project)?;
        npm::ensure_widgets(project)?;
        compiled::ensure(project)?;
    }
    if scope == Scope::Bench {
        npm::ensure_qr_readers(project)?;
    }
    println!(
        "everything needed is installed ({:.1} s)",
        start.elapsed().as_secs_f32()
    );
    Ok(())
}

/// Says that something takes a moment, and what.
fn announce(what: &str, duration: &str) {
    println!("installing {what} ({duration}) …");
}
