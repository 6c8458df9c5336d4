//! A login of a password manager, with a one-time password among its fields.

use super::{Reason, address, collect, lines};
use crate::account::AccountDraft;

/// The fields of a login.
#[derive(Default)]
pub(super) struct Login<'a> {
    pub(super) title: &'a str,
    pub(super) username: &'a str,
    pub(super) note: &'a str,
    pub(super) urls: Vec<&'a str>,
    pub(super) groups: Vec<String>,
    /// A Key URI, or a bare secret, which means the defaults of the Key URI format.
    pub(super) totp: &'a str,
}

impl Login<'_> {
    /// What a list names it by.
    pub(super) fn name(&self) -> String {
        collect::name(self.title, self.username)
    }

    /// The account. What the Key URI leaves open, the login says.
    pub(super) fn draft(&self) -> Result<AccountDraft, Reason> {
        let totp = self.totp.trim();
        if totp.is_empty() {
            return Err(Reason::NoCode);
        }
        let mut draft = if lines::is(totp) {
            lines::uri(totp)?
        } else if totp.contains("://") {
            return Err(Reason::UnknownEncoding);
        } else {
            let mut draft = AccountDraft::default();
            totp.clone_into(&mut draft.secret);
            draft
        };
        if draft.issuer.trim().is_empty() && draft.label.trim() != self.title.trim() {
            self.title.clone_into(&mut draft.issuer);
        }
        if draft.label.trim().is_empty() {
            let named = [self.username, self.title];
            let other = |name: &&str| !name.trim().is_empty() && *name != draft.issuer;
            draft.label = named.into_iter().find(other).unwrap_or_default().to_owned();
        }
        if draft.note.is_empty() {
            self.note.clone_into(&mut draft.note);
        }
        draft.groups.extend(self.groups.iter().cloned());
        draft.groups.retain(|group| !group.trim().is_empty());
        draft.sites = address::sites(self.urls.iter().copied());
        Ok(draft)
    }
}
