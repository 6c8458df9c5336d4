//! A stand-in for Google Drive's API version 3, after the discovery document that Google's own
//! Python package ships.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::call::{Call, Caller, Reply, Token, rfc3339, sha256, unknown_member};
use crate::query;
use crate::store::{Service, Tampering};

/// Google Drive.
#[derive(Clone)]
pub struct Drive {
    accounts: BTreeMap<String, BTreeMap<String, File>>,
    uploads: BTreeMap<String, Upload>,
    room: u64,
    counter: u64,
}

/// A resumable upload that was begun.
#[derive(Clone)]
struct Upload {
    account: String,
    file: File,
    /// What was declared beforehand.
    length: Option<usize>,
}

/// A file or a folder, as searches see it.
#[derive(Clone, Default)]
pub struct File {
    /// Its name; others may have the same.
    pub name: String,
    /// What it is.
    pub mime: String,
    /// The folders it lies in.
    pub parents: Vec<String>,
    created: u64,
    bytes: Vec<u8>,
}

/// Metadata and content in one request are for small files (*Perform a multipart upload*).
const TOGETHER: usize = 5_000_000;

/// Lists come in pages of so many, whatever was asked.
const PAGE: usize = 2;

const FOLDER: &str = "application/vnd.google-apps.folder";
const APPDATA: &str = "https://www.googleapis.com/auth/drive.appdata";
const OWN_FILES: &str = "https://www.googleapis.com/auth/drive.file";
const FILES: &str = "/drive/v3/files";
const UPLOAD: &str = "/upload/drive/v3/files";

impl Drive {
    /// With room for so many bytes.
    pub fn new(room: u64) -> Self {
        Self {
            accounts: BTreeMap::new(),
            uploads: BTreeMap::new(),
            room,
            counter: 0,
        }
    }

    /// Makes a folder twice, as two devices do at the same moment.
    pub fn double_folders(&mut self, account: &str) {
        let Some(files) = self.accounts.get_mut(account) else {
            return;
        };
        let folders: Vec<File> = files
            .values()
            .filter(|file| file.mime == FOLDER)
            .cloned()
            .collect();
        for folder in folders {
            self.counter += 1;
            files.insert(format!("id{:06}", self.counter), folder);
        }
    }

    fn route(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        if !caller.may(APPDATA) && !caller.may(OWN_FILES) {
            return Err(error(403, "insufficientPermissions"));
        }
        let id = call
            .path
            .strip_prefix(FILES)
            .and_then(|rest| rest.strip_prefix('/'));
        match (call.method.as_str(), call.path.as_str(), id) {
            ("GET", "/drive/v3/about", _) => self.about(call, caller),
            ("GET", FILES, _) => self.list(call, caller),
            ("POST", FILES, _) => self.create(call, caller),
            ("POST", UPLOAD, _) => match call.parameter("uploadType") {
                Some("multipart") => self.multipart(call, caller),
                Some("resumable") => self.resumable(call, caller),
                _ => Err(error(400, "badRequest")),
            },
            ("PUT", UPLOAD, _) => self.resumed(call, caller),
            ("GET", _, Some(id)) => {
                parameters(call, &["alt", "fields", "acknowledgeAbuse"])?;
                let file = self
                    .files(caller)
                    .get(id)
                    .ok_or_else(|| error(404, "notFound"))?;
                match call.parameter("alt") {
                    Some("media") if file.mime == FOLDER => Err(error(403, "fileNotDownloadable")),
                    Some("media") => Ok(Reply::bytes(200, file.bytes.clone())
                        .with("Content-Type", "application/octet-stream")),
                    _ => Ok(Reply::json(200, &selected(&file.value(id), call, ALONE)?)),
                }
            }
            ("DELETE", _, Some(id)) => {
                parameters(call, &[])?;
                self.files(caller)
                    .remove(id)
                    .ok_or_else(|| error(404, "notFound"))?;
                Ok(Reply::empty(204))
            }
            _ => Err(error(404, "notFound")),
        }
    }

