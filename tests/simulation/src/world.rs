//! Devices, servers, and what happens to them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use holdfast_backup::cause::Cause;
use holdfast_backup::destination::Destination;
use holdfast_backup::destination::config::DestinationId;
use holdfast_backup::destination::webdav::WebDav;
use holdfast_backup::engine::{Engine, Trigger};
use holdfast_backup::name::{SnapshotName, Tag, VaultTag};
use holdfast_backup::restore::fetch_newest_of_all_devices;
use holdfast_core::vault::Id;

use crate::events::some_skew;
use crate::executor::drive;
use crate::home::{Handle, Home, random_tag};
use crate::scene::Scene;
use crate::sealed::Contents;
use crate::server::{FOLDER, Server, Way, config};
use crate::{checks, ending};

/// Five devices at most.
pub const DEVICES: usize = 5;

/// Everything there is.
pub struct World {
    /// Time, chance, trace.
    pub scene: Scene,
    /// The servers.
    pub servers: Vec<Rc<RefCell<Server>>>,
    /// The devices that are alive.
    pub devices: Vec<Device>,
    /// Accounts that a person deleted at some time.
    pub deleted: BTreeSet<Id>,
    /// The vault's tag.
    pub vault: VaultTag,
    /// Profiles there ever were.
    pub uids: u32,
    /// Vault keys there ever were.
    pub keys: u32,
}

/// One device.
#[derive(Clone)]
pub struct Device {
    /// Its profile.
    pub handle: Handle,
    /// Its destinations.
    pub links: Vec<Link>,
    /// The browser is running.
    pub on: bool,
}

/// A connected destination.
#[derive(Clone)]
pub struct Link {
    /// Which server.
    pub server: usize,
    /// The password that was entered.
    pub password: u32,
    /// The browser's permission.
    pub granted: bool,
    /// When the engine wants to run again.
    pub wake_at: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The promise that was broken.
    pub violation: Option<String>,
    /// What happened, if it was traced.
    pub trace: Vec<String>,
    /// Runs of the engine, to see that something was done.
    pub runs: u64,
}

/// Plays one seed.
pub fn run_seed(seed: u64, traced: bool) -> Outcome {
    let mut world = World::new(seed, traced);
    let steps = world.scene.random(|random| 15 + random.below(30));
    for _ in 0..steps {
        world.step();
        if world.scene.violation().is_some() {
            break;
        }
    }
    if world.scene.violation().is_none() {
        ending::end(&mut world);
    }
    Outcome {
        violation: world.scene.violation(),
        trace: world.scene.lines(),
        runs: world.scene.runs(),
    }
}

impl World {
    fn new(seed: u64, traced: bool) -> Self {
        let scene = Scene::new(seed, traced);
        let servers = (0..1 + scene.random(|random| random.below(2)))
            .map(|_| {
                let mut server = Server::default();
                server.store.folders.insert(FOLDER.to_owned());
                server.setup.ignores_preconditions = scene.random(|random| random.chance(300));
                server.setup.clock = some_skew(&scene);
                Rc::new(RefCell::new(server))
            })
            .collect();
        let vault = random_tag(&scene);
        let mut world = Self {
            scene,
            servers,
            devices: Vec::new(),
            deleted: BTreeSet::new(),
            vault,
            uids: 0,
            keys: 0,
        };
        world.join(Contents {
            keys: [0].into(),
            ..Contents::default()
        });
        world
    }

    /// A new device with that vault.
    pub fn join(&mut self, truth: Contents) {
        self.uids += 1;
        let home = Home::new(self.uids, self.vault.clone(), truth, &self.scene);
        let handle = Handle {
            home: Rc::new(RefCell::new(home)),
            scene: self.scene.clone(),
        };
        let links = (0..self.servers.len())
            .filter(|place| *place == 0 || self.chance(700))
            .map(|server| Link {
                server,
                password: self.servers[server].borrow().setup.password,
                granted: true,
                wake_at: 0,
            })
            .collect();
        self.devices.push(Device {
            handle,
            links,
            on: true,
        });
    }

    /// True in `permille` of 1,000 cases.
    pub fn chance(&self, permille: u64) -> bool {
        self.scene.random(|random| random.chance(permille))
    }

