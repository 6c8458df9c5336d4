//! A file of any format, as it comes. What is taken is an account that can be written and read.
#![no_main]

use holdfast_core::import::{Plan, read};
use holdfast_core::otpauth;
use holdfast_core::vault::Vault;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(import) = read(bytes, None) else { return };
    for account in &import.accounts {
        let uri = otpauth::format(&account.issuer, &account.label, &account.credential);
        if let Ok(again) = otpauth::parse(&uri) {
            assert!(again.credential == account.credential);
        }
        assert!(account.to_draft().parse().as_ref() == Ok(account));
    }
    let plan = Plan::new(&Vault::default(), &import.accounts);
    assert!(plan.accounts.len() == import.accounts.len());
    let _ = import.missing();
});
