//! What goes wrong at servers and devices.

use holdfast_backup::engine::Trigger;

use crate::checks::evidence_of;
use crate::dav::{Object, Store};
use crate::scene::Scene;
use crate::server::object_path;
use crate::world::{SERVERS, World};

const DAY: u64 = 24 * 3_600_000;

impl World {
    pub fn trouble_at_a_server(&mut self) {
        let place = usize::try_from(self.below(self.servers.len() as u64)).unwrap_or(0);
        let mut server = self.servers[place].borrow_mut();
        let some = |count: usize| usize::try_from(self.below(count.max(1) as u64)).unwrap_or(0);
        let line = match self.below(14) {
            0..=2 => {
                server.faults = self.below(500);
                format!("fails {} of 1000", server.faults)
            }
            3..=4 => {
                server.faults = 0;
                server.unreachable = false;
                server.setup.full = false;
                "behaves".to_owned()
            }
            5 => {
                server.unreachable = !server.unreachable;
                format!("unreachable: {}", server.unreachable)
            }
            6 => {
                server.setup.full = true;
                "is full".to_owned()
            }
            7..=8 => {
                let dropped = server
                    .store
                    .objects
                    .keys()
                    .nth(some(server.store.objects.len()))
                    .cloned();
                if let Some(path) = &dropped {
                    server.store.objects.remove(path);
                    server.store.impress();
                }
                format!("drops {dropped:?}")
            }
            9 => {
                let path = server
                    .store
                    .objects
                    .keys()
                    .nth(some(server.store.objects.len()))
                    .cloned();
                if let Some(object) = path
                    .as_ref()
                    .and_then(|path| server.store.objects.get_mut(path))
                {
                    let mut bytes = object.bytes.to_vec();
                    let at = some(bytes.len());
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1;
                    }
                    *object = Object::new(&bytes, object.modified);
                }
                server.store.impress();
                format!("damages {path:?}")
            }
            10 => {
                let past = self
                    .scene
                    .random(|random| random.pick(&server.past).cloned());
                if let Some(past) = past {
                    server.store = past;
                }
                "goes back in time".to_owned()
            }
            11 => {
                server.setup.password += 1;
                if let Some(authority) = &mut server.authority {
                    authority.end_all();
                    for device in &self.devices {
                        let mut home = device.handle.home.borrow_mut();
                        home.may_be_signed_out.extend([place, place + SERVERS]);
                    }
                }
                "has a new password".to_owned()
            }
            12 if server.authority.is_some() => {
                if let Some(authority) = &mut server.authority {
                    authority.end_access();
                }
                "ends all access tokens".to_owned()
            }
            12 => {
                server.setup.read_only = !server.setup.read_only;
                format!("read only: {}", server.setup.read_only)
            }
            _ if self.chance(300) => {
                let cloud = server.authority.as_ref().map(|authority| authority.cloud);
                server.store = Store::empty(cloud);
                "lost the folder".to_owned()
            }
            _ => {
                server.setup.clock = some_skew(&self.scene);
                format!("clock off by {} ms", server.setup.clock)
            }
        };
        self.scene.trace(|| format!("server {place} {line}"));
    }

    /// The disk is full when a device sees that its newest snapshot is gone; then there is room
    /// again, and the server can't be reached.
    pub fn lose_while_full(&mut self, place: usize) {
        let device = &self.devices[place];
        let handle = device.handle.clone();
        let Some(link) = device.links.first() else {
            return;
        };
        let number = link.server;
        let Some(evidence) = evidence_of(&handle, link.address) else {
            return;
        };
        let (info, now) = {
            let home = handle.home.borrow();
            (home.info(), home.now(&self.scene))
        };
        let Some(record) = evidence.stored(&info.tag, info.content, now) else {
            return;
        };
        let path = object_path(&record.name.to_string());
        self.trace(place, "has a full disk, and its newest snapshot goes");
        {
            let mut server = self.servers[number].borrow_mut();
            server.store.objects.remove(&path);
            server.store.impress();
        }
        handle.home.borrow_mut().disk.full = true;
        self.run(place, Trigger::Now, None);
        handle.home.borrow_mut().disk.full = false;
        self.servers[number].borrow_mut().unreachable = true;
        self.run(place, Trigger::Now, None);
    }

    pub fn trouble_at_a_device(&mut self, place: usize) {
        let choice = self.below(14);
        let device = &mut self.devices[place];
        let mut home = device.handle.home.borrow_mut();
        let line = match choice {
            0..=1 => {
                home.unlocked = false;
                home.forget_memory();
                "locks"
            }
            2..=4 => {
                home.unlocked = true;
                "unlocks"
            }
            5 => {
                device.on = !device.on;
                home.forget_memory();
                if device.on { "starts" } else { "shuts down" }
            }
            6 => {
                home.set_clock(some_skew(&self.scene));
                "has its clock set"
            }
            7 => {
                home.disk.full = !home.disk.full;
                if home.disk.full {
                    "has a full disk"
                } else {
                    "has room on its disk"
                }
            }
            8 => {
                home.disk.checksum_fails = true;
                let newest = &mut home.disk.generations[0];
                newest.damage(&self.scene, |bytes| bytes.truncate(bytes.len() / 2));
                "has a damaged vault on disk, and can tell"
            }
            9 => {
                let newest = &mut home.disk.generations[0];
                newest.damage(&self.scene, |bytes| {
                    if let Some(byte) = bytes.last_mut() {
                        *byte ^= 1;
                    }
                });
                "has a damaged vault on disk, and can't tell"
            }
            10 => {
                // What a browser's storage may do to one document.
                let keys: Vec<String> = home.disk.documents.keys().cloned().collect();
                let some = self.scene.random(|random| random.pick(&keys).cloned());
                if let Some(bytes) = some.and_then(|key| home.disk.documents.get_mut(&key)) {
                    bytes.truncate(bytes.len() / 2);
                    home.doubt_sign_ins();
                    home.disk.may_share_tag = true;
                    home.patience.clear();
                }
                "has a damaged journal"
            }
            11 => {
                if !home.disk.documents.is_empty() {
                    home.disk.documents.clear();
                    home.doubt_sign_ins();
                    home.disk.may_share_tag = true;
                    home.patience.clear();
                }
                "has lost its journal"
            }
            12 => {
                for link in &mut device.links {
                    link.granted = false;
                }
                "loses its permissions"
            }
            _ => {
                home.forget_memory();
                "has its worker ended"
            }
        };
        self.scene.trace(|| format!("{} {line}", home.uid));
    }
}

/// Mostly none, sometimes seconds, sometimes years.
pub fn some_skew(scene: &Scene) -> i64 {
    let most = match scene.random(|random| random.below(10)) {
        0..=5 => return 0,
        6..=7 => 30_000,
        8 => 2 * DAY,
        _ => 3000 * DAY,
    };
    let skew = i64::try_from(scene.random(|random| random.below(2 * most))).unwrap_or(0);
    skew - i64::try_from(most).unwrap_or(0)
}
