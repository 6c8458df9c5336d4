//! Taking note that a destination went back in time: a person has seen it, or the device that it
//! concerns is out of use. It changes what is warned of and nothing else: what is missing stays in
//! the evidence, the history and the log.

use crate::cause::Cause;
use crate::destination::Failure;
use crate::destination::config::DestinationId;
use crate::engine::{Engine, Stop};
use crate::env::{Env, Memory};
use crate::evidence::Evidence;
use crate::journal::Journal;
use crate::name::DeviceTag;
use crate::vault::VaultPort;

/// What is taken note of.
#[derive(Clone, Copy)]
pub enum Note<'a> {
    /// Everything that is missing at this time. What goes missing later is told anew.
    Missing,
    /// This device is out of use, so that nobody misses what it has stored; or it is in use again.
    Retired(&'a dyn Fn(&DeviceTag) -> bool, bool),
}

impl Evidence {
    fn note(&mut self, note: Note<'_>) {
        for (device, seen) in self.devices.iter_mut() {
            match note {
                Note::Missing => seen.noted |= seen.missing_since.is_some(),
                Note::Retired(is_device, retired) if is_device(device) => seen.noted = retired,
                Note::Retired(..) => {}
            }
        }
    }
}

impl<E: Env, M: Memory, V: VaultPort> Engine<E, M, V> {
    /// Takes note of it.
    ///
    /// # Errors
    /// [`Cause::CouldNotSaveHere`]; [`Cause::Interrupted`] while this very engine is at work there.
    pub async fn note(&self, id: &DestinationId, note: Note<'_>) -> Result<(), Failure> {
        let _claim = self.claim(id).ok_or(Failure::new(Cause::Interrupted))?;
        let loaded = Journal::load(&self.memory, id).await;
        let mut journal = loaded.map_err(|_| Failure::new(Cause::CouldNotSaveHere))?;
        journal.evidence.note(note);
        let saved = journal.save(&self.memory).await;
        saved.map_err(|error| Stop::from(error).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Seen;
    use crate::name::Tag;

    fn tag(of: u8) -> DeviceTag {
        Tag::from_random([of; 8])
    }

    fn evidence() -> Evidence {
        let seen = |of: u8, missing_since| {
            let name = format!("{}/{}-4-{}", "a".repeat(32), tag(of), "b".repeat(16));
            let seen = Seen {
                name: name.parse().unwrap(),
                server_time: None,
                at: 1,
                missing_since,
                noted: false,
            };
            (tag(of), seen)
        };
        Evidence {
            devices: [seen(1, Some(7)), seen(2, None)].into_iter().collect(),
            ..Evidence::default()
        }
    }

    fn noted(evidence: &Evidence) -> Vec<bool> {
        let devices = evidence.devices.iter();
        devices.map(|(_, seen)| seen.noted).collect()
    }

    #[test]
    fn only_what_is_missing_is_noted_and_it_stays_in_the_evidence() {
        let mut evidence = evidence();
        evidence.note(Note::Missing);
        assert_eq!(noted(&evidence), [true, false]);
        let seen = evidence.devices.get(&tag(1)).unwrap();
        assert_eq!(seen.missing_since, Some(7));
    }

    #[test]
    fn who_is_out_of_use_is_not_missed() {
        let mut evidence = evidence();
        let is_second = |device: &DeviceTag| *device == tag(2);
        evidence.note(Note::Retired(&is_second, true));
        assert_eq!(noted(&evidence), [false, true]);
        evidence.note(Note::Retired(&is_second, false));
        assert_eq!(noted(&evidence), [false, false]);
    }
}
