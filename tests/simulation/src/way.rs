//! One profile's way to one server.

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_backup::destination::Listing;
use holdfast_backup::destination::cloud::Provider;
use holdfast_backup::destination::cloud::session::SessionPort;
use holdfast_backup::env::{Env, Memory, MemoryError};
use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};
use holdfast_backup::oauth::form;

use crate::cloud::{About, about};
use crate::dav::path;
use crate::executor::wait;
use crate::home::{Handle, Home};
use crate::scene::Scene;
use crate::server::{Answer, Fault, Outcome, Read, Sent, Server, outcome, shown};
use crate::{checks, edits};

/// One profile's way to one server.
#[derive(Clone)]
pub struct Way {
    /// The server.
    pub server: Rc<RefCell<Server>>,
    /// The number of its address.
    pub number: usize,
    /// Who asks.
    pub home: Rc<RefCell<Home>>,
    /// The browser's permission for this host.
    pub granted: bool,
    /// The world.
    pub scene: Scene,
}

impl Http for Way {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        if !self.granted {
            return Err(NetError::HostPermission);
        }
        let (uid, asked_at) = {
            let mut home = self.home.borrow_mut();
            let now = home.now(&self.scene);
            home.contacted.insert(self.number, now);
            (home.uid, home.now(&self.scene))
        };
        wait().await;
        self.meanwhile();
        let about = about(&request);
        match about {
            None => self.check(&request),
            Some(About::Tokens) => self.check_tokens(&request),
            Some(_) => {}
        }
        checks::before_request(&self.scene, &self.home.borrow(), self.number);
        self.take_time();
        let answer = self.server.borrow_mut().receive(&self.scene, &request);
        let line = || {
            let outcome = match &answer {
                Ok((response, fault)) => format!("{}{}", response.status, named(*fault)),
                Err((error, fault)) => format!("{error:?}{}", named(*fault)),
            };
            let (number, method) = (self.number, request.method);
            format!("  {uid} @{number} {method} {} → {outcome}", shown(&request))
        };
        self.scene.trace(line);
        self.judge_sign_in(about, &answer);
        wait().await;
        self.take_time();
        let (response, _) = answer.map_err(|(error, _)| error)?;
        self.note_pause(&response);
        if about.is_none() && request.method == "GET" {
            let outcome: Outcome = outcome(&self.scene, &response);
            self.note_read(path(&request), asked_at, outcome);
        }
        Ok(response)
    }
}

impl Way {
    /// While the engine waits, the person goes on editing, and the browser locks.
    fn meanwhile(&self) {
        let mut home = self.home.borrow_mut();
        if home.trigger.is_none() || self.scene.is_calm() {
            return;
        }
        match self.scene.random(|random| random.below(400)) {
            0..=7 => drop(edits::edit(&mut home, &self.scene)),
            8 => {
                self.scene.trace(|| format!("{} locks", home.uid));
                home.unlocked = false;
                home.forget_memory();
            }
            9 => {
                self.scene.trace(|| format!("{} unlocks", home.uid));
                home.unlocked = true;
            }
            _ => {}
        }
    }

    fn check(&self, request: &HttpRequest) {
        let path = path(request);
        match request.method {
            "DELETE" => self.check_delete(&path),
            "PUT" => self.check_put(&path),
            _ => {}
        }
    }

    /// An object is about to be deleted.
    pub fn check_delete(&self, path: &str) {
        let (server, home) = (self.server.borrow(), self.home.borrow());
        checks::before_delete(&self.scene, &server, &home, path);
    }

    /// An object is about to be put.
    pub fn check_put(&self, path: &str) {
        let (mut server, home) = (self.server.borrow_mut(), self.home.borrow());
        checks::before_put(&self.scene, &home, &server.sent, path);
        let (path, by, run) = (path.to_owned(), home.uid, self.scene.runs());
        server.sent.push(Sent { path, by, run });
    }

    /// Tokens are about to be asked for.
    fn check_tokens(&self, request: &HttpRequest) {
        let mut home = self.home.borrow_mut();
        home.token_asked.insert(self.number);
        let body = String::from_utf8_lossy(&request.body);
        if let Some(refresh) = form::value(&body, "refresh_token") {
            checks::before_renewal(&self.scene, &home, &refresh);
        }
    }

