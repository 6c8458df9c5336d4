//! The token endpoint (RFC 6749, sections 4.1.3, 5 and 6) and revocation (RFC 7009).

use serde_json::Value;

use super::authorize::Pending;
use super::{Client, Grant, Revocation, Server, form};
use crate::cause::Cause;
use crate::destination::{Failure, cause_of_status, is_html};
use crate::http::{Http, HttpRequest, HttpResponse};
use crate::secret::Secret;

/// Trades an authorization code for tokens.
///
/// # Errors
/// Why there are none.
pub async fn redeem(
    http: &impl Http,
    server: &Server,
    client: &Client,
    pending: &Pending,
    code: &Secret,
) -> Result<Grant, Failure> {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("redirect_uri", &pending.redirect),
        ("code_verifier", pending.verifier.expose()),
    ];
    ask(http, server, client, &pairs).await
}

/// Trades a refresh token for a new access token, and maybe a new refresh token. The old one may
/// be dead as soon as this is sent.
///
/// # Errors
/// Why there are none; [`Cause::SignedOut`] when the refresh token is dead.
pub async fn refresh(
    http: &impl Http,
    server: &Server,
    client: &Client,
    token: &Secret,
) -> Result<Grant, Failure> {
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.expose()),
    ];
    ask(http, server, client, &pairs).await
}

/// Gives tokens back, so that nobody can use them any more.
///
/// # Errors
/// Why that could not be done. A token that is dead already is no error (RFC 7009, section 2.2).
pub async fn revoke(
    http: &impl Http,
    server: &Server,
    client: &Client,
    refresh: &Secret,
    access: Option<&Secret>,
) -> Result<(), Failure> {
    let response = match &server.revoke {
        Revocation::None => return Ok(()),
        Revocation::Standard(url) => {
            let mut pairs = vec![("token", refresh.expose()), ("client_id", &client.id)];
            if let Some(secret) = &client.secret {
                pairs.push(("client_secret", secret.expose()));
            }
            http.send(post(url, form::encode(&pairs))).await?
        }
        Revocation::Bearer(url) => {
            let Some(access) = access else {
                return Ok(());
            };
            let mut request = post(url, String::new());
            let bearer = format!("Bearer {}", access.expose());
            request.headers = vec![("authorization", bearer)];
            http.send(request).await?
        }
    };
    match response.status {
        200..=299 | 401 => Ok(()),
        _ => Err(failure(&response)),
    }
}

/// What an error code of RFC 6749 (sections 4.1.2.1 and 5.2), of OpenID Connect or of a vendor
/// means. `described` is for Microsoft, which tells policies apart only by the number in it.
pub(crate) fn cause_of_error(error: &str, described: &str) -> Cause {
    let numbered = |number: &str| described.contains(&format!("AADSTS{number}"));
    if POLICIES.iter().any(|number| numbered(number)) {
        return Cause::NotAllowed;
    }
    if APPLICATION.iter().any(|number| numbered(number)) {
        return Cause::AppOutdated;
    }
    match error {
        "admin_policy_enforced" | "org_internal" | "disallowed_useragent" => Cause::NotAllowed,
        "invalid_scope" | "insufficient_scope" => Cause::PermissionMissing,
        "server_error" | "temporarily_unavailable" => Cause::ServerFault,
        "slow_down" => Cause::AskedToWait,
        // The application is not known (any more), or asks in a way that is no longer taken;
        // Google says more precisely that its publisher deleted it or that it was switched off.
        "invalid_client"
        | "unauthorized_client"
        | "unsupported_grant_type"
        | "unsupported_response_type"
        | "deleted_client"
        | "disabled_client" => Cause::AppOutdated,
        // A dead token, or a person who must take part: the way out of both is to sign in.
        _ => Cause::SignedOut,
    }
}

/// Microsoft's numbers for what an administrator has decided: device policies (50005, 53000 to
/// 53002), conditional access (53003), no assignment to the application (50105), consent that
/// only an administrator can give (90094).
const POLICIES: [&str; 7] = [
    "50005", "50105", "53000", "53001", "53002", "53003", "90094",
];

/// Microsoft's numbers for an application that it does not know (700016), that was switched off
/// (7000112), or that is registered as something else than what asks (7000218, 9002326).
const APPLICATION: [&str; 4] = ["700016", "7000112", "7000218", "9002326"];

async fn ask(
    http: &impl Http,
    server: &Server,
    client: &Client,
    pairs: &[(&str, &str)],
) -> Result<Grant, Failure> {
    let mut pairs = pairs.to_vec();
    pairs.push(("client_id", &client.id));
    if let Some(secret) = &client.secret {
        pairs.push(("client_secret", secret.expose()));
    }
    let response = http.send(post(&server.token, form::encode(&pairs))).await?;
    if response.status != 200 {
        return Err(failure(&response));
    }
    read(&response).ok_or_else(|| {
        let cause = if is_html(&response) {
            Cause::NotAStorageServer
        } else {
            Cause::ServerFault
        };
        Failure::from_response(cause, &response)
    })
}

fn post(url: &str, body: String) -> HttpRequest {
    let kind = "application/x-www-form-urlencoded";
    HttpRequest {
        method: "POST",
        url: url.to_owned(),
        headers: vec![("content-type", kind.to_owned())],
        body: body.into_bytes(),
    }
}

fn read(response: &HttpResponse) -> Option<Grant> {
    let value: Value = serde_json::from_slice(&response.body).ok()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let secret = |name: &str| {
        let token = text(name).filter(|token| is_token(token))?;
        Some(Secret::new(token.to_owned()))
    };
    if !text("token_type")?.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let seconds = value.get("expires_in");
    let seconds = seconds.and_then(|value| {
        let number = value.as_u64();
        number.or_else(|| value.as_str()?.parse().ok())
    });
    Some(Grant {
        access: secret("access_token")?,
        refresh: secret("refresh_token"),
        lifetime: seconds.map(|seconds| seconds.saturating_mul(1000)),
        scope: text("scope").map(str::to_owned),
    })
}

/// The characters of RFC 6749, appendix A.12: nothing that could end a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

fn failure(response: &HttpResponse) -> Failure {
    let value: Option<Value> = serde_json::from_slice(&response.body).ok();
    let text = |name: &str| value.as_ref()?.get(name)?.as_str();
    let Some(error) = text("error").filter(|_| response.status < 500) else {
        let waits = response.header("retry-after").is_some();
        let cause = match response.status {
            _ if is_html(response) => Cause::NotAStorageServer,
            // Not for this server to say: it has not even looked at the tokens.
            401 | 403 | 404 => Cause::NotAStorageServer,
            410 | 426 => Cause::AppOutdated,
            status => cause_of_status(status, waits),
        };
        return Failure::from_response(cause, response);
    };
    let described = text("error_description").unwrap_or_default();
    let cause = match response.status {
        429 => Cause::AskedToWait,
        _ => cause_of_error(error, described),
    };
    let numbered = described.split(':').next();
    let code = numbered.filter(|code| code.starts_with("AADSTS"));
    Failure::from_response(cause, response).with_code(code.unwrap_or(error))
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
