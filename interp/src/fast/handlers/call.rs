//! Calls and returns. Spec: Core 3.0, 4.6.10 Function Calls.
//!
//! A call is two words and a landing: function or type at 8, cell of the first argument at 12, and for
//! indirect calls the index's cell at 14 and the table in the word behind. Order of what a call does:
//! checks of the target, stack limits, frame, cost of entering.

use super::numeric::Place;
use super::table::Index;
use super::variable::move_down;
use crate::fast::code::{compiled, landing};
use crate::fast::handlers::control::slow_entry;
use crate::fast::host::call_host;
use crate::fast::regs::{EXACT_ENTRY, HOST, HOST_STOPPED, Regs, Status, edge, handler, leave, next, trap};
use crate::frame::{Frame, FrameKind};
use crate::func::{FuncEntity, HOST as HOST_INSTANCE};
use crate::module::FuncCode;
use crate::store::StoreInner;
use crate::trap::Trap;
use core::ptr;

/// Pays for entering a function at its landing, and goes on there.
#[inline(always)]
unsafe fn enter_at(mut r: Regs, entry: *const u64) -> Status {
    // SAFETY: the caller's: `entry` is a landing, the frame is pushed.
    unsafe {
        let (cost, _) = landing(entry);
        r.ip = entry.add(1);
        let (rest, short) = r.gas.overflowing_sub(u64::from(cost));
        if short {
            (*r.vm).edge_cost = u64::from(cost);
            return slow_entry(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm);
        }
        r.gas = rest;
        next(r)
    }
}

/// Clears the declared locals of the frame at `sp`.
#[inline(always)]
unsafe fn clear_locals(sp: *mut u64, code: *const FuncCode) {
    // SAFETY: the caller's: the frame's cells are there.
    unsafe {
        let first = sp.add((*code).param_cells as usize);
        for i in 0..(*code).zero_cells as usize {
            // Volatile, so that this stays a loop: a call would spill every register.
            first.add(i).write_volatile(0);
        }
    }
}

/// Calls a function of the running instance whose arguments start at `sp`.
#[inline(always)]
unsafe fn call_code(
    mut r: Regs,
    code: *const FuncCode,
    func: u32,
    sp: *mut u64,
    landing: *const u64,
) -> Status {
    // SAFETY: the caller's: `code` is that function's, `sp` lies in the running frame.
    unsafe {
        let vm = r.vm;
        let frame = (*vm).frame;
        let new = frame.add(1);
        let (slots, no_slots) = (*vm).slots_left.overflowing_sub(u64::from((*code).value_slots));
        let room = ((*vm).cells_end as usize).wrapping_sub(sp as usize);
        if new >= (*vm).frames_end || no_slots || room < (*code).frame_cells as usize * 8 {
            (*vm).callee.base = cell_number(&r, sp);
            (*vm).callee.entity = func;
            (*vm).callee.landing = landing;
            return no_room(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm);
        }
        (*frame).ip = landing;
        (*new).instance = (*vm).instance;
        (*new).func = func;
        (*new).base = cell_number(&r, sp);
        (*new).kind = FrameKind::Fast;
        (*vm).frame = new;
        (*vm).slots_left = slots;
        clear_locals(sp, code);
        r.sp = sp;
        enter_at(r, (*code).entry.get())
    }
}

/// The number of a cell of the stack.
#[inline(always)]
unsafe fn cell_number(r: &Regs, cell: *mut u64) -> u32 {
    // SAFETY: the caller's: `cell` is one of the stack's.
    unsafe { ((cell as usize - (*r.vm).cells as usize) / 8) as u32 }
}

/// The function that an indirect call means, or why it cannot be called. Type at 8, table at 16.
#[inline(always)]
unsafe fn indirect<A: Place, I: Index>(r: &Regs) -> Result<*const FuncEntity, Trap> {
    // SAFETY: the caller's; type and table are validated, elements are null or functions of the store.
    unsafe {
        let vm = r.vm;
        let table = *(*vm).tables.add(r.u32(16) as usize);
        let index = I::of_cell(A::read(r));
        if index >= (*table).len as u64 {
            return Err(Trap::TableOutOfBounds);
        }
        let element = *(*table).base.add(index as usize);
        if element == 0 {
            return Err(Trap::IndirectCallToNull);
        }
        let entity = (*vm).funcs.add(element as usize - 1);
        if (*entity).ty != *(*vm).types.add(r.u32(8) as usize) {
            return Err(Trap::BadSignature);
        }
        Ok(entity)
    }
}

