//! Soft floats the short way: operands as in [`numeric`](super::numeric) and [`simd`](super::simd). What the short way does
//! not find goes on to the handler of the long one, which has the same operands.
//!
//! Each has a twin, compiled from the same lines for processors with vectors of 256 bits and better shifts: the
//! compiler then needs fewer instructions. Both compute with integers alone, so that nothing but time differs.

use super::numeric::Place;
use super::simd::{read, write};
use crate::fast::regs::{Regs, Status, handler, step};
use crate::ops::Slot;
use crate::ops::short::{Short, VShortBin, VShortTern};

#[inline(always)]
unsafe fn short_binop<O: Short, A: Place, B: Place>(mut r: Regs) -> Status {
    // SAFETY: the handler's.
    unsafe {
        match O::short(O::A::from_slot(A::read(&r)), O::B::from_slot(B::read(&r))) {
            Some(value) => {
                r.result(value.to_slot());
                step(r, 2 + A::WORDS + B::WORDS)
            }
            None => long_binop::<O, A, B>(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }
}

#[inline(always)]
unsafe fn short_vector_binop<O: VShortBin>(r: Regs) -> Status {
    // SAFETY: the handler's.
    unsafe {
        match O::short(read(r.cell(10)), read(r.cell(12))) {
            Some(value) => {
                write(r.cell(8), value);
                step(r, 2)
            }
            None => long_vector_binop::<O>(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }
}

#[inline(always)]
unsafe fn short_vector_ternop<O: VShortTern>(r: Regs) -> Status {
    // SAFETY: the handler's.
    unsafe {
        match O::short(read(r.cell(10)), read(r.cell(12)), read(r.cell(14))) {
            Some(value) => {
                write(r.cell(8), value);
                step(r, 2)
            }
            None => long_vector_ternop::<O>(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }
}

/// Apart from its handler: see [`simd`](super::simd).
#[inline(never)]
unsafe fn far_binop<O: VShortBin>(to: *mut u64, a: *const u64, b: *const u64) {
    // SAFETY: the caller's: cells of the frame.
    unsafe { write(to, O::long(read(a), read(b))) };
}

/// As [`far_binop`].
#[inline(never)]
unsafe fn far_ternop<O: VShortTern>(to: *mut u64, a: *const u64, b: *const u64, c: *const u64) {
    // SAFETY: the caller's: cells of the frame.
    unsafe { write(to, O::long(read(a), read(b), read(c))) };
}

handler! {
    /// The long way, apart from the short one, which then has no registers to save for it.
    #[inline(never)]
    fn long_binop[O: Short, A: Place, B: Place](r) {
        let value = O::long(O::A::from_slot(A::read(&r)), O::B::from_slot(B::read(&r)));
        r.result(value.to_slot());
        step(r, 2 + A::WORDS + B::WORDS)
    }

    /// The long way, apart from the short one, which then has no registers to save for it.
    #[inline(never)]
    fn long_vector_binop[O: VShortBin](r) {
        far_binop::<O>(r.cell(8), r.cell(10), r.cell(12));
        step(r, 2)
    }

    /// The long way, apart from the short one, which then has no registers to save for it.
    #[inline(never)]
    fn long_vector_ternop[O: VShortTern](r) {
        far_ternop::<O>(r.cell(8), r.cell(10), r.cell(12), r.cell(14));
        step(r, 2)
    }

    pub(in crate::fast) fn binop[O: Short, A: Place, B: Place](r) {
        short_binop::<O, A, B>(r)
    }

    pub(in crate::fast) fn vector_binop[O: VShortBin](r) {
        short_vector_binop::<O>(r)
    }

    pub(in crate::fast) fn vector_ternop[O: VShortTern](r) {
        short_vector_ternop::<O>(r)
    }

    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    pub(in crate::fast) fn binop_recent[O: Short, A: Place, B: Place](r) {
        short_binop::<O, A, B>(r)
    }

    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    pub(in crate::fast) fn vector_binop_recent[O: VShortBin](r) {
        short_vector_binop::<O>(r)
    }

    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    pub(in crate::fast) fn vector_ternop_recent[O: VShortTern](r) {
        short_vector_ternop::<O>(r)
    }
}
