use super::*;

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse {
        status,
        headers: vec![],
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn the_hash_is_of_the_hashes_of_blocks() {
    let of = |bytes: &[u8]| base16ct::lower::encode_string(&Sha256::digest(bytes));
    assert_eq!(content_hash(b""), of(b""));
    assert_eq!(content_hash(b"abc"), of(&Sha256::digest(b"abc")));
    let long = vec![7; (4 << 20) + 1];
    let (first, second) = long.split_at(4 << 20);
    let both = [Sha256::digest(first), Sha256::digest(second)].concat();
    assert_eq!(content_hash(&long), of(&both));
}

#[test]
fn each_error_has_its_cause() {
    for (status, body, cause) in [
        (
            401,
            r#"{"error_summary":"expired_access_token/..","error":{".tag":"expired_access_token"}}"#,
            Cause::SignedOut,
        ),
        (
            401,
            r#"{"error_summary":"missing_scope/..","error":{".tag":"missing_scope","required_scope":"files.content.write"}}"#,
            Cause::PermissionMissing,
        ),
        (
            401,
            r#"{"error_summary":"user_suspended/..","error":{".tag":"user_suspended"}}"#,
            Cause::NotAllowed,
        ),
        (
            409,
            r#"{"error_summary":"path/insufficient_space/..","error":{".tag":"path","reason":{".tag":"insufficient_space"},"upload_session_id":"x"}}"#,
            Cause::StorageFull,
        ),
        (
            409,
            r#"{"error_summary":"path/no_write_permission/..","error":{".tag":"path","reason":{".tag":"no_write_permission"}}}"#,
            Cause::PermissionMissing,
        ),
        (
            409,
            r#"{"error_summary":"content_hash_mismatch/..","error":{".tag":"content_hash_mismatch"}}"#,
            Cause::Damaged,
        ),
        (
            403,
            r#"{"error_summary":"access_restricted/..","error":{".tag":"access_restricted"}}"#,
            Cause::NotAllowed,
        ),
        (
            401,
            r#"{"error_summary":"route_access_denied/..","error":{".tag":"route_access_denied"}}"#,
            Cause::AppOutdated,
        ),
        (
            403,
            r#"{"error_summary":"team_access_denied/..","error":{".tag":"team_access_denied"}}"#,
            Cause::NotAllowed,
        ),
        (
            409,
            r#"{"error_summary":"path/conflict/..","error":{".tag":"path","reason":{".tag":"conflict","conflict":{".tag":"file_ancestor"}}}}"#,
            Cause::ServerFault,
        ),
        (404, "Unknown API function", Cause::AppOutdated),
        (400, "Error in call to API function", Cause::ServerFault),
        (500, "", Cause::ServerFault),
        (200, "<html>", Cause::NotAStorageServer),
    ] {
        assert_eq!(failure(&response(status, body)).cause, cause, "{body}");
    }
}

#[test]
fn only_a_file_of_that_name_is_the_same_upload() {
    let told = |body: &str| is_file_in_the_way(&response(409, body));
    // In one request, and in pieces.
    assert!(told(
        r#"{"error":{".tag":"path","reason":{".tag":"conflict","conflict":{".tag":"file"}},"upload_session_id":"x"}}"#
    ));
    assert!(told(
        r#"{"error":{".tag":"path","path":{".tag":"conflict","conflict":{".tag":"file"}}}}"#
    ));
    for other in ["folder", "file_ancestor"] {
        assert!(!told(&format!(
            r#"{{"error":{{".tag":"path","reason":{{".tag":"conflict","conflict":{{".tag":"{other}"}}}}}}}}"#
        )));
    }
    assert!(!told(
        r#"{"error":{".tag":"path","reason":{".tag":"malformed_path"}}}"#
    ));
}

#[test]
fn the_body_says_how_long_to_wait() {
    let body = r#"{"error_summary":"too_many_requests/..","error":{"reason":{".tag":"too_many_requests"},"retry_after":300}}"#;
    let failure = failure(&response(429, body));
    assert_eq!(failure.cause, Cause::AskedToWait);
    assert_eq!(failure.retry_after, Some(300_000));
    assert_eq!(failure.code.as_deref(), Some("too_many_requests"));
}

#[test]
fn bytes_have_a_host_of_their_own() {
    assert_eq!(
        content_base("https://api.dropboxapi.com/"),
        "https://content.dropboxapi.com/"
    );
    assert_eq!(content_base("http://127.0.0.1:1/"), "http://127.0.0.1:1/");
}

/// Answers everything with this.
struct Told(&'static str);

impl Access for Told {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, Failure> {
        Ok(response(200, self.0))
    }

    async fn send_bare(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        self.send(request).await
    }
}

#[test]
fn a_members_own_limit_counts_where_it_stops() {
    let available = |body| {
        let dropbox = Dropbox {
            access: Told(body),
            api: String::new(),
            content: String::new(),
            account: String::new(),
        };
        crate::test_support::now(dropbox.available())
    };
    let alone = r#"{"used":30,"allocation":{".tag":"individual","allocated":100}}"#;
    assert_eq!(available(alone), Some(70));
    let stops = r#"{"used":30,"allocation":{".tag":"team","used":200,"allocated":1000,"user_within_team_space_allocated":50,"user_within_team_space_limit_type":{".tag":"stop_sync"}}}"#;
    assert_eq!(available(stops), Some(20));
    let warns = r#"{"used":30,"allocation":{".tag":"team","used":200,"allocated":1000,"user_within_team_space_allocated":50,"user_within_team_space_limit_type":{".tag":"alert_only"}}}"#;
    assert_eq!(available(warns), Some(800));
    let none = r#"{"used":30,"allocation":{".tag":"team","used":200,"allocated":1000,"user_within_team_space_allocated":0,"user_within_team_space_limit_type":{".tag":"off"}}}"#;
    assert_eq!(available(none), Some(800));
}
