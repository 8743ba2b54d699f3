//! A node in another language or process: requests and answers in frames over a stream of octets.
//! docs/host-protocol.md has the octets. Spec: sdk.md 7.

mod failure;
mod frame;
mod host;
mod inputs;
mod serve;

pub use failure::{Failure, Wrong};
pub use frame::{FrameError, MAX_FRAME, read_frame, write_frame};
pub use host::SocketHost;
pub use inputs::{Inputs, InputsError, MAX_FEES, NodePermissions};
pub use serve::{ServeOptions, serve};

/// The version of the protocol, in the inputs.
pub const VERSION: u32 = 1;

/// Octets that one read of storage asks for at most; a longer one is asked for in pieces.
pub const READ_PIECE: usize = 1 << 20;

/// The requests of an execution, by their first octet. 7 and 8, for calls that another executor runs, are never sent.
pub mod id {
    /// Octets of a slot.
    pub const STORAGE_READ: u8 = 0;
    /// What a language model has consumed. Not answered.
    pub const CONSUME_FUEL: u8 = 1;
    /// A read-only call of an EVM contract.
    pub const ETH_CALL: u8 = 2;
    /// A balance.
    pub const GET_BALANCE: u8 = 3;
    /// What language models may still consume.
    pub const REMAINING_FUEL_AS_GEN: u8 = 4;
    /// This validator rejects a block's result. Not answered.
    pub const NOTIFY_NONDET_DISAGREEMENT: u8 = 5;
    /// The report, the time that was used, the personal fingerprint; nothing follows its answer.
    pub const CONSUME_RESULT: u8 = 6;
    /// A runner that is installed with the node. Ours.
    pub const PACKAGED_RUNNER: u8 = 9;
}

/// The first octet of an answer.
pub mod answer {
    /// The data follows.
    pub const OK: u8 = 0;
    /// The EVM contract reverted; nothing follows.
    pub const EVM_REVERTED: u8 = 1;
    /// The node forbids it; nothing follows.
    pub const FORBIDDEN: u8 = 2;
}

#[cfg(test)]
mod tests;
