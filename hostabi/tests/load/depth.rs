//! Nesting of everything, on a small native stack.

use crate::harness::{World, call, outcome};
use crate::{AT, MIB, alone, peak, program};
use selfsame_hostabi::calldata::{MAX_DEPTH, Value};
use selfsame_hostabi::services::NoServices;
use selfsame_hostabi::vm::{NodeConfig, Run, VmLimits};
use std::sync::Arc;

const SMALL_STACK: usize = 512 << 10;

/// Runs on a thread with a small stack.
fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK);
    thread.spawn(body).expect("a thread").join().expect("the body passes");
}

/// Sub-VMs inside one another to the limit, each of them 900 calls deep and inside 100 blocks when it asks for the next.
#[test]
fn calls_in_sub_vms_in_calls_take_no_native_stack() {
    let _alone = alone();
    on_a_small_stack(|| {
        let request = Value::map([(
            "CallContract",
            Value::map([
                ("address", AT.into()),
                ("calldata", Value::map([("", "x".into()), ("args", Value::Array(vec![]))])),
                ("state", 0.into()),
            ]),
        )]);
        let (blocks, ends) = ("(block ".repeat(100), ")".repeat(100));
        let items = format!(
            "(func $down (param i32)
                (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else {blocks}
                    (call $must (call $ask)) {ends})))"
        );
        let program = program(&request, &items, "(call $down (i32.const 900))");
        let depth = if cfg!(debug_assertions) { 64 } else { 512 };
        let limits = VmLimits { subvm: 0, depth, ..VmLimits::default() };
        let config = NodeConfig { limits, ..NodeConfig::default() };
        let mut world = World::with(Arc::new(NoServices), &config);
        world.chain.write_code(AT, &program);
        let run = Run::new(world.message(AT, call("x", vec![])), 100_000_000);
        let (done, allocated) = peak(|| world.run(&run));
        // The last one is refused, its caller reads that and goes on; so all return.
        assert_eq!(outcome(&done), Ok(Value::Null));
        // A thousand frames of a sub-VM, and its first cells.
        assert!(allocated < depth as usize * MIB / 4 + 8 * MIB, "{allocated} octets");
    });
}

#[test]
fn values_nest_128_deep_and_no_deeper_in_results_and_requests() {
    let _alone = alone();
    on_a_small_stack(|| {
        let nested = |depth: usize| (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        // A request is a map itself.
        for (depth, code) in [(MAX_DEPTH - 1, None), (MAX_DEPTH, Some("wasm_trap unreachable"))] {
            let request = Value::map([("Return", nested(depth))]);
            let program = program(&request, "", "(call $must (call $ask))");
            let mut world = World::offline();
            world.chain.write_code(AT, &program);
            let done = world.run(&Run::new(world.message(AT, call("x", vec![])), 100_000_000));
            assert_eq!(outcome(&done), code.map_or(Ok(nested(depth)), |code| Err(code.into())), "{depth}");
        }
    });
}

/// A megabyte of opened containers is refused where the limit is, without a stack to match.
#[test]
fn containers_opened_without_end_are_no_request() {
    let _alone = alone();
    on_a_small_stack(|| {
        // An array of one element, as often as there is room: the octet that `Value::Array(vec![x])` starts with.
        let octet = selfsame_hostabi::calldata::encode(&Value::Array(vec![Value::Null]))[0];
        let body = format!(
            "(memory.fill (i32.const 4096) (i32.const {octet}) (i32.const 1000000))
            (call $exit (call $gl_call (i32.const 4096) (i32.const 1000000) (i32.const 0)))"
        );
        let wide = Value::map([("Return", Value::Bytes(vec![0; MIB]))]);
        let mut world = World::offline();
        world.chain.write_code(AT, &program(&wide, "", &body));
        let run = Run::new(world.message(AT, call("x", vec![])), 100_000_000);
        let (done, allocated) = peak(|| world.run(&run));
        assert_eq!(outcome(&done), Err("exit_code 2".into()), "inval");
        assert!(allocated < 8 * MIB, "{allocated} octets");
    });
}
