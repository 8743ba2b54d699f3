//! What a running sub-VM asks the supervisor for.

use super::meta::Allow;
use super::state::Runner;
use crate::result::Encoded;
use crate::runner::CanonicalId;
use crate::storage::StorageView;
use selfsame_calldata::Address;
use selfsame_interp::{Error, Memory, Suspend};
use std::sync::{Arc, Mutex, PoisonError};

/// A new sub-VM.
#[derive(Debug)]
pub(crate) enum Spawn {
    /// Another contract.
    Call { address: Address, view: StorageView, target: CanonicalId, calldata: Encoded },
    /// A runner with less rights.
    Sandbox { target: Target, allow: Allow, entry: Arc<[u8]> },
    /// A non-deterministic block, with what its caller had left.
    Nondet { target: Target, programs: NondetData, block: u32, ram: u32, time: u64 },
}

/// A runner, and the custom ones that it is granted.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub id: CanonicalId,
    pub grants: Vec<(CanonicalId, Runner)>,
}

/// What the programs of a block get.
#[derive(Clone, Debug)]
pub(crate) struct NondetData {
    pub leader: Arc<[u8]>,
    pub validator: Arc<[u8]>,
}

/// How the guest gets the result of a request that had to wait.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// As a descriptor, of `gl_call`.
    Call { memory: Memory, fd_out: u32 },
    /// As what a device is read for.
    Device { memory: Memory, fd: u32, iovs: (u32, u32), out: u32 },
}

/// A request that suspends a sub-VM, on its way through the engine.
pub(crate) struct Pending(Mutex<Option<(Spawn, Reply)>>);

impl Pending {
    /// The error that suspends the sub-VM.
    pub(crate) fn suspend(spawn: Spawn, reply: Reply) -> Error {
        Suspend::error(Pending(Mutex::new(Some((spawn, reply)))))
    }

    /// The request; it can be taken once.
    pub(crate) fn take(&self) -> Option<(Spawn, Reply)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
