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

/// The identifier of a name among those that are sorted by it.
pub(super) fn id_of<'a>(names: &'a [(&str, String)], name: &str) -> Option<&'a str> {
    let place = names.binary_search_by(|(known, _)| (*known).cmp(name));
    let (_, id) = names.get(place.ok()?)?;
    Some(id)
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

    #[test]
    fn a_name_has_its_own_identifier() {
        let names = [("a", "1".to_owned()), ("b", "2".to_owned())];
        assert_eq!(id_of(&names, "b"), Some("2"));
        assert_eq!(id_of(&names, "c"), None);
    }
}
