//! The fast tier: internal code made once per function, run by handlers that jump to each other.
//!
//! Operands are cells of the frame (`frame`), immediates, or the accumulator, which always mirrors a cell.
//! At every place where control flows together all operands are in the cells of their stack height, so
//! that the exact tier can take over there; elsewhere the translator may read a local or a constant where
//! it stands.
//!
//! Gas is charged on edges: each branch, entry and return carries the cost of the straight chain of
//! instructions that it leads into, up to and with the next branch, call or bulk operation. Where that is
//! not covered, the exact tier runs the chain; where the chain traps midway, what was not run is given
//! back ([`map::SourceMap`]).
//!
//! # Safety
//! What the handlers rely on, and who upholds it:
//! - *Operands are cells of the running frame, indices are in range, targets are instructions*: the
//!   translator, on code that `validate` has checked. A frame has `FuncCode::frame_cells` cells, and each
//!   push makes sure of them (`handlers::call`, `Stack::push`).
//! - *Pointers in `Vm` and the registers are current*: [`load_stack`] and [`load_instance`] set them at
//!   entry and after everything that can move what they point to.
//! - *Nobody else uses the store*: handlers run under the `&mut StoreInner` of [`execute`].

mod code;
mod handlers;
mod host;
mod map;
mod regs;
mod translate;

pub(crate) use code::{Code, CodeRef};
pub(crate) use host::Hosts;
pub(crate) use regs::Regs;

use crate::call::Exit;
use crate::exact;
use crate::frame::FrameKind;
use crate::module::Module;
use crate::store::StoreInner;
use crate::trap::Trap;
use code::{Compiled, compiled};
use regs::Handler;

/// The landing that stands in the records of frames that others run.
pub(crate) fn leave_landing() -> *const u64 {
    code::LEAVE.landing()
}

/// Makes a function's code, if it is not there.
pub(crate) fn translate(module: &Module, func: u32) {
    compiled(module, func);
}

/// The offset in the module's bytes of the call whose landing is `ip`, in a function's code.
pub(crate) fn call_offset(module: &Module, func: u32, ip: *const u64) -> u32 {
    let Some(code) = compiled(module, func) else { return 0 };
    code.map(module, func).call_at(code.word_at(ip)).unwrap_or(0)
}

/// Goes on with the frame on top, one of the fast tier's, behind the call that has just returned.
pub(crate) fn resume(store: &mut StoreInner) -> Exit {
    let frame = *store.stack.frame();
    // SAFETY: a frame of kind `Fast` below a callee has its landing in `ip`.
    let (cost, _) = unsafe { code::landing(frame.ip) };
    store.vm.edge_cost = u64::from(cost);
    execute(store, frame.ip.wrapping_add(1), handlers::control::start)
}

/// Hands the result of a growth to the frame on top, one of the fast tier's, which stands in front of the
/// landing behind the growth.
pub(crate) fn after_grow(store: &mut StoreInner, result: u64) {
    let frame = *store.stack.frame();
    // SAFETY: the handler of growths has left its landing in `ip`; the word before names the result's cell.
    let cell = unsafe { usize::from(*frame.ip.sub(1).cast::<u16>()) };
    store.stack.cells[frame.base as usize + cell] = result;
}

/// Goes on with the frame on top, one of the exact tier's, if it is at a place where the fast tier can.
pub(crate) fn enter(store: &mut StoreInner) -> Option<Exit> {
    let frame = *store.stack.frame();
    let module = store.instances[frame.instance as usize].module.clone();
    let code = compiled(&module, frame.func)?;
    let body = &module.validated().bodies()[frame.func as usize];
    let (cost, word, handler): (u32, u32, Handler) = if frame.pc == body.start {
        // SAFETY: code starts with a landing.
        let (cost, _) = unsafe { code::landing(code.landing()) };
        (cost, 1, handlers::control::start_entry)
    } else {
        let map = code.map(&module, frame.func);
        let start = map.enter_at(frame.pc, frame.height)?;
        (start.cost, start.place.word, handlers::control::start)
    };
    let ip = code.address(word);
    store.stack.frame_mut().kind = FrameKind::Fast;
    store.vm.edge_cost = u64::from(cost);
    Some(execute(store, ip, handler))
}

