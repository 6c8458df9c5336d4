//! The vault's only writer: one edit at a time, sealed, stored and read again before anybody is
//! told that it happened.

use holdfast_json::map::Map;

use holdfast_backup::digest::Digest;
use holdfast_backup::name::DeviceTag;
use holdfast_backup::vault::Change;
use holdfast_core::contents::Contents;
use holdfast_core::seal::VaultKey;
use holdfast_core::vault::{Clock, EditContext, Id, Vault};

use super::lock;
use crate::browser::turn::Turn;
use crate::browser::{clock::now_millis, random};
use crate::message::Failure;
use crate::store::device::DeviceStore;
use crate::store::generations::{Found, Good};
use crate::store::identity::{Identity, Known};
use crate::store::{local, session};

/// The name of the lock that makes this the only writer.
const TURN: &str = "vault";

/// The writer.
pub struct Writer {
    /// The device-local store.
    pub store: DeviceStore,
}

/// The vault, open.
pub struct Open {
    /// What it holds.
    pub contents: Contents,
    /// What is known of it without its key, as of the last write.
    pub identity: Identity,
}

/// What an edit may do.
pub struct Edit<'a> {
    /// The vault and its keyring.
    pub contents: &'a mut Contents,
    /// Milliseconds since the Unix epoch.
    pub now: u64,
    identity: &'a Identity,
    clock: &'a mut Clock,
}

