//! A stand-in for the part of Microsoft Graph 1.0 that is about an application's folder in
//! OneDrive, after the CSDL that Microsoft publishes and the reference of each request.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::call::{Call, Caller, Reply, Token, rfc3339, unknown_member};
use crate::graph_drive::{Drive, Item};
use crate::store::{Service, Tampering};

/// OneDrive.
#[derive(Clone)]
pub struct Graph {
    accounts: BTreeMap<String, Drive>,
    /// Where bytes are handed out and taken, if not at the same address.
    pub handed_out: Option<String>,
    /// It tells how much room is left, as in an organisation: the permission table of `GET /me/drive`
    /// grants it to `User.Read` there, and to nothing that Holdfast asks for in a personal account.
    pub tells_quota: bool,
    room: u64,
    counter: u64,
    uploads: BTreeMap<String, Upload>,
    downloads: BTreeMap<String, Vec<u8>>,
    /// What a client did that it must not do.
    pub offences: Vec<String>,
}

#[derive(Clone)]
struct Upload {
    account: String,
    path: String,
    bytes: Vec<u8>,
    /// The length that the first piece declared; every other must declare the same.
    whole: Option<usize>,
}

/// Lists come in pages of so many, whatever was asked.
const PAGE: usize = 2;

/// Pieces of an upload must be multiples of this (*Upload large files with an upload session*).
const FRAGMENT: usize = 320 << 10;

/// A piece must be smaller than this.
const LARGEST: usize = 60 << 20;

const APPROOT: &str = "/v1.0/me/drive/special/approot";

impl Graph {
    /// With room for so many bytes.
    pub fn new(room: u64) -> Self {
        Self {
            accounts: BTreeMap::new(),
            handed_out: None,
            tells_quota: false,
            room,
            counter: 0,
            uploads: BTreeMap::new(),
            downloads: BTreeMap::new(),
            offences: Vec::new(),
        }
    }

    /// Whether the request is for an address that was handed out: no access token there, ever.
    pub fn is_handed_out(path: &str) -> bool {
        path.starts_with("/y4m") || path.starts_with("/rup")
    }

    /// Answers at such an address. Pages of any origin may ask (CORS).
    pub fn hand_over(&mut self, call: &Call) -> Reply {
        let reply = if call.header("authorization").is_some() {
            self.offences
                .push(format!("a token was sent to {}", call.path));
            error(401, "unauthenticated")
        } else if call.method == "OPTIONS" {
            Reply::empty(200)
                .with("Access-Control-Allow-Methods", "GET, PUT")
                .with(
                    "Access-Control-Allow-Headers",
                    "content-range, content-type",
                )
        } else if call.method == "GET" {
            match self.downloads.get(&call.path) {
                Some(bytes) => Reply::bytes(200, bytes.clone())
                    .with("Content-Type", "application/octet-stream"),
                None => error(404, "itemNotFound"),
            }
        } else {
            self.piece(call).unwrap_or_else(|reply| reply)
        };
        reply.with("Access-Control-Allow-Origin", "*")
    }

    fn piece(&mut self, call: &Call) -> Result<Reply, Reply> {
        let room = self.room;
        let upload = self.uploads.get_mut(&call.path);
        let upload = upload.ok_or_else(|| error(404, "itemNotFound"))?;
        let bytes = &call.body;
        let range = call.header("content-range").unwrap_or_default();
        let (from, to, whole) = read_range(range).ok_or_else(|| error(400, "invalidRequest"))?;
        let last = to + 1 == whole;
        if *upload.whole.get_or_insert(whole) != whole {
            return Err(error(400, "fragmentLengthMismatch"));
        }
        if from != upload.bytes.len() || to + 1 - from != bytes.len() || bytes.len() >= LARGEST {
            return Err(error(416, "invalidRange"));
        }
        if !last && !bytes.len().is_multiple_of(FRAGMENT) {
            return Err(error(400, "invalidRequest"));
        }
        upload.bytes.extend_from_slice(bytes);
        if !last {
            let next = format!("{}-", upload.bytes.len());
            let body = json!({ "expirationDateTime": rfc3339(call.now + 3_600_000),
                "nextExpectedRanges": [next] });
            return Ok(Reply::json(202, &body));
        }
        let Some(upload) = self.uploads.remove(&call.path) else {
            return Err(error(404, "itemNotFound"));
        };
        self.counter += 1;
        let (id, drive) = (
            self.counter,
            self.accounts.entry(upload.account).or_default(),
        );
        drive.store(&upload.path, upload.bytes, id, call.now, room)
    }

