//! What the instructions of one function do, and what they cost.

use super::{Stop, check, config, ending, instance, traps};
use crate::{Mode, Opcode, Tier, Trap, Val};
use std::format;

#[test]
fn straight_code_costs_the_sum_of_its_instructions() {
    // Three instructions of cost 1; `end` is free.
    let text = r#"(module (func (export "f") (param i32 i32) (result i32) local.get 0 local.get 1 i32.sub))"#;
    check(text, &[Val::I32(7), Val::I32(9)], &[Val::I32(-2)], 3);
}

#[test]
fn i32_results_are_zero_extended_in_their_cells() {
    let text = r#"(module (func (export "f") (param i64) (result i64)
        local.get 0 i32.wrap_i64 i32.const -1 i32.add i64.extend_i32_u))"#;
    check(text, &[Val::I64(0x1_0000_0000)], &[Val::I64(0xffff_ffff)], 5);
}

#[test]
fn loops_branch_back() {
    // Sum of 1 to n. Each round: 4 for the sum, 4 for the counter, 2 for the branch.
    let text = r#"(module (func (export "f") (param i32) (result i32) (local i32)
        (loop $again
            (local.set 1 (i32.add (local.get 1) (local.get 0)))
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        local.get 1))"#;
    check(text, &[Val::I32(5)], &[Val::I32(15)], 5 * 9 + 1);
}

#[test]
fn if_takes_one_arm() {
    let text = r#"(module (func (export "f") (param i32) (result i32)
        local.get 0
        if (result i32) i32.const 10 nop else i32.const 20 nop nop end))"#;
    check(text, &[Val::I32(1)], &[Val::I32(10)], 4);
    check(text, &[Val::I32(0)], &[Val::I32(20)], 5);
}

#[test]
fn if_without_else_keeps_its_parameters() {
    let text = r#"(module (func (export "f") (param i32) (result i32)
        i32.const 5
        local.get 0
        if (param i32) (result i32) i32.const 1 i32.add end
        i32.const 100 i32.mul))"#;
    check(text, &[Val::I32(3)], &[Val::I32(600)], 7);
    check(text, &[Val::I32(0)], &[Val::I32(500)], 5);
}

#[test]
fn branches_to_the_function_return() {
    let text = r#"(module (func (export "f") (param i32) (result i32 i32)
        i32.const 9
        i32.const 1 i32.const 2
        local.get 0 br_if 0
        drop drop drop
        i32.const 3 i32.const 4
        i32.const 5 i32.const 6 return))"#;
    check(text, &[Val::I32(1)], &[Val::I32(1), Val::I32(2)], 5);
    check(text, &[Val::I32(0)], &[Val::I32(5), Val::I32(6)], 13);
}

#[test]
fn br_table_past_its_end_takes_the_default() {
    let text = r#"(module (func (export "f") (param i32) (result i32)
        (block $c (result i32) (block $b (result i32) (block $a (result i32)
            i32.const 77 i32.const 1
            local.get 0
            br_table $a $b $a $c)
            i32.const 10 i32.add return)
            i32.const 20 i32.add return)
        i32.const 30 i32.add))"#;
    for (index, result) in [(0, 11), (1, 21), (2, 11), (3, 31), (4, 31), (-1, 31), (i32::MIN, 31)] {
        check(text, &[Val::I32(index)], &[Val::I32(result)], if result == 31 { 7 } else { 8 });
    }
}

#[test]
fn branches_move_what_they_carry_and_pay_for_it() {
    // The branch carries five cells: one more than are free.
    let text = r#"(module (func (export "f") (result i32 i32 i32 i32 i32)
        (block (result i32 i32 i32 i32 i32)
            i32.const 1 i32.const 2 i32.const 3 i32.const 4 i32.const 5 i32.const 6 i32.const 7
            br 0)))"#;
    let results = [3, 4, 5, 6, 7].map(Val::I32);
    // Entering costs 1 for five cells of results, seven constants, the branch 1 + 1.
    check(text, &[], &results, 1 + 7 + 2);
}

