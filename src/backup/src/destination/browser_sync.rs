//! The browser's own sync storage (`storage.sync`): 100 KB in all, 8 KB an item, 512 items.
//!
//! What is written there lies in this browser first; when, and whether, it reaches the browser's
//! maker or another device is not to be seen from here. So it never counts as stored.

use holdfast_json::map::Map;

use base64ct::{Base64, Encoding};

use super::{Answer, Destination, Entry, Failure, Listing, Put};
use crate::cause::Cause;

/// The storage area.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and the simulation")]
pub trait SyncArea {
    /// Everything in it.
    ///
    /// # Errors
    /// When the browser can't read it.
    async fn all(&self) -> Result<Map<String, String>, SyncError>;

    /// Writes all these items, or none.
    ///
    /// # Errors
    /// When there is no room, or the browser can't.
    async fn set(&self, items: &Map<String, String>) -> Result<(), SyncError>;

    /// Removes these items.
    ///
    /// # Errors
    /// When the browser can't.
    async fn remove(&self, keys: &[String]) -> Result<(), SyncError>;
}

/// Why the sync storage can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncError {
    /// One of its limits is reached.
    Full,
    /// Too many changes in a short time.
    TooOften,
    /// Anything else: an administrator's policy, or a fault.
    Failed,
}

/// The browser's sync storage as a destination.
pub struct BrowserSync<A>(A);

/// Characters of an item's value. An item may have 8,192 bytes with its key and two quotes.
const PIECE: usize = 7_900;

impl<A: SyncArea> BrowserSync<A> {
    /// Keeps snapshots in that area.
    pub fn new(area: A) -> Self {
        Self(area)
    }

    /// The items of an object, in order; `None` if it is not there, or not all of it has arrived.
    async fn pieces(&self, path: &str) -> Result<Option<Vec<String>>, Failure> {
        let mut all = self.0.all().await?;
        let Some(count) = all.keys().find_map(|key| Piece::read(key)?.count_of(path)) else {
            return Ok(None);
        };
        let piece = |at| all.remove(&Piece { path, at, count }.key());
        Ok((0..count).map(piece).collect())
    }
}

impl<A: SyncArea> Destination for BrowserSync<A> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        if self.pieces(path).await?.is_some() {
            return Ok(answer(Put::AlreadyThere));
        }
        let text = Base64::encode_string(bytes);
        let pieces: Vec<String> = text
            .as_bytes()
            .chunks(PIECE)
            .map(|piece| String::from_utf8_lossy(piece).into_owned())
            .collect();
        let count = pieces.len();
        let items = pieces
            .into_iter()
            .enumerate()
            .map(|(at, piece)| (Piece { path, at, count }.key(), piece))
            .collect();
        self.0.set(&items).await?;
        Ok(answer(Put::Created))
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let mut listing = Listing::default();
        for (key, _) in self.0.all().await? {
            let Some(piece) = Piece::read(&key).filter(|piece| piece.at == 0) else {
                continue;
            };
            let (parent, name) = piece.path.rsplit_once('/').unwrap_or(("", piece.path));
            if parent == folder {
                listing.files.push(Entry {
                    name: name.to_owned(),
                    size: None,
                    modified: None,
                });
            } else if folder.is_empty() && !listing.folders.iter().any(|known| known == parent) {
                listing.folders.push(parent.to_owned());
            }
        }
        Ok(answer(listing))
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        let Some(pieces) = self.pieces(path).await? else {
            return Ok(answer(None));
        };
        let bytes = Base64::decode_vec(&pieces.concat());
        let bytes = bytes.map_err(|_| Failure::new(Cause::Damaged))?;
        Ok(answer(Some(bytes)))
    }

    async fn delete(&self, path: &str) -> Result<Answer<()>, Failure> {
        let all = self.0.all().await?;
        let own = |key: &&String| Piece::read(key).is_some_and(|piece| piece.path == path);
        let keys: Vec<String> = all.keys().filter(own).cloned().collect();
        self.0.remove(&keys).await?;
        Ok(answer(()))
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        self.0.all().await?;
        Ok(answer(()))
    }
}

/// What an item is a piece of.
struct Piece<'a> {
    path: &'a str,
    at: usize,
    count: usize,
}

