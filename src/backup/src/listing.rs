//! What a list of a vault's folder tells: own snapshots, those of other devices, copies of this
//! profile, and whether the destination went back in time.

use holdfast_json::map::{Map, Set};

use crate::destination::{Entry, Listing};
use crate::evidence::{Evidence, Fate, Foreign, Seen};
use crate::name::{DeviceTag, SnapshotName, VaultTag};
use crate::vault::{OpenError, VaultInfo};

/// A snapshot in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: SnapshotName,
    /// Its length, where the server tells.
    pub size: Option<u64>,
    /// When it was stored, by the server's clock, in milliseconds.
    pub modified: Option<u64>,
}

/// What a list tells beyond what it adds to the evidence.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// All snapshots of the vault.
    pub listed: Vec<Listed>,
    /// There is a snapshot under our own tag that we never sent: we share the tag with a copy, or
    /// our journal is older than the truth.
    pub shares_identity: bool,
    /// Newest snapshots of other devices that are not listed any more.
    pub missing: Vec<SnapshotName>,
    /// The newest snapshot of ours that was there before a fall back, if it is not listed.
    pub missing_own: Option<SnapshotName>,
}

/// The snapshots of `vault` in a list of its folder. Files of other names are somebody else's.
#[must_use]
pub fn snapshots(vault: &VaultTag, listing: &Listing) -> Vec<Listed> {
    let read = |entry: &Entry| {
        let name = SnapshotName::in_folder(vault, &entry.name)?;
        Some(Listed {
            name,
            size: entry.size,
            modified: entry.modified,
        })
    };
    listing.files.iter().filter_map(read).collect()
}

/// The snapshots of each device that together hold everything of it: the newest, and with it
/// whatever the newest may not have grown from. Installations that share a tag (a copied profile)
/// show by using a sequence twice, or by storing a lower sequence later than a higher one.
#[must_use]
pub fn heads(listed: &[Listed]) -> Map<DeviceTag, Set<SnapshotName>> {
    let mut devices: Map<&DeviceTag, Vec<&Listed>> = Map::new();
    for snapshot in listed {
        devices
            .entry(&snapshot.name.device)
            .or_default()
            .push(snapshot);
    }
    let heads = devices.into_iter().map(|(device, mut all)| {
        all.sort_by(|a, b| b.name.cmp_age(&a.name));
        (device.clone(), heads_of_one(&all))
    });
    heads.collect()
}

fn heads_of_one(newest_first: &[&Listed]) -> Set<SnapshotName> {
    let top = newest_first.first().map(|snapshot| snapshot.name.sequence);
    let twice = newest_first
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a.name.sequence == b.name.sequence => Some(a.name.sequence),
            _ => None,
        })
        .min();
    let mut heads = Set::new();
    let mut earliest = None;
    for snapshot in newest_first {
        let sequence = snapshot.name.sequence;
        let forked = twice.is_some_and(|fork| sequence >= fork);
        // Equal times are usual: some servers have a resolution of a second.
        let late = matches!((snapshot.modified, earliest), (Some(at), Some(before)) if at > before);
        if Some(sequence) == top || forked || late {
            heads.insert(snapshot.name.clone());
        }
        earliest = match (snapshot.modified, earliest) {
            (Some(at), Some(before)) => Some(before.min(at)),
            (at, before) => before.or(at),
        };
    }
    heads
}

/// Takes a list into the evidence.
pub(crate) fn observe(
    evidence: &mut Evidence,
    vault: &VaultInfo,
    listing: &Listing,
    now: u64,
) -> Findings {
    let mut findings = Findings {
        listed: snapshots(&vault.tag, listing),
        ..Findings::default()
    };
    let ours = own_tags(evidence, vault);
    let known: Set<SnapshotName> = evidence
        .records
        .iter()
        .map(|record| &record.name)
        .chain(&evidence.pruned)
        .cloned()
        .collect();
    let unknown = |snapshot: &&Listed| !known.contains(&snapshot.name);
    findings.shares_identity = findings
        .listed
        .iter()
        .filter(unknown)
        .any(|snapshot| snapshot.name.device == vault.device);
    // After a fall back to an older generation, our own earlier snapshots are read like anybody's.
    let since = vault.fell_back.filter(|_| evidence.is_behind(vault));
    let earlier = |snapshot: &Listed| {
        let record = evidence.record(&snapshot.name);
        since.is_some_and(|since| record.is_none_or(|record| record.version < since))
    };
    let foreign: Vec<Listed> = findings
        .listed
        .iter()
        .filter(|snapshot| unknown(snapshot) || earlier(snapshot))
        .cloned()
        .collect();

    // What was merged may have been in the generation that was lost.
    let fell_back = std::mem::replace(&mut evidence.merged_after, vault.fell_back);
    let is_merged_still = fell_back == vault.fell_back;
    let heads = heads(&foreign);
    let mut states = Map::new();
    for Listed { name, .. } in &foreign {
        let is_head = heads
            .get(&name.device)
            .is_some_and(|heads| heads.contains(name));
        // What appears late, below what was seen before, is nobody's ancestor; nor is what a copy
        // of ourselves wrote.
        let seen = evidence.devices.get(&name.device);
        let late = seen.is_some_and(|seen| name.sequence <= seen.name.sequence)
            && !evidence.foreign.contains_key(name);
        let copys = ours.contains(&name.device) && !known.contains(name);
        let fresh = if is_head || late || copys {
            Foreign::Wanted
        } else {
            Foreign::Passed
        };
        let state = match evidence.foreign.get(name) {
            // What was newer is not there any more.
            Some(Foreign::Passed) | None => fresh,
            Some(Foreign::Merged) if !is_merged_still => Foreign::Wanted,
            // What that device stored since has answered the question.
            Some(Foreign::NeedsConsent { .. }) if fresh == Foreign::Passed => Foreign::Passed,
            Some(state) => *state,
        };
        states.insert(name.clone(), state);
    }
    want_older_than_damaged(&mut states);
    evidence.foreign = states;

    for (device, heads) in heads {
        if ours.contains(&device) {
            continue;
        }
        let Some(newest) = heads.into_iter().max_by(SnapshotName::cmp_age) else {
            continue;
        };
        let server_time = foreign
            .iter()
            .find(|listed| listed.name == newest)
            .and_then(|listed| listed.modified);
        let seen = evidence.devices.get(&device);
        if seen.is_none_or(|seen| newest.sequence > seen.name.sequence) {
            let seen = Seen {
                name: newest,
                server_time,
                at: now,
                missing_since: None,
                noted: false,
            };
            evidence.devices.insert(device, seen);
        }
    }
    let listed: Set<&SnapshotName> = findings.listed.iter().map(|l| &l.name).collect();
    // A list may be stale. Until the snapshot itself was asked for, nobody knows.
    for record in &mut evidence.records {
        let is_here = record.name.vault != vault.tag || listed.contains(&record.name);
        record.doubted |= !is_here && record.is_proven();
    }
    for seen in evidence
        .devices
        .iter_mut()
        .map(|(_, seen)| seen)
        .filter(|seen| seen.name.vault == vault.tag)
    {
        if listed.contains(&seen.name) {
            // Should it go missing again, that is news again.
            seen.noted &= seen.missing_since.take().is_none();
        } else if seen.missing_since.is_none() {
            findings.missing.push(seen.name.clone());
        }
    }
    findings.missing_own = before_fall_back(evidence, vault)
        .filter(|name| !listed.contains(name))
        .cloned();
    evidence.listed_at = Some(now);
    findings
}

