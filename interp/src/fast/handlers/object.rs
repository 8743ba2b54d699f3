//! Fields of structs, elements of arrays, small integers. Spec: Core 3.0, 4.6.4 Aggregate Instructions.
//!
//! Two words.

use super::memory::{Load, Narrow, extended};
use super::numeric::Place;
use crate::fast::regs::{Regs, handler, step, trap};
use crate::heap::{Object, cell};
use crate::ops::UnOp;
use crate::trap::Trap;

/// The object that a cell refers to.
///
/// # Safety
/// The registers are those of a running store.
#[inline(always)]
pub(super) unsafe fn object<'a>(r: &Regs, cell: u64) -> Option<&'a mut Object> {
    // SAFETY: the store is alive, and nobody else uses its heap while the fast tier runs.
    unsafe { (*(*r.vm).store).heap.get_mut(cell) }
}

/// Where `size` bytes from `at` on are. Validation sees to it that a struct has them; the length is looked at all the same.
#[inline(always)]
fn bytes(object: &mut Object, at: usize, size: usize) -> Option<*mut u8> {
    let end = at.checked_add(size)?;
    object.bytes.get_mut(at..end).map(<[u8]>::as_mut_ptr)
}

/// Where the field at 12 is of the struct that a cell refers to.
///
/// # Safety
/// The instruction has a field there.
#[inline(always)]
unsafe fn field<M>(r: &Regs, cell: u64) -> Option<*mut u8> {
    // SAFETY: the caller's.
    unsafe { bytes(object(r, cell)?, r.u32(12) as usize, size_of::<M>()) }
}

/// Where an element is of the array in the cell named at 10.
///
/// # Safety
/// The instruction has an array there.
#[inline(always)]
unsafe fn element<M>(r: &Regs, index: u64) -> Option<*mut u8> {
    // SAFETY: the caller's.
    let array = unsafe { object(r, *r.cell(10))? };
    let index = index as u32;
    if index < array.len { bytes(array, index as usize * size_of::<M>(), size_of::<M>()) } else { None }
}

/// Where the halves are of the field with the index at 12, a vector, of the struct that a cell refers to. The upper half is
/// where the struct's own type says, which may be a subtype of the one that the instruction names.
///
/// # Safety
/// The instruction has a field there.
#[inline(always)]
unsafe fn vector_field(r: &Regs, cell: u64) -> Option<[*mut u8; 2]> {
    // SAFETY: the caller's; the store is alive.
    let (object, types) = unsafe { (object(r, cell)?, &(*(*r.vm).store).types) };
    // SAFETY: the caller's.
    let slot = types.layout(object.ty).slots().get(unsafe { r.u32(12) } as usize)?;
    Some([bytes(object, slot.at, 8)?, bytes(object, slot.high, 8)?])
}

/// Copies a vector, whose halves are bytes in little-endian order, to the cells at `to`.
#[inline(always)]
unsafe fn read_halves(to: *mut u64, halves: [*mut u8; 2]) {
    // SAFETY: the caller's: two cells of the frame, and eight bytes of an object each.
    unsafe {
        for (cell, half) in halves.into_iter().enumerate() {
            *to.add(cell) = u64::from_le(half.cast::<u64>().read_unaligned());
        }
    }
}

/// The other way.
#[inline(always)]
unsafe fn write_halves(halves: [*mut u8; 2], from: *const u64) {
    // SAFETY: as above.
    unsafe {
        for (cell, half) in halves.into_iter().enumerate() {
            half.cast::<u64>().write_unaligned((*from.add(cell)).to_le());
        }
    }
}

/// The halves of an element, a vector.
#[inline(always)]
unsafe fn vector_element(r: &Regs, index: u64) -> Option<[*mut u8; 2]> {
    // SAFETY: the caller's; an element has sixteen bytes.
    unsafe { element::<[u64; 2]>(r, index).map(|at| [at, at.add(8)]) }
}

handler! {
    /// The reference in the cell named at 10 is null, or the array that it refers to has no such element.
    #[cold]
    fn missing(r) {
        let there = object(&r, *r.cell(10)).is_some();
        trap(r, if there { Trap::ArrayOutOfBounds } else { Trap::NullReference })
    }

    /// `struct.get`. Result at 8, reference at 10, first byte at 12.
    pub(in crate::fast) fn struct_get[L: Load, A: Place](r) {
        match field::<L::Mem>(&r, A::read(&r)) {
            Some(at) => {
                r.result(extended::<L>(at));
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `struct.set`. Value at 8, reference at 10, first byte at 12.
    pub(in crate::fast) fn struct_set[M: Narrow, A: Place, V: Place](r) {
        match field::<M>(&r, A::read(&r)) {
            Some(at) => {
                M::narrow(V::read(&r)).write(at);
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `struct.get` of a vector. Cells of the result from 8 on, reference at 10, index at 12.
    pub(in crate::fast) fn struct_get_vector[A: Place](r) {
        match vector_field(&r, A::read(&r)) {
            Some(halves) => {
                read_halves(r.cell(8), halves);
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `struct.set` of a vector, in the cells from 8 on.
    pub(in crate::fast) fn struct_set_vector[A: Place](r) {
        match vector_field(&r, A::read(&r)) {
            Some(halves) => {
                write_halves(halves, r.cell(8));
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `array.get` of a vector. Cells of the result from 8 on, array at 10, index at 12.
    pub(in crate::fast) fn array_get_vector[I: Place](r) {
        match vector_element(&r, I::read(&r)) {
            Some(halves) => {
                read_halves(r.cell(8), halves);
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `array.set` of a vector, in the cells from 8 on.
    pub(in crate::fast) fn array_set_vector[I: Place](r) {
        match vector_element(&r, I::read(&r)) {
            Some(halves) => {
                write_halves(halves, r.cell(8));
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `array.get`. Result at 8, array at 10, index at 12.
    pub(in crate::fast) fn array_get[L: Load, I: Place](r) {
        match element::<L::Mem>(&r, I::read(&r)) {
            Some(at) => {
                r.result(extended::<L>(at));
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `array.set`. Value at 8, array at 10, index at 12.
    pub(in crate::fast) fn array_set[M: Narrow, I: Place, V: Place](r) {
        match element::<M>(&r, I::read(&r)) {
            Some(at) => {
                M::narrow(V::read(&r)).write(at);
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `array.len`. Result at 8, array at 10.
    pub(in crate::fast) fn array_len[A: Place](r) {
        match object(&r, A::read(&r)) {
            Some(array) => {
                r.result(array.len.into());
                step(r, 2)
            }
            None => missing(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }
}

/// `ref.i31`.
pub(in crate::fast) struct RefI31;
/// `i31.get_s`.
pub(in crate::fast) struct I31GetS;
/// `i31.get_u`.
pub(in crate::fast) struct I31GetU;

impl UnOp for RefI31 {
    type A = u32;
    type R = u64;
    #[inline(always)]
    fn eval(a: u32) -> Result<u64, Trap> {
        Ok(cell::of_i31(a))
    }
}

impl UnOp for I31GetS {
    type A = u64;
    type R = u32;
    #[inline(always)]
    fn eval(a: u64) -> Result<u32, Trap> {
        cell::signed_i31(a).map(|value| value as u32).ok_or(Trap::NullReference)
    }
}

impl UnOp for I31GetU {
    type A = u64;
    type R = u32;
    #[inline(always)]
    fn eval(a: u64) -> Result<u32, Trap> {
        cell::i31(a).ok_or(Trap::NullReference)
    }
}
