//! Requests that change accounts.

use holdfast_core::account::{AccountDraft, NewAccount};
use holdfast_core::otpauth;
use holdfast_core::vault::{Duplicates, EditError, FieldChanges, Id};

use super::writer::{Edit, Writer};
use crate::message::{AccountEdit, Answer, Failure, Refused, Reply};

/// The longest text that is read at once, in bytes: some ten thousand URIs.
const MAX_TEXT: usize = 4 * 1024 * 1024;

impl Writer {
    /// Adds one account per line. Lines that can't be read are reported, the others are added.
    pub(super) async fn add_uris(&self, text: &str) -> Answer {
        if text.len() > MAX_TEXT {
            return Err(Failure::of_field("too_large", "uri"));
        }
        let lines = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty());
        let (mut accounts, mut refused) = (Vec::new(), Vec::new());
        for (line, text) in lines {
            match otpauth::parse(text) {
                Ok(account) => accounts.push((line, account)),
                Err(error) => refused.push(Refused {
                    line,
                    why: error.into(),
                }),
            }
        }
        match (accounts.is_empty(), refused.pop()) {
            (true, None) => Err(Failure::of_field("input_empty", "uri")),
            // One line that is nothing: say why, as for a field.
            (true, Some(only)) if refused.is_empty() => Err(only.why),
            (_, last) => {
                refused.extend(last);
                self.add_all(accounts, refused).await
            }
        }
    }

    /// Adds the account of the form.
    pub(super) async fn add_by_hand(&self, draft: &AccountDraft) -> Answer {
        let account = draft.parse()?;
        let id = self
            .edit(|edit| {
                edit.accounts(|vault, context| vault.add(account, Duplicates::Refuse, context))
            })
            .await?;
        Ok(Reply::Added {
            ids: vec![id],
            refused: Vec::new(),
            duplicates: 0,
        })
    }

    async fn add_all(
        &self,
        accounts: Vec<(usize, NewAccount)>,
        mut refused: Vec<Refused>,
    ) -> Answer {
        let (lines, accounts): (Vec<_>, Vec<_>) = accounts.into_iter().unzip();
        let results = self
            .edit(|edit| {
                edit.accounts(|vault, context| {
                    Ok::<_, Failure>(vault.add_all(accounts, Duplicates::Refuse, context))
                })
            })
            .await?;
        let (mut ids, mut duplicates) = (Vec::new(), 0);
        for (line, result) in lines.into_iter().zip(results) {
            match result {
                Ok(id) => ids.push(id),
                Err(EditError::Duplicate { .. }) => duplicates += 1,
                Err(error) => refused.push(Refused {
                    line,
                    why: error.into(),
                }),
            }
        }
        refused.sort_by_key(|refused| refused.line);
        Ok(Reply::Added {
            ids,
            refused,
            duplicates,
        })
    }

    /// Changes an account.
    pub(super) async fn edit_account(&self, id: Id, wanted: AccountEdit) -> Answer {
        let credential = wanted
            .credential
            .map(|draft| draft.parse())
            .transpose()?
            .map(|account| account.credential);
        let AccountEdit {
            issuer,
            label,
            note,
            sites,
            ..
        } = wanted;
        self.edit(|edit| {
            edit.accounts(|vault, context| {
                vault.edit(
                    id,
                    FieldChanges {
                        issuer,
                        label,
                        note,
                        sites,
                        groups: None,
                    },
                    context,
                )?;
                if let Some(credential) = credential {
                    vault.replace_credential(id, credential, context)?;
                }
                Ok::<_, EditError>(())
            })
        })
        .await?;
        Ok(Reply::Done)
    }

    /// Deletes accounts; `undelete` takes it back.
    pub(super) async fn delete(&self, ids: &[Id]) -> Answer {
        self.edit(|edit| {
            edit.accounts(|vault, context| ids.iter().try_for_each(|id| vault.delete(*id, context)))
        })
        .await?;
        Ok(Reply::Done)
    }

    /// Brings deleted accounts back.
    pub(super) async fn undelete(&self, ids: &[Id]) -> Answer {
        self.edit(|edit| {
            edit.accounts(|vault, context| {
                ids.iter().try_for_each(|id| vault.undelete(*id, context))
            })
        })
        .await?;
        Ok(Reply::Done)
    }

    /// Moves an account in the list.
    pub(super) async fn move_before(&self, id: Id, before: Option<Id>) -> Answer {
        self.edit(|edit| edit.accounts(|vault, context| vault.move_before(id, before, context)))
            .await?;
        Ok(Reply::Done)
    }

    /// The next code of an HOTP account. The moved counter is stored and read again before the
    /// code leaves this function.
    pub(super) async fn next_hotp(&self, id: Id, credential: Id) -> Answer {
        let code = self
            .edit(|edit| edit.accounts(|vault, context| vault.advance(id, credential, context)))
            .await?;
        Ok(Reply::Code {
            text: code.text.to_string(),
        })
    }

    /// Keeps one of several concurrent credentials.
    pub(super) async fn keep_credential(&self, id: Id, credential: Id) -> Answer {
        self.edit(|edit| {
            edit.accounts(|vault, context| vault.choose_credential(id, credential, context))
        })
        .await?;
        Ok(Reply::Done)
    }

    /// Names this device.
    pub(super) async fn name_device(&self, name: &str) -> Answer {
        self.edit(|edit: &mut Edit<'_>| {
            edit.accounts(|vault, context| vault.name_device(context.device, name, context))
        })
        .await?;
        Ok(Reply::Done)
    }
}
