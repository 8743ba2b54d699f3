//! Moves: constants, copies between cells, globals, `select`.

use super::numeric::Place;
use crate::fast::regs::{Regs, handler, step, trap};
use crate::trap::Trap;

/// Moves `cells` cells, lowest first: right for moves to lower addresses, as a stack's are.
///
/// # Safety
/// Both ranges are cells of the frame, and `to` is not above `from`.
#[inline(always)]
pub(super) unsafe fn move_down(to: *mut u64, from: *const u64, cells: usize) {
    for i in 0..cells {
        // SAFETY: the caller's. Volatile, so that this stays a loop: a call would spill every register.
        unsafe { to.add(i).write_volatile(from.add(i).read_volatile()) };
    }
}

/// The cells of the global named by the 32 bits at offset 12.
#[inline(always)]
unsafe fn global(r: &Regs) -> *mut u64 {
    // SAFETY: the caller's; the index is validated.
    unsafe { (*(*r.vm).globals.add(r.u32(12) as usize)).cast::<u64>() }
}

handler! {
    /// Result at 8, source at 10.
    pub(in crate::fast) fn copy[A: Place](r) {
        let value = A::read(&r);
        r.result(value);
        step(r, 2)
    }

    /// Two copies, one after the other: result at 8, source at 10, result at 12, source at 14.
    pub(in crate::fast) fn copy_twice(r) {
        *r.cell(8) = *r.cell(10);
        let value = *r.cell(14);
        *r.cell(12) = value;
        r.acc = value;
        step(r, 2)
    }

    /// A vector: result at 8, source at 10.
    pub(in crate::fast) fn copy_wide(r) {
        let (to, from) = (r.cell(8), r.cell(10));
        let (low, high) = (*from, *from.add(1));
        *to = low;
        *to.add(1) = high;
        step(r, 2)
    }

    /// Several cells to lower ones: to at 8, from at 10, how many at 12.
    pub(in crate::fast) fn copy_span(r) {
        move_down(r.cell(8), r.cell(10), r.u32(12) as usize);
        step(r, 2)
    }

    /// Result at 8, 32 bits without a sign at 12.
    pub(in crate::fast) fn const_u32(r) {
        let value = u64::from(r.u32(12));
        r.result(value);
        step(r, 2)
    }

    /// Result at 8, 32 bits with their sign at 12.
    pub(in crate::fast) fn const_i32(r) {
        let value = i64::from(r.u32(12) as i32) as u64;
        r.result(value);
        step(r, 2)
    }

    /// Result at 8, 64 bits in the next word.
    pub(in crate::fast) fn const_u64(r) {
        let value = r.word(2);
        r.result(value);
        step(r, 3)
    }

    /// A vector: result at 8, then two words.
    pub(in crate::fast) fn const_v128(r) {
        let to = r.cell(8);
        *to = r.word(2);
        *to.add(1) = r.word(3);
        step(r, 4)
    }

    /// Result at 8, index at 12.
    pub(in crate::fast) fn global_get(r) {
        let value = *global(&r);
        r.result(value);
        step(r, 2)
    }

    /// A vector: result at 8, index at 12.
    pub(in crate::fast) fn global_get_wide(r) {
        let (to, from) = (r.cell(8), global(&r));
        *to = *from;
        *to.add(1) = *from.add(1);
        step(r, 2)
    }

    /// Value at 10, index at 12.
    pub(in crate::fast) fn global_set[A: Place](r) {
        *global(&r) = A::read(&r);
        step(r, 2)
    }

    /// A vector: value at 10, index at 12.
    pub(in crate::fast) fn global_set_wide(r) {
        let (to, from) = (global(&r), r.cell(10));
        *to = *from;
        *to.add(1) = *from.add(1);
        step(r, 2)
    }

    /// `ref.as_non_null`. Reference at 10.
    pub(in crate::fast) fn non_null[A: Place](r) {
        if A::read(&r) == 0 { trap(r, Trap::NullReference) } else { step(r, 2) }
    }

    /// Result at 8, values at 10 and 12 or in the word behind, condition at 14 or in the accumulator.
    pub(in crate::fast) fn select[C: Place, A: Place, B: Place, const WORDS: usize](r) {
        let (first, second) = (A::read(&r), B::read(&r));
        let value = if C::read(&r) as u32 != 0 { first } else { second };
        r.result(value);
        step(r, WORDS)
    }

    /// Vectors: as `select`.
    pub(in crate::fast) fn select_wide[C: Place](r) {
        let from = if C::read(&r) as u32 != 0 { r.cell(10) } else { r.cell(12) };
        let (low, high) = (*from, *from.add(1));
        let to = r.cell(8);
        *to = low;
        *to.add(1) = high;
        step(r, 2)
    }
}
