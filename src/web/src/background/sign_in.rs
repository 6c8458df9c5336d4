//! Signing in to clouds, with what this browser has.

use holdfast_backup::cause::Cause;
use holdfast_backup::destination::cloud::{CloudConfig, CloudDraft, sign_in};
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::engine::Trigger;
use holdfast_backup::oauth::authorize::SignInError;

use super::connections::Connections;
use super::reach::refused;
use super::session::BrowserSession;
use crate::message::{Answer, CloudReply, CloudRequest, Failure, Reply, SignInPlace};

impl Connections {
    pub(super) async fn sign_in(&self, request: CloudRequest) -> Answer {
        match request {
            CloudRequest::Begin { place } => {
                let config = self.wanted(&place).await?;
                let begun = sign_in::begin(&BrowserSession::default(), &config).await;
                let url = begun.map_err(refused)?;
                Ok(Reply::Cloud(CloudReply::Open { url }))
            }
            CloudRequest::Finish { place, address } => self.finish(&place, &address).await,
        }
    }

    async fn finish(&self, place: &SignInPlace, address: &str) -> Answer {
        let wanted = self.wanted(place).await?;
        let session = BrowserSession::default();
        let finished = sign_in::finish(&session, &wanted, address).await;
        let config = finished.map_err(sign_in_failed)?;
        if let SignInPlace::Destination(_) = place {
            self.run_one(&DestinationConfig::Cloud(config), Trigger::Now)
                .await;
            return Ok(Reply::Done);
        }
        let account = config.account;
        Ok(Reply::Cloud(CloudReply::SignedIn { account }))
    }

    /// The configuration to sign in with; with an account in it, if it has to be that one.
    async fn wanted(&self, place: &SignInPlace) -> Result<CloudConfig, Failure> {
        let (draft, destination) = match place {
            SignInPlace::Destination(id) => return self.cloud(id).await,
            SignInPlace::Form { draft, destination } => (draft, destination),
        };
        let Some(id) = destination else {
            return draft.parse().map_err(Failure::of_form);
        };
        let known = self.cloud(id).await?;
        let mut config = draft.parse().map_err(Failure::of_form)?;
        if config.client_secret.is_none() && config.client_id == known.client_id {
            config.client_secret = known.client_secret;
        }
        // Another application has another folder: that is another place in any case.
        if config.client_id == known.client_id {
            config.account = known.account;
        }
        Ok(config)
    }

    /// The configuration of a form that was signed in with: what it leaves out is what the
    /// destination it changes has.
    pub(super) async fn completed(&self, draft: &CloudDraft, destination: &str) -> CloudDraft {
        let mut draft = draft.clone();
        if let Ok(known) = self.cloud(destination).await
            && draft.client_secret.expose().is_empty()
            && draft.client_id.trim() == known.client_id
            && let Some(secret) = known.client_secret
        {
            draft.client_secret = secret;
        }
        draft
    }

    async fn cloud(&self, id: &str) -> Result<CloudConfig, Failure> {
        match self.find_one(id).await? {
            DestinationConfig::Cloud(config) => Ok(config),
            _ => Err(Failure::new("no_such_destination")),
        }
    }
}

/// Gives the tokens of a destination back, and forgets them.
pub(super) async fn sign_out(config: &DestinationConfig) -> Result<(), Failure> {
    match config {
        DestinationConfig::Cloud(config) => {
            let session = BrowserSession::default();
            sign_in::forget(&session, config).await.map_err(refused)
        }
        _ => Ok(()),
    }
}

fn sign_in_failed(error: SignInError) -> Failure {
    match error {
        SignInError::Denied => Failure::new("sign_in_denied"),
        SignInError::OtherAccount(name) => Failure::new("wrong_account").detailed(name),
        SignInError::Mismatch => Failure::new("sign_in_mismatch"),
        SignInError::Refused(refusal) => {
            let code = refusal.code.clone();
            let failure = match refusal.cause {
                // There was a sign-in: what is refused is the application.
                Cause::SignedOut | Cause::AppOutdated => Failure::new("sign_in_failed"),
                _ => refused(refusal),
            };
            match code {
                Some(code) => failure.detailed(code),
                None => failure,
            }
        }
    }
}
