//! Places in a list that can be merged: fractional indices.
//!
//! A place is a text of base-62 digits, compared as bytes, and between any two there is always
//! room for another one. The first five digits count whole places, so that adding at the end, the
//! common case, never makes a place longer; further digits are a fraction. Every new place is
//! drawn at random from the room there is, so that two devices that insert at the same spot
//! rarely draw the same one. When they do, the accounts' ids decide, and inserting between the two
//! makes [`between`] answer `None`: then the list is given new places.

/// In ASCII order.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits that count whole places.
const WHOLE: usize = 5;
/// How many whole places there are: 62^5, nearly a thousand million.
const LIMIT: u32 = 62_u32.pow(5);
/// Random digits after them in a place at either end of the list.
const FRACTION: usize = 3;
/// The longest place that is made. Reached after a few hundred insertions at one spot.
const MAX_LENGTH: usize = 64;

/// Randomness: fills the slice.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

/// A place after `lower` and before `upper`; `None` for an end of the list.
///
/// `None` if there is no room: the two are equal, out of order, not made by this module, or so
/// close together that the place would be longer than 64 digits.
#[must_use]
pub fn between(lower: Option<&str>, upper: Option<&str>, random: Random<'_>) -> Option<String> {
    let place = match (lower, upper) {
        (None, None) => at_whole(LIMIT / 2, random),
        (Some(lower), None) => after(&digits(lower)?, random)?,
        (None, Some(upper)) => before(&digits(upper)?, random)?,
        (Some(lower), Some(upper)) => inside(&digits(lower)?, Some(&digits(upper)?), random)?,
    };
    Some(text(&place))
}

/// New places for a whole list, in order.
pub fn fresh(count: usize, random: Random<'_>) -> Vec<String> {
    let mut places = Vec::with_capacity(count);
    let mut next = LIMIT / 2;
    for _ in 0..count {
        places.push(text(&at_whole(next, random)));
        next = (next + 1).min(LIMIT - 1);
    }
    places
}

fn after(lower: &[u8], random: Random<'_>) -> Option<Vec<u8>> {
    match whole(lower) + 1 {
        next if next < LIMIT => Some(at_whole(next, random)),
        _ => inside(lower, None, random),
    }
}

fn before(upper: &[u8], random: Random<'_>) -> Option<Vec<u8>> {
    match whole(upper).checked_sub(1) {
        Some(previous) => Some(at_whole(previous, random)),
        None => inside(&[], Some(upper), random),
    }
}

/// A whole place and a random fraction.
fn at_whole(mut number: u32, random: Random<'_>) -> Vec<u8> {
    let mut place = vec![0; WHOLE];
    for digit in place.iter_mut().rev() {
        *digit = (number % 62) as u8;
        number /= 62;
    }
    for _ in 1..FRACTION {
        place.push(draw(0, 62, random));
    }
    // Never ends in 0: before such a place, and after it without the 0, there is no room.
    place.push(draw(1, 62, random));
    place
}

/// The number in the first digits, as if zeros followed.
fn whole(place: &[u8]) -> u32 {
    (0..WHOLE).fold(0, |number, index| {
        number * 62 + u32::from(place.get(index).copied().unwrap_or(0))
    })
}

/// A place strictly between, read as fractions: after a missing digit of `lower` come zeros, and
/// without `upper` the end is 1.
fn inside(lower: &[u8], upper: Option<&[u8]>, random: Random<'_>) -> Option<Vec<u8>> {
    if upper.is_some_and(|upper| lower >= upper) {
        return None;
    }
    let mut place = Vec::new();
    let mut upper = upper;
    for index in 0..MAX_LENGTH {
        let low = lower.get(index).copied().unwrap_or(0);
        // Once a digit lies below that of `upper`, any further digits do.
        let high = upper.map_or(62, |upper| upper.get(index).copied().unwrap_or(0));
        if high > low + 1 {
            place.push(draw(low + 1, high, random));
            return Some(place);
        }
        place.push(low);
        if high > low {
            upper = None;
        }
    }
    None
}

