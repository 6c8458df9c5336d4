use super::*;
use crate::http::NetError;
use crate::test_support::now;
use std::cell::RefCell;

/// Answers the same, and remembers what it was asked.
struct Endpoint {
    response: HttpResponse,
    asked: RefCell<Vec<HttpRequest>>,
}

impl Http for Endpoint {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        self.asked.borrow_mut().push(request);
        Ok(self.response.clone())
    }
}

fn endpoint(status: u16, body: &str) -> Endpoint {
    Endpoint {
        response: HttpResponse {
            status,
            headers: vec![],
            body: body.as_bytes().to_vec(),
        },
        asked: RefCell::default(),
    }
}

fn server(revoke: Revocation) -> Server {
    Server {
        authorize: String::new(),
        token: "https://login.example/token".into(),
        revoke,
        scope: "files",
        parameters: &[],
        prompt: None,
        anew: None,
    }
}

fn client(secret: Option<&str>) -> Client {
    Client {
        id: "client".into(),
        secret: secret.map(|text| Secret::new(text.into())),
    }
}

fn refreshed(status: u16, body: &str) -> Result<Grant, Failure> {
    let token = Secret::new("canary".into());
    let server = server(Revocation::None);
    now(refresh(
        &endpoint(status, body),
        &server,
        &client(None),
        &token,
    ))
}

#[test]
fn a_code_is_redeemed_with_its_verifier() {
    let http = endpoint(
        200,
        r#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r","scope":"files"}"#,
    );
    let pending = Pending {
        state: Secret::new("s".into()),
        verifier: Secret::new("v".into()),
        redirect: "https://x.example/back".into(),
    };
    let code = Secret::new("c".into());
    let server = server(Revocation::None);
    let grant = now(redeem(&http, &server, &client(Some("t")), &pending, &code)).unwrap();
    assert_eq!(grant.access.expose(), "a");
    assert_eq!(grant.refresh.unwrap().expose(), "r");
    assert_eq!(grant.lifetime, Some(3_600_000));
    let asked = http.asked.borrow();
    let body = std::str::from_utf8(&asked[0].body).unwrap();
    assert_eq!(
        body,
        "grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fx.example%2Fback\
         &code_verifier=v&client_id=client&client_secret=t"
    );
}

#[test]
fn each_error_has_its_cause() {
    let cause = |status, body| refreshed(status, body).unwrap_err().cause;
    assert_eq!(cause(400, r#"{"error":"invalid_grant"}"#), Cause::SignedOut);
    assert_eq!(
        cause(401, r#"{"error":"invalid_client"}"#),
        Cause::AppOutdated
    );
    assert_eq!(
        cause(400, r#"{"error":"unsupported_grant_type"}"#),
        Cause::AppOutdated
    );
    assert_eq!(cause(410, "retired"), Cause::AppOutdated);
    assert_eq!(
        cause(
            400,
            r#"{"error":"invalid_grant","error_description":"AADSTS53003: Access has been blocked by Conditional Access policies."}"#
        ),
        Cause::NotAllowed
    );
    assert_eq!(cause(429, r#"{"error":"slow_down"}"#), Cause::AskedToWait);
    assert_eq!(cause(503, ""), Cause::ServerFault);
    assert_eq!(cause(500, r#"{"error":"x"}"#), Cause::ServerFault);
    assert_eq!(cause(404, "not here"), Cause::NotAStorageServer);
    assert_eq!(cause(200, "<html>"), Cause::NotAStorageServer);
    assert_eq!(cause(200, "{}"), Cause::ServerFault);
}

#[test]
fn the_number_tells_more_than_the_word() {
    let body = r#"{"error":"invalid_request","error_description":"AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type."}"#;
    let failure = refreshed(400, body).unwrap_err();
    assert_eq!(failure.code.as_deref(), Some("AADSTS9002326"));
}

#[test]
fn a_token_that_could_end_a_header_is_none() {
    for token in ["", "a\\r\\nx: y", "ü"] {
        let body = format!(r#"{{"access_token":"{token}","token_type":"bearer"}}"#);
        assert_eq!(refreshed(200, &body).unwrap_err().cause, Cause::ServerFault);
    }
    let other = r#"{"access_token":"a","token_type":"mac"}"#;
    assert_eq!(refreshed(200, other).unwrap_err().cause, Cause::ServerFault);
}

#[test]
fn no_error_shows_a_token() {
    let body = r#"{"error":"the token canary is dead"}"#;
    let failure = refreshed(400, body).unwrap_err();
    assert!(!format!("{failure:?}").contains("canary"));
}

#[test]
fn revoking_what_is_dead_is_no_error() {
    let token = Secret::new("r".into());
    let standard = server(Revocation::Standard("https://login.example/revoke".into()));
    let gone = endpoint(401, "");
    now(revoke(&gone, &standard, &client(None), &token, None)).unwrap();
    let asked = gone.asked.borrow();
    assert_eq!(asked[0].body, b"token=r&client_id=client");
    drop(asked);
    let bearer = server(Revocation::Bearer("https://api.example/revoke".into()));
    let http = endpoint(200, "");
    now(revoke(&http, &bearer, &client(None), &token, Some(&token))).unwrap();
    let asked = http.asked.borrow();
    assert_eq!(asked[0].headers, [("authorization", "Bearer r".to_owned())]);
}
