//! Lists that come in pages: how far one is followed.

use super::Failure;
use crate::cause::Cause;
use crate::http::HttpResponse;

/// Pages of one list, at most: of a thousand entries each, or two hundred.
const MOST: usize = 400;
/// Bytes of all its pages together: a folder of some 20,000 snapshots.
const MOST_BYTES: usize = 16 << 20;

/// What a list has led to so far. A server that sends us in circles, or on and on, must hold up no
/// worker; what was seen of its list is no whole one.
#[derive(Default)]
pub(super) struct Pages {
    followed: Vec<String>,
    bytes: usize,
}

impl Pages {
    /// Notes where `page` says that the list goes on.
    ///
    /// # Errors
    /// It has led there before, or far enough.
    pub(super) fn follow(&mut self, next: &str, page: &HttpResponse) -> Result<(), Failure> {
        self.bytes += page.body.len();
        let again = self.followed.iter().any(|known| known == next);
        if again || self.followed.len() + 1 >= MOST || self.bytes > MOST_BYTES {
            return Err(Failure::from_response(Cause::ServerFault, page));
        }
        self.followed.push(next.to_owned());
        Ok(())
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
