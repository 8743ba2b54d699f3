//! Structs, arrays, small integers and casts. Spec: Core 3.0, 4.6.4 Aggregate Instructions and 4.6.3 Reference
//! Instructions.
//!
//! Casts have their operand in any cell. Those of the others are in neighbouring cells, and the result takes the place of the
//! first; the work is done by a function on the store.

use super::numeric::Place;
use super::object::object;
use super::table::{DONE, UNPAID, behind, status, store};
use crate::fast::regs::{Regs, handler, step, trap};
use crate::heap::{HeapOp, cell};
use crate::trap::Trap;
use crate::vm::Vm;
use selfsame_validate::Opcode;

/// The instruction at `ip`, and the number of the cell of the stack that `first` is.
#[inline(always)]
unsafe fn read(vm: *mut Vm, ip: *const u64, first: *const u64) -> (HeapOp, usize) {
    // SAFETY: the caller's: the instruction is as the translator made it, the cell is one of the stack's.
    unsafe {
        let fields = ip.cast::<u32>();
        let opcode = Opcode::ALL[usize::from(*ip.byte_add(10).cast::<u16>())];
        let op = HeapOp { opcode, first: *fields.add(3), second: *fields.add(4) };
        (op, (first as usize - (*vm).cells as usize) / 8)
    }
}

#[inline(never)]
unsafe fn carry_out(vm: *mut Vm, ip: *const u64, first: *const u64) -> u32 {
    // SAFETY: the caller's.
    let ((op, at), (store, instance)) = unsafe { (read(vm, ip, first), store(vm)) };
    status(op.apply(store, instance, at))
}

/// What makes an object or moves elements. Where there is no gas or no room, it is for the exact tier.
#[inline(never)]
unsafe fn carry_out_metered(vm: *mut Vm, ip: *const u64, first: *const u64) -> u32 {
    // SAFETY: the caller's.
    let ((op, at), (store, instance)) = unsafe { (read(vm, ip, first), store(vm)) };
    match op.price(store, instance, at) {
        Ok(price) if price.bytes > 0 && !store.heap.fits(price.bytes) => UNPAID,
        Ok(price) if !store.vm.charge(price.units) => UNPAID,
        Ok(_) => status(op.apply(store, instance, at)),
        Err(trap) => trap as u32,
    }
}

/// Whether the reference passes the test of the instruction: type at 12; the test's own instruction at 16, whether the
/// type is exact at 18, whether null passes at 20, whether it is `i31` at 22.
#[inline(always)]
unsafe fn passes(r: &Regs, reference: u64) -> bool {
    // SAFETY: the caller's.
    unsafe {
        if reference == 0 {
            return r.u16(20) != 0;
        }
        let ty = r.u32(12) as i32;
        if r.u16(22) != 0 {
            return cell::i31(reference).is_some();
        }
        // What is of the very type passes, exact or not.
        if ty >= 0 && object(r, reference).is_some_and(|found| found.ty == *(*r.vm).types.add(ty as usize)) {
            return true;
        }
        passes_otherwise(r.vm, r.ip, reference)
    }
}

#[inline(never)]
unsafe fn passes_otherwise(vm: *mut Vm, ip: *const u64, reference: u64) -> bool {
    // SAFETY: the caller's: the instruction is as the translator made it.
    let (op, (store, instance)) = unsafe {
        let fields = ip.cast::<u16>();
        let opcode = Opcode::ALL[usize::from(*fields.add(8))];
        let op = HeapOp { opcode, first: *ip.cast::<u32>().add(3), second: (*fields.add(9)).into() };
        (op, store(vm))
    };
    op.passes(store, instance, reference)
}

/// Whether the reference in a cell passes the test at `ip` with the descriptor in the next.
#[inline(never)]
unsafe fn is_described(vm: *mut Vm, ip: *const u64, reference: *const u64) -> Result<bool, Trap> {
    // SAFETY: the caller's.
    let ((op, _), (store, instance)) = unsafe { (read(vm, ip, reference), store(vm)) };
    // SAFETY: the caller's: the descriptor was the operand above.
    let (reference, descriptor) = unsafe { (*reference, *reference.add(1)) };
    op.is_described(store, instance, reference, descriptor)
}

handler! {
    /// An instruction whose cost is known. First operand and result at 8, instruction at 10, immediates at 12 and 16.
    pub(in crate::fast) fn plain(r) {
        match carry_out(r.vm, r.ip, r.cell(8)) {
            DONE => step(r, 3),
            number => trap(r, Trap::from_number(number as u8).unwrap_or(Trap::Unreachable)),
        }
    }

    /// Another: the same, and the cost of the chain behind at 20.
    pub(in crate::fast) fn metered(r) {
        (*r.vm).gas = r.gas;
        let outcome = carry_out_metered(r.vm, r.ip, r.cell(8));
        r.gas = (*r.vm).gas;
        behind(r, outcome)
    }

    /// `ref.test`. Result at 8, reference at 10, test from 12 on.
    pub(in crate::fast) fn test[A: Place](r) {
        let passes = passes(&r, A::read(&r));
        r.result(passes.into());
        step(r, 3)
    }

    /// `ref.cast`. Reference at 10, test from 12 on.
    pub(in crate::fast) fn cast[A: Place](r) {
        if passes(&r, A::read(&r)) { step(r, 3) } else { trap(r, Trap::CastFailure) }
    }

    /// The test of a branch: as `ref.test`, with the result in the accumulator alone.
    pub(in crate::fast) fn test_branch(r) {
        r.acc = passes(&r, *r.cell(10)).into();
        step(r, 3)
    }

    /// The test of a branch that compares descriptors: reference at 8, the descriptor in the next cell. The result is in the
    /// accumulator alone.
    pub(in crate::fast) fn test_descriptor(r) {
        match is_described(r.vm, r.ip, r.cell(8)) {
            Ok(passes) => {
                r.acc = passes.into();
                step(r, 3)
            }
            Err(found) => trap(r, found),
        }
    }
}
