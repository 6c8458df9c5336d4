//! Going on as another device where the browser has lost the device key.

use holdfast_backup::name::Tag;
use holdfast_core::contents::Contents;

use super::writer::{Open, Writer, vault_tag};
use crate::browser::clock::now_millis;
use crate::browser::random;
use crate::message::Failure;
use crate::store::generations::Good;
use crate::store::identity::Identity;
use crate::store::lost;

impl Writer {
    /// Sets aside what does not open, and goes on with a version of its own after the stored one.
    ///
    /// # Errors
    /// `could_not_save_here`, or when the browser has no randomness.
    pub(super) async fn begin_anew(
        &self,
        stored: &Good,
        contents: &Contents,
    ) -> Result<Identity, Failure> {
        let now = now_millis();
        lost::set_aside(&self.store, now).await?;
        let tag = Tag::from_random(random::array()?);
        let mut open = Open {
            contents: contents.clone(),
            identity: Identity {
                version: stored.version,
                ..Identity::new(tag, vault_tag(contents)?)
            },
        };
        self.save(&mut open, now).await?;
        Ok(open.identity)
    }
}