#[test]
fn loops_take_parameters() {
    // Fibonacci by a loop with two parameters.
    let text = r#"(module (func (export "f") (param i32) (result i64) (local i64)
        i64.const 0 i64.const 1
        (loop $again (param i64 i64) (result i64 i64)
            local.tee 1
            i64.add
            local.get 1
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        drop))"#;
    // Per round: (a, b) -> (a + b, b); it does not swap, so this is 0 + 1 * n.
    check(text, &[Val::I32(6)], &[Val::I64(6)], 2 + 6 * 8 + 1);
}

#[test]
fn code_that_cannot_be_reached_is_no_trouble() {
    let text = r#"(module (func (export "f") (param i32) (result i32)
        (block $out (result i32)
            local.get 0
            if
                i32.const 1
                br $out
                i32.add
                if block i32.const 5 drop end else br 0 end
                block (br_if 0 (i32.const 1)) (br_table 0 0 0 (i32.const 2)) end
            else
                nop
            end
            local.get 0
            if (result i32) i32.const 3 return else i32.const 5 end)
        i32.const 10 i32.mul))"#;
    check(text, &[Val::I32(1)], &[Val::I32(10)], 6);
    check(text, &[Val::I32(0)], &[Val::I32(50)], 8);
}

#[test]
fn v128_locals_take_two_cells() {
    let text = r#"(module (func (export "f") (param i32 v128 i64) (result v128 i32 v128)
        (local i32 v128 v128 i32)
        (local.set 3 (i32.const 3))
        (local.set 5 (v128.const i64x2 50 51))
        (local.set 4 (local.tee 5 (i64x2.add (local.get 5) (local.get 1))))
        (local.set 6 (i32.const 6))
        local.get 4
        (i32.add (local.get 3) (i32.add (local.get 6) (i32.wrap_i64 (local.get 2))))
        (i64x2.add (local.get 4) (local.get 5))))"#;
    let args = [Val::I32(1), Val::V128(7 << 64 | 5), Val::I64(1000)];
    let sum = Val::V128(58 << 64 | 55);
    let twice = Val::V128(116 << 64 | 110);
    // Six cells of locals and five of results to prepare: 2.
    check(text, &args, &[sum, Val::I32(1009), twice], 2 + 2 + 2 + 5 + 2 + 1 + 6 + 3);
}

#[test]
fn drop_and_select_know_vectors() {
    let text = r#"(module (global $g (mut v128) (v128.const i64x2 8 9))
        (func (export "f") (param i32) (result v128)
        i64.const 4
        global.get $g
        drop
        drop
        (global.set $g (select (v128.const i64x2 1 2) (global.get $g) (local.get 0)))
        i32.const 1
        drop
        (select (result v128) (global.get $g) (v128.const i64x2 0 0) (i32.const 1))))"#;
    check(text, &[Val::I32(1)], &[Val::V128(2 << 64 | 1)], 15);
    check(text, &[Val::I32(0)], &[Val::V128(9 << 64 | 8)], 15);
}

#[test]
fn select_of_numbers() {
    let text = r#"(module (func (export "f") (param i32) (result i64 i32)
        (select (i64.const 1) (i64.const 2) (local.get 0))
        (select (result i32) (i32.const 3) (i32.const 4) (local.get 0))))"#;
    check(text, &[Val::I32(2)], &[Val::I64(1), Val::I32(3)], 8);
    check(text, &[Val::I32(0)], &[Val::I64(2), Val::I32(4)], 8);
}

