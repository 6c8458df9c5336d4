//! Devices, servers, and what happens to them.

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_backup::cause::Cause;
use holdfast_backup::destination::Destination;
use holdfast_backup::destination::cloud::CloudConfig;
use holdfast_backup::destination::cloud::any::AnyCloud;
use holdfast_backup::destination::cloud::sign_in::{begin, finish};
use holdfast_backup::destination::config::DestinationId;
use holdfast_backup::destination::webdav::WebDav;
use holdfast_backup::engine::{Report, Trigger};
use holdfast_backup::name::{SnapshotName, Tag, VaultTag};
use holdfast_backup::noted::Note;
use holdfast_backup::policy::{BACK_OFF_FIRST, WAIT_LONGEST};
use holdfast_backup::restore::fetch_newest_of_all_devices;
use holdfast_backup::vault::Removals;

use crate::authority::{Authority, Rotation};
use crate::checks::{self, Holdings};
use crate::cloud;
use crate::dav::Store;
use holdfast_stand_ins::Cloud;

use crate::ending;
use crate::executor::{Task, drive, drive_all};
use crate::home::{Handle, Home, random_tag};
use crate::place::Place;
use crate::scene::Scene;
use crate::sealed::Contents;
use crate::server::{FOLDER, Server, config};
use crate::trouble::some_skew;
use crate::way::Way;

/// A server that is a cloud.
fn some_cloud(scene: &Scene) -> Server {
    let some = |count: u64| scene.random(|random| random.below(count));
    let cloud = match some(3) {
        0 => Cloud::OneDrive,
        1 => Cloud::GoogleDrive,
        _ => Cloud::Dropbox,
    };
    let rotation = match some(4) {
        0 => Rotation::None,
        1 => Rotation::Lenient,
        _ => Rotation::Strict,
    };
    let lifetime = (1 + some(4)) * 3_600_000;
    Server {
        authority: Some(Authority::new(cloud, rotation, lifetime)),
        store: Store::empty(Some(cloud)),
        ..Server::default()
    }
}

/// Three servers at most.
pub const SERVERS: usize = 3;
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
    /// An image of the profile, which somebody may go back to.
    pub image: Option<Box<Home>>,
}

