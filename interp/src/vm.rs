//! What the fast tier's handlers reach through one pointer, and the meter that both tiers charge.

use crate::fast::{Hosts, Regs};
use crate::frame::Frame;
use crate::func::FuncEntity;
use crate::memory::RawMemory;
use crate::module::FuncCode;
use crate::store::StoreInner;
use crate::table::RawTable;
use alloc::sync::Arc;
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};

/// Gas that is handed out at a time; at the end of a slice the interrupt flag is looked at. Changes the
/// speed of a reaction, never a result.
const SLICE: u64 = 1_000_000;

/// What came of a request for more gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refill {
    /// The slice now covers the cost.
    Covered,
    /// What is left in all does not cover it.
    OutOfGas,
    /// Somebody has used an interrupt handle.
    Interrupted,
}

/// A call on its way through the fast tier's slow path.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Callee {
    /// The function, by number in the store (imported and indirect calls).
    pub entity: u32,
    /// Cell of the stack at which its arguments start.
    pub base: u32,
    /// Landing of the call, where the results are awaited; null for a tail call.
    pub landing: *const u64,
}

impl Callee {
    const NONE: Callee = Callee { entity: 0, base: 0, landing: ptr::null() };
}

/// The state of a store's execution. Pointers are set when the fast tier is entered and valid inside it.
#[repr(C)]
pub(crate) struct Vm {
    /// Gas of the current slice; a register of the fast tier's while that runs.
    pub gas: u64,
    /// First byte of memory 0 of the running instance: a register of the fast tier's while that runs.
    pub mem: *mut u8,
    /// Length of memory 0 in bytes.
    pub mem_len: usize,
    /// Record of the running function.
    pub frame: *mut Frame,
    /// Where a push needs more room, or finds the call depth used up.
    pub frames_end: *mut Frame,
    /// Value slots left.
    pub slots_left: u64,
    /// End of the cells.
    pub cells_end: *mut u64,
    /// Functions that the running instance's module defines.
    pub code: *const FuncCode,
    /// Its globals.
    pub globals: *const *mut [u64; 2],
    /// Its tables.
    pub tables: *const *const RawTable,
    /// Its memories.
    pub memories: *const *const RawMemory,
    /// Its functions, as numbers in the store plus 1; 0 where none has been given out.
    pub numbers: *const u32,
    /// Its types, as numbers in the store.
    pub types: *const u32,
    /// Functions of the store.
    pub funcs: *const FuncEntity,
    /// The running instance, by number.
    pub instance: u32,
    /// Why the fast tier was left: a trap's number.
    pub trap: u8,
    /// The fast tier's registers: where it was left, and between instructions in builds without sibling
    /// calls.
    pub parked: Regs,
    /// Cost of the edge that the current slice does not cover.
    pub edge_cost: u64,
    /// A call on its way through the slow path.
    pub callee: Callee,
    /// A function that could not be entered for want of stack: (instance, function).
    pub refused: Option<(u32, u32)>,
    /// The store that this is a part of.
    pub store: *mut StoreInner,
    /// First cell of the stack.
    pub cells: *mut u64,
    /// The way to the store's host functions.
    pub hosts: Hosts,
    /// Bytes that a bulk operation on memories moves for one gas.
    pub bulk_bytes_per_gas: u64,

    reserve: u64,
    budget: u64,
    metering: bool,
    interrupt: Arc<AtomicBool>,
}

impl Vm {
    pub fn new(metering: bool, bulk_bytes_per_gas: u64, slots_left: u64) -> Self {
        let budget = if metering { 0 } else { u64::MAX };
        Vm {
            gas: 0,
            mem: ptr::null_mut(),
            mem_len: 0,
            frame: ptr::null_mut(),
            frames_end: ptr::null_mut(),
            slots_left,
            cells_end: ptr::null_mut(),
            code: ptr::null(),
            globals: ptr::null(),
            tables: ptr::null(),
            memories: ptr::null(),
            numbers: ptr::null(),
            types: ptr::null(),
            funcs: ptr::null(),
            instance: 0,
            trap: 0,
            parked: Regs::NULL,
            edge_cost: 0,
            callee: Callee::NONE,
            refused: None,
            store: ptr::null_mut(),
            cells: ptr::null_mut(),
            hosts: Hosts::NONE,
            bulk_bytes_per_gas,
            reserve: budget,
            budget,
            metering,
            interrupt: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Gas left in all.
    pub fn gas_left(&self) -> u64 {
        self.gas + self.reserve
    }

    /// Gas consumed since the budget was last set.
    pub fn gas_consumed(&self) -> u64 {
        self.budget - self.gas_left()
    }

    /// Sets the budget; what has been consumed starts at zero. Without metering it never runs out.
    pub fn set_gas(&mut self, gas: u64) {
        self.budget = if self.metering { gas } else { u64::MAX };
        self.reserve = self.budget;
        self.gas = 0;
    }

    /// Adds to the budget, and to what is left.
    pub fn add_gas(&mut self, gas: u64) {
        if self.metering {
            let more = gas.min(u64::MAX - self.budget);
            self.budget += more;
            self.reserve += more;
        }
    }

    /// Takes gas; `false`, and nothing taken, if what is left in all does not cover it.
    #[inline]
    pub fn charge(&mut self, cost: u64) -> bool {
        if let Some(rest) = self.gas.checked_sub(cost) {
            self.gas = rest;
            return true;
        }
        let Some(rest) = self.gas_left().checked_sub(cost) else { return false };
        self.gas = 0;
        self.reserve = rest;
        true
    }

    /// Gives back gas that was charged for instructions that have not run.
    pub fn refund(&mut self, gas: u64) {
        self.gas += gas;
    }

    /// Fills the slice so that it covers `cost`, if it can, and looks at the interrupt flag.
    #[cold]
    pub fn refill(&mut self, cost: u64) -> Refill {
        if self.gas_left() < cost {
            return Refill::OutOfGas;
        }
        if self.interrupt.swap(false, Ordering::Relaxed) {
            return Refill::Interrupted;
        }
        let slice = self.reserve.min(cost.max(SLICE));
        self.reserve -= slice;
        self.gas += slice;
        Refill::Covered
    }

    /// The flag that an interrupt handle sets.
    pub fn interrupt_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.interrupt)
    }
}
