//! Operands that an instruction works out itself, where another instruction would have put them into a cell.
//!
//! What they are made of stands in a word of their own behind the instruction's, at an offset `X`: a cell at
//! `X`, another at `X + 2`, 32 bits at `X + 4`.

use super::memory::{Load, out_of_bounds};
use super::numeric::{Imm, Place};
use crate::fast::regs::{Regs, edge, handler, step};
use crate::ops::{BinOp, CmpOp, I32Add, Slot};
use core::marker::PhantomData;

/// An instruction of two operands that cannot trap.
pub(in crate::fast) struct Pure<O, A, B>(PhantomData<(O, A, B)>);
/// A comparison.
pub(in crate::fast) struct Compared<O, A, B>(PhantomData<(O, A, B)>);
/// `i32.add`; the sum goes to the cell at `TO` too.
pub(in crate::fast) struct Kept<A, B, const TO: usize>(PhantomData<(A, B)>);
/// Where a comparison does not hold.
pub(in crate::fast) struct Not<O>(PhantomData<O>);
/// The address 0.
pub(in crate::fast) struct Zero;
/// The 32 bits at offset 20, with their sign.
pub(in crate::fast) struct Far;
/// The word with the number `AT` of the instruction.
pub(in crate::fast) struct Word<const AT: usize = 2>;

impl<O: BinOp, A: Place, B: Place> Place for Pure<O, A, B> {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        let result = unsafe { O::eval(O::A::from_slot(A::read(r)), O::B::from_slot(B::read(r))) };
        // The translator makes no such operand of an instruction that can trap.
        result.map_or(0, Slot::to_slot)
    }
}

impl<O: CmpOp, A: Place, B: Place> Place for Compared<O, A, B> {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        u64::from(unsafe { O::eval(O::A::from_slot(A::read(r)), O::A::from_slot(B::read(r))) })
    }
}

impl<A: Place, B: Place, const TO: usize> Place for Kept<A, B, TO> {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        unsafe {
            let sum = <Pure<I32Add, A, B> as Place>::read(r);
            *r.cell(TO) = sum;
            sum
        }
    }
}

impl<O: CmpOp> CmpOp for Not<O> {
    type A = O::A;
    #[inline(always)]
    fn eval(a: O::A, b: O::A) -> bool {
        !O::eval(a, b)
    }
}

impl Place for Zero {
    #[inline(always)]
    unsafe fn read(_: &Regs) -> u64 {
        0
    }
}

impl Place for Far {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        unsafe { Imm::<20>::read(r) }
    }
}

impl<const AT: usize> Place for Word<AT> {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        unsafe { r.word(AT) }
    }
}

/// What a load of memory 0 yields, address in the cell at `X` and offset at `X + 4`; `None` where it is out
/// of bounds.
///
/// # Safety
/// The instruction has these operands.
#[inline(always)]
unsafe fn loaded<L: Load, const X: usize>(r: &Regs) -> Option<u64> {
    // SAFETY: the caller's; the bytes are inside memory 0.
    unsafe {
        let at = super::memory::within::<L::Mem>(r, *r.cell(X), r.u32(X + 4))?;
        Some(super::memory::extended::<L>(at))
    }
}

handler! {
    /// As `numeric::binop`, the first operand from memory.
    pub(in crate::fast) fn binop_loaded[O: BinOp, L: Load, B: Place](r) {
        match loaded::<L, 16>(&r) {
            Some(a) => {
                let value = O::eval(O::A::from_slot(a), O::B::from_slot(B::read(&r)));
                r.result(value.map_or(0, Slot::to_slot));
                step(r, 3)
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }

    /// As `control::br_cmp`, the first operand from memory; it goes to the cell at 34 too.
    pub(in crate::fast) fn br_loaded[O: CmpOp, L: Load, B: Place](r) {
        match loaded::<L, 32>(&r) {
            Some(a) => {
                *r.cell(34) = a;
                if O::eval(O::A::from_slot(a), O::A::from_slot(B::read(&r))) {
                    let target = r.word(2) as usize as *const u64;
                    edge(r, target, r.u32(24))
                } else {
                    edge(r, r.ip.add(5), r.u32(28))
                }
            }
            None => out_of_bounds(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
        }
    }
}
