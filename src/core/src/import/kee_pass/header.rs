//! The outer header in the clear, and the inner one before the XML. All numbers are little-endian.

use super::FORMAT;
use crate::import::ImportError;

/// The two signatures of KeePass 2.
pub(super) const SIGNATURE: [u8; 8] = [0x03, 0xd9, 0xa2, 0x9a, 0x67, 0xfb, 0x4b, 0xb5];

/// The outer header, and what follows it.
pub(super) struct Header<'a> {
    /// All bytes of the header, which checksum and HMAC cover.
    pub(super) bytes: &'a [u8],
    pub(super) hmac: &'a [u8],
    pub(super) blocks: &'a [u8],
    pub(super) cipher: &'a [u8],
    pub(super) is_compressed: bool,
    pub(super) seed: &'a [u8],
    pub(super) iv: &'a [u8],
    pub(super) kdf: Parameters<'a>,
}

/// The inner header, and the XML behind it.
pub(super) struct Inner<'a> {
    pub(super) stream: u32,
    pub(super) key: &'a [u8],
    pub(super) xml: &'a [u8],
}

/// A dictionary of parameters: type, name, value.
pub(super) struct Parameters<'a>(Vec<(u8, &'a [u8], &'a [u8])>);

impl<'a> Header<'a> {
    pub(super) fn read(file: &'a [u8]) -> Result<Self, ImportError> {
        let damaged = FORMAT.damaged("header");
        let mut reader = Reader(file.get(SIGNATURE.len()..).ok_or(damaged)?);
        // The minor version is in the lower half.
        match reader.u32().ok_or(damaged)? >> 16 {
            4 => {}
            _ => return Err(FORMAT.unsupported("version")),
        }
        let mut header = Self {
            bytes: &[],
            hmac: &[],
            blocks: &[],
            cipher: &[],
            is_compressed: false,
            seed: &[],
            iv: &[],
            kdf: Parameters(Vec::new()),
        };
        loop {
            let (id, value) = reader.field().ok_or(damaged)?;
            match id {
                0 => break,
                2 => header.cipher = value,
                3 => match number(value) {
                    0 => header.is_compressed = false,
                    1 => header.is_compressed = true,
                    _ => return Err(FORMAT.unsupported("compression")),
                },
                4 => header.seed = value,
                7 => header.iv = value,
                11 => header.kdf = Parameters::read(value).ok_or(damaged)?,
                _ => {}
            }
        }
        header.bytes = file.get(..file.len() - reader.0.len()).ok_or(damaged)?;
        let checksum = reader.take(32).ok_or(damaged)?;
        use sha2::{Digest, Sha256};
        if Sha256::digest(header.bytes).as_slice() != checksum {
            return Err(damaged);
        }
        header.hmac = reader.take(32).ok_or(damaged)?;
        header.blocks = reader.0;
        Ok(header)
    }
}

impl<'a> Inner<'a> {
    pub(super) fn read(content: &'a [u8]) -> Result<Self, ImportError> {
        let damaged = FORMAT.damaged("inner header");
        let mut reader = Reader(content);
        let mut inner = Self {
            stream: 0,
            key: &[],
            xml: &[],
        };
        loop {
            match reader.field().ok_or(damaged)? {
                (0, _) => break,
                (1, value) => inner.stream = u32::try_from(number(value)).unwrap_or(u32::MAX),
                (2, value) => inner.key = value,
                // Attachments.
                _ => {}
            }
        }
        inner.xml = reader.0;
        Ok(inner)
    }
}

impl<'a> Parameters<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        // The higher byte is the major version.
        if reader.take(2)?.get(1) != Some(&1) {
            return None;
        }
        let mut entries = Vec::new();
        loop {
            let kind = reader.take(1)?.first().copied()?;
            if kind == 0 {
                return Some(Self(entries));
            }
            let length = reader.u32()? as usize;
            let name = reader.take(length)?;
            let length = reader.u32()? as usize;
            entries.push((kind, name, reader.take(length)?));
        }
    }

    pub(super) fn bytes(&self, name: &str) -> Option<&'a [u8]> {
        let found = self
            .0
            .iter()
            .find(|(_, known, _)| *known == name.as_bytes());
        found.map(|(_, _, value)| *value)
    }

    pub(super) fn number(&self, name: &'static str) -> Result<u64, ImportError> {
        self.bytes(name).map(number).ok_or(FORMAT.damaged("KDF"))
    }
}

/// A number of up to eight bytes.
fn number(bytes: &[u8]) -> u64 {
    let bytes = bytes.iter().take(8).rev();
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Takes bytes from the front.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// A field: its number, its length, its value.
    fn field(&mut self) -> Option<(u8, &'a [u8])> {
        let id = self.take(1)?.first().copied()?;
        let length = self.u32()? as usize;
        Some((id, self.take(length)?))
    }
}
