//! What a person enters to connect a bucket.

use serde::{Deserialize, Serialize};

use crate::destination::address::{Address, FieldError, Reason, encode_path, parse_folder};
use crate::secret::Secret;

/// A prefix in a bucket of Amazon S3 or of a server that speaks the same protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3Config {
    /// The endpoint in normal form, without the bucket: `https://s3.eu-central-1.amazonaws.com/`.
    pub address: String,
    /// The region that signatures are made for.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// What all names begin with, without slashes at its ends; may be empty.
    pub prefix: String,
    /// Where the bucket's name stands.
    pub style: Style,
    /// The access key's id.
    pub access_key: String,
    /// Its secret.
    pub secret_key: Secret,
}

/// Where the bucket's name stands in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// `https://host/bucket/name`: works nearly everywhere.
    Path,
    /// `https://bucket.host/name`: what Amazon prefers.
    Host,
}

/// The form's fields, as typed.
#[derive(Clone, Copy, Default)]
pub struct Typed<'a> {
    /// The endpoint.
    pub address: &'a str,
    /// The region; guessed from the endpoint when empty.
    pub region: &'a str,
    /// The bucket.
    pub bucket: &'a str,
    /// The prefix.
    pub prefix: &'a str,
    /// `path`, `host`, or empty for what suits the endpoint.
    pub style: &'a str,
    /// The access key's id.
    pub access_key: &'a str,
    /// Its secret.
    pub secret_key: &'a str,
}

impl Typed<'_> {
    /// Checks what was typed.
    ///
    /// # Errors
    /// The first field that is wrong, and why.
    pub fn parse(&self) -> Result<S3Config, FieldError> {
        let fail = |field, reason| FieldError { field, reason };
        let address = Address::parse("address", self.address)?;
        let bucket = self.bucket.trim();
        if bucket.is_empty() {
            return Err(fail("bucket", Reason::Empty));
        }
        if !is_bucket(bucket) {
            return Err(fail("bucket", Reason::BadBucket));
        }
        let region = match self.region.trim() {
            "" => guess_region(address.host()),
            region if is_region(region) => region,
            _ => return Err(fail("region", Reason::BadRegion)),
        };
        let prefix = parse_folder("prefix", self.prefix)?;
        for (field, text) in [
            ("access_key", self.access_key.trim()),
            ("secret_key", self.secret_key.trim()),
        ] {
            if text.is_empty() {
                return Err(fail(field, Reason::Empty));
            }
            // Both go into a header.
            if !text.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(fail(field, Reason::ControlCharacter));
            }
        }
        let style = match self.style {
            "path" => Style::Path,
            "host" => Style::Host,
            _ => suited_style(address.host(), bucket),
        };
        Ok(S3Config {
            address: address.url(),
            region: region.to_owned(),
            bucket: bucket.to_owned(),
            prefix,
            style,
            access_key: self.access_key.trim().to_owned(),
            secret_key: Secret::new(self.secret_key.trim().to_owned()),
        })
    }
}

impl S3Config {
    /// The address of the bucket itself, ending in `/`.
    #[must_use]
    pub fn bucket_url(&self) -> String {
        match (self.style, self.address.split_once("://")) {
            (Style::Host, Some((scheme, rest))) => format!("{scheme}://{}.{rest}", self.bucket),
            _ => format!("{}{}/", self.address, encode_path(&self.bucket)),
        }
    }
}

impl Style {
    /// As in the form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Host => "host",
        }
    }
}

/// The rules that all providers share; older buckets at Amazon may have capitals and underscores.
fn is_bucket(name: &str) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    (3..=63).contains(&name.len())
        && name.bytes().all(inside)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains("..")
}

pub(super) fn is_region(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    text.len() <= 64 && text.bytes().all(inside)
}

