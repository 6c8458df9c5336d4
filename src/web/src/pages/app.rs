//! What drives a page: a message is taken into the model, the page is drawn, effects are run.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use web_sys::{Event, EventTarget};

use super::dom;
use crate::browser::clock::now_millis;

/// A page: its model, its messages, and how it is drawn.
pub trait Page: 'static {
    /// What it knows.
    type Model: Default;
    /// What can happen.
    type Msg;
    /// What it asks of the browser.
    type Effect;

    /// Takes a message into the model.
    fn update(model: &mut Self::Model, msg: Self::Msg, now: u64) -> Vec<Self::Effect>;

    /// Makes the document show the model.
    fn draw(&mut self, model: &Self::Model, app: &App<Self>)
    where
        Self: Sized;

    /// Runs an effect.
    fn run(effect: Self::Effect, app: &App<Self>)
    where
        Self: Sized;
}

/// A running page.
pub struct App<P: Page>(Rc<Inner<P>>);

struct Inner<P: Page> {
    model: RefCell<P::Model>,
    page: RefCell<P>,
    listeners: RefCell<Vec<EventListener>>,
    /// Counts readings of storage, so that one that was overtaken is dropped.
    reading: Cell<u32>,
    /// When something rare was last done, in milliseconds since the Unix epoch.
    done_at: Cell<u64>,
}

impl<P: Page> Clone for App<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: Page> App<P> {
    /// Starts a page.
    pub fn new(page: P) -> Self {
        Self(Rc::new(Inner {
            model: RefCell::default(),
            page: RefCell::new(page),
            listeners: RefCell::default(),
            reading: Cell::default(),
            done_at: Cell::default(),
        }))
    }

    /// Something happened. Effects run at once, inside the event that caused them: some of what
    /// they do is allowed in a click only.
    pub fn dispatch(&self, msg: P::Msg) {
        let effects = P::update(&mut self.0.model.borrow_mut(), msg, now_millis());
        self.redraw();
        for effect in effects {
            P::run(effect, self);
        }
    }

    /// Draws again, as time has passed.
    #[inline(never)]
    pub fn redraw(&self) {
        self.0.page.borrow_mut().draw(&self.0.model.borrow(), self);
    }

    /// Looks at the model.
    pub fn look<T>(&self, at: impl FnOnce(&P::Model) -> T) -> T {
        at(&self.0.model.borrow())
    }

    /// Works on the page itself.
    pub fn with_page<T>(&self, work: impl FnOnce(&mut P, &P::Model) -> T) -> T {
        work(&mut self.0.page.borrow_mut(), &self.0.model.borrow())
    }

    /// Listens on the whole document for as long as the page lives.
    pub fn on(&self, event: &'static str, handle: impl Fn(&App<P>, &Event) + 'static) {
        self.listen(&dom::document(), event, handle);
    }

    /// Listens on the window for as long as the page lives.
    pub fn on_window(&self, event: &'static str, handle: impl Fn(&App<P>, &Event) + 'static) {
        self.listen(&dom::window(), event, handle);
    }

    fn listen(
        &self,
        target: &EventTarget,
        event: &'static str,
        handle: impl Fn(&App<P>, &Event) + 'static,
    ) {
        let app = Rc::downgrade(&self.0);
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(target, event, options, move |event| {
            if let Some(inner) = app.upgrade() {
                handle(&Self(inner), event);
            }
        });
        self.0.listeners.borrow_mut().push(listener);
    }

    /// Dispatches a message after a while.
    pub fn after(&self, millis: u32, msg: P::Msg)
    where
        P::Msg: 'static,
    {
        let app = self.clone();
        // The timer lives on its own: the message says whether it still means anything.
        Timeout::new(millis, move || app.dispatch(msg)).forget();
    }

    /// The same, and not while the element has the focus: it would take that with it.
    pub fn after_focus(&self, millis: u32, id: &'static str, msg: P::Msg)
    where
        P::Msg: 'static,
    {
        let app = self.clone();
        let done = move || match dom::has_focus(id) {
            true => app.after_focus(millis, id, msg),
            false => app.dispatch(msg),
        };
        Timeout::new(millis, done).forget();
    }

    /// Whether something that is to be done once in `millis` is due; if so it counts as done.
    #[must_use]
    pub fn is_due(&self, millis: u64) -> bool {
        let now = now_millis();
        let due = now >= self.0.done_at.get().saturating_add(millis);
        if due {
            self.0.done_at.set(now);
        }
        due
    }

    /// Takes a number for a reading of storage.
    #[must_use]
    pub fn begin_reading(&self) -> u32 {
        let number = self.0.reading.get().wrapping_add(1);
        self.0.reading.set(number);
        number
    }

    /// Whether no later reading has begun.
    #[must_use]
    pub fn is_newest_reading(&self, number: u32) -> bool {
        self.0.reading.get() == number
    }
}
