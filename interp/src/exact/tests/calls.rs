//! Calls, returns, tail calls, host functions.

use super::{Ending, Stop, TIERS, call, check, config, ending, instance, instance_with, traps};
use crate::{Caller, Engine, Linker, Module, StackLimits, Store, Trap, Val};
use std::vec::Vec;

#[test]
fn a_callee_takes_its_arguments_from_the_callers_stack() {
    // 3 constants, call 5, in the callee 3, sum 1; the callee's locals and results are too few to cost.
    let text = r#"(module
        (func $sub (param i32 i32) (result i32) (local i64) local.get 0 local.get 1 i32.sub)
        (func (export "f") (result i32) i32.const 100 i32.const 7 i32.const 4 call $sub i32.add))"#;
    check(text, &[], &[Val::I32(103)], 3 + 5 + 3 + 1);
}

#[test]
fn recursion_multiplies() {
    let text = r#"(module (func $f (export "f") (param i64) (result i64)
        (if (result i64) (i64.eqz (local.get 0))
            (then (i64.const 1))
            (else (i64.mul (local.get 0) (call $f (i64.sub (local.get 0) (i64.const 1))))))))"#;
    check(text, &[Val::I64(4)], &[Val::I64(24)], 4 * (3 + 1 + 3 + 5 + 1) + 4);
}

#[test]
fn locals_are_cleared_at_each_entry() {
    let text = r#"(module
        (func $dirty (result i64) (local i64 i64 i64 i64)
            (local.set 3 (i64.const -1)) (local.set 0 (i64.const -1)) local.get 3)
        (func $clean (result i64) (local i64 i64 i64 i64)
            (i64.or (local.get 0) (local.get 3)))
        (func (export "f") (result i64) call $dirty drop call $clean))"#;
    // Entering with four locals and one result costs 1.
    check(text, &[], &[Val::I64(0)], (5 + 1 + 5) + 1 + (5 + 1 + 3));
}

#[test]
fn several_results_come_back_in_order() {
    let text = r#"(module
        (func $three (param i32) (result i32 v128 i64) (local v128)
            (local.get 0) (v128.const i64x2 3 4) (i64.const 5) return)
        (func (export "f") (param i32) (result i64 i64 i32)
            (local $v v128) (local $l i64)
            i32.const 99
            (call $three (local.get 0))
            local.set $l
            local.set $v
            i32.add
            local.set 0
            local.get $l
            (i64x2.extract_lane 1 (local.get $v))
            local.get 0))"#;
    let results = [Val::I64(5), Val::I64(4), Val::I32(101)];
    check(text, &[Val::I32(2)], &results, 1 + 1 + 1 + 5 + (1 + 4) + 4 + 1 + 2 + 1);
}

const INDIRECT: &str = r#"(module
    (type $unary (func (param i32) (result i32)))
    (table 4 4 funcref)
    (elem (i32.const 0) $double $negate $other)
    (func $double (type $unary) (i32.mul (local.get 0) (i32.const 2)))
    (func $negate (param i32) (result i32) (i32.sub (i32.const 0) (local.get 0)))
    (func $other (param i64) (result i32) (i32.const 0))
    (func (export "f") (param i32) (result i32)
        (call_indirect (type $unary) (i32.const 21) (local.get 0))
        nop))"#;

#[test]
fn call_indirect_checks_in_the_order_of_the_specification() {
    check(INDIRECT, &[Val::I32(0)], &[Val::I32(42)], 2 + 7 + 3 + 1);
    check(INDIRECT, &[Val::I32(1)], &[Val::I32(-21)], 2 + 7 + 3 + 1);
    for (index, trap) in [(2, Trap::BadSignature), (3, Trap::IndirectCallToNull), (4, Trap::TableOutOfBounds)]
    {
        assert_eq!(traps(INDIRECT, &[Val::I32(index)], trap, 9).len(), 1);
    }
    traps(INDIRECT, &[Val::I32(-1)], Trap::TableOutOfBounds, 9);
}

