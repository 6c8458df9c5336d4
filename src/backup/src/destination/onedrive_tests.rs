use super::*;

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse {
        status,
        headers: vec![],
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn each_error_has_its_cause() {
    let error = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"…"}}}}"#);
    for (status, code, cause) in [
        (401, "InvalidAuthenticationToken", Cause::SignedOut),
        (403, "accessDenied", Cause::PermissionMissing),
        (403, "accessRestricted", Cause::PermissionMissing),
        (403, "notAllowed", Cause::NotAllowed),
        (403, "provisioningNotAllowed", Cause::NotAllowed),
        (403, "maxItemCountExceeded", Cause::StorageFull),
        (429, "throttledRequest", Cause::AskedToWait),
        (404, "uploadSessionNotFound", Cause::ServerFault),
        (410, "unheard", Cause::AppOutdated),
        (404, "itemNotFound", Cause::FolderMissing),
        (429, "activityLimitReached", Cause::AskedToWait),
        (507, "quotaLimitReached", Cause::StorageFull),
        (503, "serviceNotAvailable", Cause::ServerFault),
        (500, "generalException", Cause::ServerFault),
        (507, "somethingNew", Cause::StorageFull),
        (400, "invalidRequest", Cause::ServerFault),
    ] {
        let failure = failure(&response(status, &error(code)));
        assert_eq!(failure.cause, cause, "{status} {code}");
        assert_eq!(failure.code.as_deref(), Some(code));
    }
}

#[test]
fn the_innermost_code_that_says_more_counts() {
    let body = r#"{"error":{"code":"generalException","message":"…","innerError":{"code":"quotaLimitReached","innererror":{"code":"unheard"}}}}"#;
    let failure = failure(&response(500, body));
    assert_eq!(failure.cause, Cause::StorageFull);
    assert_eq!(failure.code.as_deref(), Some("quotaLimitReached"));
}

#[test]
fn conditional_access_is_a_policy_and_no_lost_sign_in() {
    let mut challenged = response(
        401,
        r#"{"error":{"code":"InvalidAuthenticationToken","message":"…"}}"#,
    );
    let challenge = r#"Bearer realm="", error="insufficient_claims", claims="e30=""#;
    let header = ("www-authenticate".to_owned(), challenge.to_owned());
    challenged.headers.push(header);
    assert_eq!(failure(&challenged).cause, Cause::NotAllowed);
}

#[test]
fn an_address_that_is_handed_out_must_be_a_secret_one() {
    let reply = response(200, "");
    let given = |url: &str| handed_out(&json!({ "url": url }), "/url", &reply).ok();
    let good = "https://public.dm.files.1drv.com/y4m%2Fx?a=b";
    assert_eq!(given(good).as_deref(), Some(good));
    assert_eq!(given("http://public.dm.files.1drv.com/y4m"), None);
    assert_eq!(given("javascript:alert(1)"), None);
}

#[test]
fn an_address_that_has_ended_says_nothing_about_who_is_signed_in() {
    for status in [401, 403, 404, 410] {
        let ended = expired(response(status, "")).unwrap_err();
        assert_eq!(ended.cause, Cause::ServerFault, "{status}");
    }
    for status in [200, 202, 409, 507] {
        assert!(expired(response(status, "")).is_ok(), "{status}");
    }
}

#[test]
fn a_facet_that_is_null_is_none() {
    let mut listing = Listing::default();
    add(
        &mut listing,
        &json!({ "name": "one", "size": 1, "file": {}, "folder": null,
            "createdDateTime": "2026-01-02T03:04:05+01:00" }),
    );
    add(
        &mut listing,
        &json!({ "name": "two", "file": null, "folder": { "childCount": 0 } }),
    );
    let names: Vec<&str> = listing
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(
        (names, listing.folders),
        (vec!["one"], vec!["two".to_owned()])
    );
    assert_eq!(listing.files[0].modified, Some(1_767_319_445_000));
}

#[test]
fn more_than_there_is_room_for_leaves_none() {
    let of = |remaining: i64| room(&json!({ "quota": { "remaining": remaining } }));
    assert_eq!((of(7), of(0), of(-7)), (Some(7), Some(0), Some(0)));
    assert_eq!(room(&json!({ "quota": { "remaining": null } })), None);
    assert_eq!(room(&json!({})), None);
}
