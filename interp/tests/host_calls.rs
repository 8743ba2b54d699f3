//! Host functions, called on both tiers: they see and change the same store, and their panics get through.

use selfsame_interp::{
    Caller, Config, Engine, Error, Extern, Func, Instance, Linker, Module, Store, Tier, TypedFunc, Val,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls the host straight, through a table, at the end, and from a callee; `back` is what the host calls.
const TEXT: &str = r#"(module
  (type $step (func (param i32) (result i32)))
  (import "host" "step" (func $step (type $step)))
  (import "host" "wide" (func $wide (param i32 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (memory (export "memory") 1 9)
  (table (export "table") 4 9 funcref)
  (elem (i32.const 0) $step $twice $tail $back)
  (global $g (mut i32) (i32.const 0))
  (func $twice (type $step) (call $step (call $step (local.get 0))))
  (func $tail (type $step) (return_call $step (local.get 0)))
  (func $back (export "back") (type $step)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (i32.store (i32.const 65532) (local.get 0))
    (i32.mul (local.get 0) (i32.const 3)))
  (func (export "run") (param $n i32) (result i32) (local $x i32)
    (loop $again
      (local.set $x (call $step (local.get $x)))
      (local.set $x (call_indirect (type $step) (local.get $x) (i32.and (local.get $n) (i32.const 3))))
      (local.set $x (i32.add (call $tail (local.get $x)) (i32.load (i32.const 65532))))
      (local.set $x (i32.xor (local.get $x) (i32.wrap_i64 (call $wide (local.get $x) (i64.const 2) (i64.const 3)
        (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7) (i64.const 8) (i64.const 9) (i64.const 10)))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $again (local.get $n)))
    (i32.add (i32.add (local.get $x) (global.get $g)) (memory.size))))"#;

/// Calls back, lets the memory grow, and gives the store one more host function: all that handlers point to moves.
fn step(mut caller: Caller<'_, u32>, x: i32) -> Result<i32, Error> {
    caller.charge(7)?;
    *caller.data_mut() += 1;
    let count = *caller.data();
    let instance = caller.instance().expect("Wasm calls it");
    let back: TypedFunc<i32, i32> =
        instance.get_func(&mut caller, "back").expect("exported").typed(&caller).expect("its type");
    let y = back.call(&mut caller, x.wrapping_add(1))?;
    if count.is_multiple_of(5) {
        let memory = instance.get_memory(&mut caller, "memory").expect("exported");
        let _ = memory.grow(&mut caller, 1);
    }
    if count.is_multiple_of(3) {
        let added = Func::wrap(&mut caller, |x: i32| x ^ 0x55);
        if let Some(Extern::Table(table)) = caller.get_export("table") {
            table.set(&mut caller, 0, Val::FuncRef(Some(added))).expect("in bounds");
        }
    }
    Ok(y.wrapping_sub(count as i32))
}

#[expect(
    clippy::too_many_arguments,
    reason = "more cells than are kept on the native stack for a call's own"
)]
fn wide(a: i32, b: i64, c: i64, d: i64, e: i64, f: i64, g: i64, h: i64, i: i64, j: i64) -> i64 {
    i64::from(a) + b - c + d * e + f - g * h + i - j
}

fn prepare(tier: Tier) -> (Store<u32>, Instance) {
    let engine = Engine::new(Config::new().tier(tier));
    let module = Module::new(&engine, wat::parse_str(TEXT).expect("a module")).expect("valid");
    let mut store = Store::new(&engine, 0);
    let mut linker = Linker::new();
    linker.func_wrap("host", "step", step).func_wrap("host", "wide", wide);
    store.set_gas(1_000_000);
    let instance = linker.instantiate(&mut store, &module).expect("linked");
    (store, instance)
}

#[test]
fn a_host_function_changes_what_it_likes_and_both_tiers_go_on_alike() {
    let outcome = |tier, gas| {
        let (mut store, instance) = prepare(tier);
        store.set_gas(gas);
        let func = instance.get_func(&mut store, "run").expect("exported");
        let mut results = [Val::I32(0)];
        let end = func.call(&mut store, &[Val::I32(20)], &mut results).map_err(|error| error.to_string());
        (end, results, store.gas_consumed(), *store.data(), store.frames().to_vec(), store.fingerprint())
    };
    let whole = outcome(Tier::Exact, 1_000_000);
    assert!(whole.0.is_ok(), "{:?}", whole.0);
    assert_eq!(whole, outcome(Tier::Fast, 1_000_000));
    for gas in (0..whole.2).step_by(if cfg!(debug_assertions) { 37 } else { 5 }) {
        assert_eq!(outcome(Tier::Exact, gas), outcome(Tier::Fast, gas), "gas {gas}");
    }
}

#[test]
fn a_panic_of_a_host_function_reaches_the_embedder() {
    for tier in [Tier::Exact, Tier::Fast] {
        let engine = Engine::new(Config::new().tier(tier));
        let text = r#"(module (import "host" "f" (func $f)) (func (export "run") (call $f)))"#;
        let module = Module::new(&engine, wat::parse_str(text).expect("a module")).expect("valid");
        let mut store = Store::new(&engine, ());
        store.set_gas(100);
        let mut linker = Linker::new();
        linker.func_wrap("host", "f", || -> Result<(), Error> { std::panic::panic_any(17_u8) });
        let instance = linker.instantiate(&mut store, &module).expect("linked");
        let run = instance.get_func(&mut store, "run").expect("exported");
        let caught = catch_unwind(AssertUnwindSafe(|| run.call(&mut store, &[], &mut [])));
        let payload = caught.expect_err("a panic");
        assert_eq!(payload.downcast_ref(), Some(&17_u8), "{tier:?}");
    }
}

#[test]
fn a_host_function_may_catch_the_panic_of_another_and_go_on() {
    let run = |tier| {
        let engine = Engine::new(Config::new().tier(tier));
        let text = r#"(module (import "host" "outer" (func $outer)) (import "host" "inner" (func $inner))
            (memory (export "memory") 1) (global $g (mut i32) (i32.const 5))
            (func $deep (param i32) (local i64 i64 i64 i64)
                (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1)))) (else (call $inner))))
            (func (export "back") (call $deep (i32.const 300)))
            (func (export "run") (result i32) (local i32) (local.set 0 (i32.const 7))
                (call $outer) (i32.add (local.get 0) (global.get $g))))"#;
        let module = Module::new(&engine, wat::parse_str(text).expect("a module")).expect("valid");
        let mut store = Store::new(&engine, ());
        store.set_gas(100_000);
        let mut linker = Linker::new();
        linker.func_wrap("host", "outer", |mut caller: Caller<'_, ()>| {
            let instance = caller.instance().expect("Wasm calls it");
            let back = instance.get_func(&mut caller, "back").expect("exported");
            let caught = catch_unwind(AssertUnwindSafe(|| back.call(&mut caller, &[], &mut [])));
            assert!(caught.is_err());
        });
        linker.func_wrap("host", "inner", || -> Result<(), Error> { std::panic::panic_any(17_u8) });
        let instance = linker.instantiate(&mut store, &module).expect("linked");
        let run = instance.get_func(&mut store, "run").expect("exported");
        let mut results = [Val::I32(0)];
        let outcome = run.call(&mut store, &[], &mut results).map_err(|error| error.to_string());
        (outcome, results, store.gas_consumed())
    };
    let exact = run(Tier::Exact);
    assert_eq!((&exact.0, exact.1), (&Ok(()), [Val::I32(12)]));
    assert_eq!(exact, run(Tier::Fast));
}
