//! A server with faults, and the way to it: what is sent may be lost, cut, repeated, answered
//! wrongly or late; what is kept may be dropped or go back in time.

use holdfast_backup::digest::Digest;
use holdfast_backup::http::{HttpRequest, HttpResponse, NetError};
use holdfast_backup::name::SnapshotName;

use crate::authority::Authority;
use crate::cloud::{self, About, about};
use crate::dav::{self, Object, Setup, Store, http_date, path, status};
use crate::scene::Scene;

/// A server and what was seen of it.
#[derive(Default)]
pub struct Server {
    /// What it keeps.
    pub store: Store,
    /// Who signs people in, where it is a cloud.
    pub authority: Option<Authority>,
    /// How it is set up.
    pub setup: Setup,
    /// How many of 1,000 requests go wrong.
    pub faults: u64,
    /// Nobody gets through.
    pub unreachable: bool,
    /// Earlier states: for stale lists, and to go back to.
    pub past: Vec<Store>,
    /// Requests that arrive once more, later.
    pub late: Vec<(u64, HttpRequest)>,
    /// Every GET that was answered, and what a list showed to be gone.
    pub reads: Vec<Read>,
    /// Every put that was sent, in this order.
    pub sent: Vec<Sent>,
}

/// A put that was sent, whatever became of it.
pub struct Sent {
    /// Of what.
    pub path: String,
    /// By which profile.
    pub by: u32,
    /// In which run of an engine.
    pub run: u64,
}

/// A GET as it really was.
pub struct Read {
    /// Who asked.
    pub by: u32,
    /// By way of which address.
    pub address: usize,
    /// For what.
    pub path: String,
    /// When it was asked for, by the asking computer's clock.
    pub asked_at: u64,
    /// What was answered.
    pub outcome: Outcome,
    /// The worker died before the end of the run.
    pub died: bool,
}

/// What a GET brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A vault that opens, with that content.
    Opens(Digest),
    /// The server said that it isn't there.
    Absent,
    /// Something that doesn't open.
    Altered,
    /// An error, or a page for people.
    NoAnswer,
}

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never arrives.
    Lost,
    /// It arrives when nobody waits for the answer any more.
    Late,
    /// It is answered with that status and does nothing.
    Refused(u16),
    /// It is answered with a page.
    Portal,
    /// It does its work, and the answer is lost.
    AnswerLost,
    /// It does its work now and once more later.
    Twice,
    /// The put is cut and acknowledged.
    PutCut,
    /// The put is acknowledged and forgotten.
    PutForgotten,
    /// The answer's body is cut.
    AnswerCut,
    /// The list is an old one.
    Stale,
}

/// What comes back, and what went wrong.
pub type Answer = Result<(HttpResponse, Option<Fault>), (NetError, Option<Fault>)>;

impl Server {
    /// Takes a request as it arrives.
    pub fn receive(&mut self, scene: &Scene, request: &HttpRequest) -> Answer {
        self.deliver_late(scene);
        if self.unreachable {
            return Err((NetError::Unreachable, None));
        }
        let now = self.now(scene);
        let fault = scene
            .random(|random| random.chance(self.faults))
            .then(|| choose(scene, request));
        let mut response = match fault {
            Some(Fault::Lost) => return Err((NetError::Unreachable, fault)),
            Some(Fault::Late) => {
                self.send_later(scene, request);
                return Err((NetError::Timeout, fault));
            }
            Some(Fault::Refused(code)) => {
                let mut response = status(code);
                if code == 429 || code == 503 {
                    let wait = scene.random(|random| random.below(7200));
                    response
                        .headers
                        .push(("retry-after".to_owned(), wait.to_string()));
                }
                response
            }
            Some(Fault::Portal) => HttpResponse {
                body: b"<!DOCTYPE html><title>Welcome to our hotel</title>".to_vec(),
                ..status(200)
            },
            Some(Fault::PutCut) if self.authority.is_some() => {
                let before = self.store.objects.clone();
                let response = self.answer(now, request);
                for (path, object) in &mut self.store.objects {
                    if !before.contains_key(path) {
                        let length = scene.random(|random| random.below(object.bytes.len() as u64));
                        let cut = &object.bytes[..usize::try_from(length).unwrap_or(0)];
                        *object = Object::new(cut, now);
                    }
                }
                self.store.impress();
                response
            }
            Some(Fault::PutForgotten) if self.authority.is_some() => {
                let before = self.store.clone();
                let response = self.answer(now, request);
                self.store = before;
                response
            }
            Some(Fault::PutCut) => {
                let mut cut = request.clone();
                let length = scene.random(|random| random.below(cut.body.len() as u64));
                cut.body.truncate(usize::try_from(length).unwrap_or(0));
                self.answer(now, &cut)
            }
            Some(Fault::PutForgotten) => status(201),
            Some(Fault::Stale) if !self.past.is_empty() => {
                let past = scene
                    .random(|random| random.pick(&self.past).cloned())
                    .unwrap_or_default();
                let present = std::mem::replace(&mut self.store, past);
                let response = self.answer(now, request);
                self.store = present;
                response
            }
            _ => self.answer(now, request),
        };
        response.headers.push(("date".to_owned(), http_date(now)));
        match fault {
            Some(Fault::AnswerLost) => return Err((NetError::Timeout, fault)),
            Some(Fault::Twice) => self.send_later(scene, request),
            Some(Fault::AnswerCut) => {
                let length = scene.random(|random| random.below(response.body.len() as u64));
                response.body.truncate(usize::try_from(length).unwrap_or(0));
            }
            _ => {}
        }
        Ok((response, fault))
    }

