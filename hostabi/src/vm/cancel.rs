//! Stopping an execution from outside.

use selfsame_interp::InterruptHandle;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Stops an execution from another thread, for example at a deadline: the run becomes an internal error, never a
/// result. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct CancelHandle(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    running: Mutex<Option<InterruptHandle>>,
}

impl CancelHandle {
    /// A handle to be given to an execution.
    #[must_use]
    pub fn new() -> Self {
        CancelHandle::default()
    }

    /// Stops the execution, soon; one that has not begun stops at its start.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        if let Some(handle) = &*self.0.running.lock().unwrap_or_else(PoisonError::into_inner) {
            handle.interrupt();
        }
    }

    /// Whether somebody has cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
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
