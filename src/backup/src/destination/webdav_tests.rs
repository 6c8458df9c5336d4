use super::*;
use crate::http::NetError;
use crate::test_support::{Script, now, response, status};

fn dav(responses: Vec<HttpResponse>) -> WebDav<Script> {
    let config = WebDavConfig::parse(
        "https://cloud.example/dav",
        "My Backups",
        "jane",
        "pass:wörd",
    )
    .unwrap();
    WebDav::new(Script::new(responses), &config)
}

fn lines(dav: &WebDav<Script>) -> Vec<String> {
    dav.http.lines()
}

#[test]
fn a_put_is_one_request_that_refuses_to_overwrite() {
    let dav = dav(vec![response(
        201,
        &[("date", "Thu, 01 Jan 1970 00:00:09 GMT")],
        "",
    )]);
    let answer = now(dav.put("vault/name", b"bytes")).unwrap();
    assert_eq!(
        answer,
        Answer {
            value: Put::Created,
            server_time: Some(9000)
        }
    );
    assert_eq!(
        lines(&dav),
        ["PUT https://cloud.example/dav/My%20Backups/vault/name"]
    );
    let asked = dav.http.asked.borrow();
    let request = &asked[0];
    assert_eq!(request.body, b"bytes");
    assert!(request.headers.contains(&("if-none-match", "*".to_owned())));
    // base64 of "jane:pass:wörd" in UTF-8, as `printf 'jane:pass:wörd' | base64` gives it.
    let basic = "Basic amFuZTpwYXNzOnfDtnJk".to_owned();
    assert!(request.headers.contains(&("authorization", basic)));
}

#[test]
fn a_put_makes_the_vaults_folder_and_only_that() {
    let first = dav(vec![status(409), status(201), status(201)]);
    assert_eq!(
        now(first.put("vault/name", b"x")).unwrap().value,
        Put::Created
    );
    assert_eq!(
        lines(&first)[1],
        "MKCOL https://cloud.example/dav/My%20Backups/vault/"
    );
    let gone = dav(vec![status(409), status(409)]);
    assert_eq!(
        now(gone.put("vault/name", b"x")).unwrap_err().cause,
        Cause::FolderMissing
    );
    assert_eq!(lines(&gone).len(), 2);
}

#[test]
fn each_answer_to_a_put_has_its_meaning() {
    for (code, cause) in [
        (302, Cause::NotAStorageServer),
        (401, Cause::SignedOut),
        (403, Cause::PermissionMissing),
        (405, Cause::NotAStorageServer),
        (413, Cause::StorageFull),
        (423, Cause::ServerFault),
        (429, Cause::AskedToWait),
        (500, Cause::ServerFault),
        (507, Cause::StorageFull),
    ] {
        let failed = now(dav(vec![status(code)]).put("v/n", b"x")).unwrap_err();
        assert_eq!((failed.cause, failed.status), (cause, Some(code)));
    }
    let exists = now(dav(vec![status(412)]).put("v/n", b"x")).unwrap();
    assert_eq!(exists.value, Put::AlreadyThere);
    let lost = now(dav(vec![]).put("v/n", b"x")).unwrap_err();
    assert_eq!((lost.cause, lost.status), (Cause::Unreachable, None));
}

#[test]
fn what_the_folder_says_explains_a_vague_refusal() {
    let full = SABRE.replace("1048576", "3");
    for (status_code, listing, cause) in [
        (405, SABRE, Cause::ServerFault),
        (405, full.as_str(), Cause::StorageFull),
        (403, SABRE, Cause::PermissionMissing),
        (403, full.as_str(), Cause::StorageFull),
    ] {
        let dav = dav(vec![status(status_code), response(207, &[], listing)]);
        let failed = now(dav.put("v/n", b"bytes")).unwrap_err();
        assert_eq!((failed.cause, failed.status), (cause, Some(status_code)));
    }
}

