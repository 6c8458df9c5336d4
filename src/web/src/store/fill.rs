//! What filling remembers on this device: when an account last filled, and where filling submits.
//! Sealed like all that is device-local: it tells which sites a person uses.

use holdfast_json::format::Format;
use holdfast_json::map::Map;

use holdfast_core::vault::Id;
use serde::{Deserialize, Serialize};

use super::device::DeviceStore;
use crate::browser::BrowserError;
use crate::browser::storage::{Area, get, remove, set, set_at_once};
use crate::message::fill::Outcome;

const NAME: &str = "fill";
/// The key in `storage.session` of what waits for the vault to be unlocked.
const WAITING: &str = "fill_waiting";
/// The key of what waits for the popup to be said: it may hold a code, and goes when the vault is
/// locked.
const TO_SAY: &str = super::session::FILL_TO_SAY;
/// The keys of what waits for a permission, and of the popup's mark that the browser was asked for it.
const PERMITTING: [&str; 2] = super::session::FILL_PERMITTING;
/// How long they wait, in milliseconds: a person who comes back later means something else.
const PATIENCE: u64 = 120_000;

/// What is remembered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Version of this document.
    pub format: Format<1>,
    /// When each account last filled, in milliseconds since the Unix epoch.
    pub used: Map<Id, u64>,
    /// The sites on which filling submits.
    pub submit: Vec<String>,
    /// The origins on whose pages a code is offered beside its box.
    pub offers: Vec<String>,
}

impl Memory {
    /// Reads it; nothing where there is none, or none that can be read: it only orders a list.
    pub async fn load() -> Self {
        let read = async { DeviceStore::open().await?.read(NAME).await };
        read.await.ok().flatten().unwrap_or_default()
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn save(&self) -> Result<(), BrowserError> {
        DeviceStore::open().await?.write(NAME, self).await
    }
}

/// A gesture that had to open the popup: to unlock, or to ask. In memory only.
#[derive(Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// The tab it was made in.
    pub tab: i32,
    /// When, in milliseconds since the Unix epoch.
    pub at: u64,
    /// The frame and field it was made in, where it was made in one.
    pub frame: Option<f64>,
    /// What to say; `None` where the vault had to be unlocked first.
    pub outcome: Option<Outcome>,
}

/// A fill that waits for a permission: the person is asked in the popup, then by the browser, which
/// closes the popup. In memory only.
#[derive(Clone, Serialize, Deserialize)]
pub struct Permitting {
    /// The tab it is meant for.
    pub tab: i32,
    /// Its window is private.
    pub private: bool,
    /// Whose code is to be filled.
    pub account: Id,
    /// The match pattern to be asked for.
    pub pattern: String,
}

/// The popup's mark that the browser is being asked.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Asked {
    pattern: String,
    /// When, in milliseconds since the Unix epoch.
    at: u64,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Permits {
    #[serde(skip_serializing_if = "Option::is_none")]
    fill_permitting: Option<Permitting>,
    fill_asked: Asked,
}

impl Permits {
    /// What the browser was asked for, not too long ago.
    fn asked(self, now: u64) -> Option<Permitting> {
        let Asked { pattern, at } = self.fill_asked;
        let waiting = self.fill_permitting?;
        (waiting.pattern == pattern && now.saturating_sub(at) < PATIENCE).then_some(waiting)
    }
}

impl Permitting {
    /// Keeps it for the person's and the browser's answer; the browser was not asked for it yet.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn keep(self) -> Result<(), BrowserError> {
        let entry = Permits {
            fill_permitting: Some(self),
            fill_asked: Asked::default(),
        };
        set(Area::Session, &entry).await
    }

    /// Marks that the browser is being asked for this match pattern. The popup does so itself, and before
    /// it asks: the question may close it at once, and a message that is on its way then arrives nowhere.
    pub fn mark_asked(
        pattern: &str,
        now: u64,
    ) -> impl Future<Output = Result<(), BrowserError>> + use<> {
        let mark = Permits {
            fill_permitting: None,
            fill_asked: Asked {
                pattern: pattern.to_owned(),
                at: now,
            },
        };
        set_at_once(Area::Session, &mark)
    }

    /// What the browser was asked for, unless that is too long ago.
    pub async fn look(now: u64) -> Option<Self> {
        let kept = get::<Permits>(Area::Session, &PERMITTING).await;
        kept.ok()?.asked(now)
    }

    /// Nothing waits any more.
    pub async fn forget() {
        let _ = remove(Area::Session, &PERMITTING).await;
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    fill_waiting: Option<Waiting>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fill_to_say: Option<Waiting>,
}