    /// What it answers by itself.
    fn answer(&mut self, now: u64, request: &HttpRequest) -> HttpResponse {
        let Some(authority) = &mut self.authority else {
            return self.store.answer(&self.setup, now, request);
        };
        authority.used_twice = false;
        if about(request) == Some(About::Tokens) {
            return authority.token(&request.body, now);
        }
        let bearer = request
            .headers
            .iter()
            .find(|(name, _)| *name == "authorization")
            .and_then(|(_, value)| value.strip_prefix("Bearer "));
        let token = authority.look_at(bearer, now);
        let Some(services) = &mut self.store.services else {
            return status(404);
        };
        let response = services.answer(&token, self.setup.full, now, request);
        self.store.reflect(now);
        response
    }

    fn send_later(&mut self, scene: &Scene, request: &HttpRequest) {
        let later = scene.time() + scene.random(|random| random.below(3 * 86_400_000));
        self.late.push((later, request.clone()));
    }

    /// Lets those arrive that were on their way for so long.
    pub fn deliver_late(&mut self, scene: &Scene) {
        let now = self.now(scene);
        let (due, later) = std::mem::take(&mut self.late)
            .into_iter()
            .partition(|(at, _)| *at <= scene.time());
        self.late = later;
        let due: Vec<(u64, HttpRequest)> = due;
        for (_, request) in due {
            let response = self.answer(now, &request);
            scene.trace(|| {
                let path = shown(&request);
                format!("  late {} {path} → {}", request.method, response.status)
            });
        }
        // Whoever asks next has nothing to do with what came late of another.
        if let Some(authority) = &mut self.authority {
            authority.used_twice = false;
        }
    }

    /// Remembers the present state.
    pub fn remember(&mut self) {
        self.past.push(self.store.clone());
        if self.past.len() > 8 {
            self.past.remove(0);
        }
    }

    /// The time by the server's clock.
    pub fn now(&self, scene: &Scene) -> u64 {
        scene.time().saturating_add_signed(self.setup.clock)
    }

    /// The worker of that profile died in its run by way of that address.
    pub fn forget_reads(&mut self, (by, address): (u32, usize), since: usize) {
        for read in self
            .reads
            .iter_mut()
            .skip(since)
            .filter(|read| read.by == by && read.address == address)
        {
            read.died = true;
        }
    }
}

fn choose(scene: &Scene, request: &HttpRequest) -> Fault {
    const CODES: [u16; 14] = [
        401, 403, 404, 409, 412, 423, 429, 429, 500, 502, 503, 503, 504, 507,
    ];
    let refused = scene
        .random(|random| random.pick(&CODES).copied())
        .unwrap_or(500);
    let mut faults = vec![
        Fault::Lost,
        Fault::AnswerLost,
        Fault::Refused(refused),
        Fault::Refused(refused),
        Fault::Portal,
    ];
    let cloud = about(request);
    let what = match cloud {
        None => request.method,
        Some(About::List) => "PROPFIND",
        Some(About::Get) => "GET",
        Some(About::Put) => "PUT",
        Some(About::Delete | About::Tokens) => "DELETE",
        Some(About::Other) => "",
    };
    match what {
        // What is on its way must be seen to hold what it holds, and this one wraps it up.
        "PUT" if request.url.contains("uploadType=multipart") => {
            faults.extend([Fault::PutCut, Fault::PutForgotten, Fault::PutCut]);
        }
        "PUT" => faults.extend([
            Fault::Twice,
            Fault::Late,
            Fault::PutCut,
            Fault::PutForgotten,
            Fault::PutCut,
        ]),
        "GET" => faults.extend([Fault::AnswerCut, Fault::AnswerCut]),
        "PROPFIND" => faults.extend([Fault::Stale, Fault::Stale, Fault::Stale, Fault::AnswerCut]),
        "DELETE" => faults.extend([Fault::Twice, Fault::Late, Fault::AnswerLost]),
        _ => {}
    }
    scene
        .random(|random| random.pick(&faults).copied())
        .unwrap_or(Fault::Lost)
}

/// What a request is for, as the trace shows it.
pub fn shown(request: &HttpRequest) -> String {
    match request.url.strip_prefix(cloud::BASE) {
        Some(rest) => rest.to_owned(),
        None => path(request),
    }
}

/// What a GET brought.
pub fn outcome(scene: &Scene, response: &HttpResponse) -> Outcome {
    match response.status {
        404 => Outcome::Absent,
        200 if response.body.starts_with(b"<!DOCTYPE html>") => Outcome::NoAnswer,
        200 => match scene.open(&response.body) {
            Some(opened) => Outcome::Opens(opened.digest),
            None => Outcome::Altered,
        },
        _ => Outcome::NoAnswer,
    }
}

/// The request for a snapshot's file, taken apart: the path of the object.
pub fn object_path(name: &str) -> String {
    format!("{}/{name}", FOLDER)
}

/// The snapshot that is meant by the path of an object.
pub fn snapshot_of(path: &str) -> Option<SnapshotName> {
    let (_, name) = path.split_once('/')?;
    name.parse().ok()
}

/// The folder that everybody chose.
pub const FOLDER: &str = "hf";

/// What a person would type to connect.
pub fn config(number: u32) -> holdfast_backup::destination::config::WebDavConfig {
    holdfast_backup::destination::config::WebDavConfig {
        address: dav::BASE.to_owned(),
        folder: FOLDER.to_owned(),
        user: dav::USER.to_owned(),
        password: holdfast_backup::secret::Secret::new(dav::password(number)),
    }
}
