//! The file around the header: reading, opening, sealing.

use zeroize::Zeroizing;

use super::bytes::Reader;
use super::crypto::{self, TAG};
use super::header::Header;
use super::padding::{self, FLOOR};
use super::slot::SlotSecret;
use super::{Keyring, Part, RecoveryKey, SealError, SlotId, VaultKey, limits};

const MAGIC: &[u8; 8] = b"HOLDFAST";
const MAJOR: u16 = 1;
const MINOR: u16 = 0;
/// Magic, major, minor, length of the header, length of the ciphertext.
const PREAMBLE: usize = 8 + 2 + 2 + 4 + 4;
/// SHA-256, a salt and a commitment are of one length.
const HASH: usize = 32;
/// What stands around header and ciphertext: preamble, header checksum, salt, commitment, checksum.
const FRAME: usize = PREAMBLE + 4 * HASH;

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
#[derive(Debug)]
pub struct Opened {
    /// What was sealed.
    pub payload: Zeroizing<Vec<u8>>,
    /// The vault key it was sealed under.
    pub key: VaultKey,
}

/// Reads a sealed file and checks all that can be checked without a key, in the order of
/// `docs/format.md`, "Reading".
pub fn read(bytes: &[u8]) -> Result<Sealed<'_>, SealError> {
    let mut reader = Reader::new(bytes);
    if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) {
        return Err(SealError::Truncated(Part::Preamble));
    }
    if reader.array() != Some(MAGIC) {
        return Err(SealError::NotHoldfast);
    }
    let (major, minor) = reader
        .u16()
        .zip(reader.u16())
        .ok_or(SealError::Truncated(Part::Preamble))?;
    let intact = has_valid_checksum(bytes);
    if major != MAJOR {
        return Err(match (intact, major) {
            (false, _) => SealError::Damaged(Part::Preamble),
            (true, 0) => SealError::FieldInvalid("version"),
            (true, _) => SealError::NewerFormat { major },
        });
    }
    if bytes.len() > limits::FILE {
        return Err(SealError::FileTooLarge);
    }
    let (header_length, ciphertext_length) = reader
        .length()
        .zip(reader.length())
        .ok_or(SealError::Truncated(Part::Preamble))?;
    if header_length > limits::HEADER {
        return Err(if intact {
            SealError::HeaderTooLarge
        } else {
            SealError::Damaged(Part::Preamble)
        });
    }
    let front = bytes
        .get(..PREAMBLE + header_length)
        .ok_or(SealError::Truncated(Part::Header))?;
    reader.take(header_length);
    let header_checksum = reader.array().ok_or(SealError::Truncated(Part::Header))?;
    if crypto::sha256(&[front]) != *header_checksum {
        return Err(SealError::Damaged(Part::Header));
    }
    // The lengths are right from here on: they are under the header's checksum.
    let length = ciphertext_length.saturating_add(header_length + FRAME);
    if bytes.len() < length {
        return Err(SealError::Truncated(Part::Body));
    }
    if bytes.len() > length {
        return Err(SealError::TrailingBytes);
    }
    if !intact {
        return Err(SealError::Damaged(Part::Body));
    }
    if ciphertext_length < FLOOR + TAG {
        return Err(SealError::FieldInvalid("ciphertext_length"));
    }
    let header = Header::decode(front.get(PREAMBLE..).unwrap_or_default())?;
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
        let header = crypto::sha256(&[self.front]);
        let key = keys
            .into_iter()
            .find(|key| {
                // A commitment is no secret, but comparing it in constant time costs nothing.
                let expected = commitment(key, self.salt, &header);
                subtle::ConstantTimeEq::ct_eq(&expected[..], &self.commitment[..]).into()
            })
            .ok_or(SealError::VaultKeyChanged)?;
        let mut padded = Zeroizing::new(self.ciphertext.to_vec());
        let seal_key = seal_key(key, self.salt);
        crypto::decrypt(&seal_key, self.front, &mut padded, self.tag).ok_or(SealError::Tampered)?;
        Ok(Opened {
            payload: padding::unpad(padded)?,
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

/// Seals a payload under the keyring's current key, with the header that mirrors the keyring.
/// The payload must hold that keyring. `random` are 32 fresh random bytes.
pub fn seal(payload: &[u8], keyring: &Keyring, random: &[u8; 32]) -> Result<Vec<u8>, SealError> {
    seal_with(payload, &keyring.header(), keyring.current_key(), random)
}

/// Seals a payload under a key, with a header.
///
/// The salt in the file is derived from `random`, the vault key and the payload. Should the source
/// of randomness ever repeat itself, two different payloads still get different salts, and
/// no key encrypts twice.
pub fn seal_with(
    payload: &[u8],
    header: &Header,
    key: &VaultKey,
    random: &[u8; 32],
) -> Result<Vec<u8>, SealError> {
    if !header.opens_anywhere() {
        return Err(SealError::NoSlot);
    }
    let header = header.encode()?;
    let mut padded = padding::pad(payload).ok_or(SealError::PayloadTooLarge)?;
    let length = FRAME + header.len() + padded.len() + TAG;
    if length > limits::FILE {
        return Err(SealError::PayloadTooLarge);
    }
    let as_u32 = |length: usize| u32::try_from(length).map_err(|_| SealError::PayloadTooLarge);
    let mut file = Vec::with_capacity(length);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&MAJOR.to_be_bytes());
    file.extend_from_slice(&MINOR.to_be_bytes());
    file.extend_from_slice(&as_u32(header.len())?.to_be_bytes());
    file.extend_from_slice(&as_u32(padded.len() + TAG)?.to_be_bytes());
    file.extend_from_slice(&header);

    let hedge = Zeroizing::new(crypto::expand(key.expose(), random, &[crypto::SALT]));
    let salt = crypto::hmac(&hedge, &[&file, payload]);
    let tag = crypto::encrypt(&seal_key(key, &salt), &file, &mut padded)
        .ok_or(SealError::PayloadTooLarge)?;

    let header_checksum = crypto::sha256(&[&file]);
    file.extend_from_slice(&header_checksum);
    file.extend_from_slice(&salt);
    file.extend_from_slice(&commitment(key, &salt, &header_checksum));
    file.extend_from_slice(&padded);
    file.extend_from_slice(&tag);
    let checksum = crypto::sha256(&[&file]);
    file.extend_from_slice(&checksum);
    Ok(file)
}

fn seal_key(key: &VaultKey, salt: &[u8; HASH]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(crypto::expand(key.expose(), salt, &[crypto::SEAL]))
}

/// What ties the file to one vault key, one salt and one header: AES-GCM alone would let a file be
/// made that opens under two keys.
fn commitment(key: &VaultKey, salt: &[u8; HASH], header_checksum: &[u8; HASH]) -> [u8; HASH] {
    crypto::expand(key.expose(), salt, &[crypto::COMMITMENT, header_checksum])
}

/// Whether the last 32 bytes are the SHA-256 of all before them: true of an intact file in every
/// version of the format, past and future.
fn has_valid_checksum(bytes: &[u8]) -> bool {
    bytes
        .split_last_chunk::<HASH>()
        .is_some_and(|(content, checksum)| crypto::sha256(&[content]) == *checksum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{DerivedKey, NewPassphrase, SlotKind, kdf::KdfParams};
    use super::*;
    use crate::Coded;

    fn keyring() -> Keyring {
        let passphrase = NewPassphrase {
            params: KdfParams::DEFAULT,
            salt: [1; 32],
            derived: DerivedKey::from_bytes([2; 32]),
        };
        let mut next = 0;
        let mut random = |bytes: &mut [u8]| {
            next += 1;
            bytes.fill(next);
        };
        Keyring::create(&passphrase, 0, &mut random).unwrap()
    }

    fn code(bytes: &[u8]) -> &'static str {
        read(bytes).map_or_else(|error| error.code(), |_| "ok")
    }

    fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
        let end = bytes.len() - HASH;
        let checksum = crypto::sha256(&[&bytes[..end]]);
        bytes[end..].copy_from_slice(&checksum);
        bytes
    }

    #[test]
    fn opens_by_key_and_by_slot() {
        let keyring = keyring();
        let file = seal(b"payload", &keyring, &[9; 32]).unwrap();
        let sealed = read(&file).unwrap();
        assert_eq!(
            sealed.open(keyring.keys()).unwrap().payload.as_slice(),
            b"payload"
        );
        let slot = sealed
            .header()
            .slots_of(SlotKind::Passphrase)
            .next()
            .unwrap()
            .id();
        let derived = DerivedKey::from_bytes([2; 32]);
        let opened = sealed
            .unlock(slot, SlotSecret::Passphrase(&derived))
            .unwrap();
        assert_eq!(opened.key, *keyring.current_key());
        let stranger = VaultKey::from_bytes([77; 32]);
        assert_eq!(
            sealed.open([&stranger]).unwrap_err(),
            SealError::VaultKeyChanged
        );
        let derived = DerivedKey::from_bytes([3; 32]);
        let error = sealed
            .unlock(slot, SlotSecret::Passphrase(&derived))
            .unwrap_err();
        assert_eq!(error, SealError::WrongPassphrase);
    }

    #[test]
    fn repeated_randomness_repeats_no_key() {
        let keyring = keyring();
        let one = seal(b"one", &keyring, &[9; 32]).unwrap();
        let two = seal(b"two", &keyring, &[9; 32]).unwrap();
        assert_ne!(read(&one).unwrap().salt, read(&two).unwrap().salt);
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let mut file = seal(b"payload", &keyring(), &[9; 32]).unwrap();
        file[9] = 2;
        assert_eq!(code(&file), "damaged");
        assert_eq!(code(&with_checksum(file.clone())), "newer_format");
        file[9] = 0;
        assert_eq!(code(&with_checksum(file.clone())), "field_invalid");
        // A newer version may look like anything behind its version number.
        let newer = with_checksum([&b"HOLDFAST\0\x02\0\0anything"[..], &[0; HASH]].concat());
        assert_eq!(code(&newer), "newer_format");
    }

    #[test]
    fn the_version_is_authenticated() {
        let keyring = keyring();
        let mut file = seal(b"payload", &keyring, &[9; 32]).unwrap();
        file[11] = 5;
        let header_end = file.len() - (HASH * 3 + FLOOR + TAG + HASH);
        let checksum = crypto::sha256(&[&file[..header_end]]);
        file[header_end..header_end + HASH].copy_from_slice(&checksum);
        assert_eq!(
            keyring.open(&with_checksum(file)).unwrap_err(),
            SealError::VaultKeyChanged
        );
    }

    #[test]
    fn the_largest_file() {
        let keyring = keyring();
        assert!(seal(&vec![0; 60 << 20], &keyring, &[0; 32]).is_ok());
        let error = seal(&vec![0; 64 << 20], &keyring, &[0; 32]).unwrap_err();
        assert_eq!(error, SealError::PayloadTooLarge);
    }

    proptest! {
        #[test]
        fn every_changed_bit_is_noticed(bit in 0..37_000_usize) {
            let mut file = seal(b"payload", &keyring(), &[9; 32]).unwrap();
            let bit = bit % (file.len() * 8);
            file[bit / 8] ^= 1 << (bit % 8);
            let code = code(&file);
            prop_assert!(["damaged", "not_holdfast", "truncated"].contains(&code), "{}", code);
        }

        #[test]
        fn every_changed_bit_is_noticed_without_checksums(bit in 0..37_000_usize) {
            let keyring = keyring();
            let file = seal(b"payload", &keyring, &[9; 32]).unwrap();
            let header_end = file.len() - (HASH * 3 + FLOOR + TAG + HASH);
            let bit = 96 + bit % ((file.len() - HASH) * 8 - 96);
            let mut file = file;
            file[bit / 8] ^= 1 << (bit % 8);
            let checksum = crypto::sha256(&[&file[..header_end]]);
            if bit / 8 < header_end {
                file[header_end..header_end + HASH].copy_from_slice(&checksum);
            }
            prop_assert!(keyring.open(&with_checksum(file)).is_err());
        }

        #[test]
        fn every_cut_and_every_tail_is_noticed(length in 0..4700_usize) {
            let file = seal(b"payload", &keyring(), &[9; 32]).unwrap();
            let cut = &file[..length.min(file.len() - 1)];
            prop_assert_eq!(code(cut), "truncated");
            let longer = [&file[..], &vec![0; length + 1]].concat();
            prop_assert_eq!(code(&longer), "trailing_bytes");
        }

        #[test]
        fn nonsense_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(read(&bytes).is_err());
            let bytes = [&b"HOLDFAST\0\x01\0\0"[..], &bytes].concat();
            prop_assert!(read(&bytes).is_err());
        }
    }
}
