//! Running a program from its entry point to its end.

use crate::error::{Exit, NoEntryPoint};
use selfsame_interp::{Error, Func, FuncType, Instance, Store};

/// How a command ended.
#[derive(Debug)]
pub enum CommandOutcome {
    /// The entry point returned.
    Returned,
    /// The program called `proc_exit` with this code.
    Exited(i32),
    /// Something stopped it.
    Stopped(Error),
}

impl From<Error> for CommandOutcome {
    /// Tells an exit from other errors: a start function, too, can call `proc_exit`.
    fn from(error: Error) -> Self {
        match error.downcast_ref::<Exit>() {
            Some(exit) => CommandOutcome::Exited(exit.0),
            None => CommandOutcome::Stopped(error),
        }
    }
}

impl From<Result<(), Error>> for CommandOutcome {
    fn from(result: Result<(), Error>) -> Self {
        match result {
            Ok(()) => CommandOutcome::Returned,
            Err(error) => error.into(),
        }
    }
}

/// Where a command starts: the exported function without parameters and results that is named `""`, else
/// the one named `_start`.
pub fn entry_point<T>(store: &mut Store<T>, instance: Instance) -> Option<Func> {
    let wanted = FuncType::new([], []);
    ["", "_start"].into_iter().find_map(|name| {
        let func = instance.get_func(&mut *store, name)?;
        (func.ty(&*store) == wanted).then_some(func)
    })
}

/// Runs a command from its entry point. What it stopped at stays with the store: see `Store::frames` and
/// `Store::fingerprint`. Without an entry point it stops with [`NoEntryPoint`].
pub fn run_command<T>(store: &mut Store<T>, instance: Instance) -> CommandOutcome {
    match entry_point(store, instance) {
        Some(entry) => entry.call(store, &[], &mut []).into(),
        None => CommandOutcome::Stopped(Error::host(NoEntryPoint)),
    }
}
