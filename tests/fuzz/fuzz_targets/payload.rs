//! The payload: any bytes; and two of them, on two lines, merged.
#![no_main]

use holdfast_core::code;
use holdfast_core::vault::Vault;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut vaults = bytes.split(|byte| *byte == b'\n').map(Vault::decode);
    let Some(Ok(vault)) = vaults.next() else {
        return;
    };
    // What was read is written in its one canonical form, and read again as the same.
    let written = vault.encode();
    let again = Vault::decode(&written).expect("what was written can be read");
    assert_eq!(again, vault);
    assert_eq!(*again.encode(), *written);
    assert_eq!(again.content_hash(), vault.content_hash());
    for (_, account) in vault.list() {
        for credential in account.credentials.values() {
            assert!(!code::at(credential, 1 << 40).text.is_empty());
        }
    }
    let mut merged = vault.clone();
    merged.merge(&vault);
    assert_eq!(merged, vault, "merging is idempotent");
    let Some(Ok(other)) = vaults.next() else {
        return;
    };
    let (mut one, mut two) = (vault.clone(), other.clone());
    one.merge(&other);
    two.merge(&vault);
    assert_eq!(one, two, "merging is commutative");
    Vault::decode(&one.encode()).expect("what was merged can be read");
});
