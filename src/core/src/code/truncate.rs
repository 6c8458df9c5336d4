//! From an HMAC to the characters a person enters.

use zeroize::Zeroizing;

/// Steam's alphabet: no character that looks like another.
const STEAM_ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

/// `digits` decimal digits with leading zeros (RFC 4226, section 5.3).
pub(super) fn decimal(hmac: &[u8], digits: u8) -> Zeroizing<String> {
    // In 64 bits, so that ten digits work too: the truncated value has 31 bits, so the first of
    // ten is 0, 1 or 2.
    let modulus = 10_u64.saturating_pow(u32::from(digits));
    let value = u64::from(dynamic(hmac)) % modulus;
    Zeroizing::new(format!("{value:0width$}", width = usize::from(digits)))
}

/// Five characters, the least significant first.
pub(super) fn steam(hmac: &[u8]) -> Zeroizing<String> {
    let mut value = dynamic(hmac) as usize;
    let mut text = Zeroizing::new(String::with_capacity(5));
    for _ in 0..5 {
        if let Some(&character) = STEAM_ALPHABET.get(value % STEAM_ALPHABET.len()) {
            text.push(char::from(character));
        }
        value /= STEAM_ALPHABET.len();
    }
    text
}

/// Eight letters of a 63-bit number from the place that dynamic truncation names: Yandex Key.
pub(super) fn letters(hmac: &[u8]) -> Zeroizing<String> {
    const LETTERS: usize = 8;
    let word = hmac.get(offset(hmac)..).and_then(<[u8]>::first_chunk);
    let mut value = u64::from_be_bytes(word.copied().unwrap_or_default()) & (u64::MAX >> 1);
    let mut reversed = Zeroizing::new([0_u8; LETTERS]);
    for letter in reversed.iter_mut() {
        *letter = b'a' + (value % 26) as u8;
        value /= 26;
    }
    Zeroizing::new(
        reversed
            .iter()
            .rev()
            .map(|&letter| char::from(letter))
            .collect(),
    )
}

/// Dynamic truncation (RFC 4226, section 5.3): 31 bits from the place that the low four bits of
/// the last byte name. The shortest HMAC in use has 20 bytes, so that place always exists.
fn dynamic(hmac: &[u8]) -> u32 {
    let word = hmac.get(offset(hmac)..).and_then(<[u8]>::first_chunk);
    u32::from_be_bytes(word.copied().unwrap_or_default()) & 0x7fff_ffff
}

fn offset(hmac: &[u8]) -> usize {
    usize::from(hmac.last().copied().unwrap_or_default() & 0xf)
}
