//! What the executor itself reads from a contract's storage. Spec: storage-and-contract.md 2 and 3.

use super::{AccessError, Overlay, PageKey, SlotId, StorageView, root};
use crate::calldata::Address;
use crate::host::{Host, HostError};
use std::collections::BTreeSet;
use std::fmt;

/// More upgraders are `out_of upgraders`.
pub const MAX_UPGRADERS: u32 = 32;

/// More locked slots are `out_of locked_slots`.
pub const MAX_LOCKED_SLOTS: u32 = 256;

/// Octets of RAM that a locked slot takes; never given back.
pub const LOCKED_SLOT: u64 = 32;

/// The most octets that a contract's code can have.
pub const MAX_CODE: u32 = u32::MAX - 4;

/// Storage of one contract, to be read.
pub trait ReadStorage {
    /// Why a read failed.
    type Error;

    /// Fills `buf` from octet `index` of a slot on; `index + buf.len()` is at most 2^32.
    ///
    /// # Errors
    /// As the storage has it.
    fn read(&self, slot: &SlotId, index: u32, buf: &mut [u8]) -> Result<(), Self::Error>;
}

impl<E, F: Fn(&SlotId, u32, &mut [u8]) -> Result<(), E>> ReadStorage for F {
    type Error = E;

    fn read(&self, slot: &SlotId, index: u32, buf: &mut [u8]) -> Result<(), E> {
        self(slot, index, buf)
    }
}

/// Storage of one contract as a node shows it, without the writes of this execution.
pub struct HostStorage<'a> {
    /// The node.
    pub host: &'a dyn Host,
    /// Which state.
    pub view: StorageView,
    /// The contract.
    pub address: Address,
}

impl ReadStorage for HostStorage<'_> {
    type Error = HostError;

    fn read(&self, slot: &SlotId, index: u32, buf: &mut [u8]) -> Result<(), HostError> {
        self.host.storage_read(self.view, &self.address, slot, index, buf)
    }
}

fn read_array<const N: usize, R: ReadStorage + ?Sized>(
    storage: &R,
    slot: &SlotId,
    index: u32,
) -> Result<[u8; N], R::Error> {
    let mut octets = [0; N];
    storage.read(slot, index, &mut octets)?;
    Ok(octets)
}

/// The major number of the public ABI that the contract was built for.
///
/// # Errors
/// That of the storage.
pub fn major<R: ReadStorage + ?Sized>(storage: &R) -> Result<u8, R::Error> {
    read_array::<1, R>(storage, &SlotId::ROOT, root::MAJOR).map(|[major]| major)
}

/// The slot with the code.
///
/// # Errors
/// That of the storage.
pub fn code_slot<R: ReadStorage + ?Sized>(storage: &R) -> Result<SlotId, R::Error> {
    let named = SlotId(read_array(storage, &SlotId::ROOT, root::CODE_SLOT)?);
    Ok(if named == SlotId::ROOT { root::code() } else { named })
}

/// Whether the contract lets its messages be paid from its balance: bit 0 of the permissions.
/// Spec: storage-and-contract.md 2.3.
///
/// # Errors
/// That of the storage.
pub fn can_use_balance_for_message_fees<R: ReadStorage + ?Sized>(storage: &R) -> Result<bool, R::Error> {
    read_array::<1, R>(storage, &SlotId::ROOT, root::PERMISSIONS).map(|[bits]| bits & 1 == 1)
}

/// Where a contract's code is, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeLocation {
    /// The slot; the code starts at octet 4.
    pub slot: SlotId,
    /// Octets of code, 1 to [`MAX_CODE`].
    pub len: u32,
}

impl CodeLocation {
    /// The code. The caller has charged its length: a contract can claim up to 4 GiB.
    ///
    /// # Errors
    /// That of the storage.
    pub fn read<R: ReadStorage + ?Sized>(&self, storage: &R) -> Result<Vec<u8>, R::Error> {
        let mut code = vec![0; self.len as usize];
        storage.read(&self.slot, 4, &mut code)?;
        Ok(code)
    }
}

/// Where the code is. `None` if there is none: its length is zero, or more than a slot can hold;
/// `invalid_contract runner absent`. Spec: storage-and-contract.md 3.2.
///
/// # Errors
/// That of the storage.
pub fn code_location<R: ReadStorage + ?Sized>(storage: &R) -> Result<Option<CodeLocation>, R::Error> {
    let slot = code_slot(storage)?;
    let len = u32::from_le_bytes(read_array(storage, &slot, 0)?);
    Ok((1..=MAX_CODE).contains(&len).then_some(CodeLocation { slot, len }))
}

