//! Reading a file, and opening it with a vault key or through a slot.

use core::fmt;

use zeroize::Zeroizing;

use super::{FRAME, HASH, MAGIC, MAJOR, PREAMBLE, TAG, commitment, seal_key};
use crate::seal::bytes::Reader;
use crate::seal::header::Header;
use crate::seal::padding::{self, FLOOR};
use crate::seal::slot::SlotSecret;
use crate::seal::{Check, Part, RecoveryKey, SealError, SlotId, VaultKey, crypto, limits};

/// A sealed file whose structure, limits and checksums have been checked, but no key tried.
#[derive(Clone, Debug)]
pub struct Sealed<'a> {
    minor: u16,
    header: Header,
    /// Preamble and header: what the seal authenticates.
    front: &'a [u8],
    salt: &'a [u8; HASH],
    commitment: &'a [u8; HASH],
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG],
    checksum: &'a [u8; HASH],
}

/// A file that was opened.
pub struct Opened {
    /// What was sealed.
    pub payload: Zeroizing<Vec<u8>>,
    /// The vault key it was sealed under.
    pub key: VaultKey,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({} bytes)", self.payload.len())
    }
}

/// Reads a sealed file and checks all that can be checked without a key, in the order of
/// `docs/format.md`, "Reading".
pub fn read(bytes: &[u8]) -> Result<Sealed<'_>, SealError> {
    read_noting(bytes, |_| ())
}

/// [`read`], which tells every check that was passed.
pub fn read_noting(bytes: &[u8], mut passed: impl FnMut(Check)) -> Result<Sealed<'_>, SealError> {
    let mut reader = Reader::new(bytes);
    if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) {
        return Err(SealError::Truncated(Part::Preamble));
    }
    if reader.array() != Some(MAGIC) {
        return Err(SealError::NotHoldfast);
    }
    passed(Check::Magic);
    let (major, minor) = reader
        .u16()
        .zip(reader.u16())
        .ok_or(SealError::Truncated(Part::Preamble))?;
    passed(Check::VersionThere);
    let intact = has_valid_checksum(bytes);
    if major != MAJOR {
        return Err(match (intact, major) {
            (false, _) => SealError::Damaged(Part::Preamble),
            (true, 0) => SealError::FieldInvalid("version"),
            (true, _) => SealError::NewerFormat { major },
        });
    }
    passed(Check::Version);
    if bytes.len() > limits::FILE {
        return Err(SealError::FileTooLarge);
    }
    passed(Check::FileSize);
    let (header_length, ciphertext_length) = reader
        .length()
        .zip(reader.length())
        .ok_or(SealError::Truncated(Part::Preamble))?;
    passed(Check::LengthsThere);
    if header_length > limits::HEADER {
        return Err(if intact {
            SealError::HeaderTooLarge
        } else {
            SealError::Damaged(Part::Preamble)
        });
    }
    passed(Check::HeaderSize);
    let front = bytes
        .get(..PREAMBLE + header_length)
        .ok_or(SealError::Truncated(Part::Header))?;
    reader.take(header_length);
    let header_checksum = reader.array().ok_or(SealError::Truncated(Part::Header))?;
    passed(Check::HeaderThere);
    if crypto::sha256(&[front]) != *header_checksum {
        return Err(SealError::Damaged(Part::Header));
    }
    passed(Check::HeaderChecksum);
    // The lengths are right from here on: they are under the header's checksum.
    let length = ciphertext_length.saturating_add(header_length + FRAME);
    if bytes.len() < length {
        return Err(SealError::Truncated(Part::Body));
    }
    if bytes.len() > length {
        return Err(SealError::TrailingBytes);
    }
    passed(Check::FileLength);
    if !intact {
        return Err(SealError::Damaged(Part::Body));
    }
    passed(Check::FileChecksum);
    if ciphertext_length < FLOOR + TAG {
        return Err(SealError::FieldInvalid("ciphertext_length"));
    }
    passed(Check::CiphertextLength);
    let header = Header::decode(front.get(PREAMBLE..).unwrap_or_default(), &mut passed)?;
    let truncated = SealError::Truncated(Part::Body);
    let (salt, commitment) = reader
        .array()
        .zip(reader.array())
        .ok_or(truncated.clone())?;
    let ciphertext = reader
        .take(ciphertext_length - TAG)
        .ok_or(truncated.clone())?;
    let (tag, checksum) = reader.array().zip(reader.array()).ok_or(truncated)?;
    Ok(Sealed {
        minor,
        header,
        front,
        salt,
        commitment,
        ciphertext,
        tag,
        checksum,
    })
}

impl Sealed<'_> {
    /// The visible header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The minor version of the format that wrote it.
    pub fn minor(&self) -> u16 {
        self.minor
    }

    /// The file's fingerprint: the SHA-256 of all of it but its last 32 bytes, which hold it.
    pub fn fingerprint(&self) -> &[u8; 32] {
        self.checksum
    }

    /// Opens the file with the one of `keys` that it was sealed under.
    ///
    /// [`SealError::VaultKeyChanged`] when it is none of them: the file's passphrase, recovery key
    /// or passkey is needed then.
    pub fn open<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k VaultKey>,
    ) -> Result<Opened, SealError> {
        self.open_noting(keys, |_| ())
    }

    /// [`open`](Self::open), which tells every check that was passed.
    pub fn open_noting<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k VaultKey>,
        mut passed: impl FnMut(Check),
    ) -> Result<Opened, SealError> {
        let header = crypto::sha256(&[self.front]);
        let key = keys
            .into_iter()
            .find(|key| {
                // A commitment is no secret, but comparing it in constant time costs nothing.
                let expected = commitment(key, self.salt, &header);
                subtle::ConstantTimeEq::ct_eq(&expected[..], &self.commitment[..]).into()
            })
            .ok_or(SealError::VaultKeyChanged)?;
        passed(Check::Commitment);
        let mut padded = Zeroizing::new(self.ciphertext.to_vec());
        let seal_key = seal_key(key, self.salt);
        crypto::decrypt(&seal_key, self.front, &mut padded, self.tag).ok_or(SealError::Tampered)?;
        passed(Check::Ciphertext);
        let payload = padding::unpad(padded)?;
        passed(Check::Padding);
        Ok(Opened {
            payload,
            key: key.clone(),
        })
    }

    /// Opens the file through one of its own slots.
    ///
    /// A slot that opens in a file whose seal then doesn't is [`SealError::Tampered`]: the two
    /// were not made together.
    pub fn unlock(&self, slot: SlotId, secret: SlotSecret<'_>) -> Result<Opened, SealError> {
        self.open_own(&self.header.unwrap(slot, secret)?)
    }

    /// Opens the file with the recovery key, whichever slot it belongs to.
    pub fn recover(&self, key: &RecoveryKey) -> Result<Opened, SealError> {
        self.open_own(&self.header.recover(key)?)
    }

    fn open_own(&self, key: &VaultKey) -> Result<Opened, SealError> {
        self.open([key]).map_err(|error| match error {
            SealError::VaultKeyChanged => SealError::Tampered,
            other => other,
        })
    }
}

/// Whether the last 32 bytes are the SHA-256 of all before them: true of an intact file in every
/// version of the format, past and future.
fn has_valid_checksum(bytes: &[u8]) -> bool {
    bytes
        .split_last_chunk::<HASH>()
        .is_some_and(|(content, checksum)| crypto::sha256(&[content]) == *checksum)
}
