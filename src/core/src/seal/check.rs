//! The checks that a file passes before it is believed, one by one.

/// A check, in the order in which they are made. The numbers are those of `docs/format.md`,
/// "Reading".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// The file begins with the magic.
    Magic = 1,
    /// There is a version.
    VersionThere = 2,
    /// The version is one that this program reads.
    Version = 3,
    /// The file is not too large.
    FileSize = 4,
    /// There are the lengths of header and ciphertext.
    LengthsThere = 5,
    /// The header is not too large.
    HeaderSize = 6,
    /// The header is there, and its checksum.
    HeaderThere = 7,
    /// The header's checksum is right.
    HeaderChecksum = 8,
    /// The file has the length that its header says.
    FileLength = 9,
    /// The file's checksum is right.
    FileChecksum = 10,
    /// The ciphertext is as long as the least padding makes it.
    CiphertextLength = 11,
    /// The header's fields.
    HeaderFields = 12,
    /// The key slots.
    Slots = 13,
    /// There is a slot for what the file is opened with.
    SlotThere = 14,
    /// That slot gives the vault key.
    VaultKey = 15,
    /// The file is committed to that vault key.
    Commitment = 16,
    /// The ciphertext decrypts, and nothing of the header was altered.
    Ciphertext = 17,
    /// The padding.
    Padding = 18,
    /// The payload is JSON as the format has it.
    Json = 19,
    /// The payload's own fields.
    PayloadFields = 20,
    /// The keyring in the payload.
    Keyring = 21,
    /// The header mirrors that keyring, and the file is sealed under its current key.
    Mirror = 22,
}

impl Check {
    /// All of them, in order.
    pub const ALL: [Self; 22] = [
        Self::Magic,
        Self::VersionThere,
        Self::Version,
        Self::FileSize,
        Self::LengthsThere,
        Self::HeaderSize,
        Self::HeaderThere,
        Self::HeaderChecksum,
        Self::FileLength,
        Self::FileChecksum,
        Self::CiphertextLength,
        Self::HeaderFields,
        Self::Slots,
        Self::SlotThere,
        Self::VaultKey,
        Self::Commitment,
        Self::Ciphertext,
        Self::Padding,
        Self::Json,
        Self::PayloadFields,
        Self::Keyring,
        Self::Mirror,
    ];

    /// Its number in `docs/format.md`.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Whether it is made without any key.
    #[must_use]
    pub fn needs_no_key(self) -> bool {
        self <= Self::Slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_there_in_order() {
        let numbers = Check::ALL.map(Check::number);
        assert!(numbers.into_iter().eq(1..=22));
    }
}
