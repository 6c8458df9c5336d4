//! Which of two stored generations of the sealed vault is the good one.
//!
//! Writing replaces the *older* of two, so that a write cut off in the middle, a full disk or a
//! damaged file leaves the other. Each carries a checksum over all of it.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One stored generation, as it lies in `storage.local`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Version of this wrapper.
    pub format: u32,
    /// Rises with every write. A later version may have other fields than these.
    #[serde(default)]
    pub generation: u64,
    /// The vault's change counter: rises only when content changes.
    #[serde(default)]
    pub version: u64,
    /// The sealed vault, base64.
    #[serde(default)]
    pub sealed: String,
    /// SHA-256 over all of the above, hexadecimal.
    #[serde(default)]
    pub checksum: String,
}

/// A generation whose checksum holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    /// Rises with every write.
    pub generation: u64,
    /// The vault's change counter.
    pub version: u64,
    /// The sealed vault.
    pub sealed: Vec<u8>,
}

/// What the two places hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Neither was ever written.
    Nothing,
    /// The newest good one. `other_damaged` tells that the other place holds bytes that can't be
    /// read: if that was the newer one, edits may be missing here that a destination still has.
    Vault {
        /// The newest good generation.
        good: Good,
        /// Whether the other place holds something unreadable.
        other_damaged: bool,
    },
    /// There are bytes, and none of them can be trusted. They are kept.
    Damaged,
    /// A later version wrote what is there. It is whole, and left alone.
    Newer,
}

impl Found {
    /// Why there is no vault to be read, or, where there is one, why there can't be another.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "no_vault",
            Self::Vault { .. } => "vault_exists",
            Self::Damaged => "vault_damaged",
            Self::Newer => "vault_newer",
        }
    }

    /// Whether a first vault may be written here; a restored one also where damaged bytes lie, which
    /// are set aside.
    #[must_use]
    pub fn gives_way(&self, restored: bool) -> bool {
        match self {
            Self::Nothing => true,
            Self::Vault { .. } | Self::Newer => false,
            Self::Damaged => restored,
        }
    }
}

/// One of the two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The key `vault.a`.
    A,
    /// The key `vault.b`.
    B,
}

/// The wrapper's version that this code writes.
const FORMAT: u32 = 1;

impl Stored {
    /// Wraps a sealed vault.
    #[must_use]
    pub fn new(generation: u64, version: u64, sealed: &[u8]) -> Self {
        let sealed = Base64::encode_string(sealed);
        let checksum = checksum(FORMAT, generation, version, &sealed);
        Self {
            format: FORMAT,
            generation,
            version,
            sealed,
            checksum,
        }
    }

    /// Unwraps it, or `None` when it is damaged or of a later version.
    #[must_use]
    pub fn good(&self) -> Option<Good> {
        let expected = checksum(self.format, self.generation, self.version, &self.sealed);
        if self.format != FORMAT || expected != self.checksum {
            return None;
        }
        let sealed = Base64::decode_vec(&self.sealed).ok()?;
        Some(Good {
            generation: self.generation,
            version: self.version,
            sealed,
        })
    }
}

/// Whether a place holds what a later version wrote: nothing may be written over or beside that.
#[must_use]
pub fn is_newer(place: Option<&Stored>) -> bool {
    place.is_some_and(|stored| stored.format > FORMAT)
}

/// Chooses. A place that holds something which is not even of the right shape is passed as
/// `Some(None)`.
#[must_use]
pub fn choose(a: Option<Option<&Stored>>, b: Option<Option<&Stored>>) -> Found {
    let read = |place: Option<Option<&Stored>>| place.map(|stored| stored.and_then(Stored::good));
    match (read(a), read(b)) {
        (None, None) => Found::Nothing,
        (Some(Some(a)), Some(Some(b))) => {
            let good = if a.generation >= b.generation { a } else { b };
            Found::Vault {
                good,
                other_damaged: false,
            }
        }
        (Some(Some(good)), None) | (None, Some(Some(good))) => Found::Vault {
            good,
            other_damaged: false,
        },
        (Some(Some(good)), Some(None)) | (Some(None), Some(Some(good))) => Found::Vault {
            good,
            other_damaged: true,
        },
        _ if is_newer(a.flatten()) || is_newer(b.flatten()) => Found::Newer,
        (Some(None), _) | (_, Some(None)) => Found::Damaged,
    }
}

