//! Stops: where the execution stands, and how it goes on.

use super::{Stop, TIERS, call, config, instance, instance_with};
use crate::{Caller, Linker, Resumable, Suspend, Trap, Val};
use std::vec::Vec;

const NESTED: &str = r#"(module
    (func $inner (param i32 f32) (result i32) (local v128 i64)
        i64.const 8
        v128.const i64x2 1 2
        local.get 0
        i32.const 0
        i32.div_u
        return)
    (func (export "f") (result i32)
        i32.const 77
        (call $inner (i32.const 5) (f32.const 1.5))
        i32.add))"#;

/// Offset in the module of the first instruction of a function.
fn code(text: &str, func: usize) -> u32 {
    let bytes = wat::parse_str(text).expect("the text is right");
    let module = selfsame_validate::Module::new(bytes, &Default::default()).expect("it is valid");
    module.bodies()[func].code
}

#[test]
fn a_trap_shows_frames_and_locals_but_no_operands() {
    let frames = super::traps(NESTED, &[], Trap::IntegerDivideByZero, 3 + 5 + 1 + 4 + 2);
    assert_eq!(frames.len(), 2);
    let locals = [Val::I32(5), Val::F32(0x3fc0_0000), Val::V128(0), Val::I64(0)];
    assert_eq!(frames[0].locals, locals);
    assert_eq!((frames[0].func, frames[0].offset), (0, code(NESTED, 0) + 2 + 18 + 2 + 2));
    // The caller stands at its call.
    assert_eq!((frames[1].func, frames[1].offset), (1, code(NESTED, 1) + 3 + 2 + 5));
}

#[test]
fn out_of_gas_shows_the_operands_too() {
    for tier in TIERS {
        let (mut store, instance) = instance(&config(tier), NESTED);
        let mut stand = |gas: u64| {
            store.set_gas(gas);
            let out = call(&mut store, instance, &[]);
            assert_eq!(out.gas, gas.min(13), "gas {gas}");
            (out.outcome, out.frames[0].offset, out.operands.expect("between instructions"))
        };
        let start = code(NESTED, 0);
        // The cost of entering, 1, is not covered.
        let (outcome, offset, operands) = stand(8);
        assert_eq!((outcome, operands), (Err(Stop::OutOfGas(1)), Vec::new()));
        assert!(offset < start);
        let (outcome, offset, operands) = stand(9);
        assert_eq!((outcome, offset, operands), (Err(Stop::OutOfGas(1)), start, Vec::new()));
        let (_, offset, operands) = stand(11);
        assert_eq!((offset, operands), (start + 20, [Val::I64(8), Val::V128(2 << 64 | 1)].to_vec()));
        // The division costs 2.
        let (outcome, offset, operands) = stand(14);
        let all = [Val::I64(8), Val::V128(2 << 64 | 1), Val::I32(5), Val::I32(0)].to_vec();
        assert_eq!((outcome, offset, operands), (Err(Stop::OutOfGas(2)), start + 24, all));
    }
}

#[test]
fn an_interrupt_stops_between_two_instructions() {
    let text = r#"(module (func (export "f") (param i32) (result i32)
        (loop $again
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        local.get 0))"#;
    for tier in TIERS {
        let (mut store, instance) = instance(&config(tier), text);
        let func = instance.get_func(&mut store, "f").expect("it is exported");
        store.interrupt_handle().interrupt();
        let state = func.call_resumable(&mut store, &[Val::I32(1000)]).expect("the arguments fit");
        let Resumable::Stopped(stopped) = state else { panic!("it was interrupted") };
        assert!(matches!(stopped.error.kind(), crate::ErrorKind::Interrupted));
        assert!(store.operands().is_some());
        let state = stopped.resume(&mut store, &[]).expect("it can go on");
        assert!(matches!(state, Resumable::Done(values) if values == [Val::I32(0)]));
        assert_eq!(store.gas_consumed(), 5001);
    }
}

#[test]
fn a_suspended_host_function_gets_its_results_later() {
    let mut linker = Linker::new();
    linker.func_wrap("m", "ask", |_: Caller<'_, ()>, question: i32| -> Result<(i32, i64), crate::Error> {
        Err(Suspend::error(question))
    });
    let text = r#"(module (import "m" "ask" (func $ask (param i32) (result i32 i64)))
        (func (export "f") (param i32) (result i64)
            i64.const 5
            (call $ask (local.get 0))
            drop
            i64.extend_i32_s
            i64.add))"#;
    for tier in TIERS {
        let (mut store, instance) = instance_with(&config(tier), text, &linker);
        let func = instance.get_func(&mut store, "f").expect("it is exported");
        let state = func.call_resumable(&mut store, &[Val::I32(3)]).expect("the arguments fit");
        let Resumable::Stopped(stopped) = state else { panic!("it was suspended") };
        assert_eq!(stopped.payload().and_then(|payload| payload.downcast_ref()), Some(&3_i32));
        assert_eq!(store.operands(), None);
        let state = stopped.resume(&mut store, &[Val::I32(40), Val::I64(1)]).expect("it can go on");
        assert!(matches!(state, Resumable::Done(values) if values == [Val::I64(45)]));
        assert_eq!(store.gas_consumed(), 1 + 1 + 5 + 3);
    }
}

#[test]
fn without_metering_gas_is_counted_only() {
    let text = r#"(module (func (export "f") (loop (br 0))) (func (export "g") nop nop))"#;
    for tier in TIERS {
        let mut config = config(tier);
        config.metering(false);
        let (mut store, instance) = instance(&config, text);
        let func = instance.get_typed_func::<(), ()>(&mut store, "g").expect("it is exported");
        func.call(&mut store, ()).expect("it returns");
        assert_eq!(store.gas_consumed(), 2);
    }
}