/// The region as endpoints name it: the label after `s3`, as at Amazon, Backblaze, Scaleway and
/// Wasabi; the first one where storage is all there is. Servers of one's own mostly take
/// `us-east-1`, and all others tell which one they want.
fn guess_region(host: &str) -> &str {
    if host.ends_with(".r2.cloudflarestorage.com") {
        return "auto";
    }
    if let Some(region) = host.strip_suffix(".your-objectstorage.com") {
        return region;
    }
    let mut labels = host.split('.');
    let after = labels
        .by_ref()
        .find(|label| *label == "s3")
        .and(labels.next());
    match after {
        // `s3.amazonaws.com` and `s3.example.org` name none.
        Some(region) if labels.count() >= 2 && is_region(region) => region,
        _ => "us-east-1",
    }
}

/// Amazon asks for the bucket in the host; its certificate doesn't fit a bucket with a dot.
fn suited_style(host: &str, bucket: &str) -> Style {
    let amazon = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    match amazon && !bucket.contains(['.', '_']) && !bucket.contains(char::is_uppercase) {
        true => Style::Host,
        false => Style::Path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPED: Typed<'_> = Typed {
        address: "https://s3.eu-central-1.amazonaws.com",
        region: "",
        bucket: "jane-backups",
        prefix: "Holdfast",
        style: "",
        access_key: "AKIA",
        secret_key: "canary",
    };

    #[test]
    fn the_bucket_stands_in_the_host_or_in_the_path() {
        let amazon = TYPED.parse().unwrap();
        assert_eq!(
            amazon.bucket_url(),
            "https://jane-backups.s3.eu-central-1.amazonaws.com/"
        );
        let path = Typed {
            style: "path",
            ..TYPED
        };
        assert_eq!(
            path.parse().unwrap().bucket_url(),
            "https://s3.eu-central-1.amazonaws.com/jane-backups/"
        );
        let own = Typed {
            address: "http://127.0.0.1:8333",
            ..TYPED
        };
        assert_eq!(
            own.parse().unwrap().bucket_url(),
            "http://127.0.0.1:8333/jane-backups/"
        );
        let dotted = Typed {
            bucket: "jane.backups",
            ..TYPED
        };
        assert_eq!(dotted.parse().unwrap().style, Style::Path);
    }

    #[test]
    fn the_region_is_read_from_the_endpoint() {
        for (address, region) in [
            ("https://s3.amazonaws.com", "us-east-1"),
            ("https://s3.eu-west-3.amazonaws.com", "eu-west-3"),
            ("https://s3.us-west-004.backblazeb2.com", "us-west-004"),
            ("https://s3.fr-par.scw.cloud", "fr-par"),
            ("https://abc.r2.cloudflarestorage.com", "auto"),
            ("https://fsn1.your-objectstorage.com", "fsn1"),
            ("https://minio.example.org", "us-east-1"),
            ("https://s3.example.org", "us-east-1"),
            ("http://127.0.0.1:9000", "us-east-1"),
        ] {
            let config = Typed { address, ..TYPED }.parse().unwrap();
            assert_eq!(config.region, region, "{address}");
        }
        let typed = Typed {
            region: "garage",
            ..TYPED
        };
        assert_eq!(typed.parse().unwrap().region, "garage");
    }

    #[test]
    fn mistakes_name_their_field() {
        let error = |typed: Typed<'_>| typed.parse().map_err(|e| (e.field, e.reason)).unwrap_err();
        let empty = Typed {
            bucket: " ",
            ..TYPED
        };
        assert_eq!(error(empty), ("bucket", Reason::Empty));
        for bucket in ["ab", "a/b", "a..b", "-ab", "ab-", "a b", "b\u{e4}h"] {
            let typed = Typed { bucket, ..TYPED };
            assert_eq!(error(typed), ("bucket", Reason::BadBucket), "{bucket}");
        }
        let region = Typed {
            region: "eu central",
            ..TYPED
        };
        assert_eq!(error(region), ("region", Reason::BadRegion));
        let key = Typed {
            access_key: "",
            ..TYPED
        };
        assert_eq!(error(key), ("access_key", Reason::Empty));
        let secret = Typed {
            secret_key: "a b",
            ..TYPED
        };
        assert_eq!(error(secret), ("secret_key", Reason::ControlCharacter));
        let prefix = Typed {
            prefix: "..",
            ..TYPED
        };
        assert_eq!(error(prefix), ("prefix", Reason::BadFolder));
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", TYPED.parse().unwrap()).contains("canary"));
    }
}
