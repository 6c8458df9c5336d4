//! A Java `HashMap<String, String>` in Java's serialization (Java Object Serialization
//! Specification, section 6), which FreeOTP 2 writes.

use super::limits;

/// Whether the bytes begin as a serialized object does.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xac, 0xed, 0x00, 0x05])
}

/// The entries of the map, in the order of the file; `None` if it is something else.
pub(super) fn hash_map(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut reader = Reader {
        rest: bytes.get(4..)?,
        strings: Vec::new(),
        left: limits::MAX_UNPACKED_BYTES,
    };
    if reader.byte()? != OBJECT || reader.byte()? != CLASS {
        return None;
    }
    if reader.utf()? != "java.util.HashMap" {
        return None;
    }
    // The class's version, then flags, the fields (a float and an int) and their types.
    reader.take(8)?;
    reader.byte()?;
    let fields = reader.u16()?;
    for _ in 0..fields.min(16) {
        if !matches!(reader.byte()?, b'F' | b'I') {
            return None;
        }
        reader.utf()?;
    }
    if reader.byte()? != END_OF_BLOCK || reader.byte()? != NULL {
        return None;
    }
    // The values of the fields, then a block of eight bytes: capacity and size.
    reader.take(4 * usize::from(fields))?;
    if reader.byte()? != BLOCK || reader.byte()? != 8 {
        return None;
    }
    reader.take(4)?;
    let size = reader.u32()? as usize;
    let mut entries = Vec::new();
    for _ in 0..size.min(limits::MAX_ENTRIES) {
        let key = reader.string()?;
        let value = reader.string()?;
        entries.push((key, value));
    }
    Some(entries)
}

const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const BLOCK: u8 = 0x77;
const END_OF_BLOCK: u8 = 0x78;
const LONG_STRING: u8 = 0x7c;
/// The handle of the first string: those before are the class and the map.
const FIRST_STRING: u32 = 0x7e_0002;

struct Reader<'a> {
    rest: &'a [u8],
    /// Those read so far: an equal one may be written as a reference.
    strings: Vec<String>,
    /// How many bytes more the entries may take.
    left: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    fn utf(&mut self) -> Option<String> {
        let length = usize::from(self.u16()?);
        text(self.take(length)?)
    }

    fn string(&mut self) -> Option<String> {
        let string = self.any_string()?;
        self.left = self.left.checked_sub(string.len())?;
        Some(string)
    }

    fn any_string(&mut self) -> Option<String> {
        let string = match self.byte()? {
            STRING => self.utf()?,
            LONG_STRING => {
                let length: u64 = self.take(8)?.try_into().ok().map(u64::from_be_bytes)?;
                text(self.take(usize::try_from(length).ok()?)?)?
            }
            REFERENCE => {
                let handle = self.u32()?.checked_sub(FIRST_STRING)?;
                return self.strings.get(handle as usize).cloned();
            }
            _ => return None,
        };
        self.strings.push(string.clone());
        Some(string)
    }
}

/// Modified UTF-8: characters beyond 16 bits as two surrogates of three bytes each, and zero as
/// two bytes.
fn text(bytes: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied();
    while let Some(first) = rest.next() {
        let mut low = || {
            rest.next()
                .filter(|byte| byte & 0xc0 == 0x80)
                .map(|b| u16::from(b & 0x3f))
        };
        units.push(match first {
            0x00..=0x7f => u16::from(first),
            0xc0..=0xdf => u16::from(first & 0x1f) << 6 | low()?,
            0xe0..=0xef => u16::from(first & 0x0f) << 12 | low()? << 6 | low()?,
            _ => return None,
        });
    }
    String::from_utf16(&units).ok()
}
