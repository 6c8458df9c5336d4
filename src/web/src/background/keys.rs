//! Requests about passphrase, recovery key, and what needs the passphrase again.

use holdfast_core::otpauth;
use holdfast_core::seal::{RecoveryKey, SlotKind};

use super::keeper::{self, Keeper};
use crate::browser::clock::now_millis;
use crate::message::{Answer, Failure, Reply};
use crate::store::destinations;
use crate::store::keys::Sheet;

impl Keeper {
    /// Puts a new passphrase in the place of the old one. Older snapshots still open with the old.
    pub(super) async fn change_passphrase(&self, current: &str, new: &str) -> Answer {
        self.check_passphrase(current).await?;
        let new = self.new_passphrase(new).await?;
        let offer = self.offer_to_replace_older().await?;
        let edited = self
            .writer
            .edit(|edit| {
                let now = edit.now;
                edit.with_random(|contents, random| {
                    contents.keyring.change_passphrase(&new, now, random)
                })
            })
            .await;
        self.settle(offer, edited.is_ok().then_some(true)).await;
        edited.map(|_| Reply::Done)
    }

    /// Makes a recovery key in the place of every earlier one, and returns it once, to be printed.
    pub(super) async fn renew_recovery_key(&self, text: &str) -> Answer {
        self.check_passphrase(text).await?;
        let offer = self.offer_to_replace_older().await?;
        let edited = self
            .writer
            .edit(|edit| {
                let now = edit.now;
                edit.with_random(|contents, random| {
                    let kinds = contents.keyring.header();
                    let replaced = kinds.slots_of(SlotKind::Recovery).next().is_some();
                    let key = contents.keyring.renew_recovery(now, random)?;
                    Ok::<_, Failure>((key, replaced))
                })
            })
            .await;
        let replaced = edited.as_ref().ok().map(|(_, replaced)| *replaced);
        self.settle(offer, replaced).await;
        edited.map(|(key, _)| recovery_key(&key))
    }

    /// The person has typed the key of a sheet made before, or two places of the one that the page
    /// shows. It may be dead by now: renewed in another tab, or on another device.
    pub(super) async fn check_sheet(&self, typed: &str) -> Answer {
        let at_key = |failure: Failure| Failure {
            field: Some("key".into()),
            ..failure
        };
        let key = RecoveryKey::parse(typed).map_err(|error| at_key(keeper::mistyped(&error)))?;
        let contents = self.writer.read().await?;
        let slot = keeper::sheet_slot(&contents, &key)
            .ok_or_else(|| at_key(Failure::new("wrong_recovery_key")))?;
        let sheet = Sheet::new(slot, now_millis());
        sheet.save(&self.writer.store).await?;
        Ok(Reply::Done)
    }

    /// What is stored already will open with what is about to be replaced: the person is to decide.
    /// That is noted first, so that nobody goes without it should the worker die in between.
    pub(super) async fn offer_to_replace_older(&self) -> Result<Option<Offered>, Failure> {
        if destinations::load(&self.writer.store).await?.is_empty() {
            return Ok(None);
        }
        let sealed = self.writer.stored().await?.sealed;
        let (now, mut before) = (now_millis(), None);
        self.note_keys(|keys| before = keys.replaced_at.replace(now))
            .await?;
        Ok(Some(Offered { sealed, before }))
    }

    /// Takes it back where nothing was `replaced`; whether that is so when an edit has failed (`None`),
    /// what lies in the browser tells. One offer too many does no harm.
    pub(super) async fn settle(&self, offer: Option<Offered>, replaced: Option<bool>) {
        let Some(Offered { sealed, before }) = offer else {
            return;
        };
        let taken_back = match replaced {
            Some(replaced) => !replaced,
            None => {
                let stored = self.writer.stored().await;
                stored.is_ok_and(|stored| stored.sealed == sealed)
            }
        };
        if taken_back {
            let _ = self.note_keys(|keys| keys.replaced_at = before).await;
        }
    }

    /// All accounts as Key URIs, one per line.
    pub(super) async fn export_uris(&self, text: &str) -> Answer {
        self.check_passphrase(text).await?;
        let contents = self.writer.read().await?;
        let mut lines = String::new();
        for (_, account) in contents.vault.list() {
            for credential in account.credentials.values() {
                lines.push_str(&otpauth::format(
                    &account.issuer.value,
                    &account.label.value,
                    credential,
                ));
                lines.push('\n');
            }
        }
        Ok(Reply::Text { text: lines })
    }
}

/// To delete what was stored before a key was replaced.
pub(super) struct Offered {
    /// The vault before that.
    sealed: Vec<u8>,
    /// The offer that stood before.
    before: Option<u64>,
}

/// The recovery key, to be printed.
pub(super) fn recovery_key(key: &RecoveryKey) -> Reply {
    Reply::RecoveryKey {
        text: key.print().to_string(),
    }
}
