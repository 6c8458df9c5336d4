//! The authorization request and what the browser is sent back with (RFC 6749, sections 4.1.1 and
//! 4.1.2; RFC 7636).

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Client, Server, form};
use crate::cause::Cause;
use crate::destination::Failure;
use crate::env::{Env, random};
use crate::oauth::token::cause_of_error;
use crate::secret::Secret;

/// A sign-in that was begun. Kept until the browser is sent back: the worker may be gone by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Binds the answer to this request (RFC 6749, section 10.12).
    pub state: Secret,
    /// Proves to the token endpoint that who redeems the code is who asked for it (RFC 7636).
    pub verifier: Secret,
    /// Where the browser is sent back to; the token endpoint is told again.
    pub redirect: String,
}

/// Whether a person takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// A person chooses the account, also where one is signed in already.
    Choose,
    /// The same, and whoever is signed in there is known to be somebody else.
    Other,
    /// Nobody is asked: it works without, or it fails.
    Silent,
}

/// Why no code came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The person said no.
    Denied,
    /// Another account signed in than the one that is needed. It is named as people know it.
    OtherAccount(String),
    /// The answer belongs to another request, or is none.
    Mismatch,
    /// The server says why.
    Refused(Failure),
}

impl Pending {
    /// A new one: 256 bits each.
    pub fn new(env: &impl Env, redirect: &str) -> Self {
        let text = |bytes: [u8; 32]| Secret::new(Base64UrlUnpadded::encode_string(&bytes));
        Self {
            state: text(random(env)),
            verifier: text(random(env)),
            redirect: redirect.to_owned(),
        }
    }

