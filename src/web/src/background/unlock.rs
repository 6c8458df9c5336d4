//! Making a vault, and opening it for the session.

use holdfast_core::contents::Contents;
use holdfast_core::seal::{Keyring, PrfOutput, SlotId, SlotSecret};
use holdfast_core::vault::Vault;

use super::keeper::{Keeper, bytes};
use super::{lock, writer};
use crate::browser::clock::now_millis;
use crate::message::{Answer, Failure, Reply};

impl Keeper {
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

    /// Opens the vault for the session. A wrong passphrase changes nothing.
    pub(super) async fn unlock(&self, secret: &str) -> Answer {
        let stored = self.writer.stored().await?;
        let contents = self.open_with(&stored.sealed, secret).await?;
        lock::unlock(contents.keyring.current_key().expose()).await?;
        self.writer.reconcile().await?;
        self.note_sheet(&contents, secret).await?;
        Ok(Reply::Done)
    }

    /// Opens the vault for the session with a passkey of this installation.
    pub(super) async fn unlock_with_passkey(&self, slot: SlotId, output: &str) -> Answer {
        let output = PrfOutput::from_bytes(*bytes(output)?);
        let stored = self.writer.stored().await?;
        let contents = Contents::unlock(&stored.sealed, slot, SlotSecret::Passkey(&output))
            .map_err(|error| Failure {
                field: Some("passphrase".into()),
                ..error.into()
            })?;
        lock::unlock(contents.keyring.current_key().expose()).await?;
        self.writer.reconcile().await?;
        Ok(Reply::Done)
    }
}
