//! The keyring in a payload: any JSON, and two of them merged.
#![no_main]

use holdfast_core::seal::{Keyring, read, seal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut keyrings = bytes
        .split(|byte| *byte == b'\n')
        .map(serde_json::from_slice::<Keyring>);
    let Some(Ok(keyring)) = keyrings.next() else {
        return;
    };
    let text = serde_json::to_vec(&keyring).expect("a keyring is JSON");
    let again: Keyring = serde_json::from_slice(&text).expect("and can be read again");
    assert_eq!(again, keyring);
    if let Ok(file) = seal(&text, &keyring, &[0; 32]) {
        let sealed = read(&file).expect("what was sealed can be read");
        let opened = keyring.open(&file).expect("and opened");
        keyring
            .verify(sealed.header(), &opened.key)
            .expect("the header mirrors the keyring");
    }
    let Some(Ok(other)) = keyrings.next() else {
        return;
    };
    let (mut one, mut two) = (keyring.clone(), other.clone());
    if one.merge(&other).is_ok() {
        two.merge(&keyring).expect("merging is commutative");
        assert_eq!(one, two);
        assert!(one.generation() >= keyring.generation());
    }
});
