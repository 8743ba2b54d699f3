//! Exceptions. Spec: Core 3.0, 4.6.8 Control Instructions.

use super::dispatch::Builder;
use super::machine::{Machine, Step};
use crate::call::Exit;
use selfsame_validate::{Opcode, block_type, leb};

pub(super) const fn add(builder: &mut Builder) {
    builder.put(Opcode::TryTable, try_table);
    builder.put_metered(Opcode::Throw, throw);
    builder.put_metered(Opcode::ThrowRef, throw);
}

/// A block: what it catches is found where something is thrown. Its clauses, which may be many, are not read.
fn try_table(m: &mut Machine<'_>) -> Step {
    let (_, pc) = block_type(m.code, m.pc);
    let (clauses, pc) = leb::u32(m.code, pc);
    m.pc = if clauses == 0 { pc } else { m.module.inside_try_table(m.at as u32) as usize };
    Ok(())
}

/// `throw` and `throw_ref` are for `unwind`.
fn throw(m: &mut Machine<'_>) -> Step {
    m.stop_in_front(Exit::Throw)
}