#[test]
fn whoever_answers_like_a_storage_server_is_one() {
    let said = |code: u16, exception: &str| {
        let body = format!(
            "<d:error xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\">\
             <s:exception>Sabre\\DAV\\Exception\\{exception}</s:exception></d:error>"
        );
        let answers = vec![response(code, &[], &body), response(207, &[], SABRE)];
        now(dav(answers).put("v/n", b"bytes")).unwrap_err().cause
    };
    assert_eq!(said(400, "BadRequest"), Cause::ServerFault);
    assert_eq!(said(415, "UnsupportedMediaType"), Cause::NotAllowed);
    let full = SABRE.replace("1048576", "3");
    let short = dav(vec![status(400), response(207, &[], &full)]);
    let failed = now(short.put("v/n", b"bytes")).unwrap_err();
    assert_eq!(failed.cause, Cause::StorageFull);
    let other = dav(vec![status(400), status(400)]);
    let failed = now(other.put("v/n", b"bytes")).unwrap_err();
    assert_eq!(failed.cause, Cause::NotAStorageServer);
}

#[test]
fn what_is_still_looked_at_is_there() {
    let listing = APACHE.replacen("HTTP/1.1 200 OK", "HTTP/1.1 425 TOO EARLY", 2);
    let before = now(dav(vec![response(207, &[], APACHE)]).list("vault")).unwrap();
    let early = now(dav(vec![response(207, &[], &listing)]).list("vault")).unwrap();
    assert_eq!(early.value.files.len(), before.value.files.len());
}

#[test]
fn nextcloud_says_when_it_wants_an_app_password() {
    let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
        <d:error xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\">\
        <s:exception>OCA\\DAV\\Connector\\Sabre\\Exception\\PasswordLoginForbidden</s:exception>\
        <s:message/></d:error>";
    let failed = now(dav(vec![response(401, &[], body)]).list("")).unwrap_err();
    assert_eq!(failed.cause, Cause::SignedOut);
    assert_eq!(failed.hint, Some(Hint::UseAppPassword));
    let maintenance = [
        ("x-nextcloud-maintenance-mode", "1"),
        ("retry-after", "120"),
    ];
    let failed = now(dav(vec![response(503, &maintenance, "")]).list("")).unwrap_err();
    assert_eq!(failed.cause, Cause::AskedToWait);
    assert_eq!(failed.hint, Some(Hint::Maintenance));
    assert_eq!(failed.retry_after, Some(120_000));
}

#[test]
fn a_permission_that_the_browser_withholds_is_told_apart() {
    struct Withheld;
    impl Http for Withheld {
        async fn send(&self, _: HttpRequest) -> Result<HttpResponse, NetError> {
            Err(NetError::HostPermission)
        }
    }
    let config = WebDavConfig::parse("https://cloud.example", "", "u", "p").unwrap();
    let failed = now(WebDav::new(Withheld, &config).list("")).unwrap_err();
    assert_eq!(failed.cause, Cause::PermissionMissing);
    assert_eq!(failed.hint, Some(Hint::GrantInBrowser));
}

const APACHE: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<D:multistatus xmlns:D="DAV:" xmlns:ns0="DAV:">
<D:response xmlns:lp1="DAV:" xmlns:lp2="http://apache.org/dav/props/">
<D:href>/dav/My%20Backups/vault/</D:href>
<D:propstat><D:prop>
<lp1:resourcetype><D:collection/></lp1:resourcetype>
<lp1:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</lp1:getlastmodified>
</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
<D:propstat><D:prop><D:getcontentlength/><D:quota-available-bytes/></D:prop>
<D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>
</D:response>
<D:response xmlns:lp1="DAV:">
<D:href>/dav/My%20Backups/vault/one</D:href>
<D:propstat><D:prop><lp1:resourcetype/>
<lp1:getcontentlength>4096</lp1:getcontentlength>
<lp1:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</lp1:getlastmodified>
</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
</D:response>
</D:multistatus>"#;

const SABRE: &str = r#"<?xml version="1.0"?>
<d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><d:response>
<d:href>https://cloud.example/dav/My%20Backups/</d:href><d:propstat><d:prop>
<d:resourcetype><d:collection/></d:resourcetype>
<d:quota-available-bytes>1048576</d:quota-available-bytes></d:prop>
<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response><d:response>
<d:href>https://cloud.example/dav/My%20Backups/vault/</d:href><d:propstat><d:prop>
<d:resourcetype><d:collection/></d:resourcetype></d:prop>
<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response><d:response>
<d:href>https://cloud.example/dav/My%20Backups/m%C3%BCsli.txt</d:href><d:propstat><d:prop>
<d:resourcetype/><d:getcontentlength>3</d:getcontentlength></d:prop>
<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>"#;

