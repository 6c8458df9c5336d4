//! The deliberate faults.

/// A fault.
pub struct Mutant {
    /// Its name.
    pub name: &'static str,
    /// What it does wrong.
    pub fault: &'static str,
    /// Where.
    pub file: &'static str,
    /// The text that it takes the place of.
    pub original: &'static str,
    /// The text instead, in which `FAULT` is true while the fault is switched on.
    pub instead: &'static str,
    /// A second place in the same file: the text, and the text instead.
    pub also: Option<(&'static str, &'static str)>,
}

impl Mutant {
    /// All its places: the text, and the text instead.
    pub fn edits(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [(self.original, self.instead)].into_iter().chain(self.also)
    }
}

const STORE: &str = "src/backup/src/store.rs";
const PRUNE: &str = "src/backup/src/prune.rs";
const PLAN: &str = "src/backup/src/plan.rs";
const RETRY: &str = "src/backup/src/retry.rs";
const ENGINE: &str = "src/backup/src/engine.rs";
const SESSION: &str = "src/backup/src/destination/cloud/session.rs";
const TOKENS: &str = "src/backup/src/destination/cloud/tokens.rs";
const LISTING: &str = "src/backup/src/listing.rs";

/// All of them.
pub const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "skip_the_read_back",
        fault: "what was acknowledged counts as stored",
        file: STORE,
        original: "        let reading = match self.read(journal,",
        instead: "        if FAULT {
            let now = self.env.now_millis();
            run.seen.insert(name.clone());
            if let Some(record) = journal.evidence.record_mut(name) {
                record.read_back_at = Some(now);
                record.opened_at = Some(now);
            }
            return Ok(false);
        }
        let reading = match self.read(journal,",
        also: None,
    },
    Mutant {
        name: "compare_nothing",
        fault: "whatever is read back is taken for what was sent",
        file: STORE,
        original: "Some(bytes) if Digest::of(&bytes) == hash => {",
        instead: "Some(bytes) if FAULT || Digest::of(&bytes) == hash => {",
        also: None,
    },
    Mutant {
        name: "open_nothing",
        fault: "what compares equal is not opened",
        file: STORE,
        original: "        let opened = self.vault.open(bytes).await;",
        instead: "        let opened = self.vault.open(bytes).await;
        let opened = match journal.evidence.record(name) {
            Some(record) if FAULT => Ok(crate::vault::Opened {
                content: record.content,
                accounts: record.accounts,
            }),
            _ => opened,
        };",
        also: None,
    },
    Mutant {
        name: "stored_after_a_loss",
        fault: "a loss that was seen is not remembered",
        file: STORE,
        original: "        record.fate = Fate::Lost { cause, at };\n        if was_there {",
        instead: "        if !FAULT {
            record.fate = Fate::Lost { cause, at };
        }
        if was_there {",
        also: None,
    },
    Mutant {
        name: "trust_no_list",
        fault: "stored goes on until the daily look, although a list shows that it is gone",
        file: LISTING,
        original: "        record.doubted |= !is_here && record.is_proven();",
        instead: "        record.doubted |= !FAULT && !is_here && record.is_proven();",
        also: None,
    },
    Mutant {
        name: "reuse_a_name",
        fault: "every snapshot of a device has the same name",
        file: STORE,
        original: "            sequence: last.unwrap_or(0).saturating_add(1),\n            random,",
        instead:
            "            sequence: if FAULT { 1 } else { last.unwrap_or(0).saturating_add(1) },
            random: if FAULT { 0 } else { random },",
        also: None,
    },
    Mutant {
        name: "act_before_noting",
        fault: "the journal is not saved before a snapshot is sent",
        file: STORE,
        original: "        journal.save(&self.memory).await?;\n\n        let answer = destination.put(",
        instead: "        if !FAULT {
            journal.save(&self.memory).await?;
        }
        let answer = destination.put(",
        also: None,
    },
    Mutant {
        name: "advance_the_stamp_on_failure",
        fault: "a failed attempt moves the time of the last backup",
        file: ENGINE,
        original: "                evidence.fail(now, &failure);",
        instead: "                evidence.fail(now, &failure);
                if let Some(record) = evidence.records.last_mut().filter(|_| FAULT) {
                    record.read_back_at = Some(now);
                }",
        also: None,
    },
    Mutant {
        name: "ignore_retry_after",
        fault: "the pause that a server asks for is ignored",
        file: RETRY,
        original: "failure.retry_after.unwrap_or(0).min(WAIT_LONGEST)",
        instead: "failure.retry_after.unwrap_or(0).min(if FAULT { 0 } else { WAIT_LONGEST })",
        also: None,
    },
    Mutant {
        name: "never_back_off",
        fault: "after a failure it is tried again at once",
        file: RETRY,
        original: "Some(now.saturating_add(pause.max(asked)))",
        instead: "Some(now.saturating_add(if FAULT { asked } else { pause.max(asked) }))",
        also: None,
    },
    Mutant {
        name: "prune_before_verify",
        fault: "old snapshots go before the newest was read back in this run",
        file: PRUNE,
        original: "newest_is_safe && !evidence.is_behind(&info);",
        instead: "FAULT || (newest_is_safe && !evidence.is_behind(&info));",
        also: Some((
            "            proven: record.is_proven()",
            "            proven: FAULT || record.is_proven()",
        )),
    },
    Mutant {
        name: "trust_every_clock",
        fault: "something is pruned while the clock is doubtful",
        file: PRUNE,
        original: "        .is_some_and(|skew| skew.ahead.unsigned_abs() <= SKEW_DOUBTFUL)",
        instead: "        .is_some_and(|skew| FAULT || skew.ahead.unsigned_abs() <= SKEW_DOUBTFUL)",
        also: None,
    },
    Mutant {
        name: "forget_the_pruned",
        fault: "pruned snapshots that show again are taken for a copy's",
        file: PRUNE,
        original: "    evidence.pruned.push(name.clone());",
        instead: "    if !FAULT {
        evidence.pruned.push(name.clone());
    }",
        also: None,
    },
    Mutant {
        name: "upload_every_time",
        fault: "the same content is sent again and again",
        file: PLAN,
        original: "            newest.is_none() && (trigger",
        instead: "            (FAULT || newest.is_none()) && (trigger",
        also: None,
    },
    Mutant {
        name: "never_look_again",
        fault: "what was stored once is not looked at daily",
        file: PLAN,
        original: "                || is_past(record.read_back_at, CHECK_EVERY, now)",
        instead: "                || (!FAULT && is_past(record.read_back_at, CHECK_EVERY, now))",
        also: None,
    },
    Mutant {
        name: "pass_over_forks",
        fault: "of two profiles that share a tag only one is merged",
        file: LISTING,
        original: "        if Some(sequence) == top || forked || late {",
        instead: "        if Some(sequence) == top && (!FAULT || heads.is_empty()) || !FAULT && (forked || late) {",
        also: None,
    },
    Mutant {
        name: "know_no_other_address",
        fault: "what was put by way of another address is taken for a copy's",
        file: "src/backup/src/siblings.rs",
        original: "        let others = journal.others(&self.memory).await?;
        let evidence = &mut journal.evidence;",
        instead: "        let others = match FAULT {
            true => Vec::new(),
            false => journal.others(&self.memory).await?,
        };
        let evidence = &mut journal.evidence;",
        also: None,
    },
    Mutant {
        name: "merge_without_asking",
        fault: "a merge that removes many accounts does not ask",
        file: "src/backup/src/pull.rs",
        original: "self.merge_one(journal, destination, &name, Removals::Ask)",
        instead: "{
                let all = Removals::Remove { most: u32::MAX };
                self.merge_one(journal, destination, &name, if FAULT { all } else { Removals::Ask })
            }",
        also: None,
    },
    Mutant {
        name: "forget_the_fall_back",
        fault: "after a damage, what our own snapshots hold is not merged",
        file: "src/backup/src/evidence.rs",
        original: "        vault.fell_back.is_some() && vault.fell_back != self.reabsorbed",
        instead: "        !FAULT && vault.fell_back.is_some() && vault.fell_back != self.reabsorbed",
        also: None,
    },
    Mutant {
        name: "stored_for_ever",
        fault: "stored is said however long ago it was seen",
        file: "src/backup/src/status.rs",
        original: "is_recent(at, FRESH_FOR, now) => {",
        instead: "(FAULT || is_recent(at, FRESH_FOR, now)) => {",
        also: None,
    },
    Mutant {
        name: "forget_what_could_not_be_saved",
        fault: "once there is room again, what was seen before counts as if it had been saved",
        file: "src/backup/src/journal.rs",
        original: "        if memory.is_unsaved(&key).await {
            evidence.doubt();
        }
        Ok(Self {",
        instead: "        if memory.is_unsaved(&key).await {
            evidence.doubt();
            if FAULT {
                evidence.records.iter_mut().for_each(|record| record.doubted = false);
            }
        }
        Ok(Self {",
        also: None,
    },
    Mutant {
        name: "stored_in_doubt",
        fault: "stored is said of what was not looked at since something could not be saved",
        file: "src/backup/src/status.rs",
        original: "        Some((at, accounts)) if !is_doubted && ",
        instead: "        Some((at, accounts)) if (FAULT || !is_doubted) && ",
        also: None,
    },
    Mutant {
        name: "renew_without_noting",
        fault: "a refresh token is sent before it is written down that it is",
        file: SESSION,
        original: "                tokens.save(&self.port, &self.id).await?;
                let (server, client)",
        instead: "                if !FAULT {
                    tokens.save(&self.port, &self.id).await?;
                }
                let (server, client)",
        also: None,
    },
    Mutant {
        name: "renew_twice_at_once",
        fault: "two tasks renew at the same time, with the same refresh token",
        file: SESSION,
        original: "        let _turn = self.port.turn(&format!(\"oauth/{}\", self.id)).await;",
        instead: "        let _turn = match FAULT {
            true => None,
            false => Some(self.port.turn(&format!(\"oauth/{}\", self.id)).await),
        };",
        also: None,
    },
    Mutant {
        name: "keep_the_old_refresh_token",
        fault: "a refresh token that was rotated is not replaced",
        file: TOKENS,
        original: "        self.refresh = grant.refresh.or(self.refresh.take());",
        instead: "        self.refresh = match self.refresh.take() {
            Some(old) if FAULT => Some(old),
            old => grant.refresh.or(old),
        };",
        also: None,
    },
    Mutant {
        name: "forget_the_refresh_token",
        fault: "a refresh token that is not repeated in the answer is thrown away",
        file: TOKENS,
        original: "        self.since = now;",
        instead: "        self.since = now;
        if FAULT {
            self.refresh = None;
        }",
        also: None,
    },
    Mutant {
        name: "never_renew",
        fault: "an access token that is refused ends the sign-in",
        file: SESSION,
        original: "        if response.status != 401 {",
        instead: "        if FAULT || response.status != 401 {",
        also: None,
    },
    Mutant {
        name: "last_writer_wins",
        fault: "the account that was edited last replaces the other",
        file: "src/core/src/vault/merge.rs",
        original: "        self.issuer.merge(&other.issuer);\n        self.label",
        instead: "        if FAULT {
            let last = |account: &Self| account.edits.entries().values().copied().max();
            if last(other) > last(self) {
                self.clone_from(other);
            }
            return;
        }
        self.issuer.merge(&other.issuer);
        self.label",
        also: None,
    },
    Mutant {
        name: "keep_one_credential",
        fault: "of two concurrent credentials one is dropped",
        file: "src/core/src/vault/merge.rs",
        original: "        join_maps(&mut self.credentials, &other.credentials, merge_credential);",
        instead: "        join_maps(&mut self.credentials, &other.credentials, merge_credential);
        while FAULT && self.credentials.len() > 1 {
            let first = self.credentials.keys().next().copied();
            first.map(|id| self.credentials.remove(&id));
        }",
        also: None,
    },
    Mutant {
        name: "count_backwards",
        fault: "merging takes the lower of two counters",
        file: "src/core/src/vault/merge.rs",
        original: "            *own = (*own).max(*other);",
        instead: "            *own = if FAULT { (*own).min(*other) } else { (*own).max(*other) };",
        also: None,
    },
    Mutant {
        name: "collect_tombstones",
        fault: "after 90 days it is forgotten that an account was deleted",
        file: "src/core/src/vault/purge.rs",
        original: "            *account = tombstone;\n        }",
        instead: "            *account = tombstone;
        }
        if FAULT {
            self.accounts.retain(|_, account| !account.is_purged());
        }",
        also: None,
    },
    Mutant {
        name: "vouching_is_content",
        fault: "what is known of other devices' snapshots counts as a change",
        file: "src/core/src/vault/payload.rs",
        original: "        Json::Object(self.content()).write_to(|bytes| hash.update(bytes));\n        hash.finalize().into()\n    }\n\n    fn content",
        instead: "        let mut content = self.content();
        if FAULT {
            put_unless_empty(&mut content, \"seen\", &self.seen);
        }
        Json::Object(content).write_to(|bytes| hash.update(bytes));
        hash.finalize().into()
    }

    fn content",
        also: None,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_fault_has_its_one_place_in_the_sources() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut names = BTreeSet::new();
        for mutant in MUTANTS {
            let text = std::fs::read_to_string(root.join(mutant.file)).expect("a source");
            for (original, instead) in mutant.edits() {
                assert_eq!(text.matches(original).count(), 1, "{}", mutant.name);
                assert!(instead.contains("FAULT"), "{}", mutant.name);
            }
            assert!(names.insert(mutant.name), "{} twice", mutant.name);
        }
    }
}
