//! The exact tier: an interpreter in place, over the module's original bytes. It is the definition of what
//! is right, written to be read beside the specification; the fast tier is measured against it.
//!
//! It runs one instruction a step. Before each, the gas for it is taken; where what is left does not
//! cover it, the machine stops in front of the instruction, and nothing of it has happened. Branches find
//! their way by the side table of `selfsame_validate`: a branch site for each branch, in code order, names
//! a label.
//!
//! - `machine`: the state, the loop, the operand stack, the meter, immediates.
//! - `dispatch`: the table from instruction to handler; that none is missing is checked at build time.
//! - one file a family: `control`, `call`, `exception`, `variable`, `memory`, `table`, `numeric`, `simd`.
//!
//! Nothing here is unsafe. Code is validated, so a pop finds an operand and an index an entity; where that
//! were not so, a checked access would panic instead of doing harm.

mod call;
mod control;
mod dispatch;
mod exception;
mod heap;
mod machine;
mod memory;
mod numeric;
mod simd;
mod table;
#[cfg(test)]
mod tests;
mod variable;

use crate::call::Exit;
use crate::frame::{Frame, FrameKind};
use crate::store::StoreInner;
use machine::Machine;
use selfsame_validate::{Module, Opcode};

/// A [`Frame::height`] that is not known: the frame is in the middle of an instruction.
pub(crate) const NO_HEIGHT: u32 = u32::MAX;

/// Goes on with the frame on top, which is one of this tier, until control is with somebody else. With
/// `leave`, that includes every place where the fast tier could take over: behind a call into a Wasm
/// function, behind a return, and behind a branch to the start of a loop.
///
/// The record of the frame on top is up to date afterwards: at a stop in front of an instruction its `pc`,
/// `branch` and `height` are those of that place; at a trap and at a host call its `pc` is at the
/// instruction, and its height is [`NO_HEIGHT`].
pub(crate) fn run(store: &mut StoreInner, leave: bool) -> Exit {
    let engine = store.engine.clone();
    loop {
        let frame = store.stack.frame();
        if frame.kind != FrameKind::Exact {
            return Exit::Switch;
        }
        // One machine serves as long as control stays in one instance.
        let instance = frame.instance;
        let module = store.instances[instance as usize].module.clone();
        let machine = Machine::new(store, engine.config(), module.validated(), instance, leave);
        if let Some(exit) = machine.run() {
            return exit;
        }
    }
}

/// The function or host function that the frame on top has called is finished, and its results end at cell
/// `end`: puts the frame behind its call.
pub(crate) fn after_call(store: &mut StoreInner, end: u32) {
    let frame = *store.stack.frame();
    let module = store.instances[frame.instance as usize].module.validated();
    let operands = frame.base + module.bodies()[frame.func as usize].local_cells;
    let pc = behind(module, frame.pc);
    let frame = store.stack.frame_mut();
    frame.pc = pc;
    frame.height = end - operands;
}

/// The growth that the frame on top has asked for was granted or refused: replaces the operands by the
/// result, and puts the frame behind the instruction.
pub(crate) fn after_grow(store: &mut StoreInner, result: u64) {
    let frame = *store.stack.frame();
    let module = store.instances[frame.instance as usize].module.validated();
    let operands = frame.base + module.bodies()[frame.func as usize].local_cells;
    let (opcode, _) = Opcode::decode(module.bytes(), frame.pc as usize);
    let pc = behind(module, frame.pc);
    // `table.grow` takes a value and a number of elements, `memory.grow` a number of pages.
    let taken = if opcode == Opcode::TableGrow { 2 } else { 1 };
    let height = frame.height - taken;
    store.stack.cells[(operands + height) as usize] = result;
    let frame = store.stack.frame_mut();
    frame.pc = pc;
    frame.height = height + 1;
}

/// A function of the fast tier has returned to the frame on top; its own record is still above.
pub(crate) fn returned(store: &mut StoreInner) {
    let callee = store.stack.frames[store.stack.top + 1];
    let end = callee.base + result_cells(store, &callee);
    after_call(store, end);
}

/// Offset behind the instruction at offset `pc`.
fn behind(module: &Module, pc: u32) -> u32 {
    let (opcode, immediates) = Opcode::decode(module.bytes(), pc as usize);
    opcode.skip_immediates(module.bytes(), immediates) as u32
}

/// Cells of the results of a frame's function: what a branch to its outermost label carries.
fn result_cells(store: &StoreInner, frame: &Frame) -> u32 {
    let module = store.instances[frame.instance as usize].module.validated();
    let body = &module.bodies()[frame.func as usize];
    module.labels(body)[0].arity()
}
