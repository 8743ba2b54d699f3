//! A sign of life on the terminal while a run is long.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a run goes on before it is called long.
const PATIENCE: Duration = Duration::from_secs(1);

/// A spinner that shows after a second, if standard error is a terminal, until it is ended or its last
/// clone is dropped.
#[derive(Clone)]
pub struct Progress(Arc<Mutex<Option<Spinner>>>);

impl Progress {
    /// Starts to wait. `what` has nothing in it that could steer a terminal.
    pub fn start(what: &str) -> Self {
        let spinner = io::stderr().is_terminal().then(|| Spinner::start(what));
        Progress(Arc::new(Mutex::new(spinner)))
    }

    /// Takes the spinner off the terminal, for good.
    pub fn end(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

struct Spinner {
    bar: ProgressBar,
    /// Dropped to end the wait.
    waiting: Option<mpsc::Sender<()>>,
    waiter: Option<thread::JoinHandle<()>>,
}

impl Spinner {
    fn start(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}  (Ctrl-C stops it)") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        let (waiting, ended) = mpsc::channel::<()>();
        let shown = bar.clone();
        #[allow(clippy::disallowed_methods, reason = "only standard error depends on it")]
        let waiter = thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(120));
            }
        });
        Spinner { bar, waiting: Some(waiting), waiter: Some(waiter) }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        drop(self.waiting.take());
        if let Some(waiter) = self.waiter.take() {
            let _ = waiter.join();
        }
        self.bar.finish_and_clear();
    }
}
