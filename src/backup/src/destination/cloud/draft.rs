//! The form that connects a cloud, as typed.

use serde::{Deserialize, Serialize};

use super::{Account, CloudConfig, Provider};
use crate::destination::address::{Address, FieldError, Reason};
use crate::secret::Secret;

/// What stands in the form, and who signed in, once somebody has.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudDraft {
    /// Whose cloud.
    pub provider: Provider,
    /// Google Drive: the folder that a person sees.
    pub visible: bool,
    /// One's own application; empty for the one that this build was given.
    pub client_id: String,
    /// What goes with it.
    pub client_secret: Secret,
    /// Another address to sign in; empty for the usual one.
    pub login_address: String,
    /// Another address of the API; empty for the usual one.
    pub api_address: String,
    /// Who signed in.
    pub account: Option<Account>,
}

impl CloudDraft {
    /// Reads a form: `field` gives what was typed into the field of that name.
    pub fn read(provider: Provider, field: impl Fn(&str) -> String) -> Self {
        Self {
            provider,
            visible: provider == Provider::GoogleDrive && field("space") == "visible",
            client_id: field("client_id"),
            client_secret: Secret::new(field("client_secret")),
            login_address: field("login_address"),
            api_address: field("api_address"),
            account: None,
        }
    }

    /// Checks what was typed.
    ///
    /// # Errors
    /// The first field that is wrong, and why.
    pub fn parse(&self) -> Result<CloudConfig, FieldError> {
        let (client_id, client_secret) = self.client()?;
        Ok(CloudConfig {
            provider: self.provider,
            visible: self.visible,
            client_id,
            client_secret,
            login: other("login_address", &self.login_address)?,
            api: other("api_address", &self.api_address)?,
            account: self.account.clone().unwrap_or_default(),
        })
    }

    fn client(&self) -> Result<(String, Option<Secret>), FieldError> {
        let typed = self.client_id.trim();
        if typed.is_empty() {
            let id = self.provider.built_in_client().ok_or(FieldError {
                field: "client_id",
                reason: Reason::NoClientId,
            })?;
            let secret = self.provider.built_in_secret();
            let secret = secret.map(|text| Secret::new(text.to_owned()));
            return Ok((id.to_owned(), secret));
        }
        let id = graphic("client_id", typed)?;
        let secret = match self.client_secret.expose().trim() {
            "" => None,
            typed => Some(Secret::new(graphic("client_secret", typed)?)),
        };
        Ok((id, secret))
    }
}

/// Ids and secrets are made of printable ASCII (RFC 6749, appendix A.1).
fn graphic(field: &'static str, text: &str) -> Result<String, FieldError> {
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        let reason = Reason::BadClientId;
        Err(FieldError { field, reason })
    }
}

fn other(field: &'static str, text: &str) -> Result<Option<String>, FieldError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Address::parse(field, text).map(|address| Some(address.url()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(
        provider: Provider,
        fields: &[(&str, &str)],
    ) -> Result<CloudConfig, (&'static str, Reason)> {
        let field = |name: &str| {
            let found = fields.iter().find(|(own, _)| *own == name);
            found.map_or_else(String::new, |(_, text)| (*text).to_owned())
        };
        let draft = CloudDraft::read(provider, field);
        draft.parse().map_err(|error| (error.field, error.reason))
    }

    #[test]
    fn ones_own_application_is_taken() {
        let fields = [
            ("client_id", " abc.apps.example "),
            ("client_secret", "s"),
            ("space", "visible"),
        ];
        let config = typed(Provider::GoogleDrive, &fields).unwrap();
        assert_eq!(config.client_id, "abc.apps.example");
        assert_eq!(config.client_secret.unwrap().expose(), "s");
        assert!(config.visible);
        assert!(!typed(Provider::Dropbox, &fields).unwrap().visible);
    }

    #[test]
    fn mistakes_name_their_field() {
        let wrong = |fields: &[(&str, &str)]| typed(Provider::OneDrive, fields).unwrap_err();
        if Provider::OneDrive.built_in_client().is_none() {
            assert_eq!(wrong(&[]), ("client_id", Reason::NoClientId));
        }
        assert_eq!(
            wrong(&[("client_id", "a b")]),
            ("client_id", Reason::BadClientId)
        );
        let http = [("client_id", "a"), ("api_address", "http://graph.example")];
        assert_eq!(wrong(&http), ("api_address", Reason::NotHttps));
        let ftp = [("client_id", "a"), ("login_address", "login")];
        assert_eq!(wrong(&ftp), ("login_address", Reason::NotHttps));
    }
}
