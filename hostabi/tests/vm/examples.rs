//! The example contracts do what their heads say.

use crate::harness::{OWNER, TIME, World, address, module, outcome};
use selfsame_hostabi::calldata::Value;
use selfsame_hostabi::runner::build;
use selfsame_hostabi::vm::Run;

const AT: selfsame_hostabi::calldata::Address = selfsame_hostabi::calldata::Address([0x11; 20]);

#[test]
fn echo_returns_its_arguments() {
    let mut world = World::offline();
    assert_eq!(crate::harness::outcome(&world.deploy(AT, module("echo"), vec![])), Ok(Value::Null));
    let args = vec![Value::from(1), "two".into()];
    assert_eq!(world.call(AT, "echo", args.clone()), Ok(Value::Array(args)));
}

#[test]
fn tokens_move() {
    let mut world = World::offline();
    world.deploy(AT, module("token"), vec![100.into()]);
    let to = address(7);
    assert_eq!(world.view(AT, "balance_of", vec![OWNER.into()]), Ok(100.into()));
    world.call(AT, "transfer", vec![to.into(), 30.into()]).expect("a transfer");
    assert_eq!(world.view(AT, "balance_of", vec![OWNER.into()]), Ok(70.into()));
    assert_eq!(world.view(AT, "balance_of", vec![to.into()]), Ok(30.into()));
    assert!(world.call(AT, "transfer", vec![to.into(), 71.into()]).is_err());
    assert_eq!(world.view(AT, "total_supply", vec![]), Ok(100.into()));
}

#[test]
fn a_frozen_counter_is_locked_for_all_but_upgraders() {
    let mut world = World::offline();
    world.deploy(AT, module("counter"), vec![true.into(), Value::Array(vec![address(9).into()])]);
    assert_eq!(world.call(AT, "increment", vec![]), Ok(1.into()));
    assert_eq!(world.call(AT, "increment", vec![5.into()]), Ok(6.into()));
    assert_eq!(world.view(AT, "get", vec![]), Ok(6.into()));
    let code = Value::Bytes(module("echo").to_vec());
    assert_eq!(world.call(AT, "upgrade", vec![code.clone()]), Err("user: Str(\"forbidden\")".into()));

    let mut message = world.message(AT, crate::harness::call("upgrade", vec![code]));
    message.sender_address = address(9);
    let done = world.run(&Run::new(message, TIME));
    assert_eq!(outcome(&done), Ok(Value::Null));
    world.chain.commit(AT, &done.report);
    assert_eq!(world.call(AT, "echo", vec![1.into()]), Ok(Value::Array(vec![1.into()])));
}

#[test]
fn faults_have_their_codes() {
    let mut world = World::offline();
    world.deploy(AT, module("misbehave"), vec![]);
    for (method, code) in [
        ("trap", "wasm_trap unreachable"),
        ("memory_out_of_bounds", "wasm_trap memory_out_of_bounds"),
        ("table_out_of_bounds", "wasm_trap table_out_of_bounds"),
        ("null_call", "wasm_trap indirect_call_to_null"),
        ("bad_signature", "wasm_trap bad_signature"),
        ("stack_overflow", "wasm_trap stack_overflow"),
        ("divide_by_zero", "wasm_trap integer_divide_by_zero"),
        ("integer_overflow", "wasm_trap integer_overflow"),
        ("bad_conversion", "wasm_trap bad_conversion_to_integer"),
        ("bad_pointer", "wasm_trap fault"),
        ("misaligned_fd", "wasm_trap fault"),
        ("fd_leak", "out_of fds"),
        ("user_error", "user: Str(\"no\")"),
        ("write_then_trap", "wasm_trap unreachable"),
    ] {
        let done = world.call_done(AT, method, vec![]);
        assert_eq!(outcome(&done), Err(code.into()), "{method}");
        assert!(done.report.storage_changes.is_empty());
        let frames = done.report.backtrace.as_ref().expect("a failure has frames");
        assert!(!frames.is_empty(), "{method}");
        assert!(done.report.wasm_store_hashes.values().any(|memories| memories.len() == 1), "{method}");
    }
    assert_eq!(world.call(AT, "exit", vec![7.into()]), Err("exit_code 7".into()));
    assert_eq!(world.call(AT, "exit", vec![0.into()]), Ok(Value::Null));
    assert_eq!(world.call(AT, "fall_off", vec![]), Ok(Value::Null));
    for (method, errno) in
        [("bad_calldata", 2), ("bad_return", 2), ("bad_range", 2), ("web", 6), ("read", 0), ("post", 0)]
    {
        if method != "post" {
            assert_eq!(world.call(AT, method, vec![]), Ok(errno.into()), "{method}");
        }
    }
    assert_eq!(world.view(AT, "write", vec![]), Ok(6.into()));
    assert_eq!(world.call(AT, "write", vec![]), Ok(0.into()));
}

