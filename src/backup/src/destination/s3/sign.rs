//! AWS Signature Version 4 for requests to S3, with the signature in the `Authorization` header
//! ("Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference).

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::http_date::civil;
use crate::secret::Secret;

/// What a signature is made with.
pub(super) struct Key<'a> {
    /// The access key's id.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a Secret,
    /// The region.
    pub region: &'a str,
}

/// A request to be signed.
pub(super) struct Unsigned<'a> {
    /// The method.
    pub method: &'a str,
    /// `host[:port]`, as the `Host` header has it.
    pub host: &'a str,
    /// The path, percent-encoded once.
    pub path: &'a str,
    /// The query's names and values, percent-encoded, sorted by name.
    pub query: &'a str,
    /// Further headers to be signed: lower-case names, trimmed values.
    pub headers: &'a [(&'static str, String)],
    /// The body.
    pub body: &'a [u8],
}

/// The headers to be added to a request that is sent at `now` (milliseconds since the Unix epoch).
pub(super) fn sign(key: &Key<'_>, request: &Unsigned<'_>, now: u64) -> Vec<(&'static str, String)> {
    let (year, month, day, hour, minute, second) = civil(now);
    let date = format!("{year:04}{month:02}{day:02}");
    let time = format!("{date}T{hour:02}{minute:02}{second:02}Z");
    let payload = hex_digest(request.body);
    let mut headers = vec![
        ("host", request.host.to_owned()),
        ("x-amz-content-sha256", payload.clone()),
        ("x-amz-date", time.clone()),
    ];
    headers.extend_from_slice(request.headers);
    headers.sort_by_key(|(name, _)| *name);
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    let canonical = format!(
        "{}\n{}\n{}\n{lines}\n{names}\n{payload}",
        request.method, request.path, request.query
    );
    let scope = format!("{date}/{}/s3/aws4_request", key.region);
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
        hex_digest(canonical.as_bytes())
    );
    let secret = Zeroizing::new(format!("AWS4{}", key.secret.expose()));
    let mut signing = hmac(secret.as_bytes(), date.as_bytes());
    for part in [key.region, "s3", "aws4_request"] {
        signing = hmac(&*signing, part.as_bytes());
    }
    let signature = base16ct::lower::encode_string(&*hmac(&*signing, to_sign.as_bytes()));
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={signature}",
        key.id
    );
    // The browser writes `Host` itself, from the same address.
    headers.retain(|(name, _)| *name != "host");
    headers.push(("authorization", authorization));
    headers
}

/// The checksum that a server compares with what arrived, as `x-amz-checksum-sha256` has it.
pub(super) fn checksum(body: &[u8]) -> String {
    Base64::encode_string(&Sha256::digest(body))
}

fn hex_digest(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

fn hmac(key: &[u8], message: &[u8]) -> Zeroizing<[u8; 32]> {
    // HMAC takes a key of any length (RFC 2104): there is no error to come.
    let mut out = Zeroizing::new([0; 32]);
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(message);
        *out = mac.finalize().into_bytes().into();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Friday, 24 May 2013, 00:00:00 GMT: of all examples in the reference.
    const THEN: u64 = 1_369_353_600_000;

    fn signature(request: &Unsigned<'_>) -> String {
        let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned());
        let key = Key {
            id: "AKIAIOSFODNN7EXAMPLE",
            secret: &secret,
            region: "us-east-1",
        };
        let headers = sign(&key, request, THEN);
        let (_, value) = headers.iter().find(|(n, _)| *n == "authorization").unwrap();
        value.split_once("Signature=").unwrap().1.to_owned()
    }

    const GET: Unsigned<'static> = Unsigned {
        method: "GET",
        host: "examplebucket.s3.amazonaws.com",
        path: "/",
        query: "",
        headers: &[],
        body: b"",
    };

    #[test]
    fn the_examples_of_the_reference() {
        let range = [("range", "bytes=0-9".to_owned())];
        let get = Unsigned {
            path: "/test.txt",
            headers: &range,
            ..GET
        };
        assert_eq!(
            signature(&get),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        let headers = [
            ("date", "Fri, 24 May 2013 00:00:00 GMT".to_owned()),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY".to_owned()),
        ];
        let put = Unsigned {
            method: "PUT",
            path: "/test%24file.text",
            headers: &headers,
            body: b"Welcome to Amazon S3.",
            ..GET
        };
        assert_eq!(
            signature(&put),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        );
        let lifecycle = Unsigned {
            query: "lifecycle=",
            ..GET
        };
        assert_eq!(
            signature(&lifecycle),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        );
        let list = Unsigned {
            query: "max-keys=2&prefix=J",
            ..GET
        };
        assert_eq!(
            signature(&list),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
    }

    #[test]
    fn the_host_is_signed_but_not_sent() {
        let secret = Secret::new("canary".to_owned());
        let key = Key {
            id: "id",
            secret: &secret,
            region: "eu-west-1",
        };
        let headers = sign(&key, &GET, THEN);
        assert!(headers.iter().all(|(name, _)| *name != "host"));
        assert!(!format!("{headers:?}").contains("canary"));
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            ["x-amz-content-sha256", "x-amz-date", "authorization"]
        );
    }
}