#[test]
fn lists_as_apache_and_sabredav_write_them() {
    let listing = now(dav(vec![response(207, &[], APACHE)]).list("vault"))
        .unwrap()
        .value;
    let entry = Entry {
        name: "one".to_owned(),
        size: Some(4096),
        modified: Some(784_111_777_000),
    };
    assert_eq!(
        listing,
        Listing {
            files: vec![entry],
            folders: vec![],
            available: None
        }
    );
    let listing = now(dav(vec![response(207, &[], SABRE)]).list(""))
        .unwrap()
        .value;
    assert_eq!(listing.folders, ["vault"]);
    assert_eq!(listing.files[0].name, "müsli.txt");
    assert_eq!(listing.available, Some(1_048_576));
}

#[test]
fn a_list_behind_a_proxy_that_rewrites_paths_is_read_all_the_same() {
    let body = APACHE.replace("/dav/My%20Backups/", "/inner/");
    let listing = now(dav(vec![response(207, &[], &body)]).list("vault"))
        .unwrap()
        .value;
    assert_eq!(listing.files.len(), 1);
}

#[test]
fn a_subfolder_that_is_not_there_is_empty_and_the_chosen_one_is_missing() {
    let empty = dav(vec![status(404), response(207, &[], SABRE)]);
    assert_eq!(now(empty.list("vault")).unwrap().value, Listing::default());
    let missing = dav(vec![status(404), status(404)]);
    assert_eq!(
        now(missing.list("vault")).unwrap_err().cause,
        Cause::FolderMissing
    );
    assert_eq!(
        now(dav(vec![status(404)]).list("")).unwrap_err().cause,
        Cause::FolderMissing
    );
}

#[test]
fn what_is_no_storage_server_is_called_so() {
    let page = "<!DOCTYPE html><title>Sign in</title>";
    for answer in [
        response(200, &[], page),
        response(207, &[], page),
        status(405),
        status(0),
    ] {
        let failed = now(dav(vec![answer]).list("")).unwrap_err();
        assert_eq!(failed.cause, Cause::NotAStorageServer);
    }
    // A page instead of the snapshot must not be taken for a damaged snapshot.
    let failed = now(dav(vec![response(200, &[], page)]).get("v/n")).unwrap_err();
    assert_eq!(failed.cause, Cause::NotAStorageServer);
    let cut = APACHE.get(..600).unwrap();
    let failed = now(dav(vec![response(207, &[], cut)]).list("vault")).unwrap_err();
    assert_eq!(failed.cause, Cause::ServerFault);
}

#[test]
fn getting_and_deleting_what_is_not_there_is_no_failure() {
    assert_eq!(now(dav(vec![status(404)]).get("v/n")).unwrap().value, None);
    let there = now(dav(vec![response(200, &[], "bytes")]).get("v/n")).unwrap();
    assert_eq!(there.value.as_deref(), Some(b"bytes".as_slice()));
    assert!(now(dav(vec![status(404)]).delete("v/n")).is_ok());
    assert!(now(dav(vec![status(204)]).delete("v/n")).is_ok());
    let failed = now(dav(vec![status(403)]).delete("v/n")).unwrap_err();
    assert_eq!(failed.cause, Cause::PermissionMissing);
    let failed = now(dav(vec![status(207)]).delete("v/n")).unwrap_err();
    assert_eq!(failed.cause, Cause::ServerFault);
}

#[test]
fn preparing_makes_each_folder_and_tells_a_wrong_address() {
    let fine = dav(vec![status(405)]);
    now(fine.prepare()).unwrap();
    assert_eq!(
        lines(&fine),
        ["MKCOL https://cloud.example/dav/My%20Backups/"]
    );
    let wrong = now(dav(vec![status(409)]).prepare()).unwrap_err();
    assert_eq!(wrong.cause, Cause::NotAStorageServer);
    let refused = now(dav(vec![status(403)]).prepare()).unwrap_err();
    assert_eq!(refused.cause, Cause::PermissionMissing);
}

#[test]
fn a_pause_asked_for_while_looking_why_a_put_failed_is_kept() {
    let wait = response(429, &[("retry-after", "900")], "");
    let dav = dav(vec![status(403), wait]);
    let failure = now(dav.put("v/a", b"x")).unwrap_err();
    assert_eq!(failure.cause, Cause::PermissionMissing);
    assert_eq!(failure.retry_after, Some(900_000));
}
