//! A module on an engine of others, and on ours.

mod ours;
mod wasmi;
#[cfg(feature = "wasmtime")]
mod wasmtime;

pub use ours::ours;
pub use wasmi::wasmi;
#[cfg(feature = "wasmtime")]
pub use wasmtime::wasmtime;

use selfsame_interp::Trap;

/// Calls of exports, at most.
pub const CALLS: usize = 6;

/// Why a call has no results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A trap.
    Trap(Trap),
    /// An exception that nothing has caught.
    Exception,
    /// A limit of one of the engines: what follows cannot be compared.
    Limit,
}

/// What was seen of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What came of the instantiation, then of each call.
    pub outcomes: Vec<Result<Vec<String>, Failure>>,
    /// Contents of the exported memories at the end: length and hash.
    pub memories: Vec<(usize, blake3::Hash)>,
    /// Values of the exported globals at the end.
    pub globals: Vec<String>,
}

impl Seen {
    /// Nothing yet.
    fn new() -> Self {
        Seen { outcomes: Vec::new(), memories: Vec::new(), globals: Vec::new() }
    }

    fn add_memory(&mut self, octets: &[u8]) {
        self.memories.push((octets.len(), blake3::hash(octets)));
    }

    /// Whether a limit was met.
    pub fn limited(&self) -> bool {
        self.outcomes.contains(&Err(Failure::Limit))
    }
}

/// Compares two engines. Returns whether they could be and a function ran.
///
/// # Panics
/// If they differ.
pub fn same(ours: &Seen, other: &Seen) -> bool {
    if ours.limited() || other.limited() {
        return false;
    }
    assert_eq!(ours, other, "ours, then the other engine");
    ours.outcomes.len() > 1
}

/// A number for an argument.
pub fn argument(data: &[u8], call: usize, index: usize) -> u64 {
    let seed = crate::generate::seed(data) ^ (call as u64) << 32 ^ index as u64;
    let mut numbers = crate::Numbers(seed);
    let special = [0, 1, 7, 0x7fff_ffff, 0x8000_0000, u64::MAX, 1 << 63, 0x3ff0 << 48, 0x3f80_0000];
    if numbers.below(2) == 0 { numbers.one_of(&special) } else { numbers.any() }
}
