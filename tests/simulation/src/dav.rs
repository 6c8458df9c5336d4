//! An honest little WebDAV server: objects in folders, preconditions, quota. What goes wrong on
//! the way to it and inside of it is elsewhere.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use data_encoding::BASE64;
use holdfast_backup::http::{HttpRequest, HttpResponse};
use holdfast_backup::http_date::civil;

use crate::cloud::Services;
use crate::scene::{Opened, Scene};

/// What the server keeps.
#[derive(Clone, Default)]
pub struct Store {
    /// Objects by path, as in `hf/<vault>/<file>`.
    pub objects: BTreeMap<String, Object>,
    /// Folders by path, without a slash at the end.
    pub folders: BTreeSet<String>,
    /// What keeps the objects in truth, where that is a cloud.
    pub services: Option<Services>,
}

/// A stored object.
#[derive(Clone)]
pub struct Object {
    /// Its bytes.
    pub bytes: Rc<[u8]>,
    /// When it was stored, by the server's clock.
    pub modified: u64,
    /// What they hold, once somebody has looked.
    opened: Rc<OnceCell<Option<Rc<Opened>>>>,
}

impl Object {
    /// An object of these bytes.
    pub fn new(bytes: &[u8], modified: u64) -> Self {
        Self {
            bytes: bytes.into(),
            modified,
            opened: Rc::default(),
        }
    }

    /// Opens it as somebody who knows every key.
    pub fn open(&self, scene: &Scene) -> Option<Rc<Opened>> {
        let open = || scene.open(&self.bytes);
        self.opened.get_or_init(open).clone()
    }
}

/// How the server is set up.
#[derive(Clone, Default)]
pub struct Setup {
    /// How far its clock is from the truth.
    pub clock: i64,
    /// Overwrites in spite of `If-None-Match`.
    pub ignores_preconditions: bool,
    /// The disk is full.
    pub full: bool,
    /// Counts changes of the password.
    pub password: u32,
    /// The user may not write.
    pub read_only: bool,
}

/// The address that all servers share; they differ by who asks.
pub const BASE: &str = "https://dav.example/dav/";

/// The user's name.
pub const USER: &str = "jane";

/// The password after so many changes.
pub fn password(number: u32) -> String {
    format!("password {number}")
}

/// The path of a request below the base, without a slash at the end.
pub fn path(request: &HttpRequest) -> String {
    request
        .url
        .strip_prefix(BASE)
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_owned()
}

/// A response with nothing in it.
pub fn status(status: u16) -> HttpResponse {
    HttpResponse {
        status,
        headers: Vec::new(),
        body: Vec::new(),
    }
}

impl Store {
    /// Answers a request at the server's time `now`.
    pub fn answer(&mut self, setup: &Setup, now: u64, request: &HttpRequest) -> HttpResponse {
        let header = |name| {
            request
                .headers
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| value.as_str())
        };
        let credentials = format!("{USER}:{}", password(setup.password));
        let expected = format!("Basic {}", BASE64.encode(credentials.as_bytes()));
        if header("authorization") != Some(&expected) {
            return status(401);
        }
        let path = path(request);
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        match request.method {
            _ if setup.read_only && !matches!(request.method, "GET" | "PROPFIND") => status(403),
            "MKCOL" if self.folders.contains(&path) => status(405),
            "MKCOL" if !self.is_folder(parent) => status(409),
            "MKCOL" => {
                self.folders.insert(path);
                status(201)
            }
            "PUT" if !self.is_folder(parent) => status(409),
            "PUT" if setup.full => status(507),
            "PUT" => {
                let exists = self.objects.contains_key(&path);
                if exists && header("if-none-match") == Some("*") && !setup.ignores_preconditions {
                    return status(412);
                }
                let object = Object::new(&request.body, now);
                self.objects.insert(path, object);
                status(if exists { 204 } else { 201 })
            }
            "GET" => match self.objects.get(&path) {
                Some(object) => HttpResponse {
                    body: object.bytes.to_vec(),
                    ..status(200)
                },
                None => status(404),
            },
            "DELETE" => status(if self.objects.remove(&path).is_some() {
                204
            } else {
                404
            }),
            "PROPFIND" if !self.is_folder(&path) => status(404),
            "PROPFIND" => HttpResponse {
                body: self
                    .multistatus(&path, header("depth") == Some("1"))
                    .into_bytes(),
                ..status(207)
            },
            _ => status(405),
        }
    }

    fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.folders.contains(path)
    }

    fn multistatus(&self, path: &str, members: bool) -> String {
        let mut xml = "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\">".to_owned();
        entry(&mut xml, path, None);
        let inside = |member: &str| {
            member
                .strip_prefix(path)
                .is_some_and(|rest| rest.rfind('/') == Some(0))
        };
        if members {
            for folder in self.folders.iter().filter(|folder| inside(folder)) {
                entry(&mut xml, folder, None);
            }
            for (name, object) in self.objects.iter().filter(|(name, _)| inside(name)) {
                entry(&mut xml, name, Some(object));
            }
        }
        xml + "</d:multistatus>"
    }
}

fn entry(xml: &mut String, path: &str, object: Option<&Object>) {
    let (slash, properties) = match object {
        None => (
            "/",
            "<d:resourcetype><d:collection/></d:resourcetype>".to_owned(),
        ),
        Some(object) => {
            let properties = format!(
                "<d:resourcetype/><d:getcontentlength>{}</d:getcontentlength>\
                 <d:getlastmodified>{}</d:getlastmodified>",
                object.bytes.len(),
                http_date(object.modified)
            );
            ("", properties)
        }
    };
    *xml += &format!(
        "<d:response><d:href>/dav/{path}{slash}</d:href><d:propstat><d:prop>{properties}</d:prop>\
         <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    );
}

/// A date as HTTP headers have it.
pub fn http_date(millis: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (year, month, day, hour, minute, second) = civil(millis);
    let weekday = DAYS[usize::try_from(millis / 86_400_000 % 7).unwrap_or(0)];
    let month = MONTHS[usize::try_from(month - 1).unwrap_or(0)];
    format!("{weekday}, {day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT")
}