#[test]
fn loads_extend_and_stores_wrap() {
    let cases = [
        ("i32.load8_s", Val::I32(-2)),
        ("i32.load8_u", Val::I32(0xfe)),
        ("i32.load16_s", Val::I32(-0x1202)),
        ("i32.load16_u", Val::I32(0xedfe)),
        ("i32.load", Val::I32(0xcbdc_edfe_u32 as i32)),
        ("f32.load", Val::F32(0xcbdc_edfe)),
        ("i64.load8_s", Val::I64(-2)),
        ("i64.load8_u", Val::I64(0xfe)),
        ("i64.load16_s", Val::I64(-0x1202)),
        ("i64.load16_u", Val::I64(0xedfe)),
        ("i64.load32_s", Val::I64(0xcbdc_edfe_u32 as i32 as i64)),
        ("i64.load32_u", Val::I64(0xcbdc_edfe)),
        ("i64.load", Val::I64(0x8798_a9ba_cbdc_edfe_u64 as i64)),
        ("f64.load", Val::F64(0x8798_a9ba_cbdc_edfe)),
    ];
    for (load, result) in cases {
        let ty = &load[..3];
        let text = format!(
            r#"(module (memory 0) (memory 1)
                (data (memory 1) (i32.const 65528) "\fe\ed\dc\cb\ba\a9\98\87")
                (func (export "f") (param i32) (result {ty})
                    ({load} 1 offset=65500 (local.get 0))))"#
        );
        check(&text, &[Val::I32(28)], &[result], 2);
        traps(&text, &[Val::I32(36)], Trap::MemoryOutOfBounds, 2);
        traps(&text, &[Val::I32(-1)], Trap::MemoryOutOfBounds, 2);
    }
    let stores =
        [("i32.store8", 0xff), ("i32.store16", 0xffff), ("i64.store8", 0xff), ("i64.store16", 0xffff)];
    let wider = [("i32.store", 0xffff_ffff), ("i64.store32", 0xffff_ffff), ("i64.store", -1)];
    for (store, result) in stores.into_iter().chain(wider) {
        let ty = &store[..3];
        let text = format!(
            r#"(module (memory 1) (func (export "f") (param i32) (result i64)
                ({store} offset=4 (local.get 0) ({ty}.const -1)) (i64.load (i32.const 8))))"#
        );
        check(&text, &[Val::I32(4)], &[Val::I64(result)], 5);
        traps(&text, &[Val::I32(65532)], Trap::MemoryOutOfBounds, 3);
    }
}

#[test]
fn vector_loads_and_stores() {
    let text = r#"(module (memory 1) (data (i32.const 16) "\01\02\03\04\05\06\07\88\09\0a\0b\0c\0d\0e\0f\10")
        (func (export "f") (result v128 v128 v128 v128 i64 v128)
            (v128.load8x8_s offset=16 (i32.const 0))
            (v128.load16_splat (i32.const 17))
            (v128.load64_zero (i32.const 16))
            (v128.load32_lane 2 (i32.const 16) (v128.const i32x4 0 0 0 0))
            (v128.store (i32.const 100) (v128.load (i32.const 16)))
            (v128.store16_lane 1 (i32.const 107) (v128.load (i32.const 100)))
            (i64.load (i32.const 102))
            (i8x16.shuffle 31 0 1 2 3 4 5 6 7 8 9 10 11 12 13 16
                (v128.load (i32.const 16)) (v128.const i64x2 0x55 0))))"#;
    let results = [
        Val::V128(u128::from_le_bytes([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0x88, 0xff])),
        Val::V128(u128::from_le_bytes([2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3])),
        Val::V128(0x8807_0605_0403_0201),
        Val::V128(0x0403_0201 << 64),
        // Bytes 102 and on: 3 4 5 6 7, then the lane 3 4 over 88 9, then 10.
        Val::I64(i64::from_le_bytes([3, 4, 5, 6, 7, 3, 4, 10])),
        Val::V128(u128::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7, 0x88, 9, 10, 11, 12, 13, 14, 0x55])),
    ];
    // Entering costs 2 for eleven cells of results.
    check(text, &[], &results, 2 + 3 + 2 + 2 + 3 + 4 + 4 + 2 + 6);
}

