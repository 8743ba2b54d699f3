//! Locals, globals, constants, references, `drop` and `select`. Spec: Core 3.0, 4.6.1 Parametric, 4.6.2
//! Variable, 4.6.3 Numeric (constants) and 4.6.4 Reference Instructions.

use super::dispatch::Builder;
use super::machine::{Machine, Step};
use crate::ops::Slot;
use crate::ops::simd::V128;
use crate::trap::Trap;
use selfsame_validate::{HeapCode, LocalPlace, Opcode, ValType, block_type, leb};

pub(super) const fn add(builder: &mut Builder) {
    builder.put(Opcode::LocalGet, local_get);
    builder.put(Opcode::LocalSet, local_set);
    builder.put(Opcode::LocalTee, local_tee);
    builder.put(Opcode::GlobalGet, global_get);
    builder.put(Opcode::GlobalSet, global_set);
    builder.put(Opcode::I32Const, i32_const);
    builder.put(Opcode::I64Const, i64_const);
    builder.put(Opcode::F32Const, f32_const);
    builder.put(Opcode::F64Const, f64_const);
    builder.put(Opcode::V128Const, v128_const);
    builder.put(Opcode::RefNull, ref_null);
    builder.put(Opcode::RefIsNull, ref_is_null);
    builder.put(Opcode::RefFunc, ref_func);
    builder.put(Opcode::RefAsNonNull, ref_as_non_null);
    builder.put(Opcode::Drop, drop);
    builder.put(Opcode::Select, select);
    builder.put(Opcode::TypedSelect, typed_select);
}

/// The local that the immediate names: its cell, and whether it has a second one.
#[inline(always)]
fn local(m: &mut Machine<'_>) -> (usize, bool) {
    let index = m.read_u32();
    let LocalPlace { cell, wide } = m.locals.place(index);
    (m.base + cell as usize, wide)
}

fn local_get(m: &mut Machine<'_>) -> Step {
    let (cell, wide) = local(m);
    m.push(m.store.stack.cells[cell]);
    if wide {
        m.push(m.store.stack.cells[cell + 1]);
    }
    Ok(())
}

fn local_set(m: &mut Machine<'_>) -> Step {
    let (cell, wide) = local(m);
    if wide {
        m.store.stack.cells[cell + 1] = m.pop();
    }
    m.store.stack.cells[cell] = m.pop();
    Ok(())
}

fn local_tee(m: &mut Machine<'_>) -> Step {
    let (cell, wide) = local(m);
    let cells = if wide { 2 } else { 1 };
    m.store.stack.cells.copy_within(m.top - cells..m.top, cell);
    Ok(())
}

fn global_get(m: &mut Machine<'_>) -> Step {
    let index = m.read_u32();
    let global = &m.store.globals[m.instance().globals[index as usize] as usize];
    let ([low, high], wide) = (global.get(), global.ty().content == ValType::V128);
    m.push(low);
    if wide {
        m.push(high);
    }
    Ok(())
}

fn global_set(m: &mut Machine<'_>) -> Step {
    let index = m.read_u32();
    let global = m.instance().globals[index as usize] as usize;
    let wide = m.store.globals[global].ty().content == ValType::V128;
    let high = if wide { m.pop() } else { 0 };
    let low = m.pop();
    m.store.globals[global].set([low, high]);
    Ok(())
}

fn i32_const(m: &mut Machine<'_>) -> Step {
    let (value, next) = leb::i32(m.code, m.pc);
    m.pc = next;
    m.push((value as u32).to_slot());
    Ok(())
}

fn i64_const(m: &mut Machine<'_>) -> Step {
    let (value, next) = leb::i64(m.code, m.pc);
    m.pc = next;
    m.push(value as u64);
    Ok(())
}

fn f32_const(m: &mut Machine<'_>) -> Step {
    let bits = u32::from_le_bytes(m.read_bytes());
    m.push(bits.to_slot());
    Ok(())
}

fn f64_const(m: &mut Machine<'_>) -> Step {
    let bits = u64::from_le_bytes(m.read_bytes());
    m.push(bits);
    Ok(())
}

fn v128_const(m: &mut Machine<'_>) -> Step {
    let value = V128::from_bytes(m.read_bytes());
    m.push_v128(value);
    Ok(())
}

/// `ref.null`: null is the same cell for every type.
fn ref_null(m: &mut Machine<'_>) -> Step {
    (_, m.pc) = HeapCode::read(m.code, m.pc);
    m.push(0);
    Ok(())
}

fn ref_is_null(m: &mut Machine<'_>) -> Step {
    let null = m.pop() == 0;
    m.push(null.to_slot());
    Ok(())
}

fn ref_as_non_null(m: &mut Machine<'_>) -> Step {
    if m.peek(0) == 0 { Err(Trap::NullReference.into()) } else { Ok(()) }
}

/// `ref.func`: a reference is the number of the function in the store, plus one.
fn ref_func(m: &mut Machine<'_>) -> Step {
    let func = m.read_u32();
    let func = m.store.func_of_instance(m.instance, func);
    m.push(u64::from(func) + 1);
    Ok(())
}

fn drop(m: &mut Machine<'_>) -> Step {
    m.top -= untyped_cells(m);
    Ok(())
}

fn select(m: &mut Machine<'_>) -> Step {
    let cells = untyped_cells(m);
    choose(m, cells);
    Ok(())
}

/// `select t`: a vector of one type stands in the code.
fn typed_select(m: &mut Machine<'_>) -> Step {
    let _one = m.read_u32();
    let (ty, next) = block_type(m.code, m.pc);
    m.pc = next;
    choose(m, if ty == V128_TYPE { 2 } else { 1 });
    Ok(())
}

/// Keeps the lower one of two values below the condition, or puts the upper one in its place.
fn choose(m: &mut Machine<'_>, cells: usize) {
    let condition = m.pop() as u32;
    let upper = m.top - cells;
    if condition == 0 {
        m.store.stack.cells.copy_within(upper..m.top, upper - cells);
    }
    m.top = upper;
}

/// Cells of the operand of a `drop` or `select` that does not name its type: the validator has noted those
/// that take two.
fn untyped_cells(m: &Machine<'_>) -> usize {
    let wide = !m.wide_sites.is_empty() && m.wide_sites.binary_search(&(m.at as u32)).is_ok();
    if wide { 2 } else { 1 }
}

/// The code that stands for `v128`. Spec: Core 3.0, 5.3.3 Vector Types.
const V128_TYPE: i64 = -5;
