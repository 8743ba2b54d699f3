//! Names of slots.

/// The name of a slot: 32 octets, all zero for the root slot. Spec: storage-and-contract.md 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub [u8; 32]);

impl SlotId {
    /// The root slot.
    pub const ROOT: SlotId = SlotId([0; 32]);
}