/// The number in the store of the function that an indirect call means, which is not of the type named, if its type is
/// a subtype. Type at 8, table at 16.
#[inline(always)]
unsafe fn subtype<A: Place, I: Index>(r: &Regs) -> Option<u32> {
    // SAFETY: the caller's; the element is there, as `indirect` has seen.
    unsafe {
        let vm = r.vm;
        let table = *(*vm).tables.add(r.u32(16) as usize);
        let entity = *(*table).base.add(I::of_cell(A::read(r)) as usize) as u32 - 1;
        let wanted = *(*vm).types.add(r.u32(8) as usize);
        is_subtype(vm, entity, wanted).then_some(entity)
    }
}

/// Whether a function of the store is of a subtype of the type with this number.
#[cold]
#[inline(never)]
unsafe fn is_subtype(vm: *mut crate::vm::Vm, entity: u32, wanted: u32) -> bool {
    // SAFETY: the store is alive, and nobody else uses it while the fast tier runs.
    let store: &StoreInner = unsafe { &*(*vm).store };
    store.types.is_subtype(store.funcs[entity as usize].ty, wanted)
}

/// The number in the store of a function that is named by its entity.
#[inline(always)]
unsafe fn entity_number(r: &Regs, entity: *const FuncEntity) -> u32 {
    // SAFETY: the caller's: `entity` is one of the store's.
    unsafe { ((entity as usize - (*r.vm).funcs as usize) / size_of::<FuncEntity>()) as u32 }
}

/// The running function's code.
#[inline(always)]
unsafe fn running(r: &Regs) -> *const FuncCode {
    // SAFETY: the caller's.
    unsafe { (*r.vm).code.add((*(*r.vm).frame).func as usize) }
}

/// The number in the store of the imported function with the index at offset 8.
#[inline(always)]
unsafe fn imported(r: &Regs) -> u32 {
    // SAFETY: the caller's; imported functions have their numbers from the start.
    unsafe { *(*r.vm).numbers.add(r.u32(8) as usize) - 1 }
}

/// Makes another instance the running one. Its memory 0.
#[cold]
#[inline(never)]
unsafe fn switch_instance(vm: *mut crate::vm::Vm, instance: u32) -> *mut u8 {
    // SAFETY: the store is alive, and nobody else uses it while the fast tier runs.
    unsafe {
        crate::fast::load_instance(&mut *(*vm).store, instance);
        (*vm).mem
    }
}

/// Tries to make room for a frame of `code` with arguments at cell `base`. `false` if the limits do not
/// allow it.
#[cold]
#[inline(never)]
unsafe fn make_room(vm: *mut crate::vm::Vm, code: *const FuncCode, base: u32) -> bool {
    // SAFETY: the store is alive, and nobody else uses it while the fast tier runs.
    let (store, code) = unsafe { (&mut *(*vm).store, &*code) };
    crate::fast::sync(store);
    if store.stack.slots_left < u64::from(code.value_slots) || store.stack.top + 1 >= store.stack.depth_end()
    {
        return false;
    }
    store.stack.reserve_cells(base as usize + code.frame_cells as usize);
    store.stack.reserve_frame();
    crate::fast::load_stack(store);
    true
}

/// Pops the running frame for a tail call and moves the callee's arguments to where it was.
#[inline(always)]
unsafe fn replace_frame(r: &Regs, from: *const u64, cells: usize) {
    // SAFETY: the caller's.
    unsafe {
        (*r.vm).slots_left += u64::from((*running(r)).value_slots);
        move_down(r.sp, from, cells);
        (*r.vm).frame = (*r.vm).frame.sub(1);
    }
}

/// Tail-calls a function whose arguments are at `r.sp`, in the place of the frame that was popped.
/// `instance` is the callee's; registers are for it.
#[inline(always)]
unsafe fn tail_code(r: Regs, code: *const FuncCode, instance: u32, func: u32) -> Status {
    // SAFETY: the caller's.
    unsafe {
        let vm = r.vm;
        let new = (*vm).frame.add(1);
        let (slots, no_slots) = (*vm).slots_left.overflowing_sub(u64::from((*code).value_slots));
        let room = ((*vm).cells_end as usize).wrapping_sub(r.sp as usize);
        if no_slots || room < (*code).frame_cells as usize * 8 {
            (*vm).callee.base = cell_number(&r, r.sp);
            (*vm).callee.entity = func;
            (*vm).callee.landing = ptr::null();
            return no_room(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm);
        }
        (*new).instance = instance;
        (*new).func = func;
        (*new).base = cell_number(&r, r.sp);
        (*new).kind = FrameKind::Fast;
        (*vm).frame = new;
        (*vm).slots_left = slots;
        clear_locals(r.sp, code);
        enter_at(r, (*code).entry.get())
    }
}

