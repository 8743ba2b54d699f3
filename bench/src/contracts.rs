//! What contracts cost a node: calls a second on a durable store, and the start of a sub-VM.

use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::result::Report;
use selfsame_hostabi::services::NoServices;
use selfsame_hostabi::store::{Block, NodeStore};
use selfsame_hostabi::vm::{Node, NodeConfig, Run};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const OWNER: Address = Address([0x22; 20]);
const AT: Address = Address([0x11; 20]);
const TIME: u64 = 1_000_000_000;

/// Prints calls a second and microseconds; `smoke` runs each once or twice.
pub fn run(contracts: &Path, smoke: bool) -> Result<(), Box<dyn Error>> {
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
    Ok(())
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
