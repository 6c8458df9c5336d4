use super::*;

fn error(status: u16, reason: &str) -> HttpResponse {
    let body = json!({ "error": { "code": status, "message": "…",
        "errors": [{ "domain": "global", "reason": reason, "message": "…" }] } });
    HttpResponse {
        status,
        headers: vec![],
        body: body.to_string().into_bytes(),
    }
}

#[test]
fn each_error_has_its_cause() {
    for (status, reason, cause) in [
        (401, "authError", Cause::SignedOut),
        (403, "insufficientPermissions", Cause::PermissionMissing),
        (403, "insufficientFilePermissions", Cause::PermissionMissing),
        (403, "appNotAuthorizedToFile", Cause::PermissionMissing),
        (403, "storageQuotaExceeded", Cause::StorageFull),
        (403, "userRateLimitExceeded", Cause::AskedToWait),
        (429, "rateLimitExceeded", Cause::AskedToWait),
        (403, "domainPolicy", Cause::NotAllowed),
        (403, "accessNotConfigured", Cause::AppOutdated),
        (410, "unheard", Cause::AppOutdated),
        (403, "numChildrenInNonRootLimitExceeded", Cause::StorageFull),
        (404, "notFound", Cause::FolderMissing),
        (500, "internalError", Cause::ServerFault),
        (503, "unheard", Cause::ServerFault),
        (403, "unheard", Cause::PermissionMissing),
    ] {
        let failure = failure(&error(status, reason));
        assert_eq!(failure.cause, cause, "{status} {reason}");
        assert_eq!(failure.code.as_deref(), Some(reason));
    }
}

#[test]
fn the_newer_form_of_errors_is_read_too() {
    let body = r#"{"error":{"code":403,"status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#;
    let reply = HttpResponse {
        status: 403,
        headers: vec![],
        body: body.as_bytes().to_vec(),
    };
    let failure = failure(&reply);
    assert_eq!(failure.cause, Cause::PermissionMissing);
    let code = failure.code.unwrap();
    assert_eq!(code, "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
}
