//! The store against maps, and its refusals.

use super::*;
use crate::calldata::Address;
use crate::host::{Host, HostError};
use crate::storage::{ChangesError, Delta, PAGES, Page, PageKey, SlotId, StorageView};
use proptest::prelude::*;
use ruint::aliases::U256;
use std::collections::BTreeMap;
use std::path::PathBuf;

const ACCEPTED: StorageView = StorageView::LatestNonFinal;
const FINAL: StorageView = StorageView::LatestFinal;

/// A folder that is removed with its owner.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("selfsame-store-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn address(number: u8) -> Address {
    Address([number; 20])
}

fn slot(number: u8) -> SlotId {
    SlotId([number; 32])
}

/// A block of one run.
fn block(tx: u8, contract: u8, page: u32, octets: &[u8]) -> Block {
    Block {
        tx_hash: [tx; 32],
        contract: address(contract),
        changes: vec![Delta { slot: slot(1), first_page: page, octets: octets.to_vec() }],
        ..Block::default()
    }
}

fn read(state: &Snapshot, view: StorageView, contract: u8, index: u32, len: usize) -> Vec<u8> {
    let mut buf = vec![0xee; len];
    state.storage_read(view, &address(contract), &slot(1), index, &mut buf).unwrap();
    buf
}

#[derive(Clone, Default)]
struct Model {
    pages: BTreeMap<(Address, PageKey), Page>,
    balances: BTreeMap<Address, U256>,
}

impl Model {
    fn apply(&mut self, block: &Block) {
        for (key, page) in block.changes.iter().flat_map(Delta::pages) {
            self.pages.insert((block.contract, key), page);
        }
        self.balances.extend(&block.balances);
    }

    fn agrees(&self, state: &Snapshot, view: StorageView) {
        for contract in 0..2 {
            for number in 0..2 {
                let mut expected = vec![0; 20 * 32];
                for page in 0..20_u32 {
                    let key = PageKey { slot: slot(number), page };
                    if let Some(octets) = self.pages.get(&(address(contract), key)) {
                        expected[page as usize * 32..][..32].copy_from_slice(octets);
                    }
                }
                // Whole, and a part that starts and ends inside pages.
                for (from, to) in [(0, 640), (37, 611), (70, 90)] {
                    let mut buf = vec![0xee; to - from];
                    let at = u32::try_from(from).unwrap();
                    state.storage_read(view, &address(contract), &slot(number), at, &mut buf).unwrap();
                    assert_eq!(buf, expected[from..to]);
                }
            }
        }
        assert_eq!(state.state_hash(view), state.recomputed_state_hash(view));
    }
}

