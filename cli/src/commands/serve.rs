//! `selfsame serve`: executions for a node at the other end of a socket.

use crate::args::ServeArgs;
use crate::contract::machine::services;
use crate::contract::result::{ContractReport, INTERNAL};
use crate::report::{self, INVALID, clean};
use crate::serve::{Listener, Stream};
use selfsame_hostabi::protocol::{self, ServeOptions};
use selfsame_hostabi::vm::{CancelHandle, Node, NodeConfig};
use std::io;
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long an executor without files or memory for a connection waits before it tries again.
const PAUSE: Duration = Duration::from_millis(100);

pub fn run(args: &ServeArgs) -> ExitCode {
    let ready = services(args.config.as_deref()).and_then(|services| {
        let config = NodeConfig { tier: args.tier.into(), ..NodeConfig::default() };
        Ok((Node::new(&config, services), Listener::bind(&args.place)?))
    });
    let (node, listener) = match ready {
        Ok(ready) => ready,
        Err(failure) => {
            failure.print();
            return ExitCode::from(INVALID);
        }
    };
    report::print(&format!("listening on {}\n", listener.place()));
    let executor =
        Executor { node, listener, timeout: Duration::from_secs(args.timeout), deadline: args.deadline };
    if args.once {
        return executor.next().unwrap_or_else(|error| unserved(&error));
    }
    thread::scope(|scope| {
        for _ in 1..args.jobs.get() {
            if let Err(error) = thread::Builder::new().spawn_scoped(scope, || executor.serve()) {
                report::print_error(&format!("note: fewer executions at a time: {error}\n"));
                break;
            }
        }
        executor.serve()
    })
}

/// A connection that came to nothing.
fn unserved(error: &io::Error) -> ExitCode {
    report::print_error(&format!("no result: a connection failed: {error}\n"));
    ExitCode::from(INTERNAL)
}

struct Executor {
    node: Node,
    listener: Listener,
    timeout: Duration,
    deadline: Option<u64>,
}

impl Executor {
    /// Serves one connection after the other.
    fn serve(&self) -> ! {
        loop {
            if let Err(error) = self.next() {
                unserved(&error);
                thread::sleep(PAUSE);
            }
        }
    }

    /// Serves the next connection.
    fn next(&self) -> io::Result<ExitCode> {
        let stream = self.listener.accept(self.timeout)?;
        let deadline = self.deadline.map(Duration::from_secs);
        let cancel = deadline.map_or_else(CancelHandle::new, CancelHandle::within);
        // Ends when the execution does, by which `_running` is dropped.
        let (_running, over) = mpsc::channel::<()>();
        if let Some(deadline) = deadline {
            let cancel = cancel.clone();
            thread::Builder::new().spawn(move || {
                let waited = over.recv_timeout(deadline);
                if waited == Err(RecvTimeoutError::Timeout) {
                    cancel.cancel();
                }
            })?;
        }
        Ok(self.one(stream, cancel))
    }

    /// One execution, with its line.
    fn one(&self, stream: Stream, cancel: CancelHandle) -> ExitCode {
        match protocol::serve(&self.node, stream, ServeOptions { cancel, diagnostics: None }) {
            Ok(done) => {
                let report = ContractReport::of(&done);
                report::print_error(&format!("{}\n", clean(&report.line())));
                report.status()
            }
            Err(failure) => {
                report::print_error(&format!("no result: {}\n", clean(&failure.to_string())));
                ExitCode::from(INTERNAL)
            }
        }
    }
}
