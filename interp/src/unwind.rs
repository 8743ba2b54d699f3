//! Exceptions on their way: from the `throw` to the clause that catches. Spec: Core 3.0, 4.6.8 Control Instructions.
//!
//! Both tiers come here with the frame on top in front of its `throw` or `throw_ref`. Which clause catches, and with it
//! the price, is found before anything happens; then the price is paid whole, and only then frames go. The function
//! that catches goes on at a label, where either tier can.

use crate::call::Stop;
use crate::error::{ErrorKind, MemoryKind};
use crate::exact;
use crate::fast;
use crate::frame::FrameKind;
use crate::inspect::offset_of;
use crate::store::{StoreInner, StoreMut};
use crate::trap::Trap;
use core::ops::Range;
use selfsame_validate::{Catch, Opcode, leb};

/// What is thrown.
struct Thrown {
    /// The tag, by number in the store.
    tag: u32,
    /// Cells of the fields.
    count: usize,
    fields: Fields,
}

/// Where the fields are.
enum Fields {
    /// On the operand stack: these cells.
    Operands(Range<usize>),
    /// In the kept exception that this cell refers to.
    Kept(u64),
}

/// The clause that catches, and the record of the frame that it belongs to.
#[derive(Clone, Copy)]
struct Catcher {
    record: usize,
    catch: Catch,
}

/// Carries out the `throw` or `throw_ref` that the frame on top stands in front of.
pub(crate) fn throw<T>(store: &mut StoreMut<'_, T>) -> Result<(), Stop> {
    let (thrown, cost) = thrown(store.inner)?;
    let (catcher, cost) = find(store.inner, &thrown, cost)?;
    // Covered, as `find` has seen.
    store.inner.vm.charge(cost);
    let Some(catcher) = catcher else {
        let exception = store.inner.exception(thrown.tag, fields(store.inner, &thrown));
        return Err(end(store.inner, ErrorKind::Exception(exception).into()));
    };
    let reference = match &thrown.fields {
        Fields::Kept(cell) => Some(*cell),
        Fields::Operands(cells) if catcher.catch.with_reference() => {
            let (now, then) =
                (store.inner.exceptions.bytes(), store.inner.exceptions.bytes_with(thrown.count));
            if !store.outer.exceptions_may_grow(now, then) {
                return Err(end(store.inner, ErrorKind::OutOfMemory(MemoryKind::Exceptions).into()));
            }
            Some(store.inner.exceptions.keep(thrown.tag, &store.inner.stack.cells[cells.clone()]))
        }
        Fields::Operands(_) => None,
    };
    go_on(store.inner, &thrown, reference, catcher);
    Ok(())
}

/// Stops for good in the middle of the instruction.
fn end(store: &mut StoreInner, stop: Stop) -> Stop {
    store.stack.frame_mut().height = exact::NO_HEIGHT;
    stop
}

/// What the instruction throws, and its cost but for the way.
fn thrown(store: &mut StoreInner) -> Result<(Thrown, u64), Stop> {
    let frame = *store.stack.frame();
    let instance = &store.instances[frame.instance as usize];
    let module = instance.module.validated();
    let (opcode, immediate) = Opcode::decode(module.bytes(), frame.pc as usize);
    let top = (frame.base + module.bodies()[frame.func as usize].local_cells + frame.height) as usize;
    let thrown = if opcode == Opcode::Throw {
        let (tag, _) = leb::u32(module.bytes(), immediate);
        let tag = instance.tags[tag as usize];
        let count = store.tag_type(tag).param_cells() as usize;
        Some(Thrown { tag, count, fields: Fields::Operands(top - count..top) })
    } else {
        let cell = store.stack.cells[top - 1];
        let kept = store.exceptions.get(cell);
        kept.map(|kept| Thrown { tag: kept.tag, count: kept.cells.len(), fields: Fields::Kept(cell) })
    };
    let schedule = &store.engine.config().schedule;
    if let Some(thrown) = thrown {
        let cost = schedule.branch(opcode, thrown.count as u32);
        return Ok((thrown, cost.into()));
    }
    let required = schedule.cost(opcode).into();
    if !store.vm.charge(required) {
        return Err(ErrorKind::OutOfGas { required }.into());
    }
    Err(end(store, Trap::NullReference.into()))
}

/// The clause that catches, if one does in the frames above the embedder's call, and the cost of the instruction with
/// the way there: `cost`, and what each frame and each clause costs that is looked at. Looks no further than the gas
/// goes.
fn find(store: &StoreInner, thrown: &Thrown, mut cost: u64) -> Result<(Option<Catcher>, u64), Stop> {
    let units = *store.engine.config().schedule.units();
    let left = store.vm.gas_left();
    let mut pay = |gas: u64| {
        cost = cost.saturating_add(gas);
        if cost <= left { Ok(cost) } else { Err(Stop::from(ErrorKind::OutOfGas { required: cost })) }
    };
    let mut record = store.stack.top;
    loop {
        let frame = &store.stack.frames[record];
        if frame.kind == FrameKind::Host {
            return Ok((None, pay(0)?));
        }
        pay(units.unwound_frame)?;
        let instance = &store.instances[frame.instance as usize];
        for catch in instance.module.validated().catches(offset_of(store, frame)) {
            let cost = pay(units.catch_clause)?;
            if catch.tag().is_none_or(|tag| instance.tags[tag as usize] == thrown.tag) {
                return Ok((Some(Catcher { record, catch }), cost));
            }
        }
        record -= 1;
    }
}

/// The fields of what is thrown.
fn fields<'a>(store: &'a StoreInner, thrown: &Thrown) -> &'a [u64] {
    match &thrown.fields {
        Fields::Operands(cells) => &store.stack.cells[cells.clone()],
        Fields::Kept(cell) => store.exceptions.get(*cell).map_or(&[], |kept| &kept.cells),
    }
}

/// Takes the frames above the one that catches away, and puts that one at the clause's label.
fn go_on(
    store: &mut StoreInner,
    thrown: &Thrown,
    reference: Option<u64>,
    Catcher { record, catch }: Catcher,
) {
    while store.stack.top > record {
        let frame = store.stack.frame();
        let code = &store.instances[frame.instance as usize].module.code()[frame.func as usize];
        store.stack.pop(code.value_slots);
    }
    let frame = *store.stack.frame();
    let module = store.instances[frame.instance as usize].module.validated();
    let body = &module.bodies()[frame.func as usize];
    let label = module.labels(body)[catch.label() as usize];
    let mut to = (frame.base + body.local_cells + label.height()) as usize;
    if catch.tag().is_some() {
        match &thrown.fields {
            Fields::Operands(cells) => store.stack.cells.copy_within(cells.clone(), to),
            Fields::Kept(cell) => {
                if let Some(kept) = store.exceptions.get(*cell) {
                    store.stack.cells[to..to + thrown.count].copy_from_slice(&kept.cells);
                }
            }
        }
        to += thrown.count;
    }
    if let Some(cell) = reference.filter(|_| catch.with_reference()) {
        store.stack.cells[to] = cell;
    }
    let frame = store.stack.frame_mut();
    frame.kind = FrameKind::Exact;
    frame.ip = fast::leave_landing();
    frame.pc = label.pc;
    frame.branch = label.branch;
    frame.height = label.height() + label.arity();
}
