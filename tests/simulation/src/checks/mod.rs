//! The promises, held against what really happened.

use holdfast_backup::evidence::Record;
use holdfast_backup::journal::load_evidence;
use holdfast_backup::name::SnapshotName;
use holdfast_backup::policy::{FRESH_FOR, SKEW_DOUBTFUL};
use holdfast_backup::status::{State, Status, status};

use crate::executor::drive;
use crate::home::Home;
use crate::scene::Scene;
use crate::sealed::Contents;
use crate::server::{Outcome, Server, object_path};
use crate::world::{World, id};

/// The status of one destination of one device.
pub fn status_of(world: &World, place: usize, link: usize) -> Option<Status> {
    let device = &world.devices[place];
    let link = &device.links[link];
    let evidence = drive(load_evidence(&device.handle, &id(link.server)), None)?.ok()?;
    let home = device.handle.home.borrow();
    Some(status(
        &evidence,
        &home.info(),
        link.granted,
        home.now(&world.scene),
    ))
}

/// After a run of the engine on one device: "stored" is true, and nothing was lost here.
pub fn after_run(world: &World, place: usize) {
    let device = &world.devices[place];
    let home = device.handle.home.borrow();
    for link in &device.links {
        let loaded = drive(load_evidence(&device.handle, &id(link.server)), None);
        let Some(Ok(evidence)) = loaded else { continue };
        let info = home.info();
        let now = home.now(&world.scene);
        let status = status(&evidence, &info, link.granted, now);
        let State::Stored { at, .. } = status.state else {
            continue;
        };
        let server = world.servers[link.server].borrow();
        let proof = evidence.stored(&info.tag, info.content, now);
        let good = proof.is_some_and(|record| holds(&server, &home, record, at));
        if !good || now.saturating_sub(at) > FRESH_FOR {
            world.scene.violate(|| {
                format!(
                    "(a) {} says stored at {at} on server {}: {proof:?}",
                    home.uid, link.server
                )
            });
        }
    }
}

/// A reading at that time brought a vault with exactly the present content, and no later one that
/// was taken notice of showed a loss.
fn holds(server: &Server, home: &Home, record: &Record, at: u64) -> bool {
    let content = home.digest;
    let path = object_path(&record.name.to_string());
    let mut readings = server
        .reads
        .iter()
        .filter(|read| home.lineage.contains(&read.by) && read.path == path);
    let found = readings
        .by_ref()
        .any(|read| read.asked_at == at && read.outcome == Outcome::Opens(content));
    let mut later = readings
        .filter(|read| !read.died && read.by == home.uid)
        .peekable();
    let mut lost = false;
    while let Some(read) = later.next() {
        lost |= read.outcome == Outcome::Absent;
        let twice = later
            .peek()
            .is_some_and(|next| next.outcome == Outcome::Altered);
        lost |= read.outcome == Outcome::Altered && twice;
    }
    found && !lost
}

/// A snapshot is deleted only by who wrote it, only while the clock is sure, and only when a newer
/// one of the same writer is there and opens.
pub fn before_delete(scene: &Scene, server: &Server, home: &Home, path: &str) {
    let name = |path: &str| {
        let (_, name) = path.split_once('/')?;
        name.parse::<SnapshotName>().ok()
    };
    let Some(deleted) = name(path) else {
        return scene.violate(|| format!("(c) {} deletes {path}", home.uid));
    };
    let ours = |path: &str| {
        server
            .sent
            .iter()
            .any(|(sent, by)| sent == path && home.lineage.contains(by))
    };
    let sent = |path: &str| server.sent.iter().position(|(sent, _)| sent == path);
    let newer = server.store.objects.iter().any(|(other, object)| {
        ours(other)
            && name(other).is_some_and(|other| other.device == deleted.device)
            && sent(other) > sent(path)
            && scene.open(&object.bytes).is_some()
    });
    let skew = server.now(scene).abs_diff(home.now(scene));
    if !ours(path) || !newer || skew > SKEW_DOUBTFUL + 5000 {
        scene.violate(|| {
            format!(
                "(c) {} deletes {path}: ours {}, newer {newer}, skew {skew}",
                home.uid,
                ours(path)
            )
        });
    }
}

/// What any surviving snapshot on these servers or any living device holds is here too, unless a
/// person deleted it.
pub fn nothing_is_missing(world: &World, here: &Contents, whose: &str, servers: &[usize]) {
    let miss = |there: &Contents, where_: &str| {
        for (id, account) in there.vault.list() {
            if world.deleted.contains(&id) {
                continue;
            }
            let Some(own) = here.vault.get(id) else {
                world
                    .scene
                    .violate(|| format!("(b) {whose} misses {id} of {where_}"));
                return;
            };
            let known = |held| own.credentials.contains_key(held) || own.replaced.contains(held);
            if !account.credentials.keys().all(known) {
                world
                    .scene
                    .violate(|| format!("(b) {whose} misses a credential of {id} of {where_}"));
            }
        }
    };
    for number in servers {
        let server = &world.servers[*number];
        for (path, object) in &server.borrow().store.objects {
            if let Some(opened) = world.scene.open(&object.bytes) {
                miss(&opened.contents, &format!("{path} on server {number}"));
            }
        }
    }
    for device in &world.devices {
        let home = device.handle.home.borrow();
        miss(&home.truth, &format!("device {}", home.uid));
    }
}
