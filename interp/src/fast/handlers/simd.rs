//! Vector instructions. Result cell at 8, operands' cells at 10, 12 and 14. A vector takes two cells and
//! is never in the accumulator. Spec: Core 3.0, 4.6.4 Vector Instructions.

use super::memory::{Access, Which, effective, memory_or_first, out_of_bounds, wide_start};
use super::numeric::{Cell, Place};
use crate::fast::regs::{Regs, handler, step};
use crate::ops::Slot;
use crate::ops::simd::{
    V128, VBinOp, VExtract, VLoadExt, VReplace, VShift, VSplat, VTernOp, VTest, VUnOp, i8x16_shuffle,
};

/// The vector in the cell at `at` and the next.
#[inline(always)]
pub(super) unsafe fn read(at: *const u64) -> V128 {
    // A vector's cells are its bytes in memory order on little-endian hosts.
    // SAFETY: the caller's: two cells of the frame.
    unsafe {
        if cfg!(target_endian = "little") {
            V128::from_bytes(at.cast::<[u8; 16]>().read())
        } else {
            V128::from_pair(at.cast::<[u64; 2]>().read())
        }
    }
}

/// Puts a vector into the cell at `at` and the next.
#[inline(always)]
pub(super) unsafe fn write(at: *mut u64, value: V128) {
    // SAFETY: the caller's: two cells of the frame.
    unsafe {
        if cfg!(target_endian = "little") {
            at.cast::<[u8; 16]>().write(value.to_bytes());
        } else {
            at.cast::<[u64; 2]>().write(value.to_pair());
        }
    }
}

/// The memory whose index is at offset 20: of lane accesses, whose third word holds vector and lane too.
pub(in crate::fast) struct Lane;
/// The same with 64-bit addresses; the offset is the fourth word.
pub(in crate::fast) struct WideLane;

impl Which for Lane {
    const WORDS: usize = 3;
    #[inline(always)]
    unsafe fn memory(r: &Regs) -> (*mut u8, usize) {
        // SAFETY: the caller's.
        unsafe { memory_or_first(r, r.u32(20)) }
    }
}

impl Which for WideLane {
    const WORDS: usize = 4;
    #[inline(always)]
    unsafe fn memory(r: &Regs) -> (*mut u8, usize) {
        // SAFETY: the caller's.
        unsafe { memory_or_first(r, r.u32(20)) }
    }
    #[inline(always)]
    unsafe fn start(r: &Regs, operand: u64) -> u64 {
        // SAFETY: the caller's.
        wide_start(operand, unsafe { r.word(3) })
    }
}

/// Operations too large to stand in a handler: what they keep in memory must not be the handler's own, or
/// its last call is no sibling call any more.
#[inline(never)]
unsafe fn far_unop<O: VUnOp>(to: *mut u64, a: *const u64) {
    // SAFETY: the caller's: cells of the frame.
    unsafe { write(to, O::eval(read(a))) };
}

/// As [`far_unop`].
#[inline(never)]
unsafe fn far_binop<O: VBinOp>(to: *mut u64, a: *const u64, b: *const u64) {
    // SAFETY: the caller's: cells of the frame.
    unsafe { write(to, O::eval(read(a), read(b))) };
}

/// As [`far_unop`].
#[inline(never)]
unsafe fn far_ternop<O: VTernOp>(to: *mut u64, a: *const u64, b: *const u64, c: *const u64) {
    // SAFETY: the caller's: cells of the frame.
    unsafe { write(to, O::eval(read(a), read(b), read(c))) };
}

