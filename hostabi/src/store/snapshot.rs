//! The state as it was at one moment.

use super::block::Block;
use super::error::StoreError;
use super::sum::{Entry, StateSum};
use super::tables::{
    ACCEPTED, BLOCKS, FINAL, HEADS, KEY_LEN, MESSAGES, NUMBERS, TRANSACTIONS, ViewTables, page_key, split_key,
};
use crate::calldata::Address;
use crate::host::{Host, HostError};
use crate::storage::{PAGE, Page, PageKey, SlotId, StorageView, in_bounds};
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable};
use ruint::aliases::U256;
use std::fmt;

/// The hash of a block's record and of all before it.
pub(super) fn chain_of(before: &[u8; 32], record: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("selfsame block v1");
    hasher.update(before).update(record).finalize().into()
}

/// The hashes behind a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Of the whole state behind the block.
    pub state_hash: [u8; 32],
    /// Of the block's record and all before it.
    pub chain_hash: [u8; 32],
}

/// A message that waits to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id, ascending in the order of emission.
    pub id: u64,
    /// The block that emitted it.
    pub block: u64,
    /// The message as it was committed.
    pub octets: Vec<u8>,
}

struct View {
    pages: ReadOnlyTable<&'static [u8; KEY_LEN], &'static [u8; 32]>,
    balances: ReadOnlyTable<&'static [u8; 20], &'static [u8; 32]>,
    number: u64,
}

impl View {
    fn new(transaction: &ReadTransaction, tables: ViewTables) -> Result<Self, StoreError> {
        let number = transaction.open_table(NUMBERS)?.get(tables.number)?.map(|number| number.value());
        Ok(View {
            pages: transaction.open_table(tables.pages)?,
            balances: transaction.open_table(tables.balances)?,
            number: number.ok_or(StoreError::Damaged("a number is missing"))?,
        })
    }
}

/// The state as it was at one moment, of both views: an execution that holds it sees the same whatever is committed
/// meanwhile. It is a [`Host`] without an EVM.
pub struct Snapshot {
    accepted: View,
    finalised: View,
    blocks: ReadOnlyTable<u64, &'static [u8]>,
    heads: ReadOnlyTable<u64, &'static [u8; 64]>,
    transactions: ReadOnlyTable<&'static [u8; 32], u64>,
    messages: ReadOnlyTable<u64, &'static [u8]>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("accepted", &self.accepted())
            .field("finalised", &self.finalised())
            .finish()
    }
}

impl Snapshot {
    pub(super) fn new(transaction: &ReadTransaction) -> Result<Self, StoreError> {
        Ok(Snapshot {
            accepted: View::new(transaction, ACCEPTED)?,
            finalised: View::new(transaction, FINAL)?,
            blocks: transaction.open_table(BLOCKS)?,
            heads: transaction.open_table(HEADS)?,
            transactions: transaction.open_table(TRANSACTIONS)?,
            messages: transaction.open_table(MESSAGES)?,
        })
    }

    fn view(&self, view: StorageView) -> &View {
        match view {
            StorageView::LatestFinal => &self.finalised,
            StorageView::Default | StorageView::LatestNonFinal => &self.accepted,
        }
    }

