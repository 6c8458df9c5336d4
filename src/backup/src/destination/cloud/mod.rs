//! What OneDrive, Google Drive and Dropbox have in common: an account that signs in by OAuth,
//! addresses, and an application's own folder there.

pub mod access;
pub mod any;
mod draft;
pub(crate) mod json;
pub mod session;
pub mod sign_in;
mod tokens;

pub use draft::CloudDraft;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::config::Kind;
use super::{Failure, dropbox, google_drive, onedrive};
use crate::oauth::{Client, Revocation, Server};
use crate::secret::Secret;
use access::Access;

/// Whose cloud it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Microsoft OneDrive, personal and of an organisation, by Microsoft Graph.
    OneDrive,
    /// Google Drive, by version 3 of its API.
    GoogleDrive,
    /// Dropbox, by version 2 of its API.
    Dropbox,
}

/// Who is signed in there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The provider's own id: it stays when names and addresses change.
    pub id: String,
    /// What a person knows the account by, mostly an e-mail address.
    pub name: String,
}

/// An application's folder in an account's cloud. The tokens are not in here: they change, and
/// have a document of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudConfig {
    /// Whose cloud.
    pub provider: Provider,
    /// Google Drive: a folder that a person sees (`drive.file`), not the hidden one that goes when
    /// the application is disconnected (`drive.appdata`).
    #[serde(default)]
    pub visible: bool,
    /// The application.
    pub client_id: String,
    /// Google's clients have one, though no application on a person's computer can keep it.
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// Where to sign in, ending in `/`, if it is not the usual address.
    #[serde(default)]
    pub login: Option<String>,
    /// Where the API is, ending in `/`, if it is not the usual address.
    #[serde(default)]
    pub api: Option<String>,
    /// Who signed in; empty before that.
    #[serde(default)]
    pub account: Account,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OneDrive, Self::GoogleDrive, Self::Dropbox];

    /// The stable identifier.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OneDrive => "one_drive",
            Self::GoogleDrive => "google_drive",
            Self::Dropbox => "dropbox",
        }
    }

    /// The kind of destination.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::OneDrive => Kind::OneDrive,
            Self::GoogleDrive => Kind::GoogleDrive,
            Self::Dropbox => Kind::Dropbox,
        }
    }

    /// The application that this build was given, if it was: client ids belong to whoever
    /// publishes a build.
    #[must_use]
    pub fn built_in_client(self) -> Option<&'static str> {
        let id = match self {
            Self::OneDrive => option_env!("HOLDFAST_ONEDRIVE_CLIENT_ID"),
            Self::GoogleDrive => option_env!("HOLDFAST_GOOGLE_CLIENT_ID"),
            Self::Dropbox => option_env!("HOLDFAST_DROPBOX_CLIENT_ID"),
        };
        id.filter(|id| !id.is_empty())
    }

    /// What goes with it, where the provider demands it.
    fn built_in_secret(self) -> Option<&'static str> {
        let secret = match self {
            Self::GoogleDrive => option_env!("HOLDFAST_GOOGLE_CLIENT_SECRET"),
            Self::OneDrive | Self::Dropbox => None,
        };
        secret.filter(|secret| !secret.is_empty())
    }
}

impl CloudConfig {
    /// What makes it this place and no other.
    pub(crate) fn place(&self) -> String {
        format!(
            "{}\n{}\n{}\n{}\n{}",
            self.provider.code(),
            self.visible,
            self.api(),
            self.client_id,
            self.account.id
        )
    }

    /// The base address of the API, ending in `/`.
    #[must_use]
    pub fn api(&self) -> &str {
        self.api.as_deref().unwrap_or(match self.provider {
            Provider::OneDrive => "https://graph.microsoft.com/",
            Provider::GoogleDrive => "https://www.googleapis.com/",
            Provider::Dropbox => "https://api.dropboxapi.com/",
        })
    }

