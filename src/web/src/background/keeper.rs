//! What both of the background's tasks need: opening sealed vaults, and making one this profile's
//! own.

use std::rc::Rc;

use holdfast_backup::name::Tag;
use holdfast_core::contents::Contents;
use holdfast_core::seal::{self, RecoveryKey, SealError, SlotKind, SlotSecret};

use super::kdf::Kdf;
use super::writer::Writer;
use super::{lock, writer};
use crate::browser::random;
use crate::message::{Failure, Nothing};
use crate::store::identity::Identity;

/// The writer, and who derives keys for it.
pub struct Keeper {
    /// Derives keys, in a module of its own.
    pub kdf: Kdf,
    /// The vault's only writer.
    pub writer: Rc<Writer>,
}

impl Keeper {
    /// Opens the stores.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn new(kdf: Kdf) -> Result<Self, Failure> {
        Ok(Self {
            kdf,
            writer: Rc::new(Writer::new().await?),
        })
    }

    /// Opens a sealed vault with a passphrase or a recovery key, whichever the text is.
    ///
    /// # Errors
    /// `wrong_passphrase` and whatever else opening gives.
    pub async fn open_with(&self, sealed: &[u8], secret: &str) -> Result<Contents, Failure> {
        let file = seal::read(sealed)?;
        if let Ok(key) = RecoveryKey::parse(secret) {
            return Ok(Contents::recover(sealed, &key)?);
        }
        let mut wrong = Failure::from(SealError::SlotNotFound);
        // Two slots after two devices changed the passphrase without knowing of each other.
        for slot in file.header().slots_of(SlotKind::Passphrase) {
            let (Some(salt), Some(params)) = (slot.salt(), slot.kdf()) else {
                continue;
            };
            let derived = self.kdf.derive(secret, salt, params).await?;
            match Contents::unlock(sealed, slot.id(), SlotSecret::Passphrase(&derived)) {
                Ok(contents) => return Ok(contents),
                Err(error) => {
                    wrong = Failure {
                        field: Some("passphrase".into()),
                        ..error.into()
                    }
                }
            }
        }
        Err(wrong)
    }

    /// Asks for the passphrase again, before something that cannot be taken back.
    ///
    /// # Errors
    /// `wrong_passphrase`.
    pub async fn check_passphrase(&self, text: &str) -> Result<(), Failure> {
        let stored = self.writer.stored().await?;
        self.open_with(&stored.sealed, text).await.map(drop)
    }

    /// Takes a vault as this profile's own, under a device identity of its own, and unlocks it.
    ///
    /// # Errors
    /// `could_not_save_here`.
    pub async fn adopt(&self, contents: Contents) -> Nothing {
        let key = contents.keyring.current_key().clone();
        let identity = Identity::new(
            Tag::from_random(random::array()?),
            writer::vault_tag(&contents)?,
        );
        self.writer.put(contents, identity).await?;
        lock::unlock(key.expose()).await
    }
}
