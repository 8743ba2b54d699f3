//! Ten thousand executions in one process leave its memory where it was.

use peak_alloc::PeakAlloc;
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::services::NoServices;
use selfsame_hostabi::store::{Block, NodeStore};
use selfsame_hostabi::vm::{Node, NodeConfig, Run};
use std::sync::Arc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const AT: Address = Address([0x11; 20]);
const TIME: u64 = 1_000_000_000;

/// Kilobytes of this process that are resident, mapped memories included; 0 where that cannot be told.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok()).unwrap_or(0)
}

#[test]
#[cfg_attr(debug_assertions, ignore = "a minute in a debug build; .ci/run runs it in release")]
fn ten_thousand_calls_do_not_grow() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/composer/composer.wasm");
    let code: Arc<[u8]> = std::fs::read(path).expect("the example's module").into();
    let store = NodeStore::in_memory().expect("memory");
    let node = Node::new(&NodeConfig::default(), Arc::new(NoServices));
    let run = |entry: &Value, code: Option<Arc<[u8]>>| {
        let mut message = StartupMessage::main(U256::from(1), AT, Address([0x22; 20]), encode(entry));
        message.is_init = code.is_some();
        let host = Arc::new(store.snapshot().expect("a snapshot"));
        node.execute(host, Run { code, ..Run::new(message, TIME) })
    };
    let deployed = run(&Value::map([("args", Value::Array(vec![]))]), Some(code));
    let changes = deployed.report.storage_changes.clone();
    store.commit(&Block { tx_hash: [1; 32], contract: AT, changes, ..Block::default() }).expect("a commit");

    // A sandbox that writes, nested calls, blocks, a failure.
    let entry = |method: &str, args: Vec<Value>| Value::map([("", method.into()), ("args", args.into())]);
    let calls = [
        entry("sandbox_add", vec![3.into(), 1.into()]),
        entry("call_depth", vec![2.into()]),
        entry("blocks", vec![2.into()]),
        entry("no such method", vec![]),
    ];
    let some = |count: usize| {
        for number in 0..count {
            let done = run(&calls[number % calls.len()], None);
            assert_eq!(done.report.kind(), u8::from(number % calls.len() == 3));
        }
    };
    some(400);
    let (before, resident_before) = (ALLOCATED.current_usage(), resident());
    some(10_000);
    let (after, resident_after) = (ALLOCATED.current_usage(), resident());
    assert!(after.abs_diff(before) < 16 << 10, "{before} bytes became {after}");
    assert!(resident_after < resident_before + (8 << 10), "{resident_before} kB became {resident_after}");
}
