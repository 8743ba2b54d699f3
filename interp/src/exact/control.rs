//! Blocks, branches and `unreachable`. Spec: Core 3.0, 4.6.8 Control Instructions.
//!
//! What is open is known from the side table, so that blocks need no record at run time: `block`, `loop`
//! and `end` do nothing, and cost nothing.

use super::call;
use super::dispatch::Builder;
use super::machine::{Machine, Step};
use crate::call::Exit;
use crate::heap::HeapOp;
use crate::trap::Trap;
use selfsame_validate::{Label, Opcode, block_type};

pub(super) const fn add(builder: &mut Builder) {
    builder.put(Opcode::Unreachable, unreachable);
    builder.put(Opcode::Nop, nop);
    builder.put(Opcode::Block, block);
    builder.put(Opcode::Loop, block);
    builder.put(Opcode::If, if_);
    builder.put(Opcode::Else, else_);
    builder.put(Opcode::End, end);
    builder.put_metered(Opcode::Br, br);
    builder.put_metered(Opcode::BrIf, br_if);
    builder.put_metered(Opcode::BrTable, br_table);
    builder.put_metered(Opcode::BrOnNull, br_on_null);
    builder.put_metered(Opcode::BrOnNonNull, br_on_non_null);
    builder.put_metered(Opcode::BrOnCast, br_on_cast);
    builder.put_metered(Opcode::BrOnCastFail, br_on_cast);
    builder.put_metered(Opcode::BrOnCastDescEq, br_on_cast_desc_eq);
    builder.put_metered(Opcode::BrOnCastDescEqFail, br_on_cast_desc_eq);
}

fn unreachable(_: &mut Machine<'_>) -> Step {
    Err(Trap::Unreachable.into())
}

fn nop(_: &mut Machine<'_>) -> Step {
    Ok(())
}

/// `block` and `loop`.
fn block(m: &mut Machine<'_>) -> Step {
    skip_block_type(m);
    Ok(())
}

/// `if`: its branch site names where the false arm starts, or what is behind if there is none.
fn if_(m: &mut Machine<'_>) -> Step {
    skip_block_type(m);
    if m.pop() as u32 != 0 {
        m.branch += 1;
    } else {
        jump(m, label(m, 0));
    }
    Ok(())
}

/// `else` is reached at the end of the arm that was taken: its branch site names what is behind the other.
fn else_(m: &mut Machine<'_>) -> Step {
    jump(m, label(m, 0));
    Ok(())
}

/// `end` of a block, or of the function: that is a return.
fn end(m: &mut Machine<'_>) -> Step {
    if m.pc == m.body.end as usize { call::return_(m) } else { Ok(()) }
}

fn br(m: &mut Machine<'_>) -> Step {
    let label = label(m, 0);
    m.charge(m.schedule.branch(Opcode::Br, label.arity()).into())?;
    take(m, label)
}

/// `br_if` costs the same whether it is taken or not.
fn br_if(m: &mut Machine<'_>) -> Step {
    let label = label(m, 0);
    m.charge(m.schedule.branch(Opcode::BrIf, label.arity()).into())?;
    if m.pop() as u32 != 0 {
        return take(m, label);
    }
    m.branch += 1;
    m.read_u32();
    Ok(())
}

/// `br_on_null` leaves the reference only where it is not taken; it costs the same either way.
fn br_on_null(m: &mut Machine<'_>) -> Step {
    let label = label(m, 0);
    m.charge(m.schedule.branch(Opcode::BrOnNull, label.arity()).into())?;
    if m.peek(0) == 0 {
        m.pop();
        return take(m, label);
    }
    m.branch += 1;
    m.read_u32();
    Ok(())
}

/// `br_on_non_null` carries the reference along, and drops null where it is not taken.
fn br_on_non_null(m: &mut Machine<'_>) -> Step {
    let label = label(m, 0);
    m.charge(m.schedule.branch(Opcode::BrOnNonNull, label.arity()).into())?;
    if m.peek(0) != 0 {
        return take(m, label);
    }
    m.pop();
    m.branch += 1;
    m.read_u32();
    Ok(())
}

/// `br_on_cast` and `br_on_cast_fail` leave the reference on either side.
fn br_on_cast(m: &mut Machine<'_>) -> Step {
    let (opcode, _) = Opcode::decode(m.code, m.at);
    let label = label(m, 0);
    m.charge(m.schedule.branch(opcode, label.arity()).into())?;
    let (test, pc) = HeapOp::read(opcode, m.code, m.pc);
    if test.passes(m.store, m.instance, m.peek(0)) == (opcode == Opcode::BrOnCast) {
        return take(m, label);
    }
    m.branch += 1;
    m.pc = pc;
    Ok(())
}

/// `br_on_cast_desc_eq` and `br_on_cast_desc_eq_fail` take the descriptor and leave the reference on either side.
fn br_on_cast_desc_eq(m: &mut Machine<'_>) -> Step {
    let (opcode, _) = Opcode::decode(m.code, m.at);
    let label = label(m, 0);
    m.charge(m.schedule.branch(opcode, label.arity()).into())?;
    let (test, pc) = HeapOp::read(opcode, m.code, m.pc);
    let descriptor = m.pop();
    let passes = test.is_described(m.store, m.instance, m.peek(0), descriptor)?;
    if passes == (opcode == Opcode::BrOnCastDescEq) {
        return take(m, label);
    }
    m.branch += 1;
    m.pc = pc;
    Ok(())
}

/// `br_table`: a branch site for each target, the default's last. All carry equally many cells.
fn br_table(m: &mut Machine<'_>) -> Step {
    let targets = m.read_u32();
    let default = label(m, targets);
    m.charge(m.schedule.branch(Opcode::BrTable, default.arity()).into())?;
    let index = m.pop() as u32;
    take(m, label(m, index.min(targets)))
}

/// The label of the branch site `number` further than the next.
fn label(m: &Machine<'_>, number: u32) -> Label {
    m.labels[m.branches[(m.branch + number) as usize] as usize]
}

/// Goes on at a label with the operand stack as it is.
fn jump(m: &mut Machine<'_>, label: Label) {
    m.pc = label.pc as usize;
    m.branch = label.branch;
}

/// Branches to a label: what it carries is moved down to its height. Spec: Core 3.0, 4.6.8, `br`.
fn take(m: &mut Machine<'_>, label: Label) -> Step {
    let arity = label.arity() as usize;
    let height = m.operands + label.height() as usize;
    m.store.stack.cells.copy_within(m.top - arity..m.top, height);
    m.top = height + arity;
    jump(m, label);
    // Only loops have their labels at their start, before the branch.
    if m.leave && m.pc <= m.at {
        m.save(m.pc, label.height() + label.arity());
        return m.go(Some(Exit::Switch));
    }
    Ok(())
}

/// A block type is the number of a type, or a value type or none as a negative number.
/// Spec: Core 3.0, 5.4.1 Control Instructions.
fn skip_block_type(m: &mut Machine<'_>) {
    (_, m.pc) = block_type(m.code, m.pc);
}