impl Edit<'_> {
    /// Edits accounts: who, when, and randomness are supplied.
    ///
    /// # Errors
    /// Whatever the edit gives; or when the browser has no randomness.
    pub fn accounts<T, E: Into<Failure>>(
        &mut self,
        edit: impl FnOnce(&mut Vault, &mut EditContext<'_>) -> Result<T, E>,
    ) -> Result<T, Failure> {
        self.all(|contents, context| edit(&mut contents.vault, context))
    }

    /// Edits accounts and keyring: who, when, and randomness are supplied.
    ///
    /// # Errors
    /// As [`Edit::accounts`].
    pub fn all<T, E: Into<Failure>>(
        &mut self,
        edit: impl FnOnce(&mut Contents, &mut EditContext<'_>) -> Result<T, E>,
    ) -> Result<T, Failure> {
        let (now, device) = (self.now, self.identity.device_id());
        let clock = &mut *self.clock;
        let contents = &mut *self.contents;
        with_random(|random| {
            edit(
                contents,
                &mut EditContext {
                    now,
                    device,
                    clock,
                    random,
                },
            )
        })
    }

    /// Edits vault or keyring with randomness supplied.
    ///
    /// # Errors
    /// Whatever the edit gives; or when the browser has no randomness.
    pub fn with_random<T, E: Into<Failure>>(
        &mut self,
        edit: impl FnOnce(&mut Contents, &mut dyn FnMut(&mut [u8])) -> Result<T, E>,
    ) -> Result<T, Failure> {
        with_random(|random| edit(self.contents, random))
    }
}

impl Writer {
    /// Opens the device-local store.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn new() -> Result<Self, Failure> {
        Ok(Self {
            store: DeviceStore::open().await?,
        })
    }

    /// The newest good generation.
    ///
    /// # Errors
    /// `no_vault`, `vault_damaged`, or when the browser can't read.
    pub async fn stored(&self) -> Result<Good, Failure> {
        match local::load().await? {
            Found::Vault { good, .. } => Ok(good),
            found => Err(Failure::new(found.code())),
        }
    }

    /// The key of this session.
    ///
    /// # Errors
    /// `vault_locked`.
    pub async fn key(&self) -> Result<VaultKey, Failure> {
        let key = session::load(now_millis())
            .await?
            .ok_or_else(|| Failure::new("vault_locked"))?;
        VaultKey::try_from(key.as_slice()).map_err(|_| Failure::new("vault_locked"))
    }

    /// Reads and opens the vault, to look and not to change.
    ///
    /// # Errors
    /// `vault_locked`, `no_vault`, `vault_damaged` and whatever opening gives.
    pub async fn read(&self) -> Result<Contents, Failure> {
        let key = self.key().await?;
        Ok(Contents::open(&self.stored().await?.sealed, [&key])?)
    }

    /// Edits the vault. Nothing is stored when `edit` fails, or when it changes nothing.
    ///
    /// # Errors
    /// As [`Writer::read`], whatever `edit` gives, and `could_not_save_here`.
    pub async fn edit<T>(
        &self,
        edit: impl FnOnce(&mut Edit<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let _turn = Turn::take(TURN).await?;
        let key = self.key().await?;
        let stored = self.stored().await?;
        let contents = Contents::open(&stored.sealed, [&key])?;
        let identity = self.known(&stored, &contents).await?;
        let mut open = Open { contents, identity };
        let before = open.contents.clone();
        let now = now_millis();
        let mut clock = open.contents.vault.clock(now);
        let value = edit(&mut Edit {
            contents: &mut open.contents,
            now,
            identity: &open.identity,
            clock: &mut clock,
        })?;
        open.contents.vault.purge(now);
        if open.contents != before {
            self.save(&mut open, now).await?;
        }
        Ok(value)
    }

    /// Stores the first vault of a profile. Deriving its key took a while, in which another page may
    /// have made one: so it is looked again, in this turn. `restored`: damaged bytes are set aside.
    ///
    /// # Errors
    /// `vault_exists`, `vault_damaged` and `could_not_save_here`.
    pub async fn put_first(
        &self,
        contents: Contents,
        mut identity: Identity,
        restored: bool,
    ) -> Result<(), Failure> {
        let _turn = Turn::take(TURN).await?;
        let now = now_millis();
        let found = local::load().await?;
        if !found.gives_way(restored) {
            return Err(Failure::new(found.code()));
        }
        if found == Found::Damaged {
            local::set_damaged_aside(now).await?;
        }
        // What this installation stored before may be newer than what was restored, also where the
        // damaged bytes were set aside by an attempt that then could not save.
        if let Ok(former) = self.identity().await {
            identity.fall_back(former.version);
        }
        self.save(&mut Open { contents, identity }, now).await
    }

    /// Seals the stored vault anew and stores it, content unchanged.
    ///
    /// # Errors
    /// As [`Writer::read`], and `could_not_save_here`.
    pub async fn reseal(&self) -> Result<(), Failure> {
        let _turn = Turn::take(TURN).await?;
        let contents = self.read().await?;
        let identity = self.known(&self.stored().await?, &contents).await?;
        self.save(&mut Open { contents, identity }, now_millis())
            .await
    }

    /// Takes `fresh` as this installation's tag, if it still has the tag `former`: it shares that
    /// with a copy of itself.
    ///
    /// # Errors
    /// When the browser can't write.
    pub async fn renew_device(&self, former: &DeviceTag, fresh: DeviceTag) -> Result<(), Failure> {
        self.note(|identity| {
            if identity.device == *former {
                identity.device = fresh;
            }
        })
        .await
    }

    /// Brings what is known without the key in line with what was just opened with it: after a
    /// write that was cut off, or after falling back to the older generation.
    ///
    /// # Errors
    /// As [`Writer::read`], and `could_not_save_here`.
    pub async fn reconcile(&self) -> Result<(), Failure> {
        let _turn = Turn::take(TURN).await?;
        let mut contents = self.read().await?;
        let identity = self.known(&self.stored().await?, &contents).await?;
        if identity.content == digest(&mut contents)? {
            return Ok(());
        }
        self.save(&mut Open { contents, identity }, now_millis())
            .await
    }

    /// What is known of the vault without its key.
    ///
    /// # Errors
    /// `no_vault` in a profile that has none, or when the browser can't read it.
    pub async fn identity(&self) -> Result<Identity, Failure> {
        Identity::load(&self.store)
            .await?
            .ok_or_else(|| Failure::new("no_vault"))
    }

    /// The same, with the vault at hand: where it is lost, this installation begins anew as another
    /// device, and goes on with a version of its own. An older generation goes on after the one that
    /// it stands in for, whoever writes first.
    async fn known(&self, stored: &Good, contents: &Contents) -> Result<Identity, Failure> {
        let known = self.identity().await;
        if known.is_err() && self.store.has_lost(Identity::NAME).await? {
            return self.begin_anew(stored, contents).await;
        }
        let mut identity = known?;
        if identity.version != stored.version {
            identity.fall_back(stored.version);
        }
        Ok(identity)
    }

    /// What opens and edits is there all the time, and this happens once in a profile's life if ever:
    /// the task that connects destinations does it.
    #[cfg(not(feature = "connect"))]
    #[expect(clippy::unused_async, reason = "as the one that does it")]
    async fn begin_anew(&self, _: &Good, _: &Contents) -> Result<Identity, Failure> {
        Err(Failure::new(super::DEVICE_KEY_LOST))
    }

    /// Changes what is known beside the vault.
    ///
    /// # Errors
    /// When the browser can't read or write.
    pub async fn note(&self, change: impl FnOnce(&mut Identity)) -> Result<(), Failure> {
        let _turn = Turn::take(TURN).await?;
        let mut identity = self.identity().await?;
        change(&mut identity);
        Ok(identity.save(&self.store).await?)
    }

    pub(super) async fn save(&self, open: &mut Open, now: u64) -> Result<(), Failure> {
        let content = digest(&mut open.contents)?;
        if content != open.identity.content || open.identity.version == 0 {
            open.identity.version += 1;
            open.identity.content = content;
            open.identity.changed_at = now;
            open.identity.accounts = known(&open.contents.vault, &open.identity, now);
        }
        open.identity.vault = vault_tag(&open.contents)?;
        open.identity.slots = open.contents.keyring.live().map(|(id, _)| id).collect();
        let sealed = open.contents.seal(&random::array()?)?;
        // What would not open again takes nothing's place.
        Contents::open(&sealed, [open.contents.keyring.current_key()])?;
        let beside = self.store.sealed(Identity::NAME, &open.identity).await?;
        let could_not = |error: crate::browser::BrowserError| {
            Failure::new("could_not_save_here").detailed(error.0)
        };
        let outcome = local::save(open.identity.version, &sealed, beside)
            .await
            .map_err(could_not);
        // The status names a browser that can't save before everything else.
        session::set_unsaved(session::VAULT_UNSAVED, outcome.is_err()).await?;
        outcome?;
        lock::follow(open.contents.keyring.current_key().expose()).await
    }
}

/// Supplies randomness. The browser has never refused it; should it, the outcome is thrown away.
///
/// # Errors
/// Whatever `f` gives; or when the browser has no randomness.
pub fn with_random<T, E: Into<Failure>>(
    f: impl FnOnce(&mut dyn FnMut(&mut [u8])) -> Result<T, E>,
) -> Result<T, Failure> {
    let mut failed = None;
    let outcome = f(&mut |bytes| failed = random::fill(bytes).err().or(failed.take()));
    match failed {
        Some(error) => Err(error.into()),
        None => outcome.map_err(Into::into),
    }
}

/// The digest of everything that a backup has to carry.
///
/// # Errors
/// None that a readable vault gives.
pub fn digest(contents: &mut Contents) -> Result<Digest, Failure> {
    Ok(Digest(contents.content_hash()))
}

/// The vault's tag at destinations.
///
/// # Errors
/// None: 32 hexadecimal digits are a tag.
pub fn vault_tag(contents: &Contents) -> Result<holdfast_backup::name::VaultTag, Failure> {
    let text = contents.keyring.vault().to_string();
    text.parse().map_err(|_| Failure::new("vault_damaged"))
}

/// Per account its last change: the present one where its content differs from what was known.
fn known(vault: &Vault, before: &Identity, now: u64) -> Map<Id, Known> {
    let change = Change {
        version: before.version,
        at: now,
    };
    let of = |(id, hash): (Id, [u8; 32])| {
        let digest = base16ct::lower::encode_string(hash.get(..8).unwrap_or_default());
        let same = before
            .accounts
            .get(&id)
            .filter(|known| known.digest == digest);
        (id, same.cloned().unwrap_or(Known { change, digest }))
    };
    vault.account_hashes().into_iter().map(of).collect()
}
