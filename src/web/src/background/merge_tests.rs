use super::*;
use crate::background::test_device::{Device, count};

fn merge(
    device: &mut Device,
    own: &mut Contents,
    theirs: &Contents,
    removals: Removals,
) -> Option<u32> {
    device
        .edit(|context| take(own, theirs, removals, context))
        .unwrap()
}

#[test]
fn an_answer_holds_for_the_merge_that_was_asked_about_and_for_no_other() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (mut own, ids) = here.ten();
    let six = there.without(&own, &ids[..6]);
    assert_eq!(merge(&mut here, &mut own, &six, Removals::Ask), Some(6));
    assert_eq!(merge(&mut here, &mut own, &six, Removals::Keep), None);
    assert_eq!(count(&own), 10);
    // What is deleted later, elsewhere, by somebody who has seen that, goes.
    let one = there.without(&own, &ids[..1]);
    assert_eq!(merge(&mut here, &mut own, &one, Removals::Ask), None);
    assert_eq!(count(&own), 9);
}

#[test]
fn consent_reaches_as_far_as_the_number_that_was_shown() {
    let (mut here, mut there) = (Device::new(1), Device::new(2));
    let (mut own, ids) = here.ten();
    let six = there.without(&own, &ids[..6]);
    let before = own.clone();
    let agreed = |most| Removals::Remove { most };
    assert_eq!(merge(&mut here, &mut own, &six, agreed(5)), Some(6));
    assert_eq!(own, before);
    assert_eq!(merge(&mut here, &mut own, &six, agreed(6)), None);
    assert_eq!(count(&own), 4);
    // Few need no word, however few were agreed to.
    let nine = there.without(&before, &ids[..1]);
    let mut own = before;
    assert_eq!(merge(&mut here, &mut own, &nine, agreed(0)), None);
    assert_eq!(count(&own), 9);
}