handler! {
    /// A call whose frame found no room: more is made, or the limits are kept. The callee is in
    /// `Vm::callee`, by its number in the running instance's module.
    #[cold]
    pub(in crate::fast) fn no_room(r) {
        let vm = r.vm;
        let callee = (*vm).callee;
        let code = (*vm).code.add(callee.entity as usize);
        if !make_room(vm, code, callee.base) {
            (*vm).refused = Some(((*vm).instance, callee.entity));
            return trap(r, Trap::StackOverflow);
        }
        // The cells may be elsewhere now.
        let sp = (*vm).cells.add(callee.base as usize);
        if callee.landing.is_null() {
            r.sp = sp;
            return tail_code(r, code, (*vm).instance, callee.entity);
        }
        call_code(r, code, callee.entity, sp, callee.landing)
    }

    /// A call of a function that the module defines. Its number at 8, first argument at 12; landing in
    /// word 2.
    pub(in crate::fast) fn call(r) {
        let func = r.u32(8);
        let code = (*r.vm).code.add(func as usize);
        call_code(r, code, func, r.cell(12), r.ip.add(2))
    }

    /// A call of an imported function. Its index at 8, first argument at 12; landing in word 2.
    pub(in crate::fast) fn call_imported(r) {
        (*r.vm).callee.entity = imported(&r);
        (*r.vm).callee.base = cell_number(&r, r.cell(12));
        (*r.vm).callee.landing = r.ip.add(2);
        call_entity(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
    }

    /// `call_indirect`. Type at 8, first argument at 12, index at 14, table at 16; landing in word 3.
    pub(in crate::fast) fn call_indirect[A: Place, I: Index](r) {
        match indirect::<A, I>(&r) {
            Ok(entity) if (*entity).instance == (*r.vm).instance => {
                call_code(r, (*entity).code, (*entity).func, r.cell(12), r.ip.add(3))
            }
            Ok(entity) => {
                (*r.vm).callee.entity = entity_number(&r, entity);
                (*r.vm).callee.base = cell_number(&r, r.cell(12));
                (*r.vm).callee.landing = r.ip.add(3);
                call_entity(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
            }
            Err(Trap::BadSignature) => call_subtype::<A, I>(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm),
            Err(reason) => trap(r, reason),
        }
    }

    /// `call_indirect` of a function whose type is not the one that is named, but may be a subtype.
    #[cold]
    pub(in crate::fast) fn call_subtype[A: Place, I: Index](r) {
        let Some(entity) = subtype::<A, I>(&r) else { return trap(r, Trap::BadSignature) };
        (*r.vm).callee.entity = entity;
        (*r.vm).callee.base = cell_number(&r, r.cell(12));
        (*r.vm).callee.landing = r.ip.add(3);
        call_entity(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
    }

    /// Calls the function of the store in `Vm::callee`: of the host, or of another instance.
    pub(in crate::fast) fn call_entity(r) {
        let vm = r.vm;
        let callee = (*vm).callee;
        let entity = (*vm).funcs.add(callee.entity as usize);
        if (*entity).instance == HOST_INSTANCE {
            if callee.landing.is_null() {
                return leave(r, HOST);
            }
            (*(*vm).frame).ip = callee.landing;
            (*vm).gas = r.gas;
            if !call_host(vm, callee.entity, callee.base) {
                r.gas = (*vm).gas;
                return leave(r, HOST_STOPPED);
            }
            let (cost, _) = landing(callee.landing);
            r.sp = (*vm).cells.add((*(*vm).frame).base as usize);
            (r.gas, r.mem) = ((*vm).gas, (*vm).mem);
            return edge(r, callee.landing.add(1), cost);
        }
        let (func, code) = ((*entity).func, (*entity).code);
        if (*entity).instance != (*vm).instance {
            r.mem = switch_instance(vm, (*entity).instance);
        }
        let sp = (*vm).cells.add(callee.base as usize);
        if callee.landing.is_null() {
            r.sp = sp;
            return tail_code(r, code, (*vm).instance, func);
        }
        call_code(r, code, func, sp, callee.landing)
    }

    /// `return_call` of a function that the module defines. Its number at 8, first argument at 12, cells
    /// of the arguments at 14.
    pub(in crate::fast) fn return_call(r) {
        let func = r.u32(8);
        let code = (*r.vm).code.add(func as usize);
        replace_frame(&r, r.cell(12), r.u16(14));
        tail_code(r, code, (*r.vm).instance, func)
    }

    /// `return_call` of an imported function. Its index at 8, first argument at 12, cells of the arguments
    /// at 14.
    pub(in crate::fast) fn return_call_imported(r) {
        let entity = imported(&r);
        replace_frame(&r, r.cell(12), r.u16(14));
        (*r.vm).callee.entity = entity;
        (*r.vm).callee.base = cell_number(&r, r.sp);
        (*r.vm).callee.landing = ptr::null();
        call_entity(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
    }

    /// `return_call_indirect`. Type at 8, first argument at 12, index at 14, table at 16, cells of the
    /// arguments at 20.
    pub(in crate::fast) fn return_call_indirect[A: Place, I: Index](r) {
        let entity = match indirect::<A, I>(&r) {
            Ok(entity) => entity_number(&r, entity),
            Err(Trap::BadSignature) => match subtype::<A, I>(&r) {
                Some(entity) => entity,
                None => return trap(r, Trap::BadSignature),
            },
            Err(reason) => return trap(r, reason),
        };
        replace_frame(&r, r.cell(12), r.u32(20) as usize);
        (*r.vm).callee.entity = entity;
        (*r.vm).callee.base = cell_number(&r, r.sp);
        (*r.vm).callee.landing = ptr::null();
        call_entity(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
    }

    /// `call_ref`. First argument at 12, reference at 14; landing in word 2.
    pub(in crate::fast) fn call_ref[A: Place](r) {
        let reference = A::read(&r);
        if reference == 0 {
            return trap(r, Trap::NullReference);
        }
        let entity = (*r.vm).funcs.add(reference as usize - 1);
        if (*entity).instance == (*r.vm).instance {
            return call_code(r, (*entity).code, (*entity).func, r.cell(12), r.ip.add(2));
        }
        (*r.vm).callee.entity = entity_number(&r, entity);
        (*r.vm).callee.base = cell_number(&r, r.cell(12));
        (*r.vm).callee.landing = r.ip.add(2);
        call_entity(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
    }

    /// `return_call_ref`. Cells of the arguments at 8, the first at 12, reference at 14.
    pub(in crate::fast) fn return_call_ref[A: Place](r) {
        let reference = A::read(&r);
        if reference == 0 {
            return trap(r, Trap::NullReference);
        }
        replace_frame(&r, r.cell(12), r.u32(8) as usize);
        (*r.vm).callee.entity = reference as u32 - 1;
        (*r.vm).callee.base = cell_number(&r, r.sp);
        (*r.vm).callee.landing = ptr::null();
        call_entity(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
    }

    /// Returns: the results are where they belong. Value slots at 12.
    pub(in crate::fast) fn ret(r) {
        let vm = r.vm;
        let frame = (*vm).frame;
        let caller = frame.sub(1);
        (*vm).slots_left += u64::from(r.u32(12));
        (*vm).frame = caller;
        if (*caller).instance != (*frame).instance {
            return ret_elsewhere(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm);
        }
        let ip = (*caller).ip;
        let (cost, cells) = landing(ip);
        r.sp = r.sp.sub(cells as usize);
        edge(r, ip.add(1), cost)
    }

    /// Returns one scalar: its place at 10. Value slots at 12.
    pub(in crate::fast) fn ret_one[A: Place](r) {
        *r.sp = A::read(&r);
        ret(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
    }

    /// Returns several cells: from at 8, how many at 10. Value slots at 12.
    pub(in crate::fast) fn ret_span(r) {
        move_down(r.sp, r.cell(8), r.u16(10));
        ret(r.ip, r.sp, r.acc, r.mem, r.gas, r.vm)
    }

    /// The frame is popped; the caller's is of another instance, or none of the fast tier.
    #[cold]
    pub(in crate::fast) fn ret_elsewhere(r) {
        let caller: *const Frame = (*r.vm).frame;
        let ip = (*caller).ip;
        let (cost, cells) = landing(ip);
        r.sp = r.sp.sub(cells as usize);
        if (*caller).kind == FrameKind::Fast {
            r.mem = switch_instance(r.vm, (*caller).instance);
        }
        edge(r, ip.add(1), cost)
    }

    /// Translates the running function and enters it.
    #[cold]
    pub(in crate::fast) fn translate(r) {
        let entry = entry_of_running(r.vm);
        enter_at(r, entry)
    }

    /// The running function is one for the exact tier.
    #[cold]
    pub(in crate::fast) fn exact_only(r) {
        leave(r, EXACT_ENTRY)
    }
}

/// The landing of the running function, whose code is made if it is not there.
#[cold]
#[inline(never)]
unsafe fn entry_of_running(vm: *mut crate::vm::Vm) -> *const u64 {
    // SAFETY: the store is alive, and nobody else uses it while the fast tier runs.
    let store: &StoreInner = unsafe { &*(*vm).store };
    // SAFETY: `frame` is the running function's record.
    let func = unsafe { (*(*vm).frame).func };
    let module = &store.instances[store.vm.instance as usize].module;
    compiled(module, func);
    module.code()[func as usize].entry.get()
}
