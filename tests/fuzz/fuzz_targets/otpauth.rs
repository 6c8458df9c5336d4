//! A Key URI: any text.
#![no_main]

use holdfast_core::{Coded, otpauth};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match otpauth::parse(text) {
        Ok(account) => {
            let link = otpauth::format(&account.issuer, &account.label, &account.credential);
            let again = otpauth::parse(&link).expect("what was written can be read");
            assert_eq!(again.credential, account.credential);
            assert_eq!((again.issuer, again.label), (account.issuer, account.label));
        }
        // Whatever the text was, the error speaks of it and repeats none of it.
        Err(error) => assert!(!error.code().is_empty() && error.to_string().len() < 120),
    }
});
