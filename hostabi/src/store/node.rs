//! The store: blocks go in, snapshots come out.

use super::block::Block;
use super::error::StoreError;
use super::snapshot::{Snapshot, chain_of};
use super::sum::{Entry, StateSum};
use super::tables::{
    ACCEPTED, BLOCKS, FINAL, FORMAT, HEADS, MESSAGES, NUMBERS, SUMS, TRANSACTIONS, ViewTables, page_key,
};
use crate::storage::Delta;
use redb::{Database, Durability, ReadableTable, WriteTransaction};
use ruint::aliases::U256;
use std::fs::{self, File};
use std::path::Path;

/// Octets that the database may hold of its file.
const CACHE: usize = 64 << 20;

/// A node's state, in a file or in memory. It can be shared between threads: commits wait for one another, snapshots
/// for nobody.
#[derive(Debug)]
pub struct NodeStore {
    database: Database,
}

/// A block that is in the store for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its number, from 1.
    pub number: u64,
    /// The hash of the whole state behind it, a function of balances and pages alone.
    pub state_hash: [u8; 32],
    /// The hash of its record and of all before it.
    pub chain_hash: [u8; 32],
}

impl NodeStore {
    /// Opens the store in a folder; the folder and an empty store are made if they are not there. One process can
    /// have it open at a time.
    ///
    /// # Errors
    /// [`StoreError::Database`]; [`StoreError::Format`] if another version has written it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("store.redb");
        if !fs::exists(&path)? {
            fs::create_dir_all(folder)?;
            create(folder, &path)?;
        }
        let store = NodeStore { database: Database::builder().set_cache_size(CACHE).open(&path)? };
        store.check_format()?;
        Ok(store)
    }

    /// A new store that ends with the process.
    ///
    /// # Errors
    /// None that can be expected.
    pub fn in_memory() -> Result<Self, StoreError> {
        let backend = redb::backends::InMemoryBackend::new();
        let mut builder = Database::builder();
        let database = builder.set_cache_size(CACHE).create_with_file_format_v3(true);
        let store = NodeStore { database: database.create_with_backend(backend)? };
        store.initialise()?;
        Ok(store)
    }

    fn initialise(&self) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        {
            let mut numbers = transaction.open_table(NUMBERS)?;
            let mut sums = transaction.open_table(SUMS)?;
            numbers.insert("format", u64::from(FORMAT))?;
            numbers.insert("next message", 1)?;
            for view in [ACCEPTED, FINAL] {
                numbers.insert(view.number, 0)?;
                sums.insert(view.sum, &StateSum::default().to_octets()[..])?;
                transaction.open_table(view.pages)?;
                transaction.open_table(view.balances)?;
            }
            transaction.open_table(BLOCKS)?;
            transaction.open_table(HEADS)?;
            transaction.open_table(TRANSACTIONS)?;
            transaction.open_table(MESSAGES)?;
        }
        Ok(transaction.commit()?)
    }

    fn check_format(&self) -> Result<(), StoreError> {
        let transaction = self.database.begin_read()?;
        let found = transaction.open_table(NUMBERS)?.get("format")?.map(|number| number.value());
        match found.map(u32::try_from) {
            Some(Ok(FORMAT)) => Ok(()),
            Some(Ok(other)) => Err(StoreError::Format(other)),
            _ => Err(StoreError::Damaged("no format number")),
        }
    }

    /// A write transaction: on disk when its commit returns, all of it or nothing.
    fn begin(&self) -> Result<WriteTransaction, StoreError> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate);
        // Two phases, because contracts choose what is written, and the checksums of one phase do not stop somebody who
        // chooses. And no repair of the whole file after a kill.
        transaction.set_quick_repair(true);
        Ok(transaction)
    }

    /// The state as it is now, and as it stays for the holder.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Snapshot::new(&self.database.begin_read()?)
    }

    /// Commits a block behind the latest one.
    ///
    /// # Errors
    /// [`StoreError::AlreadyCommitted`], [`StoreError::UnknownMessage`], [`StoreError::Changes`],
    /// [`StoreError::Database`].
    pub fn commit(&self, block: &Block) -> Result<Committed, StoreError> {
        self.commit_checked(None, block)
    }

    /// Commits a block behind block `parent`, on whose state it was executed.
    ///
    /// # Errors
    /// [`StoreError::Moved`] if another block has been committed since; and as [`NodeStore::commit`].
    pub fn commit_after(&self, parent: u64, block: &Block) -> Result<Committed, StoreError> {
        self.commit_checked(Some(parent), block)
    }

    fn commit_checked(&self, parent: Option<u64>, block: &Block) -> Result<Committed, StoreError> {
        block.check()?;
        let transaction = self.begin()?;
        // On an error the transaction is dropped, and with it all that it has done.
        let committed = commit_in(&transaction, parent, block)?;
        transaction.commit()?;
        Ok(committed)
    }

    /// Makes all blocks up to this one final. Nothing happens if this one is the latest final block.
    ///
    /// # Errors
    /// [`StoreError::UnknownBlock`] if it has not been committed or a later one is final; [`StoreError::Damaged`],
    /// [`StoreError::Database`].
    pub fn finalise(&self, number: u64) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        {
            let mut numbers = transaction.open_table(NUMBERS)?;
            let read = |name| -> Result<u64, StoreError> {
                Ok(numbers.get(name)?.ok_or(StoreError::Damaged("a number is missing"))?.value())
            };
            let (accepted, latest) = (read(ACCEPTED.number)?, read(FINAL.number)?);
            if number > accepted || number < latest {
                return Err(StoreError::UnknownBlock(number));
            }
            if number == latest {
                return Ok(());
            }
            let blocks = transaction.open_table(BLOCKS)?;
            let mut sum = read_sum(&transaction, FINAL)?;
            for number in latest + 1..=number {
                let record = blocks.get(number)?.ok_or(StoreError::Damaged("a block is missing"))?;
                apply(&transaction, FINAL, &Block::decode(record.value())?, &mut sum)?;
            }
            write_sum(&transaction, FINAL, &sum)?;
            numbers.insert(FINAL.number, number)?;
        }
        Ok(transaction.commit()?)
    }
}

