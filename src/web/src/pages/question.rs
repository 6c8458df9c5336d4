//! Which merge a person is asked about, where several wait for a word.

use holdfast_backup::name::SnapshotName;

use crate::message::MergeQuestion;

/// Takes in another merge that waits: one question is about one device, the one whose snapshot would
/// remove most. A sum over devices would count twice what two of them have deleted.
pub fn ask(question: &mut Option<MergeQuestion>, place: &str, name: &SnapshotName, removals: u32) {
    let asked = (place.to_owned(), name.clone());
    let is_same = |other: &(String, SnapshotName)| other.1.device == name.device;
    match question {
        Some(question) if question.snapshots.iter().any(is_same) => {
            question.removals = question.removals.max(removals);
            question.snapshots.push(asked);
        }
        Some(question) if question.removals >= removals => {}
        question => {
            *question = Some(MergeQuestion {
                removals,
                snapshots: vec![asked],
            });
        }
    }
}
