//! OAuth 2.0 for an application that can keep no secret: the authorization code grant with PKCE.
//!
//! Requests are built and responses read here; who opens the sign-in window and who keeps the
//! tokens is elsewhere. What is used: RFC 6749 sections 4.1 (authorization code), 5 (answers and
//! errors), 6 (refreshing), 10.12 (`state`); RFC 7636 (PKCE, `S256`); RFC 7009 (revocation);
//! OpenID Connect Core 1.0 section 3.1.2.1 (`prompt`, `login_hint`); RFC 9700 (rotation).

pub mod authorize;
pub mod form;
pub mod token;

use crate::secret::Secret;

/// The application as the authorization server knows it (RFC 6749, section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its `client_id`.
    pub id: String,
    /// A `client_secret`, where a server demands one of applications that can't keep it either.
    pub secret: Option<Secret>,
}

/// An authorization server: where it is and how it likes to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The authorization endpoint, opened in a window.
    pub authorize: String,
    /// The token endpoint.
    pub token: String,
    /// How tokens are given back.
    pub revoke: Revocation,
    /// The scopes, separated by spaces.
    pub scope: &'static str,
    /// Parameters of its own at the authorization endpoint.
    pub parameters: &'static [(&'static str, &'static str)],
    /// What it is told as `prompt` (OpenID Connect) when a person chooses the account; `None` if it
    /// does not know that parameter.
    pub prompt: Option<&'static str>,
    /// What makes it ask who signs in although somebody is signed in there, where `prompt` does not.
    pub anew: Option<(&'static str, &'static str)>,
}

/// How tokens are given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// RFC 7009: a form with the token.
    Standard(String),
    /// A request that carries the access token itself.
    Bearer(String),
    /// The server has nothing of that kind.
    None,
}

/// What the token endpoint gave (RFC 6749, section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The access token.
    pub access: Secret,
    /// The refresh token; on refreshing only where it was rotated.
    pub refresh: Option<Secret>,
    /// How long the access token lives, in milliseconds.
    pub lifetime: Option<u64>,
    /// The scopes that were granted, if they differ from what was asked for.
    pub scope: Option<String>,
}

impl Grant {
    /// Every scope that was asked for was granted. People can untick some (Google), and servers
    /// add some of their own.
    #[must_use]
    pub fn covers(&self, asked: &str) -> bool {
        let Some(granted) = &self.scope else {
            return true;
        };
        // Whether a refresh token was granted shows by its being there.
        let mut wanted = asked.split(' ').filter(|scope| *scope != "offline_access");
        wanted.all(|scope| {
            granted.split([' ', ',']).any(|given| {
                // Microsoft answers with the resource's address before the scope.
                given == scope || given.rsplit('/').next() == Some(scope)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_that_was_unticked_is_noticed() {
        let grant = |scope: Option<&str>| Grant {
            access: Secret::new("a".into()),
            refresh: None,
            lifetime: None,
            scope: scope.map(str::to_owned),
        };
        assert!(grant(None).covers("a b"));
        assert!(grant(Some("b a c")).covers("a b"));
        assert!(!grant(Some("a")).covers("a b"));
        assert!(
            grant(Some(
                "https://graph.microsoft.com/Files.ReadWrite.AppFolder"
            ))
            .covers("Files.ReadWrite.AppFolder offline_access")
        );
    }
}
