//! What happens in the world: edits, time, trouble at servers and devices, copies, losses.

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_backup::engine::Trigger;
use holdfast_core::account::{Algorithm, Credential, Kind, NewAccount};
use holdfast_core::secret::Secret;
use holdfast_core::vault::{Duplicates, FieldChanges, Id};

use crate::home::Handle;
use crate::scene::Scene;
use crate::world::{DEVICES, Device, World};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl World {
    /// Something happens.
    pub fn step(&mut self) {
        let Some(place) = self.some_device() else {
            return;
        };
        match self.below(100) {
            0..=29 => self.edit(place),
            30..=44 => self.run(place, self.some_trigger(), self.some_death()),
            45..=64 => self.let_time_pass(),
            65..=79 => self.trouble_at_a_server(),
            80..=93 => self.trouble_at_a_device(place),
            94..=95 => self.copy(place),
            96..=97 => self.restore_into_a_new_device(),
            98 => self.change_keys(place),
            _ if self.devices.len() > 1 => {
                self.trace(place, "is lost");
                self.devices.remove(place);
            }
            _ => {}
        }
    }

    fn some_trigger(&self) -> Trigger {
        match self.below(6) {
            0 => Trigger::Now,
            1 => Trigger::Unlocked,
            _ => Trigger::Due,
        }
    }

    fn some_death(&self) -> Option<u32> {
        self.chance(400)
            .then(|| u32::try_from(self.below(40)).unwrap_or(0))
    }

    /// A person edits: adds, changes, deletes, uses a code.
    fn edit(&mut self, place: usize) {
        let device = &self.devices[place];
        let mut home = device.handle.home.borrow_mut();
        for _ in 0..1 + self.below(3) {
            let choice = self.below(10);
            let number = self.below(1000);
            let ids: Vec<Id> = home.truth.vault.list().iter().map(|(id, _)| *id).collect();
            let some = self.scene.random(|random| random.pick(&ids).copied());
            let deleted = &mut self.deleted;
            let line = home.edit(&self.scene, |contents, context| {
                let vault = &mut contents.vault;
                match (choice, some) {
                    (0..=4, _) if ids.len() < 12 => {
                        let added = vault.add(account(number), Duplicates::Keep, context);
                        format!("adds {added:?}")
                    }
                    (5..=6, Some(id)) => {
                        let issuer = Some(format!("Issuer {number}"));
                        let changes = FieldChanges {
                            issuer,
                            ..FieldChanges::default()
                        };
                        let _ = vault.edit(id, changes, context);
                        format!("renames {id}")
                    }
                    (7, Some(id)) => {
                        let _ = vault.delete(id, context);
                        deleted.insert(id);
                        format!("deletes {id}")
                    }
                    (8, Some(id)) => {
                        let credential = account(number).credential;
                        let _ = vault.replace_credential(id, credential, context);
                        format!("replaces the credential of {id}")
                    }
                    _ => "looks on".to_owned(),
                }
            });
            let line = line.unwrap_or_else(|| "is locked, no edit".to_owned());
            self.scene.trace(|| format!("{} {line}", home.uid));
        }
        let now = home.now(&self.scene);
        drop(home);
        for link in &mut self.devices[place].links {
            link.wake_at = link.wake_at.min(now + 3000);
        }
    }

    fn let_time_pass(&mut self) {
        let millis = match self.below(10) {
            0..=3 => self.below(MINUTE),
            4..=5 => self.below(HOUR),
            6..=7 => self.below(DAY),
            8 => self.below(4 * DAY),
            _ => self.below(60 * DAY),
        };
        for _ in 0..2 {
            self.scene.pass(millis / 2);
            for place in 0..self.devices.len() {
                let device = &self.devices[place];
                let now = device.handle.home.borrow().now(&self.scene);
                let due = device.links.iter().any(|link| link.wake_at <= now);
                if device.on && due {
                    let death = self
                        .chance(150)
                        .then(|| u32::try_from(self.below(40)).unwrap_or(0));
                    self.run(place, Trigger::Due, death);
                }
            }
        }
        for server in &self.servers {
            server.borrow_mut().remember();
        }
    }

    fn trouble_at_a_server(&mut self) {
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
                    object.bytes = bytes.into();
                }
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
                "has a new password".to_owned()
            }
            12 => {
                server.setup.read_only = !server.setup.read_only;
                format!("read only: {}", server.setup.read_only)
            }
            _ if self.chance(300) => {
                server.store = Default::default();
                "lost the folder".to_owned()
            }
            _ => {
                server.setup.clock = some_skew(&self.scene);
                format!("clock off by {} ms", server.setup.clock)
            }
        };
        self.scene.trace(|| format!("server {place} {line}"));
    }

    fn trouble_at_a_device(&mut self, place: usize) {
        let choice = self.below(12);
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
                home.clock = some_skew(&self.scene);
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
                let bytes = &mut home.disk.generations[0].bytes;
                bytes.truncate(bytes.len() / 2);
                "has a damaged vault on disk, and can tell"
            }
            9 => {
                if let Some(byte) = home.disk.generations[0].bytes.last_mut() {
                    *byte ^= 1;
                }
                "has a damaged vault on disk, and can't tell"
            }
            10 => {
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

    fn copy(&mut self, place: usize) {
        if self.devices.len() >= DEVICES {
            return;
        }
        self.uids += 1;
        let original = &self.devices[place];
        let mut home = original.handle.home.borrow().clone();
        home.forget_memory();
        home.uid = self.uids;
        home.lineage.push(self.uids);
        self.scene
            .trace(|| format!("{} is a copy of {:?}", home.uid, home.lineage));
        let handle = Handle {
            home: Rc::new(RefCell::new(home)),
            scene: self.scene.clone(),
        };
        self.devices.push(Device {
            handle,
            ..original.clone()
        });
    }

    /// A fresh profile, restored from what a server has of all devices.
    fn restore_into_a_new_device(&mut self) {
        if self.devices.len() >= DEVICES {
            return;
        }
        if let Some(truth) = self.restore(0) {
            self.join(truth);
            self.scene.trace(|| format!("{} is restored", self.uids));
        }
    }

    /// A new passphrase, or a new vault key.
    fn change_keys(&mut self, place: usize) {
        self.keys += 1;
        let (key, rotate) = (self.keys, self.chance(500));
        let mut home = self.devices[place].handle.home.borrow_mut();
        let changed = home.edit(&self.scene, |contents, _| {
            contents.slots += 1;
            if rotate {
                contents.keys.insert(key);
            }
        });
        let uid = home.uid;
        self.scene.trace(|| {
            format!(
                "{uid} new passphrase, rotated: {rotate}, done: {}",
                changed.is_some()
            )
        });
    }
}

fn account(number: u64) -> NewAccount {
    let secret = Secret::from_bytes(number.to_le_bytes().repeat(3)).expect("24 bytes");
    let kind = Kind::Totp {
        algorithm: Algorithm::Sha1,
        digits: 6,
        period: 30,
    };
    NewAccount {
        issuer: format!("Issuer {number}"),
        label: "jane@example.org".to_owned(),
        note: String::new(),
        sites: Vec::new(),
        groups: Vec::new(),
        credential: Credential::new(secret, kind).expect("usual parameters"),
    }
}

/// Mostly none, sometimes seconds, sometimes years.
pub fn some_skew(scene: &Scene) -> i64 {
    let most = match scene.random(|random| random.below(10)) {
        0..=5 => return 0,
        6..=7 => 30_000,
        8 => 2 * DAY,
        _ => 1000 * DAY,
    };
    let skew = i64::try_from(scene.random(|random| random.below(2 * most))).unwrap_or(0);
    skew - i64::try_from(most).unwrap_or(0)
}
