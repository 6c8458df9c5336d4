//! A typed recovery key: any text.
#![no_main]

use holdfast_core::seal::{GROUPS, RecoveryKey, RecoveryKeyError};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|typed: &str| {
    match RecoveryKey::parse(typed) {
        Ok(key) => {
            let printed = key.print();
            assert_eq!(RecoveryKey::parse(&printed).as_ref(), Ok(&key));
            for (index, group) in printed.split('-').enumerate() {
                assert!(key.group_matches(index, group));
            }
        }
        Err(RecoveryKeyError::Character { position }) => assert!(position < typed.len()),
        Err(RecoveryKeyError::Length { typed, group }) => {
            assert!(typed != GROUPS * 5);
            assert!(group.is_none_or(|group| group < GROUPS));
        }
        Err(RecoveryKeyError::Groups(groups)) => {
            assert!(!groups.is_empty() && groups.iter().all(|group| *group < GROUPS));
        }
        Err(RecoveryKeyError::Checksum) => {}
    }
    let _ = RecoveryKey::from_bytes([0; 32]).group_matches(0, typed);
});
