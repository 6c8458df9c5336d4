//! What `--help` says.

use crate::convert;

/// What help is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// All commands.
    All,
    /// `open`.
    Open,
    /// `list`.
    List,
    /// `verify`.
    Verify,
    /// `convert`.
    Convert,
}

impl Topic {
    /// The topic of a command's name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "help" => Self::All,
            "open" => Self::Open,
            "list" => Self::List,
            "verify" => Self::Verify,
            "convert" => Self::Convert,
            _ => return None,
        })
    }
}

/// The name and the version.
pub const VERSION: &str = concat!("holdfast ", env!("CARGO_PKG_VERSION"), "\n");

/// The text about a topic.
pub fn of(topic: Topic) -> String {
    let text = match topic {
        Topic::All => include_str!("help/all.txt"),
        Topic::Open => include_str!("help/open.txt"),
        Topic::List => include_str!("help/list.txt"),
        Topic::Verify => include_str!("help/verify.txt"),
        Topic::Convert => include_str!("help/convert.txt"),
    };
    let formats: String = convert::formats()
        .into_iter()
        .map(|(name, about)| format!("  {name:<21}  {about}\n"))
        .collect();
    text.replace("FORMATS\n", &formats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_fits_a_terminal() {
        for topic in [
            Topic::All,
            Topic::Open,
            Topic::List,
            Topic::Verify,
            Topic::Convert,
        ] {
            for line in of(topic).lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
}