#[test]
fn numbers_trap() {
    let binary = |ty: &str, op: &str| {
        format!(
            r#"(module (func (export "f") (param {ty} {ty}) (result {ty}) local.get 0 local.get 1 {ty}.{op}))"#
        )
    };
    traps(&binary("i32", "div_s"), &[Val::I32(1), Val::I32(0)], Trap::IntegerDivideByZero, 4);
    traps(&binary("i32", "div_s"), &[Val::I32(i32::MIN), Val::I32(-1)], Trap::IntegerOverflow, 4);
    traps(&binary("i64", "rem_u"), &[Val::I64(1), Val::I64(0)], Trap::IntegerDivideByZero, 4);
    check(&binary("i32", "rem_s"), &[Val::I32(i32::MIN), Val::I32(-1)], &[Val::I32(0)], 4);
    let trunc = r#"(module (func (export "f") (param f64) (result i32) local.get 0 i32.trunc_f64_s nop))"#;
    traps(trunc, &[f64::NAN.into()], Trap::BadConversionToInteger, 3);
    traps(trunc, &[3e9.into()], Trap::IntegerOverflow, 3);
    check(trunc, &[(-7.9).into()], &[Val::I32(-7)], 4);
    let text = r#"(module (func (export "f") nop unreachable))"#;
    let frames = traps(text, &[], Trap::Unreachable, 2);
    assert_eq!(frames.len(), 1);
}

#[test]
fn bulk_operations_on_memory_pay_by_the_byte() {
    let text = r#"(module (memory 1) (memory 1) (data $d "0123456789abcdef0123")
        (func (export "f") (param i32) (result i32)
            (memory.init $d (i32.const 0) (i32.const 1) (i32.const 17))
            (memory.fill (i32.const 5) (i32.const 0x2a) (i32.const 3))
            (memory.copy 1 0 (i32.const 100) (i32.const 4) (i32.const 8))
            (memory.copy (i32.const 2) (i32.const 0) (i32.const 16))
            (data.drop $d)
            (memory.init $d (i32.const 0) (i32.const 0) (local.get 0))
            (i32.add (i32.load 1 (i32.const 100)) (i32.load8_u (i32.const 2)))))"#;
    // Bytes 4 and on are `5***`; byte 2 becomes `1`.
    let result = i32::from_le_bytes(*b"5***") + i32::from(b'1');
    let start = (3 + 12 + 2) + (3 + 12) + (3 + 12 + 1) + (3 + 12 + 2) + 4;
    check(text, &[Val::I32(0)], &[Val::I32(result)], start + (3 + 12) + 5);
    // A trap costs the static part only.
    traps(text, &[Val::I32(1)], Trap::MemoryOutOfBounds, start + 3 + 12);
}

#[test]
fn bulk_operations_check_their_bounds_before_the_gas() {
    let text = r#"(module (memory 1) (func (export "f") (param i32)
        (memory.fill (i32.const 1) (i32.const 2) (local.get 0))))"#;
    for tier in super::TIERS {
        let (mut store, instance) = instance(&config(tier), text);
        store.set_gas(15);
        let out = super::call(&mut store, instance, &[Val::I32(65536)]);
        assert_eq!((out.outcome, out.gas), (Err(Stop::Trap(Trap::MemoryOutOfBounds)), 15));
        store.set_gas(8191 + 14);
        let out = super::call(&mut store, instance, &[Val::I32(65535)]);
        assert_eq!((out.outcome, out.gas), (Err(Stop::OutOfGas(8191 + 12)), 3));
        let operands = [Val::I32(1), Val::I32(2), Val::I32(65535)];
        assert_eq!(out.operands.as_deref(), Some(&operands[..]));
        store.set_gas(14);
        let out = super::call(&mut store, instance, &[Val::I32(65536)]);
        assert_eq!((out.outcome, out.gas), (Err(Stop::OutOfGas(12)), 3));
        let memory = store.objects().memories[0];
        assert!(memory.data(&store).iter().all(|byte| *byte == 0));
    }
}

#[test]
fn tables_hold_references() {
    let text = r#"(module (table $a 3 10 funcref) (table $b 2 externref)
        (elem $e func $f $g) (elem declare func $f)
        (func $f (export "f") (param i32) (result i32 i32 i32 i32)
            (table.init $a $e (i32.const 1) (i32.const 0) (i32.const 2))
            (elem.drop $e)
            (table.init $a $e (i32.const 0) (i32.const 0) (local.get 0))
            (table.copy $a $a (i32.const 0) (i32.const 1) (i32.const 2))
            (table.set $a (i32.const 2) (table.get $a (i32.const 0)))
            (table.fill $a (i32.const 0) (ref.null func) (i32.const 1))
            (ref.is_null (table.get $a (i32.const 0)))
            (ref.is_null (table.get $a (i32.const 2)))
            (table.grow $a (ref.func $f) (i32.const 4))
            (table.size $a))
        (func $g))"#;
    let start = (3 + 12 + 2) + 4;
    let rest = (3 + 12 + 2) + (1 + 1 + 4 + 4) + (3 + 12 + 1) + 6 + 6 + (1 + 4 + 100 + 4) + 1;
    let results = [1, 0, 3, 7].map(Val::I32);
    // Entering costs 1 for four cells of results.
    check(text, &[Val::I32(0)], &results, 1 + start + (3 + 12) + rest);
    traps(text, &[Val::I32(1)], Trap::TableOutOfBounds, 1 + start + 3 + 12);
}

