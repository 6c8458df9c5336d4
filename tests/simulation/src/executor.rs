//! Runs futures on this thread and drops them at a chosen `await`: what a browser does to a
//! background worker.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// A future of one of several tasks.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Polls `future` to its end, or drops it when it waits for the time number `death` (from 0).
/// Everything in this world is ready at the second poll at the latest, so waiting is polling.
pub fn drive<T>(future: impl Future<Output = T>, death: Option<u32>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    let mut waits = 0;
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return Some(value),
            Poll::Pending if death == Some(waits) => return None,
            Poll::Pending => waits += 1,
        }
    }
}

/// Polls several tasks in the order that `choose` gives (a number below the count of unfinished
/// ones), and drops what is unfinished at the wait number `death`. What did not end is `None`.
pub fn drive_all<T>(
    tasks: Vec<Task<'_, T>>,
    mut choose: impl FnMut(usize) -> usize,
    death: Option<u32>,
) -> Vec<Option<T>> {
    let mut ends: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut running: Vec<(usize, Task<'_, T>)> = tasks.into_iter().enumerate().collect();
    let mut context = Context::from_waker(Waker::noop());
    let mut waits = 0;
    while !running.is_empty() {
        let chosen = choose(running.len());
        let (place, task) = &mut running[chosen];
        match task.as_mut().poll(&mut context) {
            Poll::Ready(value) => {
                ends[*place] = Some(value);
                drop(running.remove(chosen));
            }
            Poll::Pending if death == Some(waits) => break,
            Poll::Pending => waits += 1,
        }
    }
    ends
}

/// Waits once: a place to die at.
pub async fn wait() {
    let mut waited = false;
    std::future::poll_fn(|_| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        Poll::Pending
    })
    .await;
}
