//! What the task that runs the engine has been asked for: while a run is under way, wishes are kept
//! and joined, and the next run serves them all.

use std::cell::{Cell, RefCell};

use holdfast_backup::engine::Trigger;

use crate::browser::permissions::covers;

/// What is wanted of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    trigger: Trigger,
    /// Match patterns whose permission came or went: what they concern is done at once.
    patterns: Vec<String>,
}

impl From<Trigger> for Wanted {
    fn from(trigger: Trigger) -> Self {
        Self {
            trigger,
            patterns: Vec::new(),
        }
    }
}

impl Wanted {
    /// The permission for these patterns came or went. Where none of them is needed, nothing has
    /// changed, least of all that a server has asked to wait.
    pub(super) fn permitted(patterns: Vec<String>) -> Self {
        Self {
            trigger: Trigger::Due,
            patterns,
        }
    }

    /// What it means for a destination that needs these patterns.
    pub(super) fn trigger(&self, needed: &[String]) -> Trigger {
        let concerns = |needed: &String| self.patterns.iter().any(|came| covers(came, needed));
        match needed.iter().any(concerns) {
            true => Trigger::Now,
            false => self.trigger,
        }
    }

    /// Both at once: the stronger one does all that the weaker one would.
    fn and(mut self, other: Self) -> Self {
        if strength(other.trigger) > strength(self.trigger) {
            self.trigger = other.trigger;
        }
        self.patterns.extend(other.patterns);
        self
    }
}

fn strength(trigger: Trigger) -> u8 {
    match trigger {
        Trigger::Due => 0,
        Trigger::Unlocked => 1,
        Trigger::Now => 2,
    }
}

/// The wishes that no run has begun to serve.
#[derive(Default)]
pub(super) struct Queue {
    running: Cell<bool>,
    next: RefCell<Option<Wanted>>,
}

impl Queue {
    /// Adds a wish; `true` if nobody runs yet, and so whoever asks has to.
    pub(super) fn add(&self, wanted: Wanted) -> bool {
        let before = self.next.take();
        let joined = match before {
            Some(before) => before.and(wanted),
            None => wanted,
        };
        self.next.replace(Some(joined));
        !self.running.replace(true)
    }

    /// What to do next; `None` ends the run.
    pub(super) fn next(&self) -> Option<Wanted> {
        let next = self.next.take();
        self.running.set(next.is_some());
        next
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
