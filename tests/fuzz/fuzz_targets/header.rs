//! The visible header: any bytes, in a file whose lengths and checksums fit.
#![no_main]

use holdfast_core::seal::{VaultKey, read, seal_with};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|header: &[u8]| {
    const CIPHERTEXT: usize = 4096 + 16;
    let mut file = b"HOLDFAST\0\x01\0\0".to_vec();
    file.extend((header.len() as u32).to_be_bytes());
    file.extend((CIPHERTEXT as u32).to_be_bytes());
    file.extend(header);
    file.extend(Sha256::digest(&file));
    file.extend([0; 64 + CIPHERTEXT]);
    file.extend(Sha256::digest(&file));
    let Ok(sealed) = read(&file) else { return };

    // What was read is written again byte for byte, known or not.
    let key = VaultKey::from_bytes([7; 32]);
    if let Ok(again) = seal_with(b"{}", sealed.header(), &key, &[0; 32]) {
        assert_eq!(&again[20..20 + header.len()], header);
        let reread = read(&again).expect("what was written can be read");
        assert_eq!(reread.header(), sealed.header());
        assert_eq!(
            reread.open([&key]).expect("and opened").payload.as_slice(),
            b"{}"
        );
    }
});
