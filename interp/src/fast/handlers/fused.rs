//! Operands that an instruction works out itself, where another instruction would have put them into a cell.
//!
//! What they are made of stands in a word of their own behind the instruction's, at offset `X`: a cell at
//! `X`, another at `X + 2`, 32 bits at `X + 4`.

use super::memory::{Load, out_of_bounds};
use super::numeric::{Imm, Place};
use crate::fast::regs::{Regs, edge, handler, step};
use crate::ops::{BinOp, CmpOp, I32Add, Slot};
use core::marker::PhantomData;

/// An integer instruction that cannot trap: first operand in the cell at `X`, second at `B`.
pub(in crate::fast) struct Pure<O, B, const X: usize>(PhantomData<(O, B)>);
/// `i32.add` of the cell at `X` and `B`; the sum goes to the cell at `TO` too.
pub(in crate::fast) struct Kept<B, const X: usize, const TO: usize>(PhantomData<B>);
/// The address 0.
pub(in crate::fast) struct Zero;
/// The 32 bits at offset 20, with their sign.
pub(in crate::fast) struct Far;
/// The 64 bits at offset 16.
pub(in crate::fast) struct Word;

impl<O: BinOp, B: Place, const X: usize> Place for Pure<O, B, X> {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        let result = unsafe { O::eval(O::A::from_slot(*r.cell(X)), O::B::from_slot(B::read(r))) };
        // The translator makes no such operand of an instruction that can trap.
        result.map_or(0, Slot::to_slot)
    }
}

impl<B: Place, const X: usize, const TO: usize> Place for Kept<B, X, TO> {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        unsafe {
            let sum = <Pure<I32Add, B, X> as Place>::read(r);
            *r.cell(TO) = sum;
            sum
        }
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

impl Place for Word {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> u64 {
        // SAFETY: the caller's.
        unsafe { r.word(2) }
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
            None => out_of_bounds(r.ip, r.sp, r.vm, r.mem, r.gas, r.acc),
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
            None => out_of_bounds(r.ip, r.sp, r.vm, r.mem, r.gas, r.acc),
        }
    }
}
