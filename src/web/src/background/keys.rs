//! Requests about passphrase, recovery key, and what needs the passphrase again.

use holdfast_core::seal::NewPassphrase;
use holdfast_core::seal::kdf::KdfParams;
use holdfast_core::{otpauth, passphrase};

use super::keeper::Keeper;
use crate::browser::random;
use crate::message::{Answer, Failure, Reply};

impl Keeper {
    /// A passphrase on its way into a slot: checked against the floor, derived with a fresh salt.
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

    /// Puts a new passphrase in the place of the old one. Older snapshots still open with the old.
    pub(super) async fn change_passphrase(&self, current: &str, new: &str) -> Answer {
        self.check_passphrase(current).await?;
        let new = self.new_passphrase(new).await?;
        self.writer
            .edit(|edit| {
                let now = edit.now;
                edit.with_random(|contents, random| {
                    contents.keyring.change_passphrase(&new, now, random)
                })
            })
            .await?;
        Ok(Reply::Done)
    }

    /// Makes a recovery key in the place of every earlier one, and returns it once, to be printed.
    pub(super) async fn renew_recovery_key(&self, text: &str) -> Answer {
        self.check_passphrase(text).await?;
        let key = self
            .writer
            .edit(|edit| {
                let now = edit.now;
                edit.with_random(|contents, random| contents.keyring.renew_recovery(now, random))
            })
            .await?;
        self.writer
            .note(|identity| identity.recovery_confirmed = false)
            .await?;
        Ok(Reply::RecoveryKey {
            text: key.print().to_string(),
        })
    }

    /// The person has shown two places of the sheet.
    pub(super) async fn confirm_recovery_sheet(&self) -> Answer {
        self.writer
            .note(|identity| identity.recovery_confirmed = true)
            .await?;
        Ok(Reply::Done)
    }

    /// All accounts as Key URIs, one per line.
    pub(super) async fn export_uris(&self, text: &str) -> Answer {
        self.check_passphrase(text).await?;
        let contents = self.writer.read().await?;
        let mut lines = String::new();
        for (_, account) in contents.vault.list() {
            for credential in account.credentials.values() {
                lines.push_str(&otpauth::format(
                    &account.issuer.value,
                    &account.label.value,
                    credential,
                ));
                lines.push('\n');
            }
        }
        Ok(Reply::Text { text: lines })
    }
}
