//! Which objects go, and when.
//!
//! An object is there as long as it can be reached from the tables, globals, element segments and kept exceptions of the
//! store, or from a cell of a running function: its parameters, locals and operands. Such a cell counts whatever its
//! type: a number whose bits are those of a reference keeps an object too. So no types have to be found, and what goes
//! is the same in both tiers and on every machine, for the cells are.
//!
//! Objects go when as many bytes have been added as were left the last time, or eight for each cell to look through and
//! each place that an object has had, or [`LEAST`] at the least: the time that takes is in proportion to what has been
//! paid for since. Where the limiter refuses more they go when half as much has been added, so that nobody gets a
//! collection that he has not paid for. While a host function is running nothing goes, for it may hold references.

use super::cell;
use super::object::{Object, leads_to_objects, part};
use super::{HEAP_BYTES, Heap};
use crate::error::{Error, ErrorKind, MemoryKind};
use crate::exact::NO_HEIGHT;
use crate::frame::FrameKind;
use crate::store::{StoreInner, StoreMut};
use alloc::vec;
use alloc::vec::Vec;
use selfsame_validate::ValType;

/// Fewest bytes that are added between two collections.
const LEAST: u64 = 1 << 20;
/// The limiter is asked for so many bytes at a time.
const STEP: u64 = 1 << 16;

/// Makes room for an object that counts so many bytes, for the frame on top, which stands in front of its instruction.
pub(crate) fn for_frame<T>(store: &mut StoreMut<'_, T>, bytes: u64) -> Result<(), Error> {
    // The one record is that of the embedder, who waits.
    let can_collect = store.inner.stack.host_frames == 1;
    make_room(store, bytes, can_collect)
}

/// Makes room for an object that counts so many bytes, for a constant expression.
pub(crate) fn for_constant<T>(store: &mut StoreMut<'_, T>, bytes: u64) -> Result<(), Error> {
    if store.inner.heap.fits(bytes) { Ok(()) } else { make_room(store, bytes, false) }
}

fn make_room<T>(store: &mut StoreMut<'_, T>, bytes: u64, can_collect: bool) -> Result<(), Error> {
    let heap = &store.inner.heap;
    if heap.bytes.saturating_add(bytes) > heap.next && can_collect {
        collect(store.inner);
    }
    let mut granted = grant(store, bytes);
    if !granted && can_collect && store.inner.heap.bytes >= store.inner.heap.soonest {
        collect(store.inner);
        granted = grant(store, bytes);
    }
    if !granted {
        return Err(ErrorKind::OutOfMemory(MemoryKind::Heap).into());
    }
    let heap = &mut store.inner.heap;
    if !heap.fits(bytes) {
        heap.next = heap.bytes + bytes + if can_collect { 0 } else { LEAST };
    }
    Ok(())
}

/// Whether the limiter allows so many bytes more than there are.
fn grant<T>(store: &mut StoreMut<'_, T>, bytes: u64) -> bool {
    let heap = &mut store.inner.heap;
    let wanted = heap.bytes.saturating_add(bytes);
    if wanted <= heap.granted {
        return true;
    }
    let wanted = wanted.div_ceil(STEP).saturating_mul(STEP);
    let allowed = match &mut store.outer.limiter {
        Some(limiter) => limiter(&mut store.outer.data).heap_growing(heap.granted, wanted),
        None => wanted <= HEAP_BYTES,
    };
    if allowed {
        heap.granted = wanted;
    }
    allowed
}

/// Takes away all objects that cannot be reached.
pub(crate) fn collect(store: &mut StoreInner) {
    let (mut marking, looked_at) = mark_roots(store);
    marking.run(store);
    let Heap { rooms, free, bytes, soonest, next, .. } = &mut store.heap;
    let looked_at = looked_at + rooms.len() as u64;
    free.clear();
    // From above, so that the lowest number is given out first.
    for (number, room) in rooms.iter_mut().enumerate().rev() {
        if marking.has(number as u32) {
            continue;
        }
        if let Some(object) = room.object.take() {
            *bytes -= object.counted();
            room.generation = room.generation.saturating_add(1);
        }
        // Where there have been as many as can be told apart, there is never one again.
        if room.generation < u16::MAX {
            free.push(number as u32);
        }
    }
    let paid = (*bytes).max(8 * looked_at);
    *soonest = *bytes + STEP.max(paid / 2);
    *next = *bytes + LEAST.max(paid);
}

/// Which objects have been reached, and what they refer to not yet.
struct Marking {
    /// A bit for each number.
    reached: Vec<u64>,
    pending: Vec<u32>,
}

impl Marking {
    fn has(&self, number: u32) -> bool {
        self.reached[number as usize / 64] >> (number % 64) & 1 != 0
    }

    fn reach(&mut self, number: u32) {
        let bits = &mut self.reached[number as usize / 64];
        let bit = 1 << (number % 64);
        if *bits & bit == 0 {
            *bits |= bit;
            self.pending.push(number);
        }
    }

    /// Reaches all that the pending objects lead to.
    fn run(&mut self, store: &StoreInner) {
        while let Some(number) = self.pending.pop() {
            let Some(Object { ty, len, bytes, .. }) = &store.heap.rooms[number as usize].object else {
                continue;
            };
            for at in store.types.layout(*ty).references(*len) {
                // A field's object is there: that it is reached from here has kept it.
                if let Some(place) = cell::object(u64::from_le_bytes(part(bytes, at))) {
                    self.reach(place.number);
                }
            }
        }
    }
}

/// Reaches what the roots refer to; how many cells there were.
fn mark_roots(store: &StoreInner) -> (Marking, u64) {
    let StoreInner { heap, stack, instances, tables, globals, exceptions, .. } = store;
    let frame = stack.frame();
    // Frames overlap: below the one on top every cell is a local or an operand.
    let end = match frame.kind {
        FrameKind::Host => 0,
        _ => {
            let body = &instances[frame.instance as usize].module.validated().bodies()[frame.func as usize];
            // Behind a trap the embedder may ask; nothing goes on there, so that operands count no more.
            let height = if frame.height == NO_HEIGHT { 0 } else { frame.height };
            frame.base + body.local_cells + height
        }
    };
    let tables = tables.iter().filter(|table| leads_to_objects(ValType::Ref(table.ty().element)));
    let globals = globals.iter().filter(|global| leads_to_objects(global.ty().content));
    let segments = instances.iter().flat_map(|instance| instance.elements.iter().flatten().copied());
    let mut marking = Marking { reached: vec![0; heap.rooms.len().div_ceil(64)], pending: Vec::new() };
    let mut looked_at = 0;
    let mut root = |cell: u64| {
        looked_at += 1;
        // A number that looks like a reference may be to what is not there.
        if let Some(place) = cell::object(cell).filter(|_| heap.get(cell).is_some()) {
            marking.reach(place.number);
        }
    };
    stack.cells[..end as usize].iter().copied().for_each(&mut root);
    tables.flat_map(|table| table.elements().iter().copied()).for_each(&mut root);
    globals.for_each(|global| root(global.get()[0]));
    segments.for_each(&mut root);
    exceptions.iter().flat_map(|kept| kept.cells.iter().copied()).for_each(&mut root);
    (marking, looked_at)
}
