//! Running the backup engine: what is due now, and when to wake again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use holdfast_backup::destination::config::{DestinationConfig, Kind};
use holdfast_backup::engine::{Engine, Trigger};

use super::keeper::Keeper;
use super::port::{BrowserEnv, DeviceMemory, Port, turn};
use super::reach::{Browser, Reached};
use super::toolbar;
use crate::browser::alarms;
use crate::browser::clock::now_millis;
use crate::store::{destinations, retention, session};

/// The alarm that wakes the worker when something is due.
const ALARM: &str = "backup";

/// Wakes that are nearer than this are timed within the worker as well: alarms are no finer than
/// half a minute.
const NEAR: u64 = 45_000;

/// The engine, and when it runs.
pub(super) struct Backups {
    pub(super) keeper: Keeper,
    pub(super) engine: Engine<BrowserEnv, DeviceMemory, Port>,
    /// A run is under way.
    pub(super) running: Cell<bool>,
    /// Something happened while the engine ran: run once more.
    again: Cell<Option<Trigger>>,
    timer: RefCell<Option<Timeout>>,
    /// For the timer, which outlives the call that sets it.
    this: RefCell<std::rc::Weak<Backups>>,
}

impl Backups {
    pub(super) fn new(keeper: Keeper) -> Rc<Self> {
        let writer = keeper.writer.clone();
        let engine = Engine::new(
            BrowserEnv,
            DeviceMemory(writer.clone()),
            Port(writer.clone()),
        );
        let backups = Rc::new(Self {
            keeper,
            engine,
            running: Cell::new(false),
            again: Cell::new(None),
            timer: RefCell::new(None),
            this: RefCell::default(),
        });
        *backups.this.borrow_mut() = Rc::downgrade(&backups);
        backups
    }

    /// Does what is due at every destination, then sets the next wake.
    pub(super) async fn run(&self, trigger: Trigger) {
        if self.running.replace(true) {
            let wanted = self.again.take().filter(|again| *again != Trigger::Due);
            self.again.set(Some(wanted.unwrap_or(trigger)));
            return;
        }
        let mut next = Some(trigger);
        while let Some(trigger) = next {
            self.show().await;
            self.run_each(trigger).await;
            next = self.again.take();
        }
        self.running.set(false);
        self.show().await;
    }

    /// The vault has changed: plan the next run, a few seconds from now, so that a burst of edits
    /// becomes one snapshot.
    pub(super) async fn changed(&self) {
        self.show().await;
        let mut wake_at = None;
        for config in self.destinations().await {
            let at = match config.kind() {
                // Only the person can download.
                Kind::Download => continue,
                Kind::BrowserSync => self.engine.keep_at(&config.id()).await,
                _ => self.engine.wake_at(&config.id()).await,
            };
            wake_at = earlier(wake_at, at);
        }
        self.wake_at(wake_at).await;
    }

    /// Draws badge and tooltip from the evidence.
    pub(super) async fn show(&self) {
        toolbar::show(&self.keeper.writer.store).await;
    }

    pub(super) async fn destinations(&self) -> Vec<DestinationConfig> {
        // A store that can't be read shows in the status; there is nothing to run then.
        destinations::load(&self.keeper.writer.store)
            .await
            .unwrap_or_default()
    }

    /// Runs one destination.
    pub(super) async fn run_one(
        &self,
        config: &DestinationConfig,
        trigger: Trigger,
    ) -> Option<u64> {
        let place = Reached::new(&Browser, config)?;
        let id = config.id();
        let _turn = turn(&id).await;
        self.engine.retention.set(retention::load().await);
        let report = if config.is_checkable() {
            self.engine.run(&id, &place, trigger).await
        } else {
            self.engine.keep(&id, &place, trigger).await
        };
        // The status names a browser that can't save before everything else.
        if let Some(saved) = report.saved {
            let _ = session::set_unsaved(session::Written::Journal, !saved).await;
        }
        Some(report.wake_at)
    }

    async fn run_each(&self, trigger: Trigger) {
        let mut wake_at = None;
        for config in self.destinations().await {
            if let Some(at) = self.run_one(&config, trigger).await {
                wake_at = earlier(wake_at, at);
            }
        }
        self.wake_at(wake_at).await;
    }

    /// Sets the alarm, which survives the worker, and for a near time a timer, which is finer.
    async fn wake_at(&self, at: Option<u64>) {
        let Some(at) = at else {
            // Nothing is connected: nothing to wake for. An alarm left over does no harm.
            let _ = alarms::clear(ALARM).await;
            return;
        };
        let now = now_millis();
        // Without the alarm the next event wakes the worker: every start looks for what is due.
        let _ = alarms::set(ALARM, at.max(now + 30_000)).await;
        if at < now + NEAR {
            let this = self.this.borrow().clone();
            let delay = u32::try_from(at.saturating_sub(now)).unwrap_or(0);
            let timer = Timeout::new(delay, move || {
                if let Some(backups) = this.upgrade() {
                    wasm_bindgen_futures::spawn_local(
                        async move { backups.run(Trigger::Due).await },
                    );
                }
            });
            *self.timer.borrow_mut() = Some(timer);
        }
    }
}

fn earlier(one: Option<u64>, other: u64) -> Option<u64> {
    Some(one.map_or(other, |one| one.min(other)))
}
