//! One deadline for a whole call: name look-up, connections, redirects, headers and body.
#![expect(
    clippy::disallowed_types,
    reason = "services wait on the outside world; no deterministic run comes here"
)]

use std::time::{Duration, Instant};

/// A point in time by which a call has answered or failed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// `timeout` from now, or the run's own deadline if that is sooner.
    pub(super) fn after(timeout: Duration, time_left: Option<Duration>) -> Deadline {
        let wait = time_left.map_or(timeout, |left| left.min(timeout));
        Deadline(Instant::now() + wait)
    }

    /// What is left, or `None` when the time is up.
    pub(super) fn left(self) -> Option<Duration> {
        self.0.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}
