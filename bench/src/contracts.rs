//! What contracts cost a node: calls a second on a durable store, and the start of a sub-VM.

use selfsame_hostabi::calldata::{Address, Kind, Value, check, encode};
use selfsame_hostabi::host::{Host, HostError};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::result::Report;
use selfsame_hostabi::runner::packaged_id;
use selfsame_hostabi::services::NoServices;
use selfsame_hostabi::storage::{SlotId, StorageView};
use selfsame_hostabi::store::{Block, NodeStore, Snapshot};
use selfsame_hostabi::vm::{Node, NodeConfig, Run};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const OWNER: Address = Address([0x22; 20]);
const AT: Address = Address([0x11; 20]);
const TIME: u64 = 1_000_000_000;

/// Prints calls a second and microseconds; `smoke` runs each once or twice. `python` is an archive that starts
/// CPython.
pub fn run(contracts: &Path, python: Option<&Path>, smoke: bool) -> Result<(), Box<dyn Error>> {
    let (calls, starts) = if smoke { (3, 3) } else { (2_000, 2_000) };
    let folder = std::env::temp_dir().join(format!("selfsame-bench-{}", std::process::id()));
    let durable = NodeStore::open(&folder)?;
    let token = std::fs::read(contracts.join("token/token.wasm"))?;
    let outcome = throughput(&durable, &token, calls);
    drop(durable);
    std::fs::remove_dir_all(&folder)?;
    let (run, commit) = outcome?;
    let each = |all: Duration| all.as_secs_f64() * 1e6 / f64::from(calls);
    println!(
        "token transfers, durable store, one core: {:.0} calls a second ({:.0} us to run, {:.0} us to commit)",
        1e6 / (each(run) + each(commit)),
        each(run),
        each(commit)
    );
    let memory = NodeStore::in_memory()?;
    let (run, _) = throughput(&memory, &token, calls)?;
    println!("token transfers, without commits: {:.0} calls a second", 1e6 / each(run));
    let echo = std::fs::read(contracts.join("echo/echo.wasm"))?;
    let call = |method: &str, args: Vec<Value>| Value::map([("", method.into()), ("args", args.into())]);
    println!(
        "a whole run of a small contract, report included: {:.0} us",
        median(&echo, &call("echo", vec![]), starts)?
    );
    // What one more sub-VM takes: from its request to its result in the caller's hands.
    let composer = std::fs::read(contracts.join("composer/composer.wasm"))?;
    let blocks = if smoke { 2 } else { 500 };
    let some = median(&composer, &call("blocks", vec![blocks.into()]), 1 + starts / 100)?;
    let none = median(&composer, &call("blocks", vec![0.into()]), 1 + starts / 100)?;
    println!("a sub-VM from a cached module, start to end: {:.1} us", (some - none) / f64::from(blocks));
    starts_of_sub_vms(python, if smoke { 3 } else { 500 })
}

/// Runs and commits transfers one after the other; the time of each part.
fn throughput(store: &NodeStore, code: &[u8], calls: u32) -> Result<(Duration, Duration), Box<dyn Error>> {
    let node = Node::new(&NodeConfig::default(), Arc::new(NoServices));
    let mut number = 0_u32;
    let mut commit = |report: &Report| -> Result<(), Box<dyn Error>> {
        let mut tx_hash = [0; 32];
        tx_hash[..4].copy_from_slice(&number.to_le_bytes());
        number += 1;
        let changes = report.storage_changes.clone();
        let execution_hash = *report.execution_hash().ok_or("a run failed")?;
        store.commit(&Block { tx_hash, contract: AT, changes, execution_hash, ..Block::default() })?;
        Ok(())
    };
    let mut message = message(&Value::map([("args", vec![Value::from(1_000_000)].into())]));
    message.is_init = true;
    let deploy = Run { code: Some(code.into()), ..Run::new(message, TIME) };
    commit(&node.execute(Arc::new(store.snapshot()?), deploy).report)?;
    let (mut running, mut committing) = (Duration::ZERO, Duration::ZERO);
    for call in 0..calls {
        let to = Address([call as u8; 20]);
        let args = vec![to.into(), 1.into()];
        let entry = Value::map([("", "transfer".into()), ("args", Value::Array(args))]);
        let started = Instant::now();
        let done = node.execute(Arc::new(store.snapshot()?), Run::new(self::message(&entry), TIME));
        running += started.elapsed();
        if done.report.kind() != 0 {
            return Err(format!("a transfer failed: {:?}", done.report.end).into());
        }
        let started = Instant::now();
        commit(&done.report)?;
        committing += started.elapsed();
    }
    Ok((running, committing))
}

fn message(entry: &Value) -> StartupMessage {
    StartupMessage::main(ruint::aliases::U256::from(1), AT, OWNER, encode(entry))
}

/// A node's state with installed runners.
struct Installed {
    state: Snapshot,
    runners: BTreeMap<String, Arc<[u8]>>,
}