handler! {
    /// With soft floats.
    pub(in crate::fast) fn soft_unop[O: VUnOp](r) {
        far_unop::<O>(r.cell(8), r.cell(10));
        step(r, 2)
    }

    /// With soft floats.
    pub(in crate::fast) fn soft_binop[O: VBinOp](r) {
        far_binop::<O>(r.cell(8), r.cell(10), r.cell(12));
        step(r, 2)
    }

    /// With soft floats.
    pub(in crate::fast) fn soft_ternop[O: VTernOp](r) {
        far_ternop::<O>(r.cell(8), r.cell(10), r.cell(12), r.cell(14));
        step(r, 2)
    }

    pub(in crate::fast) fn unop[O: VUnOp](r) {
        write(r.cell(8), O::eval(read(r.cell(10))));
        step(r, 2)
    }

    pub(in crate::fast) fn binop[O: VBinOp](r) {
        write(r.cell(8), O::eval(read(r.cell(10)), read(r.cell(12))));
        step(r, 2)
    }

    /// As `binop`, the first operand made of the cells at 16 and 18.
    pub(in crate::fast) fn binop_of_first[O: VBinOp, P: VBinOp](r) {
        let a = P::eval(read(r.cell(16)), read(r.cell(18)));
        write(r.cell(8), O::eval(a, read(r.cell(12))));
        step(r, 3)
    }

    /// As `binop`, the second operand made of the cells at 16 and 18.
    pub(in crate::fast) fn binop_of_second[O: VBinOp, P: VBinOp](r) {
        let b = P::eval(read(r.cell(16)), read(r.cell(18)));
        write(r.cell(8), O::eval(read(r.cell(10)), b));
        step(r, 3)
    }

    pub(in crate::fast) fn ternop[O: VTernOp](r) {
        write(r.cell(8), O::eval(read(r.cell(10)), read(r.cell(12)), read(r.cell(14))));
        step(r, 2)
    }

    /// Count at 12.
    pub(in crate::fast) fn shift[O: VShift](r) {
        write(r.cell(8), O::eval(read(r.cell(10)), *r.cell(12) as u32));
        step(r, 2)
    }

    pub(in crate::fast) fn test[O: VTest](r) {
        let value = O::eval(read(r.cell(10)));
        r.result(u64::from(value));
        step(r, 2)
    }

    pub(in crate::fast) fn splat[O: VSplat](r) {
        write(r.cell(8), O::eval(O::S::from_slot(*r.cell(10))));
        step(r, 2)
    }

    /// Lane itself at 12.
    pub(in crate::fast) fn extract[O: VExtract](r) {
        let value = O::eval(read(r.cell(10)), r.u16(12) as u8).to_slot();
        r.result(value);
        step(r, 2)
    }

    /// Scalar at 12, lane itself at 14.
    pub(in crate::fast) fn replace[O: VReplace](r) {
        let scalar = O::S::from_slot(*r.cell(12));
        write(r.cell(8), O::eval(read(r.cell(10)), scalar, r.u16(14) as u8));
        step(r, 2)
    }

    /// Lanes themselves in words 2 and 3, in memory order.
    pub(in crate::fast) fn shuffle(r) {
        let lanes = r.ip.add(2).cast::<[u8; 16]>().read();
        write(r.cell(8), i8x16_shuffle(read(r.cell(10)), read(r.cell(12)), lanes));
        step(r, 4)
    }

    /// `v128.load`: as `memory::load`.
    pub(in crate::fast) fn load[A: Place, W: Which](r) {
        match effective::<A, W>(&r, 16) {
            Some(at) => {
                write(r.cell(8), V128::from_bytes(at.cast::<[u8; 16]>().read_unaligned()));
                step(r, W::WORDS + A::WORDS)
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// `v128.store`: as `memory::store`.
    pub(in crate::fast) fn store[A: Place, W: Which](r) {
        match effective::<A, W>(&r, 16) {
            Some(at) => {
                at.cast::<[u8; 16]>().write_unaligned(read(r.cell(8)).to_bytes());
                step(r, W::WORDS + A::WORDS)
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// Loads that widen, splat or fill with zeros: as `memory::load`.
    pub(in crate::fast) fn load_ext[O: VLoadExt<M: Access + Into<u64>>, W: Which](r) {
        match effective::<Cell<10>, W>(&r, size_of::<O::M>()) {
            Some(at) => {
                write(r.cell(8), O::eval(O::M::read(at).into()));
                step(r, W::WORDS)
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// Loads one lane: result at 8, address at 10, offset at 12; vector at 16, lane itself at 18, memory
    /// at 20.
    pub(in crate::fast) fn load_lane[O: VReplace, M: Access + Into<u64>, W: Which](r) {
        match effective::<Cell<10>, W>(&r, size_of::<M>()) {
            Some(at) => {
                let scalar = O::S::from_slot(M::read(at).into());
                write(r.cell(8), O::eval(read(r.cell(16)), scalar, r.u16(18) as u8));
                step(r, W::WORDS)
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// Stores one lane: operands as `load_lane`, result aside.
    pub(in crate::fast) fn store_lane[O: VExtract, M: super::memory::Narrow, W: Which](r) {
        match effective::<Cell<10>, W>(&r, size_of::<M>()) {
            Some(at) => {
                M::narrow(O::eval(read(r.cell(16)), r.u16(18) as u8).to_slot()).write(at);
                step(r, W::WORDS)
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }
}
