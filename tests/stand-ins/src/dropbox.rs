//! A stand-in for Dropbox's API version 2, after the Stone types that the official Python package
//! ships: it takes what they describe, and refuses the rest.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::call::{Call, Caller, Reply, Token, rfc3339, sha256};
use crate::stone::{
    COMMIT, Kind, LIST, absolute, bad, check, conflict, lookup, refuse, text, write,
};
use crate::store::{Service, Tampering};

/// One account's application folder and what goes on in it.
#[derive(Clone, Default)]
pub struct Dropbox {
    accounts: BTreeMap<String, Account>,
    /// Bytes that fit into an account.
    pub allocated: u64,
    counter: u64,
}

#[derive(Clone, Default)]
struct Account {
    files: BTreeMap<String, File>,
    sessions: BTreeMap<String, Vec<u8>>,
    cursors: BTreeMap<String, Vec<Value>>,
}

#[derive(Clone)]
struct File {
    /// Its path as it was given; others are found whatever their case.
    path: String,
    bytes: Vec<u8>,
    modified: u64,
    id: u64,
}

/// A list comes in pages of so many entries, so that every list of a few has several.
const PAGE: usize = 2;

impl Dropbox {
    /// With room for so many bytes.
    pub fn new(allocated: u64) -> Self {
        Self {
            allocated,
            ..Self::default()
        }
    }

    fn route(&mut self, call: &Call, caller: &Caller, route: &str) -> Result<Reply, Reply> {
        let scope = match route {
            "users/get_current_account" | "users/get_space_usage" => "account_info.read",
            "files/list_folder" | "files/list_folder/continue" => "files.metadata.read",
            "files/download" => "files.content.read",
            "files/upload"
            | "files/delete_v2"
            | "files/upload_session/start"
            | "files/upload_session/append_v2"
            | "files/upload_session/finish" => "files.content.write",
            _ => return Err(Reply::text(404, "Unknown API function")),
        };
        if !caller.may(scope) {
            let error = json!({ ".tag": "missing_scope", "required_scope": scope });
            return Err(refuse(401, "missing_scope", error));
        }
        let content = matches!(route, "files/download" | "files/upload")
            || route.starts_with("files/upload_session/");
        let host = if content { "content." } else { "api." };
        if call.base.contains("dropboxapi.com") && !call.base.contains(host) {
            return Err(bad("wrong host for this function"));
        }
        let argument = if content {
            let kinds: &[&str] = match route {
                "files/download" => &["", "application/octet-stream", "text/plain"],
                _ => &["application/octet-stream"],
            };
            if !kinds.contains(&call.kind()) {
                return Err(bad("bad content type"));
            }
            if route == "files/download" && !call.body.is_empty() {
                return Err(bad("a download has no body"));
            }
            let text = call.header("dropbox-api-arg").unwrap_or_default();
            serde_json::from_str(text).map_err(|_| bad("could not decode Dropbox-API-Arg"))?
        } else {
            if call.kind() != "application/json" {
                return Err(bad("bad content type"));
            }
            call.json()
                .ok_or_else(|| bad("could not decode the body"))?
        };
        match route {
            "users/get_current_account" => whoami(&argument, caller),
            "users/get_space_usage" => self.usage(&argument, caller),
            "files/list_folder" => self.list(&argument, caller),
            "files/list_folder/continue" => self.go_on(&argument, caller),
            "files/download" => self.download(&argument, caller),
            "files/upload" => {
                check(
                    &argument,
                    &[COMMIT, &[("content_hash", Kind::Text)]].concat(),
                )?;
                self.commit(&argument, call.body.clone(), call.now, caller, true)
            }
            "files/delete_v2" => self.delete(&argument, caller),
            _ => self.session(route, &argument, call, caller),
        }
    }

    fn account(&mut self, caller: &Caller) -> &mut Account {
        self.accounts.entry(caller.account.clone()).or_default()
    }

    fn usage(&mut self, argument: &Value, caller: &Caller) -> Result<Reply, Reply> {
        if !argument.is_null() {
            return Err(bad("expected null"));
        }
        let (allocated, used) = (self.allocated, self.account(caller).used());
        let allocation = json!({ ".tag": "individual", "allocated": allocated });
        Ok(Reply::json(
            200,
            &json!({ "used": used, "allocation": allocation }),
        ))
    }