#[test]
fn tail_calls_take_no_stack() {
    let text = r#"(module
        (type $step (func (param i32 i64) (result i64)))
        (table funcref (elem $odd))
        (func $even (export "f") (type $step)
            (if (result i64) (i32.eqz (local.get 0))
                (then (local.get 1))
                (else (return_call_indirect (type $step)
                    (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 1)) (i32.const 0)))))
        (func $odd (type $step) (local i64 i64 i64)
            (drop (i32.const 5))
            (return_call $even
                (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 100)))))"#;
    check(text, &[Val::I32(4), Val::I64(0)], &[Val::I64(202)], 2 * (3 + 7 + 7 + 1 + 2 + 6 + 5) + 4);
    let long = ending(text, &[Val::I32(100_000), Val::I64(0)]);
    assert_eq!(long.outcome, Ok([Val::I64(50_000 * 101)].to_vec()));
}

#[test]
fn a_tail_call_that_finds_no_stack_leaves_its_caller_gone() {
    let text = r#"(module
        (func $huge (param i32) (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (drop (local.get 0)))
        (func $middle (param i32) (return_call $huge (local.get 0)))
        (func (export "f") (call $middle (i32.const 1))))"#;
    for tier in TIERS {
        let mut config = config(tier);
        config.stack(StackLimits { value_slots: 8, ..StackLimits::default() });
        let (mut store, instance) = instance(&config, text);
        let out = call(&mut store, instance, &[]);
        assert_eq!((out.outcome, out.gas), (Err(Stop::Trap(Trap::StackOverflow)), 1 + 5 + 1 + 5));
        assert_eq!(out.frames.iter().map(|frame| frame.func).collect::<Vec<_>>(), [0, 2]);
    }
}

#[test]
fn recursion_ends_at_the_depth_and_at_the_slots() {
    let text = r#"(module (func $f (export "f") (param i32) (result i32) (local i64)
        (call $f (i32.add (local.get 0) (i32.const 1)))))"#;
    for (limits, frames) in [
        (StackLimits { call_depth: 10, ..StackLimits::default() }, 10),
        // A local and two operands each.
        (StackLimits { value_slots: 20, ..StackLimits::default() }, 6),
    ] {
        for tier in TIERS {
            let mut config = config(tier);
            config.stack(limits);
            let (mut store, instance) = instance(&config, text);
            let out = call(&mut store, instance, &[Val::I32(0)]);
            assert_eq!((out.outcome, out.gas), (Err(Stop::Trap(Trap::StackOverflow)), frames * 8));
            // The innermost is the one that could not be entered.
            assert_eq!(out.frames.len() as u64, frames + 1);
            assert!(out.frames[0].locals.is_empty());
            assert_eq!(out.frames[1].locals[0], Val::I32(frames as i32 - 1));
            // Nothing of it stays.
            let again = call(&mut store, instance, &[Val::I32(0)]);
            assert_eq!((again.outcome, again.frames), (Err(Stop::Trap(Trap::StackOverflow)), out.frames));
        }
    }
}

#[test]
fn a_function_too_large_for_the_stack_cannot_be_called() {
    let text = r#"(module
        (func (export "f") (local i64 i64 i64 i64 i64))
        (func (export "g") unreachable))"#;
    for tier in TIERS {
        let mut config = config(tier);
        config.stack(StackLimits { value_slots: 4, ..StackLimits::default() });
        let (mut store, instance) = instance(&config, text);
        let out = call(&mut store, instance, &[]);
        assert_eq!((out.outcome, out.gas), (Err(Stop::Trap(Trap::StackOverflow)), 0));
        assert_eq!(out.frames.len(), 1);
        let other = instance.get_typed_func::<(), ()>(&mut store, "g").expect("it is exported");
        assert_eq!(other.call(&mut store, ()).expect_err("it traps").trap(), Some(Trap::Unreachable));
        assert_eq!(store.frames().iter().map(|frame| frame.func).collect::<Vec<_>>(), [1]);
    }
}