#[test]
fn a_loop_runs_out_of_time_exactly() {
    let mut world = World::offline();
    world.deploy(AT, module("misbehave"), vec![]);
    let mut run = Run::new(world.message(AT, crate::harness::call("loop", vec![])), 3_000_000);
    let done = world.run(&run);
    assert_eq!(outcome(&done), Err("wasm_trap out_of_fuel".into()));
    run.time = 2_999_999;
    assert!(world.run(&run).time_used <= 2_999_999);
}

#[test]
fn contracts_call_each_other_and_sandboxes_write() {
    let mut world = World::offline();
    world.deploy(AT, module("composer"), vec![]);
    let echo = address(5);
    world.deploy(echo, module("echo"), vec![]);
    let call = Value::map([("", "echo".into()), ("args", Value::Array(vec![8.into()]))]);
    let answer = world.call(AT, "call", vec![echo.into(), call]);
    assert_eq!(answer, Ok(Value::Bytes(vec![0, 0x0d, 0x41])));

    // Without the permission a sandbox cannot write; with it its writes are the caller's.
    let refused = world.call(AT, "sandbox_add", vec![3.into(), 0.into()]).expect("an answer");
    assert!(matches!(refused, Value::Bytes(octets) if octets[0] == 1));
    assert_eq!(world.view(AT, "sum", vec![]), Ok(0.into()));
    assert_eq!(world.call(AT, "sandbox_add", vec![3.into(), 1.into()]), Ok(Value::Bytes(vec![0, 0x19])));
    assert_eq!(world.view(AT, "sum", vec![]), Ok(3.into()));
}

#[test]
fn blocks_are_numbered_and_published() {
    let mut world = World::offline();
    world.deploy(AT, module("composer"), vec![]);
    let done = world.call_done(AT, "blocks", vec![5.into()]);
    assert_eq!(outcome(&done), Ok(10.into()));
    let results: Vec<Vec<u8>> = [0x01, 0x09, 0x11, 0x19, 0x21].map(|octet| vec![0, octet]).into();
    assert_eq!(done.report.nondet_results, results);
}

#[test]
fn depth_ends_where_ram_does() {
    let mut world = World::offline();
    world.deploy(AT, module("composer"), vec![]);
    // 32 sub-VMs of 128 MiB do not fit in 4 GiB: the main one and 30 more do.
    assert_eq!(world.call(AT, "call_depth", vec![40.into()]), Ok(30.into()));
    assert_eq!(world.call(AT, "sandbox_depth", vec![40.into()]), Ok(30.into()));
}

/// Runs a block of itself, and exits with the first octet of its result; in the block that is forbidden, and it
/// returns.
const BLOCK_OF_ITSELF: &str = r#"(module
    (import "genlayer_sdk" "gl_call" (func $gl_call (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\0e\09RunNondet\16\0bdata_leader\0b\4c\0edata_validator\0b\56")
    (data (i32.const 104) "\80\00\00\00\01\00\00\00")
    (func (export "_start")
        (br_if 0 (call $gl_call (i32.const 0) (i32.const 43) (i32.const 100)))
        (drop (call $read (i32.load (i32.const 100)) (i32.const 104) (i32.const 1) (i32.const 112)))
        (call $exit (i32.load8_u (i32.const 128)))))"#;

#[test]
fn a_constructor_can_run_blocks_of_the_code_that_is_being_deployed() {
    let mut world = World::offline();
    let code = wat::parse_str(BLOCK_OF_ITSELF).expect("a module");
    let deployed = world.deploy(AT, code.into(), vec![]);
    assert_eq!(outcome(&deployed), Ok(Value::Null));
    assert_eq!(deployed.report.nondet_results, [vec![0, 0]]);
    // Later it is read from storage.
    assert_eq!(world.call(AT, "x", vec![]), Ok(Value::Null));
}

#[test]
fn code_that_is_no_runner_or_of_another_major_version_is_not_deployed() {
    let echo = module("echo");
    let of = |version: &str| {
        let json = br#"{"StartWasm":"m"}"#;
        let files = [("version", version.as_bytes()), ("runner.json", &json[..]), ("m", &echo)];
        build::zip(files).expect("it fits")
    };
    for (code, refusal) in [
        (Vec::new(), Some("invalid_contract runner absent")),
        (b"no comment".to_vec(), Some("invalid_contract runner absent")),
        (of("v1.0.0"), Some("invalid_contract major_mismatch")),
        (of("v255.0.0"), Some("invalid_contract major_mismatch")),
        (of("v256.0.0"), Some("invalid_contract runner malformed")),
        (of("one"), Some("invalid_contract runner malformed")),
        (of("v0.65535.1"), None),
    ] {
        let mut world = World::offline();
        let deployed = outcome(&world.deploy(AT, code.into(), vec![]));
        assert_eq!(deployed.err().as_deref(), refusal);
        let called = world.call(AT, "echo", vec![7.into()]);
        assert_eq!(called.is_ok(), refusal.is_none(), "{called:?}");
    }
}
