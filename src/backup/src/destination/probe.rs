//! What a destination can do, found out by doing it once, on connecting.

use serde::{Deserialize, Serialize};

use super::{Answer, Destination, Failure, Hint, Put};
use crate::cause::Cause;
use crate::env::{Env, random};
use crate::name::Tag;

/// What was found out on connecting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// A second put under the same name was refused. Where it isn't, new names alone protect.
    pub refuses_overwrite: bool,
    /// Nothing has refused to delete. Where it is refused, nothing is pruned (and nobody who steals
    /// the credentials can prune either).
    pub deletes: bool,
    /// Lists tell when an object was stored.
    pub dated: bool,
    /// Bytes still free, where the server tells.
    pub available: Option<u64>,
    /// The server's clock at the end, in milliseconds.
    pub server_time: Option<u64>,
}

/// How far a probe came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeStep {
    /// Listing the chosen folder: network, address, sign-in, permission to read.
    List,
    /// Writing a small object: permission to write, space.
    Write,
    /// Reading it back.
    ReadBack,
}

/// A probe that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeFailure {
    /// Where it stopped.
    pub step: ProbeStep,
    /// Why.
    pub failure: Failure,
}

/// The folder of probes: no vault has a tag that short.
pub(crate) const PROBES: &str = "probe";

/// Writes a small object, reads it back, finds it listed, tries to overwrite it and deletes it.
///
/// # Errors
/// Where it stopped and why. Not being able to delete is no error.
pub async fn probe(
    env: &impl Env,
    destination: &impl Destination,
) -> Result<Capabilities, ProbeFailure> {
    let at = |step| move |failure| ProbeFailure { step, failure };
    let chosen = destination.list("").await.map_err(at(ProbeStep::List))?;
    let name = Tag::from_random(random(env));
    let path = format!("{PROBES}/{name}");
    let content = random::<64>(env);
    destination
        .put(&path, &content)
        .await
        .map_err(at(ProbeStep::Write))?;
    let read = read_back(destination, &path)
        .await
        .map_err(at(ProbeStep::ReadBack))?;
    if read.value.as_deref() != Some(content.as_slice()) {
        return Err(at(ProbeStep::ReadBack)(Failure::new(Cause::Damaged)));
    }
    let listing = destination
        .list(PROBES)
        .await
        .map_err(at(ProbeStep::ReadBack))?;
    let entry = listing
        .value
        .files
        .iter()
        .find(|entry| entry.name == name.as_str());
    let Some(entry) = entry else {
        return Err(at(ProbeStep::ReadBack)(Failure::new(Cause::ServerFault)));
    };
    let again = destination
        .put(&path, &content)
        .await
        .map_err(at(ProbeStep::Write))?;
    Ok(Capabilities {
        refuses_overwrite: again.value == Put::AlreadyThere,
        deletes: match destination.delete(&path).await {
            Ok(_) => true,
            Err(failure) => !refuses_deletion(&failure),
        },
        dated: entry.modified.is_some(),
        // The clouds tell it with the chosen folder only.
        available: listing.value.available.or(chosen.value.available),
        server_time: again.server_time,
    })
}

/// Reads what was just put. Some servers look at it first, for a moment (425, RFC 8470, section 5.2).
async fn read_back(
    destination: &impl Destination,
    path: &str,
) -> Result<Answer<Option<Vec<u8>>>, Failure> {
    for _ in 0..TOO_EARLY {
        match destination.get(path).await {
            Err(failure) if failure.status == Some(425) => {}
            read => return read,
        }
    }
    destination.get(path).await
}

/// How often what was just put is asked for, besides the last time.
const TOO_EARLY: usize = 7;

/// Whether a failure says that nothing can be deleted there, now or later: the credentials may not,
/// or the server does not know the method (RFC 9110, sections 15.5.6 and 15.6.2). A lost connection,
/// a fault, or this browser's own permission that is missing says nothing of the kind.
pub(crate) fn refuses_deletion(failure: &Failure) -> bool {
    let refused = matches!(failure.cause, Cause::PermissionMissing | Cause::NotAllowed);
    refused && failure.hint != Some(Hint::GrantInBrowser)
        || matches!(failure.status, Some(405 | 501))
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
