//! A little authorization server (RFC 6749, RFC 7636): codes that are good once, access tokens that
//! end, refresh tokens that stay, rotate, or rotate and must not be used twice.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use holdfast_backup::digest::Digest;
use holdfast_backup::http::HttpResponse;
use holdfast_backup::oauth::form;
use holdfast_stand_ins::Cloud;
use holdfast_stand_ins::call::{Caller, Token};
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, CLIENT};
use crate::dav::status;

/// What becomes of a refresh token that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It stays, and the answer has none.
    None,
    /// There is a new one, and the old one goes on.
    Lenient,
    /// There is a new one, and using the old one again ends the sign-in (RFC 9700, section 4.14.2).
    Strict,
}

/// An authorization server.
pub struct Authority {
    /// Whose.
    pub cloud: Cloud,
    /// What it does with refresh tokens.
    pub rotation: Rotation,
    /// How long an access token is good, in milliseconds.
    pub lifetime: u64,
    /// A refresh token that had been used was used once more, since somebody last asked.
    pub used_twice: bool,
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    /// Sign-ins, and whether they last.
    grants: Vec<bool>,
    issued: u64,
}

/// A code, until it is redeemed.
struct Code {
    challenge: String,
    redirect: String,
    scopes: String,
}

struct Access {
    grant: usize,
    scopes: String,
    ends_at: u64,
}

struct Refresh {
    grant: usize,
    scopes: String,
    used: bool,
}

impl Authority {
    /// One that has signed nobody in yet.
    pub fn new(cloud: Cloud, rotation: Rotation, lifetime: u64) -> Self {
        Self {
            cloud,
            rotation,
            lifetime,
            used_twice: false,
            codes: BTreeMap::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            grants: Vec::new(),
            issued: 0,
        }
    }

    /// A person agrees: where the browser is sent to. `None` if the request is wrong.
    pub fn authorize(&mut self, url: &str) -> Option<String> {
        let (_, query) = url.split_once('?')?;
        let value = |name| form::value(query, name);
        let good = value("client_id")?.starts_with(CLIENT)
            && value("response_type")? == "code"
            && value("code_challenge_method")? == "S256";
        let code = Code {
            challenge: value("code_challenge")?,
            redirect: value("redirect_uri")?,
            scopes: value("scope")?,
        };
        let (state, redirect) = (value("state")?, code.redirect.clone());
        let name = self.issue("code");
        let pairs = [("code", name.as_str()), ("state", &state)];
        let address = format!("{redirect}?{}", form::encode(&pairs));
        self.codes.insert(name, code);
        good.then_some(address)
    }

    /// Answers the token endpoint at the server's time `now`.
    pub fn token(&mut self, body: &[u8], now: u64) -> HttpResponse {
        let body = String::from_utf8_lossy(body).into_owned();
        match self.granted(&body, now) {
            Some(value) => answer(200, &value),
            None => answer(400, &json!({ "error": "invalid_grant" })),
        }
    }

    /// What an access token is worth at the server's time `now`.
    pub fn look_at(&self, bearer: Option<&str>, now: u64) -> Token {
        let Some(bearer) = bearer else {
            return Token::Missing;
        };
        match self.access.get(bearer) {
            Some(access) if self.lasts(access.grant) && now < access.ends_at => {
                Token::Good(Caller {
                    account: ACCOUNT.to_owned(),
                    scopes: access.scopes.split(' ').map(str::to_owned).collect(),
                })
            }
            _ => Token::Dead,
        }
    }

    /// Ends every sign-in.
    pub fn end_all(&mut self) {
        self.grants.fill(false);
    }

    /// Ends every access token before its time.
    pub fn end_access(&mut self) {
        self.access.clear();
    }

    fn granted(&mut self, body: &str, now: u64) -> Option<Value> {
        let value = |name| form::value(body, name);
        if !value("client_id")?.starts_with(CLIENT) {
            return None;
        }
        let (grant, scopes, with_refresh) = match value("grant_type")?.as_str() {
            "authorization_code" => {
                let code = self.codes.remove(&value("code")?)?;
                let Digest(hash) = Digest::of(value("code_verifier")?.as_bytes());
                if BASE64URL_NOPAD.encode(&hash) != code.challenge
                    || value("redirect_uri")? != code.redirect
                {
                    return None;
                }
                self.grants.push(true);
                (self.grants.len() - 1, code.scopes, true)
            }
            "refresh_token" => {
                let rotation = self.rotation;
                let refresh = self.refresh.get_mut(&value("refresh_token")?)?;
                let (grant, scopes) = (refresh.grant, refresh.scopes.clone());
                let again = std::mem::replace(&mut refresh.used, true);
                if again && rotation == Rotation::Strict {
                    self.used_twice = true;
                    self.grants[grant] = false;
                }
                (grant, scopes, rotation != Rotation::None)
            }
            _ => return None,
        };
        if !self.lasts(grant) {
            return None;
        }
        let access = self.issue("access");
        let ends_at = now + self.lifetime;
        let mut value = json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.lifetime / 1000,
        });
        if with_refresh {
            let refresh = self.issue("refresh");
            value["refresh_token"] = refresh.clone().into();
            let token = Refresh {
                grant,
                scopes: scopes.clone(),
                used: false,
            };
            self.refresh.insert(refresh, token);
        }
        let token = Access {
            grant,
            scopes,
            ends_at,
        };
        self.access.insert(access, token);
        Some(value)
    }

    fn lasts(&self, grant: usize) -> bool {
        self.grants.get(grant) == Some(&true)
    }

    fn issue(&mut self, what: &str) -> String {
        self.issued += 1;
        format!("{what}-{}", self.issued)
    }
}

fn answer(code: u16, value: &Value) -> HttpResponse {
    HttpResponse {
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: value.to_string().into_bytes(),
        ..status(code)
    }
}