impl<'a> Piece<'a> {
    fn key(&self) -> String {
        format!("snapshot:{}:{}:{}", self.path, self.at, self.count)
    }

    /// Reads an item's key; `None` for anything else that may stand there.
    fn read(key: &'a str) -> Option<Self> {
        let mut parts = key.strip_prefix("snapshot:")?.split(':');
        let piece = Self {
            path: parts.next()?,
            at: parts.next()?.parse().ok()?,
            count: parts.next()?.parse().ok()?,
        };
        // Whoever wrote the key, it must not make us ask for a million pieces.
        (parts.next().is_none() && piece.count <= 512 && piece.at < piece.count).then_some(piece)
    }

    fn count_of(&self, path: &str) -> Option<usize> {
        (self.path == path).then_some(self.count)
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        Self::new(match error {
            SyncError::Full => Cause::StorageFull,
            SyncError::TooOften => Cause::AskedToWait,
            SyncError::Failed => Cause::ServerFault,
        })
    }
}

fn answer<T>(value: T) -> Answer<T> {
    Answer {
        value,
        server_time: None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::test_support::now;

    /// A sync storage with the limits of the real one.
    #[derive(Default)]
    pub(crate) struct Area(pub RefCell<Map<String, String>>);

    impl SyncArea for &Area {
        async fn all(&self) -> Result<Map<String, String>, SyncError> {
            Ok(self.0.borrow().clone())
        }

        async fn set(&self, items: &Map<String, String>) -> Result<(), SyncError> {
            // Keys and values as JSON.
            let size = |(key, value): (&String, &String)| key.len() + value.len() + 2;
            let mut after = self.0.borrow().clone();
            after.extend(items.clone());
            let fits = items.iter().all(|item| size(item) <= 8192)
                && after.len() <= 512
                && after.iter().map(size).sum::<usize>() <= 102_400;
            if !fits {
                return Err(SyncError::Full);
            }
            self.0.replace(after);
            Ok(())
        }

        async fn remove(&self, keys: &[String]) -> Result<(), SyncError> {
            self.0.borrow_mut().retain(|key, _| !keys.contains(key));
            Ok(())
        }
    }

    #[test]
    fn what_is_longer_than_an_item_comes_back_whole() {
        let area = Area::default();
        let sync = BrowserSync::new(&area);
        let bytes: Vec<u8> = (0..30_000_u32).map(|n| n as u8).collect();
        assert_eq!(
            now(sync.put("vault/a", &bytes)).unwrap().value,
            Put::Created
        );
        let again = now(sync.put("vault/a", b"other")).unwrap().value;
        assert_eq!(again, Put::AlreadyThere);
        assert_eq!(area.0.borrow().len(), 6);
        let read = now(sync.get("vault/a")).unwrap().value;
        assert_eq!(read.as_deref(), Some(bytes.as_slice()));
        assert_eq!(now(sync.list("")).unwrap().value.folders, ["vault"]);
        assert_eq!(now(sync.list("vault")).unwrap().value.files[0].name, "a");
        now(sync.delete("vault/a")).unwrap();
        assert!(area.0.borrow().is_empty());
    }

    #[test]
    fn what_is_too_large_is_refused_whole() {
        let area = Area::default();
        let failed = now(BrowserSync::new(&area).put("vault/a", &[0; 80_000])).unwrap_err();
        assert_eq!(failed.cause, Cause::StorageFull);
        assert!(area.0.borrow().is_empty());
    }

    #[test]
    fn half_of_it_is_nothing_and_foreign_items_are_left_alone() {
        let area = Area::default();
        let sync = BrowserSync::new(&area);
        now(sync.put("vault/a", &[1; 9000])).unwrap();
        area.0.borrow_mut().remove("snapshot:vault/a:1:2");
        for key in ["theme", "snapshot:vault/b:0", "snapshot:vault/b:7:3"] {
            area.0.borrow_mut().insert(key.to_owned(), "x".to_owned());
        }
        assert_eq!(now(sync.get("vault/a")).unwrap().value, None);
        assert_eq!(now(sync.list("vault")).unwrap().value.files.len(), 1);
        now(sync.delete("vault/a")).unwrap();
        assert_eq!(area.0.borrow().len(), 3);
    }
}
