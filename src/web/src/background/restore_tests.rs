use super::*;
use crate::background::test_device::{Device, count};

fn gained(contents: &Contents, unasked: &[Id]) -> Gained {
    Gained {
        contents: contents.clone(),
        unasked: unasked.to_vec(),
    }
}

#[test]
fn restoring_into_a_vault_removes_nothing_from_it() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (mut own, ids) = here.ten();
    let mut backup = there.without(&own, &ids[..8]);
    let kept = here.edit(|context| take_in(&mut own, &gained(&backup, &[]), context));
    assert_eq!(kept, Ok(8));
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
    let refused = here.edit(|context| take_in(&mut own, &gained(&other, &[]), context));
    assert_eq!(refused.unwrap_err().code, "other_vault_here");
    assert_eq!(own, before);
}

#[test]
fn what_nobody_was_asked_about_is_brought_back_unless_it_was_deleted_here() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (all, ids) = here.ten();
    let backup = there.without(&all, &ids[..8]);
    let mut own = here.without(&all, &ids[..3]);
    // The other five were never here.
    own.vault.accounts.retain(|id, _| !ids[3..8].contains(id));
    let gained = gained(&backup, &ids[..8]);
    let kept = here.edit(|context| take_in(&mut own, &gained, context));
    assert_eq!(kept, Ok(5));
    let list: Vec<Id> = own.vault.list().into_iter().map(|(id, _)| id).collect();
    assert_eq!(list, ids[3..]);
}
