//! Accounts that come in in bulk, and the passphrase that is asked for before they leave.

use holdfast_core::account::AccountDraft;
use holdfast_core::vault::{Choice, Plan, Planned};

use super::keeper::Keeper;
use crate::message::{Answer, Failure, Refused, Reply};
use crate::transfer::TransferRequest;

/// More than anybody has, and than a vault holds.
const MAX_ACCOUNTS: usize = 100_000;

impl Keeper {
    pub(super) async fn transfer(&self, request: TransferRequest) -> Answer {
        match request {
            TransferRequest::Add { drafts, choice } => self.add_drafts(&drafts, choice).await,
            TransferRequest::CheckPassphrase { passphrase } => {
                self.check_passphrase(&passphrase).await?;
                Ok(Reply::Done)
            }
        }
    }

    async fn add_drafts(&self, drafts: &[AccountDraft], choice: Choice) -> Answer {
        if drafts.len() > MAX_ACCOUNTS {
            return Err(Failure::new("too_large"));
        }
        let (mut places, mut accounts, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for (place, draft) in (1..).zip(drafts) {
            match draft.parse() {
                Ok(account) => {
                    places.push(place);
                    accounts.push(account);
                }
                Err(error) => refused.push(Refused {
                    line: place,
                    why: error.into(),
                }),
            }
        }
        let (planned, results) = self
            .writer
            .edit(|edit| {
                edit.accounts(|vault, context| {
                    let plan = Plan::new(vault, &accounts);
                    let results = vault.add_planned(accounts, choice, context);
                    Ok::<_, Failure>((plan.accounts, results))
                })
            })
            .await?;
        let (mut ids, mut duplicates) = (Vec::new(), 0);
        for ((place, planned), result) in places.into_iter().zip(planned).zip(results) {
            match result {
                Ok(id) if planned == Planned::New || choice == Choice::KeepBoth => ids.push(id),
                Ok(_) => duplicates += 1,
                Err(error) => refused.push(Refused {
                    line: place,
                    why: error.into(),
                }),
            }
        }
        Ok(Reply::Added {
            ids,
            refused,
            duplicates,
        })
    }
}
