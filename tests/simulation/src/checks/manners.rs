//! How the engine behaves towards servers and people, beyond storing.

use holdfast_backup::engine::Trigger;
use holdfast_backup::name::SnapshotName;

use crate::home::Home;
use crate::scene::Scene;
use crate::server::{Sent, snapshot_of};

/// After a failure, nobody asks again before the pause is over, unless a person pressed a button.
pub fn before_request(scene: &Scene, home: &Home, server: usize) {
    let by_itself = home.trigger.is_some_and(|trigger| trigger != Trigger::Now);
    let now = home.now(scene);
    let until = home.patience.get(&server).copied().unwrap_or(0);
    if by_itself && now + 1000 < until {
        scene.violate(|| {
            let early = until - now;
            format!("(f) {} asks server {server} {early} ms too early", home.uid)
        });
    }
}

/// Every snapshot has a name of its own, for ever. Only the very same request may be sent again,
/// after the folder was made.
pub fn before_put(scene: &Scene, home: &Home, sent: &[Sent], path: &str) {
    if snapshot_of(path).is_none() {
        return;
    }
    let again =
        |sent: &&Sent| sent.path == path && !(sent.by == home.uid && sent.run == scene.runs());
    if sent.iter().any(|sent| again(&sent)) {
        scene.violate(|| format!("(g) {} uses the name {path} again", home.uid));
    }
}

/// Only who may share a tag with somebody takes a new one.
pub fn new_identity(scene: &Scene, home: &Home) {
    if !home.disk.may_share_tag {
        scene.violate(|| format!("(h) {} takes a new identity for nothing", home.uid));
    }
}

/// A refresh token may be spoilt by the worker's death, so it is noted before it is sent.
pub fn before_renewal(scene: &Scene, home: &Home, refresh: &str) {
    let noted = home.disk.documents.iter().any(|(key, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        key.starts_with("oauth/")
            && text.contains(&format!("\"{refresh}\""))
            && !text.contains("\"renewing\":null")
    });
    if !noted {
        scene.violate(|| format!("(l) {} sends a refresh token before noting it", home.uid));
    }
}

/// A refresh token that rotates is used once, unless it is not known whether it was.
pub fn used_twice(scene: &Scene, home: &Home, server: usize) {
    if !home.may_be_signed_out.contains(&server) {
        scene.violate(|| format!("(l) {} uses a refresh token twice", home.uid));
    }
}

/// Nobody has to sign in again without a reason.
pub fn signed_out(scene: &Scene, home: &Home, server: usize) {
    if !home.may_be_signed_out.contains(&server) {
        scene.violate(|| format!("(l) {} is signed out of {server} for nothing", home.uid));
    }
}

/// A merge that removes many accounts needs a person's word for exactly that snapshot.
pub fn agreed(scene: &Scene, home: &Home, name: &SnapshotName) {
    if !home.agreed.contains(name) {
        scene.violate(|| format!("(i) {} was not asked about {name}", home.uid));
    }
}
