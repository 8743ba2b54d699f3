//! A long run of random transactions on a durable store, in a process that is killed again and again; beside it the
//! same transactions on a store in memory, in a process that nobody interrupts. Whatever differs is a finding.

mod memory;
mod transaction;
mod watch;
mod worker;

pub use transaction::{Seen, Which, commit};
pub use watch::{Report, Settings, default_folder, watch};
pub use worker::worker;
