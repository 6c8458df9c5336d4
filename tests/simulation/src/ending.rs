//! The end of every run: the faults stop, a person presses what is offered, and then everything
//! must be stored, everywhere the same, and silent.

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_backup::cause::{Cause, Remedy};
use holdfast_backup::engine::Trigger;
use holdfast_backup::status::{State, Status, Warning};

use crate::checks::{after_step, evidence_of, nothing_is_missing, status_of};
use crate::server::{Server, object_path};
use crate::world::{Device, World};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// Lets the faults stop and waits for peace.
pub fn end(world: &mut World) {
    world.scene.trace(|| "the faults stop".to_owned());
    world.scene.calm_down();
    for server in &world.servers {
        let mut server = server.borrow_mut();
        server.faults = 0;
        server.unreachable = false;
        server.setup.clock = 0;
    }
    // What is still on its way arrives within three days.
    world.scene.pass(72 * HOUR);
    for server in &world.servers {
        server.borrow_mut().deliver_late(&world.scene);
    }
    let (mut rounds, mut calm) = (0, 0);
    while calm < 3 {
        rounds += 1;
        if rounds > 80 {
            let states: Vec<_> = (0..world.devices.len())
                .flat_map(|place| states(world, place))
                .collect();
            let keys = |device: &Device| device.handle.home.borrow().truth.keys.clone();
            let keys: Vec<_> = world.devices.iter().map(keys).collect();
            return world
                .scene
                .violate(|| format!("(d, e) no peace: keys {keys:?}, {states:?}"));
        }
        // Once all is well, everybody looks once a day, and nobody may upload anything.
        let before = puts(world);
        let pause = match settled(world) {
            true => 25 * HOUR,
            false => 10 * MINUTE + world.scene.random(|random| random.below(3 * HOUR)),
        };
        round(world, pause);
        after_step(world);
        if world.scene.violation().is_some() {
            return;
        }
        calm = if settled(world) && puts(world) == before {
            calm + 1
        } else {
            0
        };
    }
    for device in &world.devices {
        let home = device.handle.home.borrow();
        let servers: Vec<usize> = device.links.iter().map(|link| link.server).collect();
        let whose = format!("device {}", home.uid);
        nothing_is_missing(world, &home.truth, &whose, &servers);
    }
    let in_use = |server| {
        let mut links = world.devices.iter().flat_map(|device| &device.links);
        links.any(|link| link.server == server)
    };
    for server in (0..world.servers.len()).filter(|server| in_use(*server)) {
        if let Some(restored) = world.restore(server) {
            let whose = format!("a restore from server {server}");
            nothing_is_missing(world, &restored, &whose, &[server]);
        }
    }
}

/// Everybody runs after a pause, and everything that is offered is pressed.
fn round(world: &mut World, pause: u64) {
    world.scene.pass(pause);
    for place in 0..world.devices.len() {
        let locked = !world.devices[place].handle.home.borrow().unlocked;
        world.run(place, Trigger::Due, None);
        for link in 0..world.devices[place].links.len() {
            if let Some(status) = status_of(world, place, link) {
                press(world, place, link, &status);
            }
        }
        if locked && world.devices[place].handle.home.borrow().unlocked {
            world.run(place, Trigger::Unlocked, None);
        }
    }
}

