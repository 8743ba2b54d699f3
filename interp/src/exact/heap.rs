//! Structs, arrays, small integers and casts. Spec: Core 3.0, 4.6.4 Aggregate Instructions and 4.6.3 Reference
//! Instructions.

use super::dispatch::Builder;
use super::machine::{Machine, Step};
use crate::call::Exit;
use crate::heap::{HeapOp, METERED, PLAIN};
use selfsame_validate::Opcode;

pub(super) const fn add(builder: &mut Builder) {
    let mut i = 0;
    while i < PLAIN.len() {
        builder.put(PLAIN[i], plain);
        i += 1;
    }
    let mut i = 0;
    while i < METERED.len() {
        builder.put_metered(METERED[i], metered);
        i += 1;
    }
}

/// The instruction in hand, with its immediates read.
fn read(m: &mut Machine<'_>) -> HeapOp {
    let (opcode, _) = Opcode::decode(m.code, m.at);
    let (op, pc) = HeapOp::read(opcode, m.code, m.pc);
    m.pc = pc;
    op
}

fn plain(m: &mut Machine<'_>) -> Step {
    let op = read(m);
    let shape = op.shape(m.module);
    let first = m.top - shape.cells as usize;
    op.apply(m.store, m.instance, first)?;
    m.top = first + shape.result as usize;
    Ok(())
}

/// What makes an object, or moves elements: traps first, then gas, then room, then the work.
fn metered(m: &mut Machine<'_>) -> Step {
    let op = read(m);
    let shape = op.shape(m.module);
    let first = m.top - shape.cells as usize;
    let cost = u64::from(m.schedule.cost(op.opcode));
    m.cover(cost)?;
    let price = match op.price(m.store, m.instance, first) {
        Ok(price) => price,
        Err(trap) => {
            m.charge(cost)?;
            return Err(trap.into());
        }
    };
    let cost = cost.saturating_add(price.units);
    m.cover(cost)?;
    if price.bytes > 0 && !m.store.heap.fits(price.bytes) {
        return m.stop_in_front(Exit::MakeRoom { bytes: price.bytes });
    }
    m.charge(cost)?;
    op.apply(m.store, m.instance, first)?;
    m.top = first + shape.result as usize;
    Ok(())
}
