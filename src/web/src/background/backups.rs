//! Running the backup engine: what is due now, and when to wake again.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::Destination as _;
use holdfast_backup::destination::any::AnyDestination;
use holdfast_backup::destination::config::{DestinationConfig, Kind};
use holdfast_backup::engine::Trigger;
use holdfast_backup::journal::load_evidence;
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::env::BrowserEnv;
use super::queue::{Queue, Wanted};
use super::remote::{Opener, Remote};
use super::remote_cloud::{Clouds, Lean};
use super::runs::{BrowserEngine, run_one};
use super::toolbar;
use crate::browser::alarms;
use crate::browser::clock::now_millis;
use crate::browser::permissions::patterns;
use crate::message::{Answer, Reply};
use crate::store::destinations;
use crate::store::device::DeviceStore;

/// The alarm that wakes the worker when something is due.
const ALARM: &str = "backup";

/// How often the alarm comes again while nobody has set another: the run that it woke has died.
const AGAIN_MINUTES: u32 = 30;

/// Wakes that are nearer than this are timed within the worker as well: alarms are no finer than
/// half a minute.
const NEAR: u64 = 45_000;

/// The engine, and when it runs.
pub(super) struct Backups {
    store: DeviceStore,
    engine: BrowserEngine<Remote>,
    reach: Lean,
    queue: Queue,
    /// Who waits for the end of the run that serves them.
    waiting: RefCell<Vec<Function>>,
    timer: RefCell<Option<Timeout>>,
    /// For the timer, which outlives the call that sets it.
    this: RefCell<std::rc::Weak<Backups>>,
}

impl Backups {
    pub(super) fn new(store: DeviceStore, task: Opener, clouds: Clouds) -> Rc<Self> {
        let vault = Remote {
            store: store.clone(),
            task,
        };
        let backups = Rc::new(Self {
            engine: BrowserEngine::new(BrowserEnv, store.clone(), vault),
            reach: Lean(clouds),
            store,
            queue: Queue::default(),
            waiting: RefCell::default(),
            timer: RefCell::new(None),
            this: RefCell::default(),
        });
        *backups.this.borrow_mut() = Rc::downgrade(&backups);
        backups
    }

    /// Does what is wanted at every destination, then sets the next wake; while a run is under way,
    /// that one does it next.
    pub(super) async fn run(&self, wanted: impl Into<Wanted>) {
        if !self.queue.add(wanted.into()) {
            return;
        }
        while let Some(wanted) = self.queue.next() {
            let served = self.waiting.take();
            self.show().await;
            self.run_each(&wanted).await;
            for done in served {
                let _ = done.call0(&JsValue::UNDEFINED);
            }
        }
        self.show().await;
    }

    /// Tries everything now, whatever pause is on. What became of it is in the evidence.
    ///
    /// It is the remedy of a missing folder too: that is made anew first, and whatever then still
    /// stands in the way is named by the run itself.
    pub(super) async fn back_up_now(&self) -> Answer {
        // What this browser could not save is tried without any destination, too.
        self.engine.save_here().await;
        for config in self.destinations().await {
            let missing = self.is_folder_missing(&config).await;
            let place = AnyDestination::new(&self.reach, &config);
            if let (true, Some(place)) = (missing, place) {
                let _ = place.prepare().await;
            }
        }
        // The run that is under way may have passed what the person means: they wait for theirs.
        let served = Promise::new(&mut |done, _| self.waiting.borrow_mut().push(done));
        self.run(Trigger::Now).await;
        let _ = JsFuture::from(served).await;
        Ok(Reply::Done)
    }

    async fn is_folder_missing(&self, config: &DestinationConfig) -> bool {
        let evidence = load_evidence(&self.store, &config.id()).await;
        evidence.is_ok_and(|evidence| {
            evidence
                .fault
                .is_some_and(|fault| fault.cause == Cause::FolderMissing)
        })
    }

    /// The vault has changed: plan the next run, a few seconds from now, so that a burst of edits
    /// becomes one snapshot.
    pub(super) async fn changed(&self) {
        self.show().await;
        // The alarm that is set stays: nobody knows that nothing is connected.
        let Ok(all) = destinations::load(&self.store).await else {
            return;
        };
        let mut wake_at = None;
        for config in all {
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
        toolbar::show(&self.store).await;
    }

    pub(super) async fn destinations(&self) -> Vec<DestinationConfig> {
        // A store that can't be read shows in the status; there is nothing to run then.
        destinations::load(&self.store).await.unwrap_or_default()
    }

    async fn run_each(&self, wanted: &Wanted) {
        let Ok(all) = destinations::load(&self.store).await else {
            return;
        };
        let mut wake_at = None;
        for config in all {
            let trigger = wanted.trigger(&patterns(&config));
            if let Some(at) =
                run_one(&self.engine, &self.store, &self.reach, &config, trigger).await
            {
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
        let at_least = at.max(now + 30_000);
        let _ = alarms::set_recurring(ALARM, at_least, AGAIN_MINUTES).await;
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
