//! Memories whose pages are single bytes: sizes and growth in bytes, paid as parts of a page.

use super::{Stop, TIERS, check, config, ending, traps};
use crate::{Linker, Module, ResourceLimiter, Store, Trap, Val};
use std::string::String;
use std::vec::Vec;

/// The value of a number.
type Value = fn(i64) -> Val;

/// A function of modules with a memory of three bytes, which may be the first or another, with either addresses; `@`
/// stands for their type, `#` for the memory's name. Each with the value of a number of that type.
fn modules(body: &str) -> Vec<(String, Value)> {
    let mut modules = Vec::new();
    for (memories, name) in [
        ("(memory @ 3 100000 (pagesize 1))", ""),
        ("(memory 1) (memory $m @ 3 100000 (pagesize 1))", "$m"),
        ("(memory i64 0 (pagesize 1)) (memory $m @ 3 100000 (pagesize 1))", "$m"),
    ] {
        for ty in ["i32", "i64"] {
            let text = std::format!("(module {memories} (func (export \"f\") (param @) (result @) {body}))");
            let value: Value =
                if ty == "i32" { |number| Val::I32(number as i32) } else { |number| Val::I64(number) };
            modules.push((text.replace('@', ty).replace('#', name), value));
        }
    }
    modules
}

#[test]
fn sizes_and_bounds_are_bytes() {
    for (text, value) in modules("(memory.size #)") {
        check(&text, &[value(0)], &[value(3)], 1);
    }
    for (text, value) in modules("(@.store8 # (local.get 0) (@.const 200)) (@.load8_u # (local.get 0))") {
        check(&text, &[value(2)], &[value(200)], 5);
        traps(&text, &[value(3)], Trap::MemoryOutOfBounds, 3);
    }
    for (text, value) in modules("(@.load16_u # (local.get 0))") {
        check(&text, &[value(1)], &[value(0)], 2);
        traps(&text, &[value(2)], Trap::MemoryOutOfBounds, 2);
    }
    for (text, value) in modules("(v128.store # (local.get 0) (v128.const i64x2 0 0)) (@.const 0)") {
        traps(&text, &[value(0)], Trap::MemoryOutOfBounds, 3);
    }
    for (text, value) in modules("(memory.fill # (@.const 1) (i32.const 7) (local.get 0)) (@.const 0)") {
        check(&text, &[value(2)], &[value(0)], 3 + 12 + 1);
        traps(&text, &[value(3)], Trap::MemoryOutOfBounds, 3 + 12);
    }
}

/// 64 bytes for 1 gas, rounded down at each growth: 65,536 pages of a byte cost what a page of 65,536 does.
#[test]
fn growth_is_paid_by_bytes() {
    for (text, value) in modules("(memory.grow # (local.get 0)) (drop) (memory.size #)") {
        for (delta, gas) in [(0, 0), (1, 0), (63, 0), (64, 1), (127, 1), (128, 2)] {
            check(&text, &[value(delta)], &[value(3 + delta)], 103 + gas);
        }
        for (delta, gas) in [(65_535, 1023), (65_536, 1024), (99_997, 1562)] {
            let ending = ending(&text, &[value(delta)]);
            assert_eq!((ending.outcome, ending.gas), (Ok(std::vec![value(3 + delta)]), 103 + gas));
        }
    }
    for (text, value) in modules("(memory.grow # (local.get 0))") {
        for refused in [99_998, -1, -3, i64::from(i32::MAX)] {
            check(&text, &[value(refused)], &[value(-1)], 101);
        }
    }
}

/// What has been added is zero, though the system has mapped it long before.
#[test]
fn added_bytes_can_be_used_and_are_zero() {
    let body = "(memory.grow # (local.get 0)) (drop) (@.load8_u # offset=2 (local.get 0))
        (@.store8 # offset=2 (local.get 0) (@.const 9)) (memory.grow # (@.const 1)) (drop)
        (@.load8_u # offset=3 (local.get 0)) (@.load8_u # offset=2 (local.get 0)) (@.add) (@.add)";
    for (text, value) in modules(body) {
        for delta in [0, 1, 65_532, 65_533, 65_534, 90_000] {
            assert_eq!(ending(&text, &[value(delta)]).outcome, Ok(std::vec![value(9)]), "{text} {delta}");
        }
        assert_eq!(ending(&text, &[value(99_997)]).outcome, Err(Stop::Trap(Trap::MemoryOutOfBounds)));
    }
}

/// A 32-bit memory of bytes has one byte less than its addresses reach: its size must be a 32-bit number.
#[test]
fn the_greatest_size_is_a_number() {
    let text = "(module (memory 3 (pagesize 1)) (func (export \"f\") (param i32) (result i32) (memory.grow (local.get 0))))";
    check(text, &[Val::I32(-3)], &[Val::I32(-1)], 101);
    let ending = ending(text, &[Val::I32(-4)]);
    assert_eq!(ending.outcome, Err(Stop::OutOfGas(100 + (0xffff_fffc / 64))));
}

struct Seen(Vec<(u64, u64, Option<u64>)>);

impl ResourceLimiter for Seen {
    fn memory_growing(&mut self, current: u64, desired: u64, max: Option<u64>) -> bool {
        self.0.push((current, desired, max));
        true
    }

    fn table_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
        true
    }
}

#[test]
fn the_limiter_is_asked_for_bytes() {
    for tier in TIERS {
        let engine = crate::Engine::new(&config(tier));
        let text = "(module (memory 3 100 (pagesize 1)) (memory i64 0 0x1000000000000 (pagesize 65536))
            (func (export \"f\") (drop (memory.grow 0 (i32.const 5))) (drop (memory.grow 1 (i64.const 1)))))";
        let module = Module::new(&engine, wat::parse_str(text).expect("text")).expect("a module");
        let mut store = Store::new(&engine, Seen(Vec::new()));
        store.limiter(|seen| seen);
        store.set_gas(10_000);
        let instance = Linker::new().instantiate(&mut store, &module).expect("an instance");
        let memory = instance.memories(&store)[0];
        let func = instance.get_typed_func::<(), ()>(&mut store, "f").expect("a function");
        func.call(&mut store, ()).expect("no trap");
        assert_eq!(memory.grow(&mut store, 2).expect("it may grow"), 8);
        assert_eq!(memory.size(&store), 10);
        memory.grow(&mut store, 91).expect_err("more than it declares");
        let small = Some(100);
        let all = [
            (0, 3, small),
            (0, 0, Some(u64::MAX)),
            (3, 8, small),
            (0, 65_536, Some(u64::MAX)),
            (8, 10, small),
        ];
        assert_eq!(store.data().0, all);
    }
}
