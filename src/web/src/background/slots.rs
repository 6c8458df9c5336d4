//! Requests about key slots: passkeys, the vault key itself, and what this installation notes about
//! the ways back in.

use holdfast_core::contents::Contents;
use holdfast_core::seal::{Keyring, PrfOutput, SealError, SlotId};
use holdfast_core::vault::Vault;

use super::keeper::{Keeper, bytes};
use super::keys::recovery_key;
use super::writer;
use crate::browser::clock::now_millis;
use crate::message::keys::{KeysRequest, NewPasskey};
use crate::message::{Answer, Reply};
use crate::store::keys::Passkey;

/// The longest label and note, in characters.
const LONGEST: usize = 400;

impl Keeper {
    pub(super) async fn keys(&self, request: KeysRequest) -> Answer {
        match request {
            KeysRequest::Begin { passphrase } => self.begin(&passphrase).await,
            KeysRequest::Prove { passphrase } => {
                self.check_passphrase(&passphrase).await?;
                Ok(Reply::Done)
            }
            KeysRequest::ChangeVaultKey { current, new } => {
                self.change_vault_key(&current, &new).await
            }
            KeysRequest::AddPasskey {
                passphrase,
                label,
                made,
            } => self.add_passkey(&passphrase, &label, &made).await,
            KeysRequest::RemoveSlot { slot, passphrase } => {
                self.remove_slot(slot, &passphrase).await
            }
            KeysRequest::CheckSheet { key } => self.check_sheet(&key).await,
            KeysRequest::SetWay {
                destination,
                mut way,
            } => {
                for text in [&mut way.note, &mut way.second] {
                    *text = text.trim().chars().take(LONGEST).collect();
                }
                self.note(|keys| {
                    // A copy made before may hold no code for that place yet.
                    if way.is_circle() && !keys.way(&destination).is_circle() {
                        keys.copied_at = None;
                    }
                    keys.ways.insert(destination, way);
                })
                .await
            }
            KeysRequest::ChangePassphrase { current, new } => {
                self.change_passphrase(&current, &new).await
            }
            KeysRequest::RenewRecoveryKey { passphrase } => {
                self.renew_recovery_key(&passphrase).await
            }
            KeysRequest::Transfer(request) => self.transfer(request).await,
            KeysRequest::ExportUris { passphrase } => self.export_uris(&passphrase).await,
            KeysRequest::KeepOlder => self.note(|keys| keys.replaced_at = None).await,
        }
    }

    async fn note(&self, change: impl FnOnce(&mut crate::store::keys::Keys)) -> Answer {
        self.note_keys(change).await?;
        Ok(Reply::Done)
    }

    /// Makes a new, empty vault, and unlocks it.
    pub(super) async fn create_vault(&self, passphrase: &str) -> Answer {
        self.refuse_if_there_is_a_vault().await?;
        let passphrase = self.new_passphrase(passphrase).await?;
        let keyring =
            writer::with_random(|random| Keyring::create(&passphrase, now_millis(), random))?;
        let contents = Contents {
            vault: Vault::default(),
            keyring,
        };
        self.adopt(contents).await?;
        Ok(Reply::Done)
    }

    /// A new vault that opens with the passphrase and with a recovery key.
    async fn begin(&self, passphrase: &str) -> Answer {
        self.refuse_if_there_is_a_vault().await?;
        let passphrase = self.new_passphrase(passphrase).await?;
        let (keyring, key) = writer::with_random(|random| {
            let mut keyring = Keyring::create(&passphrase, now_millis(), random)?;
            let key = keyring.renew_recovery(now_millis(), random)?;
            Ok::<_, SealError>((keyring, key))
        })?;
        let vault = Vault::default();
        self.adopt(Contents { vault, keyring }).await?;
        Ok(recovery_key(&key))
    }

    /// Somebody may know the vault key: a new one, a new passphrase, a new recovery key. Passkeys
    /// have to be added again; what is stored already still opens with what was replaced.
    async fn change_vault_key(&self, current: &str, new: &str) -> Answer {
        self.check_passphrase(current).await?;
        let new = self.new_passphrase(new).await?;
        let offer = self.offer_to_replace_older().await?;
        let edited = self
            .writer
            .edit(|edit| {
                let now = edit.now;
                edit.with_random(|contents, random| contents.keyring.rotate(&new, now, random))
            })
            .await;
        self.settle(offer, edited.is_ok().then_some(true)).await;
        let key = edited?;
        // Only tidying: what opens nothing is not offered anyway, and the key is shown this once.
        let _ = self.note_keys(|keys| keys.passkeys.clear()).await;
        Ok(recovery_key(&key))
    }

    async fn add_passkey(&self, passphrase: &str, label: &str, made: &NewPasskey) -> Answer {
        self.check_passphrase(passphrase).await?;
        let salt = bytes(&made.salt)?;
        let output = PrfOutput::from_bytes(*bytes(&made.output)?);
        let label: String = label.trim().chars().take(LONGEST).collect();
        let slot = self
            .writer
            .edit(|edit| {
                let now = edit.now;
                edit.with_random(|contents, random| {
                    contents
                        .keyring
                        .add_passkey(&output, &salt, &label, now, random)
                })
            })
            .await?;
        let passkey = Passkey {
            slot,
            credential: made.credential.clone(),
            salt: made.salt.clone(),
        };
        self.note(|keys| keys.passkeys.push(passkey)).await
    }

    async fn remove_slot(&self, slot: SlotId, passphrase: &str) -> Answer {
        self.check_passphrase(passphrase).await?;
        let offer = self.offer_to_replace_older().await?;
        let edited = self
            .writer
            .edit(|edit| Ok(edit.contents.keyring.remove(slot)?))
            .await;
        self.settle(offer, edited.is_ok().then_some(true)).await;
        edited?;
        let _ = self
            .note_keys(|keys| keys.passkeys.retain(|passkey| passkey.slot != slot))
            .await;
        Ok(Reply::Done)
    }
}
