//! Signing in and out, with a person present.

use holdfast_json::typed;

use super::access::Fixed;
use super::session::SessionPort;
use super::tokens::Tokens;
use super::{CloudConfig, account};
use crate::cause::Cause;
use crate::destination::Failure;
use crate::destination::config::DestinationConfig;
use crate::oauth::authorize::{Pending, Prompt, SignInError};
use crate::oauth::token;

/// Where the sign-in that was begun is kept: the worker may be gone when the person is done. Each
/// provider has a place of its own, since one may be begun while another waits for the person.
fn pending(config: &CloudConfig) -> String {
    format!("oauth/pending/{}", config.provider.code())
}

impl From<Failure> for SignInError {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

/// Begins: the address to open in a window.
///
/// # Errors
/// When this browser can't remember it.
pub async fn begin<P: SessionPort>(port: &P, config: &CloudConfig) -> Result<String, Failure> {
    let unsaved = |_| Failure::new(Cause::CouldNotSaveHere);
    let begun = Pending::new(port, &port.redirect(config.provider));
    let bytes = serde_json::to_vec(&begun).map_err(|_| Failure::new(Cause::CouldNotSaveHere))?;
    port.save(&pending(config), &bytes).await.map_err(unsaved)?;
    let (server, client) = (config.server(), config.client());
    let id = DestinationConfig::Cloud(config.clone()).id();
    let prompt = match Tokens::load(port, &id).await?.other {
        true => Prompt::Other,
        false => Prompt::Choose,
    };
    Ok(begun.url(&server, &client, prompt, &config.account.name))
}

/// Ends it with the address that the browser was sent back to: asks who that is, keeps the tokens,
/// and gives the configuration with the account in it. Where there is one in it already, it has to
/// be that one.
///
/// # Errors
/// Why nobody is signed in now.
pub async fn finish<P: SessionPort>(
    port: &P,
    config: &CloudConfig,
    address: &str,
) -> Result<CloudConfig, SignInError> {
    let unsaved = |_| Failure::new(Cause::CouldNotSaveHere);
    let place = pending(config);
    let bytes = port.load(&place).await.map_err(unsaved)?;
    let begun: Pending = bytes
        .and_then(|bytes| typed::from_slice(&bytes).ok())
        .ok_or(SignInError::Mismatch)?;
    // Good once.
    port.save(&place, b"null").await.map_err(unsaved)?;
    let code = begun.read(address)?;
    let (server, client) = (config.server(), config.client());
    let grant = token::redeem(port, &server, &client, &begun, &code).await?;
    if !grant.covers(server.scope) {
        return Err(Failure::new(Cause::PermissionMissing)
            .with_code("scope_missing")
            .into());
    }
    let fixed = Fixed {
        http: port,
        token: &grant.access,
    };
    let who = account(&fixed, config).await?;
    let id = |config: &CloudConfig| DestinationConfig::Cloud(config.clone()).id();
    if !config.account.id.is_empty() && config.account.id != who.id {
        // These tokens are of no use here. They are not given back: that could end the same
        // person's other sign-ins to this application.
        let mut tokens = Tokens::load(port, &id(config)).await?;
        tokens.other = true;
        tokens.save(port, &id(config)).await?;
        return Err(SignInError::OtherAccount(who.name));
    }
    let mut config = config.clone();
    config.account = who;
    let id = id(&config);
    let mut tokens = Tokens::default();
    tokens.take(grant, port.now_millis());
    tokens.save(port, &id).await?;
    Ok(config)
}

/// Signs out: the tokens are given back where the provider takes them, and forgotten here in any
/// case.
///
/// # Errors
/// When this browser can't forget them.
pub async fn forget<P: SessionPort>(port: &P, config: &CloudConfig) -> Result<(), Failure> {
    let id = DestinationConfig::Cloud(config.clone()).id();
    let tokens = Tokens::load(port, &id).await?;
    Tokens::default().save(port, &id).await?;
    if let Some(refresh) = &tokens.refresh {
        let (server, client) = (config.server(), config.client());
        // Nobody can do anything about it: the provider's own page lists what is connected.
        let _ = token::revoke(port, &server, &client, refresh, tokens.access.as_ref()).await;
    }
    Ok(())
}
