//! Tables, segments and bulk operations. Spec: Core 3.0, 4.6.5 Table Instructions.
//!
//! None of these is worth registers of its own: each calls a function that works on the store.

use crate::bulk::Bulk;
use crate::call::Grow;
use crate::fast::regs::{GROW, REDO, Regs, Status, edge, handler, leave, step, trap};
use crate::store::StoreInner;
use crate::trap::Trap;
use crate::vm::Vm;
use selfsame_validate::{AddressType, Opcode};

/// Not a trap's number: all is well.
pub(super) const DONE: u32 = 0;
/// Neither a size nor -1: the embedder is to be asked.
const ASK: u64 = u64::MAX - 1;
/// Not a trap's number: the gas does not cover the units.
pub(super) const UNPAID: u32 = u32::MAX;

/// What the indices of a table are.
pub(in crate::fast) trait Index {
    const TYPE: AddressType;
    /// The index in a cell.
    #[inline(always)]
    fn of_cell(cell: u64) -> u64 {
        Self::TYPE.of_cell(cell)
    }
}

/// Indices of 32 bits.
pub(in crate::fast) struct Index32;
/// Indices of 64 bits.
pub(in crate::fast) struct Index64;

impl Index for Index32 {
    const TYPE: AddressType = AddressType::I32;
}

impl Index for Index64 {
    const TYPE: AddressType = AddressType::I64;
}

/// The store and the running instance's number.
pub(super) unsafe fn store<'a>(vm: *mut Vm) -> (&'a mut StoreInner, u32) {
    // SAFETY: the store is alive, and nobody else uses it while the fast tier runs.
    let store = unsafe { &mut *(*vm).store };
    let instance = store.vm.instance;
    (store, instance)
}

pub(super) fn status(result: Result<(), Trap>) -> u32 {
    result.map_or_else(|trap| trap as u32, |()| DONE)
}

/// Carries out the bulk operation at `ip`, whose operands are at `operands`.
#[inline(never)]
unsafe fn bulk(vm: *mut Vm, ip: *const u64, operands: *const u64) -> u32 {
    // SAFETY: the caller's: the instruction is as the translator made it.
    let (bulk, (store, instance)) = unsafe {
        let fields = ip.cast::<u32>();
        let opcode = Opcode::ALL[usize::from(*ip.byte_add(10).cast::<u16>())];
        let operands = [*operands, *operands.add(1), *operands.add(2)];
        (Bulk { opcode, first: *fields.add(3), second: *fields.add(4), operands }, store(vm))
    };
    let schedule = &store.engine.config().schedule;
    match bulk.price(store, instance, schedule) {
        Ok(units) if !store.vm.charge(units) => UNPAID,
        Ok(_) => status(bulk.apply(store, instance)),
        Err(trap) => trap as u32,
    }
}

/// `table.get`: the element, or 2^64 - 1 (never an element) if there is none.
#[inline(never)]
unsafe fn get(vm: *mut Vm, table: u32, index: u64) -> u64 {
    // SAFETY: the caller's.
    let (store, instance) = unsafe { store(vm) };
    let table = store.instances[instance as usize].tables[table as usize];
    store.tables[table as usize].get(index).unwrap_or(u64::MAX)
}

/// `table.set`: whether there is such an element.
#[inline(never)]
unsafe fn set(vm: *mut Vm, table: u32, index: u64, value: u64) -> bool {
    // SAFETY: the caller's.
    let (store, instance) = unsafe { store(vm) };
    let table = store.instances[instance as usize].tables[table as usize];
    store.tables[table as usize].set(index, value).is_ok()
}

#[inline(never)]
unsafe fn func_ref(vm: *mut Vm, func: u32) -> u64 {
    // SAFETY: the caller's.
    let (store, instance) = unsafe { store(vm) };
    let cell = u64::from(store.func_of_instance(instance, func)) + 1;
    store.vm.funcs = store.funcs.as_ptr();
    cell
}