    /// What stood in the form, but for the secrets.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let built_in = self.provider.built_in_client() == Some(self.client_id.as_str());
        let own = if built_in { "" } else { &self.client_id };
        let space = if self.visible { "visible" } else { "hidden" };
        let other = |address: &Option<String>| address.clone().unwrap_or_default();
        vec![
            ("client_id", own.to_owned()),
            ("login_address", other(&self.login)),
            ("api_address", other(&self.api)),
            ("space", space.to_owned()),
        ]
    }

    /// The application.
    #[must_use]
    pub fn client(&self) -> Client {
        Client {
            id: self.client_id.clone(),
            secret: self.client_secret.clone(),
        }
    }

    /// The authorization server.
    #[must_use]
    pub fn server(&self) -> Server {
        let at = |usual: &str, path: &str| {
            let base = self.login.as_deref().unwrap_or(usual);
            format!("{base}{path}")
        };
        match self.provider {
            Provider::OneDrive => {
                let login = "https://login.microsoftonline.com/common/";
                Server {
                    authorize: at(login, "oauth2/v2.0/authorize"),
                    token: at(login, "oauth2/v2.0/token"),
                    // Sessions end at the account's own page; there is no endpoint for it.
                    revoke: Revocation::None,
                    scope: "Files.ReadWrite.AppFolder User.Read offline_access",
                    parameters: &[],
                    prompt: Some("select_account"),
                    anew: None,
                }
            }
            Provider::GoogleDrive => {
                let google = "https://oauth2.googleapis.com/";
                Server {
                    authorize: at("https://accounts.google.com/", "o/oauth2/v2/auth"),
                    token: at(google, "token"),
                    // It ends every sign-in to this application, on all devices, and the hidden
                    // folder is deleted with an application that is taken out of a Drive: what
                    // only one device leaves must stay.
                    revoke: match self.visible {
                        true => Revocation::Standard(at(google, "revoke")),
                        false => Revocation::None,
                    },
                    scope: match self.visible {
                        true => "https://www.googleapis.com/auth/drive.file",
                        false => "https://www.googleapis.com/auth/drive.appdata",
                    },
                    parameters: &[("access_type", "offline")],
                    // Without `consent` there is no refresh token the second time.
                    prompt: Some("select_account consent"),
                    anew: None,
                }
            }
            Provider::Dropbox => {
                let api = "https://api.dropboxapi.com/";
                Server {
                    authorize: at("https://www.dropbox.com/", "oauth2/authorize"),
                    token: at(api, "oauth2/token"),
                    revoke: Revocation::Bearer(format!("{}2/auth/token/revoke", self.api())),
                    scope: "account_info.read files.metadata.read files.content.read \
                            files.content.write",
                    parameters: &[("token_access_type", "offline")],
                    prompt: None,
                    // Who agreed before is sent back without being asked.
                    anew: Some(("force_reauthentication", "true")),
                }
            }
        }
    }

    /// The origins that requests go to, for the browser's permission. Where Graph keeps the bytes
    /// is not among them: it hands out addresses that every page may read.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let content = match self.provider {
            Provider::Dropbox => dropbox::content_base(self.api()),
            Provider::OneDrive | Provider::GoogleDrive => self.api().to_owned(),
        };
        let token = self.server().token;
        let mut origins: Vec<String> = [self.api(), &content, &token]
            .into_iter()
            .filter_map(|url| Address::parse("address", url).ok())
            .map(|address| address.origin)
            .collect();
        origins.sort();
        origins.dedup();
        origins
    }
}

/// Asks who is signed in.
///
/// # Errors
/// Whatever stopped it.
pub async fn account<A: Access>(access: &A, config: &CloudConfig) -> Result<Account, Failure> {
    let api = config.api();
    match config.provider {
        Provider::OneDrive => onedrive::account(access, api).await,
        Provider::GoogleDrive => google_drive::account(access, api).await,
        Provider::Dropbox => dropbox::account(access, api).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(provider: Provider) -> CloudConfig {
        CloudConfig {
            provider,
            visible: false,
            client_id: "client".into(),
            client_secret: Some(Secret::new("canary".into())),
            login: None,
            api: None,
            account: Account::default(),
        }
    }

    #[test]
    fn permissions_are_asked_for_what_is_reached_and_nothing_else() {
        assert_eq!(
            config(Provider::OneDrive).origins(),
            [
                "https://graph.microsoft.com",
                "https://login.microsoftonline.com"
            ]
        );
        assert_eq!(
            config(Provider::GoogleDrive).origins(),
            [
                "https://oauth2.googleapis.com",
                "https://www.googleapis.com"
            ]
        );
        assert_eq!(
            config(Provider::Dropbox).origins(),
            [
                "https://api.dropboxapi.com",
                "https://content.dropboxapi.com"
            ]
        );
        let china = CloudConfig {
            login: Some("https://login.partner.microsoftonline.cn/common/".into()),
            api: Some("https://microsoftgraph.chinacloudapi.cn/".into()),
            ..config(Provider::OneDrive)
        };
        assert_eq!(
            china.origins(),
            [
                "https://login.partner.microsoftonline.cn",
                "https://microsoftgraph.chinacloudapi.cn"
            ]
        );
        assert_eq!(
            china.server().authorize,
            "https://login.partner.microsoftonline.cn/common/oauth2/v2.0/authorize"
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", config(Provider::GoogleDrive)).contains("canary"));
    }

    #[test]
    fn another_account_or_application_is_another_place() {
        let one = config(Provider::Dropbox);
        let mut other = one.clone();
        other.account.id = "dbid:2".into();
        assert_ne!(one.place(), other.place());
        other = one.clone();
        other.client_id = "another".into();
        assert_ne!(one.place(), other.place());
        other = one.clone();
        other.account.name = "renamed@example.org".into();
        assert_eq!(one.place(), other.place());
    }
}
