//! What a person enters to connect a destination. Kept in the device-local store, never in a
//! snapshot: two devices must not share credentials that rotate.

use serde::{Deserialize, Serialize};

use super::address::{Address, FieldError, Reason, parse_folder};
use super::cloud::CloudConfig;
use crate::digest::Digest;
use crate::name::Tag;
use crate::secret::Secret;

/// How to reach one destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DestinationConfig {
    /// WebDAV (RFC 4918), Nextcloud among others.
    WebDav(WebDavConfig),
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
            Self::Folder { key, .. } => format!("folder\n{key}"),
            Self::Download => "download".to_owned(),
            Self::BrowserSync => "browser_sync".to_owned(),
            Self::Cloud(c) => c.place(),
        };
        let Digest([a, b, c, d, e, f, g, h, ..]) = Digest::of(place.as_bytes());
        DestinationId(Tag::from_random([a, b, c, d, e, f, g, h]))
    }

    /// The origin that the browser's host permission is needed for.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        let url = match self {
            Self::WebDav(config) => &config.address,
            _ => return None,
        };
        Address::parse("address", url)
            .ok()
            .map(|address| address.origin)
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
