//! The tokens of one destination, in a document of their own in the device-local store: two
//! devices must not share a refresh token that rotates.

use holdfast_json::format::Format;
use holdfast_json::typed;
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::destination::Failure;
use crate::destination::config::DestinationId;
use crate::env::Memory;
use crate::oauth::Grant;
use crate::secret::Secret;

/// An access token is renewed this long before it ends, in milliseconds: the clocks may differ,
/// and a request takes its time.
const EARLY: u64 = 120_000;

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tokens {
    /// Version of this document.
    #[serde(default)]
    pub format: Format<1>,
    /// The access token.
    pub access: Option<Secret>,
    /// When it ends, by this computer's clock.
    pub ends_at: Option<u64>,
    /// When it was received; an earlier time now shows that the clock was set back.
    pub since: u64,
    /// The refresh token.
    pub refresh: Option<Secret>,
    /// A renewal was begun then and its outcome is not known: the refresh token may be dead.
    pub renewing: Option<u64>,
    /// Somebody else was signed in at the provider when that was last tried.
    #[serde(default)]
    pub other: bool,
}

impl Tokens {
    /// What is kept for a destination; nothing, if nobody signed in there.
    pub async fn load(memory: &impl Memory, id: &DestinationId) -> Result<Self, Failure> {
        let bytes = memory.load(&key(id)).await.map_err(|_| unsaved())?;
        // What can't be read is as good as lost: sign in again.
        let read = |bytes: Vec<u8>| typed::from_slice(&bytes).unwrap_or_default();
        Ok(bytes.map(read).unwrap_or_default())
    }

    /// Keeps them.
    pub async fn save(&self, memory: &impl Memory, id: &DestinationId) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(self).map_err(|_| unsaved())?;
        memory.save(&key(id), &bytes).await.map_err(|_| unsaved())
    }

    /// Takes what the token endpoint gave: a refresh token that was rotated takes the place of the
    /// old one, which stays where there is no new one (RFC 6749, section 6).
    pub fn take(&mut self, grant: Grant, now: u64) {
        self.access = Some(grant.access);
        self.ends_at = grant.lifetime.map(|lifetime| now.saturating_add(lifetime));
        self.since = now;
        self.refresh = grant.refresh.or(self.refresh.take());
        self.renewing = None;
        self.other = false;
    }

    /// An access token that should still be good.
    pub fn usable(&self, now: u64) -> Option<&Secret> {
        let fresh = self
            .ends_at
            .is_none_or(|ends_at| now.saturating_add(EARLY) < ends_at && now >= self.since);
        self.access.as_ref().filter(|_| fresh)
    }
}

fn key(id: &DestinationId) -> String {
    format!("oauth/{id}")
}

fn unsaved() -> Failure {
    Failure::new(Cause::CouldNotSaveHere)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(refresh: Option<&str>) -> Grant {
        Grant {
            access: Secret::new("a".into()),
            refresh: refresh.map(|text| Secret::new(text.into())),
            lifetime: Some(3_600_000),
            scope: None,
        }
    }

    #[test]
    fn a_rotated_refresh_token_replaces_the_old_one_and_otherwise_it_stays() {
        let mut tokens = Tokens {
            renewing: Some(1),
            other: true,
            ..Tokens::default()
        };
        tokens.take(grant(Some("one")), 10);
        tokens.take(grant(None), 20);
        assert_eq!(tokens.refresh.as_ref().unwrap().expose(), "one");
        tokens.take(grant(Some("two")), 30);
        assert_eq!(tokens.refresh.as_ref().unwrap().expose(), "two");
        assert_eq!((tokens.renewing, tokens.other), (None, false));
    }

    /// A sample of a released version, which did not say its version yet.
    #[test]
    fn the_tokens_of_version_1_are_read() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/fixtures/stored/1/oauth.json"
        );
        let tokens: Tokens = typed::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let kept = [&tokens.access, &tokens.refresh].map(|token| token.as_ref().unwrap().expose());
        assert_eq!(kept, ["access token", "refresh token"]);
        assert_eq!(tokens.since, 1_767_225_600_000);
        assert_eq!(tokens.ends_at, Some(1_767_229_200_000));
        assert_eq!(
            (tokens.renewing, tokens.other),
            (Some(1_767_229_100_000), true)
        );
        let written = serde_json::to_vec(&tokens).unwrap();
        assert!(written.starts_with(br#"{"format":1,"#));
        assert_eq!(typed::from_slice(&written).ok(), Some(tokens));
    }

    #[test]
    fn a_token_is_renewed_before_it_ends_and_when_the_clock_was_set_back() {
        let mut tokens = Tokens::default();
        let start = 1_000_000_000;
        tokens.take(grant(None), start);
        assert!(tokens.usable(start).is_some());
        assert!(tokens.usable(start + 3_600_000 - EARLY).is_none());
        assert!(tokens.usable(start - 1).is_none());
        assert!(!format!("{tokens:?}").contains("\"a\""));
    }
}
