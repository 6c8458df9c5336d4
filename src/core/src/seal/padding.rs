//! Padding by Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", 2019,
//! section 4): the length tells at most O(log log n) bits of the payload's, for at most 12 % more.

use zeroize::Zeroizing;

use super::SealError;
use super::crypto::TAG;

/// No payload is padded to less: a vault of no account looks like one of ten.
pub(super) const FLOOR: usize = 4096;

/// The bytes of the length in front of the payload.
const PREFIX: usize = 4;

/// The padded length for `length` bytes: the lowest bits are rounded up so that only as many
/// significant bits remain as it takes to write down the exponent.
pub(super) fn padded_length(length: usize) -> usize {
    let length = length.max(FLOOR);
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1_usize << (exponent - kept)) - 1;
    (length + mask) & !mask
}

/// Length prefix, payload and zeros, with room left for the authentication tag so that appending
/// it moves no plaintext to another place in memory. `None` when a `u32` can't count the payload.
pub(super) fn pad(payload: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let length = u32::try_from(payload.len()).ok()?;
    let padded = padded_length(payload.len().checked_add(PREFIX)?);
    let mut out = Zeroizing::new(Vec::with_capacity(padded + TAG));
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(payload);
    out.resize(padded, 0);
    Some(out)
}

/// Takes the padding off in place.
///
/// Only the one padding that [`pad`] makes is accepted, so that a payload has one sealed length
/// and nothing can hide behind it.
pub(super) fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let length = padded
        .first_chunk::<PREFIX>()
        .and_then(|prefix| usize::try_from(u32::from_be_bytes(*prefix)).ok())
        .ok_or(SealError::PaddingInvalid)?;
    let end = length
        .checked_add(PREFIX)
        .ok_or(SealError::PaddingInvalid)?;
    let zeros = padded.get(end..).ok_or(SealError::PaddingInvalid)?;
    if padded.len() != padded_length(end) || zeros.iter().any(|byte| *byte != 0) {
        return Err(SealError::PaddingInvalid);
    }
    padded.truncate(end);
    padded.drain(..PREFIX);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_by_hand() {
        // 4097 = 2^12 + 1: exponent 12 takes 4 bits, so the lowest 8 are rounded up.
        for (length, padded) in [
            (0, 4096),
            (4096, 4096),
            (4097, 4352),
            (4352, 4352),
            (4353, 4608),
            (65_537, 67_584),
        ] {
            assert_eq!(padded_length(length), padded, "{length}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(payload in proptest::collection::vec(any::<u8>(), 0..20_000)) {
            let padded = pad(&payload).unwrap();
            prop_assert_eq!(padded.len(), padded_length(payload.len() + 4));
            prop_assert_eq!(&*unpad(padded).unwrap(), &payload);
        }

        #[test]
        fn grows_by_at_most_an_eighth(length in 4096..100_000_000_usize) {
            let padded = padded_length(length);
            prop_assert!(padded >= length && (padded - length) * 8 <= length);
            prop_assert_eq!(padded_length(padded), padded, "not stable");
        }

        #[test]
        fn any_other_padding_is_refused(length in 0..9000_usize, at in 0..20_000_usize) {
            let mut padded = pad(&vec![1; length]).unwrap();
            let at = length + 4 + at % (padded.len() - length - 4).max(1);
            if let Some(byte) = padded.get_mut(at) {
                *byte = 1;
                prop_assert!(unpad(padded).is_err());
            }
            let mut longer = pad(&vec![1; length]).unwrap();
            let next = padded_length(longer.len() + 1);
            longer.resize(next, 0);
            prop_assert!(unpad(longer).is_err());
        }
    }
}