fn changes() -> impl Strategy<Value = Vec<Delta>> {
    // Pages of zeros are frequent, so that they replace others.
    let pages = prop::collection::btree_map((0..2_u8, 0..20_u32), 0..3_u8, 0..12);
    pages.prop_map(|pages| {
        let mut deltas: Vec<Delta> = Vec::new();
        for ((number, page), octet) in pages {
            match deltas.last_mut() {
                Some(run)
                    if run.slot == slot(number)
                        && run.first_page as usize + run.octets.len() / 32 == page as usize =>
                {
                    run.octets.extend([octet; 32]);
                }
                _ => deltas.push(Delta { slot: slot(number), first_page: page, octets: vec![octet; 32] }),
            }
        }
        deltas
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_store_is_two_maps(
        steps in prop::collection::vec(
            (0..2_u8, changes(), prop::collection::btree_map(0..4_u8, 0..3_u64, 0..3), any::<prop::sample::Index>(),
             any::<bool>()),
            1..12,
        )
    ) {
        let store = NodeStore::in_memory().unwrap();
        let mut models = vec![Model::default()];
        let mut finalised = 0;
        for ((contract, changes, balances, pick, finalise), tx) in steps.into_iter().zip(1..) {
            let block = Block {
                tx_hash: [tx; 32],
                contract: address(contract),
                changes,
                balances: balances.into_iter().map(|(who, much)| (address(who), U256::from(much))).collect(),
                ..Block::default()
            };
            let committed = store.commit(&block).unwrap();
            prop_assert_eq!(committed.number, u64::from(tx));
            let mut model = models.last().unwrap().clone();
            model.apply(&block);
            models.push(model);
            if finalise {
                finalised += pick.index(models.len() - finalised);
                store.finalise(finalised as u64).unwrap();
            }
            let state = store.snapshot().unwrap();
            prop_assert_eq!((state.accepted(), state.finalised()), (u64::from(tx), finalised as u64));
            prop_assert_eq!(state.block(u64::from(tx)).unwrap(), block);
            let head = Head { state_hash: committed.state_hash, chain_hash: committed.chain_hash };
            prop_assert_eq!(state.head(u64::from(tx)).unwrap(), head);
            prop_assert_eq!(state.recomputed_chain_hash().unwrap(), committed.chain_hash);
            let model = models.last().unwrap();
            model.agrees(&state, ACCEPTED);
            model.agrees(&state, StorageView::Default);
            models[finalised].agrees(&state, FINAL);
            for who in 0..4 {
                let expected = model.balances.get(&address(who)).copied().unwrap_or_default();
                prop_assert_eq!(state.balance(&address(who)), Ok(expected));
            }
        }
    }
}

#[test]
fn equal_states_have_equal_hashes_whatever_their_history() {
    let one = NodeStore::in_memory().unwrap();
    one.commit(&block(1, 1, 0, &[7; 64])).unwrap();
    one.commit(&block(2, 1, 1, &[0; 32])).unwrap();
    let one = one.commit(&block(3, 2, 5, &[8; 32])).unwrap();
    let other = NodeStore::in_memory().unwrap();
    other.commit(&block(3, 2, 5, &[8; 32])).unwrap();
    let other = other.commit(&block(1, 1, 0, &[7; 32])).unwrap();
    assert_eq!(one.state_hash, other.state_hash);
    assert_ne!(one.chain_hash, other.chain_hash);

    let emptied = NodeStore::in_memory().unwrap();
    let empty = emptied.snapshot().unwrap().head(0).unwrap();
    emptied.commit(&block(1, 1, 0, &[7; 64])).unwrap();
    assert_eq!(emptied.commit(&block(2, 1, 0, &[0; 64])).unwrap().state_hash, empty.state_hash);
}

#[test]
fn a_snapshot_stays_as_it_is() {
    let store = NodeStore::in_memory().unwrap();
    store.commit(&block(1, 1, 0, &[1; 32])).unwrap();
    let before = store.snapshot().unwrap();
    let next = Block { balances: [(address(9), U256::from(5))].into(), ..block(2, 1, 0, &[2; 32]) };
    store.commit(&next).unwrap();
    store.finalise(2).unwrap();
    assert_eq!(read(&before, ACCEPTED, 1, 0, 1), [1]);
    assert_eq!(read(&before, FINAL, 1, 0, 1), [0]);
    assert_eq!(before.balance(&address(9)), Ok(U256::ZERO));
    assert_eq!((before.accepted(), before.finalised()), (1, 0));
    let after = store.snapshot().unwrap();
    assert_eq!(read(&after, FINAL, 1, 0, 1), [2]);
    assert_eq!(after.balance(&address(9)), Ok(U256::from(5)));
}

#[test]
fn a_read_may_end_where_the_slot_ends() {
    let store = NodeStore::in_memory().unwrap();
    store.commit(&block(1, 1, PAGES - 1, &[7; 32])).unwrap();
    let state = store.snapshot().unwrap();
    assert_eq!(read(&state, ACCEPTED, 1, u32::MAX - 32, 33), [&[0][..], &[7; 32]].concat());
    assert!(read(&state, ACCEPTED, 1, u32::MAX, 0).is_empty());
    let past = state.storage_read(ACCEPTED, &address(1), &slot(1), u32::MAX, &mut [0; 2]);
    assert!(matches!(past, Err(HostError::Fault(_))));
}

#[test]
fn what_is_refused_changes_nothing() {
    let store = NodeStore::in_memory().unwrap();
    let first = Block { messages: vec![b"m".to_vec()], ..block(1, 1, 0, &[1; 32]) };
    let committed = store.commit_after(0, &first).unwrap();
    let rows = [
        (block(1, 1, 0, &[2; 32]), StoreError::AlreadyCommitted(1)),
        (Block { delivered: vec![2], ..block(2, 1, 0, &[2; 32]) }, StoreError::UnknownMessage(2)),
        (Block { delivered: vec![1, 1], ..block(2, 1, 0, &[2; 32]) }, StoreError::UnknownMessage(1)),
        (block(2, 1, 0, &[2; 31]), StoreError::Changes(ChangesError::Shape)),
        (block(2, 1, 0, &[]), StoreError::Changes(ChangesError::Shape)),
        (block(2, 1, PAGES, &[2; 32]), StoreError::Changes(ChangesError::OutOfBounds)),
    ];
    for (block, error) in rows {
        assert_eq!(store.commit(&block), Err(error));
    }
    assert_eq!(store.commit_after(0, &block(2, 1, 0, &[2; 32])), Err(StoreError::Moved(1)));
    assert_eq!(store.finalise(2), Err(StoreError::UnknownBlock(2)));

    let state = store.snapshot().unwrap();
    assert_eq!((state.accepted(), state.finalised()), (1, 0));
    assert_eq!(state.state_hash(ACCEPTED), Ok(committed.state_hash));
    assert_eq!(state.recomputed_state_hash(ACCEPTED), Ok(committed.state_hash));
    assert_eq!(state.messages(0, 9).unwrap().len(), 1);
    assert_eq!(state.block(2), Err(StoreError::UnknownBlock(2)));
    assert_eq!(state.head(2), Err(StoreError::UnknownBlock(2)));
}

#[test]
fn blocks_become_final_in_order_and_stay_so() {
    let store = NodeStore::in_memory().unwrap();
    for tx in 1..=4 {
        store.commit(&block(tx, 1, 0, &[tx; 32])).unwrap();
    }
    store.finalise(0).unwrap();
    store.finalise(3).unwrap();
    store.finalise(3).unwrap();
    assert_eq!(store.finalise(2), Err(StoreError::UnknownBlock(2)));
    let state = store.snapshot().unwrap();
    assert_eq!(read(&state, FINAL, 1, 0, 1), [3]);
    assert_eq!(read(&state, ACCEPTED, 1, 0, 1), [4]);
    assert_eq!(state.state_hash(FINAL).unwrap(), state.head(3).unwrap().state_hash);
    assert_eq!(state.recomputed_state_hash(FINAL).unwrap(), state.head(3).unwrap().state_hash);
}

#[test]
fn messages_wait_until_a_block_delivers_them() {
    let store = NodeStore::in_memory().unwrap();
    let emit = |tx, messages: &[&[u8]], delivered: &[u64]| {
        let messages = messages.iter().map(|octets| octets.to_vec()).collect();
        let block = Block { messages, delivered: delivered.to_vec(), ..block(tx, 1, 0, &[tx; 32]) };
        store.commit(&block).unwrap();
    };
    let waiting = |first, max| store.snapshot().unwrap().messages(first, max).unwrap();
    let message = |id, block, octets: &[u8]| Message { id, block, octets: octets.to_vec() };
    emit(1, &[b"a", b""], &[]);
    emit(2, &[b"c"], &[1]);
    assert_eq!(waiting(0, 9), [message(2, 1, b""), message(3, 2, b"c")]);
    assert_eq!(waiting(0, 1), [message(2, 1, b"")]);
    assert_eq!(waiting(3, 9), [message(3, 2, b"c")]);
    emit(3, &[], &[2, 3]);
    assert_eq!(waiting(0, 9), []);
    emit(4, &[b"d"], &[]);
    assert_eq!(waiting(0, 9), [message(4, 4, b"d")]); // ids are never used again
}

#[test]
fn transactions_and_pages_are_found() {
    let store = NodeStore::in_memory().unwrap();
    store.commit(&block(1, 1, 3, &[7; 64])).unwrap();
    store.commit(&block(2, 2, 0, &[8; 32])).unwrap();
    let state = store.snapshot().unwrap();
    assert_eq!(state.block_of(&[2; 32]), Ok(Some(2)));
    assert_eq!(state.block_of(&[3; 32]), Ok(None));
    let key = |page| PageKey { slot: slot(1), page };
    let start = PageKey { slot: SlotId::ROOT, page: 0 };
    let pages = |first, max| state.pages(ACCEPTED, &address(1), first, max).unwrap();
    assert_eq!(pages(start, 9), [(key(3), [7; 32]), (key(4), [7; 32])]);
    assert_eq!(pages(start, 1), [(key(3), [7; 32])]);
    assert_eq!(pages(key(4), 9), [(key(4), [7; 32])]);
    assert_eq!(state.pages(FINAL, &address(1), start, 9).unwrap(), []);
}

#[test]
fn a_file_is_found_again_as_it_was_left() {
    let folder = Folder::new("again");
    let in_memory = NodeStore::in_memory().unwrap();
    for tx in 1..=3 {
        let store = NodeStore::open(&folder.0).unwrap();
        let block = Block { messages: vec![vec![tx]], ..block(tx, 1, u32::from(tx), &[tx; 40 * 32]) };
        assert_eq!(store.commit(&block), in_memory.commit(&block));
        store.finalise(u64::from(tx) / 2).unwrap();
    }
    let store = NodeStore::open(&folder.0).unwrap();
    let state = store.snapshot().unwrap();
    assert_eq!((state.accepted(), state.finalised()), (3, 1));
    assert_eq!(state.head(3), in_memory.snapshot().unwrap().head(3));
    assert_eq!(state.recomputed_state_hash(ACCEPTED), state.state_hash(ACCEPTED));
    assert_eq!(state.messages(0, 9).unwrap().len(), 3);
}

#[test]
fn one_process_at_a_time() {
    let folder = Folder::new("lock");
    let _store = NodeStore::open(&folder.0).unwrap();
    assert!(matches!(NodeStore::open(&folder.0), Err(StoreError::Database(_))));
}

#[test]
fn what_a_killed_creation_leaves_is_in_nobodys_way() {
    let folder = Folder::new("draft");
    std::fs::create_dir_all(&folder.0).unwrap();
    // One of our own number, half made, and one of another process.
    std::fs::write(folder.0.join(format!("store.redb.{}", std::process::id())), [0; 5000]).unwrap();
    std::fs::write(folder.0.join("store.redb.1"), [0; 5000]).unwrap();
    NodeStore::open(&folder.0).unwrap().commit(&block(1, 1, 0, &[1; 32])).unwrap();
    assert_eq!(NodeStore::open(&folder.0).unwrap().snapshot().unwrap().accepted(), 1);
}

#[test]
fn another_format_is_refused() {
    let folder = Folder::new("format");
    drop(NodeStore::open(&folder.0).unwrap());
    {
        let database = redb::Database::open(folder.0.join("store.redb")).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(tables::NUMBERS).unwrap().insert("format", 2).unwrap();
        transaction.commit().unwrap();
    }
    assert_eq!(NodeStore::open(&folder.0).unwrap_err(), StoreError::Format(2));
    std::fs::write(folder.0.join("store.redb"), b"something else").unwrap();
    assert!(matches!(NodeStore::open(&folder.0), Err(StoreError::Database(_))));
}

#[test]
fn stores_and_snapshots_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<NodeStore>();
    shared::<Snapshot>();
}