#[test]
fn growth_is_paid_by_the_page_and_refused_beyond_the_limit() {
    let text = r#"(module (memory 1 3) (func (export "f") (param i32) (result i32 i32)
        (memory.grow (local.get 0)) memory.size))"#;
    check(text, &[Val::I32(0)], &[Val::I32(1), Val::I32(1)], 102);
    let grown = ending(text, &[Val::I32(2)]);
    assert_eq!(grown.outcome, Ok([1, 3].map(Val::I32).to_vec()));
    assert_eq!(grown.gas, 102 + 2048);
    check(text, &[Val::I32(3)], &[Val::I32(-1), Val::I32(1)], 102);
    check(text, &[Val::I32(-1)], &[Val::I32(-1), Val::I32(1)], 102);
    for tier in super::TIERS {
        let (mut store, instance) = instance(&config(tier), text);
        store.set_gas(500);
        let out = super::call(&mut store, instance, &[Val::I32(2)]);
        assert_eq!((out.outcome, out.gas), (Err(Stop::OutOfGas(100 + 2048)), 1));
        assert_eq!(out.operands.as_deref(), Some(&[Val::I32(2)][..]));
    }
}

#[test]
fn banned_floats_trap_when_they_run() {
    let text = r#"(module (memory 1) (func (export "f") (param i32) (result f64)
        (f64.store (i32.const 0) (f64.reinterpret_i64 (i64.const 5)))
        (local.get 0)
        if (drop (f64.neg (f64.const 1))) end
        (f64.load (i32.const 0))))"#;
    for tier in super::TIERS {
        let mut config = config(tier);
        config.mode(Mode::NoFloats);
        let (mut store, instance) = instance(&config, text);
        let out = super::call(&mut store, instance, &[Val::I32(0)]);
        assert_eq!((out.outcome, out.gas), (Ok([Val::F64(5)].to_vec()), 8));
        store.set_gas(100);
        let out = super::call(&mut store, instance, &[Val::I32(1)]);
        assert_eq!((out.outcome, out.gas), (Err(Stop::Trap(Trap::NondetInstruction)), 8));
    }
}

#[test]
fn what_names_a_float_and_moves_no_bits_is_banned() {
    let moves = ["load", "store", "const", "reinterpret", "splat", "_lane"];
    for &opcode in Opcode::ALL {
        let computes = opcode.names_a_float() && !moves.iter().any(|word| opcode.text().contains(word));
        assert_eq!(crate::ops::banned_without_floats(opcode), computes, "{}", opcode.text());
    }
}

#[test]
fn float_modes_differ_in_nans_only() {
    let text =
        r#"(module (func (export "f") (param f64) (result f64) (f64.add (local.get 0) (f64.const 0.5))))"#;
    for mode in [Mode::Deterministic, Mode::NonDeterministic] {
        for tier in super::TIERS {
            let mut config = config(tier);
            config.mode(mode);
            let (mut store, instance) = instance(&config, text);
            let out = super::call(&mut store, instance, &[0.25.into()]);
            assert_eq!(out.outcome, Ok([0.75.into()].to_vec()));
        }
    }
    let (mut store, instance) = instance(&config(Tier::Exact), text);
    let out = super::call(&mut store, instance, &[Val::F64(0xfff0_0000_0000_0001)]);
    assert_eq!(out.outcome, Ok([Val::F64(0x7ff8_0000_0000_0000)].to_vec()));
}