    /// The number of the latest block; 0 if there is none.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted.number
    }

    /// The number of the latest final block; 0 if there is none.
    #[must_use]
    pub fn finalised(&self) -> u64 {
        self.finalised.number
    }

    /// A block.
    ///
    /// # Errors
    /// [`StoreError::UnknownBlock`], [`StoreError::Damaged`], [`StoreError::Database`].
    pub fn block(&self, number: u64) -> Result<Block, StoreError> {
        let record = self.blocks.get(number)?.ok_or(StoreError::UnknownBlock(number))?;
        Block::decode(record.value())
    }

    /// The hashes behind a block; block 0 is the empty state.
    ///
    /// # Errors
    /// [`StoreError::UnknownBlock`], [`StoreError::Database`].
    pub fn head(&self, number: u64) -> Result<Head, StoreError> {
        if number == 0 {
            return Ok(Head { state_hash: StateSum::default().hash(), chain_hash: [0; 32] });
        }
        let head = self.heads.get(number)?.ok_or(StoreError::UnknownBlock(number))?;
        let (mut state_hash, mut chain_hash) = ([0; 32], [0; 32]);
        state_hash.copy_from_slice(&head.value()[..32]);
        chain_hash.copy_from_slice(&head.value()[32..]);
        Ok(Head { state_hash, chain_hash })
    }

    /// The hash of a view's whole state, as it was kept up to date block by block.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Database`].
    pub fn state_hash(&self, view: StorageView) -> Result<[u8; 32], StoreError> {
        let head = self.head(self.view(view).number);
        head.map(|head| head.state_hash).map_err(|error| match error {
            StoreError::UnknownBlock(_) => StoreError::Damaged("the hashes of a block are missing"),
            error => error,
        })
    }

    /// The same hash, computed anew from every balance and page. Takes time in proportion to the state.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Database`].
    pub fn recomputed_state_hash(&self, view: StorageView) -> Result<[u8; 32], StoreError> {
        let view = self.view(view);
        let mut sum = StateSum::default();
        for entry in view.balances.iter()? {
            let (address, amount) = entry?;
            sum.add(Entry::Balance(&Address(*address.value()), &U256::from_le_bytes(*amount.value())));
        }
        for entry in view.pages.iter()? {
            let (place, page) = entry?;
            let (address, key) = split_key(place.value())?;
            sum.add(Entry::Page(&address, &key, page.value()));
        }
        Ok(sum.hash())
    }

    /// The chain hash of the latest block, computed anew from every record. Takes time in proportion to the log.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if blocks are missing, [`StoreError::Database`].
    pub fn recomputed_chain_hash(&self) -> Result<[u8; 32], StoreError> {
        let mut hash = [0; 32];
        let mut expected = 1;
        for entry in self.blocks.iter()? {
            let (number, record) = entry?;
            if number.value() != expected {
                return Err(StoreError::Damaged("a block is missing"));
            }
            hash = chain_of(&hash, record.value());
            expected += 1;
        }
        if expected - 1 == self.accepted() {
            Ok(hash)
        } else {
            Err(StoreError::Damaged("a block is missing"))
        }
    }

    /// The block with a transaction.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn block_of(&self, tx_hash: &[u8; 32]) -> Result<Option<u64>, StoreError> {
        Ok(self.transactions.get(tx_hash)?.map(|number| number.value()))
    }

    /// The waiting messages with ids from `first` on, at most `max`, ascending.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Database`].
    pub fn messages(&self, first: u64, max: usize) -> Result<Vec<Message>, StoreError> {
        let entries = self.messages.range(first..)?.take(max);
        entries
            .map(|entry| {
                let (id, octets) = entry?;
                let parts = octets.value().split_first_chunk::<8>();
                let (block, octets) = parts.ok_or(StoreError::Damaged("a message"))?;
                let block = u64::from_le_bytes(*block);
                Ok(Message { id: id.value(), block, octets: octets.to_vec() })
            })
            .collect()
    }

    /// The pages of a contract that are not all zero, ascending, from one on and at most `max`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Database`].
    pub fn pages(
        &self,
        view: StorageView,
        address: &Address,
        first: PageKey,
        max: usize,
    ) -> Result<Vec<(PageKey, Page)>, StoreError> {
        let last = PageKey { slot: SlotId([0xff; 32]), page: u32::MAX };
        let places = page_key(address, &first)..=page_key(address, &last);
        let range = self.view(view).pages.range::<&[u8; KEY_LEN]>(places.start()..=places.end())?;
        range
            .take(max)
            .map(|entry| {
                let (place, page) = entry?;
                Ok((split_key(place.value())?.1, *page.value()))
            })
            .collect()
    }

    fn read(
        &self,
        view: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), StoreError> {
        buf.fill(0);
        let Some(last) = buf.len().checked_sub(1) else { return Ok(()) };
        // In bounds, so that the offset of the last octet has 32 bits.
        let last = (u64::from(index) + last as u64) as u32;
        let place = |offset: u32| page_key(address, &PageKey { slot: *slot, page: offset / PAGE as u32 });
        let range = self.view(view).pages.range::<&[u8; KEY_LEN]>(&place(index)..=&place(last))?;
        for entry in range {
            let (place, page) = entry?;
            let start = split_key(place.value())?.1.page * PAGE as u32;
            // Offsets in `buf` of the part of the page that was asked for, and what of the page comes before.
            let (from, skipped) = match start.checked_sub(index) {
                Some(from) => (from as usize, 0),
                None => (0, (index - start) as usize),
            };
            let to = (from + PAGE - skipped).min(buf.len());
            buf[from..to].copy_from_slice(&page.value()[skipped..skipped + (to - from)]);
        }
        Ok(())
    }
}

impl Host for Snapshot {
    fn storage_read(
        &self,
        view: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError> {
        if !in_bounds(index, buf.len() as u64) {
            return Err(HostError::Fault("a storage read past the end of its slot".into()));
        }
        Ok(self.read(view, address, slot, index, buf)?)
    }

    fn balance(&self, address: &Address) -> Result<U256, HostError> {
        let amount = self.accepted.balances.get(&address.0).map_err(StoreError::from)?;
        Ok(amount.map_or(U256::ZERO, |amount| U256::from_le_bytes(*amount.value())))
    }
}
