//! (a) "Stored" is true.

use std::rc::Rc;

use holdfast_backup::evidence::{Evidence, Record};
use holdfast_backup::journal::load_evidence;
use holdfast_backup::policy::FRESH_FOR;
use holdfast_backup::status::{State, Status, status};

use crate::executor::drive;
use crate::home::{Handle, Home};
use crate::server::{Outcome, Server, object_path};
use crate::world::{World, document, id};

/// What a device knows about an address of a server.
pub fn evidence_of(handle: &Handle, address: usize) -> Option<Rc<Evidence>> {
    let key = document(address);
    let home = handle.home.borrow();
    let bytes = home.disk.documents.get(&key);
    let is_unsaved = home.unsaved_documents.contains(&key);
    if let (Some(bytes), Some((read, evidence))) = (bytes, home.evidence.borrow().get(&key))
        && bytes == read
        && !is_unsaved
    {
        return Some(Rc::clone(evidence));
    }
    let understood = bytes.cloned().filter(|_| !is_unsaved);
    drop(home);
    let evidence = Rc::new(drive(load_evidence(handle, &id(address)), None)?.ok()?);
    if let Some(bytes) = understood {
        let home = handle.home.borrow();
        let known = (bytes, Rc::clone(&evidence));
        home.evidence.borrow_mut().insert(key, known);
    }
    Some(evidence)
}

/// The status of one destination of one device.
pub fn status_of(world: &World, place: usize, link: usize) -> Option<Status> {
    let device = &world.devices[place];
    let link = &device.links[link];
    let evidence = evidence_of(&device.handle, link.address)?;
    let home = device.handle.home.borrow();
    Some(status(
        &evidence,
        &home.info(),
        link.granted,
        home.now(&world.scene),
    ))
}

/// Whatever has just happened, wherever: who says "stored" is right.
pub fn after_step(world: &World) {
    for device in &world.devices {
        for link in &device.links {
            let Some(evidence) = evidence_of(&device.handle, link.address) else {
                continue;
            };
            let home = device.handle.home.borrow();
            let (info, now) = (home.info(), home.now(&world.scene));
            let status = status(&evidence, &info, link.granted, now);
            let State::Stored { at, .. } = status.state else {
                continue;
            };
            let server = world.servers[link.server].borrow();
            let proof = evidence.stored(&info.tag, info.content, now);
            let good = proof.is_some_and(|record| holds(&server, &home, link.address, record, at));
            if !good || now.saturating_sub(at) > FRESH_FOR {
                let (uid, number) = (home.uid, link.address);
                let what =
                    || format!("(a) {uid} says stored at {at} on server {number}: {proof:?}");
                world.scene.violate(what);
            }
        }
    }
}

/// A reading at that time brought a vault with exactly the present content, and no later one that
/// was taken notice of showed a loss.
fn holds(server: &Server, home: &Home, address: usize, record: &Record, at: u64) -> bool {
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
        .filter(|read| !read.died && read.by == home.uid && read.address == address)
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
