//! Persistent storage of contracts. Spec: storage-and-contract.md.

mod slot;
mod view;

pub use slot::SlotId;
pub use view::StorageView;
