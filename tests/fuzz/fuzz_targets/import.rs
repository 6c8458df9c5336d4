//! A file of any format, as it comes.
#![no_main]

use holdfast_core::import::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(import) = read(bytes, None) {
        holdfast_fuzz::hold(&import);
    }
});
