//! ZIP archives (APPNOTE 6.3), plain or encrypted in the old way (6.1) or with AES (WinZip's AE-1
//! and AE-2). Bounded: an archive names how much it unpacks to, and is held to a limit whatever it
//! says.

use aes::cipher::{KeyIvInit, StreamCipher};
use aes::{Aes128, Aes192, Aes256};
use ctr::Ctr128LE;
use hmac::{Hmac, KeyInit, Mac};
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::limits;

/// An archive, with the list of its files.
pub(super) struct Archive<'a> {
    bytes: &'a [u8],
    pub(super) files: Vec<File>,
}

/// A file in an archive.
pub(super) struct File {
    pub(super) name: String,
    flags: u16,
    method: u16,
    time: u16,
    crc: u32,
    packed: usize,
    offset: usize,
    aes: Option<Aes>,
}

#[derive(Clone, Copy)]
struct Aes {
    /// 1 to 3: 128 to 256 bits.
    strength: u8,
    /// What is compressed with, as a method.
    method: u16,
    /// AE-1 checks the CRC too.
    version: u16,
}

/// Why a file was not unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ZipError {
    NeedsPassword,
    WrongPassword,
    Damaged,
    Unsupported,
    TooLarge,
}

const MAX_FILES: usize = 4_096;

/// Whether the bytes begin as an archive does.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

impl<'a> Archive<'a> {
    /// Reads the directory at the end (section 4.3.12); `None` if there is none.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        // The record of the end is 22 bytes and a comment of up to 65,535.
        let from = bytes.len().saturating_sub(22 + 65_535);
        let tail = bytes.get(from..)?;
        let end = tail.windows(4).rposition(|w| w == b"PK\x05\x06")?;
        let record = tail.get(end..)?;
        let count = usize::from(u16_at(record, 10)?).min(MAX_FILES);
        let mut at = u32_at(record, 16)? as usize;
        let mut files = Vec::new();
        for _ in 0..count {
            let entry = bytes.get(at..)?;
            if !entry.starts_with(b"PK\x01\x02") {
                return None;
            }
            let name_length = usize::from(u16_at(entry, 28)?);
            let extra_length = usize::from(u16_at(entry, 30)?);
            let comment_length = usize::from(u16_at(entry, 32)?);
            let name = entry.get(46..46 + name_length)?;
            let extra = entry.get(46 + name_length..46 + name_length + extra_length)?;
            files.push(File {
                name: String::from_utf8_lossy(name).into_owned(),
                flags: u16_at(entry, 8)?,
                method: u16_at(entry, 10)?,
                time: u16_at(entry, 12)?,
                crc: u32_at(entry, 16)?,
                packed: u32_at(entry, 20)? as usize,
                offset: u32_at(entry, 42)? as usize,
                aes: aes_of(extra),
            });
            at += 46 + name_length + extra_length + comment_length;
        }
        Some(Self { bytes, files })
    }

    /// Whether any file is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.files.iter().any(|file| file.flags & 1 != 0)
    }

    /// The content of a file.
    pub(super) fn read(
        &self,
        file: &File,
        password: Option<&str>,
    ) -> Result<Zeroizing<Vec<u8>>, ZipError> {
        let stored = self.stored(file).ok_or(ZipError::Damaged)?;
        if file.flags & 1 == 0 {
            return unpack(stored, file.method, Some(file.crc));
        }
        let password = password.ok_or(ZipError::NeedsPassword)?.as_bytes();
        match file.aes {
            Some(aes) => decrypt_aes(stored, aes, file.crc, password),
            None if file.method == 99 => Err(ZipError::Damaged),
            None => {
                // The last of twelve bytes before the data tells a wrong password, most times.
                let check = match file.flags & 8 {
                    0 => (file.crc >> 24) as u8,
                    _ => (file.time >> 8) as u8,
                };
                let plain = Traditional::new(password).decrypt(stored);
                if stored.len() < 12 {
                    return Err(ZipError::Damaged);
                }
                if plain.get(11) != Some(&check) {
                    return Err(ZipError::WrongPassword);
                }
                let data = plain.get(12..).unwrap_or_default();
                // One wrong password in 256 gets this far, and makes nonsense.
                unpack(data, file.method, Some(file.crc)).map_err(|error| match error {
                    ZipError::Damaged => ZipError::WrongPassword,
                    other => other,
                })
            }
        }
    }

    /// The bytes of a file as they lie in the archive (section 4.3.7).
    fn stored(&self, file: &File) -> Option<&'a [u8]> {
        let local = self.bytes.get(file.offset..)?;
        if !local.starts_with(b"PK\x03\x04") {
            return None;
        }
        let start = 30 + usize::from(u16_at(local, 26)?) + usize::from(u16_at(local, 28)?);
        local.get(start..start.checked_add(file.packed)?)
    }
}

