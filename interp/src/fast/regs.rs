//! The fast tier's registers, the shape of a handler, and how one handler goes on to the next.
//!
//! A handler is a function with the registers as arguments, which the calling convention keeps in machine
//! registers. It ends in a call of the next handler with the same arguments: a sibling call, compiled to a
//! jump. In builds where that cannot be relied on (`build.rs`) it parks the registers and returns to a
//! loop. A handler must therefore have nothing to drop, and take no address of a register, at its end.

use crate::trap::Trap;
use crate::vm::Vm;
use core::ptr;

/// Why a run of handlers ended.
pub(crate) type Status = usize;

/// The next handler is to be called: builds without sibling calls only.
#[cfg_attr(sibling_calls, allow(dead_code, reason = "handlers jump to each other"))]
#[cfg(not(sibling_calls))]
pub(super) const CONTINUE: Status = 0;
/// A function has returned to a frame that the fast tier does not run.
pub(super) const LEFT: Status = 1;
/// A trap at the parked instruction; its number is in `Vm::trap`.
pub(super) const TRAP: Status = 2;
/// The gas does not cover the chain at the parked address.
pub(super) const EDGE: Status = 3;
/// The gas does not cover entering the running function.
pub(super) const ENTRY: Status = 4;
/// The parked instruction is one for the exact tier, or its units are not covered.
pub(super) const REDO: Status = 5;
/// A host function is tail-called: `Vm::callee`.
pub(super) const HOST: Status = 6;
/// An interrupt in front of the chain at the parked address.
pub(super) const EDGE_INTERRUPT: Status = 7;
/// An interrupt in front of the running function.
pub(super) const ENTRY_INTERRUPT: Status = 8;
/// The running function's code is not for the fast tier.
pub(super) const EXACT_ENTRY: Status = 9;
/// A host function did not finish.
pub(super) const HOST_STOPPED: Status = 10;

/// A growth is asked of the embedder: by the parked instruction, whose landing is in the running frame.
pub(super) const GROW: Status = 11;

/// An exception is thrown by the parked instruction.
pub(super) const THROW: Status = 12;

/// The machine state of the fast tier.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Regs {
    /// The instruction: its handler's address, then its operands.
    pub ip: *const u64,
    /// First cell of the running frame.
    pub sp: *mut u64,
    /// All else.
    pub vm: *mut Vm,
    /// First byte of memory 0.
    pub mem: *mut u8,
    /// Gas of the current slice: `Vm::gas` is set from it where the fast tier is left.
    pub gas: u64,
    /// The accumulator: the last scalar result, which is in its cell too.
    pub acc: u64,
}

#[cfg(target_arch = "x86_64")]
pub(crate) type Handler =
    unsafe extern "sysv64-unwind" fn(*const u64, *mut u64, u64, *mut u8, u64, *mut Vm) -> Status;
#[cfg(not(target_arch = "x86_64"))]
pub(crate) type Handler =
    unsafe extern "C-unwind" fn(*const u64, *mut u64, u64, *mut u8, u64, *mut Vm) -> Status;

