//! What time is: the processor time of this thread, which other processes on the machine do not lengthen, or the
//! time of the wall, where several threads work.

use cpu_time::ThreadTime;
use std::time::{Duration, Instant};

/// Processor time of this thread that `work` takes, and what it gives.
pub fn of_thread<R>(work: impl FnOnce() -> R) -> (Duration, R) {
    let start = ThreadTime::now();
    let result = work();
    (start.elapsed(), result)
}

/// The least processor time of some runs, in seconds: what disturbs a run only ever adds to it.
///
/// # Errors
/// The first of a run.
pub fn least<R, E>(times: u32, mut work: impl FnMut() -> Result<R, E>) -> Result<f64, E> {
    let mut least = Duration::MAX;
    for _ in 0..times {
        let (taken, result) = of_thread(&mut work);
        result?;
        least = least.min(taken);
    }
    Ok(least.as_secs_f64())
}

/// Time on the wall.
pub fn of_wall<R>(work: impl FnOnce() -> R) -> (Duration, R) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}