    fn files(&mut self, caller: &Caller) -> &mut BTreeMap<String, File> {
        self.accounts.entry(caller.account.clone()).or_default()
    }

    fn about(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        parameters(call, &["fields"])?;
        // Unlike everything else, this must be told what is wanted.
        if call.parameter("fields").is_none() {
            return Err(error(400, "required"));
        }
        let (room, used) = (self.room, self.used(caller));
        let name = &caller.account;
        let about = json!({
            "kind": "drive#about",
            "user": { "kind": "drive#user", "displayName": format!("{name} Doe"), "me": true,
                "permissionId": format!("0{name}"), "emailAddress": format!("{name}@example.org") },
            "storageQuota": { "limit": room.to_string(), "usage": used.to_string(),
                "usageInDrive": used.to_string(), "usageInDriveTrash": "0" },
        });
        Ok(Reply::json(200, &selected(&about, call, "")?))
    }

    fn list(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        parameters(
            call,
            &["spaces", "q", "fields", "pageSize", "pageToken", "orderBy"],
        )?;
        let space = call.parameter("spaces").unwrap_or("drive");
        let needed = if space == "appDataFolder" {
            APPDATA
        } else {
            OWN_FILES
        };
        if !caller.may(needed) {
            return Err(error(403, "insufficientScopes"));
        }
        let invalid = || error(400, "invalid");
        let wanted = query::read(call.parameter("q").unwrap_or_default()).ok_or_else(invalid)?;
        let size = call
            .parameter("pageSize")
            .map_or(Some(100), |size| size.parse::<usize>().ok());
        let size = size
            .filter(|size| (1..=1000).contains(size))
            .ok_or_else(invalid)?;
        let skip = call
            .parameter("pageToken")
            .map_or(Some(0), |token| token.parse::<usize>().ok());
        let skip = skip.ok_or_else(invalid)?;
        let hidden = self.hidden(caller);
        let files = self.files(caller).iter();
        // No promised order: what is youngest comes first.
        let found: Vec<Value> = files
            .rev()
            .filter(|(id, _)| hidden.contains(id) == (space == "appDataFolder"))
            .filter(|(_, file)| wanted.fits(file))
            .map(|(id, file)| file.value(id))
            .collect();
        let page: Vec<&Value> = found.iter().skip(skip).take(size.min(PAGE)).collect();
        let mut body =
            json!({ "kind": "drive#fileList", "incompleteSearch": false, "files": page });
        let next = skip + page.len();
        if let (true, Some(object)) = (next < found.len(), body.as_object_mut()) {
            object.insert("nextPageToken".to_owned(), json!(next.to_string()));
        }
        let usual = format!("kind,incompleteSearch,nextPageToken,files({ALONE})");
        Ok(Reply::json(200, &selected(&body, call, &usual)?))
    }

    /// What lies in the hidden folder, at whatever depth.
    fn hidden(&mut self, caller: &Caller) -> Vec<String> {
        let files = self.files(caller);
        let mut hidden = vec!["appDataFolder".to_owned()];
        loop {
            let more: Vec<String> = files
                .iter()
                .filter(|(id, file)| {
                    !hidden.contains(id)
                        && file.parents.iter().any(|parent| hidden.contains(parent))
                })
                .map(|(id, _)| id.clone())
                .collect();
            if more.is_empty() {
                return hidden;
            }
            hidden.extend(more);
        }
    }

    fn used(&mut self, caller: &Caller) -> u64 {
        self.files(caller)
            .values()
            .map(|file| file.bytes.len() as u64)
            .sum()
    }

    fn create(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        parameters(call, &["fields"])?;
        if call.kind() != "application/json" {
            return Err(error(400, "badRequest"));
        }
        let metadata = call.json().ok_or_else(|| error(400, "parseError"))?;
        let file = self.described(&metadata, caller, call.now)?;
        self.keep(file, call, caller)
    }

