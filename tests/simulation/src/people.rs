//! What people do with the buttons of the settings page.

use holdfast_backup::cause::Cause;
use holdfast_backup::digest::Digest;
use holdfast_backup::rehearsal::Compared;
use holdfast_backup::status::State;
use holdfast_core::vault::Agreement;

use crate::checks::status_of;
use crate::executor::drive;
use crate::world::{World, id};

impl World {
    /// A person rehearses a restore: where the present version is stored, every code agrees.
    pub fn rehearse(&mut self, place: usize) {
        self.scene.count_run();
        let scene = self.scene.clone();
        let device = &self.devices[place];
        let handle = device.handle.clone();
        let Some(link) = device.links.first() else {
            return;
        };
        let server = &self.servers[link.server];
        let destination = link.destination(&handle, server);
        let engine = handle.engine();
        let wrong = self.chance(200);
        let compare = async |bytes: &[u8]| {
            if wrong {
                return Err("wrong passphrase");
            }
            let opened = scene.open(bytes).ok_or("does not open")?;
            let home = handle.home.borrow();
            let (present, now) = (&home.truth.vault, home.now(&scene));
            let agreement = Agreement::between(&opened.contents.vault, present, now);
            let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            Ok(Compared {
                agreed: count(agreement.agreed.len()),
                of: count(agreement.of()),
                keys: Digest::of(b"the same all the time"),
            })
        };
        let id = id(link.address);
        let outcome = drive(engine.rehearse(&id, &destination, compare), None);
        let uid = handle.home.borrow().uid;
        scene.trace(|| format!("{uid} rehearses: {outcome:?}"));
        if let Some(Ok(rehearsed)) = outcome {
            let all = rehearsed.compared.agreed == rehearsed.compared.of;
            if rehearsed.current && !all {
                scene.violate(|| format!("(j) {uid} rehearses its own version: {rehearsed:?}"));
            }
        }
    }

    /// A person walks the chain, looks at the history, switches a destination off and on again, or
    /// connects the same place under another address.
    pub fn press_buttons(&mut self, place: usize) {
        self.scene.count_run();
        let choice = self.below(4);
        let device = &mut self.devices[place];
        let handle = device.handle.clone();
        if choice == 3 {
            let links = std::mem::take(&mut device.links);
            let links = self.with_another_address(links, &handle, 500);
            self.devices[place].links = links;
            return;
        }
        let device = &self.devices[place];
        let Some(link) = device.links.first() else {
            return;
        };
        let (number, server) = (link.address, &self.servers[link.server]);
        let destination = link.destination(&handle, server);
        let engine = handle.engine();
        handle.home.borrow_mut().patience.clear();
        let uid = handle.home.borrow().uid;
        match choice {
            0 => {
                let chain = drive(engine.check_now(&id(number), &destination), None);
                self.scene.trace(|| format!("{uid} checks: {chain:?}"));
            }
            1 => {
                let history = drive(engine.history(&id(number), &destination), None);
                let name = history.and_then(Result::ok).and_then(|history| {
                    let newest = history.entries.first()?;
                    Some(newest.name.clone())
                });
                if let Some(name) = name {
                    let looked = drive(engine.snapshot(&id(number), &destination, &name), None);
                    let told = looked.map(|looked| looked.map(|bytes| bytes.len()));
                    self.scene
                        .trace(|| format!("{uid} looks at {name}: {told:?}"));
                }
            }
            _ => self.switch_off_and_on(place),
        }
    }

    /// The usual advice must be safe: nothing goes, and everything is found again.
    fn switch_off_and_on(&self, place: usize) {
        let device = &self.devices[place];
        let handle = device.handle.clone();
        let Some(link) = device.links.first() else {
            return;
        };
        let (number, server) = (link.address, &self.servers[link.server]);
        let destination = link.destination(&handle, server);
        let engine = handle.engine();
        let before = status_of(self, place, 0).map(|status| status.state);
        let kept = server.borrow().store.objects.len();
        let _ = drive(engine.disconnect(&id(number)), None);
        let uid = handle.home.borrow().uid;
        if server.borrow().store.objects.len() < kept {
            let what = || format!("(k) {uid} disconnects, and something is gone");
            self.scene.violate(what);
        }
        let connected = drive(engine.connect(&id(number), &destination), None);
        let cause = connected.and_then(Result::err).map(|failure| failure.cause);
        self.scene
            .trace(|| format!("{uid} switches server {number} off and on: {cause:?}"));
        let (after, trouble) = status_of(self, place, 0)
            .map(|status| (status.state, status.trouble))
            .unzip();
        let trouble = trouble.flatten().map(|trouble| trouble.cause);
        let was_stored = matches!(before, Some(State::Stored { .. }));
        let stored = matches!(
            after,
            Some(State::Stored { .. } | State::StoredNotCheckedSince { .. })
        );
        if was_stored && !stored && trouble != Some(Cause::CouldNotSaveHere) {
            self.scene
                .violate(|| format!("(k) {uid} reconnects and finds nothing: {after:?}"));
        }
    }
}