impl Entry {
    fn of(waiting: Waiting) -> Self {
        match waiting.outcome {
            None => Self {
                fill_waiting: Some(waiting),
                fill_to_say: None,
            },
            Some(_) => Self {
                fill_waiting: None,
                fill_to_say: Some(waiting),
            },
        }
    }

    /// The later gesture of the two.
    fn last(self) -> Option<Waiting> {
        let both = [self.fill_waiting, self.fill_to_say];
        both.into_iter().flatten().max_by_key(|waiting| waiting.at)
    }
}

impl Waiting {
    /// Keeps it for the popup.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn keep(self) -> Result<(), BrowserError> {
        set(Area::Session, &Entry::of(self)).await
    }

    /// Takes what waits.
    pub async fn take(now: u64) -> Option<Self> {
        let keys = [WAITING, TO_SAY];
        let entry = get::<Entry>(Area::Session, &keys).await.ok()?;
        let waiting = entry.last()?;
        let _ = remove(Area::Session, &keys).await;
        (now.saturating_sub(waiting.at) < PATIENCE).then_some(waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(at: u64, code: Option<&str>) -> Waiting {
        let outcome = code.map(|code| Outcome::NotFilled {
            why: "not_accepted".into(),
            account: None,
            code: Some(code.into()),
        });
        Waiting {
            tab: 1,
            at,
            frame: None,
            outcome,
        }
    }

    /// What locking removes is what may hold a code, and not the gesture that unlocking is for.
    #[test]
    fn a_code_lies_only_where_locking_looks() {
        let kept = |waiting| serde_json::to_value(Entry::of(waiting)).unwrap();
        let locked = kept(waiting(1, None));
        assert!(locked.get(WAITING).is_some() && locked.get(TO_SAY).is_none());
        let said = kept(waiting(1, Some("287082")));
        assert!(said.get(TO_SAY).unwrap().to_string().contains("287082"));
        assert_eq!(said.as_object().unwrap().len(), 1);
    }

    /// The mark is written over what was kept, by another page, and must leave it as it is.
    #[test]
    fn what_waits_for_a_permission_waits_for_the_one_that_was_asked_for() {
        let pattern = "https://frame.example/*";
        let kept = |pattern: &str| Permits {
            fill_permitting: Some(Permitting {
                tab: 1,
                private: false,
                account: Id::from_bytes([1; 16]),
                pattern: pattern.into(),
            }),
            fill_asked: Asked::default(),
        };
        let mark = |at| Permits {
            fill_permitting: None,
            fill_asked: Asked {
                pattern: pattern.into(),
                at,
            },
        };
        let written = |entries: &[Permits]| {
            let mut area = serde_json::Map::new();
            for entry in entries {
                let value = serde_json::to_value(entry).unwrap();
                area.extend(value.as_object().unwrap().clone());
            }
            assert!(area.keys().all(|key| PERMITTING.contains(&key.as_str())));
            serde_json::from_value::<Permits>(area.into()).unwrap()
        };
        let asked = |entries: &[Permits], now| written(entries).asked(now).is_some();
        assert!(asked(&[kept(pattern), mark(1_000)], 2_000));
        assert!(!asked(&[kept(pattern)], 2_000), "nobody was asked");
        assert!(!asked(&[kept(pattern), mark(1_000)], 1_000 + PATIENCE));
        assert!(!asked(
            &[kept("https://other.example/*"), mark(1_000)],
            2_000
        ));
        // Kept anew, it is to be asked for anew.
        assert!(!asked(&[kept(pattern), mark(1_000), kept(pattern)], 2_000));
    }

    #[test]
    fn the_later_gesture_counts() {
        let last = |locked, said| {
            let entry = Entry {
                fill_waiting: Some(waiting(locked, None)),
                fill_to_say: Some(waiting(said, Some("287082"))),
            };
            entry.last().unwrap().outcome.is_some()
        };
        assert!(last(1, 2));
        assert!(!last(2, 1));
    }
}