/// A digit from `from` to `to` − 1. The slight preference of the remainder does no harm here.
fn draw(from: u8, to: u8, random: Random<'_>) -> u8 {
    let mut byte = [0];
    random(&mut byte);
    from + u8::from_le_bytes(byte) % (to - from)
}

/// The digits of a place that this module can have made.
fn digits(place: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = place
        .bytes()
        .map(|byte| DIGITS.binary_search(&byte).ok().map(|index| index as u8))
        .collect();
    digits.filter(|digits| digits.last().is_some_and(|last| *last != 0))
}

fn text(place: &[u8]) -> String {
    let digits = place
        .iter()
        .filter_map(|digit| DIGITS.get(usize::from(*digit)));
    digits.map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bytes from a seed; `extreme` seeds give nothing but the least or the greatest.
    fn random(seed: u64) -> impl FnMut(&mut [u8]) {
        let mut state = seed;
        move |bytes| {
            for byte in bytes {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                *byte = match seed {
                    0 => 0,
                    1 => 61,
                    _ => (state >> 56) as u8,
                };
            }
        }
    }

    #[test]
    fn appending_never_makes_places_longer() {
        let mut random = random(2);
        let mut last = between(None, None, &mut random).unwrap();
        for _ in 0..20_000 {
            let next = between(Some(&last), None, &mut random).unwrap();
            assert!(next > last && next.len() == WHOLE + FRACTION);
            last = next;
        }
        let first = between(None, Some(&last), &mut random).unwrap();
        assert!(first < last && first.len() == WHOLE + FRACTION);
    }

    #[test]
    fn one_spot_takes_hundreds_and_then_asks_for_new_places() {
        for seed in 0..20 {
            let mut random = random(seed);
            let lower = between(None, None, &mut random).unwrap();
            let mut upper = between(Some(&lower), None, &mut random).unwrap();
            let mut taken = 0;
            while let Some(place) = between(Some(&lower), Some(&upper), &mut random) {
                assert!(lower < place && place < upper && place.len() <= MAX_LENGTH);
                upper = place;
                taken += 1;
            }
            assert!(taken > 50, "{taken}");
        }
    }

    #[test]
    fn no_room_is_said() {
        let between = |lower: &str, upper: &str| between(Some(lower), Some(upper), &mut random(2));
        for (lower, upper) in [
            ("V", "V"),
            ("W", "V"),
            ("V", "V0"),
            ("", "V"),
            ("V", ""),
            ("V", "é"),
            ("V-", "W"),
        ] {
            assert_eq!(between(lower, upper), None, "{lower:?} {upper:?}");
        }
    }

    #[test]
    fn both_ends_of_the_whole_places_have_room() {
        let mut random = random(2);
        let (first, last) = ("00000001", "zzzzzzzz");
        assert!(*between(None, Some(first), &mut random).unwrap() < *first);
        assert!(*between(Some(last), None, &mut random).unwrap() > *last);
    }

    #[test]
    fn fresh_places_are_in_order() {
        let places = fresh(10_000, &mut random(2));
        assert!(places.is_sorted_by(|a, b| a < b));
    }

    proptest! {
        #[test]
        fn any_insertions_keep_the_order(
            seed: u64,
            spots in proptest::collection::vec(any::<prop::sample::Index>(), 1..150),
        ) {
            let mut random = random(seed);
            let mut list: Vec<String> = Vec::new();
            for spot in spots {
                let index = spot.index(list.len() + 1);
                let lower = index.checked_sub(1).map(|i| list[i].as_str());
                let upper = list.get(index).map(String::as_str);
                let place = between(lower, upper, &mut random).unwrap();
                list.insert(index, place);
            }
            prop_assert!(list.is_sorted_by(|a, b| a < b));
        }

        #[test]
        fn between_is_between(lower in "[0-9A-Za-z]{1,8}", upper in "[0-9A-Za-z]{1,8}", seed: u64) {
            if let Some(place) = between(Some(&lower), Some(&upper), &mut random(seed)) {
                prop_assert!(lower < place && place < upper);
            } else {
                let made = |place: &str| !place.ends_with('0');
                prop_assert!(lower >= upper || !made(&lower) || !made(&upper));
            }
        }
    }
}