/// Why the root slot's lists could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootError<E> {
    /// More than [`MAX_UPGRADERS`].
    Upgraders,
    /// More than [`MAX_LOCKED_SLOTS`].
    LockedSlots,
    /// The RAM budget has no room for the locked slots.
    Memory,
    /// The storage failed.
    Storage(E),
}

impl<E> RootError<E> {
    /// The code of the result, unless it is the storage that failed.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            RootError::Upgraders => Some("out_of upgraders"),
            RootError::LockedSlots => Some("out_of locked_slots"),
            RootError::Memory => Some("out_of memory"),
            RootError::Storage(_) => None,
        }
    }
}

impl<E: fmt::Display> fmt::Display for RootError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RootError::Upgraders => f.write_str("the contract has more than 32 upgraders"),
            RootError::LockedSlots => f.write_str("the contract has more than 256 locked slots"),
            RootError::Memory => f.write_str("the RAM budget has no room for the locked slots"),
            RootError::Storage(cause) => cause.fmt(f),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for RootError<E> {}

/// The slots that an execution may not write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockedSlots(BTreeSet<SlotId>);

impl LockedSlots {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        LockedSlots::default()
    }

    /// Whether a write to this very slot is `error_forbidden`.
    #[must_use]
    pub fn contains(&self, slot: &SlotId) -> bool {
        self.0.contains(slot)
    }

    /// How many different slots are locked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether every slot may be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The slots that an execution for `sender` may not write: none for an upgrader, else the contract's list, for
/// which `charge` takes [`LOCKED_SLOT`] octets each, for good. To be asked once, ahead of all sub-VMs, if the run may write.
/// Spec: storage-and-contract.md 3.4.
///
/// # Errors
/// [`RootError`]; [`RootError::Memory`] if `charge` says no.
pub fn locked_slots<R: ReadStorage + ?Sized>(
    storage: &R,
    sender: &Address,
    charge: impl FnOnce(u64) -> bool,
) -> Result<LockedSlots, RootError<R::Error>> {
    let slot = root::upgraders();
    let count = u32::from_le_bytes(read_array(storage, &slot, 0).map_err(RootError::Storage)?);
    if count > MAX_UPGRADERS {
        return Err(RootError::Upgraders);
    }
    let mut list = vec![0; count as usize * 20];
    storage.read(&slot, 4, &mut list).map_err(RootError::Storage)?;
    if list.chunks_exact(20).any(|upgrader| upgrader == sender.0) {
        return Ok(LockedSlots::none());
    }

    let slot = root::locked_slots();
    let count = u32::from_le_bytes(read_array(storage, &slot, 0).map_err(RootError::Storage)?);
    if count > MAX_LOCKED_SLOTS {
        return Err(RootError::LockedSlots);
    }
    if !charge(u64::from(count) * LOCKED_SLOT) {
        return Err(RootError::Memory);
    }
    let mut list = vec![0; count as usize * 32];
    storage.read(&slot, 4, &mut list).map_err(RootError::Storage)?;
    let slots = list.chunks_exact(32).map(|octets| {
        let mut slot = SlotId::ROOT;
        slot.0.copy_from_slice(octets);
        slot
    });
    Ok(LockedSlots(slots.collect()))
}

/// Writes the code and then the major number of a contract that is being deployed, charged like a contract's own
/// writes. `code.len()` is at most [`MAX_CODE`]. Spec: storage-and-contract.md 3.1; fees.md.
///
/// # Errors
/// [`AccessError::OutOfBounds`] if the code is too long for a slot (`out_of storage`); the first error of `fetch` or
/// `charge`, as for [`Overlay::write`].
pub fn write_deployment<E>(
    overlay: &mut Overlay,
    code: &[u8],
    major: u8,
    mut fetch: impl FnMut(&SlotId, u32, &mut [u8]) -> Result<(), E>,
    mut charge: impl FnMut(&PageKey) -> Result<(), E>,
) -> Result<(), AccessError<E>> {
    let len = u32::try_from(code.len()).ok().filter(|len| *len <= MAX_CODE);
    let len = len.ok_or(AccessError::OutOfBounds)?;
    let mut named = [0; 32];
    fetch(&SlotId::ROOT, root::CODE_SLOT, &mut named).map_err(AccessError::Failed)?;
    let named = SlotId(named);
    let slot = if named == SlotId::ROOT { root::code() } else { named };
    overlay.write(&slot, 0, &len.to_le_bytes(), &mut fetch, &mut charge)?;
    overlay.write(&slot, 4, code, &mut fetch, &mut charge)?;
    overlay.write(&SlotId::ROOT, root::MAJOR, &[major], &mut fetch, &mut charge)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
