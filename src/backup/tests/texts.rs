//! Every cause has a sentence and a recommendation in every language.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::path::Path;

use holdfast_backup::cause::Cause;
use serde_json::Value;

#[test]
fn every_cause_has_a_sentence_and_a_recommendation_in_every_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../extension/_locales");
    let mut languages = 0;
    for language in std::fs::read_dir(folder).unwrap() {
        let file = language.unwrap().path().join("messages.json");
        let bytes = std::fs::read(&file).unwrap();
        let messages: Value = serde_json::from_slice(&bytes).unwrap();
        for cause in Cause::ALL {
            for kind in ["cause", "rec"] {
                let key = format!("{kind}_{}", cause.code());
                let text = messages[&key]["message"].as_str().unwrap_or_default();
                assert!(!text.trim().is_empty(), "{key} in {}", file.display());
            }
        }
        languages += 1;
    }
    assert!(languages >= 2);
}
