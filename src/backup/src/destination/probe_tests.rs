use super::super::{Answer, Listing};
use super::*;
use crate::test_support::now;
use crate::test_world::{Bench, Shelf};

/// A shelf whose deletions fail like that.
struct Keeps<'a>(&'a Shelf, Failure);

impl Destination for Keeps<'_> {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<Answer<Put>, Failure> {
        self.0.put(path, bytes).await
    }

    async fn list(&self, folder: &str) -> Result<Answer<Listing>, Failure> {
        let mut listed = self.0.list(folder).await?;
        listed.value.available = folder.is_empty().then_some(7);
        Ok(listed)
    }

    async fn get(&self, path: &str) -> Result<Answer<Option<Vec<u8>>>, Failure> {
        self.0.get(path).await
    }

    async fn delete(&self, _: &str) -> Result<Answer<()>, Failure> {
        Err(self.1.clone())
    }

    async fn prepare(&self) -> Result<Answer<()>, Failure> {
        self.0.prepare().await
    }
}

fn found(failure: Failure) -> Capabilities {
    now(probe(&Bench::new(), &Keeps(&Shelf::default(), failure))).unwrap()
}

#[test]
fn only_who_refuses_to_delete_is_never_asked_again() {
    for cause in [Cause::PermissionMissing, Cause::NotAllowed] {
        assert!(!found(Failure::new(cause)).deletes, "{cause:?}");
    }
    for cause in [
        Cause::Unreachable,
        Cause::AskedToWait,
        Cause::ServerFault,
        Cause::SignedOut,
    ] {
        assert!(found(Failure::new(cause)).deletes, "{cause:?}");
    }
    for (status, deletes) in [(405, false), (501, false), (500, true), (404, true)] {
        let failure = Failure {
            status: Some(status),
            ..Failure::new(Cause::NotAStorageServer)
        };
        assert_eq!(found(failure).deletes, deletes, "{status}");
    }
    let here = Failure {
        hint: Some(Hint::GrantInBrowser),
        ..Failure::new(Cause::PermissionMissing)
    };
    assert!(found(here).deletes);
}

#[test]
fn the_room_is_known_wherever_it_is_told() {
    let room = found(Failure::new(Cause::Unreachable)).available;
    assert_eq!(room, Some(7));
}
