//! Control: branches, leaving, and the slow paths of edges. Spec: Core 3.0, 4.6.8 Control Instructions.

use super::numeric::Place;
use crate::fast::regs::{
    EDGE, EDGE_INTERRUPT, ENTRY, ENTRY_INTERRUPT, LEFT, Regs, Status, THROW, edge, handler, leave, next,
    step, trap,
};
use crate::ops::{CmpOp, Slot};
use crate::trap::Trap;
use crate::vm::Refill;

/// Refills the slice for the edge that `Vm::edge_cost` prices and pays it. The status to leave with, if
/// that fails.
#[cold]
#[inline(never)]
unsafe fn pay(vm: *mut crate::vm::Vm, gas: u64, short: Status, interrupt: Status) -> Status {
    // SAFETY: the caller's: `vm` is the running store's.
    let vm = unsafe { &mut *vm };
    vm.gas = gas;
    match vm.refill(vm.edge_cost) {
        Refill::Covered => {
            vm.gas -= vm.edge_cost;
            0
        }
        Refill::OutOfGas => short,
        Refill::Interrupted => interrupt,
    }
}

/// The address of the word that an operand at the word `index` holds.
#[inline(always)]
unsafe fn target(r: &Regs, index: usize) -> *const u64 {
    // SAFETY: the caller's; `finish` has put an address of this code there.
    unsafe { r.word(index) as usize as *const u64 }
}

handler! {
    /// An edge that the slice does not cover: `ip` is its target.
    #[cold]
    pub(in crate::fast) fn slow_edge(r) {
        let status = pay(r.vm, r.gas, EDGE, EDGE_INTERRUPT);
        r.gas = (*r.vm).gas;
        if status == 0 { next(r) } else { leave(r, status) }
    }

    /// The entry of a function that the slice does not cover: `ip` is its first instruction.
    #[cold]
    pub(in crate::fast) fn slow_entry(r) {
        let status = pay(r.vm, r.gas, ENTRY, ENTRY_INTERRUPT);
        r.gas = (*r.vm).gas;
        if status == 0 { next(r) } else { leave(r, status) }
    }

    /// Behind the landing of a frame that the fast tier does not run.
    pub(in crate::fast) fn left(r) {
        leave(r, LEFT)
    }

    /// An instruction that the exact tier carries out.
    /// Starts at an edge's target with its cost in `Vm::edge_cost`.
    pub(in crate::fast) fn start(r) {
        let cost = (*r.vm).edge_cost as u32;
        edge(r, r.ip, cost)
    }

    /// Starts at a function's first instruction with the cost of entering in `Vm::edge_cost`.
    pub(in crate::fast) fn start_entry(r) {
        if r.gas < (*r.vm).edge_cost {
            return slow_entry(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm);
        }
        r.gas -= (*r.vm).edge_cost;
        next(r)
    }

    /// `unreachable`
    pub(in crate::fast) fn unreachable(r) {
        trap(r, Trap::Unreachable)
    }

    /// A float instruction where they are banned.
    pub(in crate::fast) fn banned(r) {
        trap(r, Trap::NondetInstruction)
    }

    /// `throw` and `throw_ref`: the engine carries them out. Offset in the module's bytes at 8, number of the next branch
    /// site at 12, height of the operand stack in word 2.
    pub(in crate::fast) fn throw(r) {
        leave(r, THROW)
    }

    /// Ends a chain that has grown too long: cost of the next at 8.
    pub(in crate::fast) fn split(r) {
        edge(r, r.ip.add(2), r.u32(8))
    }

    /// Target in word 1, cost at 16.
    pub(in crate::fast) fn br(r) {
        edge(r, target(&r, 1), r.u32(16))
    }

    /// Branches if a comparison holds: operands as in `numeric`; target in word 2, then the costs of
    /// branching and of going on, then the operands' own words.
    pub(in crate::fast) fn br_cmp[O: CmpOp, A: Place, B: Place](r) {
        if O::eval(O::A::from_slot(A::read(&r)), O::A::from_slot(B::read(&r))) {
            edge(r, target(&r, 2), r.u32(24))
        } else {
            edge(r, r.ip.add(4 + A::WORDS + B::WORDS), r.u32(28))
        }
    }

    /// Index at 10 or in the accumulator, number of targets but the default at 12. Then each target, a word
    /// with its address, the default last; then their costs, two in a word.
    pub(in crate::fast) fn br_table[A: Place](r) {
        let count = r.u32(12);
        let index = (A::read(&r) as u32).min(count) as usize;
        let cost = *r.ip.add(3 + count as usize).cast::<u32>().add(index);
        edge(r, target(&r, 2 + index), cost)
    }

    /// Leads to the next chunk of the code, at the address in word 1.
    pub(in crate::fast) fn link(r) {
        r.ip = target(&r, 1);
        next(r)
    }

    /// Nothing: keeps two starts of chains apart.
    pub(in crate::fast) fn nop(r) {
        step(r, 1)
    }
}
