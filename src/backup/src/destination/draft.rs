//! What a person enters to connect a destination, as typed: one variant per kind.

use serde::{Deserialize, Serialize};

use super::address::{FieldError, Reason};
use super::cloud::{CloudDraft, Provider};
use super::config::{DestinationConfig, Kind, WebDavConfig};
use super::s3::config::Typed;

/// The folder that is made at the place a person names.
pub const FOLDER: &str = "Holdfast";

/// The form that connects a destination. Its fields are named like the form's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DestinationDraft {
    /// A WebDAV server.
    WebDav {
        /// The address of a folder that exists. One for Holdfast is made in it.
        address: String,
        /// User name.
        user: String,
        /// (App) password.
        password: String,
    },
    /// A bucket.
    S3 {
        /// The endpoint.
        address: String,
        /// The region; may be empty.
        region: String,
        /// The bucket.
        bucket: String,
        /// What all names begin with; may be empty.
        prefix: String,
        /// `path`, `host` or empty.
        style: String,
        /// The access key's id.
        access_key: String,
        /// Its secret.
        secret_key: String,
    },
    /// A folder on this computer, picked already.
    Folder {
        /// Where its handle is kept.
        key: String,
        /// Its name.
        name: String,
    },
    /// A cloud that is signed in to.
    Cloud(CloudDraft),
    /// A downloaded file.
    Download,
    /// The browser's own sync storage.
    BrowserSync,
}

/// The kind only: what was typed may be secret.
impl std::fmt::Debug for DestinationDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::WebDav { .. } => "WebDav",
            Self::S3 { .. } => "S3",
            Self::Folder { .. } => "Folder",
            Self::Download => "Download",
            Self::BrowserSync => "BrowserSync",
            Self::Cloud(_) => "Cloud",
        })
    }
}

impl DestinationDraft {
    /// Reads the form of a kind; `field` gives what was typed into the field of that name.
    pub fn read(kind: Kind, field: impl Fn(&str) -> String) -> Self {
        match kind {
            Kind::WebDav => Self::WebDav {
                address: field("address"),
                user: field("user"),
                password: field("password"),
            },
            Kind::S3 => Self::S3 {
                address: field("address"),
                region: field("region"),
                bucket: field("bucket"),
                prefix: field("prefix"),
                style: field("style"),
                access_key: field("access_key"),
                secret_key: field("secret_key"),
            },
            Kind::Folder => Self::Folder {
                key: field("key"),
                name: field("name"),
            },
            Kind::OneDrive => Self::Cloud(CloudDraft::read(Provider::OneDrive, field)),
            Kind::GoogleDrive => Self::Cloud(CloudDraft::read(Provider::GoogleDrive, field)),
            Kind::Dropbox => Self::Cloud(CloudDraft::read(Provider::Dropbox, field)),
            Kind::Download => Self::Download,
            Kind::BrowserSync => Self::BrowserSync,
        }
    }

    /// Checks what was typed.
    ///
    /// # Errors
    /// The first field that is wrong, and why.
    pub fn parse(&self) -> Result<DestinationConfig, FieldError> {
        match self {
            Self::WebDav {
                address,
                user,
                password,
            } => WebDavConfig::parse(above(address), FOLDER, user, password)
                .map(DestinationConfig::WebDav),
            Self::S3 {
                address,
                region,
                bucket,
                prefix,
                style,
                access_key,
                secret_key,
            } => {
                let typed = Typed {
                    address,
                    region,
                    bucket,
                    prefix,
                    style,
                    access_key,
                    secret_key,
                };
                typed.parse().map(DestinationConfig::S3)
            }
            Self::Cloud(draft) => draft.parse().map(DestinationConfig::Cloud),
            Self::Folder { key, .. } if key.is_empty() => Err(FieldError {
                field: "key",
                reason: Reason::Empty,
            }),
            Self::Folder { key, name } => Ok(DestinationConfig::Folder {
                key: key.clone(),
                name: name.clone(),
            }),
            Self::Download => Ok(DestinationConfig::Download),
            Self::BrowserSync => Ok(DestinationConfig::BrowserSync),
        }
    }
}

/// Whoever gives the address of our own folder means the same place as who gives the one above.
fn above(address: &str) -> &str {
    let typed = address.trim().trim_end_matches('/');
    typed
        .strip_suffix(FOLDER)
        .filter(|above| above.ends_with('/'))
        .unwrap_or(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(address: &str) -> DestinationDraft {
        draft(Kind::WebDav, address)
    }

    fn draft(kind: Kind, address: &str) -> DestinationDraft {
        let field = |name: &str| match name {
            "address" => address.to_owned(),
            "login_address" | "api_address" => address.to_owned(),
            "user" => "jane".to_owned(),
            "bucket" => "backups".to_owned(),
            _ => "secret".to_owned(),
        };
        DestinationDraft::read(kind, field)
    }

    #[test]
    fn our_own_folder_and_the_one_above_are_one_place() {
        let id = |address| typed(address).parse().unwrap().id();
        let one = id("https://cloud.example/dav/");
        assert_eq!(one, id("https://cloud.example/dav"));
        assert_eq!(one, id("https://cloud.example/dav/Holdfast/"));
        assert_ne!(one, id("https://cloud.example/dav/MyHoldfast/"));
    }

    #[test]
    fn a_form_that_is_filled_again_gives_the_same_place() {
        for kind in Kind::ALL {
            let config = draft(kind, "https://cloud.example:8443/dav")
                .parse()
                .unwrap();
            assert_eq!(config.kind(), kind);
            let fields = config.fields();
            let again = DestinationDraft::read(kind, |name| {
                let known = fields.iter().find(|(field, _)| *field == name);
                known.map_or_else(|| "new".to_owned(), |(_, text)| text.clone())
            });
            assert_eq!(again.parse().unwrap().id(), config.id());
        }
    }
}
