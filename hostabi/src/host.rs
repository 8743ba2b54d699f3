//! What a node provides to an execution. Spec: sdk.md 7.

use crate::storage::{SlotId, StorageView};
use ruint::aliases::U256;
use selfsame_calldata::Address;
use std::fmt;
use std::sync::Arc;

/// Why a node did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostError {
    /// The called EVM contract reverted: `evm reverted`.
    Reverted,
    /// The node does not allow it: `forbidden`.
    Forbidden,
    /// This node is at fault (disk, network, a bug). The run becomes an internal error, never a result. The text
    /// is for the node's operator alone.
    Fault(String),
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostError::Reverted => f.write_str("the EVM call reverted"),
            HostError::Forbidden => f.write_str("the node forbids it"),
            HostError::Fault(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for HostError {}

/// A node, as an execution sees it. All answers come from the state that consensus has fixed for the transaction,
/// never from the node's own tip: equal questions get equal answers, on every node and however often asked.
pub trait Host: Send + Sync {
    /// Fills `buf` from a slot, from octet `index` on. `index + buf.len()` is at most 2^32.
    ///
    /// # Errors
    /// [`HostError::Fault`] only.
    fn storage_read(
        &self,
        view: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError>;

    /// The balance before the transaction; the value that comes with the transaction is not in it.
    ///
    /// # Errors
    /// [`HostError::Fault`] only.
    fn balance(&self, address: &Address) -> Result<U256, HostError>;

    /// A read-only call of an EVM contract: its raw answer.
    ///
    /// # Errors
    /// All of [`HostError`]. The default forbids it: there is no EVM.
    fn eth_call(&self, _address: &Address, _calldata: &[u8]) -> Result<Vec<u8>, HostError> {
        Err(HostError::Forbidden)
    }

    /// A runner that is installed with the node, by its canonical id.
    ///
    /// # Errors
    /// [`HostError::Fault`] only.
    fn packaged_runner(&self, _id: &str) -> Result<Option<Arc<[u8]>>, HostError> {
        Ok(None)
    }

    /// Told what a language model has consumed, in the chain's currency.
    fn consume_fuel(&self, _amount: U256) {}

    /// What language models may still consume.
    fn remaining_fuel_as_gen(&self) -> U256 {
        U256::MAX
    }

    /// Told, while the execution still runs, that this validator rejects a block's result.
    fn notify_nondet_disagreement(&self, _call_no: u32) {}
}
