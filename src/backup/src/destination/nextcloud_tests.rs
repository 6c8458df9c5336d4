use super::*;
use crate::test_support::{Script, now, response, status};
use crate::test_world::Notes;

const BEGUN: &str = "{\"poll\":{\"token\":\"a b/c\",\
    \"endpoint\":\"https:\\/\\/cloud.example\\/login\\/v2\\/poll\"},\
    \"login\":\"https:\\/\\/cloud.example\\/login\\/v2\\/flow\\/xyz\"}";
const GRANTED: &str = "{\"server\":\"https:\\/\\/cloud.example\\/nc\",\
    \"loginName\":\"jane\",\"appPassword\":\"canary\"}";

fn begun(body: &str) -> Result<Login, Failure> {
    let script = Script::new(vec![response(200, &[], body)]);
    now(begin(&script, &server("https://cloud.example").unwrap()))
}

#[test]
fn the_server_is_found_in_whatever_is_pasted() {
    for (typed, root) in [
        ("https://cloud.example", "https://cloud.example/"),
        (
            "https://cloud.example/remote.php/dav/files/jane/",
            "https://cloud.example/",
        ),
        (
            "https://cloud.example/nc/index.php/apps/files/?dir=/x",
            "https://cloud.example/nc/",
        ),
        (
            "https://cloud.example/apps/files/#a",
            "https://cloud.example/",
        ),
    ] {
        assert_eq!(server(typed).unwrap().url(), root);
    }
    assert_eq!(server("cloud.example").unwrap_err().field, "address");
}

#[test]
fn a_login_is_begun_asked_about_and_granted_once() {
    let script = Script::new(vec![response(200, &[], BEGUN)]);
    let login = now(begin(&script, &server("https://cloud.example").unwrap())).unwrap();
    assert_eq!(
        script.lines(),
        ["POST https://cloud.example/index.php/login/v2"]
    );
    assert_eq!(login.page, "https://cloud.example/login/v2/flow/xyz");
    assert!(!format!("{login:?}").contains("a b/c"));
    let script = Script::new(vec![status(404), response(200, &[], GRANTED)]);
    assert_eq!(now(poll(&script, &login)), Ok(None));
    let draft = now(poll(&script, &login)).unwrap().unwrap();
    let DestinationDraft::WebDav {
        address,
        user,
        password,
    } = draft
    else {
        panic!("not WebDAV")
    };
    assert_eq!(address, "https://cloud.example/nc/remote.php/webdav/");
    assert_eq!((user.as_str(), password.as_str()), ("jane", "canary"));
    let asked = script.asked.borrow();
    assert_eq!(asked[0].url, "https://cloud.example/login/v2/poll");
    assert_eq!(asked[0].body, b"token=a%20b%2Fc");
}

#[test]
fn nobody_is_sent_to_another_server() {
    for other in [
        BEGUN.replace(
            "\\/\\/cloud.example\\/login\\/v2\\/flow",
            "\\/\\/evil.example\\/flow",
        ),
        BEGUN.replace(
            "\\/\\/cloud.example\\/login\\/v2\\/poll",
            "\\/\\/evil.example\\/poll",
        ),
        BEGUN.replace(
            "https:\\/\\/cloud.example\\/login\\/v2\\/flow",
            "javascript:alert",
        ),
    ] {
        assert_ne!(other, BEGUN);
        let failed = begun(&other).unwrap_err();
        assert_eq!(failed.cause, Cause::NotAStorageServer);
    }
    let login = begun(BEGUN).unwrap();
    let elsewhere = GRANTED.replace("cloud.example", "evil.example");
    let script = Script::new(vec![response(200, &[], &elsewhere)]);
    let failed = now(poll(&script, &login)).unwrap_err();
    assert_eq!(failed.cause, Cause::NotAStorageServer);
}

#[test]
fn what_is_no_nextcloud_is_called_so() {
    for (answer, cause) in [
        (status(404), Cause::NotAStorageServer),
        (
            response(200, &[], "<!doctype html>"),
            Cause::NotAStorageServer,
        ),
        (response(200, &[], "{}"), Cause::NotAStorageServer),
        (status(503), Cause::ServerFault),
    ] {
        let script = Script::new(vec![answer]);
        let failed = now(begin(&script, &server("https://x.example").unwrap()));
        assert_eq!(failed.unwrap_err().cause, cause);
    }
}

#[test]
fn what_was_granted_once_outlives_whatever_comes_next() {
    let login = begun(BEGUN).unwrap();
    let notes = Notes::default();
    let here = server("https://cloud.example/nc").unwrap();
    let script = Script::new(vec![status(404), response(200, &[], GRANTED)]);
    assert_eq!(now(collect(&script, &notes, &login)), Ok(None));
    assert_eq!(now(granted(&notes, &here)), None);
    let first = now(collect(&script, &notes, &login)).unwrap();
    assert!(first.is_some());
    // The worker died, and the server says nothing any more: it is there all the same.
    let silent = Script::new(vec![]);
    assert_eq!(now(collect(&silent, &notes, &login)), Ok(first.clone()));
    assert_eq!(now(granted(&notes, &here)), first);
    assert!(silent.lines().is_empty());
    // For that server only, and only until it is connected.
    let elsewhere = server("https://other.example").unwrap();
    assert_eq!(now(granted(&notes, &elsewhere)), None);
    now(forget(&notes));
    assert_eq!(now(granted(&notes, &here)), None);
    assert!(
        !notes
            .documents
            .borrow()
            .values()
            .any(|bytes| { String::from_utf8_lossy(bytes).contains("canary") })
    );
    // Nothing is written where there was nothing.
    let empty = Notes::default();
    now(forget(&empty));
    assert!(empty.documents.borrow().is_empty());
}

#[test]
fn a_full_disk_does_not_cost_what_was_granted() {
    let notes = Notes::default();
    notes.full.set(true);
    let script = Script::new(vec![response(200, &[], GRANTED)]);
    let login = begun(BEGUN).unwrap();
    assert!(now(collect(&script, &notes, &login)).unwrap().is_some());
}

#[test]
fn what_version_1_kept_is_read() {
    let bytes = include_bytes!("../../../../tests/fixtures/stored/1/nextcloud_granted.json");
    let notes = Notes::default();
    now(notes.save(super::GRANTED, bytes)).unwrap();
    let here = server("https://cloud.example").unwrap();
    let Some(DestinationDraft::WebDav { user, password, .. }) = now(granted(&notes, &here)) else {
        panic!("not read")
    };
    assert_eq!((user.as_str(), password.as_str()), ("jane", "app password"));
    // As it is written today.
    let document: Document = typed::from_slice(bytes).unwrap();
    assert_eq!(serde_json::to_vec(&document).unwrap(), bytes);
}
