//! What is where in the file. `docs/storage.md` says the same in prose; a change of it is a new [`FORMAT`].

use super::error::StoreError;
use crate::calldata::Address;
use crate::storage::{PageKey, SlotId};
use redb::TableDefinition;

/// The version of the file's layout.
pub(super) const FORMAT: u32 = 1;

/// Octets of a page's key: the contract, the slot, the page's index as big-endian u32.
pub(super) const KEY_LEN: usize = 20 + 32 + 4;

/// Pages by contract, slot and index: of one view. No page of zeros is stored.
pub(super) type Pages = TableDefinition<'static, &'static [u8; KEY_LEN], &'static [u8; 32]>;

/// Balances, little-endian, by account: of one view. No balance of zero is stored.
pub(super) type Balances = TableDefinition<'static, &'static [u8; 20], &'static [u8; 32]>;

/// The tables of one view.
#[derive(Clone, Copy)]
pub(super) struct ViewTables {
    pub(super) pages: Pages,
    pub(super) balances: Balances,
    /// Name of the number of the view's latest block, in [`NUMBERS`].
    pub(super) number: &'static str,
    /// Name of the view's sum, in [`SUMS`].
    pub(super) sum: &'static str,
}

/// The state behind the latest block.
pub(super) const ACCEPTED: ViewTables = ViewTables {
    pages: TableDefinition::new("accepted pages"),
    balances: TableDefinition::new("accepted balances"),
    number: "accepted",
    sum: "accepted",
};

/// The state behind the latest final block.
pub(super) const FINAL: ViewTables = ViewTables {
    pages: TableDefinition::new("final pages"),
    balances: TableDefinition::new("final balances"),
    number: "final",
    sum: "final",
};

/// Numbers by name: `format`, `accepted`, `final`, `next message`.
pub(super) const NUMBERS: TableDefinition<&str, u64> = TableDefinition::new("numbers");

/// The sums of the views.
pub(super) const SUMS: TableDefinition<&str, &[u8]> = TableDefinition::new("sums");

/// Blocks by number, as `Block::encode` writes them.
pub(super) const BLOCKS: TableDefinition<u64, &[u8]> = TableDefinition::new("blocks");

/// State hash and chain hash behind each block.
pub(super) const HEADS: TableDefinition<u64, &[u8; 64]> = TableDefinition::new("heads");

/// Numbers of blocks by the hash of their transaction.
pub(super) const TRANSACTIONS: TableDefinition<&[u8; 32], u64> = TableDefinition::new("transactions");

/// Waiting messages by id: the block that emitted it, little-endian, then its octets.
pub(super) const MESSAGES: TableDefinition<u64, &[u8]> = TableDefinition::new("messages");

/// The key of a page.
pub(super) fn page_key(address: &Address, key: &PageKey) -> [u8; KEY_LEN] {
    let mut octets = [0; KEY_LEN];
    octets[..20].copy_from_slice(&address.0);
    octets[20..52].copy_from_slice(&key.slot.0);
    octets[52..].copy_from_slice(&key.page.to_be_bytes());
    octets
}

/// The page of a key.
pub(super) fn split_key(octets: &[u8; KEY_LEN]) -> Result<(Address, PageKey), StoreError> {
    let parts = octets.split_first_chunk::<20>().and_then(|(address, rest)| {
        let (slot, page) = rest.split_first_chunk::<32>()?;
        Some((*address, *slot, *page.first_chunk::<4>()?))
    });
    let (address, slot, page) = parts.ok_or(StoreError::Damaged("a page's key"))?;
    Ok((Address(address), PageKey { slot: SlotId(slot), page: u32::from_be_bytes(page) }))
}