/// Where the next generation goes: never over the newest good one.
#[must_use]
pub fn next_place(a: Option<&Stored>, b: Option<&Stored>) -> Place {
    let generation =
        |place: Option<&Stored>| place.and_then(Stored::good).map(|good| good.generation);
    match (generation(a), generation(b)) {
        (Some(a), Some(b)) if a >= b => Place::B,
        (Some(_), None) => Place::B,
        _ => Place::A,
    }
}

fn checksum(format: u32, generation: u64, version: u64, sealed: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(format.to_le_bytes());
    hash.update(generation.to_le_bytes());
    hash.update(version.to_le_bytes());
    hash.update(sealed.as_bytes());
    base16ct::lower::encode_string(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(generation: u64) -> Stored {
        Stored::new(generation, generation * 10, &[generation as u8; 40])
    }

    fn damaged(generation: u64) -> Stored {
        let mut stored = stored(generation);
        stored.sealed.replace_range(3..4, "!");
        stored
    }

    #[test]
    fn the_newest_good_generation_wins() {
        let (old, new) = (stored(7), stored(8));
        let Found::Vault {
            good,
            other_damaged,
        } = choose(Some(Some(&new)), Some(Some(&old)))
        else {
            panic!("nothing found")
        };
        assert_eq!(
            (good.generation, good.version, other_damaged),
            (8, 80, false)
        );
        assert_eq!(good.sealed, vec![8; 40]);
    }

    #[test]
    fn a_damaged_newest_falls_back_and_says_so() {
        let (old, new) = (stored(7), damaged(8));
        let Found::Vault {
            good,
            other_damaged,
        } = choose(Some(Some(&old)), Some(Some(&new)))
        else {
            panic!("nothing found")
        };
        assert_eq!((good.generation, other_damaged), (7, true));
    }

    #[test]
    fn damage_everywhere_is_not_an_empty_profile() {
        assert_eq!(choose(Some(Some(&damaged(1))), None), Found::Damaged);
        assert_eq!(choose(Some(None), None), Found::Damaged);
        assert_eq!(choose(None, Some(None)), Found::Damaged);
        assert_eq!(choose(None, None), Found::Nothing);
    }

    #[test]
    fn a_first_vault_takes_no_other_ones_place() {
        let stored = stored(1);
        let vault = choose(Some(Some(&stored)), None);
        for (found, new, restored) in [
            (Found::Nothing, true, true),
            (vault, false, false),
            (Found::Damaged, false, true),
            (Found::Newer, false, false),
        ] {
            assert_eq!(found.gives_way(false), new, "{found:?}");
            assert_eq!(found.gives_way(true), restored, "{found:?}");
        }
    }

    #[test]
    fn any_changed_field_is_damage() {
        let mut one = stored(3);
        one.version += 1;
        assert_eq!(one.good(), None);
        let mut one = stored(3);
        one.generation += 1;
        assert_eq!(one.good(), None);
        let mut one = stored(3);
        one.format = 2;
        assert_eq!(one.good(), None);
    }

    #[test]
    fn what_a_later_version_wrote_is_told_from_damage() {
        let mut newer = stored(3);
        newer.format = 2;
        assert!(is_newer(Some(&newer)));
        assert!(!is_newer(Some(&stored(3))) && !is_newer(Some(&damaged(3))) && !is_newer(None));
        assert_eq!(choose(Some(Some(&newer)), Some(Some(&newer))), Found::Newer);
        assert_eq!(choose(None, Some(Some(&newer))), Found::Newer);
        assert_eq!(choose(Some(None), Some(Some(&newer))), Found::Newer);
        // Whatever shape it has, it says its version.
        let other = br#"{"format":2,"generations":[{"sealed":"AAAA"}]}"#;
        let other: Stored = holdfast_json::typed::from_slice(other).unwrap();
        assert_eq!(choose(Some(Some(&other)), None), Found::Newer);
        // What this version can read goes on being read.
        let both = choose(Some(Some(&stored(3))), Some(Some(&newer)));
        assert!(matches!(both, Found::Vault { good, .. } if good.generation == 3));
    }

    #[test]
    fn writing_never_replaces_the_newest_good_one() {
        assert_eq!(next_place(None, None), Place::A);
        assert_eq!(next_place(Some(&stored(1)), None), Place::B);
        assert_eq!(next_place(Some(&stored(1)), Some(&stored(2))), Place::A);
        assert_eq!(next_place(Some(&stored(3)), Some(&stored(2))), Place::B);
        assert_eq!(next_place(Some(&stored(3)), Some(&damaged(4))), Place::B);
        assert_eq!(next_place(Some(&damaged(4)), Some(&stored(3))), Place::A);
    }
}
