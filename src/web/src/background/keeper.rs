//! What both of the background's tasks need: opening sealed vaults, and making one this profile's
//! own.

use std::rc::Rc;

use base64ct::{Base64, Encoding};
use holdfast_backup::name::Tag;
use holdfast_core::Coded as _;
use holdfast_core::contents::{Contents, ContentsError};
use holdfast_core::passphrase;
use holdfast_core::seal::kdf::KdfParams;
use holdfast_core::seal::{
    self, NewPassphrase, RecoveryKey, RecoveryKeyError, SealError, SlotId, SlotKind, SlotSecret,
};
use zeroize::Zeroizing;

use super::kdf::Kdf;
use super::writer::Writer;
use super::{lock, writer};
use crate::browser::clock::now_millis;
use crate::browser::random;
use crate::browser::turn::Turn;
use crate::message::{Failure, Nothing};
use crate::store::identity::Identity;
use crate::store::keys::{Keys, Sheet};
use crate::store::local;

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
        let key = match RecoveryKey::parse(secret) {
            Ok(key) => return Contents::recover(sealed, &key).map_err(at_passphrase),
            Err(error) => error,
        };
        let mut wrong = Failure::from(SealError::SlotNotFound);
        // Two slots after two devices changed the passphrase without knowing of each other.
        for slot in file.header().slots_of(SlotKind::Passphrase) {
            let (Some(salt), Some(params)) = (slot.salt(), slot.kdf()) else {
                continue;
            };
            let derived = self.kdf.derive(secret, salt, params).await?;
            match Contents::unlock(sealed, slot.id(), SlotSecret::Passphrase(&derived)) {
                Ok(contents) => return Ok(contents),
                Err(error @ ContentsError::Seal(SealError::WrongPassphrase)) => {
                    wrong = at_passphrase(error);
                }
                // The passphrase is right, and what it opens is not.
                Err(error) => return Err(at_passphrase(error)),
            }
        }
        // Nobody's passphrase, and rather a recovery key: say where it is mistyped.
        if RecoveryKey::resembles(secret) {
            return Err(mistyped(&key));
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

    /// A passphrase on its way into a slot: checked against the floor, derived with a fresh salt.
    ///
    /// # Errors
    /// A passphrase below the floor.
    pub(super) async fn new_passphrase(&self, text: &str) -> Result<NewPassphrase, Failure> {
        passphrase::check(text)?;
        let params = KdfParams::DEFAULT;
        let salt = random::array()?;
        let derived = self.kdf.derive(text, &salt, params).await?;
        Ok(NewPassphrase {
            params,
            salt,
            derived,
        })
    }

    /// A profile has one vault. Damaged bytes are a vault too: they are set aside, not replaced.
    pub(super) async fn refuse_if_there_is_a_vault(&self) -> Result<(), Failure> {
        let found = local::load().await?;
        match found.gives_way(false) {
            true => Ok(()),
            false => Err(Failure::new(found.code())),
        }
    }

    /// Takes a vault as this profile's own, under a device identity of its own, and unlocks it.
    ///
    /// # Errors
    /// As [`Writer::put_first`].
    pub async fn adopt(&self, contents: Contents) -> Nothing {
        let key = contents.keyring.current_key().clone();
        let identity = Identity::new(
            Tag::from_random(random::array()?),
            writer::vault_tag(&contents)?,
        );
        self.writer.put_first(contents, identity, false).await?;
        lock::unlock(key.expose()).await
    }

    /// Changes what this installation keeps about the ways into the vault.
    ///
    /// # Errors
    /// When the browser can't read or write.
    pub async fn note_keys(&self, change: impl FnOnce(&mut Keys)) -> Nothing {
        let _turn = Turn::take("keys").await?;
        let mut keys = Keys::load(&self.writer.store).await?;
        change(&mut keys);
        Ok(keys.save(&self.writer.store).await?)
    }

    /// Whoever has just opened the vault with a recovery key has a sheet that can be read: one that
    /// still opens it, or none is noted. What was opened stays open if that can't be written.
    pub async fn note_sheet(&self, contents: &Contents, secret: &str) {
        let slot = RecoveryKey::parse(secret)
            .ok()
            .and_then(|key| sheet_slot(contents, &key));
        let identity = self.writer.identity().await;
        if let (Some(slot), Ok(identity)) = (slot, identity)
            && identity.slots.contains(&slot)
        {
            let _ = Sheet::new(slot, now_millis())
                .save(&self.writer.store)
                .await;
        }
    }
}

/// The slot that a recovery key opens.
pub fn sheet_slot(contents: &Contents, key: &RecoveryKey) -> Option<SlotId> {
    let header = contents.keyring.header();
    header
        .slots_of(SlotKind::Recovery)
        .find(|slot| slot.unwrap(header.vault, SlotSecret::Recovery(key)).is_ok())
        .map(seal::Slot::id)
}

/// Where a recovery key is mistyped. Groups are counted from 1, as on the sheet.
pub fn mistyped(error: &RecoveryKeyError) -> Failure {
    let (code, place) = match error {
        RecoveryKeyError::Length { typed, group: None } => {
            ("recovery_key_incomplete", typed.to_string())
        }
        RecoveryKeyError::Length {
            group: Some(group), ..
        } => (error.code(), (group + 1).to_string()),
        RecoveryKeyError::Character { position } => (
            error.code(),
            (position / seal::GROUP_LENGTH + 1).to_string(),
        ),
        RecoveryKeyError::Groups(groups) => {
            let numbers: Vec<String> = groups.iter().map(|n| (n + 1).to_string()).collect();
            (error.code(), numbers.join(", "))
        }
        RecoveryKeyError::Checksum => return Failure::of_field(error.code(), "passphrase"),
    };
    Failure::of_field(code, "passphrase").detailed(place)
}

/// The field is the one for whatever opens the vault.
fn at_passphrase(error: ContentsError) -> Failure {
    Failure {
        field: Some("passphrase".into()),
        ..error.into()
    }
}

/// 32 bytes that the browser made.
pub(super) fn bytes(text: &str) -> Result<Zeroizing<[u8; 32]>, Failure> {
    let bytes = Base64::decode_vec(text).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| Failure::new("passkey_unavailable"))?;
    let array = <[u8; 32]>::try_from(bytes.as_slice());
    array
        .map(Zeroizing::new)
        .map_err(|_| Failure::new("passkey_unavailable"))
}
