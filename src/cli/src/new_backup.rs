//! A new backup out of accounts that came from anywhere.

use std::io::Write;

use holdfast_core::account::NewAccount;
use holdfast_core::contents::Contents;
use holdfast_core::passphrase;
use holdfast_core::seal::kdf::{self, KdfParams};
use holdfast_core::seal::{Keyring, NewPassphrase, RecoveryKey};
use holdfast_core::vault::{Duplicates, EditContext, Id, Vault};

use crate::arguments::Convert;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::{clock, file, random, secret};

/// Writes it, and prints the recovery key once.
pub fn write(
    options: &Convert,
    accounts: Vec<NewAccount>,
    out: &mut Output<impl Write>,
) -> Result<(), Failure> {
    let Some(path) = &options.output else {
        return Err(Failure::usage(
            "A backup is written to a file: name it with -o.",
        ));
    };
    let passphrase = secret::read_new(options.new_secret, "the backup")?;
    passphrase::check(passphrase.text()).map_err(|error| Failure::of(&error))?;
    let (bytes, recovery) = make(passphrase.text(), accounts)?;
    file::write(path, &bytes, options.force)?;
    writeln!(
        out,
        "Recovery key, which opens this backup without the passphrase. It is shown only now:\n{}",
        *recovery.print()
    )
    .map_err(Failure::output)?;
    match out.is_delivered().map_err(Failure::output)? {
        true => Ok(()),
        false => Err(Failure::new(
            Exit::File,
            "output_closed",
            "The backup is written, but nobody read its recovery key, which is shown only once.",
            "The passphrase opens it. To have a recovery key too, make it again with --force.",
        )),
    }
}

fn make(text: &str, accounts: Vec<NewAccount>) -> Result<(Vec<u8>, RecoveryKey), Failure> {
    let now = clock::now();
    let params = KdfParams::DEFAULT;
    let (salt, seed, device) = (bytes()?, bytes()?, bytes()?);
    let derived = kdf::derive(text, params, &salt).map_err(|error| Failure::of(&error))?;
    let passphrase = NewPassphrase {
        params,
        salt,
        derived,
    };
    let mut failed = None;
    let mut random = |bytes: &mut [u8]| failed = random::fill(bytes).err().or(failed.take());
    let mut keyring =
        Keyring::create(&passphrase, now, &mut random).map_err(|error| Failure::of(&error))?;
    let recovery = keyring
        .renew_recovery(now, &mut random)
        .map_err(|error| Failure::of(&error))?;
    let mut vault = Vault::default();
    let mut clock = vault.clock(now);
    let mut context = EditContext {
        now,
        device: Id::from_bytes(device),
        clock: &mut clock,
        random: &mut random,
    };
    let added = vault.add_all(accounts, Duplicates::Keep, &mut context);
    if let Some(failure) = failed {
        return Err(failure);
    }
    for result in added {
        result.map_err(|error| Failure::of(&error))?;
    }
    let mut contents = Contents { vault, keyring };
    let sealed = contents.seal(&seed).map_err(|error| Failure::of(&error))?;
    Ok((sealed, recovery))
}

fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    random::fill(&mut bytes)?;
    Ok(bytes)
}