fn host() -> Linker<()> {
    let mut linker = Linker::new();
    linker.func_wrap("m", "add", |a: i32, b: i32| a.wrapping_add(b));
    linker.func_wrap("m", "swap", |a: i32, b: i64| (b, a));
    linker.func_wrap("m", "pay", |mut caller: Caller<'_, ()>, gas: i64| caller.charge(gas as u64));
    linker
}

impl super::Ending {
    fn values(self) -> Vec<Val> {
        self.outcome.expect("it returns")
    }
}

#[test]
fn host_functions_take_and_return_values() {
    let text = r#"(module
        (import "m" "add" (func $add (param i32 i32) (result i32)))
        (import "m" "swap" (func $swap (param i32 i64) (result i64 i32)))
        (import "m" "pay" (func $pay (param i64)))
        (table funcref (elem $add))
        (func (export "f") (param i32) (result i64)
            i64.const 1000
            (call $pay (i64.const 50))
            (call_indirect (param i32 i32) (result i32) (local.get 0) (i32.const 3) (i32.const 0))
            (call $swap (i64.const 20))
            i64.extend_i32_s
            i64.mul
            i64.add))"#;
    for tier in TIERS {
        let (mut store, instance) = instance_with(&config(tier), text, &host());
        let out = call(&mut store, instance, &[Val::I32(4)]);
        assert_eq!(
            (out.gas, out.values()),
            (1 + (1 + 5 + 50) + (3 + 7) + (1 + 5) + 3, [Val::I64(1140)].to_vec())
        );
        // What a host function charges can be too much; then it is called again.
        let func = instance.get_func(&mut store, "f").expect("it is exported");
        store.set_gas(56);
        let state = func.call_resumable(&mut store, &[Val::I32(4)]).expect("the arguments fit");
        let crate::Resumable::Stopped(stopped) = state else { panic!("there is too little gas") };
        assert_eq!(super::stop(&stopped.error), Stop::OutOfGas(50));
        assert_eq!((store.gas_consumed(), store.operands()), (7, None));
        store.add_gas(100);
        let state = stopped.resume(&mut store, &[]).expect("it can go on");
        assert!(matches!(state, crate::Resumable::Done(values) if values == [Val::I64(1140)]));
        assert_eq!(store.gas_consumed(), 76);
    }
}

#[test]
fn a_tail_call_of_a_host_function_returns_its_results() {
    let text = r#"(module
        (import "m" "swap" (func $swap (param i32 i64) (result i64 i32)))
        (func $tail (param i64) (result i64 i32) (local i64)
            i32.const 9
            (return_call $swap (i32.const 3) (local.get 0)))
        (func (export "f") (result i64 i32) (call $tail (i64.const 7)) i32.const 1 i32.add))"#;
    for tier in TIERS {
        let (mut store, instance) = instance_with(&config(tier), text, &host());
        let out = call(&mut store, instance, &[]);
        assert_eq!((out.gas, out.values()), (6 + 3 + 5 + 2, [Val::I64(7), Val::I32(4)].to_vec()));
    }
}

#[test]
fn a_tail_called_host_function_knows_its_caller() {
    let mut linker = Linker::new();
    linker.func_wrap("m", "name", |caller: Caller<'_, ()>| {
        caller.instance().map_or(-1, |instance| i32::from(instance.name(&caller) == "main"))
    });
    let text = r#"(module (import "m" "name" (func $name (result i32)))
        (func (export "f") (result i32) return_call $name))"#;
    for tier in TIERS {
        let (mut store, instance) = instance_with(&config(tier), text, &linker);
        assert_eq!(call(&mut store, instance, &[]).values(), [Val::I32(1)]);
    }
}

