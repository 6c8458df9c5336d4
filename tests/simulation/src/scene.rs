//! What all parts of the world share: time, chance and the trace.

use std::cell::{Cell, Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use holdfast_backup::digest::Digest;
use holdfast_core::account::Deletion;
use holdfast_core::vault::Id;

use crate::random::Random;
use crate::sealed::Contents;

/// Time, chance and the trace of one run.
#[derive(Clone)]
pub struct Scene(Rc<Inner>);

struct Inner {
    time: Cell<u64>,
    random: RefCell<Random>,
    trace: Option<RefCell<Vec<String>>>,
    violation: RefCell<Option<String>>,
    runs: Cell<u64>,
    remembers: bool,
    calm: Cell<bool>,
    opened: RefCell<HashMap<Digest, Option<Rc<Opened>>>>,
    deleted: RefCell<BTreeSet<Id>>,
    dead: RefCell<BTreeMap<Id, Deletion>>,
}

/// What sealed bytes hold.
pub struct Opened {
    /// All of it.
    pub contents: Contents,
    /// Its digest.
    pub digest: Digest,
}

impl Scene {
    /// Opens sealed bytes as somebody who knows every key. The same bytes are opened once: that is
    /// most of the work in this world.
    pub fn open(&self, bytes: &[u8]) -> Option<Rc<Opened>> {
        let open = || {
            let contents = Contents::open(bytes)?;
            let digest = contents.digest();
            Some(Rc::new(Opened { contents, digest }))
        };
        let mut opened = self.0.opened.borrow_mut();
        opened.entry(Digest::of(bytes)).or_insert_with(open).clone()
    }

    /// Remembers what sealed bytes hold, in most runs: in the others everything is read from the
    /// bytes themselves.
    pub fn remember(&self, bytes: &[u8], opened: &Rc<Opened>) {
        if self.0.remembers {
            let opened = Some(Rc::clone(opened));
            self.0.opened.borrow_mut().insert(Digest::of(bytes), opened);
        }
    }

    /// Begins some day in 2026.
    pub fn new(seed: u64, traced: bool) -> Self {
        Self(Rc::new(Inner {
            time: Cell::new(1_780_000_000_000),
            random: RefCell::new(Random::new(seed)),
            trace: traced.then(RefCell::default),
            violation: RefCell::default(),
            runs: Cell::new(0),
            remembers: !seed.is_multiple_of(4),
            calm: Cell::new(false),
            opened: RefCell::default(),
            deleted: RefCell::default(),
            dead: RefCell::default(),
        }))
    }

    /// The true time, in milliseconds.
    pub fn time(&self) -> u64 {
        self.0.time.get()
    }

    /// Lets time pass.
    pub fn pass(&self, millis: u64) {
        self.0.time.set(self.time() + millis);
    }

    /// Asks chance.
    pub fn random<T>(&self, ask: impl FnOnce(&mut Random) -> T) -> T {
        ask(&mut self.0.random.borrow_mut())
    }

    /// Writes a line into the trace, if there is one.
    pub fn trace(&self, line: impl FnOnce() -> String) {
        if let Some(trace) = &self.0.trace {
            let seconds = self.time() as f64 / 1000.0 - 1_780_000_000.0;
            let day = (seconds / 86_400.0).floor();
            let line = format!(
                "day {day:>4} {:>9.1} s  {}",
                seconds - day * 86_400.0,
                line()
            );
            trace.borrow_mut().push(line);
        }
    }

    /// Remembers the first broken promise.
    pub fn violate(&self, what: impl FnOnce() -> String) {
        let mut violation = self.0.violation.borrow_mut();
        if violation.is_none() {
            let what = what();
            self.trace(|| format!("VIOLATION {what}"));
            *violation = Some(what);
        }
    }

    /// The first broken promise.
    pub fn violation(&self) -> Option<String> {
        self.0.violation.borrow().clone()
    }

    /// A person has deleted that account at some time.
    pub fn was_deleted(&self, id: Id) -> bool {
        self.0.deleted.borrow().contains(&id)
    }

    /// A person deletes an account.
    pub fn note_deletion(&self, id: Id) {
        self.0.deleted.borrow_mut().insert(id);
    }

    /// A person edits an account, or brings it back: from now on it may live.
    pub fn note_edit(&self, id: Id) {
        self.0.dead.borrow_mut().remove(&id);
    }

    /// An account was deleted by somebody who knew of every edit of it that there is: who has heard
    /// of that must not have it again by itself.
    pub fn note_death(&self, id: Id, deletion: Deletion) {
        self.0.dead.borrow_mut().insert(id, deletion);
    }

    /// Accounts that were deleted so and not edited since, with that deletion.
    pub fn dead(&self) -> Ref<'_, BTreeMap<Id, Deletion>> {
        self.0.dead.borrow()
    }

    /// From now on nothing happens by itself.
    pub fn calm_down(&self) {
        self.0.calm.set(true);
    }

    /// Nothing happens by itself any more.
    pub fn is_calm(&self) -> bool {
        self.0.calm.get()
    }

    /// Counts a run of the engine.
    pub fn count_run(&self) {
        self.0.runs.set(self.runs() + 1);
    }

    /// Runs of the engine so far.
    pub fn runs(&self) -> u64 {
        self.0.runs.get()
    }

    /// The lines of the trace.
    pub fn lines(&self) -> Vec<String> {
        self.0
            .trace
            .as_ref()
            .map(|trace| trace.borrow().clone())
            .unwrap_or_default()
    }
}
