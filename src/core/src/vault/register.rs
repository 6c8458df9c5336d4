//! A field that the last writer wins.

use super::clock::{Clock, Stamp};
use super::edit::EditContext;

/// A value and when it was written. Merging keeps the later one; where the stamps are equal (a
/// copied profile, a restored clock) the greater value, so that every device decides alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register<T> {
    /// What was written.
    pub value: T,
    /// When and by whom.
    pub stamp: Stamp,
}

impl<T: Default> Default for Register<T> {
    fn default() -> Self {
        Self {
            value: T::default(),
            stamp: Stamp::NEVER,
        }
    }
}

impl<T: Ord + Clone> Register<T> {
    /// Keeps the later of both values.
    pub fn merge(&mut self, other: &Self) {
        if (other.stamp, &other.value) > (self.stamp, &self.value) {
            self.clone_from(other);
        }
    }

    /// Writes `value`, if it differs from what is there. Says whether it did.
    pub fn set(&mut self, value: T, context: &mut EditContext<'_>) -> bool {
        if self.value == value {
            return false;
        }
        self.stamp = context.stamp(&self.stamp);
        self.value = value;
        true
    }

    /// Lets `clock` take notice of this field.
    pub fn observe(&self, clock: &mut Clock, now: u64) {
        clock.observe(&self.stamp, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Id;
    use proptest::prelude::*;

    fn register() -> impl Strategy<Value = Register<String>> {
        let stamp = (0..3_u64, 0..2_u32, 0..2_u8);
        (stamp, "[ab]{0,1}").prop_map(|((millis, counter, device), value)| Register {
            value,
            stamp: Stamp {
                millis,
                counter,
                device: Id::from_bytes([device; 16]),
            },
        })
    }

    fn merged(a: &Register<String>, b: &Register<String>) -> Register<String> {
        let mut result = a.clone();
        result.merge(b);
        result
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn is_a_join_even_where_stamps_are_equal(
            a in register(),
            b in register(),
            c in register(),
        ) {
            let ab = merged(&a, &b);
            prop_assert_eq!(&ab, &merged(&b, &a));
            prop_assert_eq!(merged(&ab, &c), merged(&a, &merged(&b, &c)));
            prop_assert!(ab.stamp >= a.stamp && ab.stamp >= b.stamp);
        }
    }
}
