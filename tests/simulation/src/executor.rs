//! Runs one future on this thread and drops it at a chosen `await`: what a browser does to a
//! background worker.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

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