/// The newest snapshot of ours from before the fall back of which no loss is known.
fn before_fall_back<'a>(evidence: &'a Evidence, vault: &VaultInfo) -> Option<&'a SnapshotName> {
    let since = vault.fell_back.filter(|_| evidence.is_behind(vault))?;
    evidence
        .records
        .iter()
        .filter(|record| record.name.vault == vault.tag && record.fate == Fate::Live)
        .filter(|record| record.read_back_at.is_some() && record.version < since)
        .max_by_key(|record| record.version)
        .map(|record| &record.name)
}

/// Takes note that our own snapshots have been merged after a fall back: of each tag one that
/// opened, or all there are have been tried.
pub(crate) fn reabsorbed(evidence: &mut Evidence, vault: &VaultInfo) {
    if !evidence.is_behind(vault) || !vault.unlocked {
        return;
    }
    // A list without the newest of them may be stale, or it is lost; either shows later.
    if before_fall_back(evidence, vault).is_some_and(|name| !evidence.foreign.contains_key(name)) {
        return;
    }
    let done = own_tags(evidence, vault).iter().all(|tag| {
        let ours = evidence
            .foreign
            .iter()
            .filter(|(name, _)| name.vault == vault.tag && name.device == *tag);
        let has = |wanted: Foreign| ours.clone().any(|(_, state)| *state == wanted);
        // What waits for the person's word, or for a key that only they can bring, is forgotten with
        // the rest, were it over.
        let asks = ours.clone().any(|(_, state)| {
            matches!(
                state,
                Foreign::NeedsConsent { .. }
                    | Foreign::Unopened {
                        why: OpenError::KeyChanged,
                        ..
                    }
            )
        });
        !has(Foreign::Wanted) && !asks && (has(Foreign::Merged) || !has(Foreign::Passed))
    });
    if done {
        evidence.reabsorbed = vault.fell_back;
        forget_the_lost(evidence, vault);
    }
}

/// Forgets the snapshots of former tags that were not there as they should be. What they held may
/// have been in the generation that was lost: should the destination go back in time and show them
/// whole, they are to be read like anybody's.
fn forget_the_lost(evidence: &mut Evidence, vault: &VaultInfo) {
    let former = |name: &SnapshotName| name.vault == vault.tag && name.device != vault.device;
    evidence.pruned.retain(|name| !former(name));
    let records = &mut evidence.records;
    records.retain(|record| record.fate == Fate::Live || !former(&record.name));
}

/// The tag of this installation and those it had before.
fn own_tags(evidence: &Evidence, vault: &VaultInfo) -> Set<DeviceTag> {
    let sent = evidence.records.iter().map(|record| &record.name);
    sent.chain(&evidence.pruned)
        .map(|name| name.device.clone())
        .chain([vault.device.clone()])
        .collect()
}

/// Where a device's newest is damaged, the one before it is the best there is, and so on.
fn want_older_than_damaged(states: &mut Map<SnapshotName, Foreign>) {
    let mut newest_first: Vec<SnapshotName> = states.keys().cloned().collect();
    newest_first.sort_by(|a, b| a.device.cmp(&b.device).then(b.cmp_age(a)));
    let mut before: Option<(DeviceTag, bool)> = None;
    for name in newest_first {
        let Some(state) = states.get_mut(&name) else {
            continue;
        };
        let damaged = matches!(
            state,
            Foreign::Unopened {
                why: OpenError::Damaged,
                ..
            }
        );
        let all_damaged = match &before {
            Some((device, all)) if *device == name.device => *all,
            _ => true,
        };
        if all_damaged && *state == Foreign::Passed {
            *state = Foreign::Wanted;
        }
        before = Some((name.device, all_damaged && damaged));
    }
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
