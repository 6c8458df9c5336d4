//! What the engine needs of the world besides HTTP and the vault: the time, randomness and a
//! memory that outlives the worker.

/// The time and randomness.
pub trait Env {
    /// Milliseconds since the Unix epoch, by this computer's clock (which may be wrong and jump).
    fn now_millis(&self) -> u64;

    /// Fills `bytes` from a cryptographically secure source.
    fn fill_random(&self, bytes: &mut [u8]);
}

/// Small, named, durable documents of this device. They hold no secrets and never leave it.
///
/// A finished [`save`](Memory::save) must survive the death of the worker, the browser and the
/// computer; an unfinished one must leave either the old or the new bytes.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and the simulation")]
pub trait Memory {
    /// The bytes last saved under `key`, if any.
    ///
    /// # Errors
    /// When the browser's storage fails.
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError>;

    /// Replaces what is under `key`.
    ///
    /// # Errors
    /// When the browser's storage fails (quota, disk full, damage).
    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError>;

    /// The keys of all documents that begin with `prefix`. A memory that is asked for one destination
    /// alone has no others to tell of.
    ///
    /// # Errors
    /// When the browser's storage fails.
    async fn keys(&self, _prefix: &str) -> Result<Vec<String>, MemoryError> {
        Ok(Vec::new())
    }

    /// Keeps in mind that the last save under `key` failed, or no more: outside of the storage that
    /// fails, so that it outlives the worker, if not the browser. A memory that never fails has
    /// nothing to keep.
    async fn set_unsaved(&self, _key: &str, _unsaved: bool) {}

    /// Whether the last save under `key` failed, as far as that was kept.
    async fn is_unsaved(&self, _key: &str) -> bool {
        false
    }
}

/// The browser's own storage failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryError;

impl<T: Env + ?Sized> Env for &T {
    fn now_millis(&self) -> u64 {
        (**self).now_millis()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        (**self).fill_random(bytes);
    }
}

impl<T: Memory + ?Sized> Memory for &T {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        (**self).load(key).await
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        (**self).save(key, bytes).await
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>, MemoryError> {
        (**self).keys(prefix).await
    }

    async fn set_unsaved(&self, key: &str, unsaved: bool) {
        (**self).set_unsaved(key, unsaved).await;
    }

    async fn is_unsaved(&self, key: &str) -> bool {
        (**self).is_unsaved(key).await
    }
}

/// A random array.
pub(crate) fn random<const N: usize>(env: &impl Env) -> [u8; N] {
    let mut bytes = [0; N];
    env.fill_random(&mut bytes);
    bytes
}
