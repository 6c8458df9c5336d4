//! A stand-in for Dropbox's API version 2, after the Stone types that the official Python package
//! ships: it takes what they describe, and refuses the rest.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::call::{Call, Caller, Reply, Token, rfc3339, sha256, unknown_member};
use super::store::{Service, Tampering};

/// One account's application folder and what goes on in it.
#[derive(Default)]
pub struct Dropbox {
    accounts: BTreeMap<String, Account>,
    /// Bytes that fit into an account.
    pub allocated: u64,
    counter: u64,
}

#[derive(Default)]
struct Account {
    files: BTreeMap<String, File>,
    sessions: BTreeMap<String, Vec<u8>>,
    cursors: BTreeMap<String, Vec<Value>>,
}

struct File {
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
            let uploads = route != "files/download";
            if uploads != (call.kind() == "application/octet-stream") {
                return Err(bad("bad content type"));
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
                check(&argument, &[COMMIT, &["content_hash"]].concat())?;
                self.commit(&argument, call.message.body.clone(), call.now, caller, true)
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
        let entries = account.children(&path);
        if entries.is_empty() && !path.is_empty() {
            return Err(refuse(409, "path/not_found", lookup("path", "not_found")));
        }
        Ok(self.page(entries, caller))
    }

    fn go_on(&mut self, argument: &Value, caller: &Caller) -> Result<Reply, Reply> {
        check(argument, &["cursor"])?;
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
        check(argument, &["path", "rev"])?;
        let path = text(argument, "path")?;
        let found = self.account(caller).files.get(path);
        let file =
            found.ok_or_else(|| refuse(409, "path/not_found", lookup("path", "not_found")))?;
        let result = file.metadata(path).to_string();
        Ok(Reply::bytes(200, file.bytes.clone())
            .with("Dropbox-API-Result", &result)
            .with("Content-Type", "application/octet-stream"))
    }

    fn delete(&mut self, argument: &Value, caller: &Caller) -> Result<Reply, Reply> {
        check(argument, &["path", "parent_rev"])?;
        let path = text(argument, "path")?;
        let account = self.account(caller);
        let Some(file) = account.files.remove(path) else {
            let error = lookup("path_lookup", "not_found");
            return Err(refuse(409, "path_lookup/not_found", error));
        };
        Ok(Reply::json(
            200,
            &json!({ "metadata": file.metadata(path) }),
        ))
    }

    fn session(
        &mut self,
        route: &str,
        argument: &Value,
        call: &Call,
        caller: &Caller,
    ) -> Result<Reply, Reply> {
        let bytes = &call.message.body;
        if let Some(told) = argument.get("content_hash").and_then(Value::as_str)
            && told != content_hash(bytes)
        {
            let error = json!({ ".tag": "content_hash_mismatch" });
            return Err(refuse(409, "content_hash_mismatch", error));
        }
        if route.ends_with("/start") {
            check(argument, &["close", "session_type", "content_hash"])?;
            self.counter += 1;
            let id = format!("session-{}", self.counter);
            let account = self.account(caller);
            account.sessions.insert(id.clone(), bytes.clone());
            return Ok(Reply::json(200, &json!({ "session_id": id })));
        }
        let cursor = argument
            .get("cursor")
            .ok_or_else(|| bad("cursor: missing"))?;
        check(cursor, &["session_id", "offset"])?;
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
            check(argument, &["cursor", "close", "content_hash"])?;
            return Ok(Reply::json(200, &Value::Null));
        }
        check(argument, &["cursor", "commit", "content_hash"])?;
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
        if let Some(present) = account.files.get(path) {
            if !strict && present.bytes == bytes {
                return Ok(Reply::json(200, &present.metadata(path)));
            }
            return Err(write(checks, "conflict"));
        }
        if account.used() + bytes.len() as u64 > allocated {
            return Err(write(checks, "insufficient_space"));
        }
        let file = File {
            bytes,
            modified: now,
            id,
        };
        let metadata = file.metadata(path);
        account.files.insert(path.to_owned(), file);
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
            account.files.remove(&format!("/{path}"));
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
                Some(None) => entries.push(file.metadata(path)),
                Some(Some((name, _))) if folders.contains(&name) => {}
                Some(Some((name, _))) => {
                    folders.push(name);
                    let path = format!("{folder}/{name}");
                    let id = format!("id:folder{path}");
                    entries.push(json!({ ".tag": "folder", "name": name, "id": id,
                        "path_lower": path, "path_display": path }));
                }
            }
        }
        entries
    }
}

impl File {
    fn metadata(&self, path: &str) -> Value {
        let at = rfc3339(self.modified);
        json!({
            ".tag": "file", "name": path.rsplit('/').next(), "id": format!("id:{:022}", self.id),
            "client_modified": at, "server_modified": at, "rev": format!("{:09x}", self.id),
            "size": self.bytes.len(), "path_lower": path, "path_display": path,
            "is_downloadable": true, "content_hash": content_hash(&self.bytes),
        })
    }
}

/// The members of `ListFolderArg`.
const LIST: &[&str] = &[
    "path",
    "recursive",
    "limit",
    "shared_link",
    "include_deleted",
    "include_has_explicit_shared_members",
    "include_media_info",
    "include_mounted_folders",
    "include_non_downloadable_files",
    "include_property_groups",
    "include_restorable_info",
];

/// The members of `CommitInfo`.
const COMMIT: &[&str] = &[
    "path",
    "mode",
    "autorename",
    "client_modified",
    "mute",
    "property_groups",
    "strict_conflict",
];

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

fn check(argument: &Value, known: &[&str]) -> Result<(), Reply> {
    match unknown_member(argument, known) {
        Some(name) => Err(bad(&format!("unknown field '{name}'"))),
        None if argument.is_object() => Ok(()),
        None => Err(bad("expected an object")),
    }
}

fn text<'a>(argument: &'a Value, name: &str) -> Result<&'a str, Reply> {
    let value = argument.get(name).and_then(Value::as_str);
    value.ok_or_else(|| bad(&format!("{name}: missing")))
}

fn bad(why: &str) -> Reply {
    Reply::text(400, &format!("Error in call to API function: {why}"))
}

fn refuse(status: u16, summary: &str, error: Value) -> Reply {
    let body = json!({ "error_summary": format!("{summary}/.."), "error": error });
    Reply::json(status, &body)
}

fn lookup(member: &str, tag: &str) -> Value {
    json!({ ".tag": member, member: { ".tag": tag } })
}

fn write(simple: bool, tag: &str) -> Reply {
    let mut reason = json!({ ".tag": tag });
    if let (true, Some(reason)) = (tag == "conflict", reason.as_object_mut()) {
        reason.insert("conflict".to_owned(), json!({ ".tag": "file" }));
    }
    let error = if simple {
        json!({ ".tag": "path", "reason": reason, "upload_session_id": "0" })
    } else {
        json!({ ".tag": "path", "path": reason })
    };
    refuse(409, &format!("path/{tag}"), error)
}
