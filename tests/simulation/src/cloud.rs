//! Servers that are clouds: the services of the stand-ins, and what of them everybody here sees.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_backup::destination::cloud::{Account, CloudConfig, Provider};
use holdfast_backup::http::{HttpRequest, HttpResponse};
use holdfast_backup::secret::Secret;
use holdfast_stand_ins::call::{Call, Token};
use holdfast_stand_ins::{Cloud, State};

use crate::dav::{Object, Store, status};
use crate::server::FOLDER;

/// Where every cloud is.
pub const BASE: &str = "https://cloud.example/";
/// What the applications' ids begin with.
pub const CLIENT: &str = "holdfast";
/// Whose account it is.
pub const ACCOUNT: &str = "jane";
/// Room for everything that happens here.
const ROOM: u64 = 64 << 20;

/// A cloud's services, with all they have stored.
#[derive(Clone)]
pub struct Services {
    cloud: Cloud,
    state: State,
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Tokens.
    Tokens,
    /// A list.
    List,
    /// Fetching bytes.
    Get,
    /// Storing bytes.
    Put,
    /// Deleting.
    Delete,
    /// Anything else.
    Other,
}

/// What a person would choose to connect the server of that number, with nobody signed in yet. Each
/// is of its own application, so that two clouds of a kind are two places.
pub fn config(cloud: Cloud, number: usize) -> CloudConfig {
    CloudConfig {
        provider: match cloud {
            Cloud::OneDrive => Provider::OneDrive,
            Cloud::GoogleDrive => Provider::GoogleDrive,
            Cloud::Dropbox => Provider::Dropbox,
        },
        visible: false,
        client_id: format!("{CLIENT}-{number}"),
        client_secret: (cloud == Cloud::GoogleDrive).then(|| Secret::new("hardly-one".to_owned())),
        login: Some(BASE.to_owned()),
        api: Some(BASE.to_owned()),
        account: Account::default(),
    }
}

/// What a request is about; `None` if it is not for a cloud.
pub fn about(request: &HttpRequest) -> Option<About> {
    let rest = request.url.strip_prefix(BASE)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let ends = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    Some(match request.method {
        _ if ends(&["/token", "token"]) => About::Tokens,
        "DELETE" => About::Delete,
        "POST" if path.ends_with("delete_v2") => About::Delete,
        "POST" if path.contains("list_folder") => About::List,
        "POST" if path.ends_with("files/download") => About::Get,
        "PUT" | "PATCH" => About::Put,
        "POST" if path.contains("upload") => About::Put,
        "GET" if path.contains("children") || query.contains("q=") => About::List,
        "GET" if path.ends_with("content") || query.contains("alt=media") => About::Get,
        _ => About::Other,
    })
}

impl Services {
    /// Services that have stored nothing.
    pub fn new(cloud: Cloud) -> Self {
        let state = State::default();
        Self { cloud, state }
    }

    /// Which cloud's.
    pub fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// Answers a request at the server's time `now`.
    pub fn answer(
        &mut self,
        token: &Token,
        full: bool,
        now: u64,
        request: &HttpRequest,
    ) -> HttpResponse {
        let Some(target) = request.url.strip_prefix(BASE) else {
            return status(404);
        };
        let headers = request.headers.iter();
        let headers = headers.map(|(name, value)| ((*name).to_owned(), value.clone()));
        let call = Call::read(
            request.method,
            BASE.to_owned(),
            &format!("/{target}"),
            headers.collect(),
            request.body.clone(),
            now,
        );
        let Some(call) = call else {
            return status(400);
        };
        let room = if full { 0 } else { ROOM };
        self.state.service(self.cloud).room(room);
        let reply = self.state.answer(self.cloud, &call, token);
        let headers = reply.headers.into_iter();
        HttpResponse {
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect(),
            body: reply.body,
            ..status(reply.status)
        }
    }

    fn files(&mut self) -> Vec<(String, &mut Vec<u8>)> {
        self.state.service(self.cloud).tampering(ACCOUNT).files
    }
}

/// What a cloud stores shows among the objects, and what is done to these is done to the cloud.
impl Store {
    /// A store of that cloud, or of none, with nothing in it.
    pub fn empty(cloud: Option<Cloud>) -> Self {
        Self {
            services: cloud.map(Services::new),
            ..Self::default()
        }
    }

    /// Shows what the services have stored.
    pub fn reflect(&mut self, now: u64) {
        let Some(services) = &mut self.services else {
            return;
        };
        let mut objects = BTreeMap::new();
        for (path, bytes) in services.files() {
            let path = format!("{FOLDER}/{path}");
            let known = self.objects.get(&path);
            let same = known.filter(|object| *object.bytes == **bytes);
            let object = same.cloned();
            objects.insert(path, object.unwrap_or_else(|| Object::new(bytes, now)));
        }
        self.objects = objects;
    }

    /// Does to the services what was done to the objects.
    pub fn impress(&mut self) {
        let Some(services) = &mut self.services else {
            return;
        };
        let mut gone = BTreeSet::new();
        for (path, bytes) in services.files() {
            match self.objects.get(&format!("{FOLDER}/{path}")) {
                Some(object) if *object.bytes == **bytes => {}
                Some(object) => *bytes = object.bytes.to_vec(),
                None => drop(gone.insert(path)),
            }
        }
        for path in gone {
            let service = services.state.service(services.cloud);
            service.lose(ACCOUNT, &path);
        }
    }
}
