//! Printing text that strangers wrote.

use std::fmt::Write as _;
use std::io::Write;

use serde_json::Value;

use crate::failure::{Exit, Failure};

/// Prints a text as it is.
pub fn text(out: &mut dyn Write, text: &str) -> Result<Exit, Failure> {
    out.write_all(text.as_bytes()).map_err(Failure::output)?;
    Ok(Exit::Done)
}

/// A name out of a file, safe for a terminal: control characters, with which it could move the
/// cursor or change what stands there, and characters that turn the direction of writing are
/// written as escapes.
pub fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_direction(character) {
            // Writing into a string can't fail.
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Prints JSON in which the same characters are escaped. Those below the space are in any JSON.
pub fn print_json(out: &mut dyn Write, value: &Value) -> Result<(), Failure> {
    let text = format!("{value:#}\n");
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        // They are in texts only, and none has more than 16 bits.
        if matches!(character, '\u{7f}'..='\u{9f}') || is_direction(character) {
            let _ = write!(safe, "\\u{:04x}", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    out.write_all(safe.as_bytes()).map_err(Failure::output)
}

/// Unicode's bidirectional controls (UAX #9, section 2), and the line separators.
fn is_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// A code in groups that are easy to read: "123 456", "1234 5678".
pub fn grouped(code: &str) -> String {
    let size = match code.len() {
        length if length % 3 == 0 => 3,
        length if length % 4 == 0 => 4,
        length if length <= 5 => return code.to_owned(),
        _ => 5,
    };
    let characters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = characters
        .chunks(size)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_not_steer_the_terminal() {
        assert_eq!(safe("Bank\u{1b}[2J\r\nX"), "Bank\\u{1b}[2J\\u{d}\\u{a}X");
        assert_eq!(safe("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(safe("Münze 🔑"), "Münze 🔑");
    }

    #[test]
    fn nor_can_one_in_json() {
        let label = "a\u{1b}\u{7f}\u{9b}2J\u{202e}\u{2028}\u{61c}ü🔑";
        let value = serde_json::json!({ "label": label });
        let mut out = Vec::new();
        print_json(&mut out, &value).unwrap();
        let printed = String::from_utf8(out).unwrap();
        assert_eq!(
            printed,
            "{\n  \"label\": \"a\\u001b\\u007f\\u009b2J\\u202e\\u2028\\u061cü🔑\"\n}\n"
        );
        assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), value);
    }

    #[test]
    fn codes_are_easy_to_read() {
        for (code, shown) in [
            ("123456", "123 456"),
            ("12345678", "1234 5678"),
            ("1234567", "12345 67"),
            ("R5TYK", "R5TYK"),
            ("1234567890", "12345 67890"),
        ] {
            assert_eq!(grouped(code), shown);
        }
    }
}
