//! A node's own state: contracts' pages and balances, the log of what was committed, and messages that wait.
//!
//! One file, one transaction a block. Whenever the process or the machine stops, the file holds exactly the blocks
//! whose commit has returned, and perhaps the one whose commit was under way. `docs/storage.md` has the layout.
//!
//! ```
//! use selfsame_hostabi::calldata::Address;
//! use selfsame_hostabi::host::Host;
//! use selfsame_hostabi::storage::{Delta, SlotId, StorageView};
//! use selfsame_hostabi::store::{Block, NodeStore};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = NodeStore::in_memory()?; // or `NodeStore::open(folder)`
//! let contract = Address([1; 20]);
//! let changes = vec![Delta { slot: SlotId::ROOT, first_page: 0, octets: vec![7; 32] }];
//! let block = Block { tx_hash: [1; 32], contract, changes, ..Block::default() };
//! assert_eq!(store.commit(&block)?.number, 1);
//!
//! let state = store.snapshot()?;
//! let mut octet = [0];
//! state.storage_read(StorageView::LatestNonFinal, &contract, &SlotId::ROOT, 31, &mut octet)?;
//! assert_eq!(octet, [7]);
//! state.storage_read(StorageView::LatestFinal, &contract, &SlotId::ROOT, 31, &mut octet)?;
//! assert_eq!(octet, [0]); // until `store.finalise(1)`
//! # Ok(())
//! # }
//! ```

mod block;
mod error;
mod node;
mod snapshot;
mod sum;
mod tables;

pub use block::Block;
pub use error::StoreError;
pub use node::{Committed, NodeStore};
pub use snapshot::{Head, Message, Snapshot};

#[cfg(test)]
mod tests;