/// Runs handlers, the first with `ip` as its instruction, until one leaves; then puts the frames into the
/// form that everybody reads.
fn execute(store: &mut StoreInner, ip: *const u64, first: Handler) -> Exit {
    let instance = store.stack.frame().instance;
    load_stack(store);
    load_instance(store, instance);
    let base = store.stack.frame().base as usize;
    let sp = store.vm.cells.wrapping_add(base);
    let (gas, mem) = (store.vm.gas, store.vm.mem);
    let whole = &raw mut *store;
    // SAFETY: the registers belong to the running store; `first` wants no more than that and an edge's
    // target in `ip`, which the callers give.
    let status = unsafe {
        (*whole).vm.store = whole;
        let vm = &raw mut (*whole).vm;
        let status = first(ip, sp, 0, mem, gas, vm);
        run_parked(vm, status)
    };
    sync(store);
    leave(store, status)
}

/// With sibling calls the first handler has run them all.
#[cfg(sibling_calls)]
unsafe fn run_parked(_: *mut crate::vm::Vm, status: regs::Status) -> regs::Status {
    status
}

/// Without sibling calls each handler parks the registers and comes back here.
#[cfg(not(sibling_calls))]
unsafe fn run_parked(vm: *mut crate::vm::Vm, mut status: regs::Status) -> regs::Status {
    while status == regs::CONTINUE {
        // SAFETY: a handler that says `CONTINUE` has parked the registers for the next.
        status = unsafe { (*vm).parked.call() };
    }
    status
}

/// Sets the pointers to cells and frames, which may have moved.
fn load_stack(store: &mut StoreInner) {
    let stack = &mut store.stack;
    let end = stack.depth_end().min(stack.frames.len());
    let cells = stack.cells.as_mut_ptr_range();
    let frames = stack.frames.as_mut_ptr();
    store.vm.cells = cells.start;
    store.vm.cells_end = cells.end;
    store.vm.frame = frames.wrapping_add(stack.top);
    store.vm.frames_end = frames.wrapping_add(end);
    store.vm.slots_left = stack.slots_left;
}

/// Takes over what the handlers have changed of the stack.
fn sync(store: &mut StoreInner) {
    let offset = (store.vm.frame as usize).wrapping_sub(store.stack.frames.as_ptr() as usize);
    store.stack.top = offset / size_of::<crate::frame::Frame>();
    store.stack.slots_left = store.vm.slots_left;
}

/// Sets the pointers for an instance; the register for memory 0 is to be set from `Vm::mem`.
fn load_instance(store: &mut StoreInner, instance: u32) {
    store.vm.instance = instance;
    store.vm.funcs = store.funcs.as_ptr();
    if let Some(data) = store.instances.get(instance as usize) {
        store.vm.code = data.module.code().as_ptr();
        store.vm.globals = data.raw_globals.as_ptr();
        store.vm.tables = data.raw_tables.as_ptr();
        store.vm.memories = data.raw_memories.as_ptr();
        store.vm.numbers = data.funcs.as_ptr();
        store.vm.types = data.types.as_ptr();
        let memory = data.memories.first().map(|&memory| store.memories[memory as usize].bytes_mut());
        let bytes = memory.unwrap_or_default();
        (store.vm.mem, store.vm.mem_len) = (bytes.as_mut_ptr(), bytes.len());
    }
}