    fn multipart(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        parameters(call, &["uploadType", "fields"])?;
        let kind = call.header("content-type").unwrap_or_default();
        let boundary = kind.strip_prefix("multipart/related; boundary=");
        let boundary = boundary
            .ok_or_else(|| error(400, "badContent"))?
            .trim_matches('"');
        let (metadata, bytes) =
            parts(&call.body, boundary).ok_or_else(|| error(400, "badContent"))?;
        if bytes.len() > TOGETHER {
            return Err(error(413, "uploadTooLarge"));
        }
        let metadata = serde_json::from_slice(metadata).map_err(|_| error(400, "parseError"))?;
        let mut file = self.described(&metadata, caller, call.now)?;
        file.bytes = bytes.to_vec();
        self.keep(file, call, caller)
    }

    fn resumable(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        parameters(call, &["uploadType", "fields", "alt"])?;
        if call.kind() != "application/json" {
            return Err(error(400, "badContent"));
        }
        let length = match call.header("x-upload-content-length") {
            Some(text) => Some(text.parse().map_err(|_| error(400, "badRequest"))?),
            None => None,
        };
        let metadata = call.json().ok_or_else(|| error(400, "parseError"))?;
        let file = self.described(&metadata, caller, call.now)?;
        self.counter += 1;
        let id = format!("up{}", self.counter);
        let upload = Upload {
            account: caller.account.clone(),
            file,
            length,
        };
        self.uploads.insert(id.clone(), upload);
        let base = call.base.trim_end_matches('/');
        let fields = call
            .parameter("fields")
            .map(|fields| format!("fields={fields}&"));
        let fields = fields.unwrap_or_default();
        let url = format!("{base}{UPLOAD}?uploadType=resumable&{fields}upload_id={id}");
        Ok(Reply::empty(200).with("Location", &url))
    }

    fn resumed(&mut self, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        parameters(call, &["uploadType", "upload_id", "fields"])?;
        let id = call.parameter("upload_id").unwrap_or_default();
        let upload = self
            .uploads
            .remove(id)
            .filter(|upload| upload.account == caller.account);
        let Upload {
            mut file, length, ..
        } = upload.ok_or_else(|| error(404, "notFound"))?;
        if length.is_some_and(|length| length != call.body.len()) {
            return Err(error(400, "badRequest"));
        }
        file.bytes.clone_from(&call.body);
        self.keep(file, call, caller)
    }

