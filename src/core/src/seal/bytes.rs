//! A reader over a byte slice that can't run over its end.

/// Takes bytes from the front of a slice. Every method returns `None` when too few are left, and
/// then takes nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// A reader at the front of `bytes`.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(front)
    }

    /// The next `N` bytes as an array.
    pub(super) fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (front, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(front)
    }

    /// The next two bytes as a big-endian number.
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(|bytes| u16::from_be_bytes(*bytes))
    }

    /// The next four bytes as a big-endian number.
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(|bytes| u32::from_be_bytes(*bytes))
    }

    /// The next four bytes as a big-endian length.
    pub(super) fn length(&mut self) -> Option<usize> {
        self.u32()
            .map(|length| usize::try_from(length).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_runs_over_the_end() {
        let mut reader = Reader::new(&[0, 1, 2, 3, 4]);
        assert_eq!(reader.u16(), Some(1));
        assert_eq!(reader.u32(), None);
        assert_eq!(
            reader.take(3),
            Some(&[2, 3, 4][..]),
            "a failed read took bytes"
        );
        assert!(reader.is_empty());
        assert_eq!(reader.array::<1>(), None);
    }
}
