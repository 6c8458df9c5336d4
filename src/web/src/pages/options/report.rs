//! The diagnosis report: versions, states and causes, for a question or a bug report. No secret,
//! no code, no account name, no address, no tag of a vault or device.

use std::fmt::Write;

use holdfast_backup::status::{State, Status, Warning};

use super::model::Model;
use crate::pages::world::VaultState;

/// The report. It is in English whatever the browser's language: it is made to be passed on.
#[must_use]
pub fn report(model: &Model, version: &str, agent: &str, language: &str, now: u64) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a String can't fail.
        let _ = writeln!(text, "{name}: {value}");
    };
    line("Holdfast", version);
    line("browser", agent);
    line("language", language);
    let Some(world) = &model.world else {
        line("vault", "not read yet");
        return text;
    };
    line(
        "vault",
        match world.vault {
            VaultState::Nothing => "none",
            VaultState::Locked => "locked",
            VaultState::Damaged => "damaged",
            VaultState::Newer => "of a newer version",
            VaultState::Open(_) => "open",
        },
    );
    if let VaultState::Open(vault) = &world.vault {
        let counts = vault.counts();
        line(
            "accounts",
            &format!(
                "{} ({} by counter, {} with a choice to make, {} unreadable, {} can be brought back)",
                counts.accounts,
                counts.counter_based,
                counts.conflicts,
                counts.unreadable,
                counts.restorable
            ),
        );
        line("devices", &vault.devices.len().to_string());
    }
    if let Some(info) = &world.info {
        line("version of the content", &info.version.to_string());
        line(
            "saved in this browser",
            if info.saved { "yes" } else { "no" },
        );
        line("last change", &age(now, info.changed_at));
    }
    let settings = &world.settings;
    line("lock after minutes", &settings.lock_minutes.to_string());
    line(
        "no destination wanted",
        if settings.no_destination { "yes" } else { "no" },
    );
    line(
        "recovery sheet confirmed",
        if world.recovery_confirmed {
            "yes"
        } else {
            "no"
        },
    );
    for (index, place) in world.places.iter().enumerate() {
        let scheme = place
            .label
            .address
            .split("://")
            .next()
            .filter(|scheme| *scheme == "http")
            .map_or("", |_| " (plain http)");
        line(
            &format!("destination {}{scheme}", index + 1),
            &describe(&place.status, now),
        );
    }
    text
}

fn describe(status: &Status, now: u64) -> String {
    let mut text = match status.state {
        State::Stored { at, accounts } => {
            format!("stored, {accounts} accounts, checked {}", age(now, at))
        }
        State::Storing {
            since,
            waits_for_key,
        } => {
            format!(
                "storing since {}{}",
                age(now, since),
                if waits_for_key {
                    ", waits for the key"
                } else {
                    ""
                }
            )
        }
        State::StoredNotCheckedSince { at, .. } => {
            format!("stored, not checked since {}", age(now, at))
        }
        State::NotStored => "not stored".to_owned(),
        State::KeptUncheckable { .. } => "kept, can't be checked".to_owned(),
        State::NoDestinationByChoice => "none by choice".to_owned(),
    };
    let mut add = |part: String| {
        text.push_str("; ");
        text.push_str(&part);
    };
    if status.at_risk.accounts > 0 {
        add(format!("{} accounts only here", status.at_risk.accounts));
    }
    if let Some(last) = status.last_stored {
        add(format!("last stored {}", age(now, last.at)));
    }
    if let Some(trouble) = &status.trouble {
        add(format!(
            "cause {} since {}",
            trouble.cause.code(),
            age(now, trouble.since)
        ));
        if let Some(status) = trouble.status {
            add(format!("HTTP {status}"));
        }
        if let Some(next) = trouble.next_try {
            add(format!("next try in {} s", next.saturating_sub(now) / 1000));
        }
    }
    for warning in &status.warnings {
        add(match warning {
            Warning::Clock { ahead } => format!("server's clock {} s ahead", ahead / 1000),
            Warning::MergeWaitsForKey => "a merge waits for the key".to_owned(),
            Warning::KeyChanged { .. } => "another device's key changed".to_owned(),
            Warning::NewerFormat { .. } => "another device's format is newer".to_owned(),
            Warning::Damaged { .. } => "another device's snapshot is damaged".to_owned(),
            Warning::NeedsConsent { removals, .. } => {
                format!("a merge would remove {removals} accounts")
            }
            Warning::RolledBack { .. } => "rolled back".to_owned(),
        });
    }
    text
}

/// How long ago, in the largest unit that says something.
fn age(now: u64, then: u64) -> String {
    if then > now + 1000 {
        return format!("{} s in the future", (then - now) / 1000);
    }
    match now.saturating_sub(then) / 1000 {
        seconds @ 0..120 => format!("{seconds} s ago"),
        seconds @ 120..7_200 => format!("{} min ago", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h ago", seconds / 3_600),
        seconds => format!("{} days ago", seconds / 86_400),
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
