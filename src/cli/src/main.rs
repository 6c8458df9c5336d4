//! `holdfast`: opens a backup, or another app's export, without a browser.
//!
//! One of three independent ways back (`docs/recovery.md`). What a file holds and how it is sealed
//! is decided in `holdfast-core`; here is what a command line adds: arguments, secrets from a
//! prompt or a file descriptor, the clock, and words.

mod arguments;
mod clock;
mod convert;
mod failure;
mod file;
mod help;
mod load;
mod messages;
mod new_backup;
mod output;
mod print;
mod random;
mod secret;
mod show;
mod verify;

use std::io::{self, StdoutLock, Write};
use std::process::ExitCode;

use arguments::Command;
use failure::Failure;
use output::Output;

fn main() -> ExitCode {
    let mut out = Output::new(io::stdout().lock());
    let outcome = run(&mut out).and_then(|exit| {
        out.flush().map_err(Failure::output)?;
        Ok(exit)
    });
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            // Where nobody reads errors there is nobody to tell.
            let _ = write!(io::stderr(), "{failure}");
            failure.exit.into()
        }
    }
}

fn run(out: &mut Output<StdoutLock<'_>>) -> Result<failure::Exit, Failure> {
    match arguments::parse(std::env::args_os().skip(1))? {
        Command::Help(topic) => print::text(out, &help::of(topic)),
        Command::Version => print::text(out, help::VERSION),
        Command::Open(options) => show::open(&options, out),
        Command::List(options) => show::list(&options, out),
        Command::Verify(options) => verify::run(&options, out),
        Command::Convert(options) => convert::run(&options, out),
    }
}