/// The person does what the status offers, and nothing else.
fn press(world: &mut World, place: usize, link: usize, status: &Status) {
    let device = &mut world.devices[place];
    let handle = device.handle.clone();
    let link = &mut device.links[link];
    let server = world.servers[link.server].clone();
    let uid = handle.home.borrow().uid;
    if let State::Storing {
        waits_for_key: true,
        ..
    } = status.state
    {
        world
            .scene
            .trace(|| format!("{uid} is unlocked by its person"));
        handle.home.borrow_mut().unlocked = true;
    }
    for warning in &status.warnings {
        world.scene.trace(|| format!("{uid} warns: {warning:?}"));
        match warning {
            Warning::Clock { .. } => handle.home.borrow_mut().set_clock(0),
            Warning::MergeWaitsForKey => handle.home.borrow_mut().unlocked = true,
            Warning::NeedsConsent { name, removals } => {
                handle.home.borrow_mut().unlocked = true;
                link.agree(&handle, &server, (name, *removals));
            }
            Warning::KeyChanged { .. } => {
                // The person unlocks, and types the passphrase of each snapshot that this device
                // can't open.
                handle.home.borrow_mut().unlocked = true;
                let Some(evidence) = evidence_of(&handle, link.address) else {
                    continue;
                };
                for name in evidence.foreign.keys() {
                    let path = object_path(&name.to_string());
                    let object = server.borrow().store.objects.get(&path).cloned();
                    if let Some(opened) = object.and_then(|object| object.open(&world.scene)) {
                        handle.learn_keys(&opened.contents.keys);
                    }
                }
            }
            Warning::RolledBack { .. } => link.take_note(&handle),
            Warning::NewerFormat { .. } | Warning::Damaged { .. } => {}
        }
    }
    let Some(trouble) = status.trouble else {
        return;
    };
    world.scene.trace(|| format!("{uid} offers: {trouble:?}"));
    match trouble.remedy {
        Remedy::SignIn | Remedy::SignInOther => link.sign_in(&handle, &server),
        Remedy::GrantPermission => link.granted = true,
        Remedy::CreateFolder => {
            // The button says what is in its way, and that has its remedy.
            match link.make_folder(&handle, &server) {
                Some(Cause::PermissionMissing) => server.borrow_mut().setup.read_only = false,
                Some(Cause::SignedOut) => link.sign_in(&handle, &server),
                _ => {}
            }
        }
        Remedy::FreeSpace => server.borrow_mut().setup.full = false,
        Remedy::FreeSpaceHere => handle.home.borrow_mut().disk.full = false,
        Remedy::AskAdministrator => server.borrow_mut().setup.read_only = false,
        Remedy::CorrectClock => handle.home.borrow_mut().set_clock(0),
        Remedy::Unlock | Remedy::EnterPassphrase => handle.home.borrow_mut().unlocked = true,
        // It repairs itself, or there is nothing to do in this world.
        Remedy::Automatic | Remedy::ChooseDestination | Remedy::CheckAddress | Remedy::Update => {}
    }
}

/// Everybody says "stored", nothing stands in the way of the next change, and all hold the same.
fn settled(world: &World) -> bool {
    let asks = |warning: &Warning| {
        use Warning::{KeyChanged, MergeWaitsForKey, NeedsConsent, RolledBack};
        matches!(
            warning,
            KeyChanged { .. } | MergeWaitsForKey | NeedsConsent { .. } | RolledBack { .. }
        )
    };
    let good = |status: Status| {
        let stored = matches!(status.state, State::Stored { .. });
        stored && status.trouble.is_none() && !status.warnings.iter().any(asks)
    };
    let stored = (0..world.devices.len())
        .flat_map(|place| states(world, place))
        .all(|status| status.is_some_and(good));
    stored && same(world)
}

fn states(world: &World, place: usize) -> Vec<Option<Status>> {
    let links = 0..world.devices[place].links.len();
    links.map(|link| status_of(world, place, link)).collect()
}

/// The lists are the same, and so are the keys. Not every byte: a deleted account's content goes
/// after 90 days, by each computer's own clock.
fn same(world: &World) -> bool {
    let held = |place: usize| {
        let home = world.devices[place].handle.home.borrow();
        (
            home.truth.vault.account_hashes(),
            home.truth.keys.clone(),
            home.truth.slots,
        )
    };
    (1..world.devices.len()).all(|place| held(place) == held(0))
}

fn puts(world: &World) -> usize {
    let sent = |server: &Rc<RefCell<Server>>| server.borrow().sent.len();
    world.servers.iter().map(sent).sum()
}