/// Makes a new store beside its final place and then puts it there: a kill in between leaves no half-made store behind.
/// If another process is faster, its store stays.
fn create(folder: &Path, path: &Path) -> Result<(), StoreError> {
    let draft = folder.join(format!("store.redb.{}", std::process::id()));
    if fs::exists(&draft)? {
        fs::remove_file(&draft)?;
    }
    let mut builder = Database::builder();
    let database = builder.set_cache_size(CACHE).create_with_file_format_v3(true).create(&draft)?;
    NodeStore { database }.initialise()?;
    File::open(&draft)?.sync_all()?;
    // Fails if the place is taken, which a rename would not.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(cause) if cause.kind() != std::io::ErrorKind::AlreadyExists => return Err(cause.into()),
        _ => {}
    }
    // The name, too, is to survive a loss of power. Elsewhere a folder cannot be opened.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn commit_in(
    transaction: &WriteTransaction,
    parent: Option<u64>,
    block: &Block,
) -> Result<Committed, StoreError> {
    let mut numbers = transaction.open_table(NUMBERS)?;
    let missing = StoreError::Damaged("a number is missing");
    let latest = numbers.get(ACCEPTED.number)?.ok_or(missing.clone())?.value();
    if parent.is_some_and(|parent| parent != latest) {
        return Err(StoreError::Moved(latest));
    }
    let mut transactions = transaction.open_table(TRANSACTIONS)?;
    if let Some(earlier) = transactions.get(&block.tx_hash)? {
        return Err(StoreError::AlreadyCommitted(earlier.value()));
    }
    let number = latest + 1;
    transactions.insert(&block.tx_hash, number)?;
    numbers.insert(ACCEPTED.number, number)?;

    let mut messages = transaction.open_table(MESSAGES)?;
    for id in &block.delivered {
        messages.remove(id)?.ok_or(StoreError::UnknownMessage(*id))?;
    }
    let next = numbers.get("next message")?.ok_or(missing)?.value();
    for (id, message) in (next..).zip(&block.messages) {
        messages.insert(id, &[&number.to_le_bytes()[..], message].concat()[..])?;
    }
    numbers.insert("next message", next + block.messages.len() as u64)?;

    let mut sum = read_sum(transaction, ACCEPTED)?;
    apply(transaction, ACCEPTED, block, &mut sum)?;
    write_sum(transaction, ACCEPTED, &sum)?;

    let record = block.encode();
    transaction.open_table(BLOCKS)?.insert(number, &record[..])?;
    let mut heads = transaction.open_table(HEADS)?;
    let before = match heads.get(latest)? {
        Some(head) => head.value().last_chunk::<32>().copied().unwrap_or_default(),
        None => [0; 32],
    };
    let (state_hash, chain_hash) = (sum.hash(), chain_of(&before, &record));
    let mut head = [0; 64];
    head[..32].copy_from_slice(&state_hash);
    head[32..].copy_from_slice(&chain_hash);
    heads.insert(number, &head)?;
    Ok(Committed { number, state_hash, chain_hash })
}

fn read_sum(transaction: &WriteTransaction, view: ViewTables) -> Result<StateSum, StoreError> {
    let sums = transaction.open_table(SUMS)?;
    let sum = sums.get(view.sum)?.and_then(|octets| StateSum::from_octets(octets.value()));
    sum.ok_or(StoreError::Damaged("a state sum"))
}

fn write_sum(transaction: &WriteTransaction, view: ViewTables, sum: &StateSum) -> Result<(), StoreError> {
    transaction.open_table(SUMS)?.insert(view.sum, &sum.to_octets()[..])?;
    Ok(())
}

/// Carries a block's balances and pages over into a view.
fn apply(
    transaction: &WriteTransaction,
    view: ViewTables,
    block: &Block,
    sum: &mut StateSum,
) -> Result<(), StoreError> {
    let mut balances = transaction.open_table(view.balances)?;
    for (address, amount) in &block.balances {
        let old = if amount.is_zero() {
            balances.remove(&address.0)?
        } else {
            sum.add(Entry::Balance(address, amount));
            balances.insert(&address.0, &amount.to_le_bytes())?
        };
        if let Some(old) = old {
            sum.remove(Entry::Balance(address, &U256::from_le_bytes(*old.value())));
        }
    }
    let mut pages = transaction.open_table(view.pages)?;
    for (key, page) in block.changes.iter().flat_map(Delta::pages) {
        let place = page_key(&block.contract, &key);
        let old = if page == [0; 32] {
            pages.remove(&place)?
        } else {
            sum.add(Entry::Page(&block.contract, &key, &page));
            pages.insert(&place, &page)?
        };
        if let Some(old) = old {
            sum.remove(Entry::Page(&block.contract, &key, old.value()));
        }
    }
    Ok(())
}
