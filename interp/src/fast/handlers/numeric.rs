//! Scalar numeric instructions. Two words: result cell at 8, first operand at 10, second at 12.

use crate::fast::regs::{Regs, handler, step, trap};
use crate::ops::{BinOp, CmpOp, Slot, UnOp};

/// Where an operand is.
pub(in crate::fast) trait Place {
    /// Words that it adds to the instruction.
    const WORDS: usize = 0;
    /// The operand.
    ///
    /// # Safety
    /// The instruction has its operand there.
    unsafe fn read(r: &Regs) -> u64;
}

/// The cell named by the 16 bits at this offset.
pub(in crate::fast) struct Cell<const OFFSET: usize>;
/// The accumulator.
pub(in crate::fast) struct Acc;
/// The 32 bits at this offset, with their sign.
pub(in crate::fast) struct Imm<const OFFSET: usize = 12>;

impl<const OFFSET: usize> Place for Cell<OFFSET> {
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        unsafe { *r.cell(OFFSET) }
    }
}

impl Place for Acc {
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        r.acc
    }
}

impl<const OFFSET: usize> Place for Imm<OFFSET> {
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        i64::from(unsafe { r.u32(OFFSET) } as i32) as u64
    }
}

handler! {
    pub(in crate::fast) fn unop[O: UnOp, A: Place](r) {
        match O::eval(O::A::from_slot(A::read(&r))) {
            Ok(value) => {
                r.result(value.to_slot());
                step(r, 2)
            }
            Err(reason) => trap(r, reason),
        }
    }

    pub(in crate::fast) fn binop[O: BinOp, A: Place, B: Place](r) {
        match O::eval(O::A::from_slot(A::read(&r)), O::B::from_slot(B::read(&r))) {
            Ok(value) => {
                r.result(value.to_slot());
                step(r, 2 + A::WORDS + B::WORDS)
            }
            Err(reason) => trap(r, reason),
        }
    }

    pub(in crate::fast) fn cmp[O: CmpOp, A: Place, B: Place](r) {
        let holds = O::eval(O::A::from_slot(A::read(&r)), O::A::from_slot(B::read(&r)));
        r.result(u64::from(holds));
        step(r, 2 + B::WORDS)
    }
}
