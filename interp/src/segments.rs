//! Active segments: what the tables and memories of an instance hold at first. Spec: Core 3.0, 4.7.2 Instantiation.
//!
//! Where a module's data is large, the memory of its first instance is kept as an image once its segments have been
//! copied, and the next instances are shown that image. They all start alike: see [`shown_range`].

use crate::error::{Error, ErrorKind};
use crate::instance::eval_offset;
use crate::memory::Image;
use crate::store::StoreInner;
use crate::trap::Trap;
use core::ops::Range;
use selfsame_validate::{ConstOp, Module, SegmentMode};

/// Fewest bytes of active segments for which an image is made: it takes longer to map than few bytes to copy.
const LARGE: u64 = 1 << 16;

/// Copies the active segments of a new instance and drops them and the declared ones. What was copied before a
/// segment that does not fit stays.
pub(crate) fn apply(store: &mut StoreInner, instance: u32) -> Result<(), Error> {
    let module = store.instances[instance as usize].module.clone();
    let validated = module.validated();
    copy_elements(store, instance, validated)?;
    if let Some(Some(image)) = module.initial_memory().get()
        && show(store, instance, validated, image)?
    {
        return Ok(());
    }
    copy_data(store, instance, validated)?;
    module.initial_memory().get_or_init(|| {
        let (index, range) = shown_range(validated)?;
        let memory = store.instances[instance as usize].memories[index as usize];
        Image::new(store.memories[memory as usize].bytes(), range)
    });
    Ok(())
}

fn copy_elements(store: &mut StoreInner, instance: u32, module: &Module) -> Result<(), Trap> {
    for (i, segment) in module.elements().iter().enumerate() {
        if let SegmentMode::Active { index, offset } = &segment.mode {
            let offset = eval_offset(store, instance, module, *offset);
            let data = &store.instances[instance as usize];
            let items = &data.elements[i];
            let table = &mut store.tables[data.tables[*index as usize] as usize];
            table.init(table.ty().address.of_cell(offset), items, 0, items.len() as u64)?;
        }
        if !matches!(segment.mode, SegmentMode::Passive) {
            store.instances[instance as usize].elements[i] = Default::default();
        }
    }
    Ok(())
}

fn copy_data(store: &mut StoreInner, instance: u32, module: &Module) -> Result<(), Trap> {
    for (i, segment) in module.data().iter().enumerate() {
        if let SegmentMode::Active { index, offset } = &segment.mode {
            let offset = eval_offset(store, instance, module, *offset);
            let data = &store.instances[instance as usize];
            let bytes = data.data_segment(i as u32);
            let memory = &mut store.memories[data.memories[*index as usize] as usize];
            memory.init(memory.ty().address.of_cell(offset), bytes, 0, bytes.len() as u64)?;
            store.instances[instance as usize].dropped_data[i] = true;
        }
    }
    Ok(())
}

/// Does what `copy_data` does by an image of what it has done to another instance. `false` if it cannot.
fn show(store: &mut StoreInner, instance: u32, module: &Module, image: &Image) -> Result<bool, Error> {
    let Some(index) = active(module).map(|(index, ..)| index).next() else { return Ok(false) };
    let data = &mut store.instances[instance as usize];
    let memory = &mut store.memories[data.memories[index as usize] as usize];
    if !memory.show(image).map_err(|_| Error::from(ErrorKind::NoRoom("a memory")))? {
        return Ok(false);
    }
    for (dropped, segment) in data.dropped_data.iter_mut().zip(module.data()) {
        *dropped |= matches!(segment.mode, SegmentMode::Active { .. });
    }
    Ok(true)
}

/// The memory that the active data segments write to and the bytes of it among which theirs are, if an image of
/// them is worth it and the same for all instances. It is, once all of the segments have been copied without a trap:
/// the memory is the instance's own, so it is zero before them and has the same length; their places are constants.
fn shown_range(module: &Module) -> Option<(u32, Range<usize>)> {
    let memory = active(module).next()?.0;
    if memory < module.imported_memories() {
        return None;
    }
    let (mut start, mut end, mut sum) = (u64::MAX, 0, 0);
    for (index, offset, len) in active(module) {
        let offset = offset?;
        if index != memory {
            return None;
        }
        if len > 0 {
            start = start.min(offset);
            end = end.max(offset + len);
            sum += len;
        }
    }
    // Far apart, they would make an image much larger than the module.
    let worth = sum >= LARGE && (end - start) / 2 <= sum;
    worth.then_some((memory, usize::try_from(start).ok()?..usize::try_from(end).ok()?))
}

/// Of each active data segment the memory's index, the offset where it is a constant, and the length in bytes.
fn active(module: &Module) -> impl Iterator<Item = (u32, Option<u64>, u64)> + '_ {
    module.data().iter().filter_map(|segment| {
        let SegmentMode::Active { index, offset } = &segment.mode else { return None };
        let constant = match offset.single() {
            Some(ConstOp::I32(offset)) => Some(u64::from(offset)),
            Some(ConstOp::I64(offset)) => Some(offset),
            _ => None,
        };
        Some((*index, constant, segment.range().len() as u64))
    })
}

#[cfg(test)]
mod tests;