/// Turns the end of a run of handlers into what the engine wants to know. The running frame becomes one
/// of the exact tier's, unless it waits for a callee.
fn leave(store: &mut StoreInner, status: regs::Status) -> Exit {
    let ip = store.vm.parked.ip;
    match status {
        regs::LEFT => {
            if store.stack.frame().kind == FrameKind::Exact {
                exact::returned(store);
            }
            Exit::Switch
        }
        regs::HOST_STOPPED => Exit::HostStopped,
        regs::HOST => {
            let callee = store.vm.callee;
            Exit::HostCall { func: callee.entity, base: callee.base, instance: store.vm.instance }
        }
        regs::GROW => {
            // SAFETY: the handler of growths has parked itself; the word behind names its operands' cells.
            let growth = unsafe {
                let operands = store.vm.parked.cell(8);
                handlers::table::growth(store, ip, operands)
            };
            if store.vm.gas_left() < growth.units(store) {
                stop_at_start(store, ip, true);
                return Exit::HandOver;
            }
            Exit::Grow(growth)
        }
        regs::THROW => {
            // SAFETY: the handler of throws has parked itself; the words behind say where it stands.
            let ((pc, branch), height) = unsafe { (code::halves(*ip.add(1)), *ip.add(2) as u32) };
            park(store, pc, branch, height);
            Exit::Throw
        }
        regs::TRAP => {
            let trap = Trap::from_number(store.vm.trap).unwrap_or(Trap::Unreachable);
            // A tail call that found no room has popped its frame; the one on top awaits a return.
            let popped = store.vm.refused.is_some() && store.vm.callee.landing.is_null();
            if !popped {
                stop_at_site(store, ip);
            }
            Exit::Trap(trap)
        }
        regs::ENTRY | regs::EXACT_ENTRY | regs::ENTRY_INTERRUPT => {
            let (module, func) = running(store);
            let start = module.validated().bodies()[func as usize].start;
            park(store, start, 0, 0);
            match status {
                regs::ENTRY_INTERRUPT => Exit::Interrupted,
                _ => Exit::HandOver,
            }
        }
        _ => {
            stop_at_start(store, ip, status == regs::REDO);
            match status {
                regs::EDGE_INTERRUPT => Exit::Interrupted,
                _ => Exit::HandOver,
            }
        }
    }
}

fn running(store: &StoreInner) -> (Module, u32) {
    let frame = store.stack.frame();
    (store.instances[frame.instance as usize].module.clone(), frame.func)
}

/// Makes the running frame one of the exact tier's.
fn park(store: &mut StoreInner, pc: u32, branch: u32, height: u32) {
    let frame = store.stack.frame_mut();
    frame.kind = FrameKind::Exact;
    frame.ip = leave_landing();
    frame.pc = pc;
    frame.branch = branch;
    frame.height = height;
}

/// At a trap: gives back what has not run.
fn stop_at_site(store: &mut StoreInner, ip: *const u64) {
    let (module, func) = running(store);
    let site = site(&module, func, ip);
    if let Some((pc, suffix)) = site {
        store.vm.refund(u64::from(suffix));
        park(store, pc, 0, exact::NO_HEIGHT);
    }
}

fn site(module: &Module, func: u32, ip: *const u64) -> Option<(u32, u32)> {
    let code: &Compiled = compiled(module, func)?;
    code.map(module, func).site_at(code.word_at(ip))
}

/// In front of a chain, or of an instruction for the exact tier, whose static cost comes back.
fn stop_at_start(store: &mut StoreInner, ip: *const u64, redo: bool) {
    let (module, func) = running(store);
    let place = compiled(&module, func).and_then(|code| {
        let (map, word) = (code.map(&module, func), code.word_at(ip));
        if redo { map.exact_site_at(word) } else { map.start_at(word).map(|start| start.place) }
    });
    // The translator notes each word at which a handler stops so. Were one missing, the frame would go on from where it
    // was, for nothing and without end: a node must rather stop.
    let place = place.expect("the source map has every place at which the fast tier hands over");
    if redo {
        let (opcode, _) = selfsame_validate::Opcode::decode(module.validated().bytes(), place.pc as usize);
        let cost = store.engine.config().schedule.cost(opcode);
        store.vm.refund(u64::from(cost));
    }
    park(store, place.pc, place.branch, place.height);
}