impl Host for Installed {
    fn storage_read(
        &self,
        view: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError> {
        self.state.storage_read(view, address, slot, index, buf)
    }

    fn balance(&self, address: &Address) -> Result<ruint::aliases::U256, HostError> {
        self.state.balance(address)
    }

    fn packaged_runner(&self, id: &str) -> Result<Option<Arc<[u8]>>, HostError> {
        Ok(self.runners.get(id).cloned())
    }
}

/// Returns the microseconds since its sub-VM was started: the request at 0, then a `Return` of what is read.
const CLOCK: &str = r#"(module
    (import "genlayer_sdk" "gl_call" (func $gl_call (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\0e\05Trace|RuntimeMicroSec")
    (data (i32.const 64) "\0e\06Return")
    (data (i32.const 128) "\48\00\00\00\20\00\00\00")
    (func (export "_start")
        (drop (call $gl_call (i32.const 0) (i32.const 23) (i32.const 136)))
        (drop (call $read (i32.load (i32.const 136)) (i32.const 128) (i32.const 1) (i32.const 140)))
        (drop (call $gl_call (i32.const 64) (i32.add (i32.const 8) (i32.load (i32.const 140))) (i32.const 136)))))"#;

/// A contract that runs a block with a runner.
fn asking_for(runner: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let data = || Value::Bytes(Vec::new());
    let fields = [("data_leader", data()), ("data_validator", data()), ("runner", runner.into())];
    let request = encode(&Value::map([("RunNondet", Value::map(fields))]));
    let text: String = request.iter().map(|octet| format!("\\{octet:02x}")).collect();
    Ok(wat::parse_str(format!(
        r#"(module (import "genlayer_sdk" "gl_call" (func $gl_call (param i32 i32 i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 16) "{text}")
        (func (export "_start") (drop (call $gl_call (i32.const 16) (i32.const {}) (i32.const 0)))))"#,
        request.len()
    ))?)
}

/// Prints how long it takes until a sub-VM's first instruction: by the guest's own clock for a small module, and for
/// CPython as what a block takes that runs out of time at once.
fn starts_of_sub_vms(python: Option<&Path>, times: u32) -> Result<(), Box<dyn Error>> {
    let node = Node::new(&NodeConfig::default(), Arc::new(NoServices));
    let clock = wat::parse_str(CLOCK)?;
    let mut runners = vec![("small", packaged_id("clock", &clock)?.to_string(), clock, TIME)];
    if let Some(path) = python {
        let archive = std::fs::read(path)?;
        // Enough to check and instantiate the module, and for some thousand instructions.
        let time = 230_000;
        runners.push(("CPython", packaged_id("python", &archive)?.to_string(), archive, time));
    }
    for (name, id, archive, time) in runners {
        let code: Arc<[u8]> = asking_for(&id)?.into();
        let state = NodeStore::in_memory()?.snapshot()?;
        let host = Arc::new(Installed { state, runners: BTreeMap::from([(id, archive.into())]) });
        let mut by_clock = Vec::new();
        let mut whole = Vec::new();
        for _ in 0..times {
            let mut message = message(&Value::map([("args", Value::Array(Vec::new()))]));
            message.is_init = true;
            let run = Run { code: Some(Arc::clone(&code)), ..Run::new(message, time) };
            let started = Instant::now();
            let done = node.execute(Arc::clone(&host) as _, run);
            whole.push(started.elapsed().as_secs_f64() * 1e6);
            let result = done.report.nondet_results.first().ok_or("the block did not run")?;
            if let [0, value @ ..] = &result[..]
                && let Kind::Int(micros) = check(value)?.kind()
            {
                by_clock.push(micros.to_u64().unwrap_or(u64::MAX) as f64);
            }
        }
        let middle = |times: &mut Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times.get(times.len() / 2).copied()
        };
        let clock = middle(&mut by_clock).map_or(String::new(), |micros| {
            format!("first instruction after {micros:.0} us by its own clock; ")
        });
        println!("sub-VM of {name}: {clock}a run around it {:.0} us", middle(&mut whole).unwrap_or(f64::NAN));
    }
    Ok(())
}

/// Microseconds that a call takes, from its request to its report: the median of some.
fn median(code: &[u8], entry: &Value, starts: u32) -> Result<f64, Box<dyn Error>> {
    let store = NodeStore::in_memory()?;
    let node = Node::new(&NodeConfig::default(), Arc::new(NoServices));
    let mut deploy = message(&Value::map([("args", Value::Array(Vec::new()))]));
    deploy.is_init = true;
    let host = Arc::new(store.snapshot()?);
    let deploy = Run { code: Some(code.into()), ..Run::new(deploy, TIME) };
    let report = node.execute(host, deploy).report;
    let changes = report.storage_changes.clone();
    store.commit(&Block { tx_hash: [1; 32], contract: AT, changes, ..Block::default() })?;
    let host = Arc::new(store.snapshot()?);
    let mut times = Vec::new();
    for _ in 0..starts {
        let run = Run::new(message(entry), TIME);
        let started = Instant::now();
        let done = node.execute(Arc::clone(&host) as _, run);
        times.push(started.elapsed().as_secs_f64() * 1e6);
        if done.report.kind() != 0 {
            return Err("the contract failed".into());
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
