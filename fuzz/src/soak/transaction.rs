//! What is done in a soak: transactions that depend on nothing but a seed, a number and the state before them.

use crate::Numbers;
use crate::generate::{bytes, contract};
use crate::targets::world::{World, address, call, module, world};
use crate::targets::{METHODS, argument};
use selfsame_figures::Digest;
use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::store::{Block, Committed, NodeStore, Snapshot, StoreError};
use selfsame_hostabi::vm::{Done, Run};
use std::fmt;
use std::sync::Arc;

/// Deterministic time of a transaction, in gas.
const TIME: u64 = 3_000_000;
/// Generated contracts of a soak: few, so that what a node keeps ready of them does not grow.
const GENERATED: u64 = 48;
/// Blocks that stay open to appeal.
const OPEN: u64 = 3;
/// Blocks are made final in groups of so many.
const GROUP: u64 = 7;

/// What must be equal of a transaction, whoever runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its number, from 1.
    pub number: u64,
    /// Deterministic time that it took.
    pub gas: u64,
    /// Report, hashes of memories, frames: all that came of the execution.
    pub execution: String,
    /// The whole state behind it.
    pub state_hash: [u8; 32],
    /// Its record and all before it.
    pub chain_hash: [u8; 32],
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A line without spaces in its fields.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Seen { number, gas, execution, state_hash, chain_hash } = self;
        write!(f, "{number} {gas} {execution} {} {}", hex(state_hash), hex(chain_hash))
    }
}

/// Which tier runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Fast,
    Exact,
}

/// Runs the transaction with this number on the state of a store that has the one before it, and commits it.
///
/// # Errors
/// If the store fails, or the execution has no result.
pub fn commit(store: &NodeStore, seed: u64, number: u64, which: Which) -> Result<Seen, String> {
    let at_fault = |error: StoreError| format!("transaction {number}: {error}");
    let snapshot = Arc::new(store.snapshot().map_err(at_fault)?);
    let mut numbers = Numbers(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    // Its services answer by the same numbers.
    let world = world(numbers.any());
    let (at, run) = transaction(&world, seed, number, &mut numbers);
    let node = if which == Which::Fast { &world.fast } else { &world.exact };
    let done = node.execute(Arc::clone(&snapshot) as _, run);
    let hash =
        *done.report.execution_hash().ok_or(format!("transaction {number} has no result: {done:?}"))?;
    let block = block(&snapshot, number, at, &done, hash, &mut numbers).map_err(at_fault)?;
    let Committed { state_hash, chain_hash, .. } =
        store.commit_after(number - 1, &block).map_err(at_fault)?;
    finalise(store, number).map_err(at_fault)?;
    let mut digest = Digest::default();
    digest.add(&done);
    let execution = digest.to_string().replace(' ', "-");
    Ok(Seen { number, gas: done.time_used, execution, state_hash, chain_hash })
}

/// Makes final what has stayed open long enough; nothing if that has been done.
///
/// # Errors
/// If the store fails.
pub fn finalise(store: &NodeStore, number: u64) -> Result<(), StoreError> {
    if number > 0 && number.is_multiple_of(GROUP) { store.finalise(number - OPEN) } else { Ok(()) }
}

/// The latest final block behind the transaction with this number.
#[must_use]
pub fn final_behind(number: u64) -> u64 {
    (number / GROUP * GROUP).saturating_sub(OPEN)
}

fn place(contract: usize) -> Address {
    address(0x40 + contract as u8)
}

/// The first ones deploy the example contracts; then they are called, and generated contracts are deployed, which
/// runs them.
fn transaction(world: &World, seed: u64, number: u64, numbers: &mut Numbers) -> (Address, Run) {
    let time = if numbers.below(4) == 0 { numbers.below(60_000) } else { TIME };
    let deployed = |code: Arc<[u8]>, at: Address, args: Vec<Value>| {
        let entry = encode(&Value::map([("args", Value::Array(args))]));
        let message = StartupMessage { is_init: true, ..world.message(at, entry) };
        (at, Run { code: Some(code), ..Run::new(message, TIME) })
    };
    if let Some((name, _)) = METHODS.get(number as usize - 1) {
        let args = match *name {
            "token" => vec![1000.into()],
            "oracle" => vec!["http://prices.example/".into(), 10.into()],
            _ => vec![],
        };
        return deployed(module(name), place(number as usize - 1), args);
    }
    if numbers.below(6) == 0 {
        let which = numbers.below(GENERATED);
        // Some numbers stand for too few decisions.
        let code = (0..).find_map(|more| contract(&bytes(seed ^ (which << 32 | more))));
        return deployed(code.unwrap_or_default().into(), address(0x80 + which as u8), vec![]);
    }
    let contract = numbers.below(METHODS.len() as u64) as usize;
    let (method, types) = numbers.one_of(METHODS[contract].1);
    let args = types.chars().map(|ty| argument(ty, numbers)).collect();
    let at = place(contract);
    (at, Run::new(world.message(at, call(method, args)), time))
}

fn block(
    snapshot: &Snapshot,
    number: u64,
    contract: Address,
    done: &Done,
    execution_hash: [u8; 32],
    numbers: &mut Numbers,
) -> Result<Block, StoreError> {
    let mut tx_hash = [0; 32];
    tx_hash[..8].copy_from_slice(&number.to_be_bytes());
    let waiting = snapshot.messages(0, 4)?;
    let delivered = waiting.iter().take(numbers.below(4) as usize).map(|message| message.id).collect();
    Ok(Block {
        tx_hash,
        contract,
        changes: done.report.storage_changes.clone(),
        balances: [(contract, ruint::aliases::U256::from(numbers.below(1000)))].into(),
        result: done.report.code().unwrap_or("return").into(),
        execution_hash,
        messages: done.report.emissions.iter().map(|emission| emission.octets().to_vec()).collect(),
        delivered,
    })
}