    fn list(&mut self, argument: &Value, caller: &Caller) -> Result<Reply, Reply> {
        check(argument, LIST)?;
        let path = text(argument, "path")?.to_owned();
        if path == "/" || !(path.is_empty() || path.starts_with('/')) {
            return Err(bad("path: did not match pattern"));
        }
        let limit = argument
            .get("limit")
            .and_then(Value::as_u64)
            .unwrap_or(2000);
        if !(1..=2000).contains(&limit) {
            return Err(bad("limit: out of range"));
        }
        let account = self.account(caller);
        let path = path.to_lowercase();
        if account.files.contains_key(&path) {
            return Err(refuse(409, "path/not_folder", lookup("path", "not_folder")));
        }
        let entries = account.children(&path);
        if entries.is_empty() && !path.is_empty() {
            return Err(refuse(409, "path/not_found", lookup("path", "not_found")));
        }
        Ok(self.page(entries, caller))
    }

    fn go_on(&mut self, argument: &Value, caller: &Caller) -> Result<Reply, Reply> {
        check(argument, &[("cursor", Kind::Text)])?;
        let cursor = text(argument, "cursor")?.to_owned();
        match self.account(caller).cursors.remove(&cursor) {
            Some(entries) => Ok(self.page(entries, caller)),
            None => Err(refuse(409, "reset", json!({ ".tag": "reset" }))),
        }
    }

    fn page(&mut self, mut entries: Vec<Value>, caller: &Caller) -> Reply {
        self.counter += 1;
        let cursor = format!("cursor-{}", self.counter);
        let rest = entries.split_off(PAGE.min(entries.len()));
        let more = !rest.is_empty();
        self.account(caller).cursors.insert(cursor.clone(), rest);
        Reply::json(
            200,
            &json!({ "entries": entries, "cursor": cursor, "has_more": more }),
        )
    }

    fn download(&mut self, argument: &Value, caller: &Caller) -> Result<Reply, Reply> {
        check(argument, &[("path", Kind::Text), ("rev", Kind::Text)])?;
        let path = absolute(argument)?;
        let account = self.account(caller);
        let missing = match account.children(&path).is_empty() {
            true => "not_found",
            false => "not_file",
        };
        let found = account.files.get(&path);
        let file = found
            .ok_or_else(|| refuse(409, &format!("path/{missing}"), lookup("path", missing)))?;
        let result = file.metadata().to_string();
        Ok(Reply::bytes(200, file.bytes.clone())
            .with("Dropbox-API-Result", &result)
            .with("Content-Type", "application/octet-stream"))
    }

    fn delete(&mut self, argument: &Value, caller: &Caller) -> Result<Reply, Reply> {
        check(
            argument,
            &[("path", Kind::Text), ("parent_rev", Kind::Text)],
        )?;
        let path = absolute(argument)?;
        let account = self.account(caller);
        let below = format!("{path}/");
        let folder = account.files.keys().any(|own| own.starts_with(&below));
        let metadata = match account.files.remove(&path) {
            Some(file) => file.metadata(),
            None if folder => folder_metadata(&path),
            None => {
                let error = lookup("path_lookup", "not_found");
                return Err(refuse(409, "path_lookup/not_found", error));
            }
        };
        // A folder goes with everything in it.
        account.files.retain(|own, _| !own.starts_with(&below));
        Ok(Reply::json(200, &json!({ "metadata": metadata })))
    }

