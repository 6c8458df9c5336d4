//! Files whose decryption costs next to nothing, with the corpus' password: archives, and what is
//! under a plain hash of the password.
#![no_main]

use holdfast_core::import::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let archive = bytes.starts_with(b"PK");
    let text = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('{'));
    if archive || text {
        let _ = read(bytes, Some("correct horse"));
    }
});
