//! The process that is killed.

use super::memory::resident;
use super::transaction::{Which, commit, finalise};
use selfsame_hostabi::store::NodeStore;
use std::io::Write;
use std::path::Path;

/// Goes on where the store is; behind each transaction that is durable it prints what was seen of it, and the memory
/// that is resident. Ends with transaction `last`, if nobody ends it.
///
/// # Errors
/// If the store fails, an execution has no result, or nobody reads what is printed.
pub fn worker(folder: &Path, seed: u64, last: u64) -> Result<(), String> {
    let store = NodeStore::open(folder).map_err(|error| error.to_string())?;
    let latest = store.snapshot().map_err(|error| error.to_string())?.accepted();
    // A kill may have come between a commit and the finality behind it.
    finalise(&store, latest).map_err(|error| error.to_string())?;
    let mut out = std::io::stdout().lock();
    for number in latest + 1..=last {
        let seen = commit(&store, seed, number, Which::Fast)?;
        writeln!(out, "{seen} {}", resident()).map_err(|error| error.to_string())?;
        out.flush().map_err(|error| error.to_string())?;
    }
    Ok(())
}
