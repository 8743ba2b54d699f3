//! Stopping an execution from outside.
#![expect(
    clippy::disallowed_types,
    reason = "a deadline ends a run as an internal error: no result depends on it"
)]

use selfsame_interp::InterruptHandle;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Stops an execution from another thread, for example at a deadline: the run becomes an internal error, never a
/// result. Cheap to clone.
///
/// Code stops within a slice of gas; a request of the contract to the host or to a service that waits is not
/// interrupted, but none is made any more.
#[derive(Clone, Debug, Default)]
pub struct CancelHandle(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    deadline: Option<Instant>,
    running: Mutex<Option<InterruptHandle>>,
}

impl CancelHandle {
    /// A handle to be given to an execution.
    #[must_use]
    pub fn new() -> Self {
        CancelHandle::default()
    }

    /// A handle that counts as cancelled when so much time has gone by: services wait no longer than that, and no
    /// request is made afterwards. Code that asks for nothing goes on until somebody calls [`cancel`](Self::cancel).
    #[must_use]
    pub fn within(time: Duration) -> Self {
        let deadline = Instant::now().checked_add(time);
        CancelHandle(Arc::new(Shared { deadline, ..Shared::default() }))
    }

    /// Stops the execution, soon; one that has not begun stops at its start.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        if let Some(handle) = &*self.0.running.lock().unwrap_or_else(PoisonError::into_inner) {
            handle.interrupt();
        }
    }

    /// Whether somebody has cancelled, or the time is up.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst) || self.time_left().is_some_and(|left| left.is_zero())
    }

    /// What is left of the time, if there is a limit.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        self.0.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The sub-VM that runs now is the one to be interrupted.
    pub(crate) fn running(&self, handle: InterruptHandle) {
        let mut running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_cancelled() {
            handle.interrupt();
        }
        *running = Some(handle);
    }
}