/// A connected destination.
#[derive(Clone)]
pub struct Link {
    /// Which server.
    pub server: usize,
    /// The address that the server has here: one destination each, as the engine sees it.
    pub address: usize,
    /// The password that was entered.
    pub password: u32,
    /// The cloud, and who signed in there, where it is one.
    pub cloud: Option<CloudConfig>,
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
    let steps = world.scene.random(|random| 10 + random.below(22));
    for _ in 0..steps {
        world.step();
        checks::after_step(&world);
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
        let servers = (0..1 + scene.random(|random| random.below(5)) / 2)
            .map(|_| {
                let mut server = match scene.random(|random| random.chance(250)) {
                    true => some_cloud(&scene),
                    false => Server::default(),
                };
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
            .map(|number| Link::made(number, &handle, &self.servers[number]))
            .collect();
        let links = self.with_another_address(links, &handle, 60);
        self.devices.push(Device {
            handle,
            links,
            on: true,
            image: None,
        });
    }

    /// Now and then somebody connects a server once more, under another address. A cloud has but one.
    pub fn with_another_address(
        &self,
        mut links: Vec<Link>,
        handle: &Handle,
        permille: u64,
    ) -> Vec<Link> {
        let has_one = links.iter().any(|link| link.address >= SERVERS);
        if !has_one
            && self.chance(permille)
            && let Some(known) = links.first().filter(|known| known.cloud.is_none())
        {
            let (server, address) = (known.server, known.server + SERVERS);
            links.push(Link::made(address, handle, &self.servers[server]));
        }
        links
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

    /// Runs the engine for all destinations of a device: one after the other, or all at once.
    pub fn run(&mut self, place: usize, trigger: Trigger, death: Option<u32>) {
        let scene = self.scene.clone();
        scene.count_run();
        let device = &mut self.devices[place];
        device.on = true;
        let handle = device.handle.clone();
        let reads: Vec<usize> = self
            .servers
            .iter()
            .map(|s| s.borrow().reads.len())
            .collect();
        let (uid, before) = {
            let mut home = handle.home.borrow_mut();
            home.trigger = Some(trigger);
            home.asked.clear();
            home.contacted.clear();
            home.token_asked.clear();
            (home.uid, Holdings::of(&home))
        };
        scene.trace(|| format!("{uid} runs ({trigger:?})"));

        let engine = handle.engine();
        let destinations: Vec<_> = device
            .links
            .iter()
            .map(|link| link.destination(&handle, &self.servers[link.server]))
            .collect();
        let ids: Vec<DestinationId> = device.links.iter().map(|link| id(link.address)).collect();
        let run = |(destination, id)| -> Task<'_, Report> {
            Box::pin(engine.run(id, destination, trigger))
        };
        let mut tasks: Vec<Task<'_, Report>> = destinations.iter().zip(&ids).map(run).collect();
        // Another event of the browser while the engine is running: it finds it busy.
        if scene.random(|random| random.chance(100))
            && let (Some(destination), Some(id)) = (destinations.first(), ids.first())
        {
            tasks.push(Box::pin(engine.run(id, destination, trigger)));
        }
        // A person looks at what is there meanwhile.
        let look = async |destination: &Place| {
            let _ = destination.look(self.vault.as_str()).await;
            let failure = None;
            Report {
                wake_at: 0,
                failure,
            }
        };
        if tasks.len() == ids.len()
            && scene.random(|random| random.chance(150))
            && let Some(destination @ Place::Cloud(..)) = destinations.first()
        {
            handle.home.borrow_mut().patience.clear();
            tasks.push(Box::pin(look(destination)));
        }
        let at_once = scene.random(|random| random.chance(500));
        let some = |count: usize| usize::try_from(scene.random(|r| r.below(count as u64)));
        let choose = |count: usize| if at_once { some(count).unwrap_or(0) } else { 0 };
        let reports = drive_all(tasks, choose, death);

        let died = reports.iter().any(Option::is_none);
        // Of two runs at the first destination the second may have been the one at work.
        let second = reports.get(device.links.len()).and_then(Option::as_ref);
        let mut second = (reports.len() > device.links.len()).then_some(second);
        for (link, report) in device.links.iter_mut().zip(&reports) {
            link.concluded(&handle, report.as_ref());
            let cut_off = second.take().is_some_and(|second| second.is_none());
            if report.is_none() || cut_off {
                let mut server = self.servers[link.server].borrow_mut();
                server.forget_reads((uid, link.address), reads[link.server]);
            }
        }
        let mut home = handle.home.borrow_mut();
        // The second of two runs may have come after the first, and then it counts.
        if let (Some(link), true) = (device.links.first(), reports.len() > device.links.len()) {
            home.patience.remove(&link.address);
        }
        home.trigger = None;
        if died {
            scene.trace(|| format!("  {uid} its worker died"));
            home.forget_memory();
            let asked = std::mem::take(&mut home.token_asked);
            home.may_be_signed_out.extend(asked);
        } else {
            checks::nothing_went(&scene, &mut home, &before);
        }
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
        // It signs in by itself: nobody else's tokens are spoilt.
        handle.home.borrow_mut().disk.documents.clear();
        handle.home.borrow_mut().disk.full = false;
        let link = Link::made(server, &handle, &self.servers[server]);
        let destination = link.destination(&handle, &self.servers[server]);
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
    /// The destination as the engine sees it.
    pub fn destination(&self, handle: &Handle, server: &Rc<RefCell<Server>>) -> Place {
        let way = self.way(handle, server);
        match &self.cloud {
            None => Place::Dav(WebDav::new(way.clone(), &config(self.password)), way),
            Some(cloud) => Place::Cloud(Box::new(AnyCloud::new(way.clone(), cloud)), way),
        }
    }

    /// A destination that a person has just connected, on a good day.
    fn made(address: usize, handle: &Handle, server: &Rc<RefCell<Server>>) -> Self {
        let cloud = server.borrow().authority.as_ref().map(|own| own.cloud);
        let mut link = Self {
            server: address % SERVERS,
            address,
            password: 0,
            cloud: cloud.map(|cloud| cloud::config(cloud, address)),
            granted: true,
            wake_at: 0,
        };
        let today = {
            let mut server = server.borrow_mut();
            let faults = std::mem::take(&mut server.faults);
            (faults, std::mem::take(&mut server.unreachable))
        };
        link.sign_in(handle, server);
        let mut server = server.borrow_mut();
        (server.faults, server.unreachable) = today;
        link
    }

    /// A person signs in, or types the password.
    pub fn sign_in(&mut self, handle: &Handle, server: &Rc<RefCell<Server>>) {
        self.password = server.borrow().setup.password;
        let Some(config) = &self.cloud else {
            return;
        };
        let way = self.way(handle, server);
        let signing_in = async {
            let url = begin(&way, config).await.ok()?;
            let back = server.borrow_mut().authority.as_mut()?.authorize(&url)?;
            finish(&way, config, &back).await.ok()
        };
        if let Some(config) = drive(signing_in, None).flatten() {
            self.cloud = Some(config);
            let mut home = handle.home.borrow_mut();
            home.may_be_signed_out.remove(&self.address);
        }
    }

    fn way(&self, handle: &Handle, server: &Rc<RefCell<Server>>) -> Way {
        Way {
            server: Rc::clone(server),
            number: self.address,
            home: Rc::clone(&handle.home),
            granted: self.granted,
            scene: handle.scene.clone(),
        }
    }

    /// Takes the end of a run, or the death of its worker.
    fn concluded(&mut self, handle: &Handle, report: Option<&Report>) {
        let mut home = handle.home.borrow_mut();
        let Some(report) = report else {
            home.patience.remove(&self.address);
            return;
        };
        self.wake_at = report.wake_at;
        let now = home.now(&handle.scene);
        let asked = home.asked.get(&self.address).copied().unwrap_or(0);
        let asked = asked.min(now + WAIT_LONGEST);
        let failed = report.failure.is_some();
        if let Some(last) = home.contacted.get(&self.address) {
            let until = if failed { last + BACK_OFF_FIRST / 2 } else { 0 };
            home.patience.insert(self.address, until.max(asked));
        }
        if home.unsaved_documents.contains(&document(self.address)) {
            home.patience.remove(&self.address);
        }
        let (uid, server) = (home.uid, self.address);
        let line = || {
            format!(
                "  {uid} done with server {server}, failure {:?}",
                report.failure
            )
        };
        handle.scene.trace(line);
    }

    /// Makes the chosen folder anew, or says why not.
    pub fn make_folder(&self, handle: &Handle, server: &Rc<RefCell<Server>>) -> Option<Cause> {
        let destination = self.destination(handle, server);
        let made = drive(destination.prepare(), None)?;
        made.err().map(|failure| failure.cause)
    }

    /// A person has seen that older data is there than before.
    pub fn take_note(&self, handle: &Handle) {
        let engine = handle.engine();
        let _ = drive(engine.note(&id(self.address), Note::Missing), None);
    }

    /// A person agrees to a merge that removes that many accounts.
    pub fn agree(
        &self,
        handle: &Handle,
        server: &Rc<RefCell<Server>>,
        (name, most): (&SnapshotName, u32),
    ) {
        let destination = self.destination(handle, server);
        handle.home.borrow_mut().agreed.push(name.clone());
        let engine = handle.engine();
        let id = id(self.address);
        let removals = Removals::Remove { most };
        let _ = drive(
            engine.merge_answered(&id, &destination, name, removals),
            None,
        );
    }
}

/// The key of what the engine knows about an address.
pub fn document(address: usize) -> String {
    format!("backup/{}", id(address))
}

/// The engine's name of an address.
pub fn id(address: usize) -> DestinationId {
    DestinationId(Tag::from_random([u8::try_from(address).unwrap_or(0); 8]))
}