    /// What may cost a sign-in is noted; that one was spoilt for nothing is a fault.
    fn judge_sign_in(&self, about: Option<About>, answer: &Answer) {
        let fault = match answer {
            Ok((_, fault)) | Err((_, fault)) => *fault,
        };
        let mut home = self.home.borrow_mut();
        let spoilt = about == Some(About::Tokens) && fault.is_some();
        if about.is_some() && (spoilt || fault == Some(Fault::Refused(401))) {
            home.may_be_signed_out.insert(self.number);
        }
        let server = self.server.borrow();
        let authority = server.authority.as_ref();
        if authority.is_some_and(|authority| authority.used_twice) {
            checks::used_twice(&self.scene, &home, self.number);
        }
    }

    /// The time by the clock of who asks.
    pub fn now(&self) -> u64 {
        self.home.borrow().now(&self.scene)
    }

    /// Notes what a reading brought.
    pub fn note_read(&self, path: String, asked_at: u64, outcome: Outcome) {
        let read = Read {
            by: self.home.borrow().uid,
            address: self.number,
            path,
            asked_at,
            outcome,
            died: false,
        };
        self.server.borrow_mut().reads.push(read);
    }

    /// A list shows the engine what is not there any more. One that lacks what is there is stale, and
    /// shows nothing.
    pub fn note_missing(&self, listing: &Listing) {
        let home = self.home.borrow();
        if home.trigger.is_none() {
            return;
        }
        let mut server = self.server.borrow_mut();
        let ours = |by: u32| home.lineage.contains(&by);
        let listed = |path: &str| {
            let mut files = listing.files.iter();
            files.any(|file| path.ends_with(&file.name))
        };
        let was_there = |path: &str| {
            let mut reads = server.reads.iter().rev();
            let last = reads.find(|read| read.path == path && ours(read.by));
            last.is_some_and(|read| matches!(read.outcome, Outcome::Opens(_)))
        };
        let sent = server.sent.iter().filter(|sent| ours(sent.by));
        let gone = sent
            .map(|sent| sent.path.clone())
            .filter(|path| !server.store.objects.contains_key(path))
            .filter(|path| !listed(path) && was_there(path));
        let gone: Vec<Read> = gone
            .map(|path| Read {
                by: home.uid,
                address: self.number,
                path,
                asked_at: home.now(&self.scene),
                outcome: Outcome::Absent,
                died: false,
            })
            .collect();
        server.reads.extend(gone);
    }

    fn handle(&self) -> Handle {
        Handle {
            home: Rc::clone(&self.home),
            scene: self.scene.clone(),
        }
    }

    /// Mostly quick; sometimes as slow as a worker can bear.
    fn take_time(&self) {
        let slow = self.scene.random(|random| random.chance(10));
        let most = if slow { 25_000 } else { 400 };
        self.scene
            .pass(self.scene.random(|random| random.below(most)));
    }

    /// Remembers that the server asked to wait.
    fn note_pause(&self, response: &HttpResponse) {
        let asked = response.header("retry-after");
        let Some(seconds) = asked.and_then(|text| text.parse::<u64>().ok()) else {
            return;
        };
        let mut home = self.home.borrow_mut();
        let until = home.now(&self.scene) + seconds * 1000;
        home.asked.insert(self.number, until);
    }
}

impl Env for Way {
    fn now_millis(&self) -> u64 {
        self.now()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.handle().fill_random(bytes);
    }
}

impl Memory for Way {
    async fn load(&self, key: &str) -> Result<Option<Vec<u8>>, MemoryError> {
        self.handle().load(key).await
    }

    async fn save(&self, key: &str, bytes: &[u8]) -> Result<(), MemoryError> {
        self.handle().save(key, bytes).await
    }
}

/// A turn at something that only one task of a profile does at a time.
pub struct Turn(Rc<RefCell<Home>>, String);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.borrow_mut().turns.remove(&self.1);
    }
}

impl SessionPort for Way {
    type Turn = Turn;

    async fn turn(&self, name: &str) -> Turn {
        while !self.home.borrow_mut().turns.insert(name.to_owned()) {
            wait().await;
        }
        Turn(Rc::clone(&self.home), name.to_owned())
    }

    fn redirect(&self, _: Provider) -> String {
        "https://back.example/".to_owned()
    }

    async fn authorize_silently(&self, url: &str) -> Option<String> {
        wait().await;
        if !self.home.borrow().is_signed_in_to_browser {
            return None;
        }
        let mut server = self.server.borrow_mut();
        server.authority.as_mut()?.authorize(url)
    }
}

fn named(fault: Option<Fault>) -> String {
    fault
        .map(|fault| format!("  ({fault:?})"))
        .unwrap_or_default()
}
