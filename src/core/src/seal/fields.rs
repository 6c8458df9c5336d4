//! Tagged fields: what header and slots are made of, with room for what later versions add.

use super::SealError;
use super::bytes::Reader;

/// Fields in strictly ascending order of their tags, each at most once.
///
/// There is exactly one encoding of a set of fields, and fields with unknown tags are kept as they
/// are: decoding and encoding again gives the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fields(Vec<(u16, Vec<u8>)>);

impl Fields {
    /// Reads fields to the end of `bytes`: tag (u16), length (u32), value.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, SealError> {
        let mut reader = Reader::new(bytes);
        let mut fields: Vec<(u16, Vec<u8>)> = Vec::new();
        while !reader.is_empty() {
            let (tag, length) = reader
                .u16()
                .zip(reader.length())
                .ok_or(SealError::FieldOverrun { tag: 0 })?;
            let value = reader.take(length).ok_or(SealError::FieldOverrun { tag })?;
            if fields.iter().any(|(earlier, _)| *earlier == tag) {
                return Err(SealError::FieldDuplicate { tag });
            }
            if fields.last().is_some_and(|(last, _)| *last > tag) {
                return Err(SealError::FieldOrder { tag });
            }
            fields.push((tag, value.to_vec()));
        }
        Ok(Fields(fields))
    }

    /// The encoding of all fields but those for which `skip` says so.
    pub(super) fn encode(&self, skip: impl Fn(u16) -> bool) -> Vec<u8> {
        let mut out = Vec::new();
        for (tag, value) in self.0.iter().filter(|(tag, _)| !skip(*tag)) {
            out.extend_from_slice(&tag.to_be_bytes());
            // A value of 4 GiB can't come from `decode`, and its length would be refused there.
            out.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
            out.extend_from_slice(value);
        }
        out
    }

    /// The value of a field.
    pub(super) fn get(&self, tag: u16) -> Option<&[u8]> {
        self.0
            .iter()
            .find(|(other, _)| *other == tag)
            .map(|(_, value)| value.as_slice())
    }

    /// The value of a field that must be there and have the length of an array.
    pub(super) fn array<const N: usize>(
        &self,
        tag: u16,
        name: &'static str,
    ) -> Result<&[u8; N], SealError> {
        let value = self.get(tag).ok_or(SealError::FieldMissing(name))?;
        value.try_into().map_err(|_| SealError::FieldInvalid(name))
    }

    /// Sets a field.
    pub(super) fn set(&mut self, tag: u16, value: Vec<u8>) {
        match self.0.binary_search_by_key(&tag, |(other, _)| *other) {
            Ok(at) => {
                if let Some(field) = self.0.get_mut(at) {
                    field.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (tag, value)),
        }
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (u16, &[u8])> {
        self.0.iter().map(|(tag, value)| (*tag, value.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_and_duplicates() {
        let encoded = |tags: &[u16]| -> Vec<u8> {
            tags.iter()
                .flat_map(|tag| [&tag.to_be_bytes()[..], &[0, 0, 0, 1, 7]].concat())
                .collect()
        };
        assert!(Fields::decode(&encoded(&[1, 2, 9])).is_ok());
        assert_eq!(
            Fields::decode(&encoded(&[1, 1])),
            Err(SealError::FieldDuplicate { tag: 1 })
        );
        assert_eq!(
            Fields::decode(&encoded(&[2, 1])),
            Err(SealError::FieldOrder { tag: 1 })
        );
        assert_eq!(
            Fields::decode(&encoded(&[1, 2, 1])),
            Err(SealError::FieldDuplicate { tag: 1 })
        );
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_bytes(bytes in proptest::collection::vec(0..4_u8, 0..64)) {
            if let Ok(fields) = Fields::decode(&bytes) {
                prop_assert_eq!(fields.encode(|_| false), bytes);
            }
        }

        #[test]
        fn what_is_set_is_read(entries in proptest::collection::btree_map(any::<u16>(), proptest::collection::vec(any::<u8>(), 0..9), 0..9)) {
            let mut fields = Fields::default();
            for (tag, value) in entries.iter().rev() {
                fields.set(*tag, value.clone());
            }
            let again = Fields::decode(&fields.encode(|_| false)).unwrap();
            prop_assert!(again.iter().eq(entries.iter().map(|(tag, value)| (*tag, value.as_slice()))));
        }

        #[test]
        fn every_cut_is_noticed(cut in 1..13_usize) {
            let mut fields = Fields::default();
            fields.set(1, vec![7]);
            fields.set(2, vec![8, 9]);
            let bytes = fields.encode(|_| false);
            let cut = &bytes[..bytes.len() - cut];
            // A cut between two fields leaves a shorter, valid list.
            prop_assert_eq!(Fields::decode(cut).is_ok(), cut.is_empty() || cut.len() == 7);
        }
    }
}