#[test]
fn host_functions_call_back() {
    let mut linker = Linker::new();
    linker.func_wrap("m", "back", |mut caller: Caller<'_, ()>, n: i32| -> Result<i32, crate::Error> {
        let instance = caller.instance().expect("called by an instance");
        let func = instance.get_typed_func::<i32, i32>(&mut caller, "f")?;
        Ok(func.call(&mut caller, n - 1)? + 1)
    });
    let text = r#"(module (import "m" "back" (func $back (param i32) (result i32)))
        (func (export "f") (param i32) (result i32)
            i32.const 10
            (if (result i32) (local.get 0) (then (call $back (local.get 0))) (else (i32.const 0)))
            i32.add))"#;
    for tier in TIERS {
        let (mut store, instance) = instance_with(&config(tier), text, &linker);
        let out = call(&mut store, instance, &[Val::I32(5)]);
        assert_eq!((out.gas, out.values()), (5 * (1 + 2 + 1 + 5 + 1) + 5, [Val::I32(65)].to_vec()));
        let out = call(&mut store, instance, &[Val::I32(100)]);
        assert_eq!(out.outcome, Err(Stop::Trap(Trap::StackOverflow)));
    }
}

#[test]
fn an_execution_that_a_host_function_leaves_open_harms_nobody() {
    let mut linker = Linker::new();
    linker.func_wrap("m", "probe", |mut caller: Caller<'_, ()>| -> Result<i32, crate::Error> {
        let instance = caller.instance().expect("called by an instance");
        let trap = instance.get_func(&mut caller, "trap").expect("it is exported");
        let one = instance.get_typed_func::<(), i32>(&mut caller, "one")?;
        let open = trap.call_resumable(&mut caller, &[])?;
        assert!(matches!(open, crate::Resumable::Stopped(_)));
        one.call(&mut caller, ())
    });
    let text = r#"(module (import "m" "probe" (func $probe (result i32)))
        (func (export "trap") unreachable)
        (func $one (export "one") (result i32) i32.const 1)
        (func $deep (param i32) (result i32) (i32.add (local.get 0) (call $probe)))
        (func (export "f") (result i32) (i32.add (i32.const 10) (call $deep (i32.const 100)))))"#;
    for tier in TIERS {
        let (mut store, instance) = instance_with(&config(tier), text, &linker);
        assert_eq!(call(&mut store, instance, &[]).values(), [Val::I32(111)]);
    }
}

#[test]
fn instances_call_each_other() {
    let library = r#"(module
        (global $count (mut i32) (i32.const 0))
        (func (export "count") (param i32) (result i32)
            (global.set $count (i32.add (global.get $count) (local.get 0)))
            (global.get $count)))"#;
    let program = r#"(module
        (import "library" "count" (func $count (param i32) (result i32)))
        (global $count (mut i32) (i32.const 1000))
        (func $tail (param i32) (result i32) (return_call $count (local.get 0)))
        (func (export "f") (param i32) (result i32)
            (drop (call $count (local.get 0)))
            (i32.add (call $tail (local.get 0)) (global.get $count))))"#;
    for tier in TIERS {
        let engine = Engine::new(&config(tier));
        let module = |text| Module::new(&engine, wat::parse_str(text).expect("text")).expect("valid");
        let mut store = Store::new(&engine, ());
        store.set_gas(1000);
        let mut linker = Linker::new();
        let instance = linker
            .instantiate_without_start(&mut store, "library", &module(library))
            .expect("it can be instantiated");
        linker.instance(&mut store, "library", instance);
        let instance = linker.instantiate(&mut store, &module(program)).expect("it can be instantiated");
        let Ending { outcome, gas, .. } = call(&mut store, instance, &[Val::I32(7)]);
        let count = 5;
        assert_eq!(
            (outcome, gas),
            (Ok([Val::I32(1014)].to_vec()), (1 + 5 + count + 1) + (1 + 5 + 1 + 5 + count) + 2)
        );
    }
}
