//! What to do about an error, for somebody at a command line.

/// What to do, by the error's code; `None` when nothing can be said that the error doesn't say.
pub fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "wrong_passphrase" => {
            "Check Caps Lock and the keyboard's language. A backup from before a change opens with \
             the passphrase of that time. The recovery key opens it too: --recovery-key-fd, or type \
             it at the prompt."
        }
        "wrong_recovery_key" => {
            "A backup opens with the sheet that was valid when it was made: try an older or a newer \
             sheet, another backup, or the passphrase."
        }
        "slot_not_found" => "Open it the other way: with the passphrase, or with the recovery key.",
        "passphrase_empty" => "Type the passphrase, or hand it over with --passphrase-fd.",
        "passphrase_too_long" => "Is the file descriptor the right one? A passphrase is one line.",
        "recovery_key_character" => {
            "It has only digits and letters, without O, I, L and B (which are read as 0, 1, 1, 8)."
        }
        "recovery_key_length" => {
            "The sheet has 14 groups of five characters; spaces and hyphens don't matter."
        }
        "recovery_key_groups" => "Compare that group with the sheet, character by character.",
        "recovery_key_checksum" => {
            "Each group is possible, so groups of two sheets may have been mixed. Compare all of \
             them."
        }
        "newer_format" => {
            "Get the newest version of this program. The file is fine and was not touched."
        }
        "truncated" => {
            "Fetch the file again: it may have been cut off on its way. Or take another backup."
        }
        "damaged" => {
            "Fetch the file again: it may have been damaged on its way. If it stays damaged, take \
             another backup; older ones are independent of it."
        }
        "trailing_bytes" => {
            "Fetch the file again as it is (binary, not as text). Or take another backup."
        }
        "tampered" => {
            "Don't trust this file. Take another backup, best from another place, and find out who \
             can write there."
        }
        "not_holdfast" => {
            "Is it the right file? A Holdfast backup begins with the letters HOLDFAST."
        }
        "kdf_too_weak" | "kdf_too_costly" => {
            "No version of Holdfast makes such files. Take another backup."
        }
        _ if is_malformed(code) => "Take another backup; older ones are independent of it.",
        _ => return None,
    })
}

/// The checksums hold, so it was not damaged on its way: it was made like that.
fn is_malformed(code: &str) -> bool {
    [
        "field_", "slot_", "payload_", "keyring_", "header_", "file_",
    ]
    .iter()
    .any(|prefix| code.starts_with(prefix))
        || matches!(code, "too_many_slots" | "padding_invalid")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes that `tests/vectors` lists: what people may meet.
    #[test]
    fn every_refusal_comes_with_advice() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/vectors/refuse.json"
        );
        let list: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for entry in list["entries"].as_array().unwrap() {
            let code = entry["code"].as_str().unwrap();
            // Nobody opens a file with a passkey or a vault key here.
            if !matches!(code, "wrong_passkey" | "vault_key_changed") {
                assert!(advice(code).is_some(), "{code}");
            }
        }
    }
}