    /// A number below `limit`.
    pub fn below(&self, limit: u64) -> u64 {
        self.scene.random(|random| random.below(limit))
    }

    /// One of the devices.
    pub fn some_device(&self) -> Option<usize> {
        let count = self.devices.len();
        (count > 0).then(|| usize::try_from(self.below(count as u64)).unwrap_or(0))
    }

    /// Runs the engine for all destinations of a device.
    pub fn run(&mut self, place: usize, trigger: Trigger, death: Option<u32>) {
        let device = &mut self.devices[place];
        device.on = true;
        for link in &mut device.links {
            self.scene.count_run();
            let (handle, server) = (&device.handle, &self.servers[link.server]);
            let (uid, reads) = (handle.home.borrow().uid, server.borrow().reads.len());
            self.scene
                .trace(|| format!("{uid} runs ({trigger:?}) for server {}", link.server));
            let way = link.way(handle, server);
            let destination = WebDav::new(way, &config(link.password));
            let engine = Engine::new(handle.clone(), handle.clone(), handle.clone());
            let id = id(link.server);
            match drive(engine.run(&id, &destination, trigger), death) {
                Some(report) => {
                    link.wake_at = report.wake_at;
                    if let Some(saved) = report.saved {
                        handle.home.borrow_mut().journal_failed = !saved;
                    }
                    self.scene
                        .trace(|| format!("  {uid} done, failure {:?}", report.failure));
                }
                None => {
                    self.scene.trace(|| format!("  {uid} its worker died"));
                    handle.home.borrow_mut().forget_memory();
                    server.borrow_mut().forget_reads(uid, reads);
                }
            }
        }
        checks::after_run(self, place);
    }

    /// What a restore from that server gives.
    pub fn restore(&self, server: usize) -> Option<Contents> {
        let handle = &self.devices.first()?.handle;
        let mut stranger = handle.home.borrow().clone();
        stranger.uid = 0;
        let handle = Handle {
            home: Rc::new(RefCell::new(stranger)),
            scene: self.scene.clone(),
        };
        let password = self.servers[server].borrow().setup.password;
        let link = Link {
            server,
            password,
            granted: true,
            wake_at: 0,
        };
        let way = link.way(&handle, &self.servers[server]);
        let destination = WebDav::new(way, &config(password));
        let opens = async |_: &SnapshotName, bytes: &[u8]| self.scene.open(bytes).is_some();
        let fetched = fetch_newest_of_all_devices(&destination, &self.vault, opens);
        let fetched = drive(fetched, None)?;
        let opened = fetched.ok()?.into_iter();
        let mut all = opened.filter_map(|(_, bytes)| self.scene.open(&bytes));
        let mut merged = all.next()?.contents.clone();
        all.for_each(|opened| merged.merge(&opened.contents));
        Some(merged)
    }

    /// Writes about a device into the trace.
    pub fn trace(&self, place: usize, what: &str) {
        let uid = self.devices[place].handle.home.borrow().uid;
        self.scene.trace(|| format!("{uid} {what}"));
    }
}

impl Link {
    fn way(&self, handle: &Handle, server: &Rc<RefCell<Server>>) -> Way {
        Way {
            server: Rc::clone(server),
            home: Rc::clone(&handle.home),
            granted: self.granted,
            scene: handle.scene.clone(),
        }
    }

    /// Makes the chosen folder anew, or says why not.
    pub fn make_folder(&self, handle: &Handle, server: &Rc<RefCell<Server>>) -> Option<Cause> {
        let destination = WebDav::new(self.way(handle, server), &config(self.password));
        let made = drive(destination.prepare(), None)?;
        made.err().map(|failure| failure.cause)
    }

    /// A person agrees to a merge that removes many accounts.
    pub fn agree(&self, handle: &Handle, server: &Rc<RefCell<Server>>, name: &SnapshotName) {
        let destination = WebDav::new(self.way(handle, server), &config(self.password));
        let engine = Engine::new(handle.clone(), handle.clone(), handle.clone());
        let _ = drive(
            engine.merge_with_consent(&id(self.server), &destination, name),
            None,
        );
    }
}

/// The engine's name of a server.
pub fn id(server: usize) -> DestinationId {
    DestinationId(Tag::from_random([u8::try_from(server).unwrap_or(0); 8]))
}
