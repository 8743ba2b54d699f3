//! Modules that a runner links: what they give to those behind them, when they run, and what is refused.

use crate::harness::{TIME, World, call, outcome};
use selfsame_hostabi::calldata::{Address, Value};
use selfsame_hostabi::runner::build;
use selfsame_hostabi::vm::Run;

const AT: Address = Address([0x11; 20]);

/// Runs a contract of these files, on all roles and both tiers.
fn runs(actions: &str, files: &[(&str, &str)]) -> Result<Value, String> {
    let json = format!(r#"{{"Seq":[{actions}]}}"#).into_bytes();
    let modules = files.iter().map(|(name, text)| {
        let module = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        (*name, module)
    });
    let code = build::zip(modules.chain([("runner.json", json)])).expect("it fits");
    let mut world = World::offline();
    world.chain.write_code(AT, &code);
    outcome(&world.run(&Run::new(world.message(AT, call("x", vec![])), TIME)))
}

/// Counts how often each of its functions that run by themselves has run, and whether it saw an environment then.
const LIBRARY: &str = r#"(module $library
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (global $state (export "state") (mut i32) (i32.const 0))
    (func $start (global.set $state (i32.add (i32.mul (global.get $state) (i32.const 10)) (i32.const 1))))
    (start $start)
    (func (export "_initialize")
        (if (call $sizes (i32.const 0) (i32.const 4)) (then unreachable))
        (if (i32.load (i32.const 0)) (then unreachable))
        (global.set $state (i32.add (i32.mul (global.get $state) (i32.const 10)) (i32.const 2))))
    (func (export "_start") (unreachable))
    (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))"#;

/// Stands on the first, and gives its function on.
const MIDDLE: &str = r#"(module $middle
    (import "library" "double" (func $double (param i32) (result i32)))
    (import "library" "state" (global $state (mut i32)))
    (export "double" (func $double))
    (func (export "_initialize") (param i32) (unreachable))
    (func (export "fourfold") (param i32) (result i32) (call $double (call $double (local.get 0))))
    (func $start (global.set $state (i32.add (i32.mul (global.get $state) (i32.const 10)) (i32.const 3))))
    (start $start))"#;

/// Has no memory of its own, and checks everything.
const MAIN: &str = r#"(module
    (import "library" "state" (global $state (mut i32)))
    (import "library" "memory" (memory 1))
    (import "middle" "fourfold" (func $fourfold (param i32) (result i32)))
    (import "middle" "double" (func $double (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (export "memory" (memory 0))
    (func $must_be (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
    (func (export "_start")
        (call $must_be (global.get $state) (i32.const 123))
        (call $must_be (call $double (i32.const 21)) (i32.const 42))
        (call $must_be (call $fourfold (i32.const 21)) (i32.const 84))
        (call $must_be (call $sizes (i32.const 0) (i32.const 4)) (i32.const 0))
        (call $must_be (i32.load (i32.const 0)) (i32.const 1))))"#;

const LINKING: &str = "invalid_contract wasm linking";

#[test]
fn a_linked_module_runs_first_and_gives_its_exports_to_those_behind() {
    let actions = r#"{"AddEnv":{"name":"A","val":"b"}},{"LinkWasm":"l"},{"LinkWasm":"m"},{"StartWasm":"s"}"#;
    let files = [("l", LIBRARY), ("m", MIDDLE), ("s", MAIN)];
    assert_eq!(runs(actions, &files), Ok(Value::Null));
    // In another order the imports are not there yet.
    let actions = r#"{"LinkWasm":"m"},{"LinkWasm":"l"},{"StartWasm":"s"}"#;
    assert_eq!(runs(actions, &files), Err(LINKING.into()));
}

#[test]
fn a_linked_module_needs_a_name_of_its_own() {
    let idle = r#"(module (func (export "_start")))"#;
    let linked = |text: &str, actions: &str| runs(actions, &[("l", text), ("s", idle)]);
    let once = r#"{"LinkWasm":"l"},{"StartWasm":"s"}"#;
    let twice = r#"{"LinkWasm":"l"},{"LinkWasm":"l"},{"StartWasm":"s"}"#;
    assert_eq!(linked("(module $one)", once), Ok(Value::Null));
    assert_eq!(linked("(module $one)", twice), Err(LINKING.into()));
    for text in ["(module)", "(module $genlayer_sdk)", "(module $wasi_snapshot_preview1)"] {
        assert_eq!(linked(text, once), Err(LINKING.into()), "{text}");
    }
    // That which is started may have none, but not that of another.
    let named = r#"(module $one (func (export "_start")))"#;
    assert_eq!(runs(once, &[("l", "(module $one)"), ("s", named)]), Err(LINKING.into()));
    assert_eq!(runs(once, &[("l", "(module $two)"), ("s", named)]), Ok(Value::Null));
}

#[test]
fn what_a_linked_module_does_wrong_ends_the_run() {
    let idle = r#"(module (func (export "_start")))"#;
    let linked = |text: &str| runs(r#"{"LinkWasm":"l"},{"StartWasm":"s"}"#, &[("l", text), ("s", idle)]);
    for (text, code) in [
        (r#"(module $l (func (export "_initialize") (unreachable)))"#, "wasm_trap unreachable"),
        (r#"(module $l (func $s (unreachable)) (start $s))"#, "wasm_trap unreachable"),
        (r#"(module $l (import "a" "b" (func)))"#, LINKING),
        (r#"(module $l (import "genlayer_sdk" "gl_call" (func)))"#, LINKING),
    ] {
        assert_eq!(linked(text), Err(code.into()), "{text}");
    }
}
