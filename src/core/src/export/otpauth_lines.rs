//! One Key URI per line.

use zeroize::Zeroizing;

use crate::account::NewAccount;
use crate::otpauth;

pub(super) fn write(accounts: &[&NewAccount]) -> Zeroizing<Vec<u8>> {
    let lines: Vec<Zeroizing<String>> = accounts
        .iter()
        .map(|account| otpauth::format(&account.issuer, &account.label, &account.credential))
        .collect();
    // Long enough from the start: a buffer that moves leaves a copy behind.
    let length = lines.iter().map(|line| line.len() + 1).sum();
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    for line in &lines {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    text
}
