//! Names of snapshots: `<vault tag>/<device tag>-<sequence>-<64 random bits>`.
//!
//! Tags are opaque to whoever keeps the snapshots. The random part makes every name new, so that
//! nothing is ever overwritten, even by a server that ignores preconditions and even by two
//! installations that share one identity.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An opaque tag of 8 to 64 characters `a-z0-9`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

/// Which vault: all its devices store side by side under this tag.
pub type VaultTag = Tag;

/// Which installation wrote a snapshot.
pub type DeviceTag = Tag;

/// The name of one snapshot. The order is by vault, device, sequence, random part.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SnapshotName {
    /// The vault.
    pub vault: VaultTag,
    /// The device that wrote it.
    pub device: DeviceTag,
    /// One more than the newest snapshot of this device that was read back there before. Two
    /// snapshots share a sequence after an upload whose fate was unknown, or after a profile was
    /// copied.
    pub sequence: u64,
    /// Makes the name new.
    pub random: u64,
}

impl Tag {
    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A tag of 16 hexadecimal digits.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(base16ct::lower::encode_string(&bytes))
    }
}

impl SnapshotName {
    /// The name without the vault's folder.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}-{}-{:016x}", self.device.0, self.sequence, self.random)
    }

    /// Reads a name within the vault's folder, as a list gives it. `None` for anything that this
    /// engine would not have written, to the letter: such a file is somebody else's.
    #[must_use]
    pub fn in_folder(vault: &VaultTag, file: &str) -> Option<Self> {
        let mut parts = file.split('-');
        let device = parts.next()?.parse().ok()?;
        let sequence = canonical_decimal(parts.next()?)?;
        let random = parts.next()?;
        if parts.next().is_some() || random.len() != 16 || !random.bytes().all(is_lower_hex) {
            return None;
        }
        let random = u64::from_str_radix(random, 16).ok()?;
        Some(Self {
            vault: vault.clone(),
            device,
            sequence,
            random,
        })
    }
}

/// The text is not a tag or a name in its one valid spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError;

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a snapshot name")
    }
}

impl std::error::Error for NameError {}

impl FromStr for Tag {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let good = (8..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError)
        }
    }
}

impl FromStr for SnapshotName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (vault, file) = text.split_once('/').ok_or(NameError)?;
        Self::in_folder(&vault.parse()?, file).ok_or(NameError)
    }
}

impl TryFrom<String> for Tag {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl TryFrom<String> for SnapshotName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}

impl From<SnapshotName> for String {
    fn from(name: SnapshotName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SnapshotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.vault, self.file())
    }
}

impl fmt::Debug for SnapshotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

/// A decimal number without sign or leading zeros: one spelling per value.
fn canonical_decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = "0123456789abcdef/fedcba9876543210-42-00000000000000ff";

    #[test]
    fn a_name_has_one_spelling() {
        let name: SnapshotName = GOOD.parse().unwrap();
        assert_eq!(name.sequence, 42);
        assert_eq!(name.random, 255);
        assert_eq!(name.to_string(), GOOD);
        for bad in [
            "",
            "/",
            "0123456789abcdef",
            "0123456789abcdef/",
            "0123456789abcdef/fedcba9876543210-042-00000000000000ff",
            "0123456789abcdef/fedcba9876543210-+42-00000000000000ff",
            "0123456789abcdef/fedcba9876543210-42-00000000000000FF",
            "0123456789abcdef/fedcba9876543210-42-ff",
            "0123456789abcdef/fedcba9876543210-42-00000000000000ff-1",
            "0123456789abcdef/fedcba9876543210-42-00000000000000ff.part",
            "0123456789abcdef/x/fedcba9876543210-42-00000000000000ff",
            "0123456789ABCDEF/fedcba9876543210-42-00000000000000ff",
            "../fedcba9876543210-42-00000000000000ff",
            "0123456789abcdef/fedcba9876543210-99999999999999999999-00000000000000ff",
        ] {
            assert_eq!(bad.parse::<SnapshotName>(), Err(NameError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn names_survive_text(vault in "[a-z0-9]{8,64}", device in "[a-z0-9]{8,64}", sequence: u64, random: u64) {
            let name = SnapshotName {
                vault: vault.parse().unwrap(),
                device: device.parse().unwrap(),
                sequence,
                random,
            };
            prop_assert_eq!(name.to_string().parse::<SnapshotName>().unwrap(), name);
        }

        #[test]
        fn what_parses_prints_the_same(text in "[a-z0-9/-]{0,60}") {
            if let Ok(name) = text.parse::<SnapshotName>() {
                prop_assert_eq!(name.to_string(), text);
            }
        }
    }
}
