//! (b) No account is lost, and (c) the newest opened snapshot is never deleted by us.

use std::collections::BTreeSet;

use holdfast_backup::policy::SKEW_DOUBTFUL;
use holdfast_core::account::Deletion;
use holdfast_core::vault::Id;

use crate::home::Home;
use crate::scene::Scene;
use crate::sealed::Contents;
use crate::server::{Server, snapshot_of};
use crate::world::World;

/// The accounts in a profile's list before something happens.
pub struct Holdings {
    ids: BTreeSet<Id>,
    known: BTreeSet<Id>,
    fell_back: Option<u64>,
    unsaved: bool,
}

impl Holdings {
    /// What is there.
    pub fn of(home: &Home) -> Self {
        let list = home.truth.vault.list();
        Self {
            ids: list.iter().map(|(id, _)| *id).collect(),
            known: home.truth.vault.accounts.keys().copied().collect(),
            fell_back: home.disk.fell_back,
            unsaved: home.unsaved,
        }
    }
}

/// A run of the engine takes no account away that nobody has deleted, and brings none back that
/// somebody has deleted who knew all of it.
pub fn nothing_went(scene: &Scene, home: &mut Home, before: &Holdings) {
    let dead = scene.dead();
    for (id, deletion) in dead.iter() {
        let account = home.truth.vault.accounts.get(id);
        let own = account.and_then(|account| account.deletion.as_ref());
        // Two copies of a device count their edits alike, so that what one has seen may look like all
        // of it: the credentials tell.
        let heard = |own: &Deletion| {
            let mut credentials = deletion.credentials.iter();
            own.seen.covers(&deletion.seen) && credentials.all(|id| own.credentials.contains(id))
        };
        if own.is_some_and(heard) {
            home.graves.insert(*id, deletion.clone());
        }
    }
    // An account that was brought back and deleted once more is another death to hear of.
    let mut buried = home
        .graves
        .iter()
        .filter(|(id, heard)| dead.get(*id) == Some(*heard))
        .map(|(id, _)| id);
    if let Some(id) = buried.find(|id| home.truth.vault.get(**id).is_some()) {
        scene.violate(|| format!("(b) {} has {id} again, which was deleted", home.uid));
    }
    if home.disk.fell_back != before.fell_back || before.unsaved {
        return;
    }
    let all = &home.truth.vault.accounts;
    if let Some(id) = before.known.iter().find(|id| !all.contains_key(*id)) {
        scene.violate(|| format!("(b) {} has forgotten that {id} was deleted", home.uid));
    }
    let gone = before.ids.iter().find(|id| {
        let live = home.truth.vault.get(**id).is_some();
        !live && !scene.was_deleted(**id)
    });
    if let Some(id) = gone {
        scene.violate(|| format!("(b) {} has lost {id}", home.uid));
    }
}

/// Whoever deletes a snapshot has sent it, knows what time it is, and there is a newer one of his
/// that is there and opens. What only that one held is in the deleting device's vault.
pub fn before_delete(scene: &Scene, server: &Server, home: &Home, path: &str) {
    let Some(deleted) = snapshot_of(path) else {
        // A probe.
        if path.split('/').nth(1) != Some("probe") {
            scene.violate(|| format!("(c) {} deletes {path}", home.uid));
        }
        return;
    };
    let ours = |path: &str| {
        let by_us = |sent: &&crate::server::Sent| home.lineage.contains(&sent.by);
        server
            .sent
            .iter()
            .filter(|sent| by_us(sent))
            .any(|sent| sent.path == path)
    };
    let sent = |path: &str| server.sent.iter().position(|sent| sent.path == path);
    let newer = server.store.objects.iter().any(|(other, object)| {
        ours(other)
            && snapshot_of(other).is_some_and(|other| other.device == deleted.device)
            && sent(other) > sent(path)
            && object.open(scene).is_some()
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
    let opened = server.store.objects.get(path).and_then(|o| o.open(scene));
    let only_there = opened.and_then(|opened| {
        let list = opened.contents.vault.list();
        let mut ids = list.into_iter().map(|(id, _)| id);
        ids.find(|id| !scene.was_deleted(*id) && home.truth.vault.get(*id).is_none())
    });
    if let Some(id) = only_there {
        scene.violate(|| format!("(b) {} deletes {path} and has no {id}", home.uid));
    }
}

/// What any surviving snapshot on these servers or any living device holds is here too, unless a
/// person deleted it; and no counter is behind.
pub fn nothing_is_missing(world: &World, here: &Contents, whose: &str, servers: &[usize]) {
    let scene = &world.scene;
    let miss = |there: &Contents, where_: &str| {
        for (id, account) in there.vault.list() {
            if scene.was_deleted(id) {
                continue;
            }
            let Some(own) = here.vault.get(id) else {
                scene.violate(|| format!("(b) {whose} misses {id} of {where_}"));
                return;
            };
            let known = |held| own.credentials.contains_key(held) || own.replaced.contains(held);
            if !account.credentials.keys().all(known) {
                scene.violate(|| format!("(b) {whose} misses a credential of {id} of {where_}"));
            }
            let behind = |(id, count): (&Id, &u64)| own.counters.get(id) < Some(count);
            if account.counters.iter().any(behind) {
                scene.violate(|| format!("(b) {whose} is behind in {id} of {where_}"));
            }
        }
    };
    for number in servers {
        let server = &world.servers[*number];
        for (path, object) in &server.borrow().store.objects {
            if let Some(opened) = object.open(scene) {
                miss(&opened.contents, &format!("{path} on server {number}"));
            }
        }
    }
    for device in &world.devices {
        let home = device.handle.home.borrow();
        miss(&home.truth, &format!("device {}", home.uid));
    }
}
