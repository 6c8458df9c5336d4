//! What the fuzzers of importing share.

use holdfast_core::import::{Import, Plan};
use holdfast_core::otpauth;
use holdfast_core::vault::Vault;

/// What is taken is an account that can be written and read, and each has its place in the plan.
pub fn hold(import: &Import) {
    for account in &import.accounts {
        let uri = otpauth::format(&account.issuer, &account.label, &account.credential);
        if uri.len() <= otpauth::MAX_URI_BYTES {
            let again = otpauth::parse(&uri).expect("what was written can be read");
            assert!(again.credential == account.credential);
            assert!((&again.issuer, &again.label) == (&account.issuer, &account.label));
        }
        assert!(account.to_draft().parse().as_ref() == Ok(account));
    }
    let plan = Plan::new(&Vault::default(), &import.accounts);
    assert!(plan.accounts.len() == import.accounts.len());
    let _ = import.missing();
}