fn unpack(data: &[u8], method: u16, crc: Option<u32>) -> Result<Zeroizing<Vec<u8>>, ZipError> {
    let plain = Zeroizing::new(match method {
        0 if data.len() > limits::MAX_UNPACKED_BYTES => return Err(ZipError::TooLarge),
        0 => data.to_vec(),
        8 => inflate(data)?,
        _ => return Err(ZipError::Unsupported),
    });
    match crc {
        Some(crc) if crc != crc32(&plain) => Err(ZipError::Damaged),
        _ => Ok(plain),
    }
}

/// DEFLATE (RFC 1951), up to the limit.
pub(super) fn inflate(data: &[u8]) -> Result<Vec<u8>, ZipError> {
    use miniz_oxide::inflate::TINFLStatus;
    decompress_to_vec_with_limit(data, limits::MAX_UNPACKED_BYTES).map_err(|error| {
        match error.status {
            TINFLStatus::HasMoreOutput => ZipError::TooLarge,
            _ => ZipError::Damaged,
        }
    })
}

/// The CRC of ZIP and GZIP (RFC 1952, section 8).
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| step(crc, *byte))
}

fn step(crc: u32, byte: u8) -> u32 {
    (0..8).fold(crc ^ u32::from(byte), |crc, _| {
        crc >> 1 ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1))
    })
}

fn aes_of(mut extra: &[u8]) -> Option<Aes> {
    while let (Some(id), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let data = extra.get(4..4 + usize::from(length))?;
        if id == 0x9901 {
            return Some(Aes {
                version: u16_at(data, 0)?,
                strength: *data.get(4)?,
                method: u16_at(data, 5)?,
            });
        }
        extra = extra.get(4 + usize::from(length)..)?;
    }
    None
}

/// WinZip's AES: a salt, two bytes that check the password, the data in CTR mode with a
/// little-endian counter from 1, ten bytes of HMAC-SHA-1.
fn decrypt_aes(
    stored: &[u8],
    aes: Aes,
    crc: u32,
    password: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ZipError> {
    const ITERATIONS: u32 = 1000;
    let key_length = match aes.strength {
        1 => 16,
        2 => 24,
        3 => 32,
        _ => return Err(ZipError::Unsupported),
    };
    let damaged = ZipError::Damaged;
    let (salt, rest) = stored.split_at_checked(key_length / 2).ok_or(damaged)?;
    let (check, rest) = rest.split_at_checked(2).ok_or(damaged)?;
    let (data, mac) = rest
        .len()
        .checked_sub(10)
        .map(|end| rest.split_at(end))
        .ok_or(damaged)?;
    let mut keys = Zeroizing::new(vec![0; 2 * key_length + 2]);
    pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ITERATIONS, &mut keys);
    let (key, rest) = keys.split_at(key_length);
    let (mac_key, expected) = rest.split_at(key_length);
    if check != expected {
        return Err(ZipError::WrongPassword);
    }
    let mut hmac = Hmac::<Sha1>::new_from_slice(mac_key).map_err(|_| damaged)?;
    hmac.update(data);
    if hmac.verify_truncated_left(mac).is_err() {
        // The two bytes fit one wrong password in 65,536 too.
        return Err(damaged);
    }
    let mut plain = Zeroizing::new(data.to_vec());
    let mut counter = [0; 16];
    if let Some(first) = counter.first_mut() {
        *first = 1;
    }
    match aes.strength {
        1 => apply::<Ctr128LE<Aes128>>(key, &counter, &mut plain),
        2 => apply::<Ctr128LE<Aes192>>(key, &counter, &mut plain),
        _ => apply::<Ctr128LE<Aes256>>(key, &counter, &mut plain),
    }
    .ok_or(damaged)?;
    unpack(&plain, aes.method, (aes.version == 1).then_some(crc))
}

fn apply<C: KeyIvInit + StreamCipher>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Option<()> {
    C::new_from_slices(key, iv)
        .ok()?
        .try_apply_keystream(data)
        .ok()
}

/// The cipher of PKZIP 2 (section 6.1). Weak, but some apps write it.
struct Traditional([u32; 3]);

impl Traditional {
    fn new(password: &[u8]) -> Self {
        let mut cipher = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        for byte in password {
            cipher.update(*byte);
        }
        cipher
    }

    fn decrypt(mut self, stored: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut plain = Zeroizing::new(Vec::with_capacity(stored.len()));
        for byte in stored {
            let [_, _, third] = self.0;
            let word = (third | 2) & 0xffff;
            let key = (word.wrapping_mul(word ^ 1) >> 8) as u8;
            plain.push(byte ^ key);
            self.update(byte ^ key);
        }
        plain
    }

    fn update(&mut self, byte: u8) {
        let [first, second, third] = &mut self.0;
        *first = step(*first, byte);
        *second = second
            .wrapping_add(*first & 0xff)
            .wrapping_mul(134_775_813)
            .wrapping_add(1);
        *third = step(*third, (*second >> 24) as u8);
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..at + 2)?
        .try_into()
        .ok()
        .map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 4)?
        .try_into()
        .ok()
        .map(u32::from_le_bytes)
}
