use super::*;
use crate::background::test_device::{Device, count};

#[test]
fn restoring_into_a_vault_removes_nothing_from_it() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (mut own, ids) = here.ten();
    let mut backup = there.without(&own, &ids[..8]);
    here.edit(|context| take_in(&mut own, &backup, context))
        .unwrap();
    assert_eq!(count(&own), 10);
    // It is an edit: it holds where they were deleted, too.
    let plan = backup.plan_merge(&own).unwrap();
    backup.vault = plan.accounts.merged;
    assert_eq!(count(&backup), 10);
}

#[test]
fn another_vault_is_not_mixed_in() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (mut own, other) = (here.ten().0, there.ten().0);
    let before = own.clone();
    let refused = here.edit(|context| take_in(&mut own, &other, context));
    assert_eq!(refused.unwrap_err().code, "other_vault_here");
    assert_eq!(own, before);
}
