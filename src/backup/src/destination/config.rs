//! What a person enters to connect a destination. Kept in the device-local store, never in a
//! snapshot: two devices must not share credentials that rotate.

use serde::{Deserialize, Serialize};

use super::address::{Address, FieldError, Reason, parse_folder};
use super::cloud::{CloudConfig, Provider};
use super::s3::config::S3Config;
use crate::digest::Digest;
use crate::name::Tag;
use crate::secret::Secret;

/// How to reach one destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DestinationConfig {
    /// WebDAV (RFC 4918), Nextcloud among others.
    WebDav(WebDavConfig),
    /// Amazon S3 and servers that speak the same protocol.
    S3(S3Config),
    /// A folder on this computer (File System Access); the handle lives with the browser.
    Folder {
        /// Where the handle is kept: new for each folder that is picked.
        key: String,
        /// The folder's name, as the browser tells it.
        name: String,
    },
    /// A file that the person downloads.
    Download,
    /// The browser's own sync storage.
    BrowserSync,
    /// An application's folder at OneDrive, Google Drive or Dropbox.
    Cloud(CloudConfig),
}

/// The kinds of destinations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// See [`DestinationConfig::WebDav`].
    #[default]
    WebDav,
    /// See [`DestinationConfig::S3`].
    S3,
    /// See [`DestinationConfig::Folder`].
    Folder,
    /// See [`DestinationConfig::Download`].
    Download,
    /// See [`DestinationConfig::BrowserSync`].
    BrowserSync,
    /// See [`DestinationConfig::Cloud`].
    OneDrive,
    /// See [`DestinationConfig::Cloud`].
    GoogleDrive,
    /// See [`DestinationConfig::Cloud`].
    Dropbox,
}

impl Kind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::WebDav,
        Self::OneDrive,
        Self::GoogleDrive,
        Self::Dropbox,
        Self::S3,
        Self::Folder,
        Self::Download,
        Self::BrowserSync,
    ];

    /// The stable identifier, in snake case: names `kind_<code>` in `_locales`, and in pages.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::WebDav => "web_dav",
            Self::S3 => "s3",
            Self::Folder => "folder",
            Self::Download => "download",
            Self::BrowserSync => "browser_sync",
            Self::OneDrive => Provider::OneDrive.code(),
            Self::GoogleDrive => Provider::GoogleDrive.code(),
            Self::Dropbox => Provider::Dropbox.code(),
        }
    }

    /// Whose cloud it is, if it is one that is signed in to.
    #[must_use]
    pub fn provider(self) -> Option<Provider> {
        Provider::ALL
            .into_iter()
            .find(|provider| provider.kind() == self)
    }

    /// The kind of that code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is shown of a destination; nothing secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its kind.
    pub kind: Kind,
    /// Its host, or its name where it has none, to be named in a sentence; empty where the kind
    /// says it all.
    pub host: String,
    /// Its whole address, to be read; empty where there is none.
    pub address: String,
    /// The user there; empty where there is none.
    pub user: String,
}

/// A WebDAV folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebDavConfig {
    /// The base address in normal form, ending in `/`. It exists already.
    pub address: String,
    /// The folder below it, made when missing; without slashes at its ends; may be empty.
    pub folder: String,
    /// The user name.
    pub user: String,
    /// The password; where two-factor authentication is on, an app password.
    pub password: Secret,
}

impl DestinationConfig {
    /// The identity of the place: the same address, folder and user give the same id, whatever
    /// the password. So a destination that was disconnected finds its journal again, and the same
    /// place is not connected twice.
    #[must_use]
    pub fn id(&self) -> DestinationId {
        let place = match self {
            Self::WebDav(c) => format!("webdav\n{}\n{}\n{}", c.address, c.folder, c.user),
            Self::S3(c) => format!("s3\n{}\n{}\n{}", c.address, c.bucket, c.prefix),
            Self::Folder { key, .. } => format!("folder\n{key}"),
            Self::Download => "download".to_owned(),
            Self::BrowserSync => "browser_sync".to_owned(),
            Self::Cloud(c) => c.place(),
        };
        let Digest([a, b, c, d, e, f, g, h, ..]) = Digest::of(place.as_bytes());
        DestinationId(Tag::from_random([a, b, c, d, e, f, g, h]))
    }

    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::WebDav(_) => Kind::WebDav,
            Self::S3(_) => Kind::S3,
            Self::Folder { .. } => Kind::Folder,
            Self::Download => Kind::Download,
            Self::BrowserSync => Kind::BrowserSync,
            Self::Cloud(config) => config.provider.kind(),
        }
    }

    /// The origins that the browser's host permission is needed for, all of them. The host may
    /// begin with `*.`, for all hosts of a domain.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        match self {
            Self::WebDav(config) => origin_of(&config.address),
            Self::S3(config) => origin_of(&config.bucket_url()),
            Self::Cloud(config) => config.origins(),
            Self::Folder { .. } | Self::Download | Self::BrowserSync => Vec::new(),
        }
    }

    /// What is shown of it.
    #[must_use]
    pub fn label(&self) -> Label {
        let (address, user) = match self {
            Self::WebDav(config) => (config.address.clone(), config.user.clone()),
            Self::S3(config) => (config.bucket_url(), String::new()),
            Self::Folder { name, .. } => (name.clone(), String::new()),
            // Its kind says it all.
            Self::Cloud(config) => (String::new(), config.account.name.clone()),
            Self::Download | Self::BrowserSync => Default::default(),
        };
        let host = match Address::parse("address", &address) {
            Ok(address) => address.host().to_owned(),
            Err(_) => address.clone(),
        };
        Label {
            kind: self.kind(),
            host,
            address,
            user,
        }
    }

    /// What stood in the form that connected it, but for the secrets: by the names of its fields.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WebDav(config) => vec![
                ("address", config.address.clone()),
                ("user", config.user.clone()),
            ],
            Self::S3(config) => vec![
                ("address", config.address.clone()),
                ("region", config.region.clone()),
                ("bucket", config.bucket.clone()),
                ("prefix", config.prefix.clone()),
                ("style", config.style.code().to_owned()),
                ("access_key", config.access_key.clone()),
            ],
            Self::Cloud(config) => config.fields(),
            Self::Folder { key, name } => vec![("key", key.clone()), ("name", name.clone())],
            Self::Download | Self::BrowserSync => Vec::new(),
        }
    }

    /// Snapshots there can be read back from here, so that the destination can ever count as
    /// *stored*.
    #[must_use]
    pub fn is_checkable(&self) -> bool {
        !matches!(self, Self::Download | Self::BrowserSync)
    }
}

