//! Each resource, run out of: the code, and the number at which it happens.

use crate::harness::{TIME, World, call, module, outcome};
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value};
use selfsame_hostabi::fees::{Fees, FeesConfig};
use selfsame_hostabi::services::NoServices;
use selfsame_hostabi::vm::{Done, NodeConfig, Role, Run, VmLimits};
use std::sync::Arc;

const AT: Address = Address([0x11; 20]);

fn world_with(limits: VmLimits) -> World {
    World::with(Arc::new(NoServices), &NodeConfig { limits, ..NodeConfig::default() })
}

/// The code with which a run ends.
fn code(done: &Done) -> String {
    outcome(done).expect_err("it runs out")
}

/// Runs with buckets of these sizes: storage, receipts, message fees.
fn with_fees(world: &World, run: &Run, totals: [u64; 3]) -> Done {
    let totals = totals.map(U256::from).to_vec();
    let fees = Fees::new(&FeesConfig::default(), totals, Vec::new()).expect("they fit together");
    world.run(&Run { fees, ..run.clone() })
}

#[test]
fn time_runs_out_at_the_last_gas() {
    let mut world = World::offline();
    world.deploy(AT, module("echo"), vec![]);
    let run = Run::new(world.message(AT, call("echo", vec![1.into()])), TIME);
    let used = world.run(&run).time_used;
    assert!(outcome(&world.run(&Run { time: used, ..run.clone() })).is_ok());
    assert_eq!(code(&world.run(&Run { time: used - 1, ..run.clone() })), "wasm_trap out_of_fuel");
    assert_eq!(code(&world.run(&Run { time: 0, ..run })), "wasm_trap out_of_fuel");
}

#[test]
fn pages_run_out_at_the_last_page() {
    let mut world = World::offline();
    world.deploy(AT, module("token"), vec![100.into()]);
    let to = Address([7; 20]);
    let run = Run::new(world.message(AT, call("transfer", vec![to.into(), 1.into()])), TIME);
    let done = with_fees(&world, &run, [1000, 1000, 0]);
    let pages: usize = done.report.storage_changes.iter().map(|delta| delta.octets.len() / 32).sum();
    let pages = pages as u64;
    assert_eq!(done.report.data_fees_consumed.storage, U256::from(pages));
    assert!(outcome(&with_fees(&world, &run, [pages, 1000, 0])).is_ok());
    assert_eq!(code(&with_fees(&world, &run, [pages - 1, 1000, 0])), "out_of storage");
}

#[test]
fn receipts_run_out_at_the_last_octet() {
    let mut world = World::offline();
    world.deploy(AT, module("composer"), vec![]);
    let run = Run::new(world.message(AT, call("blocks", vec![3.into()])), TIME);
    // Three buffers of two octets.
    assert!(outcome(&with_fees(&world, &run, [0, 6, 0])).is_ok());
    assert_eq!(code(&with_fees(&world, &run, [0, 5, 0])), "out_of receipt nondet_output");

    let event = vec![Value::Array(vec![Value::Bytes(vec![1; 32])]), Value::map([("x", 1.into())])];
    let run = Run::new(world.message(AT, call("event", event)), TIME);
    // A topic of 32 octets; a map of one entry: header, key of two octets, value.
    assert!(outcome(&with_fees(&world, &run, [0, 36, 0])).is_ok());
    assert_eq!(code(&with_fees(&world, &run, [0, 35, 0])), "out_of receipt event");
}

#[test]
fn ram_runs_out_at_the_last_octet() {
    let fixed = VmLimits::default();
    let mut world = World::offline();
    world.deploy(AT, module("echo"), vec![]);
    let run = Run::new(world.message(AT, call("echo", vec![])), TIME);
    let wasm = module("echo");
    let stdin = run.message.encode().len();
    // The module's memory and tables are what is left over; found once, then exact to the octet.
    let known = fixed.subvm as usize + fixed.runner as usize + wasm.len() + stdin;
    let with_ram = |ram: u32| {
        let node = world_with(VmLimits { ram, ..fixed });
        outcome(&node.fast.execute(world.host(), run.clone()))
    };
    let (mut low, mut high) = (known as u32 - 1, known as u32 + (8 << 20));
    assert_eq!(with_ram(low), Err("out_of memory".into()));
    assert!(with_ram(high).is_ok());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if with_ram(middle).is_ok() { high = middle } else { low = middle }
    }
    let module_ram = high as usize - known;
    assert_eq!(module_ram % 64, 0, "pages of 65,536 octets and table elements of 64");
    // Below each charge its own code: creation, standard input, the runner, the memory.
    for (ram, code) in [
        (fixed.subvm - 1, "out_of memory"),
        (fixed.subvm + stdin as u32 - 1, "out_of memory"),
        (known as u32 - 1, "out_of memory"),
        (known as u32, "out_of memory wasm_memory"),
    ] {
        assert_eq!(with_ram(ram), Err(code.into()), "{ram}");
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "minutes in a debug build; .ci/run runs it in release")]
fn depth_ends_at_512() {
    let mut world = world_with(VmLimits { subvm: 0, ..VmLimits::default() });
    world.deploy(AT, module("composer"), vec![]);
    // The main sub-VM is at depth 0, the last one at 511.
    let run = Run::new(world.message(AT, call("call_depth", vec![600.into()])), 100 * TIME);
    assert_eq!(outcome(&world.fast.execute(world.host(), run)), Ok(511.into()));
    let run = Run::new(world.message(AT, call("sandbox_depth", vec![600.into()])), 100 * TIME);
    assert_eq!(outcome(&world.fast.execute(world.host(), run)), Ok(511.into()));
}

#[test]
#[cfg_attr(debug_assertions, ignore = "minutes in a debug build; .ci/run runs it in release")]
fn blocks_end_at_4096() {
    let mut world = World::offline();
    world.deploy(AT, module("composer"), vec![]);
    let run = |count: u32| {
        let run = Run::new(world.message(AT, call("blocks", vec![count.into()])), 20 * TIME);
        world.fast.execute(world.host(), run)
    };
    let all = run(4096);
    assert_eq!(outcome(&all), Ok((4096 * 4095 / 2).into()));
    assert_eq!(code(&run(4097)), "out_of nondet_blocks");
    let results = all.report.nondet_results.clone();
    let message = world.message(AT, call("blocks", vec![4096.into()]));
    let sync = Run { role: Role::Sync(results), ..Run::new(message, 20 * TIME) };
    let sync = world.exact.execute(world.host(), sync);
    assert_eq!(sync.report.execution_hash(), all.report.execution_hash());
}

#[test]
fn locked_slots_end_at_256_and_upgraders_at_32() {
    let mut world = World::offline();
    world.deploy(AT, module("counter"), vec![]);
    let lists = [
        (selfsame_hostabi::storage::root::locked_slots(), 256_u32, "out_of locked_slots"),
        (selfsame_hostabi::storage::root::upgraders(), 32, "out_of upgraders"),
    ];
    for (slot, most, wanted) in lists {
        let before = world.chain.clone();
        for (count, refused) in [(most, false), (most + 1, true)] {
            let mut page = vec![0; 32];
            page[..4].copy_from_slice(&count.to_le_bytes());
            world.chain.write(AT, slot, page);
            let got = world.call(AT, "get", vec![]);
            assert_eq!(got, if refused { Err(wanted.into()) } else { Ok(0.into()) }, "{count}");
        }
        world.chain = before;
    }
}
