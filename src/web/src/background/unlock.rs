//! Opening the vault for the session.

use holdfast_core::contents::Contents;
use holdfast_core::seal::{PrfOutput, SlotId, SlotSecret};

use super::keeper::{Keeper, bytes};
use super::lock;
use crate::browser::clock::now_millis;
use crate::message::{Answer, Failure, Reply};
use crate::store::session;

impl Keeper {
    /// Opens the vault for the session. A wrong passphrase changes nothing. It goes on when the page
    /// that asked is closed, and whichever is opened next can see that it does.
    pub(super) async fn unlock(&self, secret: &str) -> Answer {
        // Only for show: without it the vault opens all the same.
        let _ = session::set_unlocking(Some(now_millis())).await;
        let answer = self.open_for_session(secret).await;
        let _ = session::set_unlocking(None).await;
        answer
    }

    async fn open_for_session(&self, secret: &str) -> Answer {
        let stored = self.writer.stored().await?;
        let contents = self.open_with(&stored.sealed, secret).await?;
        lock::unlock(contents.keyring.current_key().expose()).await?;
        self.writer.reconcile().await?;
        self.note_sheet(&contents, secret).await;
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
