//! Making a vault, and opening it for the session.

use holdfast_backup::name::Tag;
use holdfast_core::contents::Contents;
use holdfast_core::seal::Keyring;
use holdfast_core::vault::Vault;

use super::{Inner, lock, writer};
use crate::browser::clock::now_millis;
use crate::browser::random;
use crate::message::{Answer, Failure, Reply};
use crate::store::generations::Found;
use crate::store::identity::Identity;
use crate::store::local;

impl Inner {
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
        self.adopt(contents).await
    }

    /// Opens the vault for the session. A wrong passphrase changes nothing.
    pub(super) async fn unlock(&self, secret: &str) -> Answer {
        let stored = self.writer.stored().await?;
        let contents = self.open_with(&stored.sealed, secret).await?;
        lock::unlock(contents.keyring.current_key().expose()).await?;
        self.writer.reconcile().await?;
        Ok(Reply::Done)
    }

    /// Takes a vault as this profile's own, under a device identity of its own, and unlocks it.
    pub(super) async fn adopt(&self, contents: Contents) -> Answer {
        let key = contents.keyring.current_key().clone();
        let identity = Identity::new(
            Tag::from_random(random::array()?),
            writer::vault_tag(&contents)?,
        );
        self.writer.put(contents, identity).await?;
        lock::unlock(key.expose()).await
    }

    /// A profile has one vault. Damaged bytes are a vault too: they are set aside, not replaced.
    pub(super) async fn refuse_if_there_is_a_vault(&self) -> Result<(), Failure> {
        match local::load().await? {
            Found::Nothing => Ok(()),
            Found::Vault { .. } => Err(Failure::new("vault_exists")),
            Found::Damaged => Err(Failure::new("vault_damaged")),
        }
    }
}
