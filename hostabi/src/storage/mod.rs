//! Persistent storage of contracts. Spec: storage-and-contract.md 1 to 3.
//!
//! A contract has 2^256 slots of 2^32 octets each, all zero until written. An execution works on pages of 32
//! octets: its writes stay in an [`Overlay`] until it returns, and are then reported as runs of pages
//! ([`write_changes`], [`Delta`]).

mod delta;
mod overlay;
mod read;
mod slot;
mod view;

pub use delta::{ChangesError, Delta, changes, check_changes, read_changes, write_changes, write_delta};
pub use overlay::{AccessError, Overlay, in_bounds};
pub use read::{
    CodeLocation, HostStorage, LOCKED_SLOT, LockedSlots, MAX_CODE, MAX_LOCKED_SLOTS, MAX_UPGRADERS,
    ReadStorage, RootError, can_use_balance_for_message_fees, code_location, code_slot, locked_slots, major,
    write_deployment,
};
pub use slot::{PAGE, PAGES, Page, PageKey, SlotId, root};
pub use view::StorageView;
