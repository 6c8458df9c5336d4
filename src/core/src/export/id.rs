//! Identifiers as other apps write them.

use data_encoding::HEXLOWER;

/// A version 4 UUID (RFC 9562, section 5.4) of 16 random bytes.
pub(super) fn uuid(random: &mut dyn FnMut(&mut [u8])) -> String {
    let mut bytes = [0; 16];
    random(&mut bytes);
    let number = u128::from_be_bytes(bytes);
    let number = number & !(0xf << 76) | 0x4 << 76;
    let number = number & !(0x3 << 62) | 0x2 << 62;
    let mut text = HEXLOWER.encode(&number.to_be_bytes());
    for place in [20, 16, 12, 8] {
        text.insert(place, '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_variant_are_set() {
        assert_eq!(
            uuid(&mut |bytes| bytes.fill(0)),
            "00000000-0000-4000-8000-000000000000"
        );
        assert_eq!(
            uuid(&mut |bytes| bytes.fill(0xff)),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
    }
}
