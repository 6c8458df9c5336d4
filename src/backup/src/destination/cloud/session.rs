//! Staying signed in: access tokens end after hours, and are renewed without asking anybody.
//!
//! One renewal at a time for each destination, because a refresh token that rotates is good only
//! once. The intent is stored before it is sent: when the worker dies in between, the next run
//! knows that the refresh token may be dead, tries it once more (Google, Microsoft and Dropbox
//! still take it), and otherwise the browser's own session at the provider. Only when that fails
//! too is the destination *signed out*, at once and with one button.

use super::access::{Access, Fixed, bearing};
use super::tokens::Tokens;
use super::{CloudConfig, Provider, account};
use crate::cause::Cause;
use crate::destination::Failure;
use crate::destination::config::{DestinationConfig, DestinationId};
use crate::env::{Env, Memory};
use crate::http::{Http, HttpRequest, HttpResponse};
use crate::oauth::authorize::{Pending, Prompt, SignInError};
use crate::oauth::{Grant, token};
use crate::secret::Secret;

/// What staying signed in needs of the device.
#[expect(async_fn_in_trait, reason = "single-threaded: wasm and the simulation")]
pub trait SessionPort: Env + Memory + Http {
    /// A turn: it ends when it is dropped, also by the worker's death.
    type Turn;

    /// Waits until nobody else has the turn of that name.
    async fn turn(&self, name: &str) -> Self::Turn;

    /// The address that the browser is sent back to after signing in there.
    fn redirect(&self, provider: Provider) -> String;

    /// Opens an authorization address without a window; the address that the browser was sent
    /// back to, if it was.
    async fn authorize_silently(&self, url: &str) -> Option<String>;
}

/// A destination's sign-in.
pub struct Session<P> {
    port: P,
    config: CloudConfig,
    id: DestinationId,
}

impl<P: SessionPort> Session<P> {
    /// The sign-in of a configured destination.
    pub fn new(port: P, config: &CloudConfig) -> Self {
        let config = config.clone();
        let id = DestinationConfig::Cloud(config.clone()).id();
        Self { port, config, id }
    }

    async fn token(&self) -> Result<Secret, Failure> {
        let tokens = Tokens::load(&self.port, &self.id).await?;
        match tokens.usable(self.port.now_millis()) {
            Some(token) => Ok(token.clone()),
            None => self.renewed(None).await,
        }
    }

    /// A new access token, in place of the one that was refused.
    async fn renewed(&self, refused: Option<&Secret>) -> Result<Secret, Failure> {
        let _turn = self.port.turn(&format!("oauth/{}", self.id)).await;
        let mut tokens = Tokens::load(&self.port, &self.id).await?;
        let usable = tokens.usable(self.port.now_millis());
        if let Some(token) = usable.filter(|token| Some(*token) != refused) {
            // Somebody else had the turn before.
            return Ok(token.clone());
        }
        let ended = match &tokens.refresh {
            None => Failure::new(Cause::SignedOut),
            Some(refresh) => {
                let cut_off = tokens.renewing.is_some();
                let refresh = refresh.clone();
                tokens.renewing = Some(self.port.now_millis());
                tokens.save(&self.port, &self.id).await?;
                let (server, client) = (self.config.server(), self.config.client());
                match token::refresh(&self.port, &server, &client, &refresh).await {
                    Ok(grant) => return self.keep(tokens, grant).await,
                    // Whether it was rotated is not known: the intent stays.
                    Err(failure) if failure.cause != Cause::SignedOut => return Err(failure),
                    Err(failure) if cut_off => failure.with_code("renewal_cut_off"),
                    Err(failure) => failure,
                }
            }
        };
        match self.silently().await {
            Ok(Some(grant)) => self.keep(tokens, grant).await,
            Ok(None) => {
                // What is dead is not tried again.
                let none = Tokens::default();
                none.save(&self.port, &self.id).await?;
                Err(ended)
            }
            Err(failure) => {
                if failure.cause == Cause::WrongAccount {
                    tokens.other = true;
                    tokens.save(&self.port, &self.id).await?;
                }
                Err(failure)
            }
        }
    }

    async fn keep(&self, mut tokens: Tokens, grant: Grant) -> Result<Secret, Failure> {
        let token = grant.access.clone();
        tokens.take(grant, self.port.now_millis());
        tokens.save(&self.port, &self.id).await?;
        Ok(token)
    }

    /// Signs in by the browser's own session at the provider, if that is this account's.
    async fn silently(&self) -> Result<Option<Grant>, Failure> {
        let (server, client) = (self.config.server(), self.config.client());
        let pending = Pending::new(&self.port, &self.port.redirect(self.config.provider));
        let hint = self.config.account.name.as_str();
        let url = pending.url(&server, &client, Prompt::Silent, hint);
        let Some(address) = self.port.authorize_silently(&url).await else {
            return Ok(None);
        };
        let code = match pending.read(&address) {
            Ok(code) => code,
            // This stands in the way of a person who signs in, too.
            Err(SignInError::Refused(failure))
                if matches!(failure.cause, Cause::NotAllowed | Cause::AppOutdated) =>
            {
                return Err(failure);
            }
            Err(_) => return Ok(None),
        };
        let grant = token::redeem(&self.port, &server, &client, &pending, &code).await?;
        let fixed = Fixed {
            http: &self.port,
            token: &grant.access,
        };
        if account(&fixed, &self.config).await?.id != self.config.account.id {
            return Err(Failure::new(Cause::WrongAccount));
        }
        Ok(Some(grant))
    }
}

impl<P: SessionPort> Access for Session<P> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let token = self.token().await?;
        let first = bearing(request.clone(), &token);
        let response = self.port.send(first).await?;
        if response.status != 401 {
            return Ok(response);
        }
        let token = self.renewed(Some(&token)).await?;
        Ok(self.port.send(bearing(request, &token)).await?)
    }

    async fn send_bare(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        Ok(self.port.send_anywhere(request).await?)
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
