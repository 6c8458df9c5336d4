//! Finding and fetching snapshots, for a fresh profile and for the history.

use holdfast_json::map::Map;

use crate::destination::{Destination, Failure};
use crate::listing::{Listed, heads, snapshots};
use crate::name::{DeviceTag, SnapshotName, VaultTag};

/// A vault that a destination holds snapshots of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultFound {
    /// Its tag.
    pub tag: VaultTag,
    /// The snapshots of each device, newest first.
    pub devices: Map<DeviceTag, Vec<Listed>>,
}

/// Lists all vaults with all their snapshots. Two vaults in one place are never mixed: the person
/// chooses.
///
/// # Errors
/// Whatever stopped it.
pub async fn restore_list<D: Destination>(destination: &D) -> Result<Vec<VaultFound>, Failure> {
    let mut vaults = Vec::new();
    for folder in destination.list("").await?.value.folders {
        let Ok(tag) = folder.parse::<VaultTag>() else {
            continue;
        };
        let found = list_vault(destination, tag).await?;
        if !found.devices.is_empty() {
            vaults.push(found);
        }
    }
    Ok(vaults)
}

/// Lists one vault's snapshots.
///
/// # Errors
/// Whatever stopped it.
pub async fn list_vault<D: Destination>(
    destination: &D,
    tag: VaultTag,
) -> Result<VaultFound, Failure> {
    let listing = destination.list(tag.as_str()).await?.value;
    let mut devices: Map<DeviceTag, Vec<Listed>> = Map::new();
    for snapshot in snapshots(&tag, &listing) {
        let device = snapshot.name.device.clone();
        devices.entry(device).or_default().push(snapshot);
    }
    for (_, all) in devices.iter_mut() {
        all.sort_by(|a, b| b.name.cmp_age(&a.name));
    }
    Ok(VaultFound { tag, devices })
}

impl VaultFound {
    /// The snapshots whose merge is the whole vault: the newest of every device, and more of a
    /// device whose profile was copied.
    #[must_use]
    pub fn newest_of_all_devices(&self) -> Vec<SnapshotName> {
        let all: Vec<Listed> = self.devices.values().flatten().cloned().collect();
        heads(&all)
            .into_iter()
            .flat_map(|(_, heads)| heads)
            .collect()
    }
}

/// Fetches the newest snapshots of all devices: their merge is the whole vault. Where none of a
/// device's newest opens (a damaged vault was uploaded, or it is cut off), the one before it is
/// the best there is, and so on; so it is where the server lists one and does not give it. What was
/// pruned between listing and fetching is left out; a newer one is there then.
///
/// `opens` tells whether bytes open, with whatever keys the person has given; it may open and keep
/// them as it goes.
///
/// # Errors
/// Whatever stopped it.
pub async fn fetch_newest_of_all_devices<D: Destination>(
    destination: &D,
    tag: &VaultTag,
    opens: impl AsyncFnMut(&SnapshotName, &[u8]) -> bool,
) -> Result<Vec<(SnapshotName, Vec<u8>)>, Failure> {
    let found = list_vault(destination, tag.clone()).await?;
    fetch_newest(destination, &found, opens).await
}

/// The same of a list that was read before.
///
/// # Errors
/// Whatever stopped it.
pub async fn fetch_newest<D: Destination>(
    destination: &D,
    found: &VaultFound,
    mut opens: impl AsyncFnMut(&SnapshotName, &[u8]) -> bool,
) -> Result<Vec<(SnapshotName, Vec<u8>)>, Failure> {
    let heads = found.newest_of_all_devices();
    let mut fetched = Vec::new();
    let (mut given, mut refused) = (false, None);
    for snapshots in found.devices.values() {
        let mut opened = false;
        for Listed { name, .. } in snapshots {
            let is_head = heads.contains(name);
            if opened && !is_head {
                continue;
            }
            let mut bytes = fetch(destination, name).await;
            if matches!(&bytes, Err(failure) if failure.may_be_of_one()) {
                bytes = fetch(destination, name).await;
            }
            let bytes = match bytes {
                // The one before it is better than nothing, and what the others hold much better.
                Err(failure) if failure.may_be_of_one() => {
                    refused.get_or_insert(failure);
                    None
                }
                bytes => bytes?,
            };
            given |= bytes.is_some();
            if let Some(bytes) = bytes
                && opens(name, &bytes).await
            {
                opened = true;
                fetched.push((name.clone(), bytes));
            }
        }
    }
    match refused {
        Some(failure) if !given => Err(failure),
        _ => Ok(fetched),
    }
}

/// Fetches one snapshot; `None` if it is not there.
///
/// # Errors
/// Whatever stopped it.
pub async fn fetch<D: Destination>(
    destination: &D,
    name: &SnapshotName,
) -> Result<Option<Vec<u8>>, Failure> {
    Ok(destination.get(&name.to_string()).await?.value)
}
