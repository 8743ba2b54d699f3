//! Which objects go, and when.
//!
//! An object is there as long as it can be reached from the tables, globals, element segments and kept exceptions of the
//! store, or from a cell of a running function: its parameters, locals and operands. Such a cell counts whatever its
//! type: a number whose bits are those of a reference keeps an object too. So no types have to be found, and what goes
//! is the same in both tiers and on every machine, for the cells are.
//!
//! Objects go when as many bytes have been added as were left the last time, or as there are cells to look through, or
//! [`LEAST`] at the least: the time that takes is in proportion to what has been paid for since. They go too where the
//! limiter refuses more, once in each outermost call, and again where a quarter of what was left has been added. While a
//! host function is running nothing goes, for it may hold references.

use super::object::{Object, leads_to_objects, part};
use super::{HEAP_BYTES, Heap};
use crate::error::{Error, ErrorKind, MemoryKind};
use crate::frame::FrameKind;
use crate::store::{StoreInner, StoreMut};
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
    let heap = &mut store.inner.heap;
    let much = heap.bytes - heap.live >= STEP.max(heap.live / 4);
    if !granted && can_collect && (much || !heap.refused) {
        heap.refused = true;
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
fn collect(store: &mut StoreInner) {
    let (pending, looked_at) = mark_roots(store);
    mark(store, pending);
    let Heap { rooms, free, bytes, live, next, .. } = &mut store.heap;
    free.clear();
    // From above, so that the lowest number is given out first.
    for (number, room) in rooms.iter_mut().enumerate().rev() {
        if let Some(object) = &mut room.object {
            if object.marked {
                object.marked = false;
                continue;
            }
            *bytes -= object.counted();
            room.object = None;
            room.generation = room.generation.saturating_add(1);
        }
        // Where there have been as many as can be told apart, there is never one again.
        if room.generation < u16::MAX {
            free.push(number as u32);
        }
    }
    *live = *bytes;
    *next = *bytes + LEAST.max(*bytes).max(8 * looked_at);
}

/// Marks what the roots refer to; the numbers of those objects, and how many cells there were.
fn mark_roots(store: &mut StoreInner) -> (Vec<u32>, u64) {
    let StoreInner { heap, stack, instances, tables, globals, exceptions, .. } = store;
    let frame = stack.frame();
    // Frames overlap: below the one on top every cell is a local or an operand.
    let end = match frame.kind {
        FrameKind::Host => 0,
        _ => {
            let body = &instances[frame.instance as usize].module.validated().bodies()[frame.func as usize];
            frame.base + body.local_cells + frame.height
        }
    };
    let tables = tables.iter().filter(|table| leads_to_objects(ValType::Ref(table.ty().element)));
    let globals = globals.iter().filter(|global| leads_to_objects(global.ty().content));
    let segments = instances.iter().flat_map(|instance| instance.elements.iter().flatten().copied());
    let mut pending = Vec::new();
    let mut looked_at = 0;
    let mut root = |cell: u64| {
        looked_at += 1;
        heap.reach(cell, &mut pending);
    };
    stack.cells[..end as usize].iter().copied().for_each(&mut root);
    tables.flat_map(|table| table.elements().iter().copied()).for_each(&mut root);
    globals.for_each(|global| root(global.get()[0]));
    segments.for_each(&mut root);
    exceptions.iter().flat_map(|kept| kept.cells.iter().copied()).for_each(&mut root);
    (pending, looked_at)
}

/// Marks all that those can reach which are marked already and stand in `pending`.
fn mark(store: &mut StoreInner, mut pending: Vec<u32>) {
    let StoreInner { heap, types, .. } = store;
    let mut cells = Vec::new();
    while let Some(number) = pending.pop() {
        let Some(Object { ty, len, bytes, .. }) = &heap.rooms[number as usize].object else { continue };
        let references = types.layout(*ty).references(*len);
        cells.extend(references.map(|at| u64::from_le_bytes(part(bytes, at))));
        cells.drain(..).for_each(|cell| heap.reach(cell, &mut pending));
    }
}

impl Heap {
    /// Marks the object that a cell refers to, if it refers to one that is not marked.
    fn reach(&mut self, cell: u64, pending: &mut Vec<u32>) {
        if let Some(object) = self.get_mut(cell).filter(|object| !object.marked) {
            object.marked = true;
            // The lower half of the cell is the number.
            pending.push(cell as u32);
        }
    }
}
