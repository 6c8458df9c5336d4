//! One profile's way to one server.

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_backup::http::{Http, HttpRequest, HttpResponse, NetError};

use crate::dav::path;
use crate::executor::wait;
use crate::home::Home;
use crate::scene::Scene;
use crate::server::{Fault, Outcome, Read, Sent, Server, outcome};
use crate::{checks, edits};

/// One profile's way to one server.
pub struct Way {
    /// The server.
    pub server: Rc<RefCell<Server>>,
    /// Its number.
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
        self.check(&request);
        self.take_time();
        let answer = self.server.borrow_mut().receive(&self.scene, &request);
        let line = || {
            let outcome = match &answer {
                Ok((response, fault)) => format!("{}{}", response.status, named(*fault)),
                Err((error, fault)) => format!("{error:?}{}", named(*fault)),
            };
            let (number, method) = (self.number, request.method);
            format!("  {uid} @{number} {method} {} → {outcome}", path(&request))
        };
        self.scene.trace(line);
        wait().await;
        self.take_time();
        let (response, _) = answer.map_err(|(error, _)| error)?;
        self.note_pause(&response);
        if request.method == "GET" {
            let outcome: Outcome = outcome(&self.scene, &response);
            let read = Read {
                by: uid,
                path: path(&request),
                asked_at,
                outcome,
                died: false,
            };
            self.server.borrow_mut().reads.push(read);
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
        let (mut server, home) = (self.server.borrow_mut(), self.home.borrow());
        checks::before_request(&self.scene, &home, self.number);
        let path = path(request);
        match request.method {
            "DELETE" => checks::before_delete(&self.scene, &server, &home, &path),
            "PUT" => {
                checks::before_put(&self.scene, &home, &server.sent, &path);
                let (by, run) = (home.uid, self.scene.runs());
                server.sent.push(Sent { path, by, run });
            }
            _ => {}
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

fn named(fault: Option<Fault>) -> String {
    fault
        .map(|fault| format!("  ({fault:?})"))
        .unwrap_or_default()
}