/// Defines handlers: `fn name[generics](r) { body }`, where `r` are the registers and the body ends in
/// [`next`] or its like. The body may do what is unsafe; the invariants are those of [`super`].
macro_rules! handler {
    ($($(#[$meta:meta])* $vis:vis fn $name:ident $([$($generics:tt)*])? ($r:ident) $body:block)*) => {
        $(
            #[cfg(target_arch = "x86_64")]
            $(#[$meta])*
            $vis unsafe extern "sysv64-unwind" fn $name$(<$($generics)*>)?(
                ip: *const u64,
                sp: *mut u64,
                acc: u64,
                mem: *mut u8,
                gas: u64,
                vm: *mut $crate::vm::Vm,
            ) -> $crate::fast::regs::Status {
                #[allow(unused_mut, reason = "not every handler changes a register")]
                let mut $r = $crate::fast::regs::Regs { ip, sp, vm, mem, gas, acc };
                // SAFETY: needs    registers and operands as the translator made them: see `fast`.
                //         given by `execute`, which starts with such, and by each handler for the next.
                unsafe { $body }
            }
            #[cfg(not(target_arch = "x86_64"))]
            $(#[$meta])*
            $vis unsafe extern "C-unwind" fn $name$(<$($generics)*>)?(
                ip: *const u64,
                sp: *mut u64,
                acc: u64,
                mem: *mut u8,
                gas: u64,
                vm: *mut $crate::vm::Vm,
            ) -> $crate::fast::regs::Status {
                #[allow(unused_mut, reason = "not every handler changes a register")]
                let mut $r = $crate::fast::regs::Regs { ip, sp, vm, mem, gas, acc };
                // SAFETY: as above.
                unsafe { $body }
            }
        )*
    };
}
pub(super) use handler;

impl Regs {
    pub(crate) const NULL: Regs = Regs {
        ip: ptr::null(),
        sp: ptr::null_mut(),
        vm: ptr::null_mut(),
        mem: ptr::null_mut(),
        gas: 0,
        acc: 0,
    };

    /// Calls the handler at the instruction with these registers.
    ///
    /// # Safety
    /// The registers are as the translator wants them at this instruction.
    #[inline(always)]
    pub(super) unsafe fn call(self) -> Status {
        // SAFETY: the caller's.
        unsafe {
            let handler = core::mem::transmute::<usize, Handler>(*self.ip as usize);
            handler(self.ip, self.sp, self.acc, self.mem, self.gas, self.vm)
        }
    }

    /// A 16-bit operand at a byte offset from the instruction's start.
    ///
    /// # Safety
    /// The instruction has such an operand there; so for the methods that follow.
    #[inline(always)]
    pub(super) unsafe fn u16(&self, offset: usize) -> usize {
        // SAFETY: the caller's.
        unsafe { usize::from(*self.ip.byte_add(offset).cast::<u16>()) }
    }

    #[inline(always)]
    pub(super) unsafe fn u32(&self, offset: usize) -> u32 {
        // SAFETY: the caller's.
        unsafe { *self.ip.byte_add(offset).cast::<u32>() }
    }

    #[inline(always)]
    pub(super) unsafe fn word(&self, index: usize) -> u64 {
        // SAFETY: the caller's.
        unsafe { *self.ip.add(index) }
    }

    /// The cell of the frame that a 16-bit operand names.
    #[inline(always)]
    pub(super) unsafe fn cell(&self, offset: usize) -> *mut u64 {
        // SAFETY: the caller's; the cell is one of the frame.
        unsafe { self.sp.add(self.u16(offset)) }
    }

    /// Writes a scalar result to the cell named at offset 8, and to the accumulator.
    #[inline(always)]
    pub(super) unsafe fn result(&mut self, value: u64) {
        // SAFETY: the caller's.
        unsafe { *self.cell(8) = value };
        self.acc = value;
    }
}

/// Goes on with the instruction that `r.ip` names.
#[cfg(sibling_calls)]
#[inline(always)]
pub(super) unsafe fn next(r: Regs) -> Status {
    // SAFETY: the caller's.
    unsafe { r.call() }
}

/// Goes on with the instruction that `r.ip` names: by way of the loop in `execute`.
#[cfg(not(sibling_calls))]
#[inline(always)]
pub(super) unsafe fn next(r: Regs) -> Status {
    // SAFETY: the caller's.
    unsafe { (*r.vm).parked = r };
    CONTINUE
}

/// Goes on with the instruction `words` further.
#[inline(always)]
pub(super) unsafe fn step(mut r: Regs, words: usize) -> Status {
    // SAFETY: the caller's.
    unsafe {
        r.ip = r.ip.add(words);
        next(r)
    }
}

/// Leaves the fast tier.
#[inline(always)]
pub(super) unsafe fn leave(r: Regs, status: Status) -> Status {
    // SAFETY: the caller's.
    unsafe {
        (*r.vm).gas = r.gas;
        (*r.vm).parked = r;
    }
    status
}

/// Leaves the fast tier by a trap at the instruction.
#[inline(always)]
pub(super) unsafe fn trap(r: Regs, trap: Trap) -> Status {
    // SAFETY: the caller's.
    unsafe {
        (*r.vm).trap = trap as u8;
        leave(r, TRAP)
    }
}

/// Follows an edge: pays for the chain that starts at `target`, and goes on there.
#[inline(always)]
pub(super) unsafe fn edge(mut r: Regs, target: *const u64, cost: u32) -> Status {
    // SAFETY: the caller's.
    unsafe {
        r.ip = target;
        let (rest, short) = r.gas.overflowing_sub(u64::from(cost));
        if short {
            (*r.vm).edge_cost = u64::from(cost);
            return super::handlers::control::slow_edge(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm);
        }
        r.gas = rest;
        next(r)
    }
}
