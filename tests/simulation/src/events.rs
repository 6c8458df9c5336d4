//! What happens in the world: edits, time, copies, losses, and what people do.

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_backup::engine::Trigger;
use holdfast_core::account::{Account, Deletion};
use holdfast_core::vault::Id;

use crate::edits;
use crate::home::Handle;
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
            0..=27 => self.edit(place),
            28..=42 => self.run(place, self.some_trigger(), self.some_death()),
            43..=62 => self.let_time_pass(),
            63..=76 => self.trouble_at_a_server(),
            77..=90 => self.trouble_at_a_device(place),
            91..=92 => self.copy(place),
            93 => self.image(place),
            94 => self.restore_into_a_new_device(),
            95 => self.restore_from_history(place),
            96 => self.rehearse(place),
            97 if self.chance(300) => self.lose_while_full(place),
            97 => self.press_buttons(place),
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

    /// A person edits, a few times in a row.
    fn edit(&mut self, place: usize) {
        for _ in 0..1 + self.below(3) {
            let deleted = {
                let mut home = self.devices[place].handle.home.borrow_mut();
                edits::edit(&mut home, &self.scene)
            };
            if let Some(id) = deleted {
                self.bury(place, id);
            }
        }
        let home = self.devices[place].handle.home.borrow();
        let now = home.now(&self.scene);
        drop(home);
        for link in &mut self.devices[place].links {
            link.wake_at = link.wake_at.min(now + 3000);
        }
    }

    /// Notes the death of an account, if its deletion has seen every state of it that there is
    /// anywhere.
    fn bury(&self, place: usize, id: Id) {
        let home = self.devices[place].handle.home.borrow();
        let account = home.truth.vault.accounts.get(&id);
        let deletion = account.and_then(|account| account.deletion.clone());
        if let Some(deletion) = deletion.filter(|deletion| self.is_covered(id, deletion)) {
            self.scene.note_death(id, deletion);
        }
    }

    fn is_covered(&self, id: Id, deletion: &Deletion) -> bool {
        let covers = |account: Option<&Account>| {
            account.is_none_or(|account| {
                let known = |id| deletion.credentials.contains(&id);
                deletion.seen.covers(&account.edits) && account.credential_ids().all(known)
            })
        };
        let opened = |bytes: &[u8]| {
            let opened = self.scene.open(bytes);
            opened.is_none_or(|opened| covers(opened.contents.vault.accounts.get(&id)))
        };
        let devices = self.devices.iter().all(|device| {
            let home = device.handle.home.borrow();
            let image = device.image.as_ref();
            !home.unsaved
                && covers(home.truth.vault.accounts.get(&id))
                && home.disk.generations.iter().all(|generation| {
                    let opened = generation.open(&self.scene);
                    opened.is_none_or(|opened| covers(opened.contents.vault.accounts.get(&id)))
                })
                && image.is_none_or(|home| covers(home.truth.vault.accounts.get(&id)))
        });
        devices
            && self.servers.iter().all(|server| {
                let server = server.borrow();
                let stores = server.past.iter().chain([&server.store]);
                let mut objects = stores.flat_map(|store| store.objects.values());
                objects.all(|object| {
                    let opened = object.open(&self.scene);
                    opened.is_none_or(|opened| covers(opened.contents.vault.accounts.get(&id)))
                }) && server.late.iter().all(|(_, request)| opened(&request.body))
            })
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

    fn copy(&mut self, place: usize) {
        if self.devices.len() >= DEVICES {
            return;
        }
        self.uids += 1;
        let original = &self.devices[place];
        let mut home = original.handle.home.borrow().clone();
        home.forget_memory();
        home.unsaved_documents.clear();
        home.uid = self.uids;
        home.lineage.push(self.uids);
        home.disk.may_share_tag = true;
        home.doubt_sign_ins();
        original.handle.home.borrow_mut().doubt_sign_ins();
        original.handle.home.borrow_mut().disk.may_share_tag = true;
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

    /// An image of the profile is made, or somebody goes back to it.
    fn image(&mut self, place: usize) {
        let device = &mut self.devices[place];
        let Some(image) = device.image.take() else {
            device.image = Some(Box::new(device.handle.home.borrow().clone()));
            return self.trace(place, "is kept as an image");
        };
        self.uids += 1;
        let mut home = *image;
        home.forget_memory();
        home.unsaved_documents.clear();
        home.doubt_sign_ins();
        // Who goes back forgets what it has seen since: it is as good as another profile.
        home.uid = self.uids;
        home.lineage.push(device.handle.home.borrow().uid);
        home.lineage.push(self.uids);
        home.disk.may_share_tag = true;
        home.patience.clear();
        self.scene
            .trace(|| format!("{} is an image of {:?}", home.uid, home.lineage));
        device.handle.home = Rc::new(RefCell::new(home));
    }

    /// A person brings back what a past snapshot holds.
    fn restore_from_history(&mut self, place: usize) {
        let device = &self.devices[place];
        let Some(link) = device.links.first() else {
            return;
        };
        let server = self.servers[link.server].borrow();
        let objects: Vec<_> = server.store.objects.values().collect();
        let some = self.scene.random(|random| random.pick(&objects).copied());
        let opened = some.and_then(|object| object.open(&self.scene));
        let mut home = device.handle.home.borrow_mut();
        if let Some(opened) = opened
            && home.truth.keys.contains(&opened.contents.key())
        {
            edits::restore(&mut home, &self.scene, &opened.contents);
        }
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