    fn route(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        let method = call.method.as_str();
        match call.path.as_str() {
            "/v1.0/me" if method == "GET" => {
                parameters(call, &["$select"])?;
                need(caller, "User.Read")?;
                let name = &caller.account;
                let me = json!({
                    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
                    "id": format!("{name}-48d31887"), "displayName": format!("{name} Doe"),
                    "userPrincipalName": format!("{name}@example.org"), "jobTitle": null,
                });
                return Ok(Reply::json(200, &selected(me, call)));
            }
            "/v1.0/me/drive" if method == "GET" => {
                parameters(call, &["$select"])?;
                if !self.tells_quota {
                    return Err(error(403, "accessDenied"));
                }
                need(caller, "User.Read")?;
                let used = self.drive(caller).used();
                let quota = json!({ "total": self.room, "used": used, "deleted": 0,
                    "remaining": self.room.saturating_sub(used), "state": "normal" });
                let drive = json!({ "id": "drive", "driveType": "business", "quota": quota });
                return Ok(Reply::json(200, &selected(drive, call)));
            }
            _ => {}
        }
        need(caller, "Files.ReadWrite.AppFolder")?;
        let below = call
            .path
            .strip_prefix(APPROOT)
            .ok_or_else(|| error(400, "invalidRequest"))?;
        let (path, rest) = match below.strip_prefix(":/") {
            None => ("", below),
            Some(below) => below.split_once(':').unwrap_or((below, "")),
        };
        self.special(call, caller, path, rest)
    }

    fn special(
        &mut self,
        call: &Call,
        caller: &Caller,
        path: &str,
        rest: &str,
    ) -> Result<Reply, Reply> {
        match (call.method.as_str(), rest) {
            ("GET", "") => self.item(call, caller, path),
            ("GET", "/children") => self.children(call, caller, path),
            ("POST", "/children") if path.is_empty() => self.make_folder(call, caller),
            ("DELETE", "") if !path.is_empty() => {
                parameters(call, &[])?;
                let drive = self.drive(caller);
                drive
                    .items
                    .remove(path)
                    .ok_or_else(|| error(404, "itemNotFound"))?;
                Ok(Reply::empty(204))
            }
            ("PUT", "/content") if !path.is_empty() => {
                parameters(call, &[BEHAVIOUR])?;
                if call.parameter(BEHAVIOUR) != Some("fail") {
                    self.offences.push(format!("{path} may overwrite"));
                }
                if call.kind() != "application/octet-stream" {
                    return Err(error(400, "invalidRequest"));
                }
                self.counter += 1;
                let (id, room) = (self.counter, self.room);
                let bytes = call.body.clone();
                self.drive(caller).store(path, bytes, id, call.now, room)
            }
            ("POST", "/createUploadSession") if !path.is_empty() => {
                parameters(call, &[])?;
                let wish = call.json().ok_or_else(|| error(400, "invalidRequest"))?;
                if call.kind() != "application/json" {
                    return Err(error(415, "invalidRequest"));
                }
                if wish != json!({ "item": { BEHAVIOUR: "fail" } }) {
                    return Err(error(400, "invalidRequest"));
                }
                self.drive(caller).parent(path)?;
                self.counter += 1;
                let at = format!("/rup{:016x}", self.counter);
                let upload = Upload {
                    account: caller.account.clone(),
                    path: path.to_owned(),
                    bytes: Vec::new(),
                    whole: None,
                };
                self.uploads.insert(at.clone(), upload);
                let url = self.address(call, &at);
                let ends = rfc3339(call.now + 3_600_000);
                let body = json!({ "uploadUrl": url, "expirationDateTime": ends });
                Ok(Reply::json(200, &body))
            }
            _ => Err(error(405, "notSupported")),
        }
    }

    fn item(&mut self, call: &Call, caller: &Caller, path: &str) -> Result<Reply, Reply> {
        parameters(call, &["$select"])?;
        if path.is_empty() {
            // Asking for it makes it.
            let at = rfc3339(0);
            let root = json!({ "id": "approot", "name": "Holdfast", "folder": { "childCount": 0 },
                "createdDateTime": at, "lastModifiedDateTime": at,
                "specialFolder": { "name": "approot" }, "size": 0 });
            return Ok(Reply::json(200, &root));
        }
        let drive = self.accounts.entry(caller.account.clone()).or_default();
        let item = drive
            .items
            .get(path)
            .ok_or_else(|| error(404, "itemNotFound"))?;
        let mut value = selected(item.value(path), call);
        if let (Some(bytes), Some(object)) = (&item.bytes, value.as_object_mut()) {
            self.counter += 1;
            let at = format!("/y4m{:016x}", self.counter);
            self.downloads.insert(at.clone(), bytes.clone());
            let url = json!(self.address(call, &at));
            object.insert("@microsoft.graph.downloadUrl".to_owned(), url);
        }
        Ok(Reply::json(200, &value))
    }