/// The growth at `ip`, whose operands are at `operands`, by numbers of the store.
///
/// # Safety
/// The instruction is a growth as the translator made it.
pub(in crate::fast) unsafe fn growth(store: &StoreInner, ip: *const u64, operands: *const u64) -> Grow {
    let data = &store.instances[store.vm.instance as usize];
    // SAFETY: the caller's: one operand or two.
    unsafe {
        let index = *ip.byte_add(12).cast::<u32>() as usize;
        if *ip.byte_add(10).cast::<u16>() == Opcode::MemoryGrow as u16 {
            Grow::of_memory(store, data.memories[index], *operands)
        } else {
            Grow::of_table(store, data.tables[index], *operands.add(1), *operands)
        }
    }
}

/// What a growth comes to where the embedder has no say; [`ASK`] where it has.
#[inline(never)]
unsafe fn settled_growth(vm: *mut Vm, ip: *const u64, operands: *const u64) -> u64 {
    // SAFETY: the caller's.
    let (store, _) = unsafe { store(vm) };
    // SAFETY: the caller's.
    let growth = unsafe { growth(store, ip, operands) };
    growth.settled(store).unwrap_or(ASK)
}

#[inline(never)]
unsafe fn drop_segment(vm: *mut Vm, opcode: u32, segment: u32) {
    // SAFETY: the caller's.
    let (store, instance) = unsafe { store(vm) };
    let data = &mut store.instances[instance as usize];
    if opcode == Opcode::DataDrop as u32 {
        data.dropped_data[segment as usize] = true;
    } else {
        data.elements[segment as usize] = Default::default();
    }
}

/// Goes on behind a bulk operation, as its outcome wants.
#[inline(always)]
pub(super) unsafe fn behind(r: Regs, outcome: u32) -> Status {
    // SAFETY: the caller's.
    unsafe {
        match outcome {
            DONE => edge(r, r.ip.add(3), r.u32(20)),
            UNPAID => leave(r, REDO),
            number => trap(r, Trap::from_number(number as u8).unwrap_or(Trap::Unreachable)),
        }
    }
}

handler! {
    /// A bulk operation. First operand at 8, instruction at 10, immediates at 12 and 16, cost of the
    /// chain behind at 20.
    pub(in crate::fast) fn bulk_op(r) {
        (*r.vm).gas = r.gas;
        let outcome = bulk(r.vm, r.ip, r.cell(8));
        r.gas = (*r.vm).gas;
        behind(r, outcome)
    }

    /// `memory.grow` and `table.grow`. First operand and result at 8, instruction at 10, memory or table at 12,
    /// landing at 16.
    pub(in crate::fast) fn grow(r) {
        let size = settled_growth(r.vm, r.ip, r.cell(8));
        if size == ASK {
            (*(*r.vm).frame).ip = r.ip.add(2);
            return leave(r, GROW);
        }
        *r.cell(8) = size;
        edge(r, r.ip.add(3), r.u32(16))
    }

    /// `table.get`. Result at 8, index at 10, table at 12.
    pub(in crate::fast) fn table_get[I: Index](r) {
        let element = get(r.vm, r.u32(12), I::of_cell(*r.cell(10)));
        if element == u64::MAX {
            return trap(r, Trap::TableOutOfBounds);
        }
        r.result(element);
        step(r, 2)
    }

    /// `table.set`. Value at 8, index at 10, table at 12.
    pub(in crate::fast) fn table_set[I: Index](r) {
        let there = set(r.vm, r.u32(12), I::of_cell(*r.cell(10)), *r.cell(8));
        if there { step(r, 2) } else { trap(r, Trap::TableOutOfBounds) }
    }

    /// `table.size`. Result at 8, table at 12.
    pub(in crate::fast) fn table_size(r) {
        let table = *(*r.vm).tables.add(r.u32(12) as usize);
        let len = (*table).len;
        r.result(len as u64);
        step(r, 2)
    }

    /// `ref.func`. Result at 8, index at 12.
    pub(in crate::fast) fn ref_func(r) {
        let cell = func_ref(r.vm, r.u32(12));
        r.result(cell);
        step(r, 2)
    }

    /// `data.drop` and `elem.drop`. Segment at 8, instruction at 12.
    pub(in crate::fast) fn segment_drop(r) {
        drop_segment(r.vm, r.u32(12), r.u32(8));
        step(r, 2)
    }
}