    fn session(
        &mut self,
        route: &str,
        argument: &Value,
        call: &Call,
        caller: &Caller,
    ) -> Result<Reply, Reply> {
        let bytes = &call.body;
        if let Some(told) = argument.get("content_hash").and_then(Value::as_str)
            && told != content_hash(bytes)
        {
            let error = json!({ ".tag": "content_hash_mismatch" });
            return Err(refuse(409, "content_hash_mismatch", error));
        }
        if route.ends_with("/start") {
            check(
                argument,
                &[
                    ("close", Kind::Flag),
                    ("session_type", Kind::Any),
                    ("content_hash", Kind::Text),
                ],
            )?;
            self.counter += 1;
            let id = format!("session-{}", self.counter);
            let account = self.account(caller);
            account.sessions.insert(id.clone(), bytes.clone());
            return Ok(Reply::json(200, &json!({ "session_id": id })));
        }
        let cursor = argument
            .get("cursor")
            .ok_or_else(|| bad("cursor: missing"))?;
        check(
            cursor,
            &[("session_id", Kind::Text), ("offset", Kind::Number)],
        )?;
        let id = text(cursor, "session_id")?.to_owned();
        let offset = cursor
            .get("offset")
            .and_then(Value::as_u64)
            .unwrap_or(u64::MAX);
        let account = self.account(caller);
        let Some(known) = account.sessions.get_mut(&id) else {
            return Err(refuse(409, "not_found", json!({ ".tag": "not_found" })));
        };
        if known.len() as u64 != offset {
            let error = json!({ ".tag": "incorrect_offset", "correct_offset": known.len() });
            return Err(refuse(409, "incorrect_offset", error));
        }
        known.extend_from_slice(bytes);
        if route.ends_with("/append_v2") {
            check(
                argument,
                &[
                    ("cursor", Kind::Any),
                    ("close", Kind::Flag),
                    ("content_hash", Kind::Text),
                ],
            )?;
            return Ok(Reply::json(200, &Value::Null));
        }
        check(
            argument,
            &[
                ("cursor", Kind::Any),
                ("commit", Kind::Any),
                ("content_hash", Kind::Text),
            ],
        )?;
        let whole = account.sessions.remove(&id).unwrap_or_default();
        let commit = argument
            .get("commit")
            .ok_or_else(|| bad("commit: missing"))?;
        check(commit, COMMIT)?;
        self.commit(commit, whole, call.now, caller, false)
    }

    fn commit(
        &mut self,
        commit: &Value,
        bytes: Vec<u8>,
        now: u64,
        caller: &Caller,
        checks: bool,
    ) -> Result<Reply, Reply> {
        if checks && bytes.len() > 150 << 20 {
            return Err(refuse(
                409,
                "payload_too_large",
                json!({ ".tag": "payload_too_large" }),
            ));
        }
        if let Some(told) = commit.get("content_hash").and_then(Value::as_str)
            && told != content_hash(&bytes)
        {
            let error = json!({ ".tag": "content_hash_mismatch" });
            return Err(refuse(409, "content_hash_mismatch", error));
        }
        let path = text(commit, "path")?;
        if !path.starts_with('/') || path.ends_with('/') {
            return Err(write(checks, "malformed_path"));
        }
        // A member without a value may be written as a text alone.
        let mode = commit.get("mode").unwrap_or(&Value::Null);
        let tag = mode.get(".tag").unwrap_or(mode);
        if tag != "add" {
            return Err(bad("this stand-in takes additions only"));
        }
        let strict = commit.get("strict_conflict") == Some(&Value::Bool(true));
        self.counter += 1;
        let (id, allocated) = (self.counter, self.allocated);
        let account = self.account(caller);
        let key = path.to_lowercase();
        if let Some(present) = account.files.get(&key) {
            if !strict && present.bytes == bytes {
                return Ok(Reply::json(200, &present.metadata()));
            }
            return Err(conflict(checks, "file"));
        }
        if !account.children(&key).is_empty() {
            return Err(conflict(checks, "folder"));
        }
        let mut ancestors = key.match_indices('/').filter_map(|(at, _)| key.get(..at));
        if ancestors.any(|ancestor| account.files.contains_key(ancestor)) {
            return Err(conflict(checks, "file_ancestor"));
        }
        if account.used() + bytes.len() as u64 > allocated {
            return Err(write(checks, "insufficient_space"));
        }
        let file = File {
            path: path.to_owned(),
            bytes,
            modified: now,
            id,
        };
        let metadata = file.metadata();
        account.files.insert(key, file);
        Ok(Reply::json(200, &metadata))
    }
}

