//! Calls and returns. Spec: Core 3.0, 4.6.8 Control Instructions and 4.6.10 Function Calls.
//!
//! A callee's parameters are the caller's topmost operands, and its results take their place: a call moves
//! nothing, a return moves the results down to where the frame started.

use super::dispatch::Builder;
use super::machine::{Machine, Step};
use super::{NO_HEIGHT, after_call};
use crate::call::Exit;
use crate::frame::FrameKind;
use crate::func::HOST;
use crate::trap::Trap;
use selfsame_validate::Opcode;

pub(super) const fn add(builder: &mut Builder) {
    builder.put(Opcode::Call, call);
    builder.put(Opcode::CallIndirect, call_indirect);
    builder.put(Opcode::ReturnCall, return_call);
    builder.put(Opcode::ReturnCallIndirect, return_call_indirect);
    builder.put(Opcode::CallRef, call_ref);
    builder.put(Opcode::ReturnCallRef, return_call_ref);
    builder.put(Opcode::Return, return_);
}

/// What is called.
enum Callee {
    /// A function that a module defines, by its number among those of its instance.
    Wasm { instance: u32, func: u32 },
    /// A host function, by number in the store.
    Host { func: u32 },
}

fn call(m: &mut Machine<'_>) -> Step {
    let callee = direct(m);
    enter(m, callee)
}

fn call_indirect(m: &mut Machine<'_>) -> Step {
    let callee = indirect(m)?;
    enter(m, callee)
}

fn return_call(m: &mut Machine<'_>) -> Step {
    let callee = direct(m);
    replace(m, callee)
}

fn return_call_indirect(m: &mut Machine<'_>) -> Step {
    let callee = indirect(m)?;
    replace(m, callee)
}

fn call_ref(m: &mut Machine<'_>) -> Step {
    let callee = referenced(m)?;
    enter(m, callee)
}

fn return_call_ref(m: &mut Machine<'_>) -> Step {
    let callee = referenced(m)?;
    replace(m, callee)
}

/// The function that the immediate names.
fn direct(m: &mut Machine<'_>) -> Callee {
    let func = m.read_u32();
    match func.checked_sub(m.module.imported_funcs()) {
        Some(func) => Callee::Wasm { instance: m.instance, func },
        None => {
            let func = m.store.func_of_instance(m.instance, func);
            of_store(m, func)
        }
    }
}

/// The function in the table's element that the topmost operand names; it must be of the type that the
/// immediate names, or of a subtype. Spec: Core 3.0, 4.6.8, `call_indirect`.
fn indirect(m: &mut Machine<'_>) -> Result<Callee, Trap> {
    let ty = m.read_u32();
    let table = m.read_u32();
    let index = m.pop();
    let instance = m.instance();
    let table = &m.store.tables[instance.tables[table as usize] as usize];
    let element = table.get(table.ty().address.of_cell(index))?;
    let func = element.checked_sub(1).ok_or(Trap::IndirectCallToNull)? as u32;
    if !m.store.types.is_subtype(m.store.funcs[func as usize].ty, instance.types[ty as usize]) {
        return Err(Trap::BadSignature);
    }
    Ok(of_store(m, func))
}

/// The function that the topmost operand refers to; it is of the type that the immediate names.
/// Spec: Core 3.0, 4.6.8, `call_ref`.
fn referenced(m: &mut Machine<'_>) -> Result<Callee, Trap> {
    m.read_u32();
    let func = m.pop().checked_sub(1).ok_or(Trap::NullReference)? as u32;
    Ok(of_store(m, func))
}

fn of_store(m: &Machine<'_>, func: u32) -> Callee {
    let entity = &m.store.funcs[func as usize];
    match entity.instance {
        HOST => Callee::Host { func },
        instance => Callee::Wasm { instance, func: entity.func },
    }
}

/// First cell of the arguments, which are on top.
fn arguments(m: &Machine<'_>, callee: &Callee) -> usize {
    let cells = match *callee {
        Callee::Wasm { instance, func } => {
            m.store.instances[instance as usize].module.code()[func as usize].param_cells
        }
        Callee::Host { func } => m.store.func_type(func).param_cells(),
    };
    m.top - cells as usize
}

/// Calls: the frame stays, at the call.
fn enter(m: &mut Machine<'_>, callee: Callee) -> Step {
    let base = arguments(m, &callee) as u32;
    m.save(m.at, NO_HEIGHT);
    match callee {
        Callee::Host { func } => {
            let instance = m.instance;
            m.go(Some(Exit::HostCall { func, base, instance }))
        }
        Callee::Wasm { instance, func } => {
            m.store.enter(instance, func, base)?;
            switch(m)
        }
    }
}

/// Calls in place of the running function: its frame goes first, and what it would return the callee
/// returns. Spec: Core 3.0, 4.6.8, `return_call`.
fn replace(m: &mut Machine<'_>, callee: Callee) -> Step {
    let first = arguments(m, &callee);
    let base = m.base as u32;
    m.store.stack.cells.copy_within(first..m.top, m.base);
    m.store.stack.pop(m.body.value_slots);
    match callee {
        Callee::Host { func } => {
            let instance = m.instance;
            m.go(Some(Exit::HostCall { func, base, instance }))
        }
        Callee::Wasm { instance, func } => match m.store.enter(instance, func, base) {
            Ok(()) => switch(m),
            // The frame on top now is the caller's, which stays as it is.
            Err(trap) => m.go(Some(Exit::Trap(trap))),
        },
    }
}

/// Returns. Spec: Core 3.0, 4.6.8, `return` and 4.6.10, Returning from a function.
pub(super) fn return_(m: &mut Machine<'_>) -> Step {
    let results = m.result_cells();
    let base = m.base as u32;
    m.store.stack.cells.copy_within(m.top - results as usize..m.top, m.base);
    m.store.stack.pop(m.body.value_slots);
    if m.store.stack.frame().kind == FrameKind::Exact {
        after_call(m.store, base + results);
    }
    switch(m)
}

/// Another frame is on top: goes on with it, or leaves.
fn switch(m: &mut Machine<'_>) -> Step {
    let frame = m.store.stack.frame();
    if m.leave || frame.kind != FrameKind::Exact {
        return m.go(Some(Exit::Switch));
    }
    if frame.instance != m.instance {
        return m.go(None);
    }
    m.open_frame()
}
