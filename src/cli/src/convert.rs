//! `convert`: the accounts of a file in another format.

use std::io::Write;

use holdfast_core::otpauth;
use zeroize::Zeroizing;

use crate::arguments::Convert;
use crate::failure::{Exit, Failure};
use crate::load::{Loaded, load};
use crate::{file, print};

/// Reads, converts and writes.
pub fn run(options: &Convert, out: &mut dyn Write) -> Result<Exit, Failure> {
    let write = writer(&options.to)?;
    let loaded = load(&options.input)?;
    let text = write(&loaded);
    match &options.output {
        Some(path) => file::write(path, text.as_bytes(), options.force)?,
        None => print::text(out, &text).map(drop)?,
    }
    Ok(match loaded.unreadable {
        0 => Exit::Done,
        _ => Exit::Partly,
    })
}

type Writer = fn(&Loaded) -> Zeroizing<String>;

fn writer(name: &str) -> Result<Writer, Failure> {
    match name {
        "otpauth" => Ok(links),
        _ => Err(Failure::usage(format!(
            "The format `{name}` can't be written. `holdfast convert --help` lists those that can."
        ))),
    }
}

/// One Key URI a line.
fn links(loaded: &Loaded) -> Zeroizing<String> {
    let lines: Vec<_> = loaded
        .accounts
        .iter()
        .map(|entry| otpauth::format(&entry.issuer, &entry.label, &entry.credential))
        .collect();
    let length = lines.iter().map(|line| line.len() + 1).sum();
    // The room for all of it, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(length));
    for line in &lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}