impl Service for Dropbox {
    fn answer(&mut self, call: &Call, token: &Token) -> Reply {
        let caller = match token {
            Token::Good(caller) => caller,
            Token::Missing => return bad("no authorization"),
            Token::Dead => {
                let error = json!({ ".tag": "expired_access_token" });
                return refuse(401, "expired_access_token", error);
            }
            Token::OtherAudience => {
                let error = json!({ ".tag": "invalid_access_token" });
                return refuse(401, "invalid_access_token", error);
            }
        };
        let Some(route) = call.path.strip_prefix("/2/") else {
            return Reply::text(404, "Unknown API version");
        };
        if call.method != "POST" || !call.query.is_empty() {
            return bad("only POST, without parameters");
        }
        let route = route.to_owned();
        self.route(call, caller, &route)
            .unwrap_or_else(|reply| reply)
    }

    fn tampering(&mut self, account: &str) -> Tampering<'_> {
        let account = self.accounts.entry(account.to_owned()).or_default();
        let files = account.files.iter_mut();
        Tampering {
            files: files
                .map(|(path, file)| (path.trim_start_matches('/').to_owned(), &mut file.bytes))
                .collect(),
        }
    }

    fn lose(&mut self, account: &str, path: &str) {
        if let Some(account) = self.accounts.get_mut(account) {
            account.files.remove(&format!("/{path}").to_lowercase());
        }
    }

    fn room(&mut self, bytes: u64) {
        self.allocated = bytes;
    }
}

impl Account {
    fn used(&self) -> u64 {
        self.files
            .values()
            .map(|file| file.bytes.len() as u64)
            .sum()
    }

    fn children(&self, folder: &str) -> Vec<Value> {
        let mut entries = Vec::new();
        let mut folders = Vec::new();
        for (path, file) in &self.files {
            let below = path
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'));
            match below.map(|below| below.split_once('/')) {
                None => {}
                Some(None) => entries.push(file.metadata()),
                Some(Some((name, _))) if folders.contains(&name) => {}
                Some(Some((name, _))) => {
                    folders.push(name);
                    entries.push(folder_metadata(&format!("{folder}/{name}")));
                }
            }
        }
        entries
    }
}

impl File {
    fn metadata(&self) -> Value {
        let (at, path) = (rfc3339(self.modified), &self.path);
        json!({
            ".tag": "file", "name": path.rsplit('/').next(), "id": format!("id:{:022}", self.id),
            "client_modified": at, "server_modified": at, "rev": format!("{:09x}", self.id),
            "size": self.bytes.len(), "path_lower": path.to_lowercase(), "path_display": path,
            "is_downloadable": true, "content_hash": content_hash(&self.bytes),
        })
    }
}

fn folder_metadata(path: &str) -> Value {
    json!({ ".tag": "folder", "name": path.rsplit('/').next(), "id": format!("id:folder{path}"),
        "path_lower": path, "path_display": path })
}

fn whoami(argument: &Value, caller: &Caller) -> Result<Reply, Reply> {
    if !argument.is_null() {
        return Err(bad("expected null"));
    }
    let name = &caller.account;
    Ok(Reply::json(
        200,
        &json!({
            "account_id": format!("dbid:{name:A<35}"), "email": format!("{name}@example.org"),
            "email_verified": true, "disabled": false, "locale": "en",
            "name": { "given_name": name, "surname": "Doe", "familiar_name": name,
                "display_name": format!("{name} Doe"), "abbreviated_name": "JD" },
            "referral_link": "https://www.dropbox.com/referrals/x", "is_paired": false,
            "account_type": { ".tag": "basic" }, "country": "DE",
            "root_info": { ".tag": "user", "root_namespace_id": "1", "home_namespace_id": "1" },
        }),
    ))
}

/// Computed otherwise than in the client: block by block, text by text.
fn content_hash(bytes: &[u8]) -> String {
    let mut digests = Vec::new();
    for block in bytes.chunks(4 * 1024 * 1024) {
        let digest = data_encoding::HEXLOWER.decode(sha256(block).as_bytes());
        digests.extend(digest.unwrap_or_default());
    }
    sha256(&digests)
}