    fn children(&mut self, call: &Call, caller: &Caller, path: &str) -> Result<Reply, Reply> {
        parameters(call, &["$select", "$top", "$skiptoken"])?;
        let top = call
            .parameter("$top")
            .map_or(Some(200), |top| top.parse::<usize>().ok());
        let top = top.filter(|top| (1..=1000).contains(top));
        let top = top.ok_or_else(|| error(400, "invalidRequest"))?;
        let skip: usize = call
            .parameter("$skiptoken")
            .map_or(Some(0), |token| token.parse().ok())
            .ok_or_else(|| error(400, "invalidRequest"))?;
        let drive = self.drive(caller);
        if !path.is_empty()
            && drive
                .items
                .get(path)
                .is_none_or(|item| item.bytes.is_some())
        {
            return Err(error(404, "itemNotFound"));
        }
        let all = drive.children(path).into_iter();
        let all: Vec<Value> = all.map(|item| selected(item, call)).collect();
        let page: Vec<&Value> = all.iter().skip(skip).take(top.min(PAGE)).collect();
        let mut body = json!({ "@odata.context": "$metadata#…", "value": page });
        let next = skip + page.len();
        if let (true, Some(object)) = (next < all.len(), body.as_object_mut()) {
            let colon = if path.is_empty() { "" } else { ":" };
            let of = if path.is_empty() {
                String::new()
            } else {
                format!(":/{path}")
            };
            let base = call.base.trim_end_matches('/');
            let select = call
                .parameter("$select")
                .map(|names| format!("$select={names}&"));
            let select = select.unwrap_or_default();
            let link =
                format!("{base}{APPROOT}{of}{colon}/children?{select}$top={top}&$skiptoken={next}");
            object.insert("@odata.nextLink".to_owned(), json!(link));
        }
        Ok(Reply::json(200, &body))
    }

    fn make_folder(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        parameters(call, &[])?;
        if call.kind() != "application/json" {
            return Err(error(415, "invalidRequest"));
        }
        let invalid = || error(400, "invalidRequest");
        let wish = call.json().ok_or_else(invalid)?;
        if unknown_member(&wish, &["name", "folder", BEHAVIOUR]).is_some() {
            return Err(invalid());
        }
        let name = wish
            .get("name")
            .and_then(Value::as_str)
            .ok_or_else(invalid)?;
        if name.contains('/') || wish.get("folder") != Some(&json!({})) {
            return Err(invalid());
        }
        self.counter += 1;
        let (id, drive) = (self.counter, self.drive(caller));
        if drive.items.contains_key(name) {
            return Err(error(409, "nameAlreadyExists"));
        }
        let folder = Item {
            id,
            created: call.now,
            bytes: None,
        };
        let value = folder.value(name);
        drive.items.insert(name.to_owned(), folder);
        Ok(Reply::json(201, &value))
    }

    fn drive(&mut self, caller: &Caller) -> &mut Drive {
        self.accounts.entry(caller.account.clone()).or_default()
    }

    fn address(&self, call: &Call, at: &str) -> String {
        let base = self.handed_out.as_ref().unwrap_or(&call.base);
        format!("{}{at}", base.trim_end_matches('/'))
    }
}

impl Service for Graph {
    fn answer(&mut self, call: &Call, token: &Token) -> Reply {
        match token {
            Token::Good(caller) => self.route(call, caller).unwrap_or_else(|reply| reply),
            _ => error(401, "InvalidAuthenticationToken").with("WWW-Authenticate", "Bearer"),
        }
    }

    fn tampering(&mut self, account: &str) -> Tampering<'_> {
        let drive = self.accounts.entry(account.to_owned()).or_default();
        let files = drive.items.iter_mut();
        Tampering {
            files: files
                .filter_map(|(path, item)| Some((path.clone(), item.bytes.as_mut()?)))
                .collect(),
        }
    }

    fn lose(&mut self, account: &str, path: &str) {
        if let Some(drive) = self.accounts.get_mut(account) {
            drive.items.remove(path);
        }
    }

    fn room(&mut self, bytes: u64) {
        self.room = bytes;
    }
}

const BEHAVIOUR: &str = "@microsoft.graph.conflictBehavior";

fn need(caller: &Caller, scope: &str) -> Result<(), Reply> {
    if caller.may(scope) {
        return Ok(());
    }
    Err(error(403, "accessDenied"))
}

fn parameters(call: &Call, known: &[&str]) -> Result<(), Reply> {
    let unknown = call
        .query
        .iter()
        .any(|(name, _)| !known.contains(&name.as_str()));
    if unknown {
        Err(error(400, "invalidRequest"))
    } else {
        Ok(())
    }
}

/// Only the members that were asked for, and the annotations.
fn selected(mut value: Value, call: &Call) -> Value {
    let names = call.parameter("$select").map(|names| names.split(','));
    if let (Some(names), Some(object)) = (names, value.as_object_mut()) {
        let names: Vec<&str> = names.collect();
        object.retain(|name, _| name.starts_with('@') || names.contains(&name.as_str()));
    }
    value
}

pub(crate) fn error(status: u16, code: &str) -> Reply {
    let inner =
        json!({ "date": "2026-01-01T00:00:00", "request-id": "0", "client-request-id": "0" });
    let body = json!({ "error": { "code": code, "message": "…", "innerError": inner } });
    Reply::json(status, &body)
}

/// `bytes 0-25/128`: first, last, whole.
fn read_range(text: &str) -> Option<(usize, usize, usize)> {
    let (range, whole) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (from, to) = range.split_once('-')?;
    let (from, to, whole) = (from.parse().ok()?, to.parse().ok()?, whole.parse().ok()?);
    (from <= to && to < whole).then_some((from, to, whole))
}