    /// The address to open. `hint` names the account that is wanted, where one is.
    #[must_use]
    pub fn url(&self, server: &Server, client: &Client, prompt: Prompt, hint: &str) -> String {
        let challenge =
            Base64UrlUnpadded::encode_string(&Sha256::digest(self.verifier.expose().as_bytes()));
        let mut pairs = vec![
            ("client_id", client.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &self.redirect),
            ("scope", server.scope),
            ("state", self.state.expose()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        pairs.extend(server.parameters);
        if let Some(choose) = server.prompt {
            pairs.push(match prompt {
                Prompt::Choose | Prompt::Other => ("prompt", choose),
                Prompt::Silent => ("prompt", "none"),
            });
            pairs.push(("login_hint", hint));
        }
        if let (Prompt::Other, Some(anew)) = (prompt, server.anew) {
            pairs.push(anew);
        }
        let mark = if server.authorize.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{}{mark}{}", server.authorize, form::encode(&pairs))
    }

    /// The authorization code of the address that the browser was sent back to.
    ///
    /// # Errors
    /// Why there is none. The code itself is in no error.
    pub fn read(&self, address: &str) -> Result<Secret, SignInError> {
        let (path, rest) = address.split_once('?').ok_or(SignInError::Mismatch)?;
        let query = rest.split('#').next().unwrap_or_default();
        let state = form::value(query, "state");
        if path != self.redirect || state.as_deref() != Some(self.state.expose()) {
            return Err(SignInError::Mismatch);
        }
        if let Some(error) = form::value(query, "error") {
            let described = form::value(query, "error_description").unwrap_or_default();
            return Err(match cause_of_error(&error, &described) {
                Cause::NotAllowed => refused(Cause::NotAllowed, &error),
                _ if error == "access_denied" => SignInError::Denied,
                cause => refused(cause, &error),
            });
        }
        form::value(query, "code")
            .filter(|code| !code.is_empty())
            .map(Secret::new)
            .ok_or(SignInError::Mismatch)
    }
}

fn refused(cause: Cause, error: &str) -> SignInError {
    SignInError::Refused(Failure::new(cause).with_code(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::Revocation;

    struct Fixed;

    impl Env for Fixed {
        fn now_millis(&self) -> u64 {
            0
        }

        fn fill_random(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    const BACK: &str = "https://abc.chromiumapp.org/dropbox";

    fn url(prompt: Prompt, choose: Option<&'static str>) -> String {
        let server = Server {
            authorize: "https://login.example/authorize".into(),
            token: String::new(),
            revoke: Revocation::None,
            scope: "files account",
            parameters: &[("access_type", "offline")],
            prompt: choose,
            anew: Some(("force", "true")),
        };
        let client = Client {
            id: "id&1".into(),
            secret: None,
        };
        Pending::new(&Fixed, BACK).url(&server, &client, prompt, "jane@example.org")
    }

    #[test]
    fn the_address_says_what_is_wanted() {
        let address = url(Prompt::Silent, Some("select_account"));
        let (path, query) = address.split_once('?').unwrap();
        assert_eq!(path, "https://login.example/authorize");
        let value = |name| form::value(query, name).unwrap();
        assert_eq!(value("client_id"), "id&1");
        assert_eq!(value("response_type"), "code");
        assert_eq!(value("redirect_uri"), BACK);
        assert_eq!(value("scope"), "files account");
        assert_eq!(value("access_type"), "offline");
        assert_eq!(value("prompt"), "none");
        assert_eq!(value("login_hint"), "jane@example.org");
        assert_eq!(value("code_challenge_method"), "S256");
        assert!(!url(Prompt::Choose, None).contains("prompt"));
        assert!(!url(Prompt::Choose, None).contains("force"));
        assert!(url(Prompt::Other, None).ends_with("&force=true"));
        // The verifier itself never shows.
        let pending = Pending::new(&Fixed, BACK);
        assert!(!address.contains(&format!("code_challenge={}", pending.verifier.expose())));
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        // Appendix B.
        let pending = Pending {
            verifier: Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()),
            ..Pending::new(&Fixed, BACK)
        };
        let server = Server {
            authorize: "https://login.example/a?tenant=1".into(),
            token: String::new(),
            revoke: Revocation::None,
            scope: "s",
            parameters: &[],
            prompt: None,
            anew: None,
        };
        let client = Client {
            id: "c".into(),
            secret: None,
        };
        let url = pending.url(&server, &client, Prompt::Choose, "");
        assert!(url.starts_with("https://login.example/a?tenant=1&client_id=c"));
        assert!(url.contains("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    }

    #[test]
    fn only_the_answer_to_this_request_gives_a_code() {
        let pending = Pending::new(&Fixed, BACK);
        let state = pending.state.expose().to_owned();
        let read = |address: &str| pending.read(address);
        let good = format!("{BACK}?code=c%2F1&state={state}");
        assert_eq!(read(&good).unwrap().expose(), "c/1");
        assert_eq!(read(&format!("{good}#")).unwrap().expose(), "c/1");
        for bad in [
            format!("{BACK}?code=c&state=other"),
            format!("{BACK}?code=c"),
            format!("{BACK}?state={state}"),
            format!("{BACK}?code=&state={state}"),
            format!("{BACK}?code=c&state={state}&state={state}"),
            format!("{BACK}/x?code=c&state={state}"),
            format!("https://evil.example/?code=c&state={state}"),
            BACK.to_owned(),
            // Another site may not even claim that the person said no.
            format!("{BACK}?error=access_denied&state=other"),
        ] {
            assert_eq!(read(&bad), Err(SignInError::Mismatch), "{bad}");
        }
    }

    #[test]
    fn a_refusal_has_its_cause() {
        let pending = Pending::new(&Fixed, BACK);
        let state = pending.state.expose().to_owned();
        let read = |error: &str, text: &str| {
            let query = form::encode(&[("error", error), ("error_description", text)]);
            match pending.read(&format!("{BACK}?{query}&state={state}")) {
                Err(SignInError::Refused(failure)) => Some(failure.cause),
                Err(SignInError::Denied) => None,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(read("access_denied", ""), None);
        assert_eq!(read("login_required", ""), Some(Cause::SignedOut));
        assert_eq!(
            read("access_denied", "AADSTS53003: Access has been blocked"),
            Some(Cause::NotAllowed)
        );
        assert_eq!(read("admin_policy_enforced", ""), Some(Cause::NotAllowed));
        assert_eq!(read("unauthorized_client", ""), Some(Cause::AppOutdated));
        assert_eq!(
            read("temporarily_unavailable", ""),
            Some(Cause::ServerFault)
        );
    }
}