impl WebDavConfig {
    /// Checks what was typed into the form fields `address`, `folder`, `user` and `password`.
    ///
    /// # Errors
    /// The first field that is wrong, and why.
    pub fn parse(
        address: &str,
        folder: &str,
        user: &str,
        password: &str,
    ) -> Result<Self, FieldError> {
        let address = Address::parse("address", address)?.url();
        let folder = parse_folder("folder", folder)?;
        let user = user.trim();
        for (field, text) in [("user", user), ("password", password)] {
            if text.is_empty() {
                return Err(FieldError {
                    field,
                    reason: Reason::Empty,
                });
            }
            if text.chars().any(char::is_control) {
                return Err(FieldError {
                    field,
                    reason: Reason::ControlCharacter,
                });
            }
        }
        if user.contains(':') {
            return Err(FieldError {
                field: "user",
                reason: Reason::ColonInUser,
            });
        }
        let password = Secret::new(password.to_owned());
        Ok(Self {
            address,
            folder,
            user: user.to_owned(),
            password,
        })
    }
}

fn origin_of(url: &str) -> Vec<String> {
    let address = Address::parse("address", url).ok();
    address.map(|address| address.origin).into_iter().collect()
}

/// Identifies a destination on this device. See [`DestinationConfig::id`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DestinationId(pub Tag);

impl std::fmt::Display for DestinationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(address: &str, user: &str, password: &str) -> WebDavConfig {
        WebDavConfig::parse(address, "Holdfast", user, password).unwrap()
    }

    #[test]
    fn the_id_is_the_place_and_not_the_password() {
        let id = |config: WebDavConfig| DestinationConfig::WebDav(config).id();
        let one = id(typed("https://cloud.example/dav", "jane", "old"));
        assert_eq!(
            one,
            id(typed("HTTPS://cloud.example:443/dav/", "jane", "new"))
        );
        assert_ne!(one, id(typed("https://cloud.example/dav", "john", "old")));
    }

    #[test]
    fn codes_are_the_serialized_names() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
            assert_eq!(Kind::of_code(kind.code()), Some(kind));
        }
    }

    #[test]
    fn what_is_shown_holds_no_password() {
        let config = DestinationConfig::WebDav(typed("https://nas.example:5006/x", "j", "canary"));
        let label = config.label();
        assert_eq!(label.host, "nas.example");
        assert_eq!(label.address, "https://nas.example:5006/x/");
        assert_eq!(config.origins(), ["https://nas.example:5006"]);
        assert!(!format!("{label:?} {:?}", config.fields()).contains("canary"));
    }

    #[test]
    fn debug_shows_no_password() {
        let config = DestinationConfig::WebDav(typed("https://cloud.example", "jane", "canary"));
        assert!(!format!("{config:?}").contains("canary"));
    }

    #[test]
    fn the_store_gives_back_what_it_got() {
        let config = DestinationConfig::WebDav(typed("https://cloud.example", "jane", "canary"));
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(
            serde_json::from_str::<DestinationConfig>(&json).unwrap(),
            config
        );
    }

    #[test]
    fn mistakes_name_their_field() {
        let error = |a: &str, f: &str, u: &str, p: &str| {
            WebDavConfig::parse(a, f, u, p).map_err(|e| (e.field, e.reason))
        };
        let good = "https://cloud.example";
        assert_eq!(
            error("http://cloud.example", "", "u", "p").unwrap_err().0,
            "address"
        );
        assert_eq!(error(good, "..", "u", "p").unwrap_err().0, "folder");
        assert_eq!(
            error(good, "", " ", "p").unwrap_err(),
            ("user", Reason::Empty)
        );
        assert_eq!(
            error(good, "", "a:b", "p").unwrap_err(),
            ("user", Reason::ColonInUser)
        );
        assert_eq!(
            error(good, "", "u", "").unwrap_err(),
            ("password", Reason::Empty)
        );
        let control = error(good, "", "u", "a\nb").unwrap_err();
        assert_eq!(control, ("password", Reason::ControlCharacter));
    }
}