    fn described(&mut self, metadata: &Value, caller: &Caller, now: u64) -> Result<File, Reply> {
        if unknown_member(metadata, &["name", "mimeType", "parents"]).is_some() {
            return Err(error(400, "parseError"));
        }
        let text = |name: &str| {
            metadata
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let parents: Vec<String> = metadata
            .get("parents")
            .and_then(Value::as_array)
            .map(|list| {
                list.iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_else(|| vec!["root".to_owned()]);
        let [parent] = parents.as_slice() else {
            return Err(error(400, "multiparentingNotAllowed"));
        };
        let hidden = self.hidden(caller).contains(parent);
        if !caller.may(if hidden { APPDATA } else { OWN_FILES }) {
            return Err(error(403, "insufficientScopes"));
        }
        let known = ["root", "appDataFolder"].contains(&parent.as_str());
        if !known
            && self
                .files(caller)
                .get(parent)
                .is_none_or(|file| file.mime != FOLDER)
        {
            return Err(error(404, "notFound"));
        }
        Ok(File {
            name: text("name").unwrap_or_else(|| "Untitled".to_owned()),
            mime: text("mimeType").unwrap_or_else(|| "application/octet-stream".to_owned()),
            parents,
            created: now,
            bytes: Vec::new(),
        })
    }

    fn keep(&mut self, file: File, call: &Call, caller: &Caller) -> Result<Reply, Reply> {
        if self.used(caller) + file.bytes.len() as u64 > self.room {
            return Err(error(403, "storageQuotaExceeded"));
        }
        self.counter += 1;
        let id = format!("id{:06}", self.counter);
        let value = selected(&file.value(&id), call, ALONE)?;
        self.files(caller).insert(id, file);
        Ok(Reply::json(200, &value))
    }
}

impl Service for Drive {
    fn answer(&mut self, call: &Call, token: &Token) -> Reply {
        match token {
            Token::Good(caller) => self.route(call, caller).unwrap_or_else(|reply| reply),
            _ => error(401, "authError").with("WWW-Authenticate", "Bearer"),
        }
    }

    fn tampering(&mut self, account: &str) -> Tampering<'_> {
        let files = self.accounts.entry(account.to_owned()).or_default();
        let names: BTreeMap<String, String> = files
            .iter()
            .map(|(id, file)| (id.clone(), file.name.clone()))
            .collect();
        Tampering {
            files: files
                .values_mut()
                .filter(|file| file.mime != FOLDER)
                .map(|file| {
                    let folder = file.parents.first().and_then(|id| names.get(id));
                    let path = match folder {
                        Some(folder) => format!("{folder}/{}", file.name),
                        None => file.name.clone(),
                    };
                    (path, &mut file.bytes)
                })
                .collect(),
        }
    }

    fn lose(&mut self, account: &str, path: &str) {
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some(files) = self.accounts.get_mut(account) {
            files.retain(|_, file| file.name != name);
        }
    }

    fn room(&mut self, bytes: u64) {
        self.room = bytes;
    }
}

impl File {
    fn value(&self, id: &str) -> Value {
        let at = rfc3339(self.created).replace('Z', ".000Z");
        let mut value = json!({ "kind": "drive#file", "id": id, "name": self.name,
            "mimeType": self.mime, "parents": self.parents, "trashed": false,
            "createdTime": at, "modifiedTime": at });
        if let (true, Some(object)) = (self.mime != FOLDER, value.as_object_mut()) {
            object.insert("size".to_owned(), json!(self.bytes.len().to_string()));
            object.insert("sha256Checksum".to_owned(), json!(sha256(&self.bytes)));
        }
        value
    }
}

/// What is told of a file without asking.
const ALONE: &str = "kind,id,name,mimeType";

/// Only the fields that were asked for; without asking, the usual ones.
fn selected(value: &Value, call: &Call, usual: &str) -> Result<Value, Reply> {
    let fields = call.parameter("fields").unwrap_or(usual);
    query::select(value, fields).ok_or_else(|| error(400, "invalidParameter"))
}

/// The two parts of a multipart/related body (RFC 2387).
fn parts<'a>(body: &'a [u8], boundary: &str) -> Option<(&'a [u8], &'a [u8])> {
    let find = |hay: &[u8], needle: &str| {
        hay.windows(needle.len())
            .position(|window| window == needle.as_bytes())
    };
    let mut rest = body;
    let mut found = Vec::new();
    for _ in 0..2 {
        let start = find(rest, &format!("--{boundary}"))?;
        rest = rest.get(start + boundary.len() + 2..)?;
        let headers = find(rest, "\r\n\r\n")
            .map(|at| at + 4)
            .or(find(rest, "\n\n").map(|at| at + 2))?;
        // The metadata comes first.
        if found.is_empty() {
            find(rest.get(..headers)?, "application/json")?;
        }
        rest = rest.get(headers..)?;
        let end = find(rest, &format!("\n--{boundary}"))?;
        let part = rest.get(..end)?;
        found.push(part.strip_suffix(b"\r").unwrap_or(part));
        rest = rest.get(end + 1..)?;
    }
    rest.starts_with(format!("--{boundary}--").as_bytes())
        .then_some((*found.first()?, *found.get(1)?))
}

fn parameters(call: &Call, known: &[&str]) -> Result<(), Reply> {
    // Both are understood everywhere.
    let unknown = call
        .query
        .iter()
        .any(|(name, _)| !known.contains(&name.as_str()) && name != "alt" && name != "prettyPrint");
    if unknown {
        Err(error(400, "invalidParameter"))
    } else {
        Ok(())
    }
}

fn error(status: u16, reason: &str) -> Reply {
    let one = json!({ "domain": "global", "reason": reason, "message": "…" });
    let body = json!({ "error": { "code": status, "message": "…", "errors": [one] } });
    Reply::json(status, &body)
}
