use super::config::Typed;
use super::*;
use crate::destination::{Entry, Hint};
use crate::test_support::{Script, now, response, status};

/// The 24th of May 2013.
struct Then;

impl Env for Then {
    fn now_millis(&self) -> u64 {
        1_369_353_600_000
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn s3(responses: Vec<HttpResponse>) -> S3<Script, Then> {
    let typed = Typed {
        address: "https://s3.example.org",
        region: "us-east-1",
        bucket: "backups",
        prefix: "My Backups",
        style: "path",
        access_key: "AKIA",
        secret_key: "canary",
    };
    S3::new(Script::new(responses), Then, &typed.parse().unwrap())
}

fn error(status: u16, code: &str, more: &str) -> HttpResponse {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>Whatever</Message>{more}<RequestId>4442587FB7D0A2F9</RequestId></Error>"
    );
    response(status, &[("content-type", "application/xml")], &body)
}

fn header(s3: &S3<Script, Then>, request: usize, name: &str) -> Option<String> {
    let asked = s3.http.asked.borrow();
    let found = asked[request].headers.iter().find(|(n, _)| *n == name);
    found.map(|(_, value)| value.clone())
}

#[test]
fn a_put_is_one_request_that_refuses_to_overwrite() {
    let date = [("date", "Thu, 01 Jan 1970 00:00:09 GMT")];
    let s3 = s3(vec![response(200, &date, "")]);
    let put = now(s3.put("vault/name", b"bytes")).unwrap();
    assert_eq!(put.value, Put::Created);
    assert_eq!(put.server_time, Some(9000));
    assert_eq!(
        s3.http.lines(),
        ["PUT https://s3.example.org/backups/My%20Backups/vault/name"]
    );
    assert_eq!(s3.http.asked.borrow()[0].body, b"bytes");
    assert_eq!(header(&s3, 0, "if-none-match").as_deref(), Some("*"));
    let authorization = header(&s3, 0, "authorization").unwrap();
    assert!(authorization.starts_with(
        "AWS4-HMAC-SHA256 Credential=AKIA/20130524/us-east-1/s3/aws4_request,\
         SignedHeaders=host;if-none-match;x-amz-content-sha256;x-amz-date,Signature="
    ));
    assert!(!authorization.contains("canary"));
}

#[test]
fn what_a_server_does_not_know_is_left_out_and_not_tried_again() {
    let not_known = || error(501, "NotImplemented", "");
    let s3 = s3(vec![not_known(), status(200), status(200)]);
    assert_eq!(now(s3.put("v/1", b"x")).unwrap().value, Put::Created);
    assert_eq!(header(&s3, 1, "if-none-match"), None);
    assert_eq!(now(s3.put("v/2", b"x")).unwrap().value, Put::Created);
    assert_eq!(s3.http.lines().len(), 3);
}

#[test]
fn a_locked_bucket_gets_its_checksum() {
    let locked = s3(vec![error(400, "InvalidRequest", ""), status(200)]);
    assert_eq!(now(locked.put("v/1", b"abc")).unwrap().value, Put::Created);
    // base64 of the digest, as `printf abc | openssl dgst -sha256 -binary | base64` gives it.
    assert_eq!(
        header(&locked, 1, "x-amz-checksum-sha256").as_deref(),
        Some("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    );
    let refused = || error(400, "InvalidRequest", "");
    let failed = now(s3(vec![refused(), refused()]).put("v/1", b"abc")).unwrap_err();
    assert_eq!(failed.code.as_deref(), Some("InvalidRequest"));
}

#[test]
fn what_is_said_in_words_only_has_its_cause() {
    let said = |status: u16, code: &str, message: &str| {
        let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        let answer = response(status, &[("content-type", "application/xml")], &body);
        now(s3(vec![answer]).put("v/n", b"x")).unwrap_err().cause
    };
    let full = "Forbidden: Bucket size quota is reached, maximum total size of objects: 100";
    assert_eq!(said(403, "AccessDenied", full), Cause::StorageFull);
    let capped = "Cannot upload files, storage cap exceeded.";
    assert_eq!(said(403, "AccessDenied", capped), Cause::StorageFull);
    assert_eq!(
        said(403, "AccessDenied", "Access Denied."),
        Cause::PermissionMissing
    );
    let key = "Credential access key has length 40, should be 32";
    assert_eq!(said(400, "InvalidArgument", key), Cause::SignedOut);
    assert_eq!(
        said(400, "InvalidArgument", "Part number"),
        Cause::ServerFault
    );
}

#[test]
fn no_more_is_looked_at_than_the_prefix() {
    let empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    let s3 = s3(vec![response(200, &[], empty)]);
    now(s3.prepare()).unwrap();
    assert_eq!(
        s3.http.lines(),
        [
            "GET https://s3.example.org/backups/?delimiter=%2F&encoding-type=url&list-type=2&\
          prefix=My%20Backups%2F"
        ]
    );
}

#[test]
fn each_refusal_has_its_cause() {
    for (status, code, cause) in [
        (404, "NoSuchBucket", Cause::FolderMissing),
        (403, "AccessDenied", Cause::PermissionMissing),
        (403, "InvalidAccessKeyId", Cause::SignedOut),
        (403, "SignatureDoesNotMatch", Cause::SignedOut),
        (403, "RequestTimeTooSkewed", Cause::ClockWrong),
        (403, "QuotaExceeded", Cause::StorageFull),
        (507, "XMinioStorageFull", Cause::StorageFull),
        (503, "SlowDown", Cause::AskedToWait),
        (503, "ServiceUnavailable", Cause::ServerFault),
        (500, "InternalError", Cause::ServerFault),
        (400, "RequestTimeout", Cause::Unreachable),
        (409, "ConditionalRequestConflict", Cause::ServerFault),
        (405, "MethodNotAllowed", Cause::NotAStorageServer),
    ] {
        let failed = now(s3(vec![error(status, code, "")]).put("v/n", b"x")).unwrap_err();
        assert_eq!(failed.cause, cause, "{code}");
        assert_eq!(failed.status, Some(status));
        assert_eq!(failed.code.as_deref(), Some(code));
        let listed = now(s3(vec![error(status, code, "")]).list("v")).unwrap_err();
        assert_eq!(listed.cause, cause, "{code}");
    }
    let exists = error(412, "PreconditionFailed", "");
    let put = now(s3(vec![exists]).put("v/n", b"x")).unwrap();
    assert_eq!(put.value, Put::AlreadyThere);
    let lost = now(s3(vec![]).put("v/n", b"x")).unwrap_err();
    assert_eq!((lost.cause, lost.status), (Cause::Unreachable, None));
}

#[test]
fn a_skewed_clock_is_told_the_servers() {
    let more = "<RequestTime>20130524T000000Z</RequestTime>\
        <ServerTime>2013-05-24T08:00:00Z</ServerTime>";
    let failed = now(s3(vec![error(403, "RequestTimeTooSkewed", more)]).list("")).unwrap_err();
    assert_eq!(failed.server_time, Some(1_369_353_600_000 + 8 * 3_600_000));
}

#[test]
fn a_region_that_is_told_is_signed_for() {
    let wrong = || {
        error(
            400,
            "AuthorizationHeaderMalformed",
            "<Region>eu-west-1</Region>",
        )
    };
    let fine = s3(vec![wrong(), status(200), status(200)]);
    assert!(now(fine.put("v/1", b"x")).is_ok());
    assert!(now(fine.put("v/2", b"x")).is_ok());
    for request in 1..3 {
        let signed = header(&fine, request, "authorization").unwrap();
        assert!(signed.contains("/eu-west-1/s3/"), "{signed}");
    }
    let stubborn = s3(vec![wrong(), wrong()]);
    let failed = now(stubborn.put("v/1", b"x")).unwrap_err();
    assert_eq!(failed.cause, Cause::NotAStorageServer);
    assert_eq!(failed.hint, Some(Hint::OtherRegion));
    // A browser shows a redirect as an answer without anything in it.
    let failed = now(s3(vec![status(302)]).list("")).unwrap_err();
    assert_eq!(failed.hint, Some(Hint::OtherRegion));
}

#[test]
fn a_region_that_is_none_is_signed_for_by_nobody() {
    for told in [
        "eu\u{2028}west",
        "eu&#10;X-Evil: 1",
        "eu west",
        "\u{fc}",
        "",
    ] {
        let wrong = error(
            400,
            "AuthorizationHeaderMalformed",
            &format!("<Region>{told}</Region>"),
        );
        let s3 = s3(vec![wrong, status(200)]);
        let failed = now(s3.put("v/1", b"x")).unwrap_err();
        assert_eq!(failed.hint, Some(Hint::OtherRegion), "{told:?}");
        assert_eq!(s3.http.lines().len(), 1, "{told:?}");
    }
    let header = response(400, &[("x-amz-bucket-region", "eu\u{1f4a9}")], "");
    let s3 = s3(vec![header, status(200)]);
    assert!(now(s3.put("v/1", b"x")).is_err());
    assert_eq!(s3.http.lines().len(), 1);
}

const FIRST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>backups</Name>\
<Prefix>My+Backups/vault/</Prefix><KeyCount>3</KeyCount><MaxKeys>1000</MaxKeys>\
<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>\
<NextContinuationToken>a+b/c=</NextContinuationToken>\
<Contents><Key>My+Backups/vault/</Key><Size>0</Size></Contents>\
<Contents><Key>My%20Backups/vault/one</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>\
<ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>4096</Size></Contents>\
<CommonPrefixes><Prefix>My+Backups/vault/below/</Prefix></CommonPrefixes></ListBucketResult>";

const LAST: &str = "<ListBucketResult><IsTruncated>false</IsTruncated>\
<Contents><Key>My Backups/vault/two</Key><Size>1</Size></Contents></ListBucketResult>";

#[test]
fn a_list_is_read_to_its_end() {
    let s3 = s3(vec![response(200, &[], FIRST), response(200, &[], LAST)]);
    let listing = now(s3.list("vault")).unwrap().value;
    let entry = |name: &str, size, modified| Entry {
        name: name.to_owned(),
        size: Some(size),
        modified,
    };
    assert_eq!(
        listing.files,
        [
            entry("one", 4096, Some(1_255_369_830_000)),
            entry("two", 1, None)
        ]
    );
    assert_eq!(listing.folders, ["below"]);
    assert_eq!(
        s3.http.lines(),
        [
            "GET https://s3.example.org/backups/?delimiter=%2F&encoding-type=url&list-type=2&\
             prefix=My%20Backups%2Fvault%2F",
            "GET https://s3.example.org/backups/?continuation-token=a%2Bb%2Fc%3D&delimiter=%2F&\
             encoding-type=url&list-type=2&prefix=My%20Backups%2Fvault%2F"
        ]
    );
}

#[test]
fn a_list_that_does_not_end_is_not_taken_for_a_whole_one() {
    let circles = s3(vec![response(200, &[], FIRST), response(200, &[], FIRST)]);
    let failed = now(circles.list("vault")).unwrap_err();
    assert_eq!(failed.cause, Cause::ServerFault);
    let nowhere = FIRST.replace("<NextContinuationToken>a+b/c=</NextContinuationToken>", "");
    for broken in [nowhere.as_str(), FIRST.get(..400).unwrap()] {
        let failed = now(s3(vec![response(200, &[], broken)]).list("vault")).unwrap_err();
        assert_eq!(failed.cause, Cause::ServerFault);
    }
}

#[test]
fn what_is_no_storage_server_is_called_so() {
    let page = "<!DOCTYPE html><title>Sign in</title>";
    for (status, body) in [(200, page), (404, page), (200, "<html><body/></html>")] {
        let answer = || vec![response(status, &[("content-type", "text/html")], body)];
        for cause in [
            now(s3(answer()).list("")).unwrap_err().cause,
            now(s3(answer()).get("v/n")).unwrap_err().cause,
            now(s3(answer()).put("v/n", b"x")).unwrap_err().cause,
            now(s3(answer()).delete("v/n")).unwrap_err().cause,
        ] {
            assert_eq!(cause, Cause::NotAStorageServer, "{status} {body}");
        }
    }
}

#[test]
fn getting_and_deleting_what_is_not_there_is_no_failure() {
    let missing = || error(404, "NoSuchKey", "");
    assert_eq!(now(s3(vec![missing()]).get("v/n")).unwrap().value, None);
    assert_eq!(now(s3(vec![status(404)]).get("v/n")).unwrap().value, None);
    let there = now(s3(vec![response(200, &[], "bytes")]).get("v/n")).unwrap();
    assert_eq!(there.value.as_deref(), Some(b"bytes".as_slice()));
    assert!(now(s3(vec![missing()]).delete("v/n")).is_ok());
    assert!(now(s3(vec![status(204)]).delete("v/n")).is_ok());
    let bucket = error(404, "NoSuchBucket", "");
    let failed = now(s3(vec![bucket]).get("v/n")).unwrap_err();
    assert_eq!(failed.cause, Cause::FolderMissing);
}

#[test]
fn preparing_makes_a_bucket_that_is_missing() {
    let missing = || error(404, "NoSuchBucket", "");
    let there = s3(vec![response(200, &[], LAST)]);
    now(there.prepare()).unwrap();
    assert_eq!(there.http.lines().len(), 1);
    let found = response(200, &[], LAST);
    let made = s3(vec![missing(), status(200), missing(), found]);
    now(made.prepare()).unwrap();
    assert_eq!(made.http.lines().len(), 4);
    assert_eq!(made.http.lines()[1], "PUT https://s3.example.org/backups/");
    let refused = s3(vec![missing(), error(403, "AccessDenied", "")]);
    let failed = now(refused.prepare()).unwrap_err();
    assert_eq!(failed.cause, Cause::FolderMissing);
}
